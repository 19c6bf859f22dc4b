// SPDX-License-Identifier: GPL-2.0
/*
 * Files that are written: complete under their final name, or not at all.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pv.h"

#define WRITEBACK_STEP	(16UL * 1024 * 1024)

/*
 * The temporary files that a signal must remove. A slot is set when the file
 * comes into being and cleared after it is gone or renamed. No command has more
 * than three at a time.
 */
#define OUTPUTS_MAX	3
static char *volatile pending[OUTPUTS_MAX];

static void output_on_signal(int sig)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pending); i++)
		if (pending[i])
			unlink(pending[i]);
	/* The handler was reset by SA_RESETHAND: now die of it. */
	raise(sig);
}

/* All that end a process and can be caught */
static const int signals[] = {
	SIGHUP, SIGINT, SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGUSR1, SIGSEGV,
	SIGUSR2, SIGPIPE, SIGALRM, SIGTERM, SIGSTKFLT, SIGXCPU, SIGVTALRM, SIGPROF, SIGIO, SIGPWR,
	SIGSYS,
};

static void output_catch_signals(void)
{
	struct sigaction sa = { .sa_handler = output_on_signal, .sa_flags = (int)SA_RESETHAND };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signals); i++) {
		struct sigaction old;

		/* One that is ignored, by nohup say, stays so. */
		if (!sigaction(signals[i], NULL, &old) && old.sa_handler == SIG_IGN)
			continue;
		sigaction(signals[i], &sa, NULL);
	}
	/* Beyond the file size limit, write() shall fail and tell us. */
	signal(SIGXFSZ, SIG_IGN);
}

/* Creates the file; no signal may come before its name is known to the handler. */
static int output_create(char *temp)
{
	sigset_t set, old;
	size_t i;
	int fd = -1;

	sigemptyset(&set);
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		sigaddset(&set, signals[i]);
	pthread_sigmask(SIG_BLOCK, &set, &old);
	for (i = 0; i < ARRAY_SIZE(pending) && fd < 0; i++) {
		if (pending[i])
			continue;
		fd = mkostemp(temp, O_CLOEXEC);
		if (fd < 0)
			break;
		pending[i] = temp;
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return fd;
}

static void output_clear(const char *temp)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pending); i++)
		if (pending[i] == temp)
			pending[i] = NULL;
}

int output_check(const char *path, bool overwrite)
{
	struct stat st;

	if (stat(path, &st)) {
		if (errno == ENOENT)
			return 0;
		pv_perror("cannot write '%s'", path);
		return -1;
	}
	if (!S_ISREG(st.st_mode)) {
		pv_error("'%s' exists and is not a regular file", path);
		return -1;
	}
	if (!overwrite) {
		pv_error("'%s' exists; use --overwrite to replace it", path);
		return -1;
	}
	return 0;
}

/* The folder that would hold the file, by its canonical name, and the file's own name */
static char *output_canonical(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	char *real = dir ? realpath(dir, NULL) : NULL;
	char *whole = NULL;

	if (real && asprintf(&whole, "%s/%s", real, slash ? slash + 1 : path) < 0)
		whole = NULL;
	free(real);
	free(dir);
	return whole;
}

bool output_same(const char *a, const char *b)
{
	char *first = output_canonical(a), *second = output_canonical(b);
	struct stat x, y;
	bool same = first && second && !strcmp(first, second);

	if (!same && !stat(a, &x) && !stat(b, &y))
		same = x.st_dev == y.st_dev && x.st_ino == y.st_ino;
	free(first);
	free(second);
	return same;
}

int output_open(struct output *out, const char *path, mode_t mode, uint64_t size, bool overwrite)
{
	const char *slash = strrchr(path, '/');
	int dir_len = slash ? (int)(slash - path) + 1 : 0;
	mode_t mask = umask(0);
	int err;

	umask(mask);
	*out = (struct output){ .path = path, .fd = -1, .overwrite = overwrite };
	if (asprintf(&out->temp, "%.*s.pv-XXXXXX", dir_len, path) < 0) {
		out->temp = NULL;
		pv_perror("cannot write '%s'", path);
		return -1;
	}
	output_catch_signals();
	out->fd = output_create(out->temp);
	if (out->fd < 0) {
		pv_perror("cannot create a file beside '%s'", path);
		free(out->temp);
		out->temp = NULL;
		return -1;
	}
	if (fchmod(out->fd, mode & ~mask)) {
		pv_perror("cannot write '%s'", path);
		output_discard(out);
		return -1;
	}
	/* A full file system is told now and not after a minute of work. */
	err = ftruncate(out->fd, (off_t)size) ? errno : posix_fallocate(out->fd, 0, (off_t)size);
	if (err && err != EOPNOTSUPP && err != EINVAL) {
		errno = err;
		pv_perror("cannot write '%s' (%" PRIu64 " bytes)", path, size);
		output_discard(out);
		return -1;
	}
	return 0;
}

/*
 * Has the disk begin with what is complete, so that fsync() at the end need not
 * wait for all of it. Only a hint: an error will come again from fsync().
 */
static void output_start_writeback(struct output *out, size_t written)
{
	out->unsynced += written;
	if (out->unsynced < WRITEBACK_STEP)
		return;
	sync_file_range(out->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	out->unsynced = 0;
}

int output_write(struct output *out, uint64_t offset, const void *buf, size_t size)
{
	const uint8_t *p = buf;

	while (size) {
		ssize_t n = pwrite(out->fd, p, size, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			pv_perror("cannot write '%s'", out->path);
			return -1;
		}
		p += n;
		offset += (uint64_t)n;
		size -= (size_t)n;
		output_start_writeback(out, (size_t)n);
	}
	return 0;
}

/* The new name must reach the disk too. */
static int output_sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	int fd, rc = -1;

	if (!dir)
		return -1;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		/* EINVAL: this file system cannot sync a folder. */
		rc = fsync(fd) && errno != EINVAL ? -1 : 0;
		close(fd);
	}
	free(dir);
	return rc;
}

static int output_rename(const struct output *out)
{
	if (out->overwrite)
		return rename(out->temp, out->path);
	/* Somebody may have created it since output_check(). */
	if (!renameat2(AT_FDCWD, out->temp, AT_FDCWD, out->path, RENAME_NOREPLACE))
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	if (link(out->temp, out->path))
		return -1;
	return unlink(out->temp);
}

int output_commit(struct output *out)
{
	if (fsync(out->fd)) {
		pv_perror("cannot write '%s'", out->path);
		output_discard(out);
		return -1;
	}
	if (output_rename(out)) {
		pv_perror("cannot write '%s'", out->path);
		output_discard(out);
		return -1;
	}
	output_clear(out->temp);
	close(out->fd);
	free(out->temp);
	out->temp = NULL;
	if (output_sync_folder(out->path)) {
		pv_perror("'%s' is complete, but its name may be lost in a crash", out->path);
		return -1;
	}
	return 0;
}

void output_discard(struct output *out)
{
	if (!out->temp)
		return;
	unlink(out->temp);
	output_clear(out->temp);
	close(out->fd);
	free(out->temp);
	out->temp = NULL;
}

/* What cannot be replaced, only written: standard output, a pipe, a terminal */
static bool output_is_stream(const char *path)
{
	struct stat st;

	return !strcmp(path, "-") || (!stat(path, &st) && !S_ISREG(st.st_mode));
}

static bool output_put(FILE *to, const struct bytes *data)
{
	return fwrite(data->data, 1, data->size, to) == data->size && !fflush(to);
}

static int output_stream(const char *path, const struct bytes *data)
{
	bool written;
	FILE *to;

	if (!strcmp(path, "-")) {
		written = output_put(stdout, data);
	} else {
		to = fopen(path, "we");
		written = to && output_put(to, data);
		if (to && fclose(to))
			written = false;
	}
	if (written)
		return 0;
	pv_perror("cannot write '%s'", path);
	return -1;
}

int outputs_save(const struct output_file *files, size_t count, bool overwrite)
{
	struct output outs[OUTPUTS_MAX] = { 0 };
	size_t i, done = 0;
	int rc = 0;

	for (i = 0; !rc && i < count; i++) {
		if (!files[i].path || output_is_stream(files[i].path))
			continue;
		rc = output_open(&outs[i], files[i].path, files[i].mode, files[i].data.size,
				 overwrite);
		if (!rc)
			rc = output_write(&outs[i], 0, files[i].data.data, files[i].data.size);
	}
	for (i = 0; !rc && i < count; i++)
		if (files[i].path && output_is_stream(files[i].path))
			rc = output_stream(files[i].path, &files[i].data);
	for (; !rc && done < count; done++)
		if (outs[done].temp)
			rc = output_commit(&outs[done]);
	for (i = 0; rc && i < count; i++) {
		output_discard(&outs[i]);
		/* What was replaced is lost, but what is new can go. */
		if (i + 1 < done && outs[i].path && !overwrite)
			unlink(outs[i].path);
	}
	return rc;
}

int output_save(const char *path, mode_t mode, const void *data, size_t size)
{
	const struct output_file file = { path, mode, { (uint8_t *)data, size } };

	return outputs_save(&file, 1, true);
}

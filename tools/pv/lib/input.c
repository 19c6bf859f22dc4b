// SPDX-License-Identifier: GPL-2.0
/*
 * Files that are read. The size of a kernel or RAM disk must be known
 * beforehand, since it decides on the layout of the image, so pipes and devices
 * are refused there; small files may come from anywhere.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pv.h"

int input_open(struct input *in, const char *path)
{
	struct stat st;

	in->path = path;
	/* O_NONBLOCK: a FIFO without a writer must not hold us up. */
	in->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (in->fd < 0 || fstat(in->fd, &st)) {
		pv_perror("cannot open '%s'", path);
		goto fail;
	}
	if (!S_ISREG(st.st_mode)) {
		pv_error("'%s' is not a regular file", path);
		goto fail;
	}
	in->size = (uint64_t)st.st_size;
	return 0;

fail:
	input_close(in);
	return -1;
}

void input_close(struct input *in)
{
	if (in->fd >= 0)
		close(in->fd);
	in->fd = -1;
}

int input_read(const struct input *in, uint64_t offset, void *buf, size_t size)
{
	uint8_t *p = buf;

	while (size) {
		ssize_t n = pread(in->fd, p, size, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			pv_perror("cannot read '%s'", in->path);
			return -1;
		}
		if (n == 0) {
			pv_error("'%s' ends before byte %" PRIu64, in->path,
				 (offset + size));
			return -1;
		}
		p += n;
		offset += (uint64_t)n;
		size -= (size_t)n;
	}
	return 0;
}

/* What comes from a pipe, up to `max` bytes and one more, which is one too many */
static int input_drain(int fd, const char *path, uint8_t *buf, size_t max, size_t *size)
{
	*size = 0;
	while (*size <= max) {
		ssize_t n = read(fd, buf + *size, max + 1 - *size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			pv_perror("cannot read '%s'", path);
			return -1;
		}
		if (!n)
			return 0;
		*size += (size_t)n;
	}
	pv_error("'%s' is too large: more than %zu bytes", path, max);
	return -1;
}

int input_load(const char *path, size_t max, struct bytes *data)
{
	bool standard = !strcmp(path, "-");
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	uint8_t *buf = NULL;
	struct stat st;
	int rc = -1;

	if (fd < 0 || fstat(fd, &st)) {
		pv_perror("cannot open '%s'", path);
		goto out;
	}
	if (S_ISDIR(st.st_mode)) {
		pv_error("'%s' is a folder; a file is needed", path);
		goto out;
	}
	if (S_ISREG(st.st_mode) && (uint64_t)st.st_size > max) {
		pv_error("'%s' is too large: %" PRIu64 " bytes, at most %zu", path,
			 (uint64_t)st.st_size, max);
		goto out;
	}
	/* A regular file may grow, and others do not tell their size. */
	buf = secret_alloc((S_ISREG(st.st_mode) ? (size_t)st.st_size : max) + 2);
	if (!buf || input_drain(fd, path, buf, S_ISREG(st.st_mode) ? (size_t)st.st_size : max,
				&data->size))
		goto out;
	data->data = buf;
	buf = NULL;
	rc = 0;
out:
	secret_free(buf);
	if (fd >= 0 && !standard)
		close(fd);
	return rc;
}

int input_load_key(const char *path, uint8_t *key, size_t size)
{
	struct bytes file;
	int rc = -1;

	if (input_load(path, PAGE_SIZE, &file))
		return -1;
	if (file.size != size) {
		pv_error("'%s' must hold a key of %zu bytes, but has %zu", path, size, file.size);
	} else {
		memcpy(key, file.data, size);
		rc = 0;
	}
	secret_free(file.data);
	return rc;
}

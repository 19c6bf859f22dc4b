// SPDX-License-Identifier: GPL-2.0
/*
 * Searches a secret in what the host can read of a VMM's memory.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attack.h"
#include "secret.h"

#define CHUNK		(1ul << 20)
#define MARKER_LEN	(SECRET_MARKER * sizeof(uint64_t))

/* A view reads up to len bytes at addr; it returns how many, 0 at the end, -1. */
struct view {
	const char *name;
	ssize_t (*read)(struct view *view, uint64_t addr, void *buf, size_t len);
	pid_t pid;
	int fd;
};

struct finding {
	uint64_t marker[SECRET_MARKER];
	uint64_t bytes;		/* read */
	uint64_t unreadable;
	uint64_t copies;
	uint64_t first;
};

int proc_open(pid_t pid, const char *name, int flags)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	fd = open(path, flags | O_CLOEXEC);
	if (fd < 0)
		perror(path);
	return fd;
}

static ssize_t read_mem(struct view *view, uint64_t addr, void *buf, size_t len)
{
	return pread(view->fd, buf, len, addr);
}

static ssize_t read_readv(struct view *view, uint64_t addr, void *buf, size_t len)
{
	struct iovec local = { buf, len }, remote = { (void *)addr, len };

	return process_vm_readv(view->pid, &local, 1, &remote, 1, 0);
}

static ssize_t read_ptrace(struct view *view, uint64_t addr, void *buf, size_t len)
{
	size_t i;
	long word;

	for (i = 0; i + sizeof(word) <= len; i += sizeof(word)) {
		errno = 0;
		word = ptrace(PTRACE_PEEKDATA, view->pid, addr + i, NULL);
		if (errno)
			return i ? (ssize_t)i : -1;
		memcpy((char *)buf + i, &word, sizeof(word));
	}
	return i;
}

static ssize_t read_file(struct view *view, uint64_t addr, void *buf, size_t len)
{
	size_t have = 0;
	ssize_t n;

	(void)addr;
	while (have < len && (n = read(view->fd, (char *)buf + have, len - have)) > 0)
		have += n;
	return have;
}

/* The end of one chunk is looked at again with the next one. */
static void search_range(struct view *view, uint64_t addr, uint64_t end, struct finding *out)
{
	static unsigned char buf[CHUNK + MARKER_LEN];
	size_t kept = 0, want;
	unsigned char *hit;
	ssize_t n;

	while (addr < end) {
		want = end - addr < CHUNK ? end - addr : CHUNK;
		n = view->read(view, addr, buf + kept, want);
		if (n == 0 && view->read == read_file)
			return;
		if (n <= 0) {
			/* a page that nobody can read, not even the process itself */
			out->unreadable += PAGE;
			addr += PAGE;
			kept = 0;
			continue;
		}
		out->bytes += n;
		hit = buf;
		while ((hit = memmem(hit, buf + kept + n - hit, out->marker, MARKER_LEN))) {
			if (!out->copies++)
				out->first = addr - kept + (hit - buf);
			hit += MARKER_LEN;
		}
		addr += n;
		kept += n;
		want = kept < MARKER_LEN - 1 ? kept : MARKER_LEN - 1;
		memmove(buf, buf + kept - want, want);
		kept = want;
	}
}

static int search_mappings(struct view *view, struct finding *out)
{
	unsigned long begin, end;
	char line[512], *next;
	FILE *maps;
	int fd;

	fd = proc_open(view->pid, "maps", O_RDONLY);
	if (fd < 0)
		return -1;
	maps = fdopen(fd, "r");
	if (!maps) {
		close(fd);
		return -1;
	}
	/* begin-end, both hexadecimal, then a blank and "r" if it can be read */
	while (fgets(line, sizeof(line), maps)) {
		begin = strtoul(line, &next, 16);
		if (*next != '-')
			continue;
		end = strtoul(next + 1, &next, 16);
		if (!strncmp(next, " r", 2))
			search_range(view, begin, end, out);
	}
	fclose(maps);
	return 0;
}

static int open_view(struct view *view, const char *name, const char *target)
{
	view->name = name;
	view->pid = strtol(target, NULL, 10);
	view->fd = -1;
	if (!strcmp(name, "mem")) {
		view->read = read_mem;
		view->fd = proc_open(view->pid, "mem", O_RDONLY);
		return view->fd < 0 ? -1 : 0;
	}
	if (!strcmp(name, "readv")) {
		view->read = read_readv;
		return 0;
	}
	if (!strcmp(name, "ptrace")) {
		view->read = read_ptrace;
		if (ptrace(PTRACE_SEIZE, view->pid, NULL, NULL) ||
		    ptrace(PTRACE_INTERRUPT, view->pid, NULL, NULL) ||
		    waitpid(view->pid, NULL, __WALL) != view->pid) {
			perror("ptrace");
			return -1;
		}
		return 0;
	}
	if (!strcmp(name, "file")) {
		view->read = read_file;
		view->fd = strcmp(target, "-") ? open(target, O_RDONLY | O_CLOEXEC) : 0;
		if (view->fd < 0)
			perror(target);
		return view->fd < 0 ? -1 : 0;
	}
	fprintf(stderr, "pv-attack: there is no view '%s'\n", name);
	return -1;
}

/* Without all of its bytes nothing is looked for. */
static int read_marker(const char *name, void *marker)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC), done = -1;

	if (fd < 0)
		perror(name);
	else if (read(fd, marker, MARKER_LEN) != MARKER_LEN)
		fprintf(stderr, "pv-attack: %s has less than %zu bytes\n", name, MARKER_LEN);
	else
		done = 0;
	if (fd >= 0)
		close(fd);
	return done;
}

int search(const char *name, const char *target, const char *secret, uint64_t addr, uint64_t len)
{
	struct finding out = { .bytes = 0 };
	struct view view;

	if (*secret != '@')
		secret_marker(strtoull(secret, NULL, 0), out.marker);
	else if (read_marker(secret + 1, out.marker))
		return TROUBLE;
	if (open_view(&view, name, target))
		return TROUBLE;
	if (len)
		search_range(&view, addr, addr + len, &out);
	else if (view.read == read_file)
		search_range(&view, 0, UINT64_MAX, &out);
	else if (search_mappings(&view, &out))
		return TROUBLE;

	printf("%s: %lu KiB read, %lu KiB unreadable, secret ", name, out.bytes / 1024,
	       out.unreadable / 1024);
	if (out.copies)
		printf("found %lu times, first at 0x%lx\n", out.copies, out.first);
	else
		printf("not found\n");
	/* Nothing read is no search. */
	if (!out.bytes)
		return TROUBLE;
	return out.copies ? FOUND : NOT_FOUND;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Ends of processes with secure memory.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "exported.h"
#include "host.h"
#include "parts.h"
#include "residence.h"

#define OVERLAP		64UL	/* longer than what plain text is known by */

/* Looks for plain text in the whole of a file, also across reads. */
static bool file_has_plain_text(const char *path, off_t *len)
{
	static uint8_t buf[1 << 16];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t keep = 0;
	bool found = false;
	ssize_t got;

	*len = 0;
	while (fd >= 0 && (got = read(fd, buf + keep, sizeof(buf) - keep)) > 0) {
		const size_t have = keep + (size_t)got;

		*len += got;
		found |= plain_text(buf, have);
		keep = have < OVERLAP ? have : OVERLAP;
		memmove(buf, buf + have - keep, keep);
	}
	if (fd >= 0)
		close(fd);
	return found;
}

void core_dump(void)
{
	const struct rlimit no_limit = { RLIM_INFINITY, RLIM_INFINITY };
	int status = 0;
	off_t len;
	pid_t child;

	set("/proc/sys/kernel/core_pattern", "/tmp/core");
	child = fork();
	if (!child) {
		struct guest guest;

		setrlimit(RLIMIT_CORE, &no_limit);
		if (!guest_begin(&guest, SOME, -1))
			_exit(1);
		abort();
	}
	waitpid(child, &status, 0);
	ok(NULL, WIFSIGNALED(status) && WCOREDUMP(status),
	   "a process with secure memory dumps core");
	ok(NULL, !file_has_plain_text("/tmp/core", &len) && len > (off_t)(SOME * GUEST_PAGE),
	   "%lld KiB of core, no plain text", (long long)len >> 10);
	unlink("/tmp/core");
	nothing_left("core dump");
}

/* A process with many secure pages goes in one of these ways. */
enum end { EXITS, KILLED, KILLED_IN_UNPACK, KILLED_IN_PAGEOUT, KILLED_IN_DISABLE, ENDS };

static void process(enum end end, unsigned long many, int ready)
{
	struct guest guest;

	guest_prepare(&guest, many, -1);
	if (!guest_enable(&guest) || guest_set_header(&guest))
		_exit(1);
	if (end == KILLED_IN_UNPACK && write(ready, "x", 1) != 1)
		_exit(1);
	if (guest_unpack(&guest, many))
		_exit(1);
	if (end == EXITS)
		_exit(0);
	if (end != KILLED_IN_UNPACK && write(ready, "x", 1) != 1)
		_exit(1);
	switch (end) {
	case KILLED_IN_DISABLE:
		pv(&guest.vm, KVM_PV_DISABLE, NULL);
		break;
	case KILLED_IN_PAGEOUT:
		for (;;) {
			page_out(guest.page, guest.pages);
			memset(guest.page, 1, many * GUEST_PAGE);
		}
	default:
		break;
	}
	pause();
}

void ends(unsigned long many)
{
	static const char * const names[ENDS] = {
		[EXITS] = "exit",
		[KILLED] = "SIGKILL",
		[KILLED_IN_UNPACK] = "SIGKILL in an unpack",
		[KILLED_IN_PAGEOUT] = "SIGKILL while paging out",
		[KILLED_IN_DISABLE] = "SIGKILL in a disable",
	};

	for (enum end end = 0; end < ENDS; end++)
		for (unsigned int delay = 0; delay < 3; delay++) {
			int fds[2], status = -1;
			pid_t child;
			char c;

			if (pipe(fds))
				exit(1);
			fflush(stdout);
			child = fork();
			if (!child)
				process(end, many, fds[1]);
			close(fds[1]);
			if (end != EXITS && read(fds[0], &c, 1) == 1) {
				usleep(delay * 4000);
				kill(child, SIGKILL);
			}
			waitpid(child, &status, 0);
			close(fds[0]);
			ok(NULL, end == EXITS ? !status : WIFSIGNALED(status),
			   "%s with %lu secure pages, %u ms later", names[end], many, delay * 4);
			nothing_left(names[end]);
			if (end == EXITS)
				break;
		}
}

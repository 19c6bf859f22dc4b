// SPDX-License-Identifier: GPL-2.0
/*
 * Changes pages behind a guest's back, and takes them away.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "attack.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT	21
#endif
#define PM_SWAPPED	(1ull << 62)	/* in an entry of /proc/PID/pagemap */

/* Reads or writes a page of the process; complains. */
static int transfer(pid_t pid, uint64_t addr, void *page, int write)
{
	int fd = proc_open(pid, "mem", O_RDWR);
	ssize_t n = -1;

	if (fd < 0)
		return -1;
	n = write ? pwrite(fd, page, PAGE, addr) : pread(fd, page, PAGE, addr);
	if (n != (ssize_t)PAGE)
		perror(write ? "writing to the VMM" : "reading from the VMM");
	close(fd);
	return n == (ssize_t)PAGE ? 0 : -1;
}

int flip(pid_t pid, uint64_t addr)
{
	uint64_t start = addr & ~(PAGE - 1);
	unsigned char page[PAGE];

	if (transfer(pid, start, page, 0))
		return TROUBLE;
	page[addr - start] ^= 1;
	return transfer(pid, start, page, 1) ? TROUBLE : 0;
}

int save(pid_t pid, uint64_t addr, const char *file)
{
	unsigned char page[PAGE];
	bool written;
	FILE *out;

	if (transfer(pid, addr, page, 0))
		return TROUBLE;
	out = fopen(file, "w");
	written = out && fwrite(page, PAGE, 1, out) == 1;
	if ((out && fclose(out)) || !written) {
		perror(file);
		return TROUBLE;
	}
	return 0;
}

int restore(pid_t pid, uint64_t addr, const char *file)
{
	unsigned char page[PAGE];
	FILE *in = fopen(file, "r");
	bool whole = in && fread(page, PAGE, 1, in) == 1;

	if (in)
		fclose(in);
	if (!whole) {
		perror(file);
		return TROUBLE;
	}
	return transfer(pid, addr, page, 1) ? TROUBLE : 0;
}

int exchange(pid_t pid, uint64_t one, uint64_t other)
{
	unsigned char first[PAGE], second[PAGE];

	if (transfer(pid, one, first, 0) || transfer(pid, other, second, 0) ||
	    transfer(pid, one, second, 1) || transfer(pid, other, first, 1))
		return TROUBLE;
	return 0;
}

static uint64_t count_swapped(pid_t pid, uint64_t addr, uint64_t len)
{
	int fd = proc_open(pid, "pagemap", O_RDONLY);
	uint64_t entry, at, n = 0;

	if (fd < 0)
		return 0;
	for (at = addr; at < addr + len; at += PAGE)
		if (pread(fd, &entry, sizeof(entry), at / PAGE * sizeof(entry)) == sizeof(entry))
			n += !!(entry & PM_SWAPPED);
	close(fd);
	return n;
}

int pageout(pid_t pid, uint64_t addr, uint64_t len)
{
	int fd = syscall(SYS_pidfd_open, pid, 0);
	struct iovec range;
	uint64_t at = addr;
	ssize_t n;

	while (at < addr + len) {
		range.iov_base = (void *)at;
		range.iov_len = addr + len - at;
		n = syscall(SYS_process_madvise, fd, &range, 1, MADV_PAGEOUT, 0);
		if (n <= 0) {
			perror("process_madvise");
			return TROUBLE;
		}
		at += n;
	}
	close(fd);
	printf("%lu pages are out\n", count_swapped(pid, addr, len));
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/swap.h>
#include <unistd.h>
#include "../kvm/vm.h"
#include "host.h"
#include "residence.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT	21
#endif

/* Entries of /proc/self/pagemap */
#define MAP_SWAPPED	(1UL << 62)
#define MAP_PRESENT	(1UL << 63)
#define MAP_FRAME	((1UL << 55) - 1)

unsigned long *pagemap(const void *page, unsigned long pages)
{
	unsigned long *map = calloc(pages, sizeof(*map));
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	size_t len = pages * sizeof(*map);

	if (!map || pread(fd, map, len, (off_t)((uintptr_t)page / GUEST_PAGE * 8)) !=
		    (ssize_t)len) {
		perror("/proc/self/pagemap");
		exit(1);
	}
	close(fd);
	return map;
}

unsigned long swapped(const void *page, unsigned long pages)
{
	unsigned long *map = pagemap(page, pages), count = 0;

	for (unsigned long i = 0; i < pages; i++)
		count += !!(map[i] & MAP_SWAPPED);
	free(map);
	return count;
}

unsigned long frames_that_differ(const unsigned long *before, const unsigned long *after,
				 unsigned long pages)
{
	unsigned long count = 0;

	for (unsigned long i = 0; i < pages; i++)
		count += !(after[i] & MAP_PRESENT) ||
			 (before[i] & MAP_FRAME) != (after[i] & MAP_FRAME);
	return count;
}

bool page_out(const void *page, unsigned long pages)
{
	return !madvise((void *)page, pages * GUEST_PAGE, MADV_PAGEOUT);
}

/* Memory with holes all over; the number of holes is a power of two. */
uint8_t *allocate_holes(size_t len)
{
	const size_t pages = len / GUEST_PAGE;
	uint8_t *hog = mmap(NULL, len, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	/*
	 * In disorder, as the allocator gives out first what came last, and without a
	 * pattern, as compaction looks for free frames in strides.
	 */
	for (size_t i = 0; i < pages; i++) {
		uint32_t nr = i * 40503 % pages;

		if (nr * 2654435761u >> 16 & 1)
			madvise(hog + nr * GUEST_PAGE, GUEST_PAGE, MADV_DONTNEED);
	}
	return hog;
}

bool make_swap(void)
{
	static const char magic[10] = { 'S', 'W', 'A', 'P', 'S', 'P', 'A', 'C', 'E', '2' };
	static uint8_t header[GUEST_PAGE];
	uint32_t *words = (uint32_t *)(header + 1024);
	int fd;

	set("/sys/block/zram0/disksize", "268435456");
	words[0] = 1;					/* version */
	words[1] = (256 * MIB) / GUEST_PAGE - 1;	/* last page */
	memcpy(header + GUEST_PAGE - sizeof(magic), magic, sizeof(magic));
	fd = open(ZRAM, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, header, sizeof(header)) != (ssize_t)sizeof(header))
		return false;
	close(fd);
	return !swapon(ZRAM, 0);
}

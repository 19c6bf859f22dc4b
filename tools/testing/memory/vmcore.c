// SPDX-License-Identifier: GPL-2.0
/*
 * vmcore kept|cleared FRAME SECURE...: the dump of a host that had secure pages, see
 * crash.c, as the kernel offers it that was started for it.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "guest.h"
#include "vmcore.h"

#define MAX_REGIONS	16

static Elf64_Phdr regions[MAX_REGIONS];
static unsigned int nr_regions;
static int dump;

static bool dump_open(void)
{
	Elf64_Ehdr header;
	ssize_t len;

	dump = open("/proc/vmcore", O_RDONLY | O_CLOEXEC);
	if (pread(dump, &header, sizeof(header), 0) != sizeof(header) ||
	    memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_phnum > MAX_REGIONS)
		return false;
	nr_regions = header.e_phnum;
	len = (ssize_t)(nr_regions * sizeof(regions[0]));
	return pread(dump, regions, (size_t)len, (off_t)header.e_phoff) == len;
}

/* Where the dump has an address, -1 if it does not */
static off_t position(uint64_t paddr)
{
	for (unsigned int i = 0; i < nr_regions; i++)
		if (regions[i].p_type == PT_LOAD && paddr - regions[i].p_paddr < regions[i].p_filesz)
			return (off_t)(regions[i].p_offset + paddr - regions[i].p_paddr);
	return -1;
}

static bool by_read(const char *frame, uint8_t *to)
{
	off_t pos = position(strtoul(frame, NULL, 16) * GUEST_PAGE);

	memset(to, 0xff, GUEST_PAGE);
	return pos >= 0 && pread(dump, to, GUEST_PAGE, pos) == GUEST_PAGE;
}

static bool by_mmap(const char *frame, uint8_t *to)
{
	off_t pos = position(strtoul(frame, NULL, 16) * GUEST_PAGE);
	void *map = MAP_FAILED;

	if (pos >= 0)
		map = mmap(NULL, GUEST_PAGE, PROT_READ, MAP_PRIVATE, dump, pos);
	if (map == MAP_FAILED)
		return false;
	memcpy(to, map, GUEST_PAGE);
	return !munmap(map, GUEST_PAGE);
}

/* A system call's buffer is a page of the dump. */
static bool by_system_call(const char *frame, uint8_t *to)
{
	off_t pos = position(strtoul(frame, NULL, 16) * GUEST_PAGE);
	void *map = mmap(NULL, GUEST_PAGE, PROT_READ, MAP_PRIVATE, dump, pos);
	int ends[2];

	memset(to, 0xff, GUEST_PAGE);
	return map != MAP_FAILED && !pipe(ends) &&
	       write(ends[1], map, GUEST_PAGE) == GUEST_PAGE &&
	       read(ends[0], to, GUEST_PAGE) == GUEST_PAGE && !close(ends[0]) &&
	       !close(ends[1]) && !munmap(map, GUEST_PAGE);
}

static bool is_zero(const uint8_t *page)
{
	static const uint8_t zeroes[GUEST_PAGE];

	return !memcmp(page, zeroes, GUEST_PAGE);
}

static bool is_ordinary(const uint8_t *page)
{
	return !memcmp(page, ORDINARY_TEXT, sizeof(ORDINARY_TEXT));
}

/* The ultravisor's own storage is in it, too. */
static bool all_is_read(void)
{
	uint8_t *buf = vm_alloc(MIB);
	struct stat st;
	off_t pos = 0;
	ssize_t len;

	if (fstat(dump, &st))
		return false;
	do {
		len = pread(dump, buf, MIB, pos);
		pos += len;
	} while (len > 0);
	if (pos != st.st_size)
		printf("# errno %d after %ld of %ld bytes\n", errno, pos, (long)st.st_size);
	return !len && pos == st.st_size;
}

static void secure_pages(char **frames)
{
	uint8_t page[GUEST_PAGE];

	ok(NULL, by_read(frames[0], page) && is_zero(page),
	   "an export fails: read() gets zeroes");
	ok(NULL, by_mmap(frames[1], page) && is_zero(page),
	   "an export fails: a mapping has zeroes");
	ok(NULL, by_read(frames[2], page) && is_exported(2, page), "read() exports a page");
	ok(NULL, by_mmap(frames[3], page) && is_exported(3, page), "a mapping exports a page");
	ok(NULL, by_system_call(frames[0], page) && is_exported(0, page),
	   "a page that was zeroes is exported once that is possible, for a system call");
}

static void cleared_pages(char **frames)
{
	uint8_t page[GUEST_PAGE];

	for (int i = 0; i < SECURE_PAGES; i++)
		ok(NULL, (i % 2 ? by_mmap : by_read)(frames[i], page) && is_zero(page),
		   "the reset has cleared page %d", i);
}

int main(int argc, char **argv)
{
	uint8_t page[GUEST_PAGE];

	puts("TAP version 13");
	if (argc != 3 + SECURE_PAGES || !dump_open() || !image_open()) {
		puts("Bail out! no dump, no image");
		return 1;
	}
	ok(NULL, by_read(argv[2], page) && is_ordinary(page), "read() gets an ordinary page");
	ok(NULL, by_mmap(argv[2], page) && is_ordinary(page), "a mapping has an ordinary page");
	if (!strcmp(argv[1], "kept"))
		secure_pages(argv + 3);
	else
		cleared_pages(argv + 3);
	ok(NULL, all_is_read(), "the dump can be read to its end");
	ok(NULL, by_read(argv[2], page) && is_ordinary(page), "the ordinary page is there still");
	return finish();
}

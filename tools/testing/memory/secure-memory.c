// SPDX-License-Identifier: GPL-2.0
/*
 * secure-memory [PAGES]: secure memory of protected VMs under everything that
 * the memory management does to a process. No guest runs. PAGES, 10000 if not
 * given, is for the large VMs; the image on one disk has to have as many.
 * The other disk is overwritten. Needs zram0, not in use.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "exported.h"
#include "host.h"
#include "parts.h"
#include "residence.h"

#ifndef MADV_COLD
#define MADV_COLD	20
#endif

#define KMEMLEAK	"/sys/kernel/debug/kmemleak"

static unsigned long many;

/* Out of memory and in again, by the ways in which memory is reclaimed */

static void swap_many(void)
{
	uint64_t *sums = calloc(many, sizeof(*sums));
	struct guest guest;
	unsigned long out;

	if (!guest_start(&guest, many, -1))
		goto end;
	ok(NULL, secure_pages_are(many), "all of them are secure");
	for (int round = 0; round < 3; round++) {
		ok(NULL, page_out(guest.page, many), "round %d: %lu pages are paged out", round,
		   many);
		out = swapped(guest.page, many);
		ok(NULL, out > many * 9 / 10, "round %d: %lu are in swap space", round, out);
		ok(NULL, secure_pages_are(round ? 0 : many - out),
		   "round %d: these are not secure", round);
		ok(NULL, all_exported(&guest, sums, !round), "round %d: they come back encrypted%s",
		   round, round ? ", and the same" : "");
	}
	ok(NULL, secure_pages_are(0), "none is secure afterwards");
end:
	guest_end(&guest);
	nothing_left("swapping");

	/* All at once, by whoever is reading the swap device */
	if (guest_start(&guest, many, -1)) {
		ok(NULL, page_out(guest.page, many) && swapped(guest.page, many),
		   "paged out once more");
		ok(NULL, !swapoff(ZRAM) && !swapped(guest.page, many),
		   "swapoff brings all of them back");
		ok(NULL, all_exported(&guest, sums, true), "encrypted");
		ok(NULL, !swapon(ZRAM, 0), "swap space is there again");
	}
	guest_end(&guest);
	nothing_left("swapoff");

	/* A process that ends with its pages in swap space */
	if (guest_start(&guest, many, -1))
		ok(NULL, page_out(guest.page, many), "paged out before its end");
	guest_end(&guest);
	nothing_left("end of a VM in swap space");
	free(sums);
}

static void cold(void)
{
	uint64_t sums[SOME];
	struct guest guest;

	if (guest_start(&guest, SOME, -1)) {
		ok(NULL, !madvise(guest.page, SOME * GUEST_PAGE, MADV_COLD) &&
		   secure_pages_are(SOME), "MADV_COLD leaves pages secure");
		ok(NULL, !mlock(guest.page, SOME * GUEST_PAGE) &&
		   (page_out(guest.page, SOME) || errno == EINVAL) &&
		   !swapped(guest.page, SOME) && secure_pages_are(SOME), "locked pages stay, and secure");
		munlock(guest.page, SOME * GUEST_PAGE);
		ok(NULL, all_exported(&guest, sums, true), "they read encrypted");
	}
	guest_end(&guest);
	nothing_left("MADV_COLD and mlock()");
}

/* Pages that the process gives up */
static void give_up(void)
{
	static const uint8_t zeroes[GUEST_PAGE];
	struct guest guest;
	uint8_t *new;

	if (guest_start(&guest, SOME, -1)) {
		ok(NULL, !madvise(guest_page(&guest, 0), 64 * GUEST_PAGE, MADV_DONTNEED) &&
		   secure_pages_are(SOME - 64), "MADV_DONTNEED takes pages away");
		ok(NULL, !memcmp(guest_page(&guest, 3), zeroes, GUEST_PAGE), "zeroes come back");
		ok(NULL, !munmap(guest_page(&guest, 64), 64 * GUEST_PAGE) &&
		   secure_pages_are(SOME - 128), "munmap() takes pages away");
		new = mremap(guest_page(&guest, 128), 64 * GUEST_PAGE, 64 * GUEST_PAGE,
			     MREMAP_MAYMOVE | MREMAP_DONTUNMAP, NULL);
		ok(NULL, new != MAP_FAILED && is_exported(128, new) && is_exported(191,
		   new + 63 * GUEST_PAGE), "mremap() takes them along, encrypted");
		munmap(new, 64 * GUEST_PAGE);
		ok(NULL, secure_pages_are(SOME - 192), "those that moved are not secure");
		ok(NULL, !mprotect(guest_page(&guest, 192), 32 * GUEST_PAGE, PROT_NONE) &&
		   !mprotect(guest_page(&guest, 192), 32 * GUEST_PAGE, PROT_READ | PROT_WRITE) &&
		   is_exported(192, guest_page(&guest, 192)), "mprotect() there and back");
		ok(NULL, !madvise(guest_page(&guest, 224), 32 * GUEST_PAGE, MADV_FREE),
		   "MADV_FREE");
	}
	guest_end(&guest);
	nothing_left("unmapping");
}

/*
 * Pages of the VM lie here and there between others that are given back then,
 * so that there is something to compact: far more holes than pages.
 */
static void compaction(void)
{
	unsigned long *before, *after, moved;
	uint64_t *sums = calloc(many, sizeof(*sums));
	struct guest guest;
	size_t len = 64 * MIB;
	uint8_t *hog;

	while (len < many * 16 * GUEST_PAGE)
		len *= 2;
	hog = allocate_holes(len);

	if (guest_start(&guest, many, -1)) {
		munmap(hog, len);
		before = pagemap(guest.page, many);
		set("/proc/sys/vm/compact_memory", "1");
		after = pagemap(guest.page, many);
		moved = frames_that_differ(before, after, many);
		ok(NULL, moved > 0, "compaction moves %lu of %lu secure pages", moved, many);
		ok(NULL, secure_pages_are(many - moved), "those are not secure any more");
		ok(NULL, all_exported(&guest, sums, true), "and all read encrypted");
		free(before);
		free(after);
	}
	guest_end(&guest);
	free(sums);
	nothing_left("compaction");
}

static void move_pages_to_node(void)
{
	void *pages[SOME];
	int nodes[SOME], status[SOME];
	uint64_t sums[SOME];
	struct guest guest;
	long stayed;

	if (guest_start(&guest, SOME, -1)) {
		for (unsigned long i = 0; i < SOME; i++) {
			pages[i] = guest_page(&guest, i);
			nodes[i] = 0;
		}
		/* More than 0: that many pages stayed where they were. */
		stayed = syscall(SYS_move_pages, 0, SOME, pages, nodes, status, 2);
		if (stayed == -1 && errno == ENOSYS)
			ok(NULL, true, "move_pages() # SKIP no CONFIG_NUMA_MIGRATION");
		else
			ok(NULL, !stayed, "move_pages(): %ld, %s", stayed,
			   stayed < 0 ? strerror(errno) : "no error");
		ok(NULL, all_exported(&guest, sums, true), "pages read encrypted");
	}
	guest_end(&guest);
	nothing_left("move_pages()");
}

static long number(const char *file)
{
	FILE *f = fopen(file, "re");
	char line[32];
	long value = -1;

	if (f && fgets(line, sizeof(line), f))
		value = strtol(line, NULL, 10);
	if (f)
		fclose(f);
	return value;
}

static void same_page_merging(void)
{
	uint64_t sums[SOME];
	struct guest guest;
	long scans = 0;

	if (guest_start(&guest, SOME, -1)) {
		/* Equal pages beside, so that it has something to merge */
		memset(guest_page(&guest, SOME), 7, SOME * GUEST_PAGE);
		ok(NULL, !madvise(guest.page, 2 * SOME * GUEST_PAGE, MADV_MERGEABLE),
		   "MADV_MERGEABLE");
		set("/sys/kernel/mm/ksm/pages_to_scan", "10000");
		set("/sys/kernel/mm/ksm/sleep_millisecs", "10");
		set("/sys/kernel/mm/ksm/run", "1");
		for (int try = 0; try < 100 && scans < 5; try++) {
			usleep(50000);
			scans = number("/sys/kernel/mm/ksm/full_scans");
		}
		ok(NULL, scans > 4, "KSM scans %ld times", scans);
		ok(NULL, *guest_page(&guest, SOME) == 7 && *guest_page(&guest, 2 * SOME - 1) == 7,
		   "merged pages are what they were");
		ok(NULL, all_exported(&guest, sums, true), "secure pages read encrypted");
		set("/sys/kernel/mm/ksm/run", "2");
		ok(NULL, all_exported(&guest, sums, false), "and the same after unmerging");
	}
	guest_end(&guest);
	set("/sys/kernel/mm/ksm/run", "0");
	nothing_left("KSM");
}

/* A child sees what its parent had, encrypted; each then has its own pages. */
static void forking(void)
{
	uint64_t sums[SOME];
	struct guest guest;
	int status = -1;
	pid_t child;

	if (guest_start(&guest, SOME, -1)) {
		child = fork();
		if (!child) {
			unsigned long bad = 0;

			for (unsigned long i = 0; i < SOME / 2; i++)
				bad += !is_exported(i, guest_page(&guest, i));
			memset(guest.page, 1, SOME * GUEST_PAGE);
			_exit(bad ? 1 : 0);
		}
		waitpid(child, &status, 0);
		ok(NULL, !status, "a child reads encrypted pages and writes to all");
		ok(NULL, all_exported(&guest, sums, true), "its parent's are as they were");
	}
	guest_end(&guest);
	nothing_left("fork() and the child's end");

	/* The other one ends first: what is secure leaves with it. */
	child = fork();
	if (!child) {
		int fds[2];
		char c;

		if (!guest_begin(&guest, SOME, -1) || pipe(fds))
			_exit(1);
		if (!fork()) {
			close(fds[1]);
			/* End of file when the parent is gone */
			if (!read(fds[0], &c, 1))
				for (unsigned long i = 0; i < SOME; i++)
					if (plain_text(guest_page(&guest, i), GUEST_PAGE))
						set("/dev/kmsg", "BUG: plain text after a fork");
			_exit(0);
		}
		_exit(0);
	}
	waitpid(child, &status, 0);
	usleep(300000);
	nothing_left("fork() and the parent's end");
}

/* A kernel that looks for leaks reads all that it knows, and some of that was lent. */
static void leak_scan(void)
{
	struct guest guest;

	if (access(KMEMLEAK, F_OK))
		return;
	if (guest_start(&guest, SOME, -1))
		ok(NULL, set(KMEMLEAK, "scan") && secure_pages_are(SOME),
		   "a scan for leaks leaves protected VMs alone");
	guest_end(&guest);
	nothing_left("scan for leaks");
}

static void disabled(void)
{
	static const uint8_t zeroes[GUEST_PAGE];
	struct guest guest;
	unsigned long bad = 0;

	if (guest_start(&guest, many, -1)) {
		ok(&guest.vm, !pv(&guest.vm, KVM_PV_DISABLE, NULL), "KVM_PV_DISABLE");
		ok(NULL, secure_pages_are(0), "no page is secure");
		for (unsigned long i = 0; i < many; i++)
			bad += !!memcmp(guest_page(&guest, i), zeroes, GUEST_PAGE);
		ok(NULL, !bad, "all pages are zero");
	}
	guest_end(&guest);
	nothing_left("KVM_PV_DISABLE");
}

int main(int argc, char **argv)
{
	many = argc > 1 ? strtoul(argv[1], NULL, 0) : 10000;
	puts("TAP version 13");
	if (!kvm_open())
		skip_all("no /dev/kvm");
	if (!host_is_protected())
		skip_all("this host cannot run protected VMs (prot_virt=1?)");
	if (!image_open() || image_pages < many)
		skip_all("no image of that size on a disk");
	host_open();
	printf("# the ultravisor's own counters can%s be seen\n", host_is_machine() ? "" : "not");
	access_open();
	if (!ok(NULL, make_swap(), "swap space in zram"))
		return finish();
	huge_pages();
	accesses();
	leak_scan();
	disabled();
	swap_many();
	cold();
	give_up();
	compaction();
	move_pages_to_node();
	same_page_merging();
	forking();
	files();
	core_dump();
	ends(many);
	return finish();
}

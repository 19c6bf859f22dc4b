// SPDX-License-Identifier: GPL-2.0
/*
 * secure-memory [PAGES]: secure memory of protected VMs under everything that
 * the memory management does to a process. No guest runs. PAGES, 10000 if not
 * given, is for the large VMs; the image on one disk has to have as many.
 * The other disk is overwritten. Needs zram0, not in use.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "access.h"
#include "guest.h"
#include "host.h"

#define ZRAM		"/dev/zram0"
#define VMSTAT		"/proc/vmstat"
#define THP		"/sys/kernel/mm/transparent_hugepage"
#define EVENTS		"/sys/kernel/debug/uv/events"
#define OVERLAP		64UL	/* longer than what plain text is known by */
#define SOME		256UL	/* pages of small VMs */

#ifndef MADV_COLD
#define MADV_COLD	20
#define MADV_PAGEOUT	21
#endif

static unsigned long many;

/* Entries of /proc/self/pagemap */
#define MAP_SWAPPED	(1UL << 62)
#define MAP_PRESENT	(1UL << 63)
#define MAP_FRAME	((1UL << 55) - 1)

static unsigned long *pagemap(const struct guest *guest)
{
	unsigned long *map = calloc(guest->pages, sizeof(*map));
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	size_t len = guest->pages * sizeof(*map);

	if (!map || pread(fd, map, len, (off_t)((uintptr_t)guest->page / GUEST_PAGE * 8)) !=
		    (ssize_t)len) {
		perror("/proc/self/pagemap");
		exit(1);
	}
	close(fd);
	return map;
}

static unsigned long swapped(const struct guest *guest)
{
	unsigned long *map = pagemap(guest), count = 0;

	for (unsigned long i = 0; i < guest->pages; i++)
		count += !!(map[i] & MAP_SWAPPED);
	free(map);
	return count;
}

/* A weak sum is enough to tell whether a page is another one. */
static uint64_t sum(const uint8_t *page)
{
	const uint64_t *words = (const uint64_t *)page;
	uint64_t total = 0;

	for (size_t i = 0; i < GUEST_PAGE / 8; i++)
		total = (total << 7 | total >> 57) ^ words[i];
	return total;
}

/* Reads all pages; sums[] is filled by the first round and compared later. */
static bool all_exported(const struct guest *guest, uint64_t *sums, bool first)
{
	unsigned long bad = 0;

	for (unsigned long i = 0; i < guest->pages; i++) {
		const uint8_t *page = guest_page(guest, i);

		bad += !is_exported(i, page) || (!first && sums[i] != sum(page));
		sums[i] = sum(page);
	}
	if (bad)
		printf("# %lu of %lu pages are wrong\n", bad, guest->pages);
	return !bad;
}

static bool secure_pages_are(unsigned long want)
{
	long have;

	if (!host_is_machine())
		return true;
	have = machine_get("pages-secure");
	if (have != (long)want)
		printf("# %ld pages are secure, not %lu\n", have, want);
	return have == (long)want;
}

/* Out of memory and in again, by the ways in which memory is reclaimed */

static bool page_out(const struct guest *guest)
{
	return !madvise(guest->page, guest->pages * GUEST_PAGE, MADV_PAGEOUT);
}

static void swap_many(void)
{
	uint64_t *sums = calloc(many, sizeof(*sums));
	struct guest guest;
	unsigned long out;

	if (!guest_start(&guest, many, -1))
		goto end;
	ok(NULL, secure_pages_are(many), "all of them are secure");
	for (int round = 0; round < 3; round++) {
		ok(NULL, page_out(&guest), "round %d: %lu pages are paged out", round, many);
		out = swapped(&guest);
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
		ok(NULL, page_out(&guest) && swapped(&guest), "paged out once more");
		ok(NULL, !swapoff(ZRAM) && !swapped(&guest), "swapoff brings all of them back");
		ok(NULL, all_exported(&guest, sums, true), "encrypted");
		ok(NULL, !swapon(ZRAM, 0), "swap space is there again");
	}
	guest_end(&guest);
	nothing_left("swapoff");

	/* A process that ends with its pages in swap space */
	if (guest_start(&guest, many, -1))
		ok(NULL, page_out(&guest), "paged out before its end");
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
		   (page_out(&guest) || errno == EINVAL) && !swapped(&guest) &&
		   secure_pages_are(SOME), "locked pages stay, and secure");
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
			     MREMAP_MAYMOVE | MREMAP_DONTUNMAP);
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

/* Memory with holes all over; the number of holes is a power of two. */
static uint8_t *allocate_holes(size_t len)
{
	const size_t holes = len / GUEST_PAGE / 2;
	uint8_t *hog = mmap(NULL, len, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	/* In disorder, as the allocator gives out first what came last */
	for (size_t i = 0; i < holes; i++)
		madvise(hog + i * 40503 % holes * 2 * GUEST_PAGE, GUEST_PAGE, MADV_DONTNEED);
	return hog;
}

/*
 * Pages of the VM lie here and there between others that are given back then,
 * so that there is something to compact.
 */
static void compaction(void)
{
	const size_t len = 1024 * MIB;
	unsigned long *before, *after, moved = 0;
	uint64_t *sums = calloc(many, sizeof(*sums));
	struct guest guest;
	uint8_t *hog = allocate_holes(len);

	if (guest_start(&guest, many, -1)) {
		munmap(hog, len);
		before = pagemap(&guest);
		set("/proc/sys/vm/compact_memory", "1");
		after = pagemap(&guest);
		for (unsigned long i = 0; i < many; i++)
			moved += !(after[i] & MAP_PRESENT) ||
				 (before[i] & MAP_FRAME) != (after[i] & MAP_FRAME);
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

	if (guest_start(&guest, SOME, -1)) {
		for (unsigned long i = 0; i < SOME; i++) {
			pages[i] = guest_page(&guest, i);
			nodes[i] = 0;
		}
		/* Without CONFIG_NUMA there is no such system call. */
		ok(NULL, !syscall(SYS_move_pages, 0, SOME, pages, nodes, status, 2) ||
		   errno == ENOSYS, "move_pages(): %s", strerror(errno));
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

/* Two processes share the memory, of a file. */
static void shared_file(const char *what, int fd, bool split)
{
	long splits = counter(EVENTS, "import_splits");
	uint64_t sums[SOME];
	struct guest guest;
	uint8_t *other;
	int status = -1;
	pid_t child;

	ok(NULL, fd >= 0 && !ftruncate(fd, GUEST_LEN), "%s", what);
	/* Touched in order, so that the file has large folios where it can */
	other = mmap(NULL, GUEST_LEN, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	memset(other, 0, GUEST_LEN);
	if (guest_start(&guest, SOME, fd)) {
		ok(NULL, (counter(EVENTS, "import_splits") > splits) == split,
		   "%s: %ld large folios were split", what,
		   counter(EVENTS, "import_splits") - splits);
		child = fork();
		if (!child) {
			unsigned long bad = 0, at = (unsigned long)(guest.page - guest.vm.mem);

			for (unsigned long i = 0; i < SOME / 2; i++)
				bad += !is_exported(i, other + at + i * GUEST_PAGE);
			_exit(bad ? 1 : 0);
		}
		waitpid(child, &status, 0);
		ok(NULL, !status, "%s: another process reads it encrypted", what);
		ok(NULL, all_exported(&guest, sums, true), "%s: and so does its owner", what);
		ok(NULL, page_out(&guest) && all_exported(&guest, sums, false),
		   "%s: the same after it was paged out", what);
	}
	guest_end(&guest);
	munmap(other, GUEST_LEN);

	/* A hole is punched while pages are secure, and the file ends. */
	if (guest_start(&guest, SOME, fd)) {
		off_t at = guest.page - guest.vm.mem;

		ok(NULL, !fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, at,
				    16 * GUEST_PAGE) && secure_pages_are(SOME - 16),
		   "%s: a hole is punched", what);
		ok(NULL, !ftruncate(fd, at + 32 * (off_t)GUEST_PAGE) && secure_pages_are(16),
		   "%s: it is truncated", what);
	}
	guest_end(&guest);
	close(fd);
	nothing_left(what);
}

static bool has_huge_pages(const char *what)
{
	bool has = !access(THP, F_OK);

	if (!has)
		ok(NULL, true, "%s # SKIP this machine has no large pages (EDAT-1)", what);
	return has;
}

static void files(void)
{
	shared_file("memory of a memfd", memfd_create("guest", MFD_CLOEXEC), false);
	if (!has_huge_pages("tmpfs with large folios"))
		return;
	mkdir("/tmp/huge", 0700);
	ok(NULL, !mount("huge", "/tmp/huge", "tmpfs", 0, "huge=always"), "tmpfs with large folios");
	shared_file("memory of a tmpfs with large folios",
		    open("/tmp/huge/guest", O_RDWR | O_CREAT | O_CLOEXEC, 0600), true);
	unlink("/tmp/huge/guest");
	umount("/tmp/huge");
}

/* KVM turns transparent huge pages off; memory that has them before is split. */
static void huge_pages(void)
{
	long before = counter(VMSTAT, "thp_fault_alloc");
	uint64_t sums[SOME];
	struct guest guest;
	uint8_t *huge;

	if (!has_huge_pages("transparent huge pages"))
		return;
	huge = mmap(NULL, 16 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	madvise(huge, 16 * MIB, MADV_HUGEPAGE);
	memset(huge, 1, 16 * MIB);
	ok(NULL, counter(VMSTAT, "thp_fault_alloc") > before,
	   "a process has huge pages before it has a VM");
	if (guest_start(&guest, SOME, -1)) {
		/* KVM says no; what matters is what comes of it. */
		madvise(guest.vm.mem, GUEST_LEN, MADV_HUGEPAGE);
		ok(NULL, secure_pages_are(SOME), "MADV_HUGEPAGE leaves secure pages alone");
		ok(NULL, all_exported(&guest, sums, true), "they read encrypted");
	}
	guest_end(&guest);
	munmap(huge, 16 * MIB);
	nothing_left("huge pages");
}

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

static void core_dump(void)
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
	ok(NULL, WIFSIGNALED(status) && WCOREDUMP(status), "a process with secure memory dumps core");
	ok(NULL, !file_has_plain_text("/tmp/core", &len) && len > (off_t)(SOME * GUEST_PAGE),
	   "%lld KiB of core, no plain text", (long long)len >> 10);
	unlink("/tmp/core");
	nothing_left("core dump");
}

/* A process with many secure pages goes in one of these ways. */
enum end { EXITS, KILLED, KILLED_IN_UNPACK, KILLED_IN_PAGEOUT, KILLED_IN_DISABLE, ENDS };

static void process(enum end end, int ready)
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
			page_out(&guest);
			memset(guest.page, 1, many * GUEST_PAGE);
		}
	default:
		break;
	}
	pause();
}

static void ends(void)
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
				process(end, fds[1]);
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

static bool make_swap(void)
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
	accesses();
	disabled();
	swap_many();
	cold();
	give_up();
	compaction();
	move_pages_to_node();
	same_page_merging();
	forking();
	files();
	huge_pages();
	core_dump();
	ends();
	return finish();
}

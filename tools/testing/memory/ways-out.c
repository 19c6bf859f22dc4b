// SPDX-License-Identifier: GPL-2.0
/*
 * Pages leave page tables while the ultravisor gives none of them back. Each way:
 * the host goes on, the process waits for seconds at most, no secure page gets a
 * new owner, and what is still there is intact.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "exported.h"
#include "host.h"
#include "ways-out.h"
#include "residence.h"

#define FOR_EVER	0xffffffffU
#define ERROR_RC	0x1ff
#define EXPORT		0x201
#define DESTROY_PAGE	0x202
#define PAGES		32UL
#define EVENTS		"/sys/kernel/debug/uv/events"
/* More than what the lists of a few CPUs hold of pages that were freed last */
#define HOG		(128 * MIB)

/* Gone: with the guest's memory. Its pages are kept, and it cannot be looked at. */
enum outcome { STAYS, GOES, GONE };

struct way {
	const char *name;
	void (*go)(struct guest *guest, int fd);
	enum outcome outcome;
	bool file;
};

static void discard(struct guest *guest, int fd)
{
	(void)fd;
	madvise(guest->page, PAGES * GUEST_PAGE, MADV_DONTNEED);
}

static void unmap(struct guest *guest, int fd)
{
	(void)fd;
	munmap(guest->page, PAGES * GUEST_PAGE);
}

static void truncate_file(struct guest *guest, int fd)
{
	(void)guest;
	if (ftruncate(fd, 0))
		perror("ftruncate");
}

static void punch(struct guest *guest, int fd)
{
	if (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
		      guest->page - guest->vm.mem, PAGES * GUEST_PAGE))
		perror("fallocate");
}

static void swap_out(struct guest *guest, int fd)
{
	(void)fd;
	page_out(guest->page, PAGES);
	page_out(guest->page, PAGES);
}

static void compact(struct guest *guest, int fd)
{
	(void)guest;
	(void)fd;
	set("/proc/sys/vm/compact_memory", "1");
}

static void merge(struct guest *guest, int fd)
{
	(void)fd;
	madvise(guest->page, PAGES * GUEST_PAGE, MADV_MERGEABLE);
	set("/sys/kernel/mm/ksm/pages_to_scan", "10000");
	set("/sys/kernel/mm/ksm/sleep_millisecs", "10");
	set("/sys/kernel/mm/ksm/run", "1");
	sleep(2);
	set("/sys/kernel/mm/ksm/run", "0");
}

static void move(struct guest *guest, int fd)
{
	uint8_t *to = mmap(NULL, PAGES * GUEST_PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)fd;
	mremap(guest->page, PAGES * GUEST_PAGE, PAGES * GUEST_PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
	       to);
	guest->page = to;
}

/* A child's stores copy what it cannot read: they end the child. */
static void copy_on_write(struct guest *guest, int fd)
{
	int status = 0;
	pid_t child = fork();

	(void)fd;
	if (!child) {
		signal(SIGALRM, SIG_DFL);
		alarm(20);	/* it waits while the ultravisor is busy */
		*(volatile uint8_t *)guest->page = 1;
		_exit(0);
	}
	waitpid(child, &status, 0);
	if (!WIFSIGNALED(status))
		printf("# the child ended with status %x\n", status);
}

static const struct way ways[] = {
	{ "paging out", swap_out, STAYS, false },
	{ "compaction", compact, STAYS, false },
	{ "copy on write after fork()", copy_on_write, STAYS, false },
	{ "KSM", merge, STAYS, false },
	{ "mremap()", move, STAYS, false },
	{ "MADV_DONTNEED", discard, GOES, false },
	{ "munmap()", unmap, GOES, false },
	{ "a hole in a file", punch, GOES, true },
	{ "truncation of a file", truncate_file, GONE, true },
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* Free pages that are secure would be exported by the kernel's stores for the next user. */
static void nobody_gets_a_secure_page(const char *name, const char *what)
{
	const long secure = machine_get("pages-secure");
	uint8_t *hog = mmap(NULL, HOG, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	size_t bad = 0;

	for (size_t i = 0; i < HOG; i += GUEST_PAGE)
		bad += hog[i] != 0;
	ok(NULL, !bad && machine_get("pages-secure") == secure,
	   "%s, %s: no secure page has a new owner (%ld are secure)", name, what, secure);
	munmap(hog, HOG);
}

static void refuse(unsigned int cc)
{
	machine_inject(EXPORT, cc, cc == 1 ? ERROR_RC : 0, FOR_EVER);
	machine_inject(DESTROY_PAGE, cc, cc == 1 ? ERROR_RC : 0, FOR_EVER);
}

static void stop_refusing(void)
{
	machine_inject(EXPORT, 1, 0, 0);
	machine_inject(DESTROY_PAGE, 1, 0, 0);
}

static void now_kept(long want, const char *name, const char *what)
{
	const long have = counter(EVENTS, "pages_kept");

	ok(NULL, have == want, "%s, %s: %ld pages are kept, it should be %ld", name,
	   what, have, want);
}

static void one_way(const struct way *way, unsigned int cc, const char *what)
{
	const long kept = counter(EVENTS, "pages_kept");
	int fd = way->file ? memfd_create("guest", MFD_CLOEXEC) : -1;
	uint8_t *holes = way->go == compact ? allocate_holes(64 * MIB) : NULL;
	uint64_t sums[PAGES];
	struct guest guest;
	double start;

	if (fd >= 0 && ftruncate(fd, GUEST_LEN))
		exit(1);
	if (ok(NULL, guest_begin(&guest, PAGES, fd), "a VM with secure pages")) {
		if (holes)
			munmap(holes, 64 * MIB);
		refuse(cc);
		start = now();
		way->go(&guest, fd);
		ok(NULL, now() - start < 30, "%s, %s: %.1f s", way->name, what, now() - start);
		stop_refusing();
		if (way->outcome == STAYS)
			ok(NULL, all_exported(&guest, sums, true), "%s, %s: all pages are there",
			   way->name, what);
		now_kept(kept + (way->outcome == STAYS ? 0 : (long)PAGES), way->name, what);
		nobody_gets_a_secure_page(way->name, what);
	}
	munmap(guest.page, PAGES * GUEST_PAGE);
	guest_end(&guest);
	if (fd >= 0)
		close(fd);
	accept_what_is_left();
	nothing_left(way->name);
}

/* The process ends, and with it, or before it, a child that has the same pages. */
static void ends_while_refused(bool forks, unsigned int cc, const char *what)
{
	const char *name = forks ? "end of a parent, then of its child" : "end of a process";
	const long kept = counter(EVENTS, "pages_kept");
	int status = -1;
	double start;
	pid_t child;

	fflush(stdout);
	start = now();
	child = fork();
	if (!child) {
		struct guest guest;
		int fds[2];
		char c;

		if (!guest_begin(&guest, PAGES, -1) || pipe(fds))
			_exit(1);
		if (forks && !fork()) {
			close(fds[1]);
			/* End of file when the parent is gone */
			_exit(read(fds[0], &c, 1) != 0);
		}
		refuse(cc);
		_exit(0);
	}
	waitpid(child, &status, 0);
	sleep(1);
	ok(NULL, !status && now() - start < 60, "%s, %s: %.1f s", name, what, now() - start);
	stop_refusing();
	now_kept(kept + (long)PAGES, name, what);
	nobody_gets_a_secure_page(name, what);
	accept_what_is_left();
	nothing_left(name);
}

void ways_out(void)
{
	static const char * const what[] = { [1] = "refused", [2] = "busy for ever" };

	ok(NULL, make_swap(), "swap space in zram");
	for (unsigned int cc = 1; cc <= 2; cc++) {
		for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
			one_way(&ways[i], cc, what[cc]);
		ends_while_refused(false, cc, what[cc]);
		ends_while_refused(true, cc, what[cc]);
	}
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Secure memory that others have, too: files, and large folios.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "exported.h"
#include "host.h"
#include "parts.h"
#include "residence.h"

#define VMSTAT		"/proc/vmstat"
#define THP		"/sys/kernel/mm/transparent_hugepage"
#define EVENTS		"/sys/kernel/debug/uv/events"

/* By write(), as a mapping of a process that has had a VM gets no large folios. */
static bool fill(int fd)
{
	static const uint8_t zeros[MIB];
	off_t at;

	for (at = 0; at < (off_t)GUEST_LEN; at += MIB)
		if (pwrite(fd, zeros, MIB, at) != (ssize_t)MIB)
			return false;
	return true;
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

	ok(NULL, fd >= 0 && !ftruncate(fd, GUEST_LEN) && fill(fd), "%s", what);
	other = mmap(NULL, GUEST_LEN, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
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
		ok(NULL, page_out(guest.page, guest.pages) && all_exported(&guest, sums, false),
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

/* What a reader in another process counts, in memory that both have */
struct reader {
	volatile bool stop;
	volatile long good;
	volatile long failed;
	volatile int error;
};

/* As a vhost-user backend does: by pins of pages that it has mapped as well */
static void read_all_the_time(struct reader *reader, int fd, off_t at)
{
	uint8_t *page = mmap(NULL, SOME * GUEST_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, at);
	uint64_t word;

	for (unsigned long i = 0; !reader->stop; i = (i + 1) % SOME) {
		struct iovec here = { &word, sizeof(word) };
		struct iovec there = { page + i * GUEST_PAGE, sizeof(word) };

		if (process_vm_readv(getpid(), &here, 1, &there, 1, 0) == sizeof(word)) {
			reader->good++;
		} else {
			reader->failed++;
			reader->error = errno;
		}
	}
	_exit(0);
}

/* Memory becomes secure while another process uses it. */
static void shared_with_a_reader(void)
{
	static const char what[] = "memory that another process reads all the time";
	struct reader *reader = mmap(NULL, sizeof(*reader), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int fd = memfd_create("guest", MFD_CLOEXEC);
	unsigned long begun = 0;
	struct guest guest;
	pid_t child = 0;

	if (fd < 0 || ftruncate(fd, GUEST_LEN))
		exit(1);
	for (int life = 0; life < 8; life++) {
		guest_prepare(&guest, SOME, fd);
		if (!child) {
			fflush(stdout);
			child = fork();
			if (!child)
				read_all_the_time(reader, fd, guest.page - guest.vm.mem);
		}
		begun += guest_enable(&guest) && !guest_set_header(&guest) &&
			 !guest_unpack(&guest, SOME);
		guest_end(&guest);
	}
	reader->stop = true;
	waitpid(child, NULL, 0);
	ok(NULL, begun == 8, "%s: it becomes secure", what);
	ok(NULL, reader->good && !reader->failed, "%s: %ld reads, %ld failed (%s)", what,
	   reader->good, reader->failed, strerror(reader->error));
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

void files(void)
{
	shared_file("memory of a memfd", memfd_create("guest", MFD_CLOEXEC), false);
	shared_with_a_reader();
	if (!has_huge_pages("tmpfs with large folios"))
		return;
	mkdir("/tmp/huge", 0700);
	ok(NULL, !mount("huge", "/tmp/huge", "tmpfs", 0, "huge=always"), "tmpfs with large folios");
	shared_file("memory of a tmpfs with large folios",
		    open("/tmp/huge/guest", O_RDWR | O_CREAT | O_CLOEXEC, 0600), true);
	unlink("/tmp/huge/guest");
	umount("/tmp/huge");
}

/* The page cache of XFS has large folios, which are not split while they are dirty. */
void large_files(void)
{
	static const char what[] = "memory of a file on XFS";
	long written = counter(EVENTS, "import_writebacks");

	mkdir("/tmp/xfs", 0700);
	if (!ok(NULL, !mount(scratch_disk, "/tmp/xfs", "xfs", 0, NULL), "XFS is mounted: %s",
		strerror(errno)))
		return;
	shared_file(what, open("/tmp/xfs/guest", O_RDWR | O_CREAT | O_CLOEXEC, 0600), true);
	ok(NULL, counter(EVENTS, "import_writebacks") > written,
	   "%s: %ld folios were written back", what,
	   counter(EVENTS, "import_writebacks") - written);
	unlink("/tmp/xfs/guest");
	ok(NULL, !umount("/tmp/xfs"), "XFS is unmounted");
}

/* Pages of hugetlbfs cannot be secure, and the host says so. */
static void hugetlbfs(void)
{
	static const char what[] = "memory of hugetlbfs";
	struct guest guest;
	int fd;

	set("/proc/sys/vm/nr_hugepages", "64");
	fd = memfd_create("guest", MFD_CLOEXEC | MFD_HUGETLB);
	ok(NULL, fd >= 0 && !ftruncate(fd, GUEST_LEN), "%s", what);
	ok(NULL, !guest_begin(&guest, SOME, fd) && errno == EFAULT && !guest.pages,
	   "%s: no page becomes secure", what);
	guest_end(&guest);
	close(fd);
	set("/proc/sys/vm/nr_hugepages", "0");
	nothing_left(what);
}

/*
 * KVM turns transparent huge pages off, for good; memory that has them before
 * is split.
 */
void huge_pages(void)
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
	hugetlbfs();
}

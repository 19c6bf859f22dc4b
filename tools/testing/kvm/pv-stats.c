// SPDX-License-Identifier: GPL-2.0
/*
 * pv-stats [-p] IMAGE: the statistics of a protected VM tell exactly what
 * happened to its pages. With -p the ultravisor is known to destroy no
 * configuration with all its pages.
 *
 * IMAGE holds the guest of guest/, made for the host that this runs on.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>
#include "run.h"
#include "stats.h"

#define PAGES	16UL	/* that the guest works with */
#define AHEAD	15UL	/* that it gets behind them, one less than it went through */
#define SHARED	4UL	/* the first of them */

enum { IMPORTED, EXPORTED, DESTROYED, PINNED, UNPACKED, NUMBERS };

static const char * const names[NUMBERS] = {
	"pv_imported_pages", "pv_exported_pages", "pv_destroyed_pages", "pv_pinned_pages",
	"pv_unpacked_pages",
};

static struct image image;
static uint64_t seen[NUMBERS];

static void read_all(struct guest *guest, uint64_t *numbers)
{
	for (int i = 0; i < NUMBERS; i++)
		if (!stats_read(guest->vm.fd, names[i], &numbers[i]))
			ok(&guest->vm, false, "there is no %s", names[i]);
}

/* So many more than the last time; all others are what they were. */
static void more(struct guest *guest, int which, uint64_t count, const char *what)
{
	uint64_t now[NUMBERS];
	bool good = true;

	read_all(guest, now);
	for (int i = 0; i < NUMBERS; i++)
		good &= now[i] - seen[i] == (i == which ? count : 0);
	if (!ok(NULL, good, "%s: %lu more in %s, and nothing else", what, count, names[which]))
		for (int i = 0; i < NUMBERS; i++)
			printf("# %s: %lu, then %lu\n", names[i], seen[i], now[i]);
	memcpy(seen, now, sizeof(seen));
}

static unsigned long page(unsigned long number)
{
	return GUEST_PRIVATE + number * GUEST_PAGE;
}

static void order_pages(struct guest *guest, unsigned long order, unsigned long from,
			unsigned long to)
{
	bool good = true;

	for (unsigned long i = from; i < to; i++)
		good &= guest_do(guest, 0, order, page(i), i, 0) && !guest_result(guest, 0, 0);
	if (!good)
		ok(&guest->vm, false, "the guest carries out order %lu", order);
}

/* The kernel pins them for that, as for a device. */
static void use_pages(struct guest *guest, unsigned long from, unsigned long to)
{
	static uint8_t copy[PAGES * GUEST_PAGE];
	const size_t len = (to - from) * GUEST_PAGE;
	const struct iovec here = { .iov_base = copy, .iov_len = len };
	const struct iovec there = { .iov_base = guest->vm.mem + page(from), .iov_len = len };

	if (process_vm_readv(getpid(), &here, 1, &there, 1, 0) != (ssize_t)len)
		ok(&guest->vm, false, "pages %lu to %lu are read by the kernel", from, to);
}

static uint64_t image_pages(void)
{
	uint64_t bytes = 0;

	for (unsigned int i = 0; i < image.parts; i++)
		bytes += image.part[i].size;
	return bytes / GUEST_PAGE;
}

/* What is marked as secure still, since each other count takes pages away. */
static uint64_t left(void)
{
	return seen[UNPACKED] + seen[IMPORTED] - seen[EXPORTED] - seen[PINNED] - seen[DESTROYED];
}

static void life(struct guest *guest)
{
	const uint64_t before = seen[UNPACKED];

	if (!ok(&guest->vm, guest_start(guest, &image), "the guest starts"))
		return;
	read_all(guest, seen);
	ok(NULL, seen[UNPACKED] - before == image_pages(), "as many pages are unpacked as it has");

	order_pages(guest, ORDER_FILL, 0, PAGES);
	more(guest, IMPORTED, PAGES + AHEAD, "the guest fills new pages, one after the other");
	for (unsigned long i = 0; i < PAGES; i++)
		guest_differences(guest, page(i), i);
	more(guest, EXPORTED, PAGES, "user space reads them");
	for (unsigned long i = 0; i < PAGES; i++)
		guest_differences(guest, page(i), i);
	more(guest, EXPORTED, 0, "and again");
	order_pages(guest, ORDER_COMPARE, 0, PAGES);
	more(guest, IMPORTED, PAGES, "the guest reads them, each of which it asks for");

	order_pages(guest, ORDER_SHARE, 0, SHARED);
	more(guest, PINNED, 0, "the guest shares some");
	use_pages(guest, 0, SHARED);
	more(guest, PINNED, SHARED, "the kernel uses those");
	use_pages(guest, SHARED, PAGES / 2);
	more(guest, EXPORTED, PAGES / 2 - SHARED, "and others that are not shared");
	madvise(guest->vm.mem + page(PAGES / 2), PAGES / 2 * GUEST_PAGE, MADV_DONTNEED);
	more(guest, EXPORTED, PAGES / 2, "user space gives the rest away");
}

int main(int argc, char **argv)
{
	uint64_t unpack_ns = 0, teardown_ns = 0, now[NUMBERS];
	bool by_page = false;
	struct guest guest;

	puts("TAP version 13");
	if (argc > 1 && !strcmp(argv[1], "-p")) {
		by_page = true;
		argv++;
		argc--;
	}
	if (argc != 2 || !image_load(&image, argv[1]))
		skip_all("no image (pv-stats [-p] IMAGE)");
	if (!kvm_open())
		skip_all("no /dev/kvm");
	if (!host_is_protected())
		skip_all("this host cannot run protected VMs (prot_virt=1?)");
	guest_open(&guest, 1);
	life(&guest);
	ok(&guest.vm, !pv(&guest.vm, KVM_PV_DISABLE, NULL), "DISABLE");
	read_all(&guest, now);
	if (by_page || now[DESTROYED])
		more(&guest, DESTROYED, left(), "all that the guest had is destroyed");
	else
		more(&guest, DESTROYED, 0, "the ultravisor destroys it all at once");
	stats_read(guest.vm.fd, "pv_unpack_ns", &unpack_ns);
	stats_read(guest.vm.fd, "pv_teardown_ns", &teardown_ns);
	ok(NULL, unpack_ns > 0 && teardown_ns > 0, "both took their time: %lu and %lu us",
	   unpack_ns / 1000, teardown_ns / 1000);
	guest_close(&guest);
	return finish();
}

// SPDX-License-Identifier: GPL-2.0
/*
 * cost IMAGE [MIB]: what protected VMs cost the host, by the clock. On a machine that
 * counts instructions for time (-icount shift=0) and has one CPU, a nanosecond
 * is an instruction, and the numbers repeat exactly.
 *
 * What is done to pages is done to few and to many of them; the difference is
 * what one page costs. IMAGE is the guest of testing/kvm/guest/: it touches pages
 * for the first time. For the rest its header is used, pages are unpacked from
 * whatever is in memory and never verified.
 *
 * With MIB, how many milliseconds DISABLE takes for a guest of that size, which
 * may keep several CPUs busy.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include "../testing/kvm/run.h"

#define FEW		1024
#define MANY		5120
#define FEW_TOUCHED	256	/* by the guest, which is smaller; whole megabytes */
#define MANY_TOUCHED	2048
#define RANDOM_STEP	157	/* pages; all of either number are reached */
#define GUEST_LEN	(32 * MIB)
#define BEGIN		(8 * MIB)	/* guest address of the first page */

static struct image image;

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static void must(bool good, const char *what)
{
	if (good)
		return;
	printf("cost: FAILED %s\n", what);
	exit(1);
}

static void show(const char *what, uint64_t instructions)
{
	printf("cost: %-13s %8lu\n", what, (unsigned long)instructions);
}

/* Where pages cost nothing a timer interrupt decides which run is longer. */
static void show_page(const char *what, uint64_t few, uint64_t many)
{
	show(what, many > few ? (many - few) / (MANY - FEW) : 0);
}

/* What is measured for a number of pages */
struct times {
	uint64_t unpack;
	uint64_t exported;
	uint64_t disable;
	uint64_t aside;		/* to destroy what was set aside */
	bool no_aside;		/* a kernel that sets nothing aside unless it is fast */
};

/* Pages that are there, as a VMM's copy of an image is */
static void open_vm(struct vm *vm, int cpus, unsigned long pages)
{
	vm_open(vm, GUEST_LEN, cpus);
	madvise(vm->mem, vm->len, MADV_NOHUGEPAGE);
	memset(vm->mem + BEGIN, 0x5a, pages * GUEST_PAGE);
}

static uint64_t unpack(struct vm *vm, unsigned long pages)
{
	struct kvm_s390_pv_unp unp = { .addr = BEGIN, .size = pages * GUEST_PAGE, .tweak = 1 };
	uint64_t start;

	must(!pv(vm, KVM_PV_ENABLE, NULL) && !image_header(&image, vm), "ENABLE and header");
	start = now();
	must(!pv(vm, KVM_PV_UNPACK, &unp), "UNPACK");
	return now() - start;
}

static struct times measure(unsigned long pages)
{
	struct times times;
	uint64_t start;
	struct vm vm;

	open_vm(&vm, 1, pages);
	times.unpack = unpack(&vm, pages);
	start = now();
	must(!pv(&vm, KVM_PV_DISABLE, NULL), "DISABLE");
	times.disable = now() - start;

	unpack(&vm, pages);
	start = now();
	for (unsigned long page = 0; page < pages; page++)
		*(volatile uint8_t *)(vm.mem + BEGIN + page * GUEST_PAGE);
	times.exported = now() - start;
	must(!pv(&vm, KVM_PV_DISABLE, NULL), "DISABLE");

	unpack(&vm, pages);
	times.no_aside = pv(&vm, PV_SET_ASIDE, NULL);
	start = now();
	must(times.no_aside || !pv(&vm, PV_DESTROY_ASIDE, NULL), "ASYNC_CLEANUP_PERFORM");
	times.aside = now() - start;
	vm_close(&vm);
	return times;
}

/* A guest stores into pages that are new to it, there in the host or not */
static uint64_t touch(unsigned long pages, bool mapped, unsigned long step)
{
	const unsigned long start_at = GUEST_PRIVATE + MIB;
	struct guest guest;
	uint64_t start, taken;

	guest_open(&guest, 1);
	madvise(guest.vm.mem, guest.vm.len, MADV_NOHUGEPAGE);
	must(guest_start(&guest, &image), "a guest starts");
	/* Page tables are there; the pages, for the second kind, are not any more. */
	memset(guest.vm.mem + start_at, 0x5a, pages * GUEST_PAGE);
	if (!mapped)
		madvise(guest.vm.mem + start_at, pages * GUEST_PAGE, MADV_DONTNEED);
	start = now();
	must(guest_do(&guest, 0, ORDER_TOUCH, start_at, pages, step), "it touches pages");
	taken = now() - start;
	guest_close(&guest);
	return taken;
}

static void show_touched(const char *what, bool mapped, unsigned long step)
{
	touch(FEW_TOUCHED, mapped, step);
	show(what, (touch(MANY_TOUCHED, mapped, step) - touch(FEW_TOUCHED, mapped, step)) /
		   (MANY_TOUCHED - FEW_TOUCHED));
}

static uint64_t enable(int cpus)
{
	uint64_t start, taken = 0;
	struct vm vm;

	/* The first one fills the kernel's caches. */
	for (int i = 0; i < 2; i++) {
		vm_open(&vm, GUEST_LEN, cpus);
		start = now();
		must(!pv(&vm, KVM_PV_ENABLE, NULL), "ENABLE");
		taken = now() - start;
		vm_close(&vm);
	}
	return taken;
}

static void teardown(unsigned long len)
{
	struct kvm_s390_pv_unp unp = { .size = len, .tweak = 1 };
	uint64_t start;
	struct vm vm;

	vm_open(&vm, len, 1);
	memset(vm.mem, 0x5a, len);
	must(!pv(&vm, KVM_PV_ENABLE, NULL) && !image_header(&image, &vm), "ENABLE and header");
	must(!pv(&vm, KVM_PV_UNPACK, &unp), "UNPACK");
	start = now();
	must(!pv(&vm, KVM_PV_DISABLE, NULL), "DISABLE");
	show("teardown-ms", (now() - start) / 1000000);
	vm_close(&vm);
}

int main(int argc, char **argv)
{
	struct times few, many;

	must(argc > 1 && image_load(&image, argv[1]), "an image is needed");
	must(kvm_open() && host_is_protected(), "this host cannot run protected VMs");
	if (argc > 2) {
		teardown(strtoul(argv[2], NULL, 0) * MIB);
		return 0;
	}
	show("enable-1-cpu", enable(1));
	show("enable-4-cpus", enable(4));
	measure(FEW);
	few = measure(FEW);
	many = measure(MANY);
	show_page("unpack", few.unpack, many.unpack);
	show_touched("import-mapped", true, 1);
	show_touched("mapped-random", true, RANDOM_STEP);
	show_touched("import-new", false, 1);
	show_touched("new-random", false, RANDOM_STEP);
	show_page("export", few.exported, many.exported);
	show_page("disable", few.disable, many.disable);
	if (!many.no_aside)
		show_page("set-aside", few.aside, many.aside);
	return 0;
}

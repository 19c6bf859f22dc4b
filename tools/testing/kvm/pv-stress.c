// SPDX-License-Identifier: GPL-2.0
/*
 * pv-stress IMAGE [CYCLES]: protected VMs again and again, several at once,
 * with many CPUs, and each command from two threads at once.
 *
 * IMAGE holds the guest of guest/, made for the host that this runs on.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "image.h"
#include "leak.h"
#include "run.h"

#define CYCLES		1000
#define ROUNDS		20	/* that cycles are divided into */
#define MANY_CPUS	64
#define PAIRS		20
#define WORK_PAGES	64

static struct image image;

static void open_vm(struct vm *vm, int cpus)
{
	vm_open(vm, (image.len + MIB - 1) & ~(MIB - 1), cpus);
}

/* One life, and one of the ways to end it */
static bool live(int way)
{
	struct guest guest;
	struct vm *vm = &guest.vm;
	bool good;

	guest_open(&guest, GUEST_CPUS);
	good = guest_start(&guest, &image) &&
	       guest_do(&guest, 0, ORDER_FILL, GUEST_PRIVATE, 1, 0);
	switch (way % 4) {
	case 0:
		break;
	case 1:
		good &= !pv(vm, KVM_PV_DISABLE, NULL);
		break;
	case 2:
		good &= !pv(vm, PV_SET_ASIDE, NULL);
		break;
	case 3:
		good &= !pv(vm, PV_SET_ASIDE, NULL) && !pv(vm, PV_DESTROY_ASIDE, NULL);
		break;
	}
	guest_close(&guest);
	return good;
}

static void cycles(int count)
{
	struct leak leak = { 0 };
	int lived = 0;
	long lost;

	for (int round = 0; round < ROUNDS; round++) {
		while (lived < count * (round + 1) / ROUNDS && live(lived))
			lived++;
		leak_round(&leak);
	}
	ok(NULL, lived == count, "%d guests were made, ran and were destroyed", lived);
	lost = leak_lost(&leak);
	/* A leak of the smallest donation would be 4 kB for each. */
	if (leak_shows())
		ok(NULL, lost < 2L * count, "the host does not lose memory by that (%ld kB)", lost);
}

/* A guest keeps pages, and its two CPUs see the same in them. */
static void *one_of_several(void *arg)
{
	const unsigned long number = (unsigned long)arg;
	struct guest guest;
	bool good;

	guest_open(&guest, GUEST_CPUS);
	good = guest_start(&guest, &image) && guest_start_second(&guest);
	for (unsigned long i = 0; good && i < WORK_PAGES; i++) {
		const unsigned long page = GUEST_PRIVATE + i * GUEST_PAGE;

		/* What the host reads has to come back before the guest can. */
		good = guest_do(&guest, i & 1, ORDER_FILL, page, number + i, 0) &&
		       guest_differences(&guest, page, number + i) &&
		       guest_do(&guest, !(i & 1), ORDER_COMPARE, page, number + i, 0) &&
		       !guest_result(&guest, !(i & 1), 0);
	}
	guest_close(&guest);
	return (void *)(long)good;
}

static void at_once(int vms)
{
	pthread_t thread[8];
	long good = 0;
	void *ret;

	for (int i = 0; i < vms; i++)
		pthread_create(&thread[i], NULL, one_of_several, (void *)(i * 1000L));
	for (int i = 0; i < vms; i++) {
		pthread_join(thread[i], &ret);
		good += (long)ret;
	}
	ok(NULL, good == vms, "%d guests of two CPUs at a time keep their pages", vms);
}

/* A CPU that comes when the guest runs already, and is started by it */
static void another_cpu(void)
{
	struct guest guest;

	guest_open(&guest, 1);
	ok(&guest.vm, guest_start(&guest, &image), "a guest with one CPU runs");
	ok(&guest.vm, guest_add_cpu(&guest), "it is given another one");
	ok(&guest.vm, guest_start_second(&guest), "which it starts");
	ok(&guest.vm, guest_do(&guest, 1, ORDER_FILL, GUEST_PRIVATE, 7, 0) &&
	   guest_do(&guest, 0, ORDER_COMPARE, GUEST_PRIVATE, 7, 0) && !guest_result(&guest, 0, 0),
	   "and which works");
	guest_close(&guest);
}

static void many_cpus(void)
{
	struct vm vm;
	int before;

	open_vm(&vm, MANY_CPUS);
	ok(&vm, !image_start(&image, &vm), "a VM of %d CPUs", MANY_CPUS);
	ok(&vm, !pv(&vm, KVM_PV_DISABLE, NULL), "and its end");
	vm_close(&vm);

	open_vm(&vm, 1);
	ok(&vm, !image_start(&image, &vm), "a VM of one CPU");
	before = vm.cpus;
	while (vm.cpus < MANY_CPUS && vm_add_cpu(&vm) >= 0)
		;
	ok(&vm, vm.cpus == MANY_CPUS, "gets %d more while it is protected", vm.cpus - before);
	for (int i = 0; i < 2; i++) {
		ok(&vm, !pv(&vm, PV_SET_ASIDE, NULL) && !image_start(&image, &vm),
		   "reboots with all of them");
		ok(&vm, !pv(&vm, PV_DESTROY_ASIDE, NULL), "and forgets what was before");
	}
	vm_close(&vm);
}

/* Commands that only one of two threads can do */
struct pair {
	const char *name;
	uint32_t cmd;
	uint32_t before;	/* the commands that lead to the state it is for */
};

#define STEP(cmd) (1U << (cmd))

static const struct pair pairs[] = {
	{ "ENABLE", KVM_PV_ENABLE, 0 },
	{ "SET_SEC_PARMS", KVM_PV_SET_SEC_PARMS, STEP(KVM_PV_ENABLE) },
	{ "VERIFY", KVM_PV_VERIFY,
	  STEP(KVM_PV_ENABLE) | STEP(KVM_PV_SET_SEC_PARMS) | STEP(KVM_PV_UNPACK) },
	{ "DISABLE", KVM_PV_DISABLE, STEP(KVM_PV_ENABLE) },
	{ "ASYNC_CLEANUP_PREPARE", PV_SET_ASIDE, STEP(KVM_PV_ENABLE) },
	{ "ASYNC_CLEANUP_PERFORM", PV_DESTROY_ASIDE, STEP(KVM_PV_ENABLE) | STEP(PV_SET_ASIDE) },
};

static int do_step(struct vm *vm, uint32_t cmd)
{
	int ret = 0;

	switch (cmd) {
	case KVM_PV_SET_SEC_PARMS:
		return image_header(&image, vm);
	case KVM_PV_UNPACK:
		for (unsigned int i = 0; !ret && i < image.parts; i++)
			ret = image_unpack(&image, vm, i);
		return ret;
	default:
		return pv(vm, cmd, NULL);
	}
}

struct twin {
	struct vm vm;
	uint32_t cmd;
	int ret;
	int error;
	pthread_barrier_t *start;
};

static void *twin(void *arg)
{
	struct twin *self = arg;

	pthread_barrier_wait(self->start);
	self->ret = do_step(&self->vm, self->cmd);
	self->error = errno;
	return NULL;
}

/* Exactly one of the two does it, the other one is told that it is too late. */
static bool pair_once(const struct pair *pair)
{
	struct twin twins[2];
	pthread_barrier_t start;
	pthread_t thread[2];
	struct vm vm;
	bool good;

	open_vm(&vm, 2);
	image_copy(&image, &vm);
	for (uint32_t cmd = 0; cmd < 32; cmd++)
		if (pair->before & STEP(cmd) && do_step(&vm, cmd))
			return false;
	pthread_barrier_init(&start, NULL, 2);
	for (int i = 0; i < 2; i++) {
		twins[i] = (struct twin){ .vm = vm, .cmd = pair->cmd, .start = &start };
		pthread_create(&thread[i], NULL, twin, &twins[i]);
	}
	for (int i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	pthread_barrier_destroy(&start);
	good = !twins[0].ret != !twins[1].ret && twins[twins[0].ret ? 0 : 1].error == EINVAL;
	vm_close(&vm);
	return good;
}

static void two_threads(void)
{
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		int good = 0;

		while (good < PAIRS && pair_once(&pairs[i]))
			good++;
		ok(NULL, good == PAIRS, "one of two threads does %s, %d times", pairs[i].name,
		   good);
	}
}

int main(int argc, char **argv)
{
	const int count = argc > 2 ? (int)strtol(argv[2], NULL, 0) : CYCLES;

	puts("TAP version 13");
	if (argc < 2 || !image_load(&image, argv[1]))
		skip_all("no image (pv-stress IMAGE [CYCLES])");
	if (!kvm_open())
		skip_all("no /dev/kvm");
	if (!host_is_protected())
		skip_all("this host cannot run protected VMs (prot_virt=1?)");
	two_threads();
	many_cpus();
	another_cpu();
	at_once(4);
	cycles(count);
	return finish();
}

// SPDX-License-Identifier: GPL-2.0
/*
 * pv-kill IMAGE: the VMM is killed while its protected guest runs, waits, loses
 * pages, begins or ends. What the kernel has to do then is seen from outside:
 * nothing may be left, and the host goes on.
 *
 * IMAGE holds the guest of guest/, made for the host that this runs on.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>
#include "run.h"

#define PAGES	64UL
#define TIMES	8	/* for what is killed at any moment of it */

static struct image image;
static struct guest guest;

/* In the process that is to be killed */
static void start(void)
{
	guest_open(&guest, GUEST_CPUS);
	if (!guest_start(&guest, &image))
		_exit(1);
}

static void *run_cpu(void *cpu)
{
	guest_run(&guest, (int)(long)cpu);
	return NULL;
}

static void run_in_thread(int cpu, unsigned long order)
{
	pthread_t thread;

	guest_order(&guest, cpu, order, 0, 0, 0);
	pthread_create(&thread, NULL, run_cpu, (void *)(long)cpu);
}

/* When it counts it runs. */
static void wait_for_spinning(int cpu)
{
	while (!guest_result(&guest, cpu, 0))
		usleep(1000);
}

static void guest_spins(int cpus)
{
	start();
	if (cpus > 1 && !guest_start_second(&guest))
		_exit(1);
	for (int cpu = 0; cpu < cpus; cpu++)
		run_in_thread(cpu, ORDER_SPIN);
	for (int cpu = 0; cpu < cpus; cpu++)
		wait_for_spinning(cpu);
}

/* An enabled wait is KVM's affair, so the thread sleeps in the kernel. */
static void guest_waits(int unused)
{
	(void)unused;
	start();
	run_in_thread(0, ORDER_EXTERNAL);
	usleep(20000);
}

/* What user space reads is exported. */
static void *take_pages(void *unused)
{
	(void)unused;
	for (unsigned long i = 0;; i++)
		guest_differences(&guest, GUEST_PRIVATE + i % PAGES * GUEST_PAGE, 0);
	return NULL;
}

static void guest_loses_pages(int unused)
{
	pthread_t thread;

	(void)unused;
	start();
	pthread_create(&thread, NULL, take_pages, NULL);
	for (unsigned long i = 0;; i++) {
		if (!guest_do(&guest, 0, ORDER_FILL, GUEST_PRIVATE + i % PAGES * GUEST_PAGE, i, 0))
			_exit(1);
		if (i == PAGES)
			stage_reached();
	}
}

/* One life after the other in the same VM; the time of the end is no matter. */
static void reboots(int how)
{
	struct vm *vm = &guest.vm;

	guest_open(&guest, GUEST_CPUS);
	for (int life = 0;; life++) {
		if (image_start(&image, vm))
			_exit(1);
		if (life == how)
			stage_reached();
		if (how & 1 && kvm_has(CAP_PROTECTED_ASYNC)) {
			if (pv(vm, PV_SET_ASIDE, NULL) || pv(vm, PV_DESTROY_ASIDE, NULL))
				_exit(1);
		} else if (pv(vm, KVM_PV_DISABLE, NULL)) {
			_exit(1);
		}
	}
}

/* The process that sets a configuration aside does not come to destroy it. */
static void guest_is_set_aside(int unused)
{
	(void)unused;
	start();
	if (pv(&guest.vm, PV_SET_ASIDE, NULL) || !guest_start(&guest, &image))
		_exit(1);
	run_in_thread(0, ORDER_SPIN);
	wait_for_spinning(0);
}

int main(int argc, char **argv)
{
	int good = 0;

	puts("TAP version 13");
	if (argc != 2 || !image_load(&image, argv[1]))
		skip_all("no image (pv-kill IMAGE)");
	if (!kvm_open())
		skip_all("no /dev/kvm");
	if (!host_is_protected())
		skip_all("this host cannot run protected VMs (prot_virt=1?)");
	ok(NULL, killed_at(1, guest_spins), "killed while its guest runs");
	ok(NULL, killed_at(2, guest_spins), "killed while its guest runs on two CPUs");
	ok(NULL, killed_at(0, guest_waits), "killed while its guest waits");
	ok(NULL, killed_at(0, guest_loses_pages), "killed while its guest loses pages");
	if (kvm_has(CAP_PROTECTED_ASYNC))
		ok(NULL, killed_at(0, guest_is_set_aside),
		   "killed while its guest runs and a former life is set aside");
	for (int i = 0; i < TIMES; i++)
		good += killed_at(i, reboots);
	ok(NULL, good == TIMES, "killed while it reboots its guest, %d times", good);
	return finish();
}

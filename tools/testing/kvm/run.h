/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The protected guest of guest/, run by raw ioctls: orders to its CPUs, and
 * what user space sees when they exit.
 */
#ifndef TESTS_RUN_H
#define TESTS_RUN_H

#include "image.h"
#include "guest/protocol.h"

/* Interception codes as in kvm_run, of protected CPUs */
#define ICPT_WAIT	0x1c
#define ICPT_STOP	0x28
#define ICPT_PV		0x68

#define IPA_DIAG	0x8302	/* whatever the guest's code is: DIAG 0,2,0(5) */
#define IPB_DIAG	0x50000000
#define IPA_SERVC	0xb220
#define IPA_SIGP	0xae

/* Orders of SIGP */
#define SIGP_SENSE	1
#define SIGP_CALL	2
#define SIGP_STOP	5
#define SIGP_RESTART	6
#define SIGP_PREFIX	13

#define PATIENCE	60	/* seconds that a CPU may run without an exit */

/**
 * struct guest - the guest, ready to be given orders
 * @vm:		its VM, with at most GUEST_CPUS CPUs and GUEST_SIZE bytes
 * @run:	what each CPU shares with KVM
 * @shared:	the page that it shares with us
 */
struct guest {
	struct vm vm;
	struct kvm_run *run[GUEST_CPUS];
	volatile struct shared *shared;
};

/* A VM for the image, ordinary so far, with one CPU or all of them */
void guest_open(struct guest *guest, int cpus);
bool guest_add_cpu(struct guest *guest);
void guest_close(struct guest *guest);

/* Secure mode with the image, first CPU up to its first question for an order */
bool guest_start(struct guest *guest, const struct image *image);

/*
 * What it takes until the second CPU runs: SIGP RESTART is user space's work,
 * guest_restarts() says whether the last exit was that. Then the CPU is set to
 * operate, and the first one goes on with cc 0.
 */
bool guest_restarts(const struct guest *guest);
void guest_accept_sigp(struct guest *guest);

/* All of that, up to the second CPU's first question for an order */
bool guest_start_second(struct guest *guest);

/* Run a CPU until it exits: KVM's reason, or -errno. A signal ends it after PATIENCE. */
int guest_run(struct guest *guest, int cpu);

/* What kind of exit the last one was */
bool guest_asks(const struct guest *guest, int cpu);
bool guest_exits(const struct guest *guest, int cpu, int icptcode);

/* Give an order, without and with running until the guest asks for the next */
void guest_order(struct guest *guest, int cpu, unsigned long order, unsigned long arg0,
		 unsigned long arg1, unsigned long arg2);
bool guest_do(struct guest *guest, int cpu, unsigned long order, unsigned long arg0,
	      unsigned long arg1, unsigned long arg2);
unsigned long guest_result(const struct guest *guest, int cpu, int number);

int guest_set_state(struct guest *guest, int cpu, uint32_t state);

/* Prints what the last exit was, as a comment */
void guest_show(const struct guest *guest, int cpu);

/* Pages as ORDER_FILL and ORDER_COMPARE know them, seen from here */
uint64_t guest_differences(const struct guest *guest, unsigned long addr, uint64_t seed);

#endif /* TESTS_RUN_H */

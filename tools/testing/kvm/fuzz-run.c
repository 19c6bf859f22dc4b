// SPDX-License-Identifier: GPL-2.0
/*
 * The fuzzer's CPUs: they run code that was put together from instructions which
 * KVM has to do something for, or the image's guest, whose orders are odd.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "fuzz.h"

#define CODE		0x10000UL	/* in the guest */
#define CODE_LEN	256
#define TICK_NS		3000000		/* from one signal to the next */
#define MAX_RUNS	8		/* of a CPU in a row */

static void nothing(int signal)
{
	(void)signal;
}

void fuzz_signals(void)
{
	const struct sigaction action = { .sa_handler = nothing };
	const struct itimerspec ticks = {
		.it_interval.tv_nsec = TICK_NS,
		.it_value.tv_nsec = TICK_NS,
	};
	struct sigevent event = {
		.sigev_notify = SIGEV_THREAD_ID,
		.sigev_signo = SIGUSR1,
	};
	timer_t timer;

	sigaction(SIGUSR1, &action, NULL);
	event._sigev_un._tid = gettid();
	if (!timer_create(CLOCK_MONOTONIC, &event, &timer))
		timer_settime(timer, 0, &ticks, NULL);
}

/* Operation codes, as the left bytes of an instruction, and how long that is */
static const struct instruction {
	uint16_t code;
	uint8_t len;
} instructions[] = {
	{ 0x8300, 4 }, /* DIAGNOSE */	{ 0xae00, 4 }, /* SIGP */
	{ 0xb202, 4 }, /* STIDP */	{ 0xb204, 4 }, /* SCK */
	{ 0xb206, 4 }, /* SCKC */	{ 0xb208, 4 }, /* SPT */
	{ 0xb20d, 4 }, /* PTLB */	{ 0xb210, 4 }, /* SPX */
	{ 0xb211, 4 }, /* STPX */	{ 0xb212, 4 }, /* STAP */
	{ 0xb214, 4 }, /* SIE */	{ 0xb220, 4 }, /* SERVC */
	{ 0xb221, 4 }, /* IPTE */	{ 0xb229, 4 }, /* ISKE */
	{ 0xb22b, 4 }, /* SSKE */	{ 0xb233, 4 }, /* SSCH */
	{ 0xb235, 4 }, /* TSCH */	{ 0xb236, 4 }, /* TPI */
	{ 0xb254, 4 }, /* MVPG */	{ 0xb25f, 4 }, /* CHSC */
	{ 0xb27d, 4 }, /* STSI */	{ 0xb2b0, 4 }, /* STFLE */
	{ 0xb2b1, 4 }, /* STFL */	{ 0xb2b2, 4 }, /* LPSWE */
	{ 0xb9a2, 4 }, /* PTF */	{ 0xb9a4, 4 }, /* UVC */
	{ 0xb9ab, 4 }, /* ESSA */	{ 0xb9af, 4 }, /* PFMF */
	{ 0xb700, 4 }, /* LCTL */	{ 0x8200, 4 }, /* LPSW */
	{ 0xe501, 6 }, /* TPROT */	{ 0xeb2f, 6 }, /* LCTLG, ends elsewhere */
	{ 0xa7f4, 4 }, /* a branch */	{ 0xe320, 6 }, /* a load or store */
	{ 0x4400, 4 }, /* EXECUTE */	{ 0x0000, 2 }, /* no instruction */
};

void fuzz_code(struct fuzzer *fuzzer, const struct vm *vm)
{
	uint8_t code[CODE_LEN + 6];
	size_t len = 0;

	while (len < CODE_LEN) {
		const struct instruction *next =
			&instructions[below(fuzzer, sizeof(instructions) / sizeof(*next))];
		uint64_t operands = random_bits(fuzzer);

		memcpy(code + len, &operands, 6);
		code[len] = (uint8_t)(next->code >> 8);
		/* In some the second byte is operands, too. */
		code[len + 1] = next->code & 0xff ? (uint8_t)next->code : (uint8_t)(operands >> 56);
		len += next->len;
	}
	memcpy(vm->mem + CODE, code, CODE_LEN);
}

static void odd_registers(struct fuzzer *fuzzer, struct kvm_run *run)
{
	struct kvm_sync_regs *regs = &run->s.regs;

	run->psw_mask = one_in(fuzzer, 2) ? 0x0000000180000000 : random_bits(fuzzer);
	mutate(fuzzer, &run->psw_mask);
	run->psw_addr = CODE + (below(fuzzer, CODE_LEN) & -2UL);
	mutate(fuzzer, &run->psw_addr);
	for (int i = 0; i < 16; i++) {
		regs->gprs[i] = odd_number(fuzzer, CODE);
		if (one_in(fuzzer, 8))
			regs->crs[i] = odd_number(fuzzer, regs->crs[i]);
		regs->acrs[i] = (uint32_t)odd_number(fuzzer, 0);
	}
	mutate(fuzzer, &regs->prefix);
	mutate(fuzzer, &regs->ckc);
	mutate(fuzzer, &regs->cputm);
	mutate(fuzzer, &regs->todpr);
	mutate(fuzzer, &regs->pft);
	mutate(fuzzer, &regs->pfs);
	mutate(fuzzer, &regs->pp);
	mutate(fuzzer, &regs->gbea);
	mutate(fuzzer, &regs->diag318);
	mutate_bytes(fuzzer, regs, sizeof(*regs));
	run->kvm_dirty_regs = random_bits(fuzzer) & KVM_SYNC_S390_VALID_FIELDS;
	run->kvm_valid_regs = random_bits(fuzzer) & KVM_SYNC_S390_VALID_FIELDS;
	if (one_in(fuzzer, 16))
		run->kvm_dirty_regs = random_bits(fuzzer);
	if (one_in(fuzzer, 16))
		run->kvm_valid_regs = random_bits(fuzzer);
	run->immediate_exit = one_in(fuzzer, 16);
}

static int some_cpu(struct fuzzer *fuzzer, const struct vm *vm)
{
	return vm->cpu[below(fuzzer, (uint64_t)vm->cpus)];
}

void fuzz_load(struct fuzzer *fuzzer, const struct vm *vm)
{
	struct kvm_mp_state load = { .mp_state = KVM_MP_STATE_LOAD };
	struct kvm_mp_state operating = { .mp_state = KVM_MP_STATE_OPERATING };
	int cpu;

	if (!vm->cpus)
		return;
	cpu = vm->cpu[0];
	fuzzer->calls += 3;
	fuzzer->done += !ioctl(cpu, KVM_SET_MP_STATE, &load);
	fuzzer->done += !ioctl(cpu, KVM_SET_MP_STATE, &operating);
	fuzzer->done += !ioctl(cpu, KVM_RUN, 0);
}

void fuzz_run(struct fuzzer *fuzzer, const struct vm *vm)
{
	const size_t len = (size_t)ioctl(kvm_fd, KVM_GET_VCPU_MMAP_SIZE, 0);
	struct kvm_run *run;
	int cpu, runs;

	if (!vm->cpus)
		return;
	cpu = some_cpu(fuzzer, vm);
	run = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, cpu, 0);
	if (run == MAP_FAILED)
		return;
	for (runs = (int)below(fuzzer, MAX_RUNS); runs; runs--) {
		/* The guest of the image takes its orders from there. */
		run->s.regs.gprs[2] = below(fuzzer, 16);
		run->kvm_dirty_regs = KVM_SYNC_GPRS;
		if (one_in(fuzzer, 3))
			odd_registers(fuzzer, run);
		fuzzer->calls++;
		fuzzer->done += !ioctl(cpu, KVM_RUN, 0);
	}
	munmap(run, len);
}

void fuzz_interrupt(struct fuzzer *fuzzer, const struct vm *vm)
{
	static const uint64_t types[] = {
		KVM_S390_SIGP_STOP, KVM_S390_PROGRAM_INT, KVM_S390_SIGP_SET_PREFIX,
		KVM_S390_RESTART, KVM_S390_INT_PFAULT_INIT, KVM_S390_INT_PFAULT_DONE,
		KVM_S390_MCHK, KVM_S390_INT_CLOCK_COMP, KVM_S390_INT_CPU_TIMER,
		KVM_S390_INT_VIRTIO, KVM_S390_INT_SERVICE, KVM_S390_INT_EMERGENCY,
		KVM_S390_INT_EXTERNAL_CALL, KVM_S390_INT_IO(0, 0, 1, 2),
	};
	struct kvm_s390_interrupt interrupt = {
		.type = (uint32_t)types[below(fuzzer, sizeof(types) / sizeof(types[0]))],
		.parm = (uint32_t)odd_number(fuzzer, CODE),
		.parm64 = odd_number(fuzzer, CODE),
	};
	struct kvm_s390_irq irq = { .type = interrupt.type };
	int ret;

	for (size_t i = 0; i < sizeof(irq.u.reserved); i++)
		irq.u.reserved[i] = (char)random_bits(fuzzer);
	if (!vm->cpus || one_in(fuzzer, 3))
		ret = ioctl(vm->fd, KVM_S390_INTERRUPT, &interrupt);
	else
		ret = ioctl(some_cpu(fuzzer, vm), KVM_S390_IRQ, &irq);
	fuzzer->calls++;
	fuzzer->done += !ret;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * What the CPUs of a guest have in common, the SCA: external calls that SIE
 * executes by itself, and the interlock of instructions that invalidate page
 * tables with a host that walks through these.
 */
#include "guest.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define EXTERNAL_CALL	0x1202
#define CALL_PENDING	0x80		/* status of SIGP */

/* In the guest's storage: set when the CPU that is called is ready. */
#define READY		(GUEST_DATA)

/* Calls CPU number register 3 when the other one is ready. */
GUEST(caller_code, "lgfi 5,0x20000; 1: lt 6,0(5); jz 1b; lghi 1,0; sigp 1,3,2; ipm 4;"
      "diag 0,0,0x11");
/* Calls twice, as the other one does not take the first. */
GUEST(twice_code, "lgfi 5,0x20000; 1: lt 6,0(5); jz 1b; lghi 1,0; sigp 1,3,2; ipm 4;"
      "lghi 7,0; sigp 7,3,2; ipm 8; diag 0,0,0x11");
/* Opens its masks as register 2 says; loops where the PSW lets it. */
GUEST(called_code, "larl 1,1f; lctlg 0,0,0(1); stg 2,8(1); lgfi 5,0x20000; lghi 6,1; st 6,0(5);"
      "lpswe 8(1); .balign 8; 1: .quad 0x20e0, 0, 0x18000 + 2f - called_code; 2: j 2b");
#define CALLED		0x18000ull

static void *run_called(void *arg)
{
	guest_run(arg);
	return NULL;
}

/* CPU @g of the same storage as the caller, with code of its own. */
static void start_called(struct guest *g, pthread_t *thread, uint64_t psw)
{
	memset(g->mem + READY, 0, 4);
	memcpy(g->mem + CALLED, called_code, called_code_end - called_code);
	memset(g->gprs, 0, sizeof(g->gprs));
	g->gprs[2] = psw;
	g->run->psw_mask = PSW_64;
	g->run->psw_addr = CALLED;
	pthread_create(thread, NULL, run_called, g);
}

static void expect_call(struct guest *g, unsigned int from)
{
	expect_handler(g, OLD_EXT);
	EXPECT(guest_lowcore(g)->ext_code, EXTERNAL_CALL);
	EXPECT(guest_lowcore(g)->ext_cpu_addr, from);
}

/* One call from @from to @to, which runs or waits. */
static void call(struct guest *from, struct guest *to, bool waits)
{
	uint64_t by_host = guest_stat(from, "instruction_sigp_external_call");
	uint64_t wakes = guest_stat(from, "exit_pei");
	pthread_t thread;

	start_called(to, &thread, PSW_64 | PSW_EXT | (waits ? PSW_WAIT : 0));
	if (waits)
		usleep(300000);
	LOAD(from, caller_code, PSW_64);
	from->gprs[3] = to->number;
	guest_run(from);
	pthread_join(thread, NULL);
	EXPECT(from->gprs[4] >> 28 & 3, 0);
	expect_call(to, from->number);
	EXPECT(guest_stat(from, "instruction_sigp_external_call"), by_host);
	EXPECT(guest_stat(from, "exit_pei"), wakes + waits);
}

static void calls(unsigned int number, const char *runs, const char *waits, const char *pends)
{
	struct guest one, other;
	pthread_t thread;

	guest_make_ordinary(&one);
	guest_add_cpu(&other, &one, number);
	/* A CPU is stopped until its user has run it. */
	LOAD(&one, caller_code, PSW_64);
	memset(one.mem + READY, 1, 4);
	one.gprs[3] = 5;
	guest_run(&one);

	test_begin(runs);
	call(&one, &other, false);
	call(&other, &one, false);
	test_end();

	test_begin(waits);
	call(&one, &other, true);
	call(&other, &one, true);
	test_end();

	test_begin(pends);
	start_called(&other, &thread, PSW_64);
	LOAD(&one, twice_code, PSW_64);
	one.gprs[3] = number;
	guest_run(&one);
	EXPECT(one.gprs[4] >> 28 & 3, 0);
	EXPECT(one.gprs[8] >> 28 & 3, 1);
	EXPECT(one.gprs[7], CALL_PENDING);
	/* Out of its loop, and with the mask open. */
	pthread_kill(thread, SIGUSR1);
	pthread_join(thread, NULL);
	EXPECT(other.run->exit_reason, KVM_EXIT_INTR);
	start_called(&other, &thread, PSW_64 | PSW_EXT);
	pthread_join(thread, NULL);
	expect_call(&other, one.number);
	test_end();

	guest_free_cpu(&other);
	guest_free(&one);
}

/*
 * Invalidates an entry again and again, by INVALIDATE PAGE TABLE ENTRY and COMPARE
 * AND SWAP AND PURGE, and counts, until the word behind the count is set.
 */
GUEST(invalidate_code, "lgfi 1,0x40000; lgfi 5,0x20000; lghi 2,0; lghi 6,0; 1: stg 2,0(1);"
      "ipte 1,2; lghi 8,0; lghi 9,0; la 4,8(1); csp 8,4; aghi 6,1; stg 6,8(5); lt 7,16(5); jz 1b;"
      "diag 0,0,0x11");

/* Tables that make of virtual addresses of the first megabyte the same real ones. */
#define PAGE_TABLE	0x42000ull
#define SEGMENT_TABLE	0x44000ull

GUEST(back_code, "diag 0,0,0x11");

static void make_tables(struct guest *g)
{
	uint64_t *pte = (void *)(g->mem + PAGE_TABLE), i;

	for (i = 0; i < 256; i++)
		pte[i] = i << 12;
	*(uint64_t *)(g->mem + SEGMENT_TABLE) = PAGE_TABLE;
}

static void *invalidate(void *arg)
{
	guest_run(arg);
	return NULL;
}

static void interlock(void)
{
	static const char name[] = "a guest's IPTE waits for a host that walks through its tables";
	struct guest g, other;
	struct kvm_s390_mem_op op = {
		.op = KVM_S390_MEMOP_LOGICAL_READ,
		.gaddr = GUEST_DATA,
		.size = 8,
	};
	uint64_t data, kept_off = 0, refused = 0;
	pthread_t thread;
	unsigned int i;

	if (sysconf(_SC_NPROCESSORS_ONLN) < 2) {
		test_skip(name, "guest and host need a CPU each");
		return;
	}
	test_begin(name);
	guest_make_ordinary(&g);
	guest_add_cpu(&other, &g, 1);
	op.buf = (uintptr_t)&data;
	/* The other CPU does not run any more: its address space is walked through. */
	make_tables(&g);
	other.run->s.regs.crs[0] = 0xe0;
	other.run->s.regs.crs[1] = SEGMENT_TABLE;
	other.run->kvm_dirty_regs = KVM_SYNC_CRS;
	LOAD(&other, back_code, PSW_64 | PSW_DAT);
	guest_run(&other);
	LOAD(&g, invalidate_code, PSW_64);
	pthread_create(&thread, NULL, invalidate, &g);
	for (i = 0; i < 100000 && !kept_off; i++) {
		refused += ioctl(other.cpu, KVM_S390_MEM_OP, &op) != 0;
		if (i % 1000 == 999)
			kept_off = guest_stat(&g, "instruction_ipte_interlock");
	}
	memset(g.mem + GUEST_DATA + 16, 1, 4);
	pthread_join(thread, NULL);
	printf("# kept off %d times in %u walks, %d rounds\n", (int)kept_off, i, (int)g.gprs[6]);
	EXPECT(refused, 0);
	EXPECT(kept_off > 0, true);
	expect_instruction(&g, 0x8300, 0x00110000,
			   GUEST_CODE + (invalidate_code_end - invalidate_code), 0);
	/* Nobody is counted as being at it any more: this would never end. */
	ioctl(other.cpu, KVM_S390_MEM_OP, &op);
	guest_free_cpu(&other);
	guest_free(&g);
	test_end();
}

static void nothing(int signal)
{
	(void)signal;
}

int main(void)
{
	struct sigaction sa = { .sa_handler = nothing };

	sigaction(SIGUSR1, &sa, NULL);
	calls(1, "a CPU that runs is called", "a CPU that waits is called",
	      "a call pends until the CPU is open for it, a second one is refused");
	calls(200, "CPU 200 and CPU 0 call each other", "the same when they wait",
	      "a call of CPU 200 pends, a second one is refused");
	interlock();
	test_plan();
	return 0;
}

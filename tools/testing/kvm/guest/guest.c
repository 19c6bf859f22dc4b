// SPDX-License-Identifier: GPL-2.0
/*
 * The protected guest of the tests: carries out what the program that runs it
 * orders. Address translation is off.
 */
#include <stdint.h>
#include "protocol.h"

#define PAGE_SIZE	4096

/* Ultravisor calls of a guest */
#define UVC_SHARE	0x1000
#define UVC_UNSHARE	0x1001

#define CR0_BASE	0x40000UL	/* all floating point registers may be used */
#define PSW_64		0x180000000UL

struct uvc_share {
	uint16_t len;
	uint16_t cmd;
	uint16_t rc;
	uint16_t rrc;
	uint64_t reserved8[3];
	uint64_t addr;
	uint64_t reserved28;
};

/* What the CPU stores and loads at real address 0 */
struct lowcore {
	uint8_t pad0[0x80];
	uint32_t ext_parameter;		/* 080 */
	uint16_t ext_cpu;		/* 084 */
	uint16_t ext_code;		/* 086 */
	uint8_t pad88[6];
	uint16_t program_code;		/* 08e */
	uint8_t pad90[0x110];
	uint64_t new_psw[6][2];		/* 1a0: restart, external, SVC, program, ... */
};

enum { NEW_RESTART, NEW_EXTERNAL, NEW_SVC, NEW_PROGRAM };

extern const char second_start[], program_entry[];
unsigned long ask_host(unsigned long why, unsigned long cpu);
void wait_external(void);
void disabled_wait(void) __attribute__((noreturn));
void guest_main(unsigned long cpu) __attribute__((noreturn));
void program_interruption(void) __attribute__((noreturn));

static uint8_t block[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

static struct shared *shared(void)
{
	return (struct shared *)GUEST_SHARED;
}

static volatile struct lowcore *lowcore(unsigned long prefix)
{
	/* GCC takes a constant address 0 for a null pointer. */
	asm("" : "+r" (prefix));
	return (struct lowcore *)prefix;
}

/* The sequence is that of a linear congruential generator. */
static void fill(uint64_t *page, uint64_t seed)
{
	for (int i = 0; i < PAGE_SIZE / 8; i++)
		page[i] = seed = seed * 6364136223846793005UL + 1442695040888963407UL;
}

static uint64_t differences(const uint64_t *page, uint64_t seed)
{
	uint64_t count = 0;

	for (int i = 0; i < PAGE_SIZE / 8; i++) {
		seed = seed * 6364136223846793005UL + 1442695040888963407UL;
		count += page[i] != seed;
	}
	return count;
}

static unsigned int uvc(struct uvc_share *uvcb)
{
	unsigned int cc;

	asm volatile("	.insn	rrf,0xb9a40000,%[r1],%[r2],0,0\n"
		     "	ipm	%[cc]\n"
		     "	srl	%[cc],28\n"
		     : [cc] "=d" (cc)
		     : [r1] "d" (0UL), [r2] "a" (uvcb)
		     : "memory", "cc");
	return cc;
}

static unsigned int share(uint16_t cmd, uint64_t addr, uint16_t *rc)
{
	struct uvc_share uvcb = { .len = sizeof(uvcb), .cmd = cmd, .addr = addr };
	unsigned int cc = uvc(&uvcb);

	/* Busy, or not finished */
	while (cc > 1)
		cc = uvc(&uvcb);
	*rc = uvcb.rc;
	return cc;
}

static unsigned int stsi_322(void)
{
	register unsigned long fc asm("0") = 3UL << 28 | 2;
	register unsigned long selector asm("1") = 2;
	unsigned int cc;

	asm volatile("	stsi	0(%[page])\n"
		     "	ipm	%[cc]\n"
		     "	srl	%[cc],28\n"
		     : "+d" (fc), [cc] "=d" (cc)
		     : "d" (selector), [page] "a" (block)
		     : "memory", "cc");
	return cc;
}

static unsigned int servc(unsigned long command)
{
	unsigned int cc;

	asm volatile("	.insn	rre,0xb2200000,%[command],%[block]\n"
		     "	ipm	%[cc]\n"
		     "	srl	%[cc],28\n"
		     : [cc] "=d" (cc)
		     : [command] "d" (command), [block] "a" (block)
		     : "memory", "cc");
	return cc;
}

static unsigned int sigp(unsigned long cpu, unsigned long order, unsigned long parameter,
			 unsigned long *status)
{
	/* GR1 is status and parameter: the odd register of a pair. */
	register unsigned long gr1 asm("1") = parameter;
	unsigned int cc;

	asm volatile("	sigp	%[gr1],%[cpu],0(%[order])\n"
		     "	ipm	%[cc]\n"
		     "	srl	%[cc],28\n"
		     : [cc] "=d" (cc), [gr1] "+d" (gr1)
		     : [cpu] "d" (cpu), [order] "a" (order)
		     : "memory", "cc");
	*status = gr1 & 0xffffffff;
	return cc;
}

static void load_cr0(uint64_t value)
{
	asm volatile("lctlg 0,0,%0" : : "Q" (value) : "memory");
}

static uint64_t clock(void)
{
	uint64_t tod;

	asm volatile("stck %0" : "=Q" (tod) : : "cc");
	return tod;
}

static void take_external(unsigned long subclasses, volatile unsigned long *result)
{
	const volatile struct lowcore *lc = lowcore(0);

	load_cr0(CR0_BASE | subclasses);
	wait_external();
	load_cr0(CR0_BASE);
	result[0] = lc->ext_parameter;
	result[1] = lc->ext_cpu;
	result[2] = lc->ext_code;
}

static void copy_block(void)
{
	uint64_t *to = (uint64_t *)GUEST_BUFFER;

	for (int i = 0; i < PAGE_SIZE / 8; i++)
		to[i] = ((const uint64_t *)block)[i];
}

/* A service-call block of 16 bytes: length, then what the host is to see */
static void make_block(void)
{
	for (int i = 0; i < PAGE_SIZE / 8; i++)
		((uint64_t *)block)[i] = 0;
	block[1] = 16;
	for (uint8_t i = 8; i < 16; i++)
		block[i] = (uint8_t)(0xa0 + i);
}

/* All of them, round and round: an order of no use to who would guess the next */
static void touch(unsigned long addr, unsigned long pages, unsigned long step)
{
	unsigned long page = 0;

	for (unsigned long i = 0; i < pages; i++) {
		*(volatile uint8_t *)(addr + page * PAGE_SIZE) = 1;
		page += step;
		if (page >= pages)
			page -= pages;
	}
}

static void obey(unsigned long order, volatile unsigned long *arg, volatile unsigned long *result)
{
	unsigned long status = 0, before;
	uint16_t rc = 0;

	switch (order) {
	case ORDER_FILL:
		fill((uint64_t *)arg[0], arg[1]);
		break;
	case ORDER_COMPARE:
		result[0] = differences((const uint64_t *)arg[0], arg[1]);
		break;
	case ORDER_TOUCH:
		touch(arg[0], arg[1], arg[2]);
		break;
	case ORDER_SHARE:
		result[0] = share(UVC_SHARE, arg[0], &rc);
		result[1] = rc;
		break;
	case ORDER_UNSHARE:
		result[0] = share(UVC_UNSHARE, arg[0], &rc);
		result[1] = rc;
		break;
	case ORDER_STSI:
		result[0] = stsi_322();
		copy_block();
		break;
	case ORDER_SERVC:
		make_block();
		result[0] = servc(arg[0]);
		copy_block();
		break;
	case ORDER_EXTERNAL:
		take_external(arg[0], result);
		/* The answer to a service call is in the block by now. */
		copy_block();
		break;
	case ORDER_CLOCK:
		before = clock() + (arg[0] << 12);
		asm volatile("sckc %0" : : "Q" (before));
		take_external(SUBCLASS_CLOCK, result);
		result[3] = (clock() - before) >> 12;
		before = -1UL;
		asm volatile("sckc %0" : : "Q" (before));
		break;
	case ORDER_TIMER:
		before = arg[0] << 12;
		asm volatile("spt %0" : : "Q" (before));
		take_external(SUBCLASS_TIMER, result);
		break;
	case ORDER_SIGP:
		result[0] = sigp(arg[0], arg[1], arg[2], &status);
		result[1] = status;
		break;
	case ORDER_SPIN:
		for (result[0] = 0; !arg[0]; result[0]++)
			;
		break;
	case ORDER_BREAK:
		asm volatile(".word 0");
		break;
	case ORDER_END:
		disabled_wait();
	}
}

static void set_lowcore(volatile struct lowcore *lc)
{
	lc->new_psw[NEW_RESTART][0] = PSW_64;
	lc->new_psw[NEW_RESTART][1] = (uint64_t)second_start;
	lc->new_psw[NEW_EXTERNAL][0] = PSW_64;
	lc->new_psw[NEW_PROGRAM][0] = PSW_64;
	lc->new_psw[NEW_PROGRAM][1] = (uint64_t)program_entry;
}

void program_interruption(void)
{
	shared()->cpu[0].result[0] = lowcore(0)->program_code;
	for (;;)
		ask_host(WHY_PROGRAM, 0);
}

void guest_main(unsigned long cpu)
{
	volatile struct shared *page = shared();
	uint16_t rc, ignored;

	load_cr0(CR0_BASE);
	if (!cpu) {
		set_lowcore(lowcore(0));
		set_lowcore(lowcore(GUEST_LOWCORE));
		share(UVC_SHARE, GUEST_SHARED, &rc);
		share(UVC_SHARE, GUEST_BUFFER, &ignored);
		page->share_rc = rc;
		page->alive = GUEST_ALIVE;
	}
	for (;;)
		obey(ask_host(WHY_ORDER, cpu), page->cpu[cpu].arg, page->cpu[cpu].result);
}

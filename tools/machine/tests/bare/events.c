// SPDX-License-Identifier: GPL-2.0-or-later
/* Program-event recording of a host: where the PSW is after an event. */
#include "bare.h"

/* Storage alteration, of which this one is a kind, in a range where there is none. */
#define CR9_STORE_REAL	0x28000000ul
#define PGM_PER		0x80

static struct {
	uint64_t psw[2];	/* with recording on */
	uint64_t at, behind;	/* the instruction, the next one */
} code = { .psw = { 0x4000000180000000, 0 } };

static uint64_t target;

static uint64_t lowcore_word(unsigned long offset)
{
	uint64_t value;

	asm volatile("lg %0,0(%1)" : "=d" (value) : "a" (offset));
	return value;
}

static void record(uint64_t events)
{
	uint64_t control[3] = { events, ARENA, ARENA };

	asm volatile("lctlg %%c9,%%c11,%0" : : "Q" (control));
}

static void store_using_real_address(void *psw)
{
	asm volatile("	larl	%%r1,1f\n"
		     "	stg	%%r1,8(%0)\n"
		     "	stg	%%r1,16(%0)\n"
		     "	larl	%%r1,2f\n"
		     "	stg	%%r1,24(%0)\n"
		     "	lpswe	0(%0)\n"
		     "1:	.insn	rre,0xb9250000,%1,%2\n"	/* STURG */
		     "2:	nopr\n"
		     : : "a" (psw), "d" (4711ul), "a" (&target) : "1", "cc", "memory");
}

int main(void)
{
	record(CR9_STORE_REAL);
	catch(store_using_real_address, &code);
	record(0);
	equal("STURG has stored", target, 4711);
	equal("there was an event", lowcore_word(0x88) & 0xff, PGM_PER);
	equal("at the instruction", lowcore_word(0x98), code.at);
	equal("after which the PSW is the next one", lowcore_word(0x158), code.behind);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A machine check that tells of a channel report, and which registers it says to be valid.
 * Needs a channel device, whose channel path is reset.
 */
#include "bare.h"

#define PSW_OPEN	0x0004000180000000	/* for machine checks */
#define PSW_SHUT	0x0000000180000000
#define CR14_REPORTS	0x10000000
#define FACILITY_VECTOR	129

#define MCIC_REPORT	0x0040000000000000
#define MCIC_VR		0x0000004000000000	/* vector registers */
/* The other registers, and what the old PSW says */
#define MCIC_VALID	0x00000f1d40330000

/* In the prefix area */
struct lowcore {
	uint8_t reserved0[0xe8];
	uint64_t mcic;
	uint8_t reserved1[0x1e0 - 0xf0];
	uint64_t new_psw[2];
	uint8_t reserved2[0x11b0 - 0x1f0];
	uint64_t save_area;
};

static struct lowcore *volatile lowcore;
static uint8_t save_area[1024] __attribute__((aligned(1024)));

/* Condition code of RESET CHANNEL PATH for the first path */
static unsigned int reset_path(void)
{
	register uint64_t r1 asm("1") = 0;
	unsigned int cc;

	asm volatile("	.insn	s,0xb23b0000,0\n"
		     "	ipm	%0\n"
		     "	srl	%0,28\n"
		     : "=d" (cc) : "d" (r1) : "cc", "memory");
	return cc;
}

/* Takes all channel reports: before that the next one makes no machine check. */
static void take_reports(void)
{
	unsigned int cc;
	uint32_t word;

	do {
		asm volatile("	stcrw	%1\n"
			     "	ipm	%0\n"
			     "	srl	%0,28\n"
			     : "=d" (cc), "=Q" (word) : : "cc");
	} while (!cc);
}

/* The code of the machine check that is pending, or 0 after some time without one. */
static uint64_t take(uint64_t area)
{
	static const uint64_t cr14 = CR14_REPORTS;
	uint64_t patience = 100000000, psw[2] = { PSW_OPEN };

	lowcore->mcic = 0;
	lowcore->save_area = area;
	lowcore->new_psw[0] = PSW_SHUT;
	asm volatile("	lctlg	%%c14,%%c14,%2\n"
		     "	larl	%%r1,1f\n"
		     "	stg	%%r1,0x1e8(%%r0)\n"
		     "	larl	%%r1,0f\n"
		     "	stg	%%r1,8+%1\n"
		     "	lpswe	%1\n"
		     "0:	brctg	%0,0b\n"
		     "	lpswe	0x1e0(%%r0)\n"
		     "1:\n"
		     : "+d" (patience), "+Q" (psw) : "Q" (cr14) : "1", "cc", "memory");
	return lowcore->mcic;
}

int main(void)
{
	bool vector = facility(FACILITY_VECTOR);

	equal("a channel path is reset", reset_path(), 0);
	equal("machine check: registers and vector registers are valid",
	      take((uint64_t)save_area), MCIC_REPORT | MCIC_VALID | MCIC_VR);
	take_reports();
	reset_path();
	equal(vector ? "vector registers that are saved nowhere are not"
		     : "vector registers that there are not are",
	      take(0), MCIC_REPORT | MCIC_VALID | (vector ? 0 : MCIC_VR));
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Stage 1: which facilities this machine has (STORE FACILITY LIST EXTENDED).
 */
#include "stage1.h"

#define FACILITY_WORDS	4	/* enough for facility 255 */

/* Bit 0 is the leftmost one of the first doubleword. */
int has_facility(unsigned int nr)
{
	uint64_t list[FACILITY_WORDS] = { 0 };
	register unsigned long last asm("0") = FACILITY_WORDS - 1;

	if (nr >= FACILITY_WORDS * 64)
		return 0;
	asm volatile("stfle	%[list]"
		     : [list] "=Q" (list), "+d" (last)
		     :
		     : "cc");
	return (list[nr / 64] >> (63 - nr % 64)) & 1;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Computation and plain storage accesses: what protection must not make slower. */
#include "bare.h"

#define TURNS	200000000ul
#define WORDS	(MIB / sizeof(uint64_t))

int main(void)
{
	volatile uint64_t *words = (uint64_t *)ARENA;
	uint64_t n, sum = 0;

	for (n = 0; n < TURNS; n++) {
		sum += n ^ sum >> 3;
		asm volatile("" : "+d" (sum));
	}
	/* A page further each time, so that the TLB has work to do. */
	for (n = 0; n < TURNS / 10; n++)
		words[n * 513 % (WORDS * 64)] += sum;
	result("loop", true, 0);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* VECTOR CHECKSUM: every carry out of bit 0 is added once, at the right end. */
#include "bare.h"

static const struct {
	const char *name;
	uint32_t words[4], start, sum;
} sums[] = {
	{ "checksum of zeros", { 0, 0, 0, 0 }, 0, 0 },
	{ "checksum of zeros, started with 5", { 0, 0, 0, 0 }, 5, 5 },
	{ "the first word counts once", { 1, 0, 0, 0 }, 0, 1 },
	{ "the second word counts once", { 0, 1, 0, 0 }, 0, 1 },
	{ "the third word counts once", { 0, 0, 1, 0 }, 0, 1 },
	{ "the fourth word counts once", { 0, 0, 0, 1 }, 0, 1 },
	{ "all words and the start", { 1, 2, 3, 4 }, 10, 20 },
	{ "a carry", { 0xffffffff, 1, 0, 0 }, 0, 1 },
	{ "a carry of the last word", { 0, 0, 0, 0xffffffff }, 2, 2 },
	{ "a word of ones alone", { 0, 0, 0xffffffff, 0 }, 0, 0xffffffff },
	{ "two words of ones", { 0xffffffff, 0xffffffff, 0, 0 }, 5, 5 },
	{ "all ones", { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff }, 0xffffffff, 0xffffffff },
	{ "carries of each word", { 0x80000000, 0x80000001, 0xfffffffe, 0x70000005 }, 0x90000000, 7 },
};

static uint32_t checksum(const uint32_t *words, uint32_t start)
{
	uint32_t sum;

	asm volatile(".machine push\n"
		     ".machine z13\n"
		     "	vzero	%%v16\n"
		     "	vlvgf	%%v16,%1,1\n"
		     "	vl	%%v20,0(%2)\n"
		     "	vcksm	%%v16,%%v20,%%v16\n"
		     "	vlgvf	%0,%%v16,1\n"
		     ".machine pop"
		     : "=d" (sum) : "d" (start), "a" (words) : "memory");
	return sum;
}

int main(void)
{
	unsigned int i;

	for (i = 0; i < sizeof(sums) / sizeof(sums[0]); i++)
		equal(sums[i].name, checksum(sums[i].words, sums[i].start), sums[i].sum);
	finish();
}

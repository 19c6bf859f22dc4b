// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One CPU changes an instruction as Linux does, with STORE USING REAL ADDRESS,
 * while the other executes it again and again. After the other has serialized it
 * executes the new one, for good.
 */
#include "bare.h"

#define CODE		ARENA
#define RETURNS(n)	(0xa729000007fe0707ul | (uint64_t)(n) << 32) /* lghi %r2,n; br %r14 */
#define ROUNDS		1000
#define LIMIT_US	5000000
#define STEPS		3		/* at most so many changes without waiting */

static volatile uint64_t returned, turns, stop;

static void execute(void)
{
	uint64_t (*code)(void) = (uint64_t (*)(void))CODE;

	while (!stop) {
		returned = code();
		turns++;
		asm volatile("bcr 15,%%r0" : : : "memory");
	}
	for (;;)
		asm volatile("nopr");
}

static void change(uint16_t n)
{
	asm volatile("sturg %0,%1" : : "d" (RETURNS(n & 0x7fff)), "a" (CODE) : "memory");
}

/* Whatever it was executing has ended, and once more. */
static void wait_for_turns(void)
{
	const uint64_t before = turns;

	while (turns < before + 3)
		;
}

int main(void)
{
	const uint64_t start = clock_us();
	uint64_t old = 0, rounds, n = 0;

	change(0);
	second_start(execute);
	for (rounds = 0; rounds < ROUNDS && clock_us() - start < LIMIT_US; rounds++) {
		/* The next change falls into what the other makes of the last one. */
		for (uint64_t step = rounds % STEPS + 1; step; step--) {
			change((uint16_t)++n);
			for (volatile uint64_t wait = rounds * 37 % 499; wait; wait--)
				;
		}
		wait_for_turns();
		old += returned != (n & 0x7fff);
	}
	stop = 1;
	result("code was changed many times", rounds > 100, rounds);
	say("# rounds: ");
	say_hex(rounds);
	say("\n");
	equal("and none of it was executed as it was before", old, 0);
	return 0;
}

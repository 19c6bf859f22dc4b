// SPDX-License-Identifier: GPL-2.0-or-later
/* Instructions of any program that end QEMU 7.2, or that it does wrongly at best. */
#include "bare.h"

/* Bits 0 to 63, the second register rotated by 4: do they differ? Nothing is stored. */
static void rotate_and_test(void)
{
	uint64_t target = 0x12340, cc;

	asm volatile("	j	0f\n"
		     "0:	rxsbg	%0,%2,128,63,4\n"
		     "	ipm	%1\n"
		     "	srl	%1,28\n"
		     : "+d" (target), "=d" (cc) : "d" (0x1234ul) : "cc");
	equal("ROTATE THEN EXCLUSIVE OR, test only: cc 0", cc, 0);
	equal("the register stays", target, 0x12340);
}

static void move_right_to_left(void)
{
	static uint8_t from[] = "abcdefgh", to[] = "........";
	register uint64_t length asm("0") = 0x12345678abcdff03;

	asm volatile(".insn sse,0xe50a00000000,0(%1),0(%2)"
		     : : "d" (length), "a" (to), "a" (from) : "memory");
	result("MOVE RIGHT TO LEFT takes the length from eight bits",
	       !memcmp(to, "abcd....", 8), to[4]);
}

/* If the word is what the register has, it becomes the list's first, and a byte is stored. */
static void swap_and_store_byte(void)
{
	static uint64_t list[4] __attribute__((aligned(16))) = {
		0x5555666600000000, 0, 0xab00000000000000, 0,
	};
	static uint32_t word = 0x11112222;
	static uint8_t bytes[2];
	register uint64_t function asm("0") = 0;
	register uint64_t where asm("1") = (uint64_t)list;
	register uint64_t old asm("2") = 0x11112222;

	asm volatile("csst 0(%2),0(%3),%0"
		     : "+d" (old) : "d" (function), "a" (&word), "a" (&bytes[1]), "d" (where)
		     : "cc", "memory");
	equal("COMPARE AND SWAP AND STORE: the word", word, 0x55556666);
	equal("COMPARE AND SWAP AND STORE: a byte, at an odd address", bytes[1], 0xab);
}

int main(void)
{
	rotate_and_test();
	move_right_to_left();
	swap_and_store_byte();
	return 0;
}

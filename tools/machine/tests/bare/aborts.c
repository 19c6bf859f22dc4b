// SPDX-License-Identifier: GPL-2.0-or-later
/* Instructions of any program that ended QEMU 7.2 or 10.0, or that they did wrongly at best. */
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

/* A short PSW without the bit that tells it from a long one */
static void load_short_psw(void *psw)
{
	uint64_t there;

	asm volatile("	larl	%0,0f\n"
		     "	o	%0,4(%1)\n"
		     "	st	%0,4(%1)\n"
		     "	lpsw	0(%1)\n"
		     "0:	sam64\n" : "=&a" (there) : "a" (psw) : "cc", "memory");
}

static void execute(void *target)
{
	asm volatile("ex 0,0(%0)" : : "a" (target) : "1", "cc", "memory");
}

static void call(void *code)
{
	asm volatile("basr %%r14,%0" : : "a" (code) : "1", "14", "cc", "memory");
}

static void specification_exceptions(void)
{
	static const struct {
		const char *name;
		uint16_t instruction;
	} relative[] = {
		{ "LRL of 2 bytes behind a word", 0xc41d },
		{ "LGRL of 2 bytes behind a doubleword", 0xc418 },
		{ "LGFRL of 2 bytes behind a word", 0xc41c },
		{ "LLGFRL of 2 bytes behind a word", 0xc41e },
		{ "STRL of 2 bytes behind a word", 0xc41f },
		{ "STGRL of 2 bytes behind a doubleword", 0xc41b },
		{ "CRL of 2 bytes behind a word", 0xc61d },
		{ "CGRL of 2 bytes behind a doubleword", 0xc618 },
		{ "CGFRL of 2 bytes behind a word", 0xc61c },
		{ "CLRL of 2 bytes behind a word", 0xc61f },
		{ "CLGRL of 2 bytes behind a doubleword", 0xc61a },
		{ "CLGFRL of 2 bytes behind a word", 0xc61e },
	};
	static uint32_t psw[2] __attribute__((aligned(8))) = { 0, 0x80000000 };
	static uint8_t odd[] __attribute__((aligned(2))) = { 0x18, 0x18, 0x11, 0x18 };
	/* An instruction, BR %r14, and the operand 10 bytes on. */
	static uint16_t code[12] __attribute__((aligned(8)));
	unsigned int i;

	equal("LOAD PSW without bit 12", catch(load_short_psw, psw), PGM_SPECIFICATION);
	equal("EXECUTE of an odd address", catch(execute, odd + 1), PGM_SPECIFICATION);
	for (i = 0; i < sizeof(relative) / sizeof(relative[0]); i++) {
		code[0] = relative[i].instruction;
		code[2] = 5;
		code[3] = 0x07fe;
		equal(relative[i].name, catch(call, code), PGM_SPECIFICATION);
	}
}

static void load_psw(void *psw)
{
	asm volatile("lpswe 0(%0)" : : "a" (psw) : "memory");
}

/* An instruction in the last two bytes of what a mode can address is followed by that at 0. */
static void runs_through(const char *name, uint64_t mask, uint64_t end)
{
	uint64_t psw[2] = { mask, end - 2 }, zero = 0, old;

	*(volatile uint16_t *)(end - 2) = 0x0700;	/* NOPR */
	asm volatile("mvhhi 0(%0),0" : : "a" (zero) : "memory");
	equal(name, catch(load_psw, psw), PGM_OPERATION);
	asm volatile("lg %0,0x158(%1)" : "=d" (old) : "a" (zero));
	equal("the exception is at address 0", old, 2);
}

int main(void)
{
	runs_through("24-bit mode wraps", 0, 1ul << 24);
	runs_through("31-bit mode wraps", 0x80000000, 1ul << 31);
	rotate_and_test();
	move_right_to_left();
	swap_and_store_byte();
	specification_exceptions();
	return 0;
}

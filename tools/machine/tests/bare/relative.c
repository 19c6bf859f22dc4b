// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Operands that are more than 2 GiB away from their instruction: its 32-bit number
 * of halfwords reaches 4 GiB in both directions.
 */
#include "bare.h"

#define NEAR		ARENA
#define DISTANCE	0x90000000ul
#define FAR		(NEAR + DISTANCE)
#define VALUE		0x8123456789abcdeful

/* At @at: two bytes of an instruction, and where its operand is. Returns what follows. */
static uint8_t *compose(uint8_t *at, uint16_t instruction, uint64_t operand)
{
	int32_t halfwords = (int64_t)(operand - (uint64_t)at) / 2;

	memcpy(at, &instruction, sizeof(instruction));
	memcpy(at + 2, &halfwords, sizeof(halfwords));
	return at + 6;
}

/* Register 2, before and after the instruction at @code, and what it returns with. */
static uint64_t run(uint64_t code, uint64_t value)
{
	register uint64_t r2 asm("2") = value;

	asm volatile("basr %%r14,%1"
		     : "+d" (r2) : "a" (code) : "0", "1", "3", "4", "14", "cc", "memory");
	return r2;
}

static const uint16_t br_14 = 0x07fe;

/* An instruction with register 2 and an operand; both lie DISTANCE apart. */
static uint64_t one(uint16_t instruction, uint64_t at, uint64_t operand, uint64_t value)
{
	uint8_t *end = compose((uint8_t *)at, instruction, operand);

	memcpy(end, &br_14, sizeof(br_14));
	return run(at, value);
}

/* The same from both sides. */
static void loads(const char *name, uint16_t instruction, uint64_t value, uint64_t want)
{
	*(uint64_t *)(FAR + 256) = VALUE;
	*(uint64_t *)(NEAR + 256) = VALUE;
	equal(name, one(instruction, NEAR, FAR + 256, value), want);
	equal(name, one(instruction, FAR, NEAR + 256, value), want);
}

static void stores(const char *name, uint16_t instruction, uint64_t want)
{
	*(uint64_t *)(FAR + 256) = 0;
	*(uint64_t *)(NEAR + 256) = 0;
	one(instruction, NEAR, FAR + 256, VALUE);
	equal(name, *(uint64_t *)(FAR + 256), want);
	one(instruction, FAR, NEAR + 256, VALUE);
	equal(name, *(uint64_t *)(NEAR + 256), want);
}

/* Operand equal: register 2 gets 1 by the branch over "lghi %r2,0". */
static void compares(const char *name, uint16_t instruction, uint64_t value)
{
	static const uint8_t answer[] = {
		0xa7, 0x29, 0x00, 0x01,		/* lghi %r2,1 */
		0x07, 0x8e,			/* ber %r14 */
		0xa7, 0x29, 0x00, 0x00,		/* lghi %r2,0 */
		0x07, 0xfe,			/* br %r14 */
	};

	*(uint64_t *)(FAR + 256) = VALUE;
	*(uint64_t *)(NEAR + 256) = VALUE;
	memcpy(compose((uint8_t *)NEAR, instruction, FAR + 256), answer, sizeof(answer));
	equal(name, run(NEAR, value), 1);
	memcpy(compose((uint8_t *)FAR, instruction, NEAR + 256), answer, sizeof(answer));
	equal(name, run(FAR, value), 1);
}

/* What is branched to and executed: "lghi %r2,77; br %r14". */
static void jumps(const char *name, uint16_t instruction)
{
	static const uint8_t target[] = { 0xa7, 0x29, 0x00, 77, 0x07, 0xfe };

	memcpy((void *)(FAR + 256), target, sizeof(target));
	memcpy((void *)(NEAR + 256), target, sizeof(target));
	equal(name, one(instruction, NEAR, FAR + 256, 0), 77);
	equal(name, one(instruction, FAR, NEAR + 256, 0), 77);
}

/* Target of EXECUTE RELATIVE LONG, itself with an operand that far away: LARL. */
static void executes(void)
{
	uint16_t larl_2 = 0xc020;

	compose((uint8_t *)FAR + 256, larl_2, NEAR + 512);
	equal("EXRL of LARL: the operand counts from the target",
	      one(0xc600, NEAR, FAR + 256, 0), NEAR + 512);
	compose((uint8_t *)NEAR + 256, larl_2, FAR + 512);
	equal("EXRL of LARL: the operand counts from the target",
	      one(0xc600, FAR, NEAR + 256, 0), FAR + 512);
}

int main(void)
{
	equal("LARL", one(0xc020, NEAR, FAR + 256, 0), FAR + 256);
	equal("LARL, backwards", one(0xc020, FAR, NEAR + 256, 0), NEAR + 256);
	loads("LRL", 0xc42d, VALUE, 0x8123456781234567);
	loads("LGRL", 0xc428, 0, VALUE);
	loads("LGFRL", 0xc42c, 0, 0xffffffff81234567);
	loads("LLGFRL", 0xc42e, 0, 0x81234567);
	loads("LHRL", 0xc425, VALUE, 0x81234567ffff8123);
	loads("LGHRL", 0xc424, 0, 0xffffffffffff8123);
	loads("LLHRL", 0xc422, VALUE, 0x8123456700008123);
	loads("LLGHRL", 0xc426, 0, 0x8123);
	stores("STRL", 0xc42f, 0x89abcdef00000000);
	stores("STGRL", 0xc42b, VALUE);
	stores("STHRL", 0xc427, 0xcdef000000000000);
	compares("CRL", 0xc62d, 0x81234567);
	compares("CGRL", 0xc628, VALUE);
	compares("CGFRL", 0xc62c, 0xffffffff81234567);
	compares("CHRL", 0xc625, 0xffff8123);
	compares("CGHRL", 0xc624, 0xffffffffffff8123);
	compares("CLRL", 0xc62f, 0x81234567);
	compares("CLGRL", 0xc62a, VALUE);
	compares("CLGFRL", 0xc62e, 0x81234567);
	compares("CLHRL", 0xc627, 0x8123);
	compares("CLGHRL", 0xc626, 0x8123);
	jumps("BRCL", 0xc0f4);
	jumps("BRASL", 0xc015);
	executes();
	equal("PFDRL changes nothing", one(0xc612, NEAR, FAR + 256, 5), 5);
	finish();
}

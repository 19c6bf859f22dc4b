// SPDX-License-Identifier: GPL-2.0-or-later
/* Code that is overwritten by each kind of instruction that stores many bytes. */
#include "bare.h"

#define CODE		(ARENA + 4 * PAGE + 256)
#define BEFORE		64		/* bytes in front of it that are stored into, too */
#define LENGTH		(BEFORE + 8)

static uint64_t run(void)
{
	register uint64_t r2 asm("2") = 0;

	asm volatile("basr %%r14,%1" : "+d" (r2) : "a" (CODE) : "14", "cc", "memory");
	return r2;
}

/* lghi %r2,value; br %r14 */
static void compose(uint8_t *to, uint16_t value)
{
	uint64_t code = 0xa729000007fe0000 | (uint64_t)value << 32;

	memset(to, 0, BEFORE);
	memcpy(to + BEFORE, &code, sizeof(code));
}

static void by_mvc(uint8_t *to, const uint8_t *from)
{
	asm volatile("mvc 0(72,%0),0(%1)" : : "a" (to), "a" (from) : "memory");
}

static void by_mvcle(uint8_t *to, const uint8_t *from)
{
	register uint64_t to1 asm("2") = (uint64_t)to, len1 asm("3") = LENGTH;
	register uint64_t from1 asm("4") = (uint64_t)from, len2 asm("5") = LENGTH;

	asm volatile("0: mvcle 2,4,0; jo 0b"
		     : "+d" (to1), "+d" (len1), "+d" (from1), "+d" (len2) : : "cc", "memory");
}

/* What is there becomes zeros first. */
static void by_xc_and_oc(uint8_t *to, const uint8_t *from)
{
	asm volatile("xc 0(72,%0),0(%0); oc 0(72,%0),0(%1)"
		     : : "a" (to), "a" (from) : "cc", "memory");
}

static void by_stmg(uint8_t *to, const uint8_t *from)
{
	asm volatile("lmg 6,14,0(%1); stmg 6,14,0(%0)" : : "a" (to), "a" (from)
		     : "6", "7", "8", "9", "10", "11", "12", "13", "14", "memory");
}

int main(void)
{
	static const struct {
		const char *name;
		void (*store)(uint8_t *to, const uint8_t *from);
	} ways[] = {
		{ "code stored by MVC is executed", by_mvc },
		{ "code stored by MVCLE is executed", by_mvcle },
		{ "code stored by XC and OC is executed", by_xc_and_oc },
		{ "code stored by STMG is executed", by_stmg },
	};
	uint8_t image[LENGTH];
	unsigned int i;

	compose((void *)(CODE - BEFORE), 1000);
	equal("code is executed", run(), 1000);
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		compose(image, i);
		ways[i].store((void *)(CODE - BEFORE), image);
		equal(ways[i].name, run(), i);
	}
	finish();
}

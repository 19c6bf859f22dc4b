// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Key-controlled protection: accesses with a key in the PSW, operands of MOVE
 * WITH OPTIONAL SPECIFICATIONS with keys of their own.
 */
#include "bare.h"

#define SUBJECT		(ARENA + 4 * PAGE)
#define OVERRIDE	0x01000000ull	/* in control register 0 */
#define FETCH_OVERRIDE	0x02000000ull	/* in control register 0 */
#define FETCH_PROTECTED	0x08

static uint64_t control0(uint64_t new)
{
	uint64_t old;

	asm volatile("stctg %%c0,%%c0,%0" : "=Q" (old));
	new |= old;
	asm volatile("lctlg %%c0,%%c0,%0" : : "Q" (new));
	return old;
}

static void control0_restore(uint64_t old)
{
	asm volatile("lctlg %%c0,%%c0,%0" : : "Q" (old));
}

/* An access to a byte with a key in the PSW, one of two ways. */
struct access {
	uint64_t address;
	uint64_t key;
	bool store;
	bool by_psw;		/* the key comes by LPSWE, not by SPKA */
};

static void set_key(uint64_t page, uint64_t key)
{
	asm volatile("sske %0,%1" : : "d" (key), "a" (page) : "memory");
}

static void do_access(void *arg)
{
	struct access *a = arg;
	uint64_t byte = 0, psw[2] = { 0x0000000180000000 | a->key << 52, 0 };

	if (a->by_psw)
		asm volatile("	larl	%%r1,0f\n"
			     "	stg	%%r1,8(%0)\n"
			     "	lpswe	0(%0)\n"
			     "0:\n" : : "a" (psw) : "1", "cc", "memory");
	else
		asm volatile("spka 0(%0)" : : "a" (a->key << 4) : "memory");
	if (a->store)
		asm volatile("stc %0,0(%1)" : : "d" (byte), "a" (a->address) : "memory");
	else
		asm volatile("ic %0,0(%1)" : "+d" (byte) : "a" (a->address) : "memory");
	asm volatile("spka 0(%%r0)" : : : "memory");
}

static unsigned int access(uint64_t key, bool store, bool by_psw)
{
	struct access a = { SUBJECT, key, store, by_psw };

	/* Key zero is allowed all, and the TLB remembers it. */
	*(volatile uint8_t *)SUBJECT = 0;
	return catch(do_access, &a);
}

static void psw_key(void)
{
	set_key(SUBJECT, 0x10);
	equal("key 1, no fetch protection: key 2 loads", access(2, false, false), 0);
	equal("key 2 does not store", access(2, true, false), PGM_PROTECTION);
	equal("the TEID tells of a store and of no other protection",
	      teid() & 0xfff, 0x400);
	equal("the TEID has the address", teid() & ~0xfffull, SUBJECT);
	equal("key 1 stores", access(1, true, false), 0);
	equal("key 0 stores", access(0, true, false), 0);
	equal("a key that LPSWE loads counts, too", access(2, true, true), PGM_PROTECTION);

	set_key(SUBJECT, 0x10 | FETCH_PROTECTED);
	equal("fetch protection: key 2 does not load", access(2, false, false), PGM_PROTECTION);
	equal("fetch protection: key 1 loads", access(1, false, false), 0);
	equal("fetch protection: key 0 loads", access(0, false, false), 0);

	set_key(SUBJECT, 0x90 | FETCH_PROTECTED);
	equal("key 9: key 2 does not store", access(2, true, false), PGM_PROTECTION);
}

static void override(void)
{
	uint64_t old = control0(OVERRIDE);

	set_key(SUBJECT, 0x90 | FETCH_PROTECTED);
	equal("storage-protection override: key 2 stores to key 9", access(2, true, false), 0);
	set_key(SUBJECT, 0x80 | FETCH_PROTECTED);
	equal("storage-protection override is for key 9", access(2, true, false), PGM_PROTECTION);
	control0_restore(old);
}

/* A load from page 0, which has another key and is fetch-protected. */
static unsigned int load_low(uint64_t address, uint64_t control1)
{
	struct access a = { address, 2, false, false };
	unsigned int code;

	if (control1) {
		asm volatile("lctlg %%c1,%%c1,%0" : : "Q" (control1));
		asm volatile("ptlb" : : : "memory");
		asm volatile("stosm %0,4" : "=Q" (control1));
	}
	code = catch(do_access, &a);
	asm volatile("stnsm %0,0xfb" : "=Q" (control1));
	return code;
}

static void call_with_key(void *code)
{
	asm volatile("	spka	0x20\n"
		     "	basr	%%r14,%0\n"
		     "	spka	0\n" : : "a" (code) : "14", "memory");
}

/* The same in 31-bit mode; the code sets the mode back. */
static void call_with_key_31(void *code)
{
	asm volatile("	larl	%%r14,0f\n"
		     "	spka	0x20\n"
		     "	sam31\n"
		     "	br	%0\n"
		     "0:	spka	0\n" : : "a" (code) : "2", "14", "memory");
}

/*
 * The emulator has no pointer to a page that the override divides: each of its
 * instructions is read by itself, the halves of this one are in one such page or in two.
 */
static void fetch_divided(void)
{
	static const uint16_t code[] = {
		0xa728, 1,	/* LHI 2,1 */
		0x010e,		/* SAM64 */
		0x07fe,		/* BR 14 */
	};
	uint8_t *const end = (void *)(1ul << 31);

	memcpy((void *)0x700, code, sizeof(code));
	equal("key 2 executes an instruction of four bytes at 0x700",
	      catch(call_with_key_31, (void *)0x700), 0);
	memcpy((void *)0x7fe, code, sizeof(code));
	equal("key 2 does not execute one whose second half is at 0x800",
	      catch(call_with_key_31, (void *)0x7fe), PGM_PROTECTION);
	memcpy(end - 2, code, 2);
	memcpy((void *)0, code + 1, sizeof(code) - 2);
	equal("key 2 executes one whose second half is at 0",
	      catch(call_with_key_31, end - 2), 0);
	set_key(0, 0x20 | FETCH_PROTECTED);
	memcpy((void *)0xffe, code, sizeof(code));
	equal("key 2 of 2 executes one whose first half is at 0xffe",
	      catch(call_with_key_31, (void *)0xffe), 0);
	set_key(0, 0x10 | FETCH_PROTECTED);
}

static void fetch_override(void)
{
	static const uint16_t br_14 = 0x07fe;
	uint64_t real_space = 0x20, private_space = 0x120, old;

	memcpy((void *)0x700, &br_14, sizeof(br_14));
	memcpy((void *)0x900, &br_14, sizeof(br_14));
	set_key(0, 0x10 | FETCH_PROTECTED);
	equal("no override: key 2 does not load from address 0x700", load_low(0x700, 0),
	      PGM_PROTECTION);
	old = control0(FETCH_OVERRIDE);
	equal("fetch-protection override: key 2 loads from address 0x700", load_low(0x700, 0), 0);
	equal("key 2 loads from address 0x7ff", load_low(0x7ff, 0), 0);
	equal("key 2 does not load from address 0x800", load_low(0x800, 0), PGM_PROTECTION);
	equal("key 2 executes address 0x700", catch(call_with_key, (void *)0x700), 0);
	equal("key 2 does not execute address 0x900", catch(call_with_key, (void *)0x900),
	      PGM_PROTECTION);
	fetch_divided();
	equal("fetch-protection override is for addresses that are translated, too",
	      load_low(0x700, real_space), 0);
	equal("it is not for a private space", load_low(0x700, private_space), PGM_PROTECTION);
	control0_restore(old);
	equal("key 2 does not load when the override ends", load_low(0x700, 0), PGM_PROTECTION);
	set_key(0, 0);
}

static uint64_t test_protection(uint64_t key)
{
	uint64_t cc;

	asm volatile("	tprot	0(%1),0(%2)\n"
		     "	ipm	%0\n"
		     "	srl	%0,28\n" : "=d" (cc) : "a" (SUBJECT), "a" (key << 4) : "cc");
	return cc & 3;
}

static void tested(void)
{
	set_key(SUBJECT, 0x10);
	equal("TPROT, key 1 of 1: cc 0", test_protection(1), 0);
	equal("TPROT, key 2: cc 1", test_protection(2), 1);
	set_key(SUBJECT, 0x10 | FETCH_PROTECTED);
	equal("TPROT, fetch protection, key 1 of 1: cc 0", test_protection(1), 0);
	equal("TPROT, fetch protection, key 2: cc 2", test_protection(2), 2);
	equal("TPROT, fetch protection, key 0: cc 0", test_protection(0), 0);
}

/* One MOVE WITH OPTIONAL SPECIFICATIONS; 0 is no key. */
struct move {
	uint64_t to, to_key, from, from_key, length;
};

static void do_move(void *arg)
{
	struct move *m = arg;
	register uint64_t r0 asm("0") = 0;

	/* Bits of an operand's control: its key, and that it has one. */
	if (m->to_key)
		r0 |= (m->to_key << 12 | 2) << 16;
	if (m->from_key)
		r0 |= m->from_key << 12 | 2;
	asm volatile("	stosm	%3,4\n"
		     "	mvcos	0(%0),0(%1),%2\n"
		     "	stnsm	%3,0xfb\n"
		     : : "a" (m->to), "a" (m->from), "d" (m->length), "Q" (m->length),
			 "d" (r0) : "cc", "memory");
}

static unsigned int move(uint64_t to, uint64_t to_key, uint64_t from, uint64_t from_key,
			 uint64_t length)
{
	struct move m = { to, to_key, from, from_key, length };

	return catch(do_move, &m);
}

static void operand_keys(void)
{
	uint64_t free = ARENA, real_space = 0x20;

	asm volatile("lctlg %%c1,%%c1,%0" : : "Q" (real_space));
	set_key(SUBJECT, 0x10);
	set_key(SUBJECT + PAGE, 0x20 | FETCH_PROTECTED);
	equal("MVCOS without keys stores", move(SUBJECT, 0, free, 0, 16), 0);
	equal("MVCOS: source key 2 loads where there is no fetch protection",
	      move(free, 0, SUBJECT, 2, 16), 0);
	equal("MVCOS: destination key 2 does not store", move(SUBJECT, 2, free, 0, 16),
	      PGM_PROTECTION);
	equal("MVCOS: the TEID tells of a store", teid() & 0xfff, 0x400);
	equal("MVCOS: destination key 1 stores", move(SUBJECT, 1, free, 0, 16), 0);
	equal("MVCOS: source key 1 does not load from the next page",
	      move(free, 0, SUBJECT + PAGE - 8, 1, 16), PGM_PROTECTION);
	equal("MVCOS: the TEID has the next page", teid() & ~0xfffull, SUBJECT + PAGE);
	equal("MVCOS: nothing of the next page is needed",
	      move(free, 0, SUBJECT + PAGE - 8, 1, 8), 0);
	equal("MVCOS: source key 2 loads across both", move(free, 0, SUBJECT + PAGE - 8, 2, 16),
	      0);
}

int main(void)
{
	psw_key();
	override();
	fetch_override();
	tested();
	operand_keys();
	return 0;
}

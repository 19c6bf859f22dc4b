// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SIE of an ordinary guest, as a host without KVM's help sees it: limits of storage,
 * specification exceptions, MOVE PAGE, translations of the host. But for these the host
 * has DAT on while the guest runs.
 */
#include "secure.h"

#define GUEST		0x6000000ul	/* storage, and the host's virtual address of it */
#define GUEST_SD	(ARENA + 20 * PAGE)
#define SEGMENTS	((volatile uint64_t *)(ARENA + 24 * PAGE))
#define LOW_PAGES	((volatile uint64_t *)(ARENA + 25 * PAGE))
#define GUEST_PTES	((volatile uint64_t *)(ARENA + 26 * PAGE))

#define CODE		0x2000
#define DATA		0x3000
#define TARGET		0x4000
#define SOURCE		0x5000
#define BEYOND		0x7000000ul	/* no segment of the host's */

#define INVALID_SEGMENT	0x20ul
#define INVALID_PAGE	0x400ul
#define READ_ONLY	0x200ul

#define PGM_SEGMENT_TRANSLATION	0x10
#define TEID_FETCH	0x800

#define PLAIN		0x801	/* z/Architecture */
#define UNLIMITED	0x881	/* without limits of storage */
#define MOVES_PAGES	0x01000000
#define SPECIFICATION	0x08	/* exceptions are interpreted */

#define INTERCEPTED	0x04
#define PARTIAL		0x38

static volatile struct description *const guest = (void *)GUEST_SD;

/* Fields that protected guests have for something else, or do not have */
#define AT(type, offset) (*(volatile type *)(GUEST_SD + (offset)))
#define ECA		AT(uint32_t, 0x4c)
#define ECB		AT(uint8_t, 0x61)
#define MSO		AT(uint64_t, 0x80)
#define MSL		AT(uint64_t, 0x88)
#define PEI_TARGET	AT(uint64_t, 0xc0)
#define PEI_SOURCE	AT(uint64_t, 0xc8)
#define IPRCC		AT(uint16_t, 0xce)

#define CODE_OF(name, text) \
	extern const uint8_t name[], name##_end[]; \
	asm("	.pushsection .rodata\n	.balign 2\n" #name ":\n" text #name "_end:\n" \
	    "	.popsection\n")

CODE_OF(loads, "	lgfi	%r2,0x6003000\n"
	       "	lg	%r3,0(%r2)\n"
	       "	stg	%r3,8(%r2)\n"
	       "	lgfi	%r2,0x7000000\n"
	       "	lg	%r3,0(%r2)\n");
/* MULTIPLY needs an even register. */
CODE_OF(odd, "	.short	0x1c12\n"
	     "	diag	%r0,%r0,0x11\n");
CODE_OF(moves, "	lghi	%r0,0\n"
	       "	lghi	%r3,0x4000\n"
	       "	lghi	%r4,0x5000\n"
	       "	mvpg	%r3,%r4\n"
	       "	diag	%r0,%r0,0x11\n");
#define MVPG_END	(CODE + 16)
CODE_OF(large, "	lgfi	%r5,0x100800\n"
	       "	lghi	%r6,0x3000\n"
	       "	lg	%r3,0(%r5)\n"
	       "	stg	%r3,0(%r6)\n"
	       "	lg	%r3,0x800\n"
	       "	stg	%r3,8(%r6)\n"
	       "	diag	%r0,%r0,0x11\n");
CODE_OF(copies, "	lghi	%r5,0x3000\n"
		"	lghi	%r6,0x4000\n"
		"	mvc	0(8,%r6),0(%r5)\n"
		"	diag	%r0,%r0,0x11\n");
#define GUEST_TABLES	0x10000
#define GUEST_PREFIX	0x8000
#define LARGE_FRAME	0x400ul		/* at absolute 0 */
#define ENHANCED_DAT	0x800000ul

static void map(void)
{
	unsigned int i;

	for (i = 0; i < 512; i++)
		SEGMENTS[i] = INVALID_SEGMENT;
	for (i = 0; i < 256; i++) {
		LOW_PAGES[i] = i * PAGE;
		GUEST_PTES[i] = GUEST + i * PAGE;
	}
	SEGMENTS[0] = (uint64_t)LOW_PAGES;
	SEGMENTS[GUEST / MIB] = (uint64_t)GUEST_PTES;
	guest_space((uint64_t)SEGMENTS);
}

static void prepare(const uint8_t *code, const uint8_t *end, uint32_t flags)
{
	memset((void *)GUEST, 0, 32 * PAGE);
	memcpy((void *)(GUEST + CODE), code, end - code);
	memset((void *)GUEST_SD, 0, PAGE);
	guest->cpuflags = flags;
	MSO = GUEST;
	MSL = GUEST + MIB - 1;
	guest->psw_mask = 0x0000000180000000;
	guest->psw_addr = CODE;
	guest->cr[0] = 0xe0;
}

static void translated(void *unused)
{
	static uint8_t mask;

	(void)unused;
	asm volatile("stosm %0,4" : "=Q" (mask));
	enter((void *)GUEST_SD);
	asm volatile("stnsm %0,0xfb" : "=Q" (mask));
}

static unsigned int run_guest(void)
{
	return catch(translated, NULL);
}

static void limits(void)
{
	prepare(loads, loads_end, UNLIMITED);
	MSO = 0x7fff00000000;
	MSL = 0;
	guest->prefix = GUEST;
	guest->psw_addr = GUEST + CODE;
	*(uint64_t *)(GUEST + DATA) = 0x1122334455667788;
	equal("no limits of storage: beyond its tables the host has an exception", run_guest(),
	      PGM_SEGMENT_TRANSLATION);
	equal("its TEID has the guest's address", teid(), BEYOND | TEID_FETCH);
	equal("which is no interception", guest->icptcode, 0);
	equal("up to there guest absolute is host virtual", *(uint64_t *)(GUEST + DATA + 8),
	      0x1122334455667788);
}

static void specification(void)
{
	prepare(odd, odd_end, PLAIN);
	*(uint64_t *)(GUEST + 0x1d0) = 0x0008000180000000;
	*(uint64_t *)(GUEST + 0x1d8) = 0xdeadbeee;
	equal("specification exception: no exception of the host's", run_guest(), 0);
	equal("it is intercepted", guest->icptcode << 16 | IPRCC, PROGRAM << 16 | 6);
	equal("with the guest's PSW", guest->psw_addr, CODE + 2);
	guest->psw_addr = CODE;
	guest->icptcode = 0;
	ECB = SPECIFICATION;
	equal("interpreted, with a new PSW that is none: no exception", run_guest(), 0);
	equal("it is intercepted", guest->icptcode << 16 | IPRCC, PROGRAM << 16 | 6);
	equal("with the new PSW", guest->psw_addr, 0xdeadbeee);
	/* A loop that begins with any other exception. */
	*(uint16_t *)(GUEST + CODE) = 0;
	guest->psw_mask = 0x0000000180000000;
	guest->psw_addr = CODE;
	guest->icptcode = 0;
	equal("operation exception, with such a new PSW: no exception", run_guest(), 0);
	equal("ends there, too", guest->icptcode << 16 | IPRCC, PROGRAM << 16 | 6);
	/* A new PSW that is one. */
	*(uint16_t *)(GUEST + CODE) = 0x1c12;
	*(uint64_t *)(GUEST + 0x1d0) = 0x0000000180000000;
	*(uint64_t *)(GUEST + 0x1d8) = CODE + 2;
	guest->psw_mask = 0x0000000180000000;
	guest->psw_addr = CODE;
	guest->icptcode = 0;
	equal("interpreted: no exception", run_guest(), 0);
	equal("the guest goes on with its new PSW", guest->icptcode, INTERCEPTED);
	equal("and has the code", *(uint16_t *)(GUEST + 0x8e), 6);
}

static void move_page(void)
{
	prepare(moves, moves_end, PLAIN);
	ECA = MOVES_PAGES;
	memset((void *)(GUEST + SOURCE), 0x55, PAGE);
	GUEST_PTES[TARGET / PAGE] |= INVALID_PAGE;
	GUEST_PTES[SOURCE / PAGE] |= READ_ONLY;
	equal("MOVE PAGE to a page that is not there: no exception", run_guest(), 0);
	equal("it is intercepted", guest->icptcode, PARTIAL);
	equal("as what it is", (uint64_t)guest->ipa << 32 | guest->ipb, 0xb25400340000);
	equal("the PSW is behind it", guest->psw_addr, MVPG_END);
	equal("the entry of the target", PEI_TARGET, (uint64_t)&GUEST_PTES[TARGET / PAGE]);
	equal("that of the source", PEI_SOURCE, (uint64_t)&GUEST_PTES[SOURCE / PAGE] | 2);
	equal("nothing is stored", *(uint64_t *)(GUEST + TARGET), 0);

	GUEST_PTES[TARGET / PAGE] &= ~INVALID_PAGE;
	GUEST_PTES[SOURCE / PAGE] |= INVALID_PAGE;
	guest->psw_addr = CODE;
	guest->icptcode = 0;
	equal("MOVE PAGE of a page that is not there: no exception", run_guest(), 0);
	equal("it is intercepted", guest->icptcode, PARTIAL);

	GUEST_PTES[SOURCE / PAGE] &= ~INVALID_PAGE;
	guest->psw_addr = CODE;
	guest->icptcode = 0;
	equal("both are there: no exception", run_guest(), 0);
	equal("the guest goes on", guest->icptcode, INTERCEPTED);
	equal("with its page", *(uint64_t *)(GUEST + TARGET), 0x5555555555555555);
}

/*
 * A large frame is in absolute storage: the prefix area is where the guest's address
 * says, not at 0.
 */
static void large_frame(void)
{
	volatile uint64_t *segments = (void *)(GUEST + GUEST_TABLES);
	volatile uint64_t *pages = (void *)(GUEST + GUEST_TABLES + PAGE);
	unsigned int i;

	prepare(large, large_end, PLAIN);
	for (i = 0; i < 512; i++)
		segments[i] = INVALID_SEGMENT;
	for (i = 0; i < 256; i++)
		pages[i] = i * PAGE;
	segments[0] = GUEST_TABLES + PAGE;
	segments[1] = LARGE_FRAME;
	guest->prefix = GUEST_PREFIX;
	guest->cr[0] = 0xe0 | ENHANCED_DAT;
	guest->cr[1] = GUEST_TABLES;
	guest->psw_mask = 0x0400000180000000;
	*(uint64_t *)(GUEST + 0x800) = 0x1111111111111111;
	*(uint64_t *)(GUEST + GUEST_PREFIX + 0x800) = 0x2222222222222222;
	*(uint64_t *)(GUEST + DATA) = 0;
	equal("a guest with a large frame: no exception", run_guest(), 0);
	equal("it goes on", guest->icptcode, INTERCEPTED);
	equal("absolute storage is in the frame", *(uint64_t *)(GUEST + DATA), 0x1111111111111111);
	equal("real storage in the page", *(uint64_t *)(GUEST + DATA + 8), 0x2222222222222222);
}

static void untranslated(void *unused)
{
	(void)unused;
	enter((void *)GUEST_SD);
}

/* Where a host that does not translate has a guest's storage says nothing of one that does. */
static void host_translation(void)
{
	prepare(copies, copies_end, PLAIN);
	*(uint64_t *)(GUEST + DATA) = 0x1111111111111111;
	*(uint64_t *)(GUEST + SOURCE) = 0x2222222222222222;
	GUEST_PTES[DATA / PAGE] = GUEST + SOURCE;
	equal("a host without DAT: no exception", catch(untranslated, NULL), 0);
	equal("the guest's storage is at real addresses", *(uint64_t *)(GUEST + TARGET),
	      0x1111111111111111);
	guest->psw_addr = CODE;
	equal("with DAT and the same tables: no exception", run_guest(), 0);
	equal("it is where the tables say", *(uint64_t *)(GUEST + TARGET), 0x2222222222222222);
	guest->psw_addr = CODE;
	equal("without DAT again: no exception", catch(untranslated, NULL), 0);
	equal("it is at real addresses again", *(uint64_t *)(GUEST + TARGET), 0x1111111111111111);
	GUEST_PTES[DATA / PAGE] = GUEST + DATA;
}

int main(void)
{
	map();
	limits();
	specification();
	move_page();
	host_translation();
	large_frame();
	return 0;
}

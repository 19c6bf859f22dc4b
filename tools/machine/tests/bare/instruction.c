// SPDX-License-Identifier: GPL-2.0-or-later
/* The instruction itself: its checks in their order, QUERY, INITIALIZE. */
#include "uvc.h"

static struct uvcb block;

static void in_problem_state(void *arg)
{
	uint64_t psw[2] = { 0x0001000180000000, 0 };

	asm volatile("	larl	%%r1,0f\n"
		     "	stg	%%r1,8(%0)\n"
		     "	lpswe	0(%0)\n"
		     "0:	.insn	rrf,0xb9a40000,%%r0,%1,0,0\n"
		     : : "a" (psw), "a" (arg) : "1", "cc", "memory");
}

static void with_r3(void *arg)
{
	asm volatile(".insn rrf,0xb9a40000,%%r0,%0,%%r1,0" : : "a" (arg) : "cc", "memory");
}

static void with_m4(void *arg)
{
	asm volatile(".insn rrf,0xb9a40000,%%r0,%0,%%r0,1" : : "a" (arg) : "cc", "memory");
}

static void plain(void *arg)
{
	uvc(arg);
}

static void instruction(void)
{
	equal("problem state: privileged-operation exception",
	      catch(in_problem_state, &block), PGM_PRIVILEGED);
	equal("third register not zero: specification exception",
	      catch(with_r3, &block), PGM_SPECIFICATION);
	equal("mask not zero: specification exception",
	      catch(with_m4, &block), PGM_SPECIFICATION);
	equal("block outside of storage: addressing exception",
	      catch(plain, (void *)0x7000000000000), PGM_ADDRESSING);
}

static void header(void)
{
	equal("unknown command: cc 1", uvc_call(&block, 0x0777, 8), 1);
	equal("unknown command: rc 2", block.rc, 2);
	equal("not initialised: cc 1", uvc_call(&block, UVC_EXPORT, 0x20), 1);
	equal("not initialised: rc 3", block.rc, 3);
	equal("not initialised goes before length", (uvc_call(&block, UVC_EXPORT, 8), block.rc), 3);
	equal("query too short: cc 1", uvc_call(&block, UVC_QUERY, 0xa0), 1);
	equal("query too short: rc 5", block.rc, 5);
}

static void query(void)
{
	static uint8_t pages[3 * 4096] __attribute__((aligned(4096)));
	struct uvcb *crossing = (void *)(pages + PAGE - 0x48);
	static struct uvcb whole;

	equal("query: cc 0", uvc_call(&block, UVC_QUERY, QUERY_LENGTH), 0);
	equal("query: rc 1", block.rc, 1);
	equal("query shows the host's calls", FIELD(&block, 0x10) >> 56, 0xff);
	equal("query shows no calls of guests", FIELD(&block, 0x10) >> 54 & 3, 0);
	result("query tells the base storage's length", FIELD(&block, 0x40) != 0,
	       FIELD(&block, 0x40));
	say("# features ");
	say_hex(FIELD(&block, 0xa0));
	say(" header versions ");
	say_hex(FIELD(&block, 0xb0));
	say("\n");
	whole = block;
	memset(&block, 0xee, sizeof(block));
	equal("short query: cc 1", uvc_call(&block, UVC_QUERY, 0xa8), 1);
	equal("short query: rc 100", block.rc, 0x100);
	result("short query fills what there is room for",
	       !memcmp(&block.word[1], &whole.word[1], 0xa8 - 0x10), 0);
	equal("short query leaves the rest alone", FIELD(&block, 0xa8), 0xeeeeeeeeeeeeeeee);
	memset(pages, 0, sizeof(pages));
	equal("block across a page: cc 0", uvc_call(crossing, UVC_QUERY, QUERY_LENGTH), 0);
	result("block across a page: same answer",
	       !memcmp(&crossing->word[1], &whole.word[1], QUERY_LENGTH - 0x10), 0);
	equal("longer block than needed: cc 0", uvc_call(&block, UVC_QUERY, QUERY_LENGTH + 8), 0);
}

static uint16_t init_rc(uint64_t origin, uint64_t len)
{
	FIELD(&block, 0x18) = origin;
	FIELD(&block, 0x20) = len;
	uvc_call(&block, UVC_INITIALIZE, 0x48);
	return block.rc;
}

static void spin(void)
{
	for (;;)
		asm volatile("nopr");
}

static void initialize(void)
{
	uint64_t len;

	fill_query(&block);
	len = FIELD(&block, 0x40);
	equal("initialize, too little storage: rc 103", init_rc(HIGH, len - 1), 0x103);
	equal("initialize, origin not on 1 MiB: rc 104", init_rc(HIGH + PAGE, len), 0x104);
	equal("initialize, outside of storage: rc 105", init_rc(0x700000000000, len), 0x105);
	equal("initialize, below 2 GiB: rc 108", init_rc(ARENA, len), 0x108);
	second_start(spin);
	equal("initialize, two CPUs running: rc 102", init_rc(HIGH, len), 0x102);
	sigp(1, SIGP_STOP, 0, NULL);
	while (!sigp(1, SIGP_SENSE, 0, NULL))
		;
	equal("initialize: rc 1", init_rc(HIGH, len), 1);
	equal("initialize again: rc 101", init_rc(HIGH, len), 0x101);
	equal("unknown handle: rc 20", (FIELD(&block, 0x18) = 0x1234,
	      uvc_call(&block, UVC_DESTROY, 0x40), block.rc), 0x20);
}

/* The block's second page cannot be stored into: nothing happened. */
static void second_page(void)
{
	uint8_t *edge = (uint8_t *)HIGH - PAGE;
	struct uvcb *at_edge = (void *)(HIGH - 0x20);

	memset(edge, 0, PAGE);
	at_edge->command = UVC_QUERY;
	at_edge->length = QUERY_LENGTH;
	equal("block that runs into donated storage: secure-storage-access exception",
	      catch(plain, at_edge), PGM_SECURE_ACCESS);
	equal("TEID names the donated page", teid() & ~0xffful, HIGH);
	equal("the header was not changed", at_edge->rc, 0);
}

/*
 * With DAT on, the block is in the current space. This one has it in several pages; the
 * other spaces have the first MiB only, where the program is.
 */
#define VIRTUAL		0x1f00000ul	/* segment 31 */
#define OTHER_TABLE	((volatile uint64_t *)(ARENA + 8 * MIB))
#define CURRENT_TABLE	((volatile uint64_t *)(ARENA + 8 * MIB + PAGE))
#define LOW_PAGES	((volatile uint64_t *)(ARENA + 8 * MIB + 2 * PAGE))
#define CURRENT_PAGES	((volatile uint64_t *)(ARENA + 8 * MIB + 3 * PAGE))
#define FRAME		((uint8_t *)(ARENA + 8 * MIB + 4 * PAGE))
#define OTHER_FRAME	(FRAME + 2 * PAGE)
#define INVALID_SEGMENT	0x20ul
#define INVALID_PAGE	0x400ul
#define READ_ONLY	0x200ul

/* Pages of the current space from VIRTUAL on. */
enum { IN_FRAME, IN_OTHER_FRAME, NOT_MAPPED, PROTECTED };

#define PGM_PAGE_TRANSLATION	0x11
#define TEID_STORED		0x400

/* Operand of SET ADDRESS SPACE CONTROL FAST, space in the TEID */
static const struct space {
	const char *name;
	uint16_t sacf;
	uint8_t teid;
} spaces[] = {
	{ "# primary space\n", 0x000, 0 },
	{ "# secondary space\n", 0x100, 2 },
	{ "# home space\n", 0x300, 3 },
};

static const struct space *space;
static unsigned int cc_with_dat;

static void with_dat(void *arg)
{
	/* Segment tables of one page each: control registers 1, 7, 13 */
	uint64_t tables[3];
	unsigned int i;
	uint8_t mask;

	for (i = 0; i < 3; i++)
		tables[i] = (uint64_t)(space == &spaces[i] ? CURRENT_TABLE : OTHER_TABLE);
	asm volatile("	lctlg	%%c1,%%c1,0(%2)\n"
		     "	lctlg	%%c7,%%c7,8(%2)\n"
		     "	lctlg	%%c13,%%c13,16(%2)\n"
		     "	stosm	%1,4\n"
		     "	sacf	0(%4)\n"
		     "	.insn	rrf,0xb9a40000,%%r0,%3,0,0\n"
		     "	ipm	%0\n"
		     "	srl	%0,28\n"
		     "	sacf	0\n"
		     "	stnsm	%1,0xfb\n"
		     : "=&d" (cc_with_dat), "=Q" (mask)
		     : "a" (tables), "a" (arg), "a" ((uint64_t)space->sacf) : "cc", "memory");
}

static void map_spaces(void)
{
	unsigned int i;

	for (i = 0; i < 512; i++)
		OTHER_TABLE[i] = CURRENT_TABLE[i] = INVALID_SEGMENT;
	for (i = 0; i < 256; i++) {
		LOW_PAGES[i] = i * PAGE;
		CURRENT_PAGES[i] = INVALID_PAGE;
	}
	OTHER_TABLE[0] = CURRENT_TABLE[0] = (uint64_t)LOW_PAGES;
	CURRENT_TABLE[31] = (uint64_t)CURRENT_PAGES;
	CURRENT_PAGES[IN_FRAME] = (uint64_t)FRAME;
	CURRENT_PAGES[IN_OTHER_FRAME] = (uint64_t)OTHER_FRAME;
	CURRENT_PAGES[PROTECTED] = (uint64_t)FRAME | READ_ONLY;
}

static void current_space(void)
{
	struct uvcb *in_frame = (struct uvcb *)FRAME;
	struct uvcb *across = (struct uvcb *)(FRAME + PAGE - 0x20);
	const void *virtual = (void *)VIRTUAL;

	say(space->name);
	*in_frame = (struct uvcb){ .command = UVC_QUERY, .length = QUERY_LENGTH };
	equal("block in the space: no exception", catch(with_dat, (void *)VIRTUAL), 0);
	equal("block in the space: cc 0", cc_with_dat, 0);
	equal("block in the space: rc 1", in_frame->rc, 1);

	/* This one is executed while the other CPUs stand still. */
	*in_frame = (struct uvcb){ .command = UVC_EXPORT, .length = 0x20 };
	FIELD(in_frame, 0x18) = (uint64_t)OTHER_FRAME;
	equal("a call that stops others: no exception", catch(with_dat, (void *)VIRTUAL), 0);
	equal("a call that stops others: rc 1", in_frame->rc, 1);

	*across = (struct uvcb){ .command = UVC_QUERY, .length = QUERY_LENGTH };
	memset(OTHER_FRAME, 0, PAGE);
	memset(FRAME + PAGE, 0xee, 8);
	equal("block in two frames: no exception",
	      catch(with_dat, (uint8_t *)virtual + PAGE - 0x20), 0);
	equal("block in two frames: rc 1", across->rc, 1);
	result("block in two frames: the second has its part",
	       *(uint64_t *)(OTHER_FRAME + 0x20), 0);
	equal("block in two frames: nothing else has", *(uint64_t *)(FRAME + PAGE),
	      0xeeeeeeeeeeeeeeee);

	equal("block that is not mapped: page-translation exception",
	      catch(with_dat, (void *)(VIRTUAL + NOT_MAPPED * PAGE)), PGM_PAGE_TRANSLATION);
	equal("its TEID", teid(), (VIRTUAL + NOT_MAPPED * PAGE) | TEID_STORED | space->teid);
	in_frame->rc = 0;
	in_frame->command = UVC_QUERY;
	equal("block in a read-only page: protection exception",
	      catch(with_dat, (void *)(VIRTUAL + PROTECTED * PAGE)), PGM_PROTECTION);
	equal("its TEID", teid(), (VIRTUAL + PROTECTED * PAGE) | TEID_STORED | space->teid | 4);
	equal("nothing was answered", in_frame->rc, 0);

	*(struct uvcb *)(OTHER_FRAME + PAGE - 0x20) =
		(struct uvcb){ .command = UVC_QUERY, .length = QUERY_LENGTH };
	equal("second page not mapped: page-translation exception",
	      catch(with_dat, (void *)(VIRTUAL + NOT_MAPPED * PAGE - 0x20)),
	      PGM_PAGE_TRANSLATION);
	equal("its TEID has the second page", teid() & ~0xffful, VIRTUAL + NOT_MAPPED * PAGE);
	equal("the header was not changed", ((struct uvcb *)(OTHER_FRAME + PAGE - 0x20))->rc, 0);
}

/* What a block in the primary space names is in the home space. */
static void inner_addresses(void)
{
	struct uvcb *in_frame = (struct uvcb *)FRAME;
	uint64_t config = guest_create();

	space = &spaces[0];
	memset(OTHER_FRAME, 0, PAGE);
	*in_frame = (struct uvcb){ .command = UVC_SET_PARAMETERS, .length = 0x50 };
	FIELD(in_frame, 0x18) = config;
	FIELD(in_frame, 0x20) = VIRTUAL + IN_OTHER_FRAME * PAGE;
	FIELD(in_frame, 0x28) = 0x280ul << 32;
	equal("header in the primary space: no exception", catch(with_dat, (void *)VIRTUAL), 0);
	equal("header in the primary space: rc 103", in_frame->rc, 0x103);
	OTHER_TABLE[30] = (uint64_t)CURRENT_PAGES;
	FIELD(in_frame, 0x20) -= MIB;
	equal("header in the home space: no exception", catch(with_dat, (void *)VIRTUAL), 0);
	result("header in the home space: it is read", in_frame->rc != 0x103 && in_frame->rc,
	       in_frame->rc);
	equal("the configuration is destroyed", guest_destroy(config), 0);
}

static void in_31_bit_mode(void *arg)
{
	asm volatile("	sam31\n"
		     "	.insn	rrf,0xb9a40000,%%r0,%0,0,0\n"
		     "	sam64\n"
		     : : "a" ((uint64_t)arg | 0x1234567880000000) : "cc", "memory");
}

static void in_24_bit_mode(void *arg)
{
	asm volatile("	sam24\n"
		     "	.insn	rrf,0xb9a40000,%%r0,%0,0,0\n"
		     "	sam64\n"
		     : : "a" ((uint64_t)arg | 0x12345678ff000000) : "cc", "memory");
}

static void by_execute(void *arg)
{
	asm volatile("	larl	%%r1,1f\n"
		     "	ex	%%r0,0(%%r1)\n"
		     "	j	2f\n"
		     "1:	.insn	rrf,0xb9a40000,%%r0,%0,0,0\n"
		     "2:\n" : : "a" (arg) : "1", "cc", "memory");
}

static void with_key_2(void *arg)
{
	asm volatile("	spka	0x20(%%r0)\n"
		     "	.insn	rrf,0xb9a40000,%%r0,%0,0,0\n"
		     "	spka	0(%%r0)\n"
		     : : "a" (arg) : "cc", "memory");
}

static void with_low_address_protection(void *arg)
{
	uint64_t old, new;

	asm volatile("stctg %%c0,%%c0,%0" : "=Q" (old));
	new = old | 0x10000000;
	asm volatile("	lctlg	%%c0,%%c0,%1\n"
		     "	.insn	rrf,0xb9a40000,%%r0,%2,0,0\n"
		     "	lctlg	%%c0,%%c0,%0\n"
		     : : "Q" (old), "Q" (new), "a" (arg) : "cc", "memory");
}

static unsigned int query_by(void (*how)(void *), struct uvcb *where)
{
	where->command = UVC_QUERY;
	where->length = QUERY_LENGTH;
	where->rc = 0;
	return catch(how, where);
}

static void addresses(void)
{
	struct uvcb *protected_low = (struct uvcb *)0x1100;
	struct uvcb *at_end = (struct uvcb *)(0xc0000000 - 8);
	uint64_t cr0 = 0x60000;

	equal("31-bit mode: no exception", query_by(in_31_bit_mode, &block), 0);
	equal("31-bit mode: rc 1", block.rc, 1);
	equal("24-bit mode: no exception", query_by(in_24_bit_mode, &block), 0);
	equal("24-bit mode: rc 1", block.rc, 1);
	equal("by EXECUTE: no exception", query_by(by_execute, &block), 0);
	equal("by EXECUTE: rc 1", block.rc, 1);
	block = (struct uvcb){ .command = UVC_EXPORT, .length = 0x20 };
	FIELD(&block, 0x18) = (uint64_t)FRAME;
	equal("by EXECUTE, stopping others: no exception", catch(by_execute, &block), 0);
	equal("by EXECUTE, stopping others: rc 1", block.rc, 1);
	equal("block across the end of storage: addressing exception",
	      query_by(plain, at_end), PGM_ADDRESSING);
	equal("the header was not changed", at_end->rc, 0);
	equal("low-address protection: protection exception",
	      query_by(with_low_address_protection, protected_low), PGM_PROTECTION);
	asm volatile("lctlg %%c0,%%c0,%0" : : "Q" (cr0));
	equal("the header was not changed", protected_low->rc, 0);
	asm volatile("sske %0,%1" : : "d" (0x10), "a" (FRAME) : "memory");
	equal("storage key that does not match: protection exception",
	      query_by(with_key_2, (struct uvcb *)FRAME), PGM_PROTECTION);
	equal("the header was not changed", ((struct uvcb *)FRAME)->rc, 0);
}

int main(void)
{
	if (!facility(158)) {
		equal("no ultravisor: operation exception", catch(plain, &block), PGM_OPERATION);
		equal("no ultravisor: operation exception in problem state, too",
		      catch(in_problem_state, &block), PGM_OPERATION);
		return 0;
	}
	instruction();
	header();
	query();
	initialize();
	second_page();
	map_spaces();
	for (space = spaces; space < spaces + 3; space++)
		current_space();
	inner_addresses();
	addresses();
	return 0;
}

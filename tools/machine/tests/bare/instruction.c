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

	equal("query: cc 0", uvc_call(&block, UVC_QUERY, 0xd8), 0);
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
	equal("block across a page: cc 0", uvc_call(crossing, UVC_QUERY, 0xd8), 0);
	result("block across a page: same answer",
	       !memcmp(&crossing->word[1], &whole.word[1], 0xd8 - 0x10), 0);
	equal("longer block than needed: cc 0", uvc_call(&block, UVC_QUERY, 0x118), 0);
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
	at_edge->length = 0xd8;
	equal("block that runs into donated storage: secure-storage-access exception",
	      catch(plain, at_edge), PGM_SECURE_ACCESS);
	equal("TEID names the donated page", teid() & ~0xffful, HIGH);
	equal("the header was not changed", at_edge->rc, 0);
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
	return 0;
}

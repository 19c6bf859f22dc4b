// SPDX-License-Identifier: GPL-2.0
/* Interruptions, requests, clocks and waiting of a format 2 guest. */
#include "guest.h"

GUEST(stosm_code, "lghi 1,0; stosm 0x800(1),3; diag 0,0,0x11");
GUEST(loop_code, "1: j 1b");

static void requests(void)
{
	struct guest g;

	test_begin("a request for external interruptions waits for the mask");
	guest_make(&g);
	g.sd->cpuflags |= CPUFLAG_EXT_INT;
	LOAD(&g, stosm_code, PSW_64);
	guest_run(&g);
	EXPECT(g.sd->icptcode, 0x10);
	EXPECT(g.run->psw_addr, GUEST_CODE + 8);
	EXPECT(g.run->psw_mask, PSW_64 | PSW_IO | PSW_EXT);
	g.sd->cpuflags &= ~CPUFLAG_EXT_INT;
	guest_run(&g);
	expect_instruction(&g, 0x8300, 0x00110000, GUEST_CODE + 12, 0);
	test_end();

	test_begin("a request for I/O interruptions waits for the mask");
	g.sd->cpuflags |= CPUFLAG_IO_INT;
	LOAD(&g, stosm_code, PSW_64 | PSW_EXT);
	guest_run(&g);
	EXPECT(g.sd->icptcode, 0x18);
	EXPECT(g.run->psw_addr, GUEST_CODE + 8);
	g.sd->cpuflags &= ~CPUFLAG_IO_INT;
	test_end();

	test_begin("a request to stop is taken at once");
	g.sd->cpuflags |= CPUFLAG_STOP_INT;
	LOAD(&g, loop_code, PSW_64);
	guest_run(&g);
	EXPECT(g.sd->icptcode, 0x28);
	EXPECT(g.run->psw_addr, GUEST_CODE);
	g.sd->cpuflags &= ~CPUFLAG_STOP_INT;
	guest_free(&g);
	test_end();
}

GUEST(wait_code, "larl 1,1f; lpswe 0(1); .balign 8;"
      "1: .quad 0x0302000180000000, 0xabcde0");

static void wait_state(void)
{
	struct guest g;

	test_begin("loading a PSW that waits is intercepted");
	guest_make(&g);
	LOAD(&g, wait_code, PSW_64);
	guest_run(&g);
	EXPECT(g.sd->icptcode, 0x1c);
	EXPECT(g.run->psw_addr, 0xabcde0);
	EXPECT(g.run->psw_mask, PSW_64 | PSW_EXT | PSW_IO | PSW_WAIT);
	/* A request comes before the wait that it would end. */
	g.sd->cpuflags |= CPUFLAG_IO_INT;
	LOAD(&g, wait_code, PSW_64);
	guest_run(&g);
	EXPECT(g.sd->icptcode, 0x18);
	guest_free(&g);
	test_end();
}

static void timers(void)
{
	struct guest g;
	struct lowcore *lc;

	test_begin("clock comparator and CPU timer interrupt the guest");
	guest_make(&g);
	lc = guest_lowcore(&g);
	g.sd->gcr[0] |= 0x800;
	g.sd->ckc = 0;
	LOAD(&g, loop_code, PSW_64 | PSW_EXT);
	guest_run(&g);
	expect_handler(&g, OLD_EXT);
	EXPECT(lc->ext_code, 0x1004);
	EXPECT(lc->old_psw[OLD_EXT][0], PSW_64 | PSW_EXT);
	EXPECT(lc->old_psw[OLD_EXT][1], GUEST_CODE);
	g.sd->gcr[0] &= ~0x800ull;
	g.sd->gcr[0] |= 0x400;
	g.sd->cputm = 4096 * 2000;	/* two milliseconds */
	LOAD(&g, loop_code, PSW_64 | PSW_EXT);
	guest_run(&g);
	expect_handler(&g, OLD_EXT);
	EXPECT(lc->ext_code, 0x1005);
	test_end();

	test_begin("timer interruptions are intercepted when they would loop");
	lc->new_psw[OLD_EXT][0] |= PSW_EXT;
	g.sd->cputm = -1;
	LOAD(&g, loop_code, PSW_64 | PSW_EXT);
	guest_run(&g);
	EXPECT(g.sd->icptcode, 0x14);
	EXPECT(g.sd->eic, 0x1005);
	EXPECT(g.run->psw_addr, GUEST_CODE);
	test_end();

	test_begin("timer interruptions are intercepted when others are requested");
	lc->new_psw[OLD_EXT][0] &= ~PSW_EXT;
	g.sd->cputm = -1;
	g.sd->cpuflags |= CPUFLAG_EXT_INT;
	LOAD(&g, loop_code, PSW_64 | PSW_EXT);
	guest_run(&g);
	EXPECT(g.sd->icptcode, 0x14);
	EXPECT(g.sd->eic, 0x1005);
	guest_free(&g);
	test_end();
}

GUEST(clock_code, "lgfi 1,0x20000; stck 0(1); stpt 8(1); stckc 16(1); spt 24(1);"
      "stpt 32(1); diag 0,0,0x11");

static void clocks(void)
{
	uint64_t *data, before, after;
	struct guest g;

	test_begin("the guest's clocks are its own");
	guest_make(&g);
	data = (uint64_t *)(g.mem + GUEST_DATA);
	g.sd->epoch = 1ull << 60;
	g.sd->cputm = 1ull << 50;
	g.sd->ckc = 0x1234567800000000ull;
	data[3] = 1ull << 40;
	LOAD(&g, clock_code, PSW_64);
	asm volatile("stckf %0" : "=Q"(before) : : "cc");
	guest_run(&g);
	asm volatile("stckf %0" : "=Q"(after) : : "cc");
	expect_instruction(&g, 0x8300, 0x00110000, GUEST_CODE + 30, 0);
	EXPECT(data[0] > before + g.sd->epoch && data[0] < after + g.sd->epoch, 1);
	EXPECT(data[1] < 1ull << 50 && data[1] > (1ull << 50) - (1ull << 40), 1);
	EXPECT(data[2], 0x1234567800000000ull);
	EXPECT(data[4] <= 1ull << 40 && data[4] > (1ull << 39), 1);
	EXPECT(g.sd->cputm <= data[4] && g.sd->cputm > (1ull << 39), 1);
	guest_free(&g);
	test_end();
}

GUEST(stcke_code, "lgfi 1,0x20000; stcke 0(1); diag 0,0,0x11");
GUEST(open_code, "lghi 1,0; stosm 0x800(1),1; nopr; diag 0,0,0x11");

static uint8_t epoch_index(struct guest *g)
{
	LOAD(g, stcke_code, PSW_64);
	guest_run(g);
	expect_instruction(g, 0x8300, 0x00110000, GUEST_CODE + 14, 0);
	return g->mem[GUEST_DATA];
}

static void multiple_epochs(void)
{
	struct guest g;

	test_begin("with multiple epochs the guest's clock has an index");
	guest_make(&g);
	g.sd->epdx = 5;
	EXPECT(epoch_index(&g), 0);
	g.sd->ecd |= ECD_MEF;
	EXPECT(epoch_index(&g), 5);
	/* Far enough ahead of a clock that is in the last eighth of its epoch. */
	g.sd->epoch = 1ull << 62;
	EXPECT(epoch_index(&g), 6);
	test_end();

	test_begin("with multiple epochs the clock comparator may be signed");
	g.sd->epoch = 0;
	g.sd->gcr[0] |= 0x800;
	g.sd->ckc = -1ull >> 1;
	LOAD(&g, open_code, PSW_64);
	guest_run(&g);
	expect_handler(&g, OLD_EXT);
	g.sd->gcr[0] |= 0x0020000000000000;
	LOAD(&g, open_code, PSW_64);
	guest_run(&g);
	expect_instruction(&g, 0x8300, 0x00110000, GUEST_CODE + 14, 0);
	g.sd->ckc = 1ull << 63;
	LOAD(&g, open_code, PSW_64);
	guest_run(&g);
	expect_handler(&g, OLD_EXT);
	g.sd->ecd &= ~ECD_MEF;
	g.sd->ckc = -1ull >> 1;
	LOAD(&g, open_code, PSW_64);
	guest_run(&g);
	expect_handler(&g, OLD_EXT);
	guest_free(&g);
	test_end();
}

GUEST(svc_code, "svc 0x42");

static void supervisor_call(void)
{
	struct guest g;

	test_begin("SUPERVISOR CALL interrupts the guest");
	guest_make(&g);
	LOAD(&g, svc_code, PSW_64 | PSW_PROBLEM);
	guest_run(&g);
	expect_handler(&g, OLD_SVC);
	EXPECT(guest_lowcore(&g)->svc_code, 0x42);
	EXPECT(guest_lowcore(&g)->svc_ilc, 2);
	EXPECT(guest_lowcore(&g)->old_psw[OLD_SVC][0], PSW_64 | PSW_PROBLEM);
	EXPECT(guest_lowcore(&g)->old_psw[OLD_SVC][1], GUEST_CODE + 2);
	guest_free(&g);
	test_end();
}

int main(void)
{
	requests();
	wait_state();
	timers();
	clocks();
	multiple_epochs();
	supervisor_call();
	test_plan();
	return 0;
}

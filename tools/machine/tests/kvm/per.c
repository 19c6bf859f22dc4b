// SPDX-License-Identifier: GPL-2.0
/* Program-event recording: a guest's own, and what the host has of a guest. */
#include "guest.h"

#define PSW_PER		0x4000000000000000ull
#define CPUFLAG_P	0x00000001u

/* Control register 9 and, a quarter as long, the code of an event. */
#define BRANCH		0x80000000u
#define FETCH		0x40000000u
#define STORE		0x20000000u
#define CODE(event)	((event) >> 24)

GUEST(steps_code, "lghi 1,1; lghi 2,2; diag 0,0,0x11");
GUEST(store_code, "lgfi 1,0x20000; stg 2,0x100(1); stg 2,0(1); diag 0,0,0x11");
GUEST(branch_code, "lghi 1,1; j 1f; nopr; 1: diag 0,0,0x11");
GUEST(odd_code, "lghi 1,1; .short 0x1c12; diag 0,0,0x11");
GUEST(svc_code, "svc 0x42; diag 0,0,0x11");
GUEST(wait_code, "larl 1,1f; lpswe 0(1); .balign 8;"
      "1: .quad 0x0002000180000000, 0xabcde0");

static void watch(struct guest *g, uint32_t events, uint64_t from, uint64_t to)
{
	g->sd->gcr[9] = events;
	g->sd->gcr[10] = from;
	g->sd->gcr[11] = to;
}

static void expect_event(struct guest *g, uint32_t event, uint64_t addr, uint64_t next)
{
	struct lowcore *lc = guest_lowcore(g);

	expect_handler(g, OLD_PGM);
	EXPECT(lc->pgm_code, 0x80);
	EXPECT(lc->per_code >> 8, CODE(event));
	EXPECT(lc->per_addr, addr);
	EXPECT(lc->old_psw[OLD_PGM][1], next);
}

static void of_the_guest(void)
{
	struct guest g;

	test_begin("PER of a guest whose PSW asks for it");
	guest_make(&g);
	watch(&g, FETCH, GUEST_CODE + 4, GUEST_CODE + 4);
	LOAD(&g, steps_code, PSW_64 | PSW_PER);
	guest_run(&g);
	expect_event(&g, FETCH, GUEST_CODE + 4, GUEST_CODE + 8);
	EXPECT(g.gprs[2], 2);

	watch(&g, BRANCH, 0, 0);
	LOAD(&g, branch_code, PSW_64 | PSW_PER);
	guest_run(&g);
	expect_event(&g, BRANCH, GUEST_CODE + 4, GUEST_CODE + 10);

	watch(&g, STORE, GUEST_DATA, GUEST_DATA + 7);
	g.gprs[2] = 0x5a;
	LOAD(&g, store_code, PSW_64 | PSW_PER);
	guest_run(&g);
	expect_event(&g, STORE, GUEST_CODE + 12, GUEST_CODE + 18);
	EXPECT(g.mem[GUEST_DATA + 7], 0x5a);

	LOAD(&g, store_code, PSW_64);
	guest_run(&g);
	expect_instruction(&g, 0x8300, 0x00110000, GUEST_CODE + 22, 0);
	guest_free(&g);
	test_end();
}

static void expect_step(struct guest *g, uint16_t code, uint32_t event, uint64_t addr,
			uint64_t next)
{
	EXPECT(g->sd->icptcode, 0x08);
	EXPECT(g->sd->iprcc, code);
	EXPECT(g->sd->perc, CODE(event));
	EXPECT(g->sd->peraddr, addr);
	EXPECT(g->run->psw_addr, next);
}

static void host_has(struct guest *g, uint32_t events, uint64_t from, uint64_t to)
{
	guest_make(g);
	g->sd->cpuflags |= CPUFLAG_P;
	g->sd->ictl |= ICTL_PINT;
	watch(g, events, from, to);
}

static void of_the_host(void)
{
	struct guest g;

	test_begin("the host steps through a guest whose PSW knows nothing of PER");
	host_has(&g, FETCH, 0, -1ull);
	LOAD(&g, steps_code, PSW_64);
	guest_run(&g);
	expect_step(&g, 0x80, FETCH, GUEST_CODE, GUEST_CODE + 4);
	EXPECT(g.sd->pgmilc, 4);
	EXPECT(g.run->psw_mask, PSW_64);
	guest_run(&g);
	expect_step(&g, 0x80, FETCH, GUEST_CODE + 4, GUEST_CODE + 8);
	guest_run(&g);
	expect_instruction(&g, 0x8300, 0x00110000, GUEST_CODE + 12, 2);
	guest_free(&g);
	test_end();

	test_begin("an event together with another exception is shown with it");
	host_has(&g, FETCH, 0, -1ull);
	LOAD(&g, odd_code, PSW_64);
	guest_run(&g);
	guest_run(&g);
	expect_step(&g, 0x86, FETCH, GUEST_CODE + 4, GUEST_CODE + 6);
	guest_free(&g);
	test_end();

	test_begin("an event of SUPERVISOR CALL is shown behind its interruption");
	host_has(&g, FETCH, 0, -1ull);
	LOAD(&g, svc_code, PSW_64);
	guest_run(&g);
	expect_step(&g, 0x80, FETCH, GUEST_CODE, GUEST_HANDLER + OLD_SVC * 0x100);
	EXPECT(guest_lowcore(&g)->old_psw[OLD_SVC][1], GUEST_CODE + 2);
	guest_free(&g);
	test_end();

	test_begin("an event of LPSWE comes before the new PSW waits");
	host_has(&g, FETCH, 0, -1ull);
	LOAD(&g, wait_code, PSW_64);
	guest_run(&g);
	guest_run(&g);
	expect_step(&g, 0x80, FETCH, GUEST_CODE + 6, 0xabcde0);
	guest_run(&g);
	EXPECT(g.sd->icptcode, 0x1c);
	guest_free(&g);
	test_end();

	test_begin("the host sees each store into a range");
	host_has(&g, STORE, GUEST_DATA, GUEST_DATA + 7);
	g.gprs[2] = 0x5a;
	LOAD(&g, store_code, PSW_64);
	guest_run(&g);
	expect_step(&g, 0x80, STORE, GUEST_CODE + 12, GUEST_CODE + 18);
	EXPECT(g.mem[GUEST_DATA + 7], 0x5a);
	/* The same without PINT: the guest's own business, again and again. */
	g.sd->ictl &= ~ICTL_PINT;
	LOAD(&g, store_code, PSW_64);
	guest_run(&g);
	expect_event(&g, STORE, GUEST_CODE + 12, GUEST_CODE + 18);
	LOAD(&g, store_code, PSW_64);
	guest_run(&g);
	expect_event(&g, STORE, GUEST_CODE + 12, GUEST_CODE + 18);
	/* No trace is left when the host does not want it any more. */
	g.sd->cpuflags &= ~CPUFLAG_P;
	LOAD(&g, store_code, PSW_64);
	guest_run(&g);
	expect_instruction(&g, 0x8300, 0x00110000, GUEST_CODE + 22, 0);
	guest_free(&g);
	test_end();
}

int main(void)
{
	of_the_guest();
	of_the_host();
	test_plan();
	return 0;
}

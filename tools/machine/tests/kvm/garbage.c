// SPDX-License-Identifier: GPL-2.0
/* What a host may write into a state description, and a guest may do, without harm. */
#include "guest.h"

#include <signal.h>
#include <string.h>
#include <sys/time.h>

GUEST(diag_code, "lghi 14,0x1234; lghi 15,-1; cr 0,0; diag 3,5,0x789");

static void validity(void)
{
	struct guest g;

	test_begin("state descriptions that cannot be interpreted are refused");
	guest_make(&g);
	LOAD(&g, diag_code, PSW_64);
	g.sd->sdf = 1;
	guest_run(&g);
	EXPECT(g.sd->icptcode, 0x20);
	EXPECT(g.sd->ipb >> 16, 0x0011);
	g.sd->sdf = 0;
	g.sd->cpuflags &= ~CPUFLAG_UNLIMITED;
	g.sd->prefix = 0x7fffe000;
	g.sd->msl = 0x100000;
	guest_run(&g);
	EXPECT(g.sd->icptcode, 0x20);
	EXPECT(g.sd->ipb >> 16, 0x0037);
	g.sd->prefix = 0;
	g.sd->cpuflags &= ~CPUFLAG_ZARCH;
	guest_run(&g);
	EXPECT(g.sd->icptcode, 0x20);
	EXPECT(g.sd->ipb >> 16, 0x0010);
	g.sd->cpuflags |= CPUFLAG_ZARCH;
	g.sd->mso = 0x200000;
	guest_run(&g);
	EXPECT(g.sd->icptcode, 0x20);
	g.sd->mso = 0;
	guest_run(&g);
	expect_instruction(&g, 0x8335, 0x07890000, GUEST_CODE + 14, 0);
	guest_free(&g);
	test_end();
}

static void on_alarm(int unused)
{
	(void)unused;
}

GUEST(ar_code, "lghi 2,0x77; lgfi 1,0x20000; stg 2,0(1); lg 3,0(1); diag 0,0,0x11");

static void access_registers(void)
{
	struct guest g;
	unsigned int i;

	test_begin("access-register mode does not end the machine");
	guest_make(&g);
	/* One segment table with a page table that maps storage onto itself. */
	*(uint64_t *)(g.mem + 0x100000) = 0x101000;
	for (i = 0; i < 256; i++)
		((uint64_t *)(g.mem + 0x101000))[i] = i * 4096;
	g.sd->gcr[1] = 0x100000;
	LOAD(&g, ar_code, PSW_64 | PSW_DAT | PSW_AR);
	guest_run(&g);
	expect_instruction(&g, 0x8300, 0x00110000, GUEST_CODE + 26, 0);
	EXPECT(g.gprs[3], 0x77);
	guest_free(&g);
	test_end();
}

/* A cheap generator of numbers that are the same in every run. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void garbage(void)
{
	struct itimerval soon = { .it_value.tv_usec = 3000, .it_interval.tv_usec = 3000 };
	struct itimerval never = { 0 };
	uint64_t state = 0x123456789abcdef1ull;
	struct guest g;
	int round, i;

	test_begin("garbage in state description and storage leads to an exit");
	guest_make(&g);
	setitimer(ITIMER_REAL, &soon, NULL);
	for (round = 0; round < 400; round++) {
		uint64_t *sd = (uint64_t *)g.sd;
		uint32_t flags = g.sd->cpuflags;

		/* Not the software's fields at 0c and 20, KVM uses them. */
		for (i = 5; i < 64; i++)
			if (i != 8 && !(next_random(&state) & 3))
				sd[i] = next_random(&state);
		/* Half of the rounds shall get past the validity checks. */
		if (round & 1) {
			g.sd->sdf = 0;
			g.sd->mso = 0;
			g.sd->msl = GUEST_SIZE;
			g.sd->prefix = 0;
		}
		g.sd->cpuflags = flags;
		for (i = 0; i < 64; i++)
			((uint64_t *)(g.mem + GUEST_CODE))[i] = next_random(&state);
		g.run->psw_mask = next_random(&state) & 0x0704ffff80000000ull;
		if (round & 2)
			g.run->psw_mask &= ~PSW_DAT;
		g.run->psw_mask |= PSW_64;
		g.run->psw_addr = GUEST_CODE;
		guest_run_once(&g);
	}
	setitimer(ITIMER_REAL, &never, NULL);
	guest_free(&g);
	/* The machine and KVM are as good as before. */
	guest_make(&g);
	LOAD(&g, diag_code, PSW_64);
	guest_run(&g);
	expect_instruction(&g, 0x8335, 0x07890000, GUEST_CODE + 14, 0);
	guest_free(&g);
	test_end();
}

int main(void)
{
	struct sigaction action = { .sa_handler = on_alarm };

	sigaction(SIGALRM, &action, NULL);
	validity();
	access_registers();
	garbage();
	test_plan();
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/* Program interruptions of a format 2 guest, and of the host because of it. */
#include "guest.h"

#include <string.h>
#include <sys/mman.h>

GUEST(diag_code, "diag 3,5,0x789");
/* MULTIPLY needs an even register. */
GUEST(odd_code, "lghi 1,1; lghi 2,0; .short 0x1c12; diag 0,0,0x11");
GUEST(trap_code, "lghi 2,0; cgit 2,0,8; diag 0,0,0x11");
GUEST(mc_code, "lgfi 1,0x7654; mc 0(1),5; diag 0,0,0x11");

static void program_interceptions(void)
{
	struct guest g;

	test_begin("specification exceptions are interpreted if ECB says so");
	guest_make(&g);
	g.sd->ecb |= ECB_SPECI;
	LOAD(&g, odd_code, PSW_64);
	guest_run(&g);
	expect_handler(&g, OLD_PGM);
	EXPECT(guest_lowcore(&g)->pgm_code, 6);
	EXPECT(guest_lowcore(&g)->pgm_ilc, 2);
	EXPECT(guest_lowcore(&g)->old_psw[OLD_PGM][1], GUEST_CODE + 10);
	g.sd->ecb &= ~ECB_SPECI;
	LOAD(&g, odd_code, PSW_64);
	guest_run(&g);
	EXPECT(g.sd->icptcode, 0x08);
	EXPECT(g.sd->iprcc, 6);
	EXPECT(g.sd->pgmilc, 2);
	EXPECT(g.run->psw_addr, GUEST_CODE + 10);
	guest_free(&g);
	test_end();

	test_begin("with PINT every program interruption is intercepted with its data");
	guest_make(&g);
	g.sd->ictl |= ICTL_PINT;
	LOAD(&g, trap_code, PSW_64);
	guest_run(&g);
	EXPECT(g.sd->icptcode, 0x08);
	EXPECT(g.sd->iprcc, 7);
	EXPECT(g.sd->pgmilc, 6);
	EXPECT(g.sd->dxc, 0xff);
	EXPECT(g.run->psw_addr, GUEST_CODE + 10);

	g.sd->gcr[8] = 0x8000 >> 5;
	LOAD(&g, mc_code, PSW_64);
	guest_run(&g);
	EXPECT(g.sd->icptcode, 0x08);
	EXPECT(g.sd->iprcc, 0x40);
	EXPECT(g.sd->mcn, 5);
	EXPECT(g.sd->tecmc, 0x7654);
	EXPECT(g.run->psw_addr, GUEST_CODE + 10);

	/* A space without tables: segment translation at the first fetch. */
	g.sd->gcr[1] = 0x100000;
	*(uint64_t *)(g.mem + 0x100000) = 0x20;
	LOAD(&g, diag_code, PSW_64 | PSW_DAT);
	guest_run(&g);
	EXPECT(g.sd->icptcode, 0x08);
	EXPECT(g.sd->iprcc, 0x10);
	EXPECT(g.sd->tecmc, GUEST_CODE | 0x800);
	EXPECT(g.run->psw_addr, GUEST_CODE);
	guest_free(&g);
	test_end();
}

GUEST(fetch_code, "lgfi 1,0x30000; lg 2,0(1); diag 0,0,0x11");
GUEST(nowhere_code, "llilh 1,0x4000; nopr; stg 2,0(1); diag 0,0,0x11");
GUEST(beyond_code, "llilh 1,0x20; lg 2,0(1); diag 0,0,0x11");

static void addressing(void)
{
	struct guest g;

	test_begin("storage ends at the main-storage limit");
	guest_make(&g);
	g.sd->cpuflags &= ~CPUFLAG_UNLIMITED;
	g.sd->msl = 0x100000;		/* 2 MiB, since the limit's MiB counts */
	LOAD(&g, beyond_code, PSW_64);
	guest_run(&g);
	expect_handler(&g, OLD_PGM);
	EXPECT(guest_lowcore(&g)->pgm_code, 5);
	EXPECT(guest_lowcore(&g)->old_psw[OLD_PGM][1], GUEST_CODE + 10);
	g.sd->msl = 0x200000;
	LOAD(&g, beyond_code, PSW_64);
	guest_run(&g);
	expect_instruction(&g, 0x8300, 0x00110000, GUEST_CODE + 14, 0);
	guest_free(&g);
	test_end();

	test_begin("a host fault nullifies the instruction and names the address");
	guest_make(&g);
	LOAD(&g, nowhere_code, PSW_64);
	EXPECT(guest_run_once(&g), KVM_EXIT_S390_UCONTROL);
	EXPECT(g.run->s390_ucontrol.pgm_code, 0x10);
	EXPECT(g.run->s390_ucontrol.trans_exc_code & ~0xfffull, 0x40000000);
	EXPECT(g.run->psw_addr, GUEST_CODE + 6);
	EXPECT(g.sd->icptcode, 0);
	guest_free(&g);
	test_end();

	test_begin("pages that the host takes away are fetched anew");
	guest_make(&g);
	g.mem[0x30007] = 0x5a;
	LOAD(&g, fetch_code, PSW_64);
	guest_run(&g);
	expect_instruction(&g, 0x8300, 0x00110000, GUEST_CODE + 16, 0);
	EXPECT(g.gprs[2], 0x5a);
	EXPECT(mmap(g.mem + 0x30000, 0x1000, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0), g.mem + 0x30000);
	EXPECT(g.mem[0x30007], 0);
	LOAD(&g, fetch_code, PSW_64);
	guest_run(&g);
	EXPECT(g.gprs[2], 0);
	/* The zero page was there; the first store of the host replaces it. */
	g.mem[0x30007] = 0x5b;
	LOAD(&g, fetch_code, PSW_64);
	guest_run(&g);
	EXPECT(g.gprs[2], 0x5b);
	guest_free(&g);
	test_end();
}

static void invalid_psws(void)
{
	static const uint64_t psws[][2] = {
		{ 0x0000000100000000ull, GUEST_CODE },	/* EA without BA */
		{ 0x8000000180000000ull, GUEST_CODE },	/* bit 0 */
		{ 0x0008000180000000ull, GUEST_CODE },	/* bit 12 */
		{ 0x0000000180000001ull, GUEST_CODE },	/* bit 63 */
		{ 0x0000000180000000ull, GUEST_CODE + 1 },
		{ 0x0000000080000000ull, 1ull << 31 },
		{ 0x0000000000000000ull, 1 << 24 },
	};
	struct guest g;
	unsigned int i;

	test_begin("an invalid PSW is a specification exception");
	guest_make(&g);
	g.sd->ecb &= ~ECB_SPECI;
	LOAD(&g, diag_code, PSW_64);
	for (i = 0; i < sizeof(psws) / sizeof(psws[0]); i++) {
		g.run->psw_mask = psws[i][0];
		g.run->psw_addr = psws[i][1];
		guest_run(&g);
		EXPECT(g.sd->icptcode, 0x08);
		EXPECT(g.sd->iprcc, 6);
		EXPECT(g.sd->pgmilc, 0);
		EXPECT(g.sd->psw_mask, psws[i][0]);
		EXPECT(g.sd->psw_addr, psws[i][1]);
	}
	guest_free(&g);
	test_end();
}

static void spec_loop(void)
{
	struct guest g;

	test_begin("a loop of specification exceptions ends in an interception");
	guest_make(&g);
	g.sd->ecb |= ECB_SPECI;
	guest_lowcore(&g)->new_psw[OLD_PGM][1] = 1;
	LOAD(&g, odd_code, PSW_64);
	guest_run(&g);
	EXPECT(g.sd->icptcode, 0x08);
	EXPECT(g.sd->iprcc, 6);
	EXPECT(g.sd->psw_addr, 1);
	guest_free(&g);
	test_end();
}

int main(void)
{
	program_interceptions();
	addressing();
	invalid_psws();
	spec_loop();
	test_plan();
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/* Interceptions of a format 2 guest, kind by kind, with every field. */
#include "guest.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>

/* What every instruction interception has in common. */
static void expect_instruction(struct guest *g, uint16_t ipa, uint32_t ipb, uint64_t next,
			       uint8_t status)
{
	EXPECT(g->run->exit_reason, KVM_EXIT_S390_SIEIC);
	EXPECT(g->run->s390_sieic.icptcode, 0x04);
	EXPECT(g->run->s390_sieic.ipa, ipa);
	EXPECT(g->run->s390_sieic.ipb, ipb);
	EXPECT(g->sd->icptcode, 0x04);
	EXPECT(g->sd->icptstatus, status);
	EXPECT(g->sd->ipa, ipa);
	EXPECT(g->sd->ipb, ipb);
	EXPECT(g->run->psw_addr, next);
	EXPECT(g->sd->psw_addr, next);
}

/* The guest ended in the handler of an interruption of this kind. */
static void expect_handler(struct guest *g, int kind)
{
	expect_instruction(g, 0x8300, (0x0500u + kind) << 16, GUEST_HANDLER + kind * 0x100 + 4,
			   0);
}

GUEST(diag_code, "lghi 14,0x1234; lghi 15,-1; cr 0,0; diag 3,5,0x789");

static void diagnose(void)
{
	struct guest g;

	test_begin("DIAGNOSE is intercepted with all fields");
	guest_make(&g);
	LOAD(&g, diag_code, PSW_64);
	g.gprs[5] = 0x55;
	guest_run(&g);
	expect_instruction(&g, 0x8335, 0x07890000, GUEST_CODE + 14, 0);
	EXPECT(g.gprs[14], 0x1234);
	EXPECT(g.gprs[15], -1ull);
	EXPECT(g.sd->gg14, 0x1234);
	EXPECT(g.gprs[5], 0x55);
	EXPECT(g.run->psw_mask, PSW_64);
	guest_free(&g);
	test_end();
}

GUEST(ex_code, "larl 1,1f; lghi 2,0x21; ex 2,0(1); 1: diag 0,0,0x42");
GUEST(exrl_code, "lghi 2,0x21; exrl 2,1f; 1: diag 0,0,0x42");

static void executed(void)
{
	struct guest g;

	test_begin("the target of EXECUTE is intercepted with EXECUTE's length");
	guest_make(&g);
	LOAD(&g, ex_code, PSW_64);
	guest_run(&g);
	expect_instruction(&g, 0x8321, 0x00420000, GUEST_CODE + 14, 0x41);
	LOAD(&g, exrl_code, PSW_64);
	guest_run(&g);
	expect_instruction(&g, 0x8321, 0x00420000, GUEST_CODE + 10, 0x61);
	guest_free(&g);
	test_end();
}

/* Instructions that are intercepted whatever the state description says. */
static const struct {
	const char *name;
	uint8_t code[6];
} always[] = {
	{ "PTFF", { 0x01, 0x04 } },
	{ "SCKPF", { 0x01, 0x07 } },
	{ "SIGP", { 0xae, 0x12, 0x00, 0x03 } },
	{ "STIDP", { 0xb2, 0x02, 0x10, 0x00 } },
	{ "SCK", { 0xb2, 0x04, 0x10, 0x00 } },
	{ "SPX", { 0xb2, 0x10, 0x10, 0x00 } },
	{ "STPX", { 0xb2, 0x11, 0x10, 0x00 } },
	{ "STAP", { 0xb2, 0x12, 0x10, 0x00 } },
	{ "SIE", { 0xb2, 0x14, 0x10, 0x00 } },
	{ "SERVC", { 0xb2, 0x20, 0x00, 0x12 } },
	{ "ISKE", { 0xb2, 0x29, 0x00, 0x12 } },
	{ "RRBE", { 0xb2, 0x2a, 0x00, 0x12 } },
	{ "SSKE", { 0xb2, 0x2b, 0x00, 0x12 } },
	{ "TB", { 0xb2, 0x2c, 0x00, 0x12 } },
	{ "CSCH", { 0xb2, 0x30, 0x00, 0x00 } },
	{ "HSCH", { 0xb2, 0x31, 0x00, 0x00 } },
	{ "MSCH", { 0xb2, 0x32, 0x10, 0x00 } },
	{ "SSCH", { 0xb2, 0x33, 0x10, 0x00 } },
	{ "STSCH", { 0xb2, 0x34, 0x10, 0x00 } },
	{ "TSCH", { 0xb2, 0x35, 0x10, 0x00 } },
	{ "TPI", { 0xb2, 0x36, 0x10, 0x00 } },
	{ "SAL", { 0xb2, 0x37, 0x00, 0x00 } },
	{ "RSCH", { 0xb2, 0x38, 0x00, 0x00 } },
	{ "STCRW", { 0xb2, 0x39, 0x10, 0x00 } },
	{ "STCPS", { 0xb2, 0x3a, 0x10, 0x00 } },
	{ "RCHP", { 0xb2, 0x3b, 0x00, 0x00 } },
	{ "SCHM", { 0xb2, 0x3c, 0x00, 0x00 } },
	{ "CHSC", { 0xb2, 0x5f, 0x00, 0x10 } },
	{ "SIGA", { 0xb2, 0x74, 0x00, 0x00 } },
	{ "XSCH", { 0xb2, 0x76, 0x00, 0x00 } },
	{ "STSI", { 0xb2, 0x7d, 0x10, 0x00 } },
	{ "PQAP", { 0xb2, 0xaf, 0x00, 0x00 } },
	{ "STFL", { 0xb2, 0xb1, 0x00, 0x00 } },
	{ "CLP", { 0xb9, 0xa0, 0x00, 0x12 } },
	{ "PTF", { 0xb9, 0xa2, 0x00, 0x10 } },
	{ "ESSA", { 0xb9, 0xab, 0x00, 0x12 } },
	{ "PFMF", { 0xb9, 0xaf, 0x00, 0x12 } },
	{ "PCISTG", { 0xb9, 0xd0, 0x00, 0x12 } },
	{ "PCILG", { 0xb9, 0xd2, 0x00, 0x12 } },
	{ "RPCIT", { 0xb9, 0xd3, 0x00, 0x12 } },
	{ "MPCIFC", { 0xe3, 0x10, 0x10, 0x00, 0x00, 0xd0 } },
	{ "STPCIFC", { 0xe3, 0x10, 0x10, 0x00, 0x00, 0xd4 } },
	{ "TPROT", { 0xe5, 0x01, 0x10, 0x00, 0x10, 0x00 } },
	{ "PCISTB", { 0xeb, 0x12, 0x10, 0x00, 0x00, 0xd0 } },
	{ "SIC", { 0xeb, 0x12, 0x10, 0x00, 0x00, 0xd1 } },
};

static int length_of(const uint8_t *code)
{
	return code[0] < 0x40 ? 2 : code[0] < 0xc0 ? 4 : 6;
}

static void always_intercepted(void)
{
	struct guest g;
	unsigned int i;

	guest_make(&g);
	for (i = 0; i < sizeof(always) / sizeof(always[0]); i++) {
		int len = length_of(always[i].code);
		uint16_t ipa;
		uint32_t ipb;

		test_begin(always[i].name);
		memcpy(&ipa, always[i].code, 2);
		memcpy(&ipb, always[i].code + 2, 4);
		guest_code(&g, always[i].code, always[i].code + len, PSW_64);
		g.gprs[1] = GUEST_DATA;
		guest_run(&g);
		expect_instruction(&g, ipa, ipb, GUEST_CODE + len, 0);
		EXPECT(g.gprs[1], GUEST_DATA);

		/* PTFF is not privileged; all others are. */
		if (i) {
			guest_code(&g, always[i].code, always[i].code + len,
				   PSW_64 | PSW_PROBLEM);
			guest_run(&g);
			expect_handler(&g, OLD_PGM);
			EXPECT(guest_lowcore(&g)->pgm_code, 0x0002);
			EXPECT(guest_lowcore(&g)->pgm_ilc, len);
			EXPECT(guest_lowcore(&g)->old_psw[OLD_PGM][1], GUEST_CODE + len);
		}
		test_end();
	}
	guest_free(&g);
}

GUEST(lctlg_code, "larl 1,1f; lctlg 5,7,0(1); lctl 2,2,0(1); diag 0,0,0x11;"
      ".balign 8; 1: .quad 0x1111, 0x2222, 0x3333");

static void control_registers(void)
{
	struct guest g;

	test_begin("LCTL and LCTLG follow the mask of control registers");
	guest_make(&g);
	LOAD(&g, lctlg_code, PSW_64);
	guest_run(&g);
	expect_instruction(&g, 0x8300, 0x00110000, GUEST_CODE + 20, 0);
	EXPECT(g.sd->gcr[5], 0x1111);
	EXPECT(g.sd->gcr[6], 0x2222);
	EXPECT(g.sd->gcr[7], 0x3333);
	EXPECT(g.sd->gcr[2], 0);
	memset(&g.sd->gcr[5], 0, 24);

	LOAD(&g, lctlg_code, PSW_64);
	g.sd->lctl = 0x0200;		/* CR6, in the middle of the range */
	guest_run(&g);
	expect_instruction(&g, 0xeb57, 0x1000002f, GUEST_CODE + 12, 0);
	EXPECT(g.sd->gcr[5], 0);

	LOAD(&g, lctlg_code, PSW_64);
	g.sd->lctl = 0x2000;		/* CR2 */
	guest_run(&g);
	expect_instruction(&g, 0xb722, 0x10000000, GUEST_CODE + 16, 0);
	guest_free(&g);
	test_end();
}

GUEST(stctg_code, "lghi 1,0; stctg 5,5,0x800(1); diag 0,0,0x11");
GUEST(lpswe_code, "larl 1,1f; lpswe 0(1); .balign 8; 1: .quad 0x180000000, 0x8000");

static void controls(void)
{
	struct guest g;

	test_begin("STCTG and LPSWE are intercepted if the controls say so");
	guest_make(&g);
	g.sd->gcr[5] = 0x77;
	LOAD(&g, stctg_code, PSW_64);
	guest_run(&g);
	expect_instruction(&g, 0x8300, 0x00110000, GUEST_CODE + 14, 0);
	EXPECT(*(uint64_t *)(g.mem + 0x800), 0x77);
	g.sd->ictl |= ICTL_STCTL | ICTL_LPSW;
	LOAD(&g, stctg_code, PSW_64);
	guest_run(&g);
	expect_instruction(&g, 0xeb55, 0x18000025, GUEST_CODE + 10, 0);
	LOAD(&g, lpswe_code, PSW_64);
	guest_run(&g);
	expect_instruction(&g, 0xb2b2, 0x10000000, GUEST_CODE + 10, 0);
	g.sd->ictl &= ~ICTL_LPSW;
	LOAD(&g, lpswe_code, PSW_64);
	guest_run(&g);
	expect_handler(&g, OLD_RESTART);
	guest_free(&g);
	test_end();
}

GUEST(stfle_code, "lghi 0,0; lgfi 1,0x20000; stfle 0(1); diag 0,0,0x11");

static void facilities(void)
{
	uint32_t list;
	struct guest g;

	test_begin("STFLE stores the host's list or is intercepted without one");
	guest_make(&g);
	LOAD(&g, stfle_code, PSW_64);
	list = g.sd->fac;
	guest_run(&g);
	if (list) {
		expect_instruction(&g, 0x8300, 0x00110000, GUEST_CODE + 18, 0);
		/* z/Architecture is installed and active. */
		EXPECT(g.mem[GUEST_DATA] & 0x60, 0x60);
	}
	g.sd->fac = 0;
	LOAD(&g, stfle_code, PSW_64);
	guest_run(&g);
	expect_instruction(&g, 0xb2b0, 0x10000000, GUEST_CODE + 14, 0);
	guest_free(&g);
	test_end();
}

GUEST(unknown_code, ".short 0; diag 0,0,0x11");

static void operation_exception(void)
{
	struct guest g;

	test_begin("an unknown instruction is an operation exception");
	guest_make(&g);
	g.sd->ictl &= ~ICTL_OPEREXC;
	LOAD(&g, unknown_code, PSW_64);
	guest_run(&g);
	expect_handler(&g, OLD_PGM);
	EXPECT(guest_lowcore(&g)->pgm_code, 1);
	EXPECT(guest_lowcore(&g)->pgm_ilc, 2);
	EXPECT(guest_lowcore(&g)->old_psw[OLD_PGM][1], GUEST_CODE + 2);

	g.sd->ictl |= ICTL_OPEREXC;
	LOAD(&g, unknown_code, PSW_64);
	guest_run(&g);
	EXPECT(g.sd->icptcode, 0x2c);
	EXPECT(g.sd->icptstatus, 0);
	EXPECT(g.sd->ipa, 0);
	EXPECT(g.sd->ipb, 0);
	EXPECT(g.run->psw_addr, GUEST_CODE + 2);
	guest_free(&g);
	test_end();
}

/* MULTIPLY needs an even register. */
GUEST(odd_code, "lghi 1,1; lghi 2,0; .short 0x1c12; diag 0,0,0x11");
GUEST(trap_code, "lghi 2,0; cgit 2,0,8; diag 0,0,0x11");
GUEST(mc_code, "lgfi 1,0x7654; mc 0(1),5; diag 0,0,0x11");

static void program_interceptions(void)
{
	struct guest g;

	test_begin("specification exceptions are intercepted if ECB says so");
	guest_make(&g);
	g.sd->ecb &= ~ECB_SPECI;
	LOAD(&g, odd_code, PSW_64);
	guest_run(&g);
	expect_handler(&g, OLD_PGM);
	EXPECT(guest_lowcore(&g)->pgm_code, 6);
	EXPECT(guest_lowcore(&g)->pgm_ilc, 2);
	EXPECT(guest_lowcore(&g)->old_psw[OLD_PGM][1], GUEST_CODE + 10);
	g.sd->ecb |= ECB_SPECI;
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
	g.sd->ecb |= ECB_SPECI;
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

static void spec_loop(void)
{
	struct itimerval soon = { .it_value.tv_usec = 50000 };
	struct guest g;

	test_begin("a loop of specification exceptions can be interrupted");
	guest_make(&g);
	g.sd->ecb &= ~ECB_SPECI;
	guest_lowcore(&g)->new_psw[OLD_PGM][1] = 1;
	LOAD(&g, odd_code, PSW_64);
	setitimer(ITIMER_REAL, &soon, NULL);
	EXPECT(guest_run(&g), -EINTR);
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
	diagnose();
	executed();
	always_intercepted();
	control_registers();
	controls();
	facilities();
	operation_exception();
	program_interceptions();
	addressing();
	requests();
	wait_state();
	timers();
	clocks();
	supervisor_call();
	validity();
	invalid_psws();
	access_registers();
	spec_loop();
	garbage();
	test_plan();
	return 0;
}

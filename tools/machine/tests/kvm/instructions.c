// SPDX-License-Identifier: GPL-2.0
/* Instructions that a format 2 guest is intercepted for, with every field. */
#include "guest.h"

#include <string.h>

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

int main(void)
{
	diagnose();
	executed();
	always_intercepted();
	control_registers();
	controls();
	facilities();
	operation_exception();
	test_plan();
	return 0;
}

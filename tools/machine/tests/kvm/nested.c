// SPDX-License-Identifier: GPL-2.0
/*
 * A guest in a guest: the guest executes SIE itself, which KVM does for it with
 * a state description of its own making ("vsie").
 */
#include "guest.h"

#include <string.h>

#define DESCRIPTION	0x30000ull
/* Storage of the inner guest, in that of the outer one. */
#define INNER		0x100000ull
#define INNER_SIZE	0x200000ull

/* Enters, shows that it is back, enters again. Register 1 is the inner one's, too. */
GUEST(outer_code, "1: lgfi 1,0x30000; .long 0xb2141000; diag 0,0,0x11; j 1b");
GUEST(inner_code, "lgfi 1,0x20000; lghi 2,0x5a; stg 2,0(1); lghi 14,0x1234; svc 0x42");
GUEST(beyond_code, "llilh 1,0x20; lg 2,0(1)");

static struct state_description *inner_make(struct guest *g)
{
	struct state_description *sd;

	guest_make_ordinary(g);
	guest_handlers(g->mem + INNER);
	sd = (void *)(g->mem + DESCRIPTION);
	sd->cpuflags = CPUFLAG_ZARCH;
	sd->mso = INNER;
	sd->msl = INNER + INNER_SIZE - 1;
	sd->psw_mask = PSW_64;
	sd->psw_addr = GUEST_CODE;
	sd->gcr[0] = 0xe0;
	/* A real space, so that the inner guest's storage is where it seems. */
	g->run->s.regs.crs[1] = 0x20;
	g->run->kvm_dirty_regs |= KVM_SYNC_CRS;
	LOAD(g, outer_code, PSW_64);
	return sd;
}

static void inner_code_is(struct guest *g, const void *code, const void *end)
{
	memcpy(g->mem + INNER + GUEST_CODE, code, (const char *)end - (const char *)code);
}

/* Runs until the outer guest is back from the inner one. */
static void run(struct guest *g, struct state_description *sd, uint8_t code)
{
	guest_run(g);
	expect_instruction(g, 0x8300, 0x00110000, GUEST_CODE + 14, 0);
	EXPECT(sd->icptcode, code);
}

static void interruptions(void)
{
	struct state_description *sd;
	struct lowcore *lc;
	struct guest g;

	test_begin("a guest in a guest stores, is interrupted, and is left");
	sd = inner_make(&g);
	lc = (void *)(g.mem + INNER);
	inner_code_is(&g, inner_code, inner_code_end);
	run(&g, sd, 0x04);
	EXPECT(sd->ipa, 0x8300);
	EXPECT(sd->ipb, (0x0500u + OLD_SVC) << 16);
	EXPECT(sd->psw_addr, GUEST_HANDLER + OLD_SVC * 0x100 + 4);
	EXPECT(sd->gg14, 0x1234);
	EXPECT(g.gprs[2], 0x5a);
	EXPECT(g.mem[INNER + GUEST_DATA + 7], 0x5a);
	EXPECT(lc->svc_code, 0x42);
	EXPECT(lc->old_psw[OLD_SVC][1], GUEST_CODE + (inner_code_end - inner_code));
	test_end();

	test_begin("its storage ends where its state description says");
	inner_code_is(&g, beyond_code, beyond_code_end);
	sd->psw_addr = GUEST_CODE;
	run(&g, sd, 0x04);
	EXPECT(sd->ipb, (0x0500u + OLD_PGM) << 16);
	EXPECT(lc->pgm_code, 5);
	test_end();

	test_begin("it waits, and stops when it is asked to");
	sd->psw_mask = PSW_64 | PSW_WAIT | PSW_EXT;
	run(&g, sd, 0x1c);
	sd->psw_mask = PSW_64;
	sd->psw_addr = GUEST_CODE;
	sd->cpuflags |= CPUFLAG_STOP_INT;
	run(&g, sd, 0x28);
	guest_free(&g);
	test_end();
}

int main(void)
{
	interruptions();
	test_plan();
	return 0;
}

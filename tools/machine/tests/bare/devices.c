// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Devices and service instructions do not get around the protection.
 * Needs a channel device, the first subchannel.
 */
#include "uvc.h"

#define SUBCHANNEL	0x00010000

#define CCW_SENSE_ID	0xe4
#define PROGRAM_CHECK	0x20

struct ccw {
	uint8_t command;
	uint8_t flags;
	uint16_t count;
	uint32_t address;
} __attribute__((aligned(8)));

struct orb {
	uint32_t parameter;
	uint32_t control;
	uint32_t program;
	uint32_t reserved[5];
} __attribute__((aligned(4)));

static unsigned int enable(void)
{
	uint32_t schib[13];
	register uint32_t r1 asm("1") = SUBCHANNEL;
	unsigned int cc;

	asm volatile("stsch 0(%1)" : : "d" (r1), "a" (schib) : "cc", "memory");
	schib[1] |= 0x00800000;
	asm volatile("	msch	0(%2)\n"
		     "	ipm	%0\n"
		     "	srl	%0,28\n"
		     : "=d" (cc) : "d" (r1), "a" (schib) : "cc", "memory");
	return cc;
}

/* Runs the channel program at @program; the subchannel status. */
static uint8_t channel_program(uint64_t program)
{
	struct orb orb = { .control = 0x0080ff00, .program = program };
	uint32_t irb[24] = { 0 };
	register uint32_t r1 asm("1") = SUBCHANNEL;
	unsigned int cc;

	asm volatile("ssch 0(%1)" : : "d" (r1), "a" (&orb) : "cc", "memory");
	do {
		asm volatile("	tsch	0(%2)\n"
			     "	ipm	%0\n"
			     "	srl	%0,28\n"
			     : "=d" (cc) : "d" (r1), "a" (irb) : "cc", "memory");
	} while (cc == 1);
	return irb[2] >> 16 & 0xff;
}

static void channel(uint8_t *secure)
{
	static struct ccw ccw;
	static uint8_t sense[64] __attribute__((aligned(8)));
	struct ccw *inside = (struct ccw *)(guest_frame(20));

	equal("subchannel can be enabled", enable(), 0);
	ccw = (struct ccw) { .command = CCW_SENSE_ID, .flags = 0x20, .count = 32,
			     .address = (uint64_t)sense };
	equal("sense ID into accessible storage: no check", channel_program((uint64_t)&ccw), 0);
	equal("sense ID has stored", sense[0], 0xff);
	ccw.address = (uint64_t)secure;
	equal("sense ID into a secure page: channel-program check",
	      channel_program((uint64_t)&ccw), PROGRAM_CHECK);
	*inside = ccw;
	equal("channel program in a secure page: channel-program check",
	      channel_program((uint64_t)secure), PROGRAM_CHECK);
}

static void read_sccb(void *sccb)
{
	sclp(0x00020001, (uint64_t)sccb);
}

static void diag_308_store(void *block)
{
	register uint64_t r2 asm("2") = (uint64_t)block;
	register uint64_t r4 asm("4") = 6;

	asm volatile("diag %0,%1,0x308" : "+d" (r2) : "d" (r4) : "3", "cc", "memory");
}

static void diag_308_set(void *block)
{
	register uint64_t r2 asm("2") = (uint64_t)block;
	register uint64_t r4 asm("4") = 5;

	asm volatile("diag %0,%1,0x308" : "+d" (r2) : "d" (r4) : "3", "cc", "memory");
}

int main(void)
{
	uint64_t handle;
	uint8_t *secure;
	uint16_t rc;

	if (!uv_start()) {
		result("ultravisor starts", false, 0);
		return 0;
	}
	handle = guest_create();
	secure = guest_frame(6);
	import_page(handle, 6, NULL);
	channel(secure);
	equal("service-call block in a secure page: program interruption",
	      catch(read_sccb, secure), PGM_SECURE_ACCESS);
	equal("its TEID", teid() & ~0xffful, (uint64_t)secure);
	equal("diagnose 308 store into a secure page: program interruption",
	      catch(diag_308_store, secure), PGM_SECURE_ACCESS);
	equal("diagnose 308 set from a secure page: program interruption",
	      catch(diag_308_set, secure), PGM_SECURE_ACCESS);
	/* Nobody has written into the page: its content is still intact. */
	equal("export", export_page(secure, NULL), 0);
	equal("import: nothing was changed", (import_page(handle, 6, &rc), rc), 1);
	return 0;
}

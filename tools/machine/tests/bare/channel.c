// SPDX-License-Identifier: GPL-2.0-or-later
/* Channel programs, and the talk with the tester about refused accesses. */
#include "channel.h"
#include "uvc.h"

struct orb {
	uint32_t parameter;
	uint32_t control;
	uint32_t program;
	uint32_t reserved[5];
} __attribute__((aligned(4)));

/* Format-1 CCWs, 64-bit indirect addresses, every path. */
#define ORB_CONTROL	0x0082ff00

unsigned int channel_enable(void)
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

static unsigned int start(const struct orb *orb)
{
	register uint32_t r1 asm("1") = SUBCHANNEL;
	unsigned int cc;

	asm volatile("	ssch	0(%2)\n"
		     "	ipm	%0\n"
		     "	srl	%0,28\n"
		     : "=d" (cc) : "d" (r1), "a" (orb) : "cc", "memory");
	return cc;
}

static unsigned int test(uint32_t *irb)
{
	register uint32_t r1 asm("1") = SUBCHANNEL;
	unsigned int cc;

	asm volatile("	tsch	0(%2)\n"
		     "	ipm	%0\n"
		     "	srl	%0,28\n"
		     : "=d" (cc) : "d" (r1), "a" (irb) : "cc", "memory");
	return cc;
}

void channel_start(uint64_t program)
{
	struct orb orb = { .control = ORB_CONTROL, .program = program };
	uint32_t irb[24];

	/* A notification of the device may be pending: it is taken first. */
	while (start(&orb) == 1)
		test(irb);
}

uint8_t channel_program(uint64_t program)
{
	uint32_t irb[24] = { 0 };

	channel_start(program);
	while (test(irb) == 1)
		;
	return irb[2] >> 16 & 0xff;
}

/* A call that does nothing, until the tester answers it in the machine's place. */
void refusal_is_counted(const char *what)
{
	struct uvcb block = { 0 };

	say("openuv: counted? ");
	say(what);
	say("\n");
	do {
		block.command = UVC_EXPORT;
		block.length = 0x20;
		FIELD(&block, 0x18) = (uint64_t)guest_frame(GUEST_PAGES - 1);
		block.rc = 0;
	} while (uvc(&block) != 1 || block.rc != 0x1234);
}

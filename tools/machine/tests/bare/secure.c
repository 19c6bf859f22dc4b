// SPDX-License-Identifier: GPL-2.0-or-later
/* What every host of the protected guest does. */
#include "secure.h"

/* Stage 1's parameter block and the IPL parameter block in the image. */
#define PARMS		0x11008
#define IPIB_COUNT	112
#define IPIB_ENTRIES	136

uint64_t facilities[256] __attribute__((aligned(8)));

uint64_t before[18] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18 };
uint64_t after[18];
asm("	.pushsection .text\n"
    "	.globl	enter\n"
    "enter:\n"
    "	stmg	%r6,%r15,48(%r15)\n"
    "	larl	%r1,before\n"
    "	ld	%f9,112(%r1)\n"
    "	lam	%a5,%a5,124(%r1)\n"
    "	lgr	%r14,%r2\n"
    "	lmg	%r0,%r13,0(%r1)\n"
    "	.insn	s,0xb2140000,0(%r14)\n"
    "	larl	%r14,after\n"
    "	stmg	%r0,%r13,0(%r14)\n"
    "	std	%f9,112(%r14)\n"
    "	stam	%a5,%a5,124(%r14)\n"
    "	lmg	%r6,%r15,48(%r15)\n"
    "	br	%r14\n"
    "	.popsection\n");

uint64_t config, cpu, second;

static unsigned int run_cpu(volatile struct description *of)
{
	unsigned int code, tries;

	for (tries = 0; tries < 1000; tries++) {
		of->icptcode = 0;
		code = catch(enter, (void *)of);
		if (code == 0x3e && (teid() & 4)) {
			import_page(config, (teid() - guest_origin) / PAGE, NULL);
		} else if (code) {
			return 0x100 | code;
		} else if (of->icptcode == PREFIX) {
			import_page(config, (of->prefix & 0x7fffe000) / PAGE, NULL);
			import_page(config, (of->prefix & 0x7fffe000) / PAGE + 1, NULL);
		} else {
			return of->icptcode;
		}
	}
	return 0;
}

unsigned int run(void)
{
	return run_cpu(sd);
}

unsigned int run_second(void)
{
	return run_cpu(second_sd);
}

unsigned int set_state_of(uint64_t handle, uint8_t state)
{
	struct uvcb block = { 0 };

	FIELD(&block, 0x18) = handle;
	FIELD(&block, 0x20) = state;
	return uvc_call(&block, UVC_SET_STATE, 0x50);
}

unsigned int set_state(uint8_t state)
{
	return set_state_of(cpu, state);
}

static uint64_t image_word(uint64_t offset)
{
	return *(uint64_t *)(IMAGE + offset);
}

static bool unpack(void)
{
	uint64_t ipib = PARMS + image_word(PARMS + 16), i, offset;
	uint32_t count = (uint32_t)image_word(ipib + IPIB_COUNT);

	for (i = 0; i < count; i++) {
		uint64_t entry = ipib + IPIB_ENTRIES + 24 * i;
		uint64_t addr = image_word(entry + 8), size = image_word(entry + 16);

		for (offset = 0; offset < size; offset += PAGE) {
			struct uvcb block = { 0 };

			FIELD(&block, 0x18) = config;
			FIELD(&block, 0x20) = addr + offset;
			FIELD(&block, 0x28) = image_word(entry);
			FIELD(&block, 0x30) = offset;
			if (uvc_call(&block, UVC_UNPACK, 0x50))
				return false;
		}
	}
	return true;
}

void guest_space(uint64_t table)
{
	table |= ASCE_PRIVATE;
	asm volatile("lctlg %%c1,%%c1,%0" : : "Q" (table));
}

bool secure_start(void)
{
	struct uvcb block = { 0 };
	bool good;

	memcpy(guest_frame(0), (void *)IMAGE, GUEST_PAGES * PAGE);
	guest_origin = *(uint64_t *)ORIGIN;
	config = guest_create();
	guest_space((uint64_t)guest_tables[0]);
	FIELD(&block, 0x18) = config;
	FIELD(&block, 0x20) = IMAGE + PARMS + image_word(PARMS);
	FIELD(&block, 0x28) = image_word(PARMS + 8) << 32;
	good = !uvc_call(&block, UVC_SET_PARAMETERS, 0x50) && unpack();

	memset((void *)sd, 0, PAGE);
	memset(&block, 0, sizeof(block));
	FIELD(&block, 0x20) = config;
	FIELD(&block, 0x28) = CPU_STORAGE;
	FIELD(&block, 0x38) = SD;
	good = good && !uvc_call(&block, UVC_CREATE_CPU, 0x60);
	cpu = FIELD(&block, 0x18);

	/* CPU 1, which the guest starts */
	memset((void *)SECOND_SD, 0, PAGE);
	memset(&block, 0, sizeof(block));
	FIELD(&block, 0x20) = config;
	FIELD(&block, 0x28) = SECOND_STORAGE;
	FIELD(&block, 0x38) = SECOND_SD;
	FIELD(&block, 0x30) = 1;
	good = good && !uvc_call(&block, UVC_CREATE_CPU, 0x60);
	second = FIELD(&block, 0x18);

	sd->config = config;
	sd->cpu = cpu;
	sd->sdf = 2;
	sd->sidad = SIDA;
	/* The guest gets none of 161 and 140, nor 139, which the machine has not. */
	facilities[2] = 1ul << (63 - 161 % 64) | 1ul << (63 - 140 % 64) |
			1ul << (63 - 139 % 64) | 1ul << (63 - 129 % 64);
	sd->fac = (uint32_t)(uint64_t)facilities;
	second_sd->config = config;
	second_sd->cpu = second;
	second_sd->sdf = 2;
	second_sd->sidad = SIDA;
	second_sd->fac = sd->fac;
	return good;
}

unsigned int secure_verify(void)
{
	struct uvcb block = { 0 };

	FIELD(&block, 0x18) = config;
	return uvc_call(&block, UVC_VERIFY, 0x40);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A page that an ordinary guest's SCA is in changes hands while the guest is counted
 * there: its IPTE has begun, and the emulator begins it anew for storage-alteration
 * PER. The count must not reach what the page becomes.
 */
#include "secure.h"

#define GUEST		0x6000000ul
#define GUEST_SD	(ARENA + 20 * PAGE)
#define GUEST_CODE	0x2000
#define GUEST_TABLE	0x3000
#define SPARE		0x70		/* a page of the protected guest that is in no image */
#define WITNESS		0x13		/* the page of "witness" in its kernel */

#define ROUNDS		50
#define LIMIT_US	3000000

/* The first component, as the image has it; the loader moves it to its place. */
#define KERNEL		0x11008
#define IPIB_ENTRIES	136

extern const uint8_t guest_code[], guest_code_end[];
asm("	.pushsection .rodata\n"
    "guest_code:\n"
    "	lghi	%r2,0x3000\n"
    "	lghi	%r3,0x1000\n"
    "	ipte	%r2,%r3\n"
    "0:	j	0b\n"
    "guest_code_end:\n"
    "	.popsection\n");

static volatile struct description *const sd_guest = (void *)GUEST_SD;
static volatile unsigned int go, idle;
static volatile uint64_t *volatile word;

#define FIELD32(offset) (*(volatile uint32_t *)(GUEST_SD + (offset)))

/* The guest of CPU 1: one IPTE, which ends in a PER event that is intercepted. */
static void guest_loop(void)
{
	memset((void *)GUEST_SD, 0, PAGE);
	for (;;) {
		idle = 1;
		while (!go)
			;
		idle = 0;
		sd_guest->cpuflags = 0x801;
		sd_guest->ictl = 0x20000000;
		FIELD32(0x4c) = 1;
		FIELD32(0x5c) = (uint64_t)word >> 32;
		FIELD32(0x64) = (uint64_t)word;
		*(volatile uint64_t *)(GUEST_SD + 0x80) = GUEST;
		*(volatile uint64_t *)(GUEST_SD + 0x88) = GUEST + MIB - 1;
		sd_guest->psw_mask = 0x0000000180000000;
		sd_guest->psw_addr = GUEST_CODE;
		sd_guest->cr[0] = 0xe0;
		sd_guest->cr[9] = 0x20000000;
		sd_guest->cr[10] = GUEST_TABLE + 8;
		sd_guest->cr[11] = GUEST_TABLE + 15;
		enter((void *)GUEST_SD);
	}
}

static void halt(void)
{
	go = 0;
	while (!idle)
		;
}

/* The guest runs until it is counted. False: it never was. */
static bool counted(uint64_t before)
{
	uint64_t start = clock_us();

	go = 1;
	while (*word != before + 1)
		if (clock_us() - start > LIMIT_US)
			return false;
	*word = before;
	return true;
}

/* The page becomes a secure one in the middle of the instruction. */
static void import_under(unsigned int page)
{
	uint64_t start = clock_us();
	unsigned int imports = 0;
	uint16_t rc;

	word = (void *)guest_frame(page);
	while (imports < ROUNDS && clock_us() - start < LIMIT_US) {
		uint64_t content;

		if (export_page(guest_frame(page), &rc))
			break;
		content = *word;
		while (content >> 63 == 0 && counted(content)) {
			import_page(config, page, &rc);
			halt();
			if (rc == 1)
				break;
			/* The guest was counted between the two. */
			*word = content;
		}
		imports += rc == 1;
		/* The host's bit of the interlock: another export. */
		if (content >> 63)
			import_page(config, page, NULL);
	}
	result("pages were imported while a guest was counted in them", imports, imports);
}

/* The page becomes the storage of a CPU. */
static void donate_under(void *page)
{
	unsigned int i, created = 0, destroyed = 0;

	word = page;
	for (i = 0; i < ROUNDS; i++) {
		struct uvcb block = { 0 };
		uint64_t handle;

		memset(page, 0, PAGE);
		if (!counted(0))
			break;
		FIELD(&block, 0x20) = config;
		FIELD(&block, 0x28) = (uint64_t)page;
		FIELD(&block, 0x30) = 2;
		FIELD(&block, 0x38) = ARENA + 30 * PAGE;
		if (!uvc_call(&block, UVC_CREATE_CPU, 0x60))
			created++;
		halt();
		handle = FIELD(&block, 0x18);
		memset(&block, 0, sizeof(block));
		FIELD(&block, 0x18) = handle;
		if (!uvc_call(&block, UVC_DESTROY_CPU, 0x40))
			destroyed++;
	}
	equal("CPUs were made of a page in which a guest was counted", created, ROUNDS);
	equal("their storage is what it was: they are destroyed", destroyed, ROUNDS);
}

int main(void)
{
	uint64_t ipib;
	unsigned int page;

	if (!uv_start() || !secure_start() || secure_verify()) {
		result("a protected guest", false, 0);
		finish();
	}
	memcpy((void *)GUEST + GUEST_CODE, guest_code, guest_code_end - guest_code);
	ipib = KERNEL + *(uint64_t *)(IMAGE + KERNEL + 16);
	page = *(uint64_t *)(IMAGE + ipib + IPIB_ENTRIES + 8) / PAGE + WITNESS;
	second_start(guest_loop);
	donate_under(guest_frame(SPARE));
	import_under(page);
	halt();
	equal("the guest is loaded", set_state(LOAD), 0);
	equal("it starts", run(), INSTRUCTION);
	equal("with the content that its image has", sd->gr[3], 0x5ec2e7015ec2e701);
	finish();
}

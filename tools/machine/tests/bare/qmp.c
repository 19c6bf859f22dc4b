// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guest's part of tests/qmp: leaves known numbers behind, waits for answers
 * that were injected, resets the machine with secure and donated storage, in the
 * way that the last of these answers tells.
 */
#include "uvc.h"

static bool zeros(uint64_t at, uint64_t len)
{
	const uint64_t *word = (void *)at, *end = (void *)(at + len);

	while (word < end && !*word)
		word++;
	return word == end;
}

/* Begins here again when the storage is not loaded anew. */
static void reset(uint64_t subcode)
{
	extern void _start(void);
	register uint64_t r4 asm("4") = subcode;

	/* The PSW that is loaded in that case: 64-bit mode. */
	*(volatile uint64_t *)0 = 0x0008000180000000 | (uint64_t)_start;
	asm volatile("diag %%r2,%0,0x308" : : "d" (r4) : "2", "3", "cc", "memory");
}

/* Calls that do nothing, until one is answered by somebody else. */
static uint16_t wait_for_injected(void)
{
	struct uvcb block = { 0 };
	unsigned int cc, busy = 0;
	uint16_t told;

	do {
		block.command = UVC_EXPORT;
		block.length = 0x20;
		block.rc = block.rrc = 0;
		FIELD(&block, 0x18) = (uint64_t)guest_frame(9);
		cc = uvc(&block);
		busy += cc == 2;
	} while (cc != 1);
	/* QMP counts the injected ones; a query of invariants makes it busy as well. */
	result("answers busy were seen", busy >= 3, busy);
	equal("injected rc", block.rc, 0x1234);
	told = block.rrc;
	block.rc = 0;
	equal("the next call is a real one", (uvc_call(&block, UVC_EXPORT, 0x20), block.rc), 1);
	return told;
}

int main(void)
{
	uint64_t handle;
	uint16_t rc, subcode;

	/* From before the reset. */
	result("nothing is left in base storage", zeros(HIGH, 6 * MIB), 0);
	result("nothing is left of a configuration", zeros(CONFIG_BASE, 3 * MIB), 0);
	if (!uv_start()) {
		result("ultravisor starts", false, 0);
		return 0;
	}
	handle = guest_create();
	import_page(handle, 1, NULL);
	import_page(handle, 2, NULL);
	import_page(handle, 3, NULL);
	export_page(guest_frame(1), NULL);
	guest_frame(1)[5] ^= 1;
	import_page(handle, 1, &rc);
	destroy_page(guest_frame(3));
	say("openuv: injected calls, please\n");
	subcode = wait_for_injected();
	say("openuv: exit status 0\n");
	reset(subcode);
	result("the machine resets", false, subcode);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guest's part of tests/qmp: leaves known numbers behind, waits for answers
 * that were injected, resets the machine with secure and donated storage.
 */
#include "uvc.h"

/* Calls that do nothing, until one is answered by somebody else. */
static void wait_for_injected(void)
{
	struct uvcb block = { 0 };
	unsigned int cc, busy = 0;

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
	equal("injected rrc", block.rrc, 0x56);
	block.rc = 0;
	equal("the next call is a real one", (uvc_call(&block, UVC_EXPORT, 0x20), block.rc), 1);
}

int main(void)
{
	uint64_t handle;
	uint16_t rc;

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
	wait_for_injected();
	say("openuv: exit status 0\n");
	/* Load clear, with a secure page and donated storage. */
	asm volatile("lghi %%r4,3\n diag %%r2,%%r4,0x308" : : : "2", "3", "4", "cc", "memory");
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A protected guest that computes without end, with known values in all its
 * registers, for somebody who looks from outside.
 */
#include "secure.h"

int main(void)
{
	if (!uv_start() || !secure_start() || secure_verify() || set_state(LOAD) ||
	    set_state(OPERATING) || run() != INSTRUCTION) {
		result("a protected guest", false, 0);
		finish();
	}
	/* The answer to its question. */
	sd->gr[2] = 1;
	say("openuv: the guest spins\n");
	run();
	result("the guest spins", false, sd->icptcode);
	finish();
}

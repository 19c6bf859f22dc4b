// SPDX-License-Identifier: GPL-2.0
/* How long it takes to get from a guest to user space and back. */
#include <stdint.h>
#include <stdio.h>

#include "guest.h"
#include "loops.h"

#define EXITS	1000

GUEST(exits_code, "0: diag 0,0,0x11; j 0b");

int main(void)
{
	struct guest g;
	double start, took, best = 1e9;
	int i, round;

	guest_make(&g);
	LOAD(&g, exits_code, PSW_64);
	guest_run(&g);
	for (round = 0; round < 20; round++) {
		start = seconds();
		for (i = 0; i < EXITS; i++)
			guest_run(&g);
		took = seconds() - start;
		if (took < best)
			best = took;
	}
	printf("bench host exit %.2f\n", best * 1e6 / EXITS);
	guest_free(&g);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Three CPUs: one is restarted by another again and again, while a third makes
 * its prefix area secure and not secure. An order is executed beside a call, so
 * the area can become secure at every step of the interruption.
 */
#include "uvc.h"

#define PREFIX_PAGE	2	/* a multiple of 8 KiB */
#define THIRD_CPU	2
#define SECONDS		2
#define MANY		100
/* On a computer that is busy with other work it takes longer to come so far. */
#define PATIENCE	25
#define SIGP_INITIAL_CPU_RESET	0x0b

static uint64_t handle;
static volatile uint64_t calls;
static volatile bool stop, stopped;

/* Zeros whenever the page is accessible: what a restart finds there is no PSW. */
static void caller(void)
{
	while (!stop) {
		import_page(handle, PREFIX_PAGE, NULL);
		destroy_page(guest_frame(PREFIX_PAGE));
		calls++;
	}
	stopped = true;
	for (;;)
		asm volatile("nopr");
}

int main(void)
{
	uint64_t start, restarts, us;

	if (!uv_start()) {
		result("ultravisor starts", false, 0);
		return 0;
	}
	handle = guest_create();
	second_start(caller);
	start = clock_us();
	for (restarts = 0;; restarts++) {
		us = clock_us() - start;
		if (us > PATIENCE * 1000000 ||
		    (us > SECONDS * 1000000 && restarts > MANY && calls > MANY))
			break;
		sigp(THIRD_CPU, SIGP_INITIAL_CPU_RESET, 0, NULL);
		sigp(THIRD_CPU, SIGP_SET_PREFIX, (uint64_t)guest_frame(PREFIX_PAGE), NULL);
		sigp(THIRD_CPU, SIGP_RESTART, 0, NULL);
	}
	sigp(THIRD_CPU, SIGP_INITIAL_CPU_RESET, 0, NULL);
	result("a CPU was restarted many times", restarts > MANY, restarts);
	result("while its prefix area came and went", calls > MANY, calls);
	stop = true;
	while (!stopped)
		;
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What ultravisor calls cost. The machine's clock follows the host's, and the
 * host may have other work: calls are timed in batches that are shorter than
 * a time slice, and the best and the median batch are told.
 */
#include "uvc.h"

#define BATCHES	99
#define CALLS	400

static void number(uint64_t n)
{
	char text[21] = { 0 };
	int i = 20;

	do {
		text[--i] = '0' + n % 10;
		n /= 10;
	} while (n);
	say(text + i);
}

static void tell(const char *what, void (*call)(void))
{
	static uint64_t times[BATCHES];
	unsigned int batch, i;

	for (batch = 0; batch < BATCHES; batch++) {
		uint64_t us, start = clock_us();

		for (i = 0; i < CALLS; i++)
			call();
		us = clock_us() - start;
		/* Sorted as it grows. */
		for (i = batch; i && times[i - 1] > us; i--)
			times[i] = times[i - 1];
		times[i] = us;
	}
	say("bench: ");
	say(what);
	say(": best ");
	number(times[0] * 1000 / CALLS);
	say(" ns, median ");
	number(times[BATCHES / 2] * 1000 / CALLS);
	say(" ns\n");
}

static uint64_t handle;
static struct uvcb block;

static void query(void)
{
	uvc_call(&block, UVC_QUERY, QUERY_LENGTH);
}

static void export_nothing(void)
{
	FIELD(&block, 0x18) = (uint64_t)guest_frame(9);
	uvc_call(&block, UVC_EXPORT, 0x20);
}

static void import_and_export(void)
{
	import_page(handle, 1, NULL);
	export_page(guest_frame(1), NULL);
}

static void calls(void)
{
	tell("query", query);
	tell("export of a page that is not secure", export_nothing);
	tell("import and export of a page", import_and_export);
}

static void busy(void)
{
	volatile uint64_t n = 0;

	for (;;)
		n++;
}

int main(void)
{
	unsigned int i;

	uv_start();
	handle = guest_create();
	calls();
	if (sigp(1, SIGP_SENSE, 0, NULL) == SIGP_NOT_OPERATIONAL)
		return 0;
	say("bench: while all other CPUs are busy:\n");
	second_start(busy);
	/* Nothing that they do needs a prefix area or a stack of their own. */
	for (i = 2; sigp(i, SIGP_RESTART, 0, NULL) != SIGP_NOT_OPERATIONAL; i++)
		;
	calls();
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* What ultravisor calls cost. The machine's clock follows the host's. */
#include "uvc.h"

#define CALLS	20000

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

static void tell(const char *what, uint64_t us, uint64_t times)
{
	say("bench: ");
	say(what);
	say(": ");
	number(us * 1000 / times);
	say(" ns\n");
}

static uint64_t handle;

static void calls(void)
{
	static struct uvcb block;
	uint64_t start;
	unsigned int i;

	start = clock_us();
	for (i = 0; i < CALLS * 5; i++)
		uvc_call(&block, UVC_QUERY, 0xd8);
	tell("query", clock_us() - start, CALLS * 5);

	FIELD(&block, 0x18) = (uint64_t)guest_frame(9);
	start = clock_us();
	for (i = 0; i < CALLS; i++)
		uvc_call(&block, UVC_EXPORT, 0x20);
	tell("export of a page that is not secure", clock_us() - start, CALLS);

	start = clock_us();
	for (i = 0; i < CALLS; i++) {
		import_page(handle, 1, NULL);
		export_page(guest_frame(1), NULL);
	}
	tell("import and export of a page", clock_us() - start, CALLS);
}

static void busy(void)
{
	volatile uint64_t n = 0;

	for (;;)
		n++;
}

int main(void)
{
	uv_start();
	handle = guest_create();
	calls();
	if (sigp(1, SIGP_SENSE, 0, NULL) != 3) {
		say("bench: with a busy second CPU:\n");
		second_start(busy);
		calls();
	}
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One CPU imports and exports a page while the other goes on reading it. What
 * the other can read is ciphertext, or nothing: the guest page is full of
 * zeros, and no word of its ciphertext is zero but by an accident of 2^-64.
 */
#include "uvc.h"

/*
 * At least so many, and until the other CPU was refused often enough: with one
 * host thread for both CPUs that takes longer.
 */
#define ROUNDS		20000
#define LIMIT_US	20000000
#define SIGNALS_US	5000000

static volatile uint64_t *word;
static volatile uint64_t reads, refused, plaintext;
static volatile unsigned int stop, stopped;

static void look(void *arg)
{
	uint64_t value;

	(void)arg;
	while (!stop) {
		value = *word;
		reads++;
		if (!value)
			plaintext++;
	}
}

static void reader(void)
{
	while (!stop)
		if (catch(look, NULL) == PGM_SECURE_ACCESS)
			refused++;
	stopped = 1;
	for (;;)
		asm volatile("nopr");
}

static uint64_t handle;
static volatile uint64_t calls;

static void caller(void)
{
	for (;;) {
		import_page(handle, 2, NULL);
		export_page(guest_frame(2), NULL);
		calls++;
	}
}

/*
 * SIGP orders that wait for a CPU, which waits for all others because of a call
 * of its own. Were it to wait for the one that sent the order, too, the machine
 * would stand still here for ever.
 */
static void signals(void)
{
	uint64_t before, start;
	unsigned int i;

	start = clock_us();
	for (i = 0; i < 300 && clock_us() - start < SIGNALS_US; i++) {
		before = calls;
		second_start(caller);
		while (calls < before + 2)
			;
		sigp(1, SIGP_STOP, 0, NULL);
		while (!sigp(1, SIGP_SENSE, 0, NULL))
			;
	}
	result("SIGP and ultravisor calls do not block each other", true, 0);
}

int main(void)
{
	uint64_t start, us;
	unsigned int i, errors = 0;

	if (!uv_start()) {
		result("ultravisor starts", false, 0);
		return 0;
	}
	handle = guest_create();
	word = (uint64_t *)guest_frame(1) + 17;
	import_page(handle, 1, NULL);
	export_page(guest_frame(1), NULL);
	second_start(reader);
	while (!reads)
		;
	start = clock_us();
	for (i = 0; i < ROUNDS || (refused <= 100 && clock_us() - start < LIMIT_US); i++) {
		errors += import_page(handle, 1, NULL);
		errors += export_page(guest_frame(1), NULL);
	}
	us = clock_us() - start;
	stop = 1;
	while (!stopped)
		;
	equal("every import and export succeeded", errors, 0);
	equal("the other CPU read no plaintext", plaintext, 0);
	result("it was refused meanwhile", refused > 100, refused);
	result("and it read ciphertext meanwhile", reads > 1000, reads);
	say("# ns for an import and an export: ");
	say_hex(us * 1000 / i);
	say("\n");
	signals();
	return 0;
}

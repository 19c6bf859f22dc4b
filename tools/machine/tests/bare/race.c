// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One CPU imports and exports a page while the other goes on reading it. What
 * the other can read is ciphertext, or nothing: the guest page is full of
 * zeros, and no word of its ciphertext is zero but by an accident of 2^-64.
 */
#include "secure.h"

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

#define CODE_PAGE	3
#define LIMIT_LOOP_US	1000000

static volatile unsigned int looping, loop_ended_by;

static void branch(void *arg)
{
	looping = 1;
	asm volatile("basr %%r1,%0" : : "a" (arg) : "1", "memory");
}

static void looper(void)
{
	loop_ended_by = catch(branch, guest_frame(CODE_PAGE));
	for (;;)
		asm volatile("nopr");
}

/*
 * The other CPU executes one instruction for ever, in translated code that asks no
 * TLB. It ends when the page is donated, for a CPU of the guest.
 */
static void code_becomes_protected(void)
{
	struct uvcb block = { 0 };
	uint64_t start;

	*(uint32_t *)guest_frame(CODE_PAGE) = 0xa7f40000;	/* j . */
	second_start(looper);
	while (!looping)
		;
	for (start = clock_us(); clock_us() - start < 1000;)
		;
	FIELD(&block, 0x20) = handle;
	FIELD(&block, 0x28) = (uint64_t)guest_frame(CODE_PAGE);
	FIELD(&block, 0x38) = (uint64_t)guest_frame(CODE_PAGE + 1);
	equal("code that the other CPU executes is donated",
	      uvc_call(&block, UVC_CREATE_CPU, 0x60), 0);
	for (start = clock_us(); !loop_ended_by && clock_us() - start < LIMIT_LOOP_US;)
		;
	equal("the other CPU is refused it at once", loop_ended_by, PGM_SECURE_ACCESS);
	equal("and comes back", uvc_call(&block, UVC_DESTROY_CPU, 0x40), 0);
}

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
	code_becomes_protected();
	signals();
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Stage 1: the plain text part of a protected image. It asks the host to turn
 * this virtual machine into a protected one. Nothing here is secret or
 * trusted: what may run afterwards is decided by the encrypted header alone.
 */
#include "stage1.h"

#define IPIB_HEADER_ADDR	120
#define IPIB_HEADER_SIZE	128

static char message[512];

static void stop(void) __attribute__((noreturn));
static void stop(void)
{
	sclp_print(message);
	disabled_wait();
}

void stage1_main(const struct stage1_parms *parms)
{
	uint64_t block = (uint64_t)parms;
	uint8_t *ipib = (uint8_t *)(block + parms->ipib_offset);
	uint64_t rc;

	catch_program_checks();
	if (!has_facility(FACILITY_UNPACK)) {
		report_no_facility(message, sizeof(message));
		stop();
	}

	*(uint64_t *)(ipib + IPIB_HEADER_ADDR) = block + parms->header_offset;
	*(uint64_t *)(ipib + IPIB_HEADER_SIZE) = parms->header_size;

	rc = diag308(DIAG308_SET_PV, ipib);
	if (rc != DIAG308_OK) {
		report_set_failed(message, sizeof(message), rc);
		stop();
	}
	/* Comes back only when the host could not do it. */
	rc = diag308(DIAG308_START_PV, NULL);
	report_start_failed(message, sizeof(message), rc);
	stop();
}

/* Runs on a stack of its own, with the first failure's message gone. */
void stage1_program_check(void)
{
	unsigned long lowcore = 0;
	unsigned int code;

	/* lowcore 0x8e: program-interruption code */
	asm volatile("llgh	%[code],0x8e(%[lc])"
		     : [code] "=d" (code)
		     : [lc] "a" (lowcore)
		     : "memory");
	report_program_check(message, sizeof(message), code);
	stop();
}

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Programs for a host and its guests, as fuzz targets get them: calls, accesses, changes of
 * storage and of translations.
 *
 * A step is one byte that says what, then its operands. An operand is one byte:
 * below 0xf0 an index into the values that matter, else eight bytes follow.
 */
#ifndef UV_FUZZ_PROGRAM_H
#define UV_FUZZ_PROGRAM_H

#include "fake.h"

#define PROGRAM_STORAGE	(8ull << 20)
#define PROGRAM_CONFIGS	8u

struct input {
	const uint8_t *data;
	size_t len;
};

/* What handles and addresses of this run are worth trying. */
struct values {
	uint64_t value[64];
	unsigned int nr;
};

uint8_t input_byte(struct input *in);
uint64_t input_operand(struct input *in, const struct values *values);

/* The machine of all programs: making one takes longer than a run. */
struct fake *program_machine(void);

/* @own: a step of the target's own, or NULL */
void program_run(const uint8_t *data, size_t len,
		 void (*own)(struct input *in, const struct values *values));

/* The next program finds the machine as this one found it. */
void program_end(void);

/* Ends the process. */
_Noreturn void program_wrong(const char *what);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bare-metal programs: channel programs for the first subchannel. */
#ifndef BARE_CHANNEL_H
#define BARE_CHANNEL_H

#include "bare.h"

/* A format-1 channel-command word. */
struct ccw {
	uint8_t command;
	uint8_t flags;
	uint16_t count;
	uint32_t address;
} __attribute__((aligned(8)));

#define CCW_SUPPRESS_LENGTH	0x20

#define SUBCHANNEL		0x00010000u
#define CHANNEL_PROGRAM_CHECK	0x20

/* Condition code of MODIFY SUBCHANNEL. */
unsigned int channel_enable(void);
/* Starts the channel program at @program; its status stays pending. */
void channel_start(uint64_t program);
/* Runs the channel program at @program; the subchannel status. */
uint8_t channel_program(uint64_t program);

/*
 * Lets the tester (tests/qmp) look at the count of refused accesses: it must
 * have grown since the last time. Waits until that is done.
 */
void refusal_is_counted(const char *what);

#endif

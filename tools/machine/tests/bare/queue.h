/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bare-metal programs: queue 0 of a virtio device, the first channel device. */
#ifndef BARE_QUEUE_H
#define BARE_QUEUE_H

#include "channel.h"

#define QUEUE_SIZE	64
#define DESC_NEXT	1
#define DESC_WRITE	2
#define DESC_INDIRECT	4

/* Rings are little-endian. */
struct descriptor {
	uint64_t address;
	uint32_t length;
	uint16_t flags;
	uint16_t next;
};

struct avail {
	uint16_t flags;
	uint16_t index;
	uint16_t ring[QUEUE_SIZE];
};

struct used {
	uint16_t flags;
	uint16_t index;
	struct {
		uint32_t id;
		uint32_t length;
	} ring[QUEUE_SIZE];
};

/*
 * Makes the device ready for commands, beside a guest whose page with this number is secure.
 * The guest's handle, or 0 without an ultravisor, which is a result.
 */
uint64_t device_beside_guest(unsigned int page);
void device_reset(void);
/* A channel program of one command; the subchannel status. */
uint8_t device_command(uint8_t code, const void *data, uint16_t count);
#define CCW_READ_STATUS			0x72
#define CCW_SET_INDICATORS_ADAPTER	0x73
bool device_is_broken(void);

/* Resets the device and starts it, with one queue in these places. @indicators: or NULL */
void queue_start(const void *desc, const void *avail, const void *used,
		 const void *indicators);
/* Fills in @desc[@i]. */
void queue_describe(void *desc, unsigned int i, const void *at, uint32_t length,
		    uint16_t flags);
void queue_notify(void);

#endif

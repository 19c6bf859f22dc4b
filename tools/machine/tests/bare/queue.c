// SPDX-License-Identifier: GPL-2.0-or-later
/* Queue 0 of a virtio device, the first channel device. */
#include "queue.h"
#include "uvc.h"

#define CCW_SET_QUEUE		0x13
#define CCW_WRITE_FEATURES	0x11
#define CCW_WRITE_STATUS	0x31
#define CCW_RESET		0x33
#define CCW_SET_INDICATORS	0x43
#define CCW_SET_REVISION	0x83

#define STATUS_DRIVER		0x03	/* acknowledge, driver */
#define STATUS_FEATURES_OK	0x08
#define STATUS_DRIVER_OK	0x04
#define STATUS_NEEDS_RESET	0x40

struct queue {
	uint64_t desc;
	uint32_t reserved;
	uint16_t index;
	uint16_t size;
	uint64_t avail;
	uint64_t used;
};

uint8_t device_command(uint8_t code, const void *data, uint16_t count)
{
	static struct ccw ccw;

	ccw = (struct ccw) { .command = code, .flags = CCW_SUPPRESS_LENGTH, .count = count,
			     .address = (uint64_t)data };
	return channel_program((uint64_t)&ccw);
}

static void set_status(uint8_t status)
{
	static uint8_t byte;

	byte = status;
	device_command(CCW_WRITE_STATUS, &byte, 1);
}

uint64_t device_beside_guest(unsigned int page)
{
	/* Before any other command, or the device is a legacy one for good. */
	static const uint16_t revision[2] = { 2, 0 };
	uint64_t handle;

	if (!uv_start()) {
		result("ultravisor starts", false, 0);
		return 0;
	}
	handle = guest_create();
	import_page(handle, page, NULL);
	equal("subchannel can be enabled", channel_enable(), 0);
	device_command(CCW_SET_REVISION, revision, sizeof(revision));
	return handle;
}

void device_reset(void)
{
	device_command(CCW_RESET, NULL, 0);
}

bool device_is_broken(void)
{
	static uint8_t byte;

	byte = 0;
	device_command(CCW_READ_STATUS, &byte, 1);
	return byte & STATUS_NEEDS_RESET;
}

void queue_start(const void *desc, const void *avail, const void *used,
		 const void *indicators)
{
	/* Bit 32, version 1, is bit 0 of the second word. */
	static const uint8_t features[] = { 1, 0, 0, 0, 1 };
	static struct queue queue;
	static uint64_t indicators_at;

	device_reset();
	set_status(STATUS_DRIVER);
	device_command(CCW_WRITE_FEATURES, features, sizeof(features));
	set_status(STATUS_DRIVER | STATUS_FEATURES_OK);
	queue = (struct queue) {
		.desc = (uint64_t)desc, .avail = (uint64_t)avail, .used = (uint64_t)used,
		.size = QUEUE_SIZE,
	};
	device_command(CCW_SET_QUEUE, &queue, sizeof(queue));
	indicators_at = (uint64_t)indicators;
	if (indicators)
		device_command(CCW_SET_INDICATORS, &indicators_at, sizeof(indicators_at));
	set_status(STATUS_DRIVER | STATUS_FEATURES_OK | STATUS_DRIVER_OK);
}

void queue_describe(void *desc, unsigned int i, const void *at, uint32_t length,
		    uint16_t flags)
{
	struct descriptor *descriptor = (struct descriptor *)desc + i;

	descriptor->address = __builtin_bswap64((uint64_t)at);
	descriptor->length = __builtin_bswap32(length);
	descriptor->flags = __builtin_bswap16(flags);
	descriptor->next = __builtin_bswap16(i + 1);
}

void queue_notify(void)
{
	register uint64_t r1 asm("1") = 3;
	register uint64_t r2 asm("2") = SUBCHANNEL;
	register uint64_t r3 asm("3") = 0;

	asm volatile("diag 2,4,0x500" : "+d" (r2) : "d" (r1), "d" (r3) : "4", "cc", "memory");
}

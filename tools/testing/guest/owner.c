// SPDX-License-Identifier: GPL-2.0
/* See owner.h. Calls are made as the kernel's asm/uvdevice.h has them. */
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/ioctl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../attack/cksum.h"
#include "owner.h"

/* Each slot: length of the request, the request. */
#define SLOT		4096
#define DISK		"/dev/vda"

struct uv_ioctl {
	uint32_t flags;
	uint16_t rc, rrc;
	uint64_t argument;
	uint32_t len;
	uint8_t reserved[44];
};

struct attest {
	uint64_t request, measurement, additional;
	uint8_t user[256];
	uint8_t uid[16];
	uint32_t request_len, measurement_len, additional_len;
	uint16_t user_len, reserved;
};

#define MEASUREMENT	64
#define ADDITIONAL	128	/* hashes of both host keys and of the secret store */
#define USER_DATA	"end to end"

/* Return: rc, or -1 when the kernel has none. */
static int uv(unsigned int number, void *argument, uint32_t len)
{
	struct uv_ioctl block = { .argument = (uintptr_t)argument, .len = len };
	int fd = open("/dev/uv", O_RDWR | O_CLOEXEC), done;

	if (fd < 0)
		return -1;
	done = ioctl(fd, _IOWR('u', number, struct uv_ioctl), &block);
	close(fd);
	return done ? -1 : block.rc;
}

static uint32_t request(unsigned long slot, uint8_t *to)
{
	uint8_t data[SLOT] = { 0 };
	int fd = open(DISK, O_RDONLY | O_CLOEXEC);
	uint32_t len;

	ioctl(fd, BLKFLSBUF);	/* the host has written it just now */
	if (pread(fd, data, sizeof(data), slot * SLOT) != sizeof(data))
		data[0] = 0xff;
	close(fd);
	len = (uint32_t)data[0] << 24 | data[1] << 16 | data[2] << 8 | data[3];
	if (len > SLOT - 4)
		return 0;
	memcpy(to, data + 4, len);
	return len;
}

static void show(const uint8_t *bytes, size_t len)
{
	while (len--)
		printf("%02x", *bytes++);
}

static void attest(unsigned long slot)
{
	static uint8_t arcb[SLOT], measurement[MEASUREMENT], additional[ADDITIONAL];
	static struct attest block;
	int rc;

	block = (struct attest) {
		.request = (uintptr_t)arcb, .request_len = request(slot, arcb),
		.measurement = (uintptr_t)measurement, .measurement_len = sizeof(measurement),
		.additional = (uintptr_t)additional, .additional_len = sizeof(additional),
		.user = USER_DATA, .user_len = sizeof(USER_DATA) - 1,
	};
	rc = uv(UV_ATTEST, &block, sizeof(block));
	printf("guest: uv attest %x ", rc);
	show(measurement, sizeof(measurement));
	show(block.uid, sizeof(block.uid));
	show(additional, sizeof(additional));
	printf("\n");
}

void owner(const char *words)
{
	static uint8_t area[2 * SLOT];
	struct cksum sum = { 0 };
	struct uv_supported info = { 0 };
	const char *end = strchr(words, ' ');
	unsigned long number = end ? strtoul(end, NULL, 0) : 0;
	int rc;

	memset(area, 0, sizeof(area));
	if (!strcmp(words, "commands")) {
		uv(UV_INFO, &info, sizeof(info));
		printf("guest: uv commands %lx\n", info.ioctls);
	} else if (!strncmp(words, "attest ", 7)) {
		attest(number);
	} else if (!strncmp(words, "add ", 4)) {
		rc = uv(UV_ADD, area, request(number, area));
		printf("guest: uv add %x\n", rc);
	} else if (!strcmp(words, "list")) {
		rc = uv(UV_LIST, area, SLOT);
		printf("guest: uv list %x, %u of them\n", rc, area[2] << 8 | area[3]);
	} else if (!strncmp(words, "retrieve ", 9)) {
		area[0] = number >> 8;
		area[1] = number;
		rc = uv(UV_RETRIEVE, area, sizeof(area));
		/* Not the text: the console is the host's. */
		cksum_add(&sum, area + 2, area[0] << 8 | area[1]);
		printf("guest: uv retrieve %x: %u %lu\n", rc, cksum_end(&sum), sum.len);
	} else if (!strcmp(words, "lock")) {
		rc = uv(UV_LOCK, NULL, 0);
		printf("guest: uv lock %x\n", rc);
	}
}

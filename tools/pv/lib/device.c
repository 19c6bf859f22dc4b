// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/uv: how a protected guest reaches its ultravisor.
 */
#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DEVICE		"/dev/uv"
#define DEVICE_TYPE	'u'

struct device_block {
	uint32_t flags;
	uint16_t rc;
	uint16_t rrc;
	uint64_t argument;
	uint32_t size;
	uint8_t reserved[44];
};
static_assert(sizeof(struct device_block) == 0x40, "/dev/uv");

static const struct {
	enum device_call call;		/* 0: all */
	uint16_t rc;
	const char *words;
} device_words[] = {
	{ 0, 0x0002, "the ultravisor does not know this call; is this a protected guest?" },
	{ 0, 0x0005, "a length is wrong" },
	{ DEVICE_ATTEST, 0x0102, "too much user data" },
	{ DEVICE_ATTEST, 0x0106, "the request's version is not supported" },
	{ DEVICE_ATTEST, 0x0107, "the request's length is wrong" },
	{ DEVICE_ATTEST, 0x0108, "the request is for too many hosts, or none" },
	{ DEVICE_ATTEST, 0x0109, "the size of the request's encrypted area is wrong" },
	{ DEVICE_ATTEST, 0x010a, "the request has a flag that is not supported" },
	{ DEVICE_ATTEST, 0x010b, "the request's algorithm is not supported" },
	{ DEVICE_ATTEST, 0x010c, "the request is not for this host, or damaged" },
	{ DEVICE_ADD_SECRET, 0x0101, "this guest may not change its secrets" },
	{ DEVICE_ADD_SECRET, 0x0102, "the secret store is locked" },
	{ DEVICE_ADD_SECRET, 0x0104, "the request's version is not supported" },
	{ DEVICE_ADD_SECRET, 0x0105, "the request's length is wrong" },
	{ DEVICE_ADD_SECRET, 0x0106, "the request is for too many hosts, or none" },
	{ DEVICE_ADD_SECRET, 0x0107, "the request has a flag that is not supported" },
	{ DEVICE_ADD_SECRET, 0x0108, "the request is not for this host, or damaged" },
	{ DEVICE_ADD_SECRET, 0x0109, "secrets of this type are not supported" },
	{ DEVICE_ADD_SECRET, 0x010a, "the secret's length does not fit its type" },
	{ DEVICE_ADD_SECRET, 0x010b, "the secret store is full" },
	{ DEVICE_ADD_SECRET, 0x010c, "the secret is not for this guest, or the extension secret "
				     "is another one" },
	{ DEVICE_ADD_SECRET, 0x010d, "the guest is being dumped; try again later" },
	{ DEVICE_LOCK_SECRETS, 0x0101, "this guest may not change its secrets" },
	{ DEVICE_LOCK_SECRETS, 0x0102, "the secret store is locked already" },
	{ DEVICE_RETRIEVE_SECRET, 0x0009, "the buffer is too small" },
	{ DEVICE_RETRIEVE_SECRET, 0x0109, "the buffer is too small" },
	{ DEVICE_RETRIEVE_SECRET, 0x010f, "the secret store is empty" },
	{ DEVICE_RETRIEVE_SECRET, 0x0110, "there is no secret with this index" },
	{ DEVICE_RETRIEVE_SECRET, 0x0111, "this secret cannot be retrieved" },
};

int device_call(enum device_call call, void *argument, size_t size, struct device_answer *answer)
{
	struct device_block block = {
		.argument = (uint64_t)(uintptr_t)argument,
		.size = (uint32_t)size,
	};
	int fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	int rc = -1;

	if (fd < 0) {
		pv_perror("cannot open '" DEVICE "'%s", errno == ENOENT ?
			  " (only protected guests with the driver uvdevice have it)" : "");
		return -1;
	}
	do {
		rc = ioctl(fd, _IOWR(DEVICE_TYPE, call, struct device_block), &block);
	} while (rc && errno == EINTR);
	if (rc && errno == ENOTTY)
		pv_error("'" DEVICE "' does not know this call; a newer kernel may");
	else if (rc)
		pv_perror("'" DEVICE "' has refused");
	close(fd);
	*answer = (struct device_answer){ block.rc, block.rrc };
	return rc ? -1 : 0;
}

void device_refused(enum device_call call, const struct device_answer *answer)
{
	const char *words = "";
	size_t i;

	for (i = 0; i < ARRAY_SIZE(device_words); i++)
		if (device_words[i].rc == answer->rc &&
		    (!device_words[i].call || device_words[i].call == call))
			words = device_words[i].words;
	pv_error("the ultravisor has refused with rc 0x%04x rrc 0x%04x%s%s", answer->rc,
		 answer->rrc, *words ? ": " : "", words);
}

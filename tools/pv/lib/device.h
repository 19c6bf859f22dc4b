/* SPDX-License-Identifier: GPL-2.0 */
/* /dev/uv: how a protected guest reaches its ultravisor, see device.c */
#ifndef PV_DEVICE_H
#define PV_DEVICE_H

#include "pv.h"

/* Numbers of the device's calls */
enum device_call {
	DEVICE_ATTEST = 1,
	DEVICE_ADD_SECRET = 2,
	DEVICE_LIST_SECRETS = 3,
	DEVICE_LOCK_SECRETS = 4,
	DEVICE_RETRIEVE_SECRET = 5,
};

#define DEVICE_DONE		0x0001	/* rc of a call that did all */
#define DEVICE_MORE		0x0100	/* list: there is more than the buffer takes */

struct device_attest {
	uint64_t arcb;
	uint64_t measurement;
	uint64_t additional;
	uint8_t user[256];
	uint8_t uid[16];
	uint32_t arcb_size;
	uint32_t measurement_size;
	uint32_t additional_size;
	uint16_t user_size;
	uint16_t reserved;
};
static_assert(sizeof(struct device_attest) == 0x138, "argument of attestation");

struct device_answer {
	uint16_t rc;
	uint16_t rrc;
};

/* -1 only if the device cannot be used; what the ultravisor says is in @answer. */
int device_call(enum device_call call, void *argument, size_t size, struct device_answer *answer);
/* An error with rc, rrc and what rc means for this call */
void device_refused(enum device_call call, const struct device_answer *answer);

#endif /* PV_DEVICE_H */

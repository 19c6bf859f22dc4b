/* SPDX-License-Identifier: GPL-2.0 */
/* What a guest's owner asks of its /dev/uv. */
#ifndef GUEST_OWNER_H
#define GUEST_OWNER_H

#include <stdint.h>

/* Numbers of the ioctls, of which the libc's headers may know only attestation. */
enum { UV_INFO, UV_ATTEST, UV_ADD, UV_LIST, UV_LOCK, UV_RETRIEVE };

/* What UV_INFO gives: bit n is number n, of the device and of its ultravisor. */
struct uv_supported {
	uint64_t ioctls, calls;
};

/*
 * Does what @words say, and tells it on the console:
 *   commands      bits of the ioctls that there are, as number 0 tells; 0: no device
 *   attest SLOT   with the request in a slot of the disk
 *   add SLOT      likewise
 *   list          how many secrets there are
 *   retrieve N    checksum and length of the text of a secret
 *   lock
 */
void owner(const char *words);

#endif

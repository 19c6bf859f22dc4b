/* SPDX-License-Identifier: GPL-2.0 */
/* What a guest's owner asks of its /dev/uv. */
#ifndef GUEST_OWNER_H
#define GUEST_OWNER_H

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

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an owner sends to an ultravisor through the guest: attestation and
 * add-secret requests. Both begin alike, carry key slots, and end with an area that
 * is encrypted for the ultravisor alone.
 */
#include "uv.h"

/*
 * A private copy of a request: nothing is looked at twice. At least @fixed bytes are
 * read, and as many as it says to have, if that may be true.
 * @refused: rc when it is not in the guest's storage
 */
int request_read(struct call *call, struct request *request, uint64_t vaddr, size_t fixed,
		 uint16_t refused)
{
	struct guest_area area;
	size_t len;
	int cc;

	request->data = locked_alloc(REQUEST_MAX);
	if (!request->data)
		return fail(call, RC_NO_MEMORY, RRC_NONE);
	request->len = fixed;
	cc = guest_area_find(call, &area, vaddr, fixed, false, refused);
	if (cc == UV_CC_DONE)
		cc = guest_read(call, &area, request->data);
	if (cc != UV_CC_DONE)
		return cc;
	len = get_be(request->data + REQ_LEN, 4);
	if (len <= fixed || len > REQUEST_MAX)
		return UV_CC_DONE;
	/* The address wraps only if the beginning ended where the space does. */
	if (vaddr + fixed < vaddr)
		return fail(call, refused, RRC_NONE);
	cc = guest_area_find(call, &area, vaddr + fixed, len - fixed, false, refused);
	if (cc == UV_CC_DONE)
		cc = guest_read(call, &area, request->data + fixed);
	request->len = len;
	return cc;
}

void request_free(struct request *request)
{
	locked_free(request->data);
}

/*
 * Decrypt the end of a request whose lengths were checked.
 * @point: offset of the owner's public key, behind which the slots are
 * @encrypted: offset of the encrypted area, which reaches to the tag
 * @backup: slots for backup host keys count, too
 *
 * Return: OPEN_REFUSED: no slot of ours, no point of the curve, or a wrong tag.
 */
enum opened request_open(const struct keyring *keyring, struct request *request, size_t point,
			 size_t encrypted, bool backup)
{
	uint8_t *data = request->data, key[KEY_LEN];
	enum opened opened = OPEN_REFUSED;
	const uint8_t *slot;

	request->opened_by = keyslot_find(keyring, backup, data + point + POINT_LEN,
					  data[REQ_NR_SLOTS], &slot);
	if (!request->opened_by)
		return OPEN_REFUSED;
	switch (keyslot_unwrap(request->opened_by, data + point, slot, key)) {
	case UNWRAP_OK:
		opened = gcm_open(key, data + REQ_IV, data, encrypted, data + encrypted,
				  request->len - GCM_TAG_LEN - encrypted,
				  data + request->len - GCM_TAG_LEN);
		break;
	case UNWRAP_NO_MEMORY:
		opened = OPEN_NO_MEMORY;
		break;
	default:
		break;
	}
	wipe(key, sizeof(key));
	return opened;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Key slots: a random key, wrapped for each host that may have it. Images and
 * the requests of their owners have the same ones.
 */
#include "uv.h"

enum slot_field {
	SLOT_HASH	= 0,
	SLOT_KEY	= 32,
	SLOT_TAG	= 64,
};

_Static_assert(SLOT_TAG + GCM_TAG_LEN == KEYSLOT_LEN, "a slot ends with its tag");

/*
 * The first of our keys that one of the slots is made for; host keys come before
 * backup keys, which are only looked for if @backup.
 */
const struct host_key *keyslot_find(const struct keyring *keyring, bool backup,
				    const uint8_t *slots, unsigned int nr_slots,
				    const uint8_t **slot)
{
	unsigned int i;
	size_t k;

	for (k = 0; k < keyring->nr; k++) {
		if (keyring->keys[k].backup && !backup)
			continue;
		for (i = 0; i < nr_slots; i++) {
			*slot = slots + (size_t)i * KEYSLOT_LEN;
			if (!memcmp(*slot + SLOT_HASH, keyring->keys[k].hash, HOST_HASH_LEN))
				return &keyring->keys[k];
		}
	}
	return NULL;
}

/* @point: public key of whoever made the slot. @key is only filled with UNWRAP_OK. */
enum unwrap keyslot_unwrap(const struct host_key *host, const uint8_t point[POINT_LEN],
			   const uint8_t *slot, uint8_t key[KEY_LEN])
{
	static const uint8_t no_nonce[NONCE_LEN];
	/* Single-step key derivation: SHA-256 of the secret and a counter of 1. */
	uint8_t secret[COORD_LEN + 4] = { 0 }, wrapping[KEY_LEN] = { 0 };
	enum ecdh done = keyring_ecdh(host, point, secret);
	enum opened opened = OPEN_NO_MEMORY;

	if (done == ECDH_BAD_POINT)
		return UNWRAP_BAD_POINT;
	if (done == ECDH_OK) {
		secret[COORD_LEN + 3] = 1;
		gcry_md_hash_buffer(GCRY_MD_SHA256, wrapping, secret, sizeof(secret));
		memcpy(key, slot + SLOT_KEY, KEY_LEN);
		opened = gcm_open(wrapping, no_nonce, NULL, 0, key, KEY_LEN, slot + SLOT_TAG);
		if (opened != OPEN_OK)
			wipe(key, KEY_LEN);
	}
	wipe(secret, sizeof(secret));
	wipe(wrapping, sizeof(wrapping));
	return opened == OPEN_OK ? UNWRAP_OK :
	       opened == OPEN_REFUSED ? UNWRAP_REFUSED : UNWRAP_NO_MEMORY;
}

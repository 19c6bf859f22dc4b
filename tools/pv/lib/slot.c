// SPDX-License-Identifier: GPL-2.0
/*
 * Key slots: the key of a header or a request, wrapped for every host that may
 * open it.
 */
#include <string.h>

#include "pv.h"

/* A wrapping key is used for one key slot only, so its nonce may be constant. */
static const uint8_t slot_iv[GCM_IV_SIZE];

static int slot_seal(struct key_slot *slot, EVP_PKEY *owner, const uint8_t *key,
		     const struct host_key *host)
{
	uint8_t *wrap_key = secret_alloc(AES256_KEY_SIZE);
	int rc = -1;

	if (!wrap_key)
		return -1;
	memcpy(slot->hash, host->hash, sizeof(slot->hash));
	if (!ec_wrap_key(owner, &host->public, wrap_key)) {
		/* Sealed where it goes, so that a plain copy exists for no moment
		 * longer than this call.
		 */
		memcpy(slot->wrapped, key, sizeof(slot->wrapped));
		rc = gcm_seal(wrap_key, slot_iv, NULL, 0, slot->wrapped, sizeof(slot->wrapped),
			      slot->tag);
		if (rc)
			crypto_wipe(slot->wrapped, sizeof(slot->wrapped));
	}
	secret_free(wrap_key);
	return rc;
}

int slots_seal(struct key_slot *slots, EVP_PKEY *owner, const uint8_t key[AES256_KEY_SIZE],
	       const struct host_keys *hosts)
{
	size_t i;

	for (i = 0; i < hosts->count; i++)
		if (slot_seal(&slots[i], owner, key, &hosts->keys[i]))
			return -1;
	return 0;
}

int slot_open(const struct key_slot *slot, EVP_PKEY *host, const struct ec_public *owner,
	      uint8_t key[AES256_KEY_SIZE])
{
	uint8_t *wrap_key = secret_alloc(AES256_KEY_SIZE);
	int rc = wrap_key ? ec_wrap_key(host, owner, wrap_key) : -1;

	if (!rc) {
		memcpy(key, slot->wrapped, AES256_KEY_SIZE);
		rc = gcm_open(wrap_key, slot_iv, NULL, 0, key, AES256_KEY_SIZE, slot->tag);
	}
	secret_free(wrap_key);
	return rc;
}

const struct key_slot *slot_find(const struct key_slot *slots, uint64_t count,
				 const uint8_t hash[SHA256_SIZE])
{
	uint64_t i;

	for (i = 0; i < count; i++)
		if (!memcmp(slots[i].hash, hash, SHA256_SIZE))
			return &slots[i];
	return NULL;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The header of a Secure Execution image, version 1.
 */
#include "uv.h"

enum header_field {
	HDR_MAGIC	= 0,
	HDR_VERSION	= 8,
	HDR_SIZE	= 12,
	HDR_IV		= 16,
	HDR_SLOTS	= 32,
	HDR_AREA_LEN	= 40,
	HDR_PAGES	= 48,
	HDR_PCF		= 56,
	HDR_CUSTOMER	= 64,
	HDR_PLD		= 224,
	HDR_ALD		= 288,
	HDR_TLD		= 352,
	HDR_END		= 416,
};

enum area_field {
	AREA_CCK	= 0,
	AREA_IMAGE_KEY	= 32,
	AREA_PSW_MASK	= 96,
	AREA_PSW_ADDR	= 104,
	AREA_SCF	= 112,
	AREA_ITEMS	= 120,
	AREA_LEN	= 128,
};

enum slot_field {
	SLOT_HASH	= 0,
	SLOT_KEY	= 32,
	SLOT_TAG	= 64,
	SLOT_LEN	= 80,
};

#define HEADER_VERSION	0x100

static bool refuse(uint16_t *rc, uint16_t *rrc, uint16_t code, uint16_t reason)
{
	*rc = code;
	*rrc = reason;
	return false;
}

/* What can be said without a key. @len is the length that the host named. */
static bool check_plain(uint64_t versions, const uint8_t *header, size_t len, uint16_t *rc,
			uint16_t *rrc)
{
	uint64_t nr_slots;

	if (len < HDR_END || len > HEADER_MAX)
		return refuse(rc, rrc, RC_PARMS_SIZE, RRC_HEADER_LEN);
	if (memcmp(header + HDR_MAGIC, "IBMSecEx", 8) != 0)
		return refuse(rc, rrc, RC_PARMS_VERSION, RRC_MAGIC);
	if (get_be(header + HDR_VERSION, 4) != HEADER_VERSION || !(versions & UV_HEADER_VERSION_1))
		return refuse(rc, rrc, RC_PARMS_VERSION, RRC_VERSION);
	nr_slots = get_be64(header + HDR_SLOTS);
	if (!nr_slots)
		return refuse(rc, rrc, RC_PARMS_SIZE, RRC_NO_SLOTS);
	if (get_be64(header + HDR_AREA_LEN) != AREA_LEN)
		return refuse(rc, rrc, RC_PARMS_SIZE, RRC_AREA_LEN);
	if (get_be(header + HDR_SIZE, 4) != len || nr_slots > HEADER_MAX / SLOT_LEN ||
	    HDR_END + nr_slots * SLOT_LEN + AREA_LEN + GCM_TAG_LEN != len)
		return refuse(rc, rrc, RC_PARMS_SIZE, RRC_HEADER_LEN);
	if (get_be64(header + HDR_PCF) & ~SUPPORTED_PCF)
		return refuse(rc, rrc, RC_PARMS_PCF, RRC_PCF);
	return true;
}

/* The first of our keys that a slot is made for; host keys come before backup keys. */
static const struct host_key *find_slot(const struct keyring *keyring, const uint8_t *header,
					const uint8_t **slot)
{
	uint64_t nr_slots = get_be64(header + HDR_SLOTS), i;
	size_t k;

	for (k = 0; k < keyring->nr; k++)
		for (i = 0; i < nr_slots; i++) {
			*slot = header + HDR_END + i * SLOT_LEN;
			if (!memcmp(*slot + SLOT_HASH, keyring->keys[k].hash, 32))
				return &keyring->keys[k];
		}
	return NULL;
}

/* Unwrap the key of the header from a slot. */
static bool unwrap(const struct host_key *key, const uint8_t *header, const uint8_t *slot,
		   uint8_t header_key[KEY_LEN], uint16_t *rc, uint16_t *rrc)
{
	static const uint8_t no_nonce[NONCE_LEN];
	/* Single-step key derivation: SHA-256 of the secret and a counter of 1. */
	uint8_t secret[COORD_LEN + 4] = { 0 }, wrapping[KEY_LEN] = { 0 };
	enum ecdh done = keyring_ecdh(key, header + HDR_CUSTOMER, secret);
	enum opened opened = OPEN_NO_MEMORY;

	if (done == ECDH_BAD_POINT)
		return refuse(rc, rrc, RC_PARMS_KEY, RRC_CUSTOMER_KEY);
	if (done == ECDH_OK) {
		secret[COORD_LEN + 3] = 1;
		gcry_md_hash_buffer(GCRY_MD_SHA256, wrapping, secret, sizeof(secret));
		memcpy(header_key, slot + SLOT_KEY, KEY_LEN);
		opened = gcm_open(wrapping, no_nonce, NULL, 0, header_key, KEY_LEN,
				  slot + SLOT_TAG);
	}
	wipe(secret, sizeof(secret));
	wipe(wrapping, sizeof(wrapping));
	if (opened == OPEN_NO_MEMORY)
		return refuse(rc, rrc, RC_NO_MEMORY, RRC_NONE);
	return opened == OPEN_OK || refuse(rc, rrc, RC_PARMS_KEY, RRC_SLOT_TAG);
}

static bool read_area(const uint8_t *area, struct image *image, uint16_t *rc, uint16_t *rrc)
{
	if (get_be(area + AREA_ITEMS, 4))
		return refuse(rc, rrc, RC_PARMS_SIZE, RRC_ITEMS);
	/* All secret control flags are about secrets, of which there are none. */
	if (get_be64(area + AREA_SCF))
		return refuse(rc, rrc, RC_PARMS_SCF, RRC_NONE);
	memcpy(image->cck, area + AREA_CCK, sizeof(image->cck));
	memcpy(image->key, area + AREA_IMAGE_KEY, sizeof(image->key));
	image->psw_mask = get_be64(area + AREA_PSW_MASK);
	image->psw_addr = get_be64(area + AREA_PSW_ADDR);
	return true;
}

/*
 * Open a header with any of the host's keys.
 * @versions: those that are accepted, see struct uv_config
 * @header: a private copy; the host must not be able to change it meanwhile
 *
 * Return: true, or false with rc and rrc; @image is only filled when true.
 */
bool header_open(const struct keyring *keyring, uint64_t versions, const uint8_t *header,
		 size_t len, struct image *image, uint16_t *rc, uint16_t *rrc)
{
	uint8_t header_key[KEY_LEN] = { 0 }, area[AREA_LEN];
	const struct host_key *key;
	enum opened opened;
	const uint8_t *slot;
	size_t plain;
	bool ok;

	if (!check_plain(versions, header, len, rc, rrc))
		return false;
	key = find_slot(keyring, header, &slot);
	if (!key)
		return refuse(rc, rrc, RC_PARMS_KEY, RRC_NO_SLOT_FOR_KEY);
	if (key->backup && !(get_be64(header + HDR_PCF) & PCF_BACKUP_KEYS))
		return refuse(rc, rrc, RC_PARMS_KEY, RRC_BACKUP_KEY);
	if (!unwrap(key, header, slot, header_key, rc, rrc)) {
		wipe(header_key, sizeof(header_key));
		return false;
	}

	plain = len - AREA_LEN - GCM_TAG_LEN;
	memcpy(area, header + plain, AREA_LEN);
	opened = gcm_open(header_key, header + HDR_IV, header, plain, area, AREA_LEN,
			  header + plain + AREA_LEN);
	ok = opened == OPEN_OK ? read_area(area, image, rc, rrc) :
	     refuse(rc, rrc, opened == OPEN_REFUSED ? RC_PARMS_INTEGRITY : RC_NO_MEMORY, RRC_NONE);
	if (ok) {
		image->pcf = get_be64(header + HDR_PCF);
		image->nr_pages = get_be64(header + HDR_PAGES);
		memcpy(image->pld, header + HDR_PLD, sizeof(image->pld));
		memcpy(image->ald, header + HDR_ALD, sizeof(image->ald));
		memcpy(image->tld, header + HDR_TLD, sizeof(image->tld));
	}
	wipe(area, sizeof(area));
	wipe(header_key, sizeof(header_key));
	return ok;
}

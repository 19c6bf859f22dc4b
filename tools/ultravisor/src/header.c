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
	if (get_be(header + HDR_SIZE, 4) != len || nr_slots > HEADER_MAX / KEYSLOT_LEN ||
	    HDR_END + nr_slots * KEYSLOT_LEN + AREA_LEN + GCM_TAG_LEN != len)
		return refuse(rc, rrc, RC_PARMS_SIZE, RRC_HEADER_LEN);
	if (get_be64(header + HDR_PCF) & ~SUPPORTED_PCF)
		return refuse(rc, rrc, RC_PARMS_PCF, RRC_PCF);
	return true;
}

/* Unwrap the key of the header from the slot that fits @key. */
static bool unwrap(const struct host_key *key, const uint8_t *header, const uint8_t *slot,
		   uint8_t header_key[KEY_LEN], uint16_t *rc, uint16_t *rrc)
{
	switch (keyslot_unwrap(key, header + HDR_CUSTOMER, slot, header_key)) {
	case UNWRAP_OK:
		return true;
	case UNWRAP_BAD_POINT:
		return refuse(rc, rrc, RC_PARMS_KEY, RRC_CUSTOMER_KEY);
	case UNWRAP_REFUSED:
		return refuse(rc, rrc, RC_PARMS_KEY, RRC_SLOT_TAG);
	default:
		return refuse(rc, rrc, RC_NO_MEMORY, RRC_NONE);
	}
}

/* An extension secret that is derived from the CCK cannot outlive that CCK. */
static bool scf_known(uint64_t scf)
{
	return !scf || scf == SCF_EXTENSION || scf == SCF_UPDATE_CCK;
}

static bool read_area(const uint8_t *area, struct image *image, uint16_t *rc, uint16_t *rrc)
{
	if (get_be(area + AREA_ITEMS, 4))
		return refuse(rc, rrc, RC_PARMS_SIZE, RRC_ITEMS);
	if (!scf_known(get_be64(area + AREA_SCF)))
		return refuse(rc, rrc, RC_PARMS_SCF, RRC_NONE);
	image->scf = get_be64(area + AREA_SCF);
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
	key = keyslot_find(keyring, true, header + HDR_END,
			   (unsigned int)get_be64(header + HDR_SLOTS), &slot);
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
		memcpy(image->tag, header + plain + AREA_LEN, sizeof(image->tag));
		memcpy(image->key_hash, key->hash, sizeof(image->key_hash));
	}
	wipe(area, sizeof(area));
	wipe(header_key, sizeof(header_key));
	return ok;
}

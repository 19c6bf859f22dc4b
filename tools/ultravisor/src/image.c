// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Images: the header is opened, pages are decrypted one after the other while
 * three digests run along, and at the end the digests decide.
 */
#include <stdlib.h>

#include "uv.h"

enum parameters_field {
	PARMS_HEADER	= 0x20,
	PARMS_LEN	= 0x28,
};

enum unpack_field {
	UNPACK_ADDRESS	= 0x20,
	UNPACK_TWEAK	= 0x28,
};

static bool start_cipher(struct slot *slot, uint16_t *rc, uint16_t *rrc)
{
	const struct image *image = &slot->config->image;
	bool good = false;

	*rc = RC_NO_MEMORY;
	*rrc = RRC_NONE;
	if (image->pcf & PCF_NO_ENCRYPTION)
		return true;
	locked_begin();
	if (gcry_cipher_open(&slot->xts, GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_XTS, 0)) {
		slot->xts = NULL;
	} else if (gcry_cipher_setkey(slot->xts, image->key, sizeof(image->key))) {
		*rc = RC_PARMS_INTEGRITY;
		*rrc = RRC_IMAGE_KEY;
	} else {
		good = true;
	}
	locked_end();
	return good;
}

/* Ready for the first page, or back to a configuration without a header. */
static bool start(struct slot *slot, uint16_t *rc, uint16_t *rrc)
{
	unsigned int i;

	if (!start_cipher(slot, rc, rrc))
		return false;
	for (i = 0; i < NR_DIGESTS; i++)
		if (gcry_md_open(&slot->digest[i], GCRY_MD_SHA512, 0)) {
			slot->digest[i] = NULL;
			*rc = RC_NO_MEMORY;
			return false;
		}
	return true;
}

/* Is an image under way? What the configuration says of it may have been overwritten. */
static bool is_begun(const struct slot *slot)
{
	return slot->digest[DIGEST_PAGES];
}

/* No page comes any more: the image key is not needed from here on. */
void image_end(struct slot *slot)
{
	unsigned int i;

	gcry_cipher_close(slot->xts);
	slot->xts = NULL;
	for (i = 0; i < NR_DIGESTS; i++) {
		gcry_md_close(slot->digest[i]);
		slot->digest[i] = NULL;
	}
	if (slot->config)
		wipe(slot->config->image.key, sizeof(slot->config->image.key));
}

/* @header: room for a private copy */
static int set_parameters(struct call *call, uint8_t *header, uint32_t len)
{
	uint64_t origin = field(call, PARMS_HEADER);
	struct image *image = &call->config->image;
	uint16_t rc, rrc;
	int cc;

	cc = home_read(call, origin, header, len, RC_PARMS_HEADER);
	if (cc == UV_CC_ERROR && call->rc != RC_HOME_REAL_SPACE)
		return fail(call, RC_PARMS_HEADER, RRC_NONE);
	if (cc != UV_CC_DONE)
		return cc;
	if (!header_open(&call->uv->keyring, call->uv->header_versions, header, len, image, &rc,
			 &rrc))
		return fail(call, rc, rrc);
	if (!start(call->slot, &rc, &rrc)) {
		image_end(call->slot);
		wipe(image, sizeof(*image));
		return fail(call, rc, rrc);
	}
	call->config->state = CONFIG_LOADING;
	return UV_CC_DONE;
}

int cmd_set_parameters(struct call *call)
{
	uint32_t len = (uint32_t)get_be(call->block + PARMS_LEN, 4);
	uint8_t *header;
	int cc;

	if (is_begun(call->slot))
		return fail(call, RC_METADATA, RRC_NONE);
	if (!len || len > HEADER_MAX)
		return fail(call, RC_PARMS_SIZE, RRC_HEADER_LEN);
	header = malloc(len);
	if (!header)
		return fail(call, RC_NO_MEMORY, RRC_NONE);
	cc = set_parameters(call, header, len);
	free(header);
	return cc;
}

/*
 * The page is hidden by now: what is digested is what is decrypted. A page that
 * cannot be decrypted changes nothing, nor does the host have to fetch it anew.
 */
bool image_unpack(struct slot *slot, void *page, uint64_t guest, const uint8_t tweak[TWEAK_LEN])
{
	uint8_t address[8], result[PAGE_SIZE];

	if (slot->xts && (gcry_cipher_setiv(slot->xts, tweak, TWEAK_LEN) ||
			  gcry_cipher_decrypt(slot->xts, result, sizeof(result), page, PAGE_SIZE)))
		return false;
	put_be64(address, guest);
	gcry_md_write(slot->digest[DIGEST_PAGES], page, PAGE_SIZE);
	gcry_md_write(slot->digest[DIGEST_ADDRESSES], address, sizeof(address));
	gcry_md_write(slot->digest[DIGEST_TWEAKS], tweak, TWEAK_LEN);
	slot->config->unpacked++;
	if (slot->xts) {
		memcpy(page, result, sizeof(result));
		wipe(result, sizeof(result));
	}
	return true;
}

int cmd_unpack(struct call *call)
{
	atomic_flag *unpacking = &call->slot->unpacking;
	uint64_t guest;
	int cc;

	if (!config_from_guest(call->config, field(call, UNPACK_ADDRESS), &guest))
		return fail(call, RC_IMPORT_ADDRESS, RRC_NONE);
	if (!is_begun(call->slot))
		return fail(call, RC_METADATA, RRC_NONE);
	if (atomic_flag_test_and_set_explicit(unpacking, memory_order_acquire))
		return UV_CC_BUSY;
	cc = page_enter(call, OP_UNPACK, guest);
	atomic_flag_clear_explicit(unpacking, memory_order_release);
	return cc;
}

static bool digest_fits(struct slot *slot, unsigned int which, const uint8_t expected[64])
{
	return !memcmp(gcry_md_read(slot->digest[which], GCRY_MD_SHA512), expected, 64);
}

int cmd_verify(struct call *call)
{
	const struct image *image = &call->config->image;
	uint16_t rrc = RRC_NONE;

	if (!is_begun(call->slot))
		return fail(call, RC_METADATA, RRC_NONE);
	if (!digest_fits(call->slot, DIGEST_ADDRESSES, image->ald))
		rrc = RRC_ALD;
	else if (!digest_fits(call->slot, DIGEST_PAGES, image->pld))
		rrc = RRC_PLD;
	else if (!digest_fits(call->slot, DIGEST_TWEAKS, image->tld))
		rrc = RRC_TLD;
	else if (call->config->unpacked != image->nr_pages)
		rrc = RRC_NEP;
	image_end(call->slot);
	call->config->state = rrc ? CONFIG_FAILED : CONFIG_VERIFIED;
	if (!rrc)
		call->config->load = LOAD_IMAGE;
	return rrc ? fail(call, RC_VERIFY_IMAGE, rrc) : UV_CC_DONE;
}

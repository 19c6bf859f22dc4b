// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ADD SECRET: the owner of a guest gives it secrets. A request is bound to one image,
 * to one instance of it if the owner wants that, and to what only the owner knows.
 */
#include <gnutls/crypto.h>

#include "uv.h"

enum add_field {
	ADD_REQUEST	= 0x20,
};

/* The request, behind what all requests begin with. */
enum asrcb_field {
	ASRCB_PLD	= 0x038,
	ASRCB_ALD	= 0x078,
	ASRCB_TLD	= 0x0b8,
	ASRCB_TAG	= 0x0f8,
	ASRCB_UID	= 0x108,
	ASRCB_OWNER	= 0x418,
	ASRCB_KEYSLOTS	= ASRCB_OWNER + POINT_LEN,
};

/* Behind the key slots: what the secret is, not encrypted. Null ones have no ID. */
enum secret_header {
	SECRET_RESERVED	= 0x00,
	SECRET_TYPE	= 0x02,
	SECRET_LEN	= 0x04,
	SECRET_RESERVED2 = 0x08,
	SECRET_ID	= 0x10,
	SECRET_NULL_END	= 0x10,
	SECRET_END	= 0x30,
};

/* Where the parts of a request are, once its length was checked. */
struct parts {
	const uint8_t *header;
	uint8_t *value;
	const uint8_t *extension;
	const uint8_t *tag;
	uint16_t type;
	uint32_t len;
	size_t encrypted;	/* offset */
};

static uint16_t add_check(const struct request *request, struct parts *parts)
{
	unsigned int nr_slots = request->data[REQ_NR_SLOTS];
	size_t at = ASRCB_KEYSLOTS + nr_slots * KEYSLOT_LEN;
	uint64_t encrypted_len = get_be(request->data + REQ_ENCRYPTED_LEN, 4);

	if (get_be(request->data + REQ_VERSION, 4) != REQUEST_VERSION)
		return RC_ADD_VERSION;
	if (!nr_slots)
		return RC_ADD_SLOTS;
	if (get_be64(request->data + REQ_FLAGS) & ~ADD_FLAGS)
		return RC_ADD_FLAGS;
	if (at + SECRET_NULL_END > request->len)
		return RC_ADD_LEN;
	parts->header = request->data + at;
	parts->type = get_be16(parts->header + SECRET_TYPE);
	parts->len = get_be(parts->header + SECRET_LEN, 4);
	parts->encrypted = at + (parts->type == SECRET_NULL ? SECRET_NULL_END : SECRET_END);
	if (encrypted_len != (uint64_t)parts->len + EXTENSION_LEN ||
	    get_be(request->data + REQ_LEN, 4) != parts->encrypted + encrypted_len + GCM_TAG_LEN ||
	    get_be(request->data + REQ_LEN, 4) != request->len)
		return RC_ADD_LEN;
	parts->value = request->data + parts->encrypted;
	parts->extension = parts->value + parts->len;
	parts->tag = parts->extension + EXTENSION_LEN;
	return RC_EXECUTED;
}

/* Types whose value leaves the ultravisor as a protected key need a machine with these. */
static bool add_type_known(const struct uv *uv, uint16_t type)
{
	return type < 64 && uv->secret_types & SECRET_TYPE_BIT(type);
}

static bool add_len_fits(const struct parts *parts)
{
	size_t len;

	switch (parts->type) {
	case SECRET_NULL:
		return !parts->len;
	case SECRET_PLAINTEXT:
		/* A halfword with the length of the data, which are padded. */
		if (!parts->len || parts->len > SECRET_VALUE_MAX)
			return false;
		len = get_be16(parts->value) + sizeof(uint16_t);
		return parts->len == (len + PLAINTEXT_UNIT - 1) / PLAINTEXT_UNIT * PLAINTEXT_UNIT;
	default:
		return parts->len == KEY_LEN;
	}
}

/* The extension secret that the image demands. */
static bool derive_extension(const struct image *image, uint8_t extension[EXTENSION_LEN])
{
	static char label[] = "IBM Z Ultravisor Add-Secret";
	uint8_t prk[SHA512_LEN];
	const gnutls_datum_t cck = { (uint8_t *)image->cck, sizeof(image->cck) };
	const gnutls_datum_t salt = { (uint8_t *)image->tag, sizeof(image->tag) };
	const gnutls_datum_t info = { (uint8_t *)label, sizeof(label) - 1 };
	const gnutls_datum_t extracted = { prk, sizeof(prk) };
	bool ok;

	ok = !gnutls_hkdf_extract(GNUTLS_MAC_SHA512, &cck, &salt, prk) &&
	     !gnutls_hkdf_expand(GNUTLS_MAC_SHA512, &extracted, &info, extension, EXTENSION_LEN);
	wipe(prk, sizeof(prk));
	return ok;
}

/* In a time that does not tell where they differ. */
static bool same_secret(const uint8_t *one, const uint8_t *other, size_t len)
{
	uint8_t differ = 0;

	while (len--)
		differ |= *one++ ^ *other++;
	return !differ;
}

/* Is the request for this image and for this instance of it? */
static bool add_is_for(const struct config *config, const uint8_t *asrcb)
{
	static const uint8_t any[UID_LEN];
	const struct image *image = &config->image;

	return !memcmp(asrcb + ASRCB_PLD, image->pld, sizeof(image->pld)) &&
	       !memcmp(asrcb + ASRCB_ALD, image->ald, sizeof(image->ald)) &&
	       !memcmp(asrcb + ASRCB_TLD, image->tld, sizeof(image->tld)) &&
	       !memcmp(asrcb + ASRCB_TAG, image->tag, sizeof(image->tag)) &&
	       (!memcmp(asrcb + ASRCB_UID, any, UID_LEN) ||
		!memcmp(asrcb + ASRCB_UID, config->uid, UID_LEN));
}

/* May it be added? Sets @first if it is the one that decides the extension secret. */
static uint16_t add_permitted(const struct config *config, const struct request *request,
			      const struct parts *parts, bool *first)
{
	uint8_t derived[EXTENSION_LEN];
	bool good;

	*first = !config->store.extended;
	if (get_be16(parts->header + SECRET_RESERVED) ||
	    get_be64(parts->header + SECRET_RESERVED2) || !add_is_for(config, request->data))
		return RC_ADD_REFUSED;
	if (parts->type == SECRET_UPDATE_CCK && !(config->image.scf & SCF_UPDATE_CCK))
		return RC_ADD_REFUSED;
	if (!*first) {
		good = same_secret(config->store.extension, parts->extension, EXTENSION_LEN);
	} else if (config->image.scf & SCF_EXTENSION) {
		if (!derive_extension(&config->image, derived))
			return RC_NO_MEMORY;
		good = same_secret(derived, parts->extension, EXTENSION_LEN);
		wipe(derived, sizeof(derived));
	} else {
		good = true;
	}
	return good ? RC_EXECUTED : RC_ADD_REFUSED;
}

static int add_commit(struct call *call, const struct request *request,
		      const struct parts *parts, bool first)
{
	struct config *config = call->config;
	struct secret secret = { .type = parts->type, .len = parts->len };
	bool listed = parts->type != SECRET_NULL && parts->type != SECRET_UPDATE_CCK;

	if (listed)
		memcpy(secret.id, parts->header + SECRET_ID, sizeof(secret.id));
	/* From here on the request counts; what may fail comes first. */
	if (!store_add(call->uv, config, listed ? &secret : NULL, parts->value, parts->tag))
		return fail(call, RC_METADATA, RRC_NONE);
	if (first) {
		memcpy(config->store.extension, parts->extension, EXTENSION_LEN);
		config->store.extended = true;
	}
	if (parts->type == SECRET_UPDATE_CCK)
		memcpy(config->image.cck, parts->value, sizeof(config->image.cck));
	/* The owner takes back what the image allowed. */
	if (get_be64(request->data + REQ_FLAGS) & ADD_NO_DUMP)
		config->image.pcf &= ~PCF_DUMP;
	return UV_CC_DONE;
}

static int add_request(struct call *call, struct request *request)
{
	struct parts parts = { 0 };
	bool first;
	uint16_t rc;
	int cc;

	cc = request_read(call, request, field(call, ADD_REQUEST), ASRCB_KEYSLOTS,
			  RC_ADD_REQUEST);
	if (cc != UV_CC_DONE)
		return cc;
	rc = add_check(request, &parts);
	if (rc != RC_EXECUTED)
		return fail(call, rc, RRC_NONE);
	switch (request_open(&call->uv->keyring, request, ASRCB_OWNER, parts.encrypted,
			     call->config->image.pcf & PCF_BACKUP_KEYS)) {
	case OPEN_OK:
		break;
	case OPEN_REFUSED:
		return fail(call, RC_ADD_OPEN, RRC_NONE);
	default:
		return fail(call, RC_NO_MEMORY, RRC_NONE);
	}
	if (!add_type_known(call->uv, parts.type))
		return fail(call, RC_ADD_TYPE, RRC_NONE);
	if (!add_len_fits(&parts))
		return fail(call, RC_ADD_TYPE_LEN, RRC_NONE);
	if (!store_has_room(call->uv, &call->config->store, parts.type))
		return fail(call, RC_ADD_FULL, RRC_NONE);
	rc = add_permitted(call->config, request, &parts, &first);
	if (rc != RC_EXECUTED)
		return fail(call, rc, RRC_NONE);
	if (call->config->state == CONFIG_DUMPING)
		return fail(call, RC_ADD_DUMPING, RRC_NONE);
	return add_commit(call, request, &parts, first);
}

int cmd_add_secret(struct call *call)
{
	struct request request = { 0 };
	int cc;

	if (call->config->store.locked)
		return fail(call, RC_ADD_LOCKED, RRC_NONE);
	cc = add_request(call, &request);
	request_free(&request);
	return cc;
}

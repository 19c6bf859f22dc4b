// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ATTEST: a guest shows its owner what it is. The owner's request has a key that
 * only an ultravisor can read; the answer is a HMAC with that key over the image, the
 * instance, and what the request asks for.
 */
#include "uv.h"

enum attest_field {
	ATTEST_REQUEST		= 0x18,
	ATTEST_TOKEN		= 0x20,
	ATTEST_USER_LEN		= 0x2e,
	ATTEST_USER		= 0x30,
	ATTEST_MEASUREMENT_LEN	= 0x13c,
	ATTEST_MEASUREMENT	= 0x140,
	ATTEST_UID		= 0x148,
	ATTEST_ADDITIONAL_LEN	= 0x15c,
	ATTEST_ADDITIONAL	= 0x160,
};

#define USER_MAX	0x100

/* The request, behind what all requests begin with. */
enum arcb_field {
	ARCB_ALGORITHM	= 0x38,
	ARCB_OWNER	= 0x40,
	ARCB_KEYSLOTS	= ARCB_OWNER + POINT_LEN,
};

#define ALGORITHM_HMAC_SHA512	1
#define MEASUREMENT_KEY_LEN	64
#define ATTEST_NONCE_LEN	16

/* The longest: everything that a flag can ask for. */
#define ADDITIONAL_MAX		(2 * HOST_HASH_LEN + SHA512_LEN)

static size_t attest_encrypted_len(uint64_t flags)
{
	return MEASUREMENT_KEY_LEN + (flags & ATTEST_NONCE ? ATTEST_NONCE_LEN : 0);
}

static size_t attest_additional_len(uint64_t flags)
{
	return (flags & ATTEST_IMAGE_KEY ? HOST_HASH_LEN : 0) +
	       (flags & ATTEST_REQUEST_KEY ? HOST_HASH_LEN : 0) +
	       (flags & ATTEST_STORE ? SHA512_LEN : 0);
}

/* What the plain part says; the order is that of other implementations' tests. */
static uint16_t attest_check(const struct call *call, const struct request *request)
{
	const uint8_t *arcb = request->data;
	uint64_t flags = get_be64(arcb + REQ_FLAGS);
	unsigned int nr_slots = arcb[REQ_NR_SLOTS];
	size_t len = attest_encrypted_len(flags);

	if (get_be(arcb + REQ_VERSION, 4) != REQUEST_VERSION)
		return RC_ATTEST_VERSION;
	if (!nr_slots)
		return RC_ATTEST_SLOTS;
	if (flags & ~ATTEST_FLAGS)
		return RC_ATTEST_FLAGS;
	if (get_be(arcb + REQ_ENCRYPTED_LEN, 4) != len)
		return RC_ATTEST_ENCRYPTED_LEN;
	if (get_be(arcb + REQ_LEN, 4) != ARCB_KEYSLOTS + nr_slots * KEYSLOT_LEN + len + GCM_TAG_LEN)
		return RC_ATTEST_LEN;
	if (get_be(arcb + ARCB_ALGORITHM, 4) != ALGORITHM_HMAC_SHA512)
		return RC_ATTEST_ALGORITHM;
	if (get_be(call->block + ATTEST_MEASUREMENT_LEN, 4) < SHA512_LEN)
		return RC_ATTEST_MEASUREMENT_LEN;
	if (get_be(call->block + ATTEST_ADDITIONAL_LEN, 4) < attest_additional_len(flags))
		return RC_ATTEST_ADDITIONAL_LEN;
	return RC_EXECUTED;
}

/* What the flags ask for, in the order of their bits. */
static enum hashed attest_additional(const struct call *call, const struct request *request,
			      uint8_t additional[ADDITIONAL_MAX])
{
	uint64_t flags = get_be64(request->data + REQ_FLAGS);

	if (flags & ATTEST_IMAGE_KEY) {
		memcpy(additional, call->config->image.key_hash, HOST_HASH_LEN);
		additional += HOST_HASH_LEN;
	}
	if (flags & ATTEST_REQUEST_KEY) {
		memcpy(additional, request->opened_by->hash, HOST_HASH_LEN);
		additional += HOST_HASH_LEN;
	}
	return flags & ATTEST_STORE ? store_hash(call->uv, call->config, additional) : HASH_OK;
}

static bool attest_measure(const struct call *call, const uint8_t *opened, uint64_t flags,
			   const uint8_t *additional, uint8_t measurement[SHA512_LEN])
{
	const struct image *image = &call->config->image;
	size_t user_len = get_be16(call->block + ATTEST_USER_LEN);
	size_t additional_len = attest_additional_len(flags);
	uint8_t lengths[8] = { 0 };
	const struct span spans[] = {
		{ image->pld, sizeof(image->pld) },
		{ image->ald, sizeof(image->ald) },
		{ image->tld, sizeof(image->tld) },
		{ image->tag, sizeof(image->tag) },
		{ call->config->uid, UID_LEN },
		{ lengths, sizeof(lengths) },
		{ call->block + ATTEST_USER, user_len },
		{ opened + MEASUREMENT_KEY_LEN, flags & ATTEST_NONCE ? ATTEST_NONCE_LEN : 0 },
		{ additional, additional_len },
	};

	put_be64(lengths, (uint64_t)user_len << 48 | additional_len);
	return hmac_sha512(opened, MEASUREMENT_KEY_LEN, spans,
			   sizeof(spans) / sizeof(spans[0]), measurement);
}

static int attest_answer(struct call *call, struct request *request,
			 const struct guest_area *to_measurement,
			 const struct guest_area *to_additional)
{
	uint8_t additional[ADDITIONAL_MAX], measurement[SHA512_LEN];
	const struct guest_output outputs[] = {
		{ to_measurement, measurement }, { to_additional, additional },
	};
	uint64_t flags = get_be64(request->data + REQ_FLAGS);
	enum hashed hashed;
	const uint8_t *opened = request->data + ARCB_KEYSLOTS +
				request->data[REQ_NR_SLOTS] * KEYSLOT_LEN;
	int cc;

	hashed = attest_additional(call, request, additional);
	if (hashed == HASH_LOST)
		return fail(call, RC_METADATA, RRC_NONE);
	if (hashed == HASH_NO_MEMORY || !attest_measure(call, opened, flags, additional, measurement))
		return fail(call, RC_NO_MEMORY, RRC_NONE);
	cc = guest_write(call, outputs, 2);
	if (cc == UV_CC_DONE)
		memcpy(call->block + ATTEST_UID, call->config->uid, UID_LEN);
	return cc;
}

static int attest_request(struct call *call, struct request *request)
{
	struct guest_area measurement, additional;
	uint16_t rc = RC_EXECUTED;
	uint64_t flags;
	size_t encrypted;
	int cc;

	cc = request_read(call, request, field(call, ATTEST_REQUEST), ARCB_KEYSLOTS,
			  RC_ATTEST_REQUEST);
	if (cc != UV_CC_DONE)
		return cc;
	rc = attest_check(call, request);
	if (rc != RC_EXECUTED)
		return fail(call, rc, RRC_NONE);

	/* Pages are fetched before the long work; what is wrong is said after it. */
	flags = get_be64(request->data + REQ_FLAGS);
	cc = guest_area_find(call, &measurement, field(call, ATTEST_MEASUREMENT), SHA512_LEN,
			     true, RC_ATTEST_MEASUREMENT);
	if (cc == UV_CC_DONE)
		cc = guest_area_find(call, &additional, field(call, ATTEST_ADDITIONAL),
				     attest_additional_len(flags), true, RC_ATTEST_ADDITIONAL);
	if (cc != UV_CC_DONE && cc != UV_CC_ERROR)
		return cc;
	encrypted = request->len - GCM_TAG_LEN - attest_encrypted_len(flags);
	switch (request_open(&call->uv->keyring, request, ARCB_OWNER, encrypted,
			     call->config->image.pcf & PCF_BACKUP_KEYS)) {
	case OPEN_OK:
		break;
	case OPEN_REFUSED:
		return fail(call, RC_ATTEST_OPEN, RRC_NONE);
	default:
		return fail(call, RC_NO_MEMORY, RRC_NONE);
	}
	if (cc != UV_CC_DONE)
		return cc;
	return attest_answer(call, request, &measurement, &additional);
}

int cmd_attest(struct call *call)
{
	struct request request = { 0 };
	int cc;

	if (field(call, ATTEST_TOKEN))
		return fail(call, RC_ATTEST_TOKEN, RRC_NONE);
	if (get_be16(call->block + ATTEST_USER_LEN) > USER_MAX)
		return fail(call, RC_ATTEST_USER_LEN, RRC_NONE);
	cc = attest_request(call, &request);
	request_free(&request);
	return cc;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Requests for attestation, and what a measurement is made over.
 */
#include "attest.h"

#include <endian.h>
#include <openssl/evp.h>
#include <string.h>

const struct attest_field attest_fields[] = {
	{ ATTEST_IMAGE_KEY, SHA256_SIZE, "phkh-img", "image_phkh" },
	{ ATTEST_REQUEST_KEY, SHA256_SIZE, "phkh-att", "attestation_phkh" },
	{ ATTEST_SECRETS, SHA512_SIZE, "secret-store-hash", "secret_store_hash" },
	{ ATTEST_FIRMWARE, 320, "firmware-state", "firmware_state" },
};
const size_t attest_fields_count = ARRAY_SIZE(attest_fields);

size_t attest_additional_size(uint64_t flags)
{
	size_t i, size = 0;

	for (i = 0; i < attest_fields_count; i++)
		if (flags & attest_fields[i].flag)
			size += attest_fields[i].size;
	return size;
}

static size_t arcb_area_size(uint64_t flags)
{
	return flags & ATTEST_NONCE ? sizeof(struct arcb_area) : ATTEST_KEY_SIZE;
}

static size_t arcb_size(size_t slots, size_t area_size)
{
	return sizeof(struct arcb_head) + slots * sizeof(struct key_slot) + area_size +
	       GCM_TAG_SIZE;
}

int arcb_build(uint64_t flags, const struct host_keys *hosts, uint8_t arpk[AES256_KEY_SIZE],
	       struct bytes *arcb)
{
	size_t area_size = arcb_area_size(flags), size = arcb_size(hosts->count, area_size);
	struct arcb_head *head = secret_alloc(size);
	EVP_PKEY *owner = ec_generate();
	struct key_slot *slots;
	uint8_t *area;
	int rc = -1;

	if (!head || !owner)
		goto out;
	if (hosts->count > UINT8_MAX) {
		pv_error("too many host keys: a request has room for %d", UINT8_MAX);
		goto out;
	}
	*head = (struct arcb_head){
		.version = htobe32(ARCB_VERSION),
		.size = htobe32((uint32_t)size),
		.slots = (uint8_t)hosts->count,
		.area_size = htobe32((uint32_t)area_size),
		.flags = htobe64(flags),
		.algorithm = htobe32(ARCB_HMAC_SHA512),
	};
	slots = (struct key_slot *)(head + 1);
	area = (uint8_t *)(slots + hosts->count);
	if (crypto_random_nonce(head->iv, sizeof(head->iv)) || ec_public(owner, &head->owner) ||
	    crypto_random_key(arpk, AES256_KEY_SIZE) || slots_seal(slots, owner, arpk, hosts) ||
	    crypto_random_key(area, area_size) ||
	    gcm_seal(arpk, head->iv, head, (size_t)(area - (uint8_t *)head), area, area_size,
		     area + area_size))
		goto out;
	*arcb = (struct bytes){ (uint8_t *)head, size };
	head = NULL;
	rc = 0;
out:
	EVP_PKEY_free(owner);
	secret_free(head);
	return rc;
}

uint64_t arcb_flags(const struct bytes *arcb)
{
	return be64toh(((const struct arcb_head *)arcb->data)->flags);
}

int arcb_check(const struct bytes *arcb, const char *path)
{
	const struct arcb_head *head = (const struct arcb_head *)arcb->data;

	if (arcb->size < sizeof(*head) || head->magic) {
		pv_error("'%s' holds no attestation request", path);
		return -1;
	}
	if (be32toh(head->version) != ARCB_VERSION ||
	    be32toh(head->algorithm) != ARCB_HMAC_SHA512) {
		pv_error("'%s': an attestation request of version 0x%x, algorithm %u is not known",
			 path, be32toh(head->version), be32toh(head->algorithm));
		return -1;
	}
	if (be32toh(head->size) != arcb->size || !head->slots ||
	    be32toh(head->area_size) != arcb_area_size(be64toh(head->flags)) ||
	    arcb_size(head->slots, be32toh(head->area_size)) != arcb->size) {
		pv_error("'%s': the sizes in the attestation request contradict each other", path);
		return -1;
	}
	return 0;
}

int arcb_open(const struct bytes *arcb, const uint8_t arpk[AES256_KEY_SIZE],
	      struct arcb_area *area)
{
	const struct arcb_head *head = (const struct arcb_head *)arcb->data;
	size_t size = be32toh(head->area_size);
	size_t aad_size = arcb->size - size - GCM_TAG_SIZE;

	memcpy(area, arcb->data + aad_size, size);
	return gcm_open(arpk, head->iv, arcb->data, aad_size, area, size,
			arcb->data + aad_size + size);
}

int attest_measure(const struct exchange *exchange, const uint8_t *header,
		   const struct arcb_area *area, uint8_t measurement[ATTEST_MEASUREMENT_SIZE])
{
	struct pv_header *hdr = (struct pv_header *)header;
	uint8_t tag[GCM_TAG_SIZE];
	struct {
		uint16_t user;
		uint16_t zero;
		uint32_t additional;
	} sizes = {
		.user = htobe16((uint16_t)exchange->user.size),
		.additional = htobe32((uint32_t)exchange->additional.size),
	};
	bool nonce = arcb_flags(&exchange->arcb) & ATTEST_NONCE;
	const struct bytes parts[] = {
		{ hdr->pld, SHA512_SIZE },
		{ hdr->ald, SHA512_SIZE },
		{ hdr->tld, SHA512_SIZE },
		{ tag, sizeof(tag) },
		exchange->uid,
		{ (uint8_t *)&sizes, sizeof(sizes) },
		exchange->user,
		{ (uint8_t *)area->nonce, nonce ? ATTEST_NONCE_SIZE : 0 },
		exchange->additional,
	};

	header_tag(header, tag);
	return hmac_sha512(area->key, ATTEST_KEY_SIZE, parts, ARRAY_SIZE(parts), measurement);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The PV header: what the ultravisor gets to know about an image, sealed with
 * the header key, and that key wrapped for every host.
 */
#include <endian.h>
#include <string.h>

#include "pv.h"

static struct key_slot *slots_of(uint8_t *buf)
{
	return (struct key_slot *)(buf + sizeof(struct pv_header));
}

size_t header_size(size_t host_keys)
{
	return sizeof(struct pv_header) + host_keys * sizeof(struct key_slot) +
	       sizeof(struct encrypted_area) + GCM_TAG_SIZE;
}

int header_build(uint8_t *buf, const struct header_options *opt, const struct image_keys *keys,
		 const struct host_keys *hosts, const struct page_digests *digests)
{
	struct pv_header *hdr = (struct pv_header *)buf;
	size_t count = hosts->count;
	struct key_slot *slots = slots_of(buf);
	struct encrypted_area *area = (struct encrypted_area *)(slots + count);
	uint8_t *tag = (uint8_t *)(area + 1);

	*hdr = (struct pv_header){
		.version = htobe32(HEADER_VERSION),
		.size = htobe32((uint32_t)header_size(count)),
		.slots = htobe64(count),
		.area_size = htobe64(sizeof(*area)),
		.pages = htobe64(digests->count),
		.pcf = htobe64(opt->pcf),
	};
	memcpy(hdr->magic, HEADER_MAGIC, HEADER_MAGIC_SIZE);
	if (crypto_random_nonce(hdr->iv, sizeof(hdr->iv)) ||
	    ec_public(keys->customer, &hdr->customer))
		return -1;
	memcpy(hdr->pld, digests->pld, SHA512_SIZE);
	memcpy(hdr->ald, digests->ald, SHA512_SIZE);
	memcpy(hdr->tld, digests->tld, SHA512_SIZE);

	if (slots_seal(slots, keys->customer, keys->header, hosts))
		return -1;

	*area = (struct encrypted_area){
		.psw_mask = htobe64(opt->psw_mask),
		.psw_addr = htobe64(opt->psw_addr),
		.scf = htobe64(opt->scf),
	};
	memcpy(area->cck, keys->cck, sizeof(area->cck));
	memcpy(area->image_key, keys->image, sizeof(area->image_key));
	if (gcm_seal(keys->header, hdr->iv, buf, (size_t)((uint8_t *)area - buf), area,
		     sizeof(*area), tag)) {
		crypto_wipe(area, sizeof(*area));
		return -1;
	}
	return 0;
}

int header_check(const uint8_t *buf, size_t size, const char *path)
{
	const struct pv_header *hdr = (const struct pv_header *)buf;
	uint64_t slots, area;

	if (size < sizeof(*hdr) || memcmp(hdr->magic, HEADER_MAGIC, HEADER_MAGIC_SIZE) != 0) {
		pv_error("'%s' has no header of a protected image", path);
		return -1;
	}
	if (be32toh(hdr->version) != HEADER_VERSION) {
		pv_error("'%s': the header's version 0x%x is not known", path,
			 be32toh(hdr->version));
		return -1;
	}
	slots = be64toh(hdr->slots);
	area = be64toh(hdr->area_size);
	if (be32toh(hdr->size) != size || !slots ||
	    slots > HEADER_MAX_SIZE / sizeof(struct key_slot) ||
	    area < sizeof(struct encrypted_area) || area > HEADER_MAX_SIZE ||
	    sizeof(*hdr) + slots * sizeof(struct key_slot) + area + GCM_TAG_SIZE != size) {
		pv_error("'%s': the header's sizes contradict each other", path);
		return -1;
	}
	return 0;
}

const struct key_slot *header_find_slot(const uint8_t *buf, const uint8_t hash[SHA256_SIZE])
{
	const struct pv_header *hdr = (const struct pv_header *)buf;

	return slot_find((const struct key_slot *)(hdr + 1), be64toh(hdr->slots), hash);
}

int header_open_with(const uint8_t *buf, const uint8_t key[AES256_KEY_SIZE],
		     struct encrypted_area *area)
{
	const struct pv_header *hdr = (const struct pv_header *)buf;
	size_t aad_size = sizeof(*hdr) + be64toh(hdr->slots) * sizeof(struct key_slot);
	size_t area_size = be64toh(hdr->area_size);
	uint8_t *plain = secret_alloc(area_size);
	int rc;

	if (!plain)
		return -1;
	memcpy(plain, buf + aad_size, area_size);
	rc = gcm_open(key, hdr->iv, buf, aad_size, plain, area_size, buf + aad_size + area_size);
	/* Optional items may follow; they are authentic, but not for us. */
	if (!rc)
		memcpy(area, plain, sizeof(*area));
	secret_free(plain);
	return rc;
}

int header_open(const uint8_t *buf, const struct key_slot *slot, EVP_PKEY *secret,
		struct encrypted_area *area)
{
	const struct pv_header *hdr = (const struct pv_header *)buf;
	uint8_t *key = secret_alloc(AES256_KEY_SIZE);
	int rc = -1;

	if (key) {
		rc = slot_open(slot, secret, &hdr->customer, key);
		if (!rc)
			rc = header_open_with(buf, key, area);
	}
	secret_free(key);
	return rc;
}

void header_tag(const uint8_t *buf, uint8_t tag[GCM_TAG_SIZE])
{
	const struct pv_header *hdr = (const struct pv_header *)buf;

	memcpy(tag, buf + be32toh(hdr->size) - GCM_TAG_SIZE, GCM_TAG_SIZE);
}

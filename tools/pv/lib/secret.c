// SPDX-License-Identifier: GPL-2.0
/*
 * Secrets, and the requests that add them to the store of a guest.
 */
#include "secret.h"

#include <endian.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#define EXTENSION_INFO	"IBM Z Ultravisor Add-Secret"
#define PLAINTEXT_ALIGN	16
#define NULL_HEAD_SIZE	16

static const struct secret_kind secret_kinds[] = {
	{ SECRET_NULL, "null", 0 },
	{ SECRET_ASSOCIATION, "association", SECRET_ASSOCIATION_SIZE },
	{ SECRET_PLAINTEXT, "plaintext", 0 },
	{ SECRET_AES_128, "aes-128", 16 },
	{ SECRET_AES_192, "aes-192", 24 },
	{ SECRET_AES_256, "aes-256", 32 },
	{ SECRET_AES_XTS_128, "aes-xts-128", 32 },
	{ SECRET_AES_XTS_256, "aes-xts-256", 64 },
	{ SECRET_HMAC_SHA_256, "hmac-sha-256", 64 },
	{ SECRET_HMAC_SHA_512, "hmac-sha-512", 128 },
	{ SECRET_EC_P256, "ecdsa-p256", 32 },
	{ SECRET_EC_P384, "ecdsa-p384", 48 },
	{ SECRET_EC_P521, "ecdsa-p521", 80 },
	{ SECRET_ED25519, "eddsa-ed25519", 32 },
	{ SECRET_ED448, "eddsa-ed448", 64 },
	{ SECRET_UPDATE_CCK, "update-cck", CCK_SIZE },
};

const struct secret_kind *secret_kind(unsigned int type)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(secret_kinds); i++)
		if (secret_kinds[i].type == type)
			return &secret_kinds[i];
	return NULL;
}

int secret_name_id(const char *name, bool plain, uint8_t id[SECRET_ID_SIZE])
{
	size_t size = strlen(name);

	if (!plain)
		return sha256(name, size, id);
	if (!size || size >= SECRET_ID_SIZE) {
		pv_error("the name '%s' cannot be an ID: it must have 1 to %d bytes", name,
			 SECRET_ID_SIZE - 1);
		return -1;
	}
	memset(id, 0, SECRET_ID_SIZE);
	snprintf((char *)id, SECRET_ID_SIZE, "%s", name);
	return 0;
}

int secret_from_plaintext(struct secret *secret, const char *path)
{
	struct bytes data;
	uint16_t size;
	int rc = -1;

	if (input_load(path, SECRET_PLAINTEXT_MAX, &data))
		return -1;
	if (!data.size) {
		pv_error("'%s' is empty; a plaintext secret has 1 to %d bytes", path,
			 SECRET_PLAINTEXT_MAX);
	} else {
		size = htobe16((uint16_t)data.size);
		secret->type = SECRET_PLAINTEXT;
		memcpy(secret->value, &size, sizeof(size));
		memcpy(secret->value + sizeof(size), data.data, data.size);
		secret->size = (sizeof(size) + data.size + PLAINTEXT_ALIGN - 1) &
			       ~(size_t)(PLAINTEXT_ALIGN - 1);
		rc = 0;
	}
	secret_free(data.data);
	return rc;
}

int secret_from_key(struct secret *secret, const char *path, const enum secret_type *types,
		    size_t count)
{
	struct bytes file;
	size_t i;
	int rc = -1;

	if (input_load(path, SECRET_VALUE_MAX, &file))
		return -1;
	for (i = 0; i < count && secret_kind(types[i])->size != file.size; i++)
		;
	if (i == count) {
		pv_error("'%s' has %zu bytes, which is no key of this type", path, file.size);
		goto out;
	}
	secret->type = types[i];
	secret->size = file.size;
	memcpy(secret->value, file.data, file.size);
	/* As with an image key: equal halves are no XTS key. */
	if ((secret->type == SECRET_AES_XTS_128 || secret->type == SECRET_AES_XTS_256) &&
	    !memcmp(secret->value, secret->value + secret->size / 2, secret->size / 2))
		pv_error("'%s': the two halves of an XTS key must differ", path);
	else
		rc = 0;
out:
	secret_free(file.data);
	return rc;
}

/* Edwards curves: the key as it is, Ed448's padded on the left */
static int secret_from_raw_key(struct secret *secret, EVP_PKEY *key, enum secret_type type)
{
	uint8_t raw[64];
	size_t size = sizeof(raw);
	int rc = -1;

	secret->type = type;
	secret->size = secret_kind(type)->size;
	if (EVP_PKEY_get_raw_private_key(key, raw, &size) == 1 && size <= secret->size) {
		memcpy(secret->value + secret->size - size, raw, size);
		rc = 0;
	} else {
		crypto_failed("cannot read the private key");
	}
	crypto_wipe(raw, sizeof(raw));
	return rc;
}

static int secret_from_ec_key(struct secret *secret, EVP_PKEY *key)
{
	static const struct {
		int nid;
		enum secret_type type;
	} curves[] = {
		{ NID_X9_62_prime256v1, SECRET_EC_P256 },
		{ NID_secp384r1, SECRET_EC_P384 },
		{ NID_secp521r1, SECRET_EC_P521 },
	};
	char group[64] = "";
	BIGNUM *number = NULL;
	size_t i;
	int rc = -1;

	EVP_PKEY_get_group_name(key, group, sizeof(group), NULL);
	for (i = 0; i < ARRAY_SIZE(curves); i++)
		if (OBJ_txt2nid(group) == curves[i].nid)
			break;
	if (i == ARRAY_SIZE(curves)) {
		pv_error("a key on the curve %s cannot be a secret", group);
		return -1;
	}
	secret->type = curves[i].type;
	secret->size = secret_kind(secret->type)->size;
	if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1 &&
	    BN_bn2binpad(number, secret->value, (int)secret->size) == (int)secret->size)
		rc = 0;
	else
		crypto_failed("cannot read the private key");
	BN_clear_free(number);
	return rc;
}

int secret_from_curve_key(struct secret *secret, const char *path)
{
	EVP_PKEY *key = private_key_load(path);
	int rc = -1;

	if (!key)
		return -1;
	if (EVP_PKEY_is_a(key, "ED25519"))
		rc = secret_from_raw_key(secret, key, SECRET_ED25519);
	else if (EVP_PKEY_is_a(key, "ED448"))
		rc = secret_from_raw_key(secret, key, SECRET_ED448);
	else if (EVP_PKEY_is_a(key, "EC"))
		rc = secret_from_ec_key(secret, key);
	else
		pv_error("'%s' is not a key on P-256, P-384, P-521, Ed25519 or Ed448", path);
	EVP_PKEY_free(key);
	return rc;
}

int secret_derive_extension(const uint8_t cck[CCK_SIZE], const uint8_t *header,
			    uint8_t extension[SECRET_EXTENSION_SIZE])
{
	uint8_t tag[GCM_TAG_SIZE];
	const struct bytes key = { (uint8_t *)cck, CCK_SIZE }, salt = { tag, sizeof(tag) };

	header_tag(header, tag);
	return hkdf_sha512(&key, &salt, EXTENSION_INFO, extension, SECRET_EXTENSION_SIZE);
}

static size_t secret_head_size(unsigned int type)
{
	return type == SECRET_NULL ? NULL_HEAD_SIZE : sizeof(struct secret_head);
}

static void asrcb_fill(struct asrcb_head *head, size_t size, const struct asrcb_options *opt,
		       const struct secret *secret, size_t slots)
{
	const struct pv_header *hdr = (const struct pv_header *)opt->header;

	*head = (struct asrcb_head){
		.version = htobe32(ASRCB_VERSION),
		.size = htobe32((uint32_t)size),
		.slots = (uint8_t)slots,
		.area_size = htobe32((uint32_t)(secret->size + SECRET_EXTENSION_SIZE)),
		.flags = htobe64(opt->flags),
	};
	memcpy(head->magic, ASRCB_MAGIC, sizeof(head->magic));
	memcpy(head->pld, hdr->pld, SHA512_SIZE);
	memcpy(head->ald, hdr->ald, SHA512_SIZE);
	memcpy(head->tld, hdr->tld, SHA512_SIZE);
	header_tag(opt->header, head->tag);
	memcpy(head->uid, opt->uid, sizeof(head->uid));
}

/*
 * Encrypts and makes the tag. A signature is over the ciphertext and under the tag:
 * the same key and IV give the same ciphertext again, with the tag for what has
 * become of the rest.
 */
static int asrcb_seal(struct bytes *request, const uint8_t *plain, size_t area_size,
		      const uint8_t *key)
{
	const struct asrcb_head *head = (const struct asrcb_head *)request->data;
	size_t aad_size = request->size - GCM_TAG_SIZE - area_size;

	memcpy(request->data + aad_size, plain, area_size);
	return gcm_seal(key, head->iv, request->data, aad_size, request->data + aad_size,
			area_size, request->data + aad_size + area_size);
}

static int asrcb_make(struct bytes *request, const struct asrcb_options *opt,
		      const struct secret *secret, const struct host_keys *hosts, EVP_PKEY *owner,
		      EVP_PKEY *signer)
{
	struct asrcb_head *head = (struct asrcb_head *)request->data;
	struct key_slot *slots = (struct key_slot *)(head + 1);
	struct secret_head sh = {
		.type = htobe16((uint16_t)secret->type),
		.size = htobe32((uint32_t)secret->size),
	};
	size_t area_size = secret->size + SECRET_EXTENSION_SIZE;
	uint8_t *key = secret_alloc(AES256_KEY_SIZE), *plain = secret_alloc(area_size);
	int rc = -1;

	if (!key || !plain)
		goto out;
	asrcb_fill(head, request->size, opt, secret, hosts->count);
	memcpy(sh.id, secret->id, sizeof(sh.id));
	memcpy(slots + hosts->count, &sh, secret_head_size(secret->type));
	memcpy(plain, secret->value, secret->size);
	memcpy(plain + secret->size, opt->extension, SECRET_EXTENSION_SIZE);
	if (crypto_random_nonce(head->iv, sizeof(head->iv)) || ec_public(owner, &head->owner) ||
	    crypto_random_key(key, AES256_KEY_SIZE) || slots_seal(slots, owner, key, hosts) ||
	    (opt->user.data && user_data_place(head, &opt->user, signer)) ||
	    asrcb_seal(request, plain, area_size, key))
		goto out;
	rc = 0;
	if (signer && (user_data_sign(request, signer) ||
		       asrcb_seal(request, plain, area_size, key)))
		rc = -1;
out:
	secret_free(plain);
	secret_free(key);
	return rc;
}

int asrcb_build(const struct asrcb_options *opt, const struct secret *secret,
		const struct host_keys *hosts, struct bytes *request)
{
	EVP_PKEY *owner = ec_generate(), *signer = NULL;
	int rc = -1;

	*request = (struct bytes){ 0 };
	if (!owner)
		return -1;
	if (hosts->count > UINT8_MAX) {
		pv_error("too many host keys: a request has room for %d", UINT8_MAX);
		goto out;
	}
	if (opt->user_key) {
		signer = private_key_load(opt->user_key);
		if (!signer)
			goto out;
	}
	request->size = sizeof(struct asrcb_head) + hosts->count * sizeof(struct key_slot) +
			secret_head_size(secret->type) + secret->size + SECRET_EXTENSION_SIZE +
			GCM_TAG_SIZE;
	request->data = secret_alloc(request->size);
	if (request->data)
		rc = asrcb_make(request, opt, secret, hosts, owner, signer);
	if (rc) {
		secret_free(request->data);
		request->data = NULL;
	}
out:
	EVP_PKEY_free(signer);
	EVP_PKEY_free(owner);
	return rc;
}

int asrcb_check(const struct bytes *request, const char *path)
{
	const struct asrcb_head *head = (const struct asrcb_head *)request->data;
	const struct secret_head *sh;
	size_t front, type;

	if (request->size < sizeof(*head) ||
	    memcmp(head->magic, ASRCB_MAGIC, sizeof(head->magic)) != 0) {
		pv_error("'%s' is no add-secret request", path);
		return -1;
	}
	if (be32toh(head->version) != ASRCB_VERSION) {
		pv_error("'%s': an add-secret request of version 0x%x is not known", path,
			 be32toh(head->version));
		return -1;
	}
	front = sizeof(*head) + head->slots * sizeof(struct key_slot);
	if (be32toh(head->size) != request->size || !head->slots ||
	    request->size < front + NULL_HEAD_SIZE + SECRET_EXTENSION_SIZE + GCM_TAG_SIZE)
		goto wrong;
	sh = (const struct secret_head *)(request->data + front);
	type = be16toh(sh->type);
	if (front + secret_head_size((unsigned int)type) + be32toh(head->area_size) +
	    (uint64_t)GCM_TAG_SIZE != request->size ||
	    be32toh(sh->size) != be32toh(head->area_size) - SECRET_EXTENSION_SIZE)
		goto wrong;
	return 0;
wrong:
	pv_error("'%s': the sizes in the add-secret request contradict each other", path);
	return -1;
}

int asrcb_load(const char *path, struct bytes *request)
{
	if (input_load(path, SECRET_REQUEST_MAX, request))
		return -1;
	if (!asrcb_check(request, path))
		return 0;
	secret_free(request->data);
	request->data = NULL;
	return -1;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * User data in an add-secret request. The firmware does not look at them; software
 * in the guest that receives the request may, and may want a signature.
 */
#include <endian.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <string.h>

#include "secret.h"

#define EC_SIGNATURE_MAX	139	/* ECDSA on P-521, DER */

/* Where the parts of the user data are, for each kind */
static const struct user_layout {
	enum secret_user kind;
	size_t data_max;
	size_t signature;	/* offset; 0: none */
	size_t signature_size;
	size_t size_field;	/* offset of a u16; 0: the size is fixed */
} user_layouts[] = {
	{ SECRET_USER_PLAIN, SECRET_USER_SIZE, 0, 0, 0 },
	{ SECRET_USER_EC, 0x100, 0x100, EC_SIGNATURE_MAX, 0x190 },
	{ SECRET_USER_RSA_2048, 0x100, 0x100, 0x100, 0 },
	{ SECRET_USER_RSA_3072, 0x80, 0x80, 0x180, 0 },
};

static const struct user_layout *user_layout(unsigned int kind)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(user_layouts); i++)
		if (user_layouts[i].kind == kind)
			return &user_layouts[i];
	return NULL;
}

static const struct user_layout *user_layout_for(EVP_PKEY *key)
{
	struct ec_public public;

	if (!key)
		return user_layout(SECRET_USER_PLAIN);
	if (EVP_PKEY_is_a(key, "EC") && !ec_public(key, &public))
		return user_layout(SECRET_USER_EC);
	if (EVP_PKEY_is_a(key, "RSA") && EVP_PKEY_get_bits(key) == 2048)
		return user_layout(SECRET_USER_RSA_2048);
	if (EVP_PKEY_is_a(key, "RSA") && EVP_PKEY_get_bits(key) == 3072)
		return user_layout(SECRET_USER_RSA_3072);
	return NULL;
}

int user_data_place(struct asrcb_head *head, const struct bytes *data, EVP_PKEY *key)
{
	const struct user_layout *layout = user_layout_for(key);

	if (!layout) {
		pv_error("user data are signed with an EC key on P-521 or an RSA key of 2048 or "
			 "3072 bits");
		return -1;
	}
	if (data->size > layout->data_max) {
		pv_error("too much user data: %zu bytes, with this key at most %zu", data->size,
			 layout->data_max);
		return -1;
	}
	head->user_kind = htobe16(layout->kind);
	memcpy(head->user, data->data, data->size);
	return 0;
}

/* RSA signatures are in PSS padding; other signers may use salt of another length. */
static bool user_data_padding(EVP_PKEY_CTX *ctx, EVP_PKEY *key, int salt)
{
	return !EVP_PKEY_is_a(key, "RSA") ||
	       (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
		EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, salt) == 1);
}

int user_data_sign(struct bytes *request, EVP_PKEY *key)
{
	struct asrcb_head *head = (struct asrcb_head *)request->data;
	const struct user_layout *layout = user_layout_for(key);
	uint8_t signature[0x180];
	size_t size = sizeof(signature);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_PKEY_CTX *ctx;
	int rc = -1;

	if (md && EVP_DigestSignInit(md, &ctx, EVP_sha512(), NULL, key) == 1 &&
	    user_data_padding(ctx, key, RSA_PSS_SALTLEN_DIGEST) &&
	    EVP_DigestSign(md, signature, &size, request->data, request->size - GCM_TAG_SIZE) == 1 &&
	    size <= layout->signature_size) {
		memcpy(head->user + layout->signature, signature, size);
		if (layout->size_field) {
			uint16_t big = htobe16((uint16_t)size);

			memcpy(head->user + layout->size_field, &big, sizeof(big));
		}
		rc = 0;
	} else {
		crypto_failed("cannot sign the user data");
	}
	EVP_MD_CTX_free(md);
	return rc;
}

/* 1: not of this key */
static int user_data_check(const struct bytes *request, const struct user_layout *layout,
			   EVP_PKEY *key, size_t size)
{
	const struct asrcb_head *head = (const struct asrcb_head *)request->data;
	size_t signed_size = request->size - GCM_TAG_SIZE;
	struct asrcb_head *copy = secret_alloc(signed_size);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_PKEY_CTX *ctx;
	int rc = -1;

	if (copy && md && EVP_DigestVerifyInit(md, &ctx, EVP_sha512(), NULL, key) == 1 &&
	    user_data_padding(ctx, key, RSA_PSS_SALTLEN_AUTO)) {
		/* What was signed had zeroes where the signature is now. */
		memcpy(copy, request->data, signed_size);
		memset(copy->user + layout->data_max, 0, SECRET_USER_SIZE - layout->data_max);
		rc = EVP_DigestVerify(md, head->user + layout->signature, size,
				      (const uint8_t *)copy, signed_size) == 1 ? 0 : 1;
		ERR_clear_error();
	} else {
		crypto_failed("cannot verify the user data");
	}
	EVP_MD_CTX_free(md);
	secret_free(copy);
	return rc;
}

int user_data_verify(const struct bytes *request, EVP_PKEY *key, const char *path,
		     struct bytes *data)
{
	struct asrcb_head *head = (struct asrcb_head *)request->data;
	unsigned int kind = be16toh(head->user_kind);
	const struct user_layout *layout = user_layout(kind);
	size_t size;

	*data = (struct bytes){ 0 };
	if (kind == SECRET_USER_NONE && !key)
		return 0;
	if (!layout) {
		pv_error("'%s' has no user data of a known kind (%u)", path, kind);
		return -1;
	}
	*data = (struct bytes){ head->user, layout->data_max };
	if (!layout->signature && !key)
		return 0;
	if (!layout->signature || !key || user_layout_for(key) != layout) {
		pv_error(layout->signature ? "'%s': its user data are signed by a key of another "
			 "kind; give the signer's certificate" :
			 "'%s': its user data are not signed", path);
		return -1;
	}
	size = layout->signature_size;
	if (layout->size_field) {
		uint16_t big;

		memcpy(&big, head->user + layout->size_field, sizeof(big));
		size = be16toh(big);
		if (size > layout->signature_size)
			return 1;
	}
	return user_data_check(request, layout, key, size);
}

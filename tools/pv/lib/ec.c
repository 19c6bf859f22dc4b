// SPDX-License-Identifier: GPL-2.0
/*
 * Keys on the curve NIST P-521, and the agreement between the owner's key and a
 * host's that wraps the key of a header or a request.
 */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <string.h>

#include "pv.h"

#define CURVE		"P-521"
#define POINT_SIZE	(1 + 2 * P521_SIZE)	/* uncompressed */
#define POINT_PLAIN	4

EVP_PKEY *ec_generate(void)
{
	EVP_PKEY *key = EVP_EC_gen(CURVE);

	if (!key)
		crypto_failed("cannot make a key on " CURVE);
	return key;
}

int ec_public(const EVP_PKEY *key, struct ec_public *public)
{
	BIGNUM *x = NULL, *y = NULL;
	char group[32] = "";
	int rc = -1;

	if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof(group),
					   NULL) != 1 ||
	    OBJ_txt2nid(group) != NID_secp521r1) {
		rc = 1;
	} else if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_X, &x) == 1 &&
		   EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_Y, &y) == 1 &&
		   BN_bn2binpad(x, public->x, COORD_SIZE) == COORD_SIZE &&
		   BN_bn2binpad(y, public->y, COORD_SIZE) == COORD_SIZE) {
		rc = 0;
	} else {
		crypto_failed("cannot read a key on " CURVE);
	}
	BN_free(x);
	BN_free(y);
	ERR_clear_error();
	return rc;
}

EVP_PKEY *ec_import(const struct ec_public *public)
{
	static const uint8_t zero[COORD_SIZE - P521_SIZE];
	uint8_t point[POINT_SIZE] = { POINT_PLAIN };
	OSSL_PARAM params[] = {
		OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)CURVE, 0),
		OSSL_PARAM_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)),
		OSSL_PARAM_END,
	};
	EVP_PKEY_CTX *ctx = NULL;
	EVP_PKEY *key = NULL;

	if (!memcmp(public->x, zero, sizeof(zero)) && !memcmp(public->y, zero, sizeof(zero))) {
		memcpy(point + 1, public->x + sizeof(zero), P521_SIZE);
		memcpy(point + 1 + P521_SIZE, public->y + sizeof(zero), P521_SIZE);
		ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
		/* A point that is not on the curve is refused here. */
		if (!ctx || EVP_PKEY_fromdata_init(ctx) != 1 ||
		    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
			key = NULL;
	}
	EVP_PKEY_CTX_free(ctx);
	ERR_clear_error();
	return key;
}

/*
 * SHA-256 over the shared point's X coordinate, 66 bytes, and a counter of 1:
 * the first block of the ANSI X9.63 key derivation function.
 */
int ec_wrap_key(EVP_PKEY *mine, const struct ec_public *peer, uint8_t key[AES256_KEY_SIZE])
{
	static const uint8_t counter[4] = { 0, 0, 0, 1 };
	uint8_t *input = secret_alloc(P521_SIZE + sizeof(counter));
	EVP_PKEY *public = ec_import(peer);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(mine, NULL);
	size_t size = P521_SIZE;
	int rc = -1;

	if (!public) {
		rc = 1;
	} else if (input && ctx && EVP_PKEY_derive_init(ctx) == 1 &&
		   EVP_PKEY_derive_set_peer(ctx, public) == 1 &&
		   EVP_PKEY_derive(ctx, input, &size) == 1 && size == P521_SIZE) {
		memcpy(input + P521_SIZE, counter, sizeof(counter));
		rc = sha256(input, P521_SIZE + sizeof(counter), key);
	} else {
		crypto_failed("key agreement on " CURVE);
	}
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(public);
	secret_free(input);
	return rc;
}

int ec_hash(const struct ec_public *public, uint8_t digest[SHA256_SIZE])
{
	return sha256(public, sizeof(*public), digest);
}

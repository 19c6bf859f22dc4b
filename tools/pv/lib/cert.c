// SPDX-License-Identifier: GPL-2.0
/*
 * Host key documents (X.509 certificates) and private keys.
 */
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "pv.h"

#define DOCUMENT_MAX	(256 * 1024UL)

struct loading {
	struct host_keys *keys;
	const char *path;
};

static int cert_public(X509 *cert, const char *path, struct ec_public *public)
{
	EVP_PKEY *key = X509_get0_pubkey(cert);
	int rc;

	if (!key || !EVP_PKEY_is_a(key, "EC")) {
		const char *name = key ? EVP_PKEY_get0_type_name(key) : NULL;

		pv_error("'%s' holds %s key; a host key is an EC key on the curve P-521", path,
			 name ? name : "an unknown");
		ERR_clear_error();
		return -1;
	}
	rc = ec_public(key, public);
	if (rc > 0) {
		char group[64] = "unknown";

		EVP_PKEY_get_group_name(key, group, sizeof(group), NULL);
		pv_error("'%s' holds a key on the curve %s; a host key is on P-521", path, group);
	}
	return rc ? -1 : 0;
}

static int host_key_take(void *arg, void *object)
{
	const struct loading *loading = arg;
	struct host_keys *keys = loading->keys;
	struct host_key key = { .path = loading->path, .cert = object };
	struct host_key *grown;

	grown = reallocarray(keys->keys, keys->count + 1, sizeof(*grown));
	if (!grown)
		pv_perror("'%s'", key.path);
	else
		keys->keys = grown;
	if (!grown || cert_public(key.cert, key.path, &key.public) ||
	    ec_hash(&key.public, key.hash)) {
		X509_free(key.cert);
		return -1;
	}
	grown[keys->count++] = key;
	return 0;
}

int host_keys_load(struct host_keys *keys, const char *path)
{
	struct loading loading = { keys, path };

	return document_load(path, DOCUMENT_MAX, DOCUMENT_CERT,
			     "a host key document (X.509 certificate, PEM or DER)", host_key_take,
			     &loading);
}

void host_keys_free(struct host_keys *keys)
{
	size_t i;

	for (i = 0; i < keys->count; i++)
		X509_free(keys->keys[i].cert);
	free(keys->keys);
	*keys = (struct host_keys){ 0 };
}

/* Keys with a pass phrase are refused: nobody may be there to type it. */
static int no_passphrase(char *buf, int size, int writing, void *arg)
{
	(void)writing;
	(void)arg;
	if (size)
		*buf = '\0';
	return -1;
}

EVP_PKEY *private_key_load(const char *path)
{
	struct bytes file;
	EVP_PKEY *key = NULL;
	BIO *bio;

	if (input_load(path, DOCUMENT_MAX, &file))
		return NULL;
	bio = BIO_new_mem_buf(file.data, (int)file.size);
	if (bio)
		key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
	if (!key) {
		const uint8_t *p = file.data;

		key = d2i_AutoPrivateKey(NULL, &p, (long)file.size);
	}
	ERR_clear_error();
	BIO_free(bio);
	secret_free(file.data);
	if (!key)
		pv_error("'%s' is not a private key (PEM or DER, not encrypted)", path);
	return key;
}

EVP_PKEY *host_private_key_load(const char *path, struct ec_public *public)
{
	EVP_PKEY *key = private_key_load(path);
	int rc = key ? ec_public(key, public) : -1;

	if (rc > 0)
		pv_error("'%s' is not a key on the curve P-521", path);
	if (rc) {
		EVP_PKEY_free(key);
		return NULL;
	}
	return key;
}

void host_keys_unique(struct host_keys *keys)
{
	size_t i, j, kept = 0;

	for (i = 0; i < keys->count; i++) {
		for (j = 0; j < kept; j++)
			if (!memcmp(keys->keys[i].hash, keys->keys[j].hash, SHA256_SIZE))
				break;
		if (j == kept) {
			keys->keys[kept++] = keys->keys[i];
			continue;
		}
		pv_warn("'%s' and '%s' hold the same key; it is used once", keys->keys[j].path,
			keys->keys[i].path);
		X509_free(keys->keys[i].cert);
	}
	keys->count = kept;
}

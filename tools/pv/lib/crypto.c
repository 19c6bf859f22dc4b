// SPDX-License-Identifier: GPL-2.0
/*
 * Symmetric cryptography, digests and randomness, all of it OpenSSL's, and
 * memory for secrets.
 */
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "pv.h"

#define SECURE_POOL	65536	/* bytes, for OpenSSL's own private numbers */
#define SECURE_MIN	32

/* Memory for secrets is whole pages; what comes first says how many bytes. */
union secret_head {
	size_t mapped;
	uint8_t align[64];
};

int crypto_init(void)
{
	/*
	 * No core file holds a key: a limit of one byte, unlike one of none, also
	 * keeps the kernel from handing a core to a program.
	 */
	const struct rlimit no_core = { 1, 1 };

	if (setrlimit(RLIMIT_CORE, &no_core)) {
		const struct rlimit none = { 0, 0 };

		setrlimit(RLIMIT_CORE, &none);
	}
	/* Memory that cannot be locked is used all the same, and wiped. */
	CRYPTO_secure_malloc_init(SECURE_POOL, SECURE_MIN);
	return 0;
}

void crypto_exit(void)
{
	CRYPTO_secure_malloc_done();
}

void crypto_failed(const char *what)
{
	unsigned long code = ERR_peek_last_error();
	const char *reason = ERR_reason_error_string(code);

	if (code)
		pv_error("%s: %s", what, reason ? reason : "OpenSSL error");
	else
		pv_error("%s", what);
	ERR_clear_error();
}

void *secret_alloc(size_t size)
{
	size_t mapped = PAGE_ALIGN(size + sizeof(union secret_head));
	union secret_head *head;

	head = mapped > size ? mmap(NULL, mapped, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) : MAP_FAILED;
	if (head == MAP_FAILED) {
		pv_perror("no memory for a secret of %zu bytes", size);
		return NULL;
	}
	mlock(head, mapped);
	madvise(head, mapped, MADV_DONTDUMP);
	head->mapped = mapped;
	return head + 1;
}

void secret_free(void *p)
{
	union secret_head *head = p;
	size_t mapped;

	if (!p)
		return;
	head--;
	mapped = head->mapped;
	explicit_bzero(head, mapped);
	munmap(head, mapped);
}

void crypto_wipe(void *p, size_t size)
{
	explicit_bzero(p, size);
}

int crypto_random_key(void *key, size_t size)
{
	if (RAND_priv_bytes(key, (int)size) == 1)
		return 0;
	crypto_failed("no random numbers");
	return -1;
}

int crypto_random_nonce(void *nonce, size_t size)
{
	if (RAND_bytes(nonce, (int)size) == 1)
		return 0;
	crypto_failed("no random numbers");
	return -1;
}

static int crypto_digest(const EVP_MD *md, const void *data, size_t size, uint8_t *digest)
{
	if (EVP_Digest(data, size, digest, NULL, md, NULL) == 1)
		return 0;
	crypto_failed("SHA-2");
	return -1;
}

int sha256(const void *data, size_t size, uint8_t digest[SHA256_SIZE])
{
	return crypto_digest(EVP_sha256(), data, size, digest);
}

int sha512(const void *data, size_t size, uint8_t digest[SHA512_SIZE])
{
	return crypto_digest(EVP_sha512(), data, size, digest);
}

int hkdf_sha512(const struct bytes *key, const struct bytes *salt, const char *info, uint8_t *out,
		size_t size)
{
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
	OSSL_PARAM params[] = {
		OSSL_PARAM_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)"SHA512", 0),
		OSSL_PARAM_octet_string(OSSL_KDF_PARAM_KEY, (void *)key->data, key->size),
		OSSL_PARAM_octet_string(OSSL_KDF_PARAM_SALT, (void *)salt->data, salt->size),
		OSSL_PARAM_octet_string(OSSL_KDF_PARAM_INFO, (char *)info, strlen(info)),
		OSSL_PARAM_END,
	};
	int rc = ctx && EVP_KDF_derive(ctx, out, size, params) == 1 ? 0 : -1;

	if (rc)
		crypto_failed("HKDF");
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
	return rc;
}

int hmac_sha512(const uint8_t *key, size_t key_size, const struct bytes *parts, size_t count,
		uint8_t mac[SHA512_SIZE])
{
	EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(hmac);
	OSSL_PARAM params[] = {
		OSSL_PARAM_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA512", 0),
		OSSL_PARAM_END,
	};
	size_t i, size;
	int good = ctx && EVP_MAC_init(ctx, key, key_size, params) == 1;

	for (i = 0; good && i < count; i++)
		good = EVP_MAC_update(ctx, parts[i].data, parts[i].size) == 1;
	good = good && EVP_MAC_final(ctx, mac, &size, SHA512_SIZE) == 1;
	if (!good)
		crypto_failed("HMAC");
	EVP_MAC_CTX_free(ctx);
	EVP_MAC_free(hmac);
	return good ? 0 : -1;
}

/* One pass of AES-256-GCM, up to where the tag is made or compared */
static bool gcm_pass(EVP_CIPHER_CTX *ctx, bool seal, const uint8_t *key, const uint8_t *iv,
		     const void *aad, size_t aad_size, void *data, size_t size)
{
	int n;

	return ctx && EVP_CipherInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, iv, seal) == 1 &&
	       (!aad_size || EVP_CipherUpdate(ctx, NULL, &n, aad, (int)aad_size) == 1) &&
	       (!size || EVP_CipherUpdate(ctx, data, &n, data, (int)size) == 1);
}

int gcm_seal(const uint8_t key[AES256_KEY_SIZE], const uint8_t iv[GCM_IV_SIZE],
	     const void *aad, size_t aad_size, void *data, size_t size, uint8_t tag[GCM_TAG_SIZE])
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t none[1];
	int n;
	bool good = gcm_pass(ctx, true, key, iv, aad, aad_size, data, size) &&
		    EVP_CipherFinal_ex(ctx, none, &n) == 1 &&
		    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, GCM_TAG_SIZE, tag) == 1;

	EVP_CIPHER_CTX_free(ctx);
	if (!good)
		crypto_failed("AES-GCM");
	return good ? 0 : -1;
}

int gcm_open(const uint8_t key[AES256_KEY_SIZE], const uint8_t iv[GCM_IV_SIZE],
	     const void *aad, size_t aad_size, void *data, size_t size,
	     const uint8_t tag[GCM_TAG_SIZE])
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t none[1];
	int n, rc = -1;

	if (!gcm_pass(ctx, false, key, iv, aad, aad_size, data, size) ||
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, GCM_TAG_SIZE, (void *)tag) != 1) {
		crypto_failed("AES-GCM");
	} else if (EVP_CipherFinal_ex(ctx, none, &n) != 1) {
		/* Whatever was decrypted must not be used. */
		crypto_wipe(data, size);
		ERR_clear_error();
		rc = 1;
	} else {
		rc = 0;
	}
	EVP_CIPHER_CTX_free(ctx);
	return rc;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Symmetric cryptography, randomness and memory for secrets, all of it
 * libgcrypt's.
 */
#include <gcrypt.h>
#include <string.h>

#include "pv.h"

#define NEED_GCRYPT	"1.9.0"
#define SECURE_POOL	65536	/* bytes; keys and the numbers of one ECDH */
#define SECURE_GROWTH	(1024 * 1024)	/* for files with keys and certificates */

int crypto_init(void)
{
	if (!gcry_check_version(NEED_GCRYPT)) {
		pv_error("libgcrypt %s or newer is needed", NEED_GCRYPT);
		return -1;
	}
	/* Memory that cannot be locked is used all the same, and wiped. */
	gcry_control(GCRYCTL_DISABLE_SECMEM_WARN);
	gcry_control(GCRYCTL_AUTO_EXPAND_SECMEM, SECURE_GROWTH);
	gcry_control(GCRYCTL_INIT_SECMEM, SECURE_POOL, 0);
	gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
	return 0;
}

void crypto_exit(void)
{
	/* Frees the entropy collector's memory as well. */
	gcry_control(GCRYCTL_CLOSE_RANDOM_DEVICE, 0);
	gcry_control(GCRYCTL_TERM_SECMEM);
}

void *secret_alloc(size_t size)
{
	void *p = gcry_calloc_secure(1, size);

	if (!p)
		pv_perror("no memory for a secret of %zu bytes", size);
	return p;
}

void secret_free(void *p)
{
	/* libgcrypt wipes secure memory itself. */
	gcry_free(p);
}

void crypto_wipe(void *p, size_t size)
{
	explicit_bzero(p, size);
}

void crypto_random_key(void *key, size_t size)
{
	gcry_randomize(key, size, GCRY_VERY_STRONG_RANDOM);
}

void crypto_random_nonce(void *nonce, size_t size)
{
	gcry_randomize(nonce, size, GCRY_STRONG_RANDOM);
}

int sha256(const void *data, size_t size, uint8_t digest[SHA256_SIZE])
{
	gcry_md_hash_buffer(GCRY_MD_SHA256, digest, data, size);
	return 0;
}

static int gcm_start(gcry_cipher_hd_t *hd, const uint8_t *key, const uint8_t *iv,
		     const void *aad, size_t aad_size)
{
	gcry_error_t err = gcry_cipher_open(hd, GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_GCM,
					    GCRY_CIPHER_SECURE);

	if (err) {
		pv_error("AES-GCM: %s", gcry_strerror(err));
		return -1;
	}
	err = gcry_cipher_setkey(*hd, key, AES256_KEY_SIZE);
	if (!err)
		err = gcry_cipher_setiv(*hd, iv, GCM_IV_SIZE);
	if (!err && aad_size)
		err = gcry_cipher_authenticate(*hd, aad, aad_size);
	if (err) {
		pv_error("AES-GCM: %s", gcry_strerror(err));
		gcry_cipher_close(*hd);
		return -1;
	}
	return 0;
}

int gcm_seal(const uint8_t key[AES256_KEY_SIZE], const uint8_t iv[GCM_IV_SIZE],
	     const void *aad, size_t aad_size, void *data, size_t size, uint8_t tag[GCM_TAG_SIZE])
{
	gcry_cipher_hd_t hd;
	gcry_error_t err;

	if (gcm_start(&hd, key, iv, aad, aad_size))
		return -1;
	err = gcry_cipher_encrypt(hd, data, size, NULL, 0);
	if (!err)
		err = gcry_cipher_gettag(hd, tag, GCM_TAG_SIZE);
	gcry_cipher_close(hd);
	if (err) {
		pv_error("AES-GCM: %s", gcry_strerror(err));
		return -1;
	}
	return 0;
}

int gcm_open(const uint8_t key[AES256_KEY_SIZE], const uint8_t iv[GCM_IV_SIZE],
	     const void *aad, size_t aad_size, void *data, size_t size,
	     const uint8_t tag[GCM_TAG_SIZE])
{
	gcry_cipher_hd_t hd;
	gcry_error_t err;
	int rc = 0;

	if (gcm_start(&hd, key, iv, aad, aad_size))
		return -1;
	err = gcry_cipher_decrypt(hd, data, size, NULL, 0);
	if (!err)
		err = gcry_cipher_checktag(hd, tag, GCM_TAG_SIZE);
	gcry_cipher_close(hd);
	if (gcry_err_code(err) == GPG_ERR_CHECKSUM) {
		/* Whatever was decrypted must not be used. */
		crypto_wipe(data, size);
		rc = 1;
	} else if (err) {
		pv_error("AES-GCM: %s", gcry_strerror(err));
		rc = -1;
	}
	return rc;
}

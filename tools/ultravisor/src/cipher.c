// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AES-256-GCM, for exported pages and for small things.
 *
 * Pages: every configuration has a random key. The nonce is made of the guest
 * page number and the number of the export of this page, so it never repeats
 * under one key, and a page that was moved or replayed does not verify.
 */
#include "uv.h"

void wipe(void *p, size_t len)
{
	volatile uint8_t *byte = p;

	memset(p, 0, len);
	/* One volatile access keeps the stores above from being dropped. */
	if (len)
		(void)byte[len - 1];
	__asm__ volatile("" : : "r" (p) : "memory");
}

bool random_bytes(struct uv *uv, void *buf, size_t len)
{
	if (uv->ops.random)
		return uv->ops.random(uv->opaque, buf, len);
	gcry_randomize(buf, len, GCRY_STRONG_RANDOM);
	return true;
}

static gcry_cipher_hd_t gcm_new(const uint8_t key[KEY_LEN])
{
	gcry_cipher_hd_t gcm;

	if (gcry_cipher_open(&gcm, GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_GCM, 0))
		return NULL;
	if (gcry_cipher_setkey(gcm, key, KEY_LEN)) {
		gcry_cipher_close(gcm);
		return NULL;
	}
	return gcm;
}

/*
 * Ciphers keep their key schedule while the configuration lives, outside of
 * donated storage: making one costs as much as a page. There are several so
 * that exports on many CPUs do not wait for each other; each is opened when it
 * is first needed.
 */
struct cipher *cipher_get(struct slot *slot, bool *no_memory)
{
	/* Threads have distant stacks: a cheap hint where to begin. */
	unsigned int i, hint = (uintptr_t)&i >> 16;

	*no_memory = false;
	for (i = 0; i < NR_CIPHERS; i++) {
		struct cipher *cipher = &slot->ciphers[(hint + i) % NR_CIPHERS];

		if (atomic_flag_test_and_set_explicit(&cipher->in_use, memory_order_acquire))
			continue;
		if (!cipher->gcm)
			cipher->gcm = gcm_new(slot->config->page_key);
		if (cipher->gcm)
			return cipher;
		*no_memory = true;
		cipher_put(cipher);
	}
	return NULL;
}

void cipher_put(struct cipher *cipher)
{
	atomic_flag_clear_explicit(&cipher->in_use, memory_order_release);
}

/* Bytes 0-4 guest page number, 5-10 counter, 11 zero. */
static void page_nonce(uint8_t nonce[NONCE_LEN], uint64_t gfn, uint64_t counter)
{
	unsigned int i;

	for (i = 0; i < 5; i++)
		nonce[i] = gfn >> (32 - 8 * i) & 0xff;
	for (i = 0; i < 6; i++)
		nonce[5 + i] = counter >> (40 - 8 * i) & 0xff;
	nonce[11] = 0;
}

/*
 * Pages are encrypted and decrypted beside their place, and copied when nothing
 * can go wrong any more: on failure the page is as it was, and neither plaintext
 * nor half of a page gets out.
 */
bool page_encrypt(struct cipher *cipher, void *page, uint64_t gfn, uint64_t counter,
		  uint8_t tag[TAG_LEN])
{
	uint8_t nonce[NONCE_LEN], result[PAGE_SIZE];

	page_nonce(nonce, gfn, counter);
	if (gcry_cipher_setiv(cipher->gcm, nonce, sizeof(nonce)) ||
	    gcry_cipher_encrypt(cipher->gcm, result, sizeof(result), page, PAGE_SIZE) ||
	    gcry_cipher_gettag(cipher->gcm, tag, TAG_LEN))
		return false;
	memcpy(page, result, sizeof(result));
	return true;
}

enum opened page_decrypt(struct cipher *cipher, void *page, uint64_t gfn, uint64_t counter,
			 const uint8_t tag[TAG_LEN])
{
	uint8_t nonce[NONCE_LEN], result[PAGE_SIZE];
	enum opened opened = OPEN_NO_MEMORY;

	page_nonce(nonce, gfn, counter);
	if (!gcry_cipher_setiv(cipher->gcm, nonce, sizeof(nonce)) &&
	    !gcry_cipher_decrypt(cipher->gcm, result, sizeof(result), page, PAGE_SIZE))
		opened = gcry_cipher_checktag(cipher->gcm, tag, TAG_LEN) ? OPEN_REFUSED : OPEN_OK;
	if (opened == OPEN_OK)
		memcpy(page, result, sizeof(result));
	wipe(result, sizeof(result));
	return opened;
}

bool gcm_seal(const uint8_t key[KEY_LEN], const uint8_t nonce[NONCE_LEN], const void *aad,
	      size_t aad_len, void *data, size_t len, uint8_t tag[GCM_TAG_LEN])
{
	gcry_cipher_hd_t gcm = gcm_new(key);
	bool ok;

	if (!gcm)
		return false;
	ok = !gcry_cipher_setiv(gcm, nonce, NONCE_LEN) &&
	     !gcry_cipher_authenticate(gcm, aad, aad_len) &&
	     !gcry_cipher_encrypt(gcm, data, len, NULL, 0) &&
	     !gcry_cipher_gettag(gcm, tag, GCM_TAG_LEN);
	gcry_cipher_close(gcm);
	return ok;
}

/* The data are what they were sealed as, are not, or it could not be found out. */
enum opened gcm_open(const uint8_t key[KEY_LEN], const uint8_t nonce[NONCE_LEN], const void *aad,
		     size_t aad_len, void *data, size_t len, const uint8_t tag[GCM_TAG_LEN])
{
	gcry_cipher_hd_t gcm = gcm_new(key);
	bool ok;

	if (!gcm)
		return OPEN_NO_MEMORY;
	ok = !gcry_cipher_setiv(gcm, nonce, NONCE_LEN) &&
	     !gcry_cipher_authenticate(gcm, aad, aad_len) &&
	     !gcry_cipher_decrypt(gcm, data, len, NULL, 0) &&
	     !gcry_cipher_checktag(gcm, tag, GCM_TAG_LEN);
	gcry_cipher_close(gcm);
	return ok ? OPEN_OK : OPEN_REFUSED;
}

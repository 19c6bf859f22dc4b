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
 * Pages change in place, for a copy costs a tenth of the cryptography. The library
 * refuses before it has touched anything; what goes wrong afterwards is taken back
 * with the same nonce. If that fails, too, the page is cleared.
 */
static bool take_back(struct cipher *cipher, void *page, const uint8_t nonce[NONCE_LEN],
		      gcry_error_t (*function)(gcry_cipher_hd_t gcm, void *out, size_t size,
					       const void *in, size_t len))
{
	if (!gcry_cipher_setiv(cipher->gcm, nonce, NONCE_LEN) &&
	    !function(cipher->gcm, page, PAGE_SIZE, NULL, 0))
		return true;
	wipe(page, PAGE_SIZE);
	return false;
}

/* On failure the page is as it was, or *@lost is set and it is cleared. */
bool page_encrypt(struct cipher *cipher, void *page, uint64_t gfn, uint64_t counter,
		  uint8_t tag[TAG_LEN], bool *lost)
{
	uint8_t nonce[NONCE_LEN];

	page_nonce(nonce, gfn, counter);
	*lost = false;
	if (gcry_cipher_setiv(cipher->gcm, nonce, sizeof(nonce)) ||
	    gcry_cipher_encrypt(cipher->gcm, page, PAGE_SIZE, NULL, 0))
		return false;
	if (!gcry_cipher_gettag(cipher->gcm, tag, TAG_LEN))
		return true;
	*lost = !take_back(cipher, page, nonce, gcry_cipher_decrypt);
	return false;
}

/* On failure the page is what the host provided, or cleared; never plaintext. */
enum opened page_decrypt(struct cipher *cipher, void *page, uint64_t gfn, uint64_t counter,
			 const uint8_t tag[TAG_LEN])
{
	uint8_t nonce[NONCE_LEN];

	page_nonce(nonce, gfn, counter);
	if (gcry_cipher_setiv(cipher->gcm, nonce, sizeof(nonce)) ||
	    gcry_cipher_decrypt(cipher->gcm, page, PAGE_SIZE, NULL, 0))
		return OPEN_NO_MEMORY;
	if (!gcry_cipher_checktag(cipher->gcm, tag, TAG_LEN))
		return OPEN_OK;
	take_back(cipher, page, nonce, gcry_cipher_encrypt);
	return OPEN_REFUSED;
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

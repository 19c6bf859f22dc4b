// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Exported pages: AES-256-XTS, and UMAC-64 over the ciphertext. Small things: AES-256-GCM.
 *
 * Every configuration has random keys. Tweak and nonce are made of the guest page number
 * and the number of the export of this page, so neither ever repeats under one key, and a
 * page that was moved or replayed does not verify. Documentation/ultravisor.rst tells why
 * the two are enough.
 */
#include "uv.h"

/* Where the identity of an export ends in a tweak, and a nonce begins. */
#define TWEAK_NONCE_AT	11

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

static gcry_cipher_hd_t cipher_new(int mode, const void *key, size_t len)
{
	gcry_cipher_hd_t cipher;

	locked_begin();
	if (gcry_cipher_open(&cipher, GCRY_CIPHER_AES256, mode, 0)) {
		cipher = NULL;
	} else if (gcry_cipher_setkey(cipher, key, len)) {
		gcry_cipher_close(cipher);
		cipher = NULL;
	}
	locked_end();
	return cipher;
}

/* The two keys of XTS must differ, and tweaks may only where nothing tells pages apart. */
bool page_keys_make(struct uv *uv, struct page_keys *keys)
{
	if (!random_bytes(uv, keys, sizeof(*keys)))
		return false;
	memset(keys->tweak_nonce, 0, TWEAK_NONCE_AT);
	return memcmp(keys->xts, keys->xts + XTS_KEY_LEN / 2, XTS_KEY_LEN / 2) != 0;
}

static void cipher_key(struct cipher *cipher, const struct page_keys *keys)
{
	if (!cipher->mac)
		cipher->mac = locked_alloc(sizeof(*cipher->mac));
	if (!cipher->mac)
		return;
	umac64_set_key(cipher->mac, keys->mac);
	cipher->xts = cipher_new(GCRY_CIPHER_MODE_XTS, keys->xts, XTS_KEY_LEN);
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
		if (!cipher->xts)
			cipher_key(cipher, &slot->config->page_keys);
		if (cipher->xts)
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

/* Bytes 0-4 guest page number, 5-10 counter: what identifies an export. */
static void page_identity(uint8_t id[TWEAK_NONCE_AT], uint64_t gfn, uint64_t counter)
{
	put_be64(id, gfn << 24 | counter >> 24);
	put_be16(id + 8, counter >> 8 & 0xffff);
	id[10] = counter & 0xff;
}

void page_tweak(const struct page_keys *keys, uint64_t gfn, uint64_t counter,
		uint8_t tweak[TWEAK_LEN])
{
	memcpy(tweak, keys->tweak_nonce, TWEAK_LEN);
	page_identity(tweak, gfn, counter);
}

static uint64_t page_mac(struct cipher *cipher, const void *page, const uint8_t *identity)
{
	uint64_t tag;

	umac64_set_nonce(cipher->mac, TWEAK_NONCE_AT, identity);
	umac64_update(cipher->mac, PAGE_SIZE, page);
	umac64_digest(cipher->mac, sizeof(tag), (uint8_t *)&tag);
	return tag;
}

/*
 * In place, for a copy costs a tenth of the cryptography. On failure the page is as it
 * was: the library refuses before it has touched anything.
 */
bool page_encrypt(struct cipher *cipher, const struct page_keys *keys, void *page, uint64_t gfn,
		  uint64_t counter, uint64_t *tag)
{
	uint8_t tweak[TWEAK_LEN];

	page_tweak(keys, gfn, counter, tweak);
	if (gcry_cipher_setiv(cipher->xts, tweak, sizeof(tweak)) ||
	    gcry_cipher_encrypt(cipher->xts, page, PAGE_SIZE, NULL, 0))
		return false;
	*tag = page_mac(cipher, page, tweak);
	return true;
}

/* On failure the page is what the host provided; never plaintext. */
enum opened page_decrypt(struct cipher *cipher, const struct page_keys *keys, void *page,
			 uint64_t gfn, uint64_t counter, uint64_t tag)
{
	uint8_t tweak[TWEAK_LEN];

	page_tweak(keys, gfn, counter, tweak);
	if (page_mac(cipher, page, tweak) != tag)
		return OPEN_REFUSED;
	if (gcry_cipher_setiv(cipher->xts, tweak, sizeof(tweak)) ||
	    gcry_cipher_decrypt(cipher->xts, page, PAGE_SIZE, NULL, 0))
		return OPEN_NO_MEMORY;
	return OPEN_OK;
}

bool gcm_seal(const uint8_t key[KEY_LEN], const uint8_t nonce[NONCE_LEN], const void *aad,
	      size_t aad_len, void *data, size_t len, uint8_t tag[GCM_TAG_LEN])
{
	gcry_cipher_hd_t gcm = cipher_new(GCRY_CIPHER_MODE_GCM, key, KEY_LEN);
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
	gcry_cipher_hd_t gcm = cipher_new(GCRY_CIPHER_MODE_GCM, key, KEY_LEN);
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

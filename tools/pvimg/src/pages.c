// SPDX-License-Identifier: GPL-2.0
/*
 * Encrypts or decrypts the pages of components and computes the three digests
 * by which the ultravisor verifies what it has unpacked. Always the pages as
 * they lie in the image, so the encrypted ones, are what is digested.
 */
#include <endian.h>
#include <gcrypt.h>
#include <stdlib.h>
#include <string.h>

#include "pvimg.h"

struct pages {
	gcry_cipher_hd_t cipher;	/* NULL: pages are not encrypted */
	enum pages_direction direction;
	gcry_md_hd_t pld;
	gcry_md_hd_t ald;
	gcry_md_hd_t tld;
	uint64_t count;
};

struct pages *pages_new(const uint8_t key[IMAGE_KEY_SIZE], enum pages_direction direction,
			bool plain)
{
	struct pages *p = calloc(1, sizeof(*p));
	gcry_error_t err = 0;

	if (!p) {
		pv_perror("cannot encrypt");
		return NULL;
	}
	p->direction = direction;
	if (!plain) {
		err = gcry_cipher_open(&p->cipher, GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_XTS,
				       GCRY_CIPHER_SECURE);
		if (!err)
			err = gcry_cipher_setkey(p->cipher, key, IMAGE_KEY_SIZE);
	}
	if (!err)
		err = gcry_md_open(&p->pld, GCRY_MD_SHA512, 0);
	if (!err)
		err = gcry_md_open(&p->ald, GCRY_MD_SHA512, 0);
	if (!err)
		err = gcry_md_open(&p->tld, GCRY_MD_SHA512, 0);
	if (err) {
		pv_error("cannot encrypt: %s", gcry_strerror(err));
		pages_free(p);
		return NULL;
	}
	return p;
}

void pages_free(struct pages *p)
{
	if (!p)
		return;
	gcry_cipher_close(p->cipher);
	gcry_md_close(p->pld);
	gcry_md_close(p->ald);
	gcry_md_close(p->tld);
	free(p);
}

static gcry_error_t one_page(struct pages *p, const struct tweak *tweak, uint8_t *page)
{
	gcry_error_t err;

	if (!p->cipher)
		return 0;
	err = gcry_cipher_setiv(p->cipher, tweak, sizeof(*tweak));
	if (err)
		return err;
	if (p->direction == PAGES_ENCRYPT)
		return gcry_cipher_encrypt(p->cipher, page, PAGE_SIZE, NULL, 0);
	return gcry_cipher_decrypt(p->cipher, page, PAGE_SIZE, NULL, 0);
}

int pages_update(struct pages *p, uint64_t addr, uint64_t prefix, uint64_t offset,
		 uint8_t *buf, size_t size)
{
	size_t pos;

	if (p->direction == PAGES_DECRYPT)
		gcry_md_write(p->pld, buf, size);
	for (pos = 0; pos < size; pos += PAGE_SIZE) {
		struct tweak tweak = { htobe64(prefix), htobe64(offset + pos) };
		uint64_t address = htobe64(addr + pos);
		gcry_error_t err = one_page(p, &tweak, buf + pos);

		if (err) {
			pv_error("AES-XTS: %s", gcry_strerror(err));
			return -1;
		}
		gcry_md_write(p->ald, &address, sizeof(address));
		gcry_md_write(p->tld, &tweak, sizeof(tweak));
		p->count++;
	}
	if (p->direction == PAGES_ENCRYPT)
		gcry_md_write(p->pld, buf, size);
	return 0;
}

int pages_final(struct pages *p, struct page_digests *digests)
{
	digests->count = p->count;
	memcpy(digests->pld, gcry_md_read(p->pld, 0), SHA512_SIZE);
	memcpy(digests->ald, gcry_md_read(p->ald, 0), SHA512_SIZE);
	memcpy(digests->tld, gcry_md_read(p->tld, 0), SHA512_SIZE);
	return 0;
}

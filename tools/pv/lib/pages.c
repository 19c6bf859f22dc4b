// SPDX-License-Identifier: GPL-2.0
/*
 * Encrypts the pages of components and computes the three digests by which the
 * ultravisor verifies what it has unpacked. It is always the pages as they lie
 * in the image, so the encrypted ones, that are digested.
 *
 * The page list digest takes most of the time, so a thread of its own computes
 * it while the next chunk is read, encrypted and written. A chunk's buffer is
 * handed over by pages_update(); both sides only read it then, until the
 * digest thread gives it back for pages_buffer().
 */
#include <endian.h>
#include <gcrypt.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "pv.h"

#define CHUNKS		3

struct chunk {
	uint8_t *buf;
	size_t size;
	bool queued;		/* belongs to the digest thread too */
};

struct pages {
	gcry_cipher_hd_t cipher;	/* NULL: pages are left as they are */
	gcry_md_hd_t pld;		/* the digest thread's while it runs */
	gcry_md_hd_t ald;
	gcry_md_hd_t tld;
	uint64_t count;

	pthread_t thread;
	bool running;
	pthread_mutex_t lock;		/* for what follows */
	pthread_cond_t changed;
	struct chunk chunks[CHUNKS];
	unsigned int next;		/* chunk that the caller fills */
	bool stop;
};

static void *digest_thread(void *arg)
{
	struct pages *p = arg;
	unsigned int next = 0;

	pthread_mutex_lock(&p->lock);
	for (;;) {
		struct chunk *chunk = &p->chunks[next];

		if (!chunk->queued) {
			if (p->stop)
				break;
			pthread_cond_wait(&p->changed, &p->lock);
			continue;
		}
		pthread_mutex_unlock(&p->lock);
		gcry_md_write(p->pld, chunk->buf, chunk->size);
		pthread_mutex_lock(&p->lock);
		chunk->queued = false;
		pthread_cond_signal(&p->changed);
		next = (next + 1) % CHUNKS;
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* The thread finishes what is queued. */
static void stop_thread(struct pages *p)
{
	if (!p->running)
		return;
	pthread_mutex_lock(&p->lock);
	p->stop = true;
	pthread_cond_signal(&p->changed);
	pthread_mutex_unlock(&p->lock);
	pthread_join(p->thread, NULL);
	p->running = false;
}

static gcry_error_t open_handles(struct pages *p, const uint8_t *key)
{
	gcry_error_t err = gcry_md_open(&p->pld, GCRY_MD_SHA512, 0);

	if (!err)
		err = gcry_md_open(&p->ald, GCRY_MD_SHA512, 0);
	if (!err)
		err = gcry_md_open(&p->tld, GCRY_MD_SHA512, 0);
	if (!err && key) {
		err = gcry_cipher_open(&p->cipher, GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_XTS,
				       GCRY_CIPHER_SECURE);
		if (!err)
			err = gcry_cipher_setkey(p->cipher, key, IMAGE_KEY_SIZE);
	}
	return err;
}

struct pages *pages_new(const uint8_t *key)
{
	struct pages *p = calloc(1, sizeof(*p));
	gcry_error_t err;
	size_t i;

	if (!p) {
		pv_perror("cannot encrypt");
		return NULL;
	}
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->changed, NULL);
	for (i = 0; i < CHUNKS; i++) {
		p->chunks[i].buf = aligned_alloc(PAGE_SIZE, PAGES_CHUNK);
		if (!p->chunks[i].buf) {
			pv_perror("cannot encrypt");
			goto fail;
		}
	}
	err = open_handles(p, key);
	if (err) {
		pv_error("cannot encrypt: %s", gcry_strerror(err));
		goto fail;
	}
	if (pthread_create(&p->thread, NULL, digest_thread, p)) {
		pv_error("cannot start a thread");
		goto fail;
	}
	p->running = true;
	return p;
fail:
	pages_free(p);
	return NULL;
}

void pages_free(struct pages *p)
{
	size_t i;

	if (!p)
		return;
	stop_thread(p);
	gcry_cipher_close(p->cipher);
	gcry_md_close(p->pld);
	gcry_md_close(p->ald);
	gcry_md_close(p->tld);
	for (i = 0; i < CHUNKS; i++) {
		/* It may hold data that were not encrypted before an error. */
		if (p->chunks[i].buf)
			crypto_wipe(p->chunks[i].buf, PAGES_CHUNK);
		free(p->chunks[i].buf);
	}
	pthread_cond_destroy(&p->changed);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

uint8_t *pages_buffer(struct pages *p)
{
	struct chunk *chunk = &p->chunks[p->next];

	pthread_mutex_lock(&p->lock);
	while (chunk->queued)
		pthread_cond_wait(&p->changed, &p->lock);
	pthread_mutex_unlock(&p->lock);
	return chunk->buf;
}

static gcry_error_t encrypt_page(struct pages *p, const struct tweak *tweak, uint8_t *page)
{
	gcry_error_t err = gcry_cipher_setiv(p->cipher, tweak, sizeof(*tweak));

	return err ? err : gcry_cipher_encrypt(p->cipher, page, PAGE_SIZE, NULL, 0);
}

int pages_update(struct pages *p, uint64_t addr, uint64_t prefix, uint64_t offset, size_t size)
{
	struct chunk *chunk = &p->chunks[p->next];
	size_t pos;

	for (pos = 0; pos < size; pos += PAGE_SIZE) {
		struct tweak tweak = { htobe64(prefix), htobe64(offset + pos) };
		uint64_t address = htobe64(addr + pos);
		gcry_error_t err = p->cipher ? encrypt_page(p, &tweak, chunk->buf + pos) : 0;

		if (err) {
			pv_error("AES-XTS: %s", gcry_strerror(err));
			return -1;
		}
		gcry_md_write(p->ald, &address, sizeof(address));
		gcry_md_write(p->tld, &tweak, sizeof(tweak));
		p->count++;
	}
	pthread_mutex_lock(&p->lock);
	chunk->size = size;
	chunk->queued = true;
	p->next = (p->next + 1) % CHUNKS;
	pthread_cond_signal(&p->changed);
	pthread_mutex_unlock(&p->lock);
	return 0;
}

void pages_final(struct pages *p, struct page_digests *digests)
{
	stop_thread(p);
	digests->count = p->count;
	memcpy(digests->pld, gcry_md_read(p->pld, 0), SHA512_SIZE);
	memcpy(digests->ald, gcry_md_read(p->ald, 0), SHA512_SIZE);
	memcpy(digests->tld, gcry_md_read(p->tld, 0), SHA512_SIZE);
}

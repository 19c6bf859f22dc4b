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
#include <openssl/evp.h>
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
	EVP_CIPHER_CTX *cipher;		/* NULL: pages are left as they are */
	EVP_MD_CTX *pld;		/* the digest thread's while it runs */
	EVP_MD_CTX *ald;
	EVP_MD_CTX *tld;
	uint64_t count;

	pthread_t thread;
	bool running;
	pthread_mutex_t lock;		/* for what follows */
	pthread_cond_t changed;
	struct chunk chunks[CHUNKS];
	unsigned int next;		/* chunk that the caller fills */
	bool stop;
	bool failed;			/* a digest */
};

static void *pages_thread(void *arg)
{
	struct pages *p = arg;
	unsigned int next = 0;

	pthread_mutex_lock(&p->lock);
	for (;;) {
		struct chunk *chunk = &p->chunks[next];
		bool good;

		if (!chunk->queued) {
			if (p->stop)
				break;
			pthread_cond_wait(&p->changed, &p->lock);
			continue;
		}
		pthread_mutex_unlock(&p->lock);
		good = EVP_DigestUpdate(p->pld, chunk->buf, chunk->size) == 1;
		pthread_mutex_lock(&p->lock);
		p->failed |= !good;
		chunk->queued = false;
		pthread_cond_signal(&p->changed);
		next = (next + 1) % CHUNKS;
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* The thread finishes what is queued. */
static void pages_stop(struct pages *p)
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

static EVP_MD_CTX *pages_digest(void)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();

	if (md && EVP_DigestInit_ex(md, EVP_sha512(), NULL) != 1) {
		EVP_MD_CTX_free(md);
		md = NULL;
	}
	return md;
}

static int pages_start(struct pages *p, const uint8_t *key)
{
	p->pld = pages_digest();
	p->ald = pages_digest();
	p->tld = pages_digest();
	if (!p->pld || !p->ald || !p->tld)
		return -1;
	if (!key)
		return 0;
	p->cipher = EVP_CIPHER_CTX_new();
	if (!p->cipher)
		return -1;
	return EVP_EncryptInit_ex(p->cipher, EVP_aes_256_xts(), NULL, key, NULL) == 1 ? 0 : -1;
}

struct pages *pages_new(const uint8_t *key)
{
	struct pages *p = calloc(1, sizeof(*p));
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
	if (pages_start(p, key)) {
		crypto_failed("cannot encrypt");
		goto fail;
	}
	if (pthread_create(&p->thread, NULL, pages_thread, p)) {
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
	pages_stop(p);
	EVP_CIPHER_CTX_free(p->cipher);
	EVP_MD_CTX_free(p->pld);
	EVP_MD_CTX_free(p->ald);
	EVP_MD_CTX_free(p->tld);
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

static bool pages_encrypt(struct pages *p, const struct tweak *tweak, uint8_t *page)
{
	int n;

	return EVP_EncryptInit_ex(p->cipher, NULL, NULL, NULL, (const uint8_t *)tweak) == 1 &&
	       EVP_EncryptUpdate(p->cipher, page, &n, page, PAGE_SIZE) == 1;
}

int pages_update(struct pages *p, uint64_t addr, uint64_t prefix, uint64_t offset, size_t size)
{
	struct chunk *chunk = &p->chunks[p->next];
	struct tweak tweaks[PAGES_CHUNK / PAGE_SIZE];
	uint64_t addresses[PAGES_CHUNK / PAGE_SIZE];
	size_t i, count = size / PAGE_SIZE;
	bool good = true;

	for (i = 0; i < count && good; i++) {
		tweaks[i] = (struct tweak){ htobe64(prefix), htobe64(offset + i * PAGE_SIZE) };
		addresses[i] = htobe64(addr + i * PAGE_SIZE);
		good = !p->cipher || pages_encrypt(p, &tweaks[i], chunk->buf + i * PAGE_SIZE);
	}
	if (!good || EVP_DigestUpdate(p->ald, addresses, count * sizeof(*addresses)) != 1 ||
	    EVP_DigestUpdate(p->tld, tweaks, count * sizeof(*tweaks)) != 1) {
		crypto_failed("cannot encrypt");
		return -1;
	}
	p->count += count;
	pthread_mutex_lock(&p->lock);
	chunk->size = size;
	chunk->queued = true;
	p->next = (p->next + 1) % CHUNKS;
	pthread_cond_signal(&p->changed);
	pthread_mutex_unlock(&p->lock);
	return 0;
}

int pages_final(struct pages *p, struct page_digests *digests)
{
	pages_stop(p);
	digests->count = p->count;
	if (!p->failed && EVP_DigestFinal_ex(p->pld, digests->pld, NULL) == 1 &&
	    EVP_DigestFinal_ex(p->ald, digests->ald, NULL) == 1 &&
	    EVP_DigestFinal_ex(p->tld, digests->tld, NULL) == 1)
		return 0;
	crypto_failed("SHA-512");
	return -1;
}

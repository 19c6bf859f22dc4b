// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Locked memory, for secrets that are in nobody's donated storage: it is not swapped out,
 * is in no core dump, and is wiped when it is freed. The process has one region of it.
 *
 * libgcrypt copies keys and secrets wherever it works with them; between locked_begin() and
 * locked_end() all that it allocates for a thread is locked, too.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "uv.h"

/* Of addresses; memory is taken from it as it is needed, and not given back. */
#define REGION_LEN	(256ul << 20)
#define STEP_LEN	(64ul << 10)
_Static_assert(UV_LOCKED_MIN % STEP_LEN == 0, "what is locked is whole steps");

/* Blocks are powers of two, from 64 bytes to 64 KiB, their head included. */
#define MIN_SHIFT	6
#define MAX_SHIFT	16

struct block {
	union {
		struct block *next;	/* of the free ones of its size */
		size_t shift;
	};
	_Alignas(16) uint8_t data[];
};

static struct {
	pthread_once_t once;
	pthread_mutex_t lock;
	uint8_t *base;			/* NULL: there is none, for this reason */
	int error;
	size_t used, have;		/* bytes of the region */
	struct block *free[MAX_SHIFT + 1];
} region = { .once = PTHREAD_ONCE_INIT, .lock = PTHREAD_MUTEX_INITIALIZER };

static _Thread_local unsigned int locked_depth;

static void region_start(void)
{
	void *base = mmap(NULL, REGION_LEN, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (base == MAP_FAILED) {
		region.error = errno;
		return;
	}
	if (madvise(base, REGION_LEN, MADV_DONTDUMP) || mlock(base, UV_LOCKED_MIN)) {
		/* mlock() has several errors for this. */
		region.error = EPERM;
		munmap(base, REGION_LEN);
		return;
	}
	region.base = base;
	region.have = UV_LOCKED_MIN;
}

/*
 * May be called again and again.
 * Return: 0; EPERM: the process may not lock as much (RLIMIT_MEMLOCK); ENOMEM.
 */
int locked_start(void)
{
	pthread_once(&region.once, region_start);
	return region.error;
}

static bool is_locked(const void *p)
{
	return (const uint8_t *)p >= region.base && (const uint8_t *)p < region.base + REGION_LEN;
}

/* The region's lock is held. */
static struct block *block_new(size_t shift)
{
	size_t len = (size_t)1 << shift;
	struct block *block = region.free[shift];

	if (block) {
		region.free[shift] = block->next;
		return block;
	}
	if (len > REGION_LEN - region.used)
		return NULL;
	while (region.used + len > region.have) {
		/* With very many guests the limit may be reached: then it can be swapped. */
		mlock(region.base + region.have, STEP_LEN);
		region.have += STEP_LEN;
	}
	block = (struct block *)(region.base + region.used);
	region.used += len;
	return block;
}

/* Zeroes; NULL: too long, or all is in use. */
void *locked_alloc(size_t len)
{
	size_t shift = MIN_SHIFT;
	struct block *block;

	while (shift <= MAX_SHIFT && ((size_t)1 << shift) - sizeof(struct block) < len)
		shift++;
	if (shift > MAX_SHIFT || !region.base)
		return NULL;
	pthread_mutex_lock(&region.lock);
	block = block_new(shift);
	pthread_mutex_unlock(&region.lock);
	if (!block)
		return NULL;
	block->shift = shift;
	return block->data;
}

static struct block *block_of(void *p)
{
	return (struct block *)((uint8_t *)p - sizeof(struct block));
}

static size_t block_room(void *p)
{
	return ((size_t)1 << block_of(p)->shift) - sizeof(struct block);
}

void locked_free(void *p)
{
	struct block *block;
	size_t shift;

	if (!p)
		return;
	block = block_of(p);
	shift = block->shift;
	wipe(block, (size_t)1 << shift);
	pthread_mutex_lock(&region.lock);
	block->next = region.free[shift];
	region.free[shift] = block;
	pthread_mutex_unlock(&region.lock);
}

void *uv_locked_alloc(size_t len)
{
	void *p;

	errno = locked_start();
	if (errno)
		return NULL;
	p = locked_alloc(len);
	if (!p)
		errno = ENOMEM;
	return p;
}

void uv_locked_free(void *memory)
{
	locked_free(memory);
}

void locked_begin(void)
{
	locked_depth++;
}

void locked_end(void)
{
	locked_depth--;
}

static void *gcrypt_alloc(size_t len)
{
	return locked_depth ? locked_alloc(len) : malloc(len);
}

static int gcrypt_is_secure(const void *p)
{
	return is_locked(p);
}

static void gcrypt_free(void *p)
{
	if (is_locked(p))
		locked_free(p);
	else
		free(p);
}

static void *gcrypt_realloc(void *p, size_t len)
{
	size_t room;
	void *now;

	if (!p)
		return gcrypt_alloc(len);
	if (!is_locked(p))
		return realloc(p, len);
	room = block_room(p);
	if (len <= room)
		return p;
	now = locked_alloc(len);
	if (!now)
		return NULL;
	memcpy(now, p, room);
	locked_free(p);
	return now;
}

/* Before anything else is asked of libgcrypt. */
void locked_gcrypt(void)
{
	gcry_set_allocation_handler(gcrypt_alloc, locked_alloc, gcrypt_is_secure, gcrypt_realloc,
				    gcrypt_free);
}

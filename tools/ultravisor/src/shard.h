/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every call counts is counted by each thread for itself, in its shard, without an
 * instruction that others have to wait for.
 */
#ifndef UV_SHARD_H
#define UV_SHARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Threads that come late share the last of them. */
#define NR_SHARDS	32u
#define SHARED_SHARD	(NR_SHARDS - 1)

extern _Thread_local unsigned int shard_plus_1;		/* 0: not asked for yet */
void shards_start(void);
unsigned int shard_new(void);
unsigned int shards_taken(void);
bool shards_fence(void);

static inline unsigned int shard(void)
{
	return shard_plus_1 ? shard_plus_1 - 1 : shard_new();
}

/* @counter is the one of @shard, which is this thread's. */
static inline void shard_add(unsigned int shard, _Atomic uint64_t *counter, int64_t n)
{
	if (shard == SHARED_SHARD)
		atomic_fetch_add_explicit(counter, (uint64_t)n, memory_order_relaxed);
	else
		atomic_store_explicit(counter, (uint64_t)n +
				      atomic_load_explicit(counter, memory_order_relaxed),
				      memory_order_relaxed);
}

/* @first: the counter of the first shard; the others follow every @stride bytes. */
static inline uint64_t shard_sum(const _Atomic uint64_t *first, size_t stride)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < NR_SHARDS; i++)
		sum += atomic_load_explicit(&first[i * (stride / sizeof(*first))],
					    memory_order_relaxed);
	return sum;
}

#endif

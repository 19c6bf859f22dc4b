// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who counts where, and the barrier that makes what threads count for themselves good
 * for more than statistics (gate.h).
 */
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "shard.h"

_Thread_local unsigned int shard_plus_1;

enum { UNKNOWN, FENCED, SHARED };

/* SHARED: the kernel has no such barrier, and all threads have the shared shard. */
static atomic_int shards;
static atomic_uint taken;

static bool membarrier(int command)
{
	return !syscall(SYS_membarrier, command, 0);
}

/* Before any thread asks for a shard. */
void shards_start(void)
{
	if (atomic_load(&shards) == UNKNOWN)
		atomic_store(&shards, membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) ?
			     FENCED : SHARED);
}

unsigned int shard_new(void)
{
	unsigned int next = atomic_load(&taken);

	if (atomic_load(&shards) != FENCED)
		next = SHARED_SHARD;
	while (next < SHARED_SHARD && !atomic_compare_exchange_weak(&taken, &next, next + 1))
		;
	shard_plus_1 = next + 1;
	return next;
}

/* So many threads have a shard of their own, the first ones. */
unsigned int shards_taken(void)
{
	return atomic_load(&taken);
}

/*
 * Every thread that has a shard of its own passes a full barrier before this returns.
 * False: it could not be made.
 */
bool shards_fence(void)
{
	return atomic_load(&shards) != FENCED ||
	       membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
}

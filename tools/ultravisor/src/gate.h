/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A reader-writer lock that nobody ever waits for.
 *
 * A caller that does not get it answers "busy". Waiting would be wrong: the
 * holder may be asking the machine to stop all CPUs, among them the waiter.
 *
 * Every call is a reader of one gate or more, so reading costs no locked instruction: a
 * thread says in the place of its shard that it reads, by an ordinary store, and then looks
 * for a writer. A writer says that it writes, and then looks for readers in all places.
 * What must not happen is that neither sees the other, which a processor that lets the
 * reader's load pass its store would allow. Therefore all threads pass a barrier
 * between the two steps of a writer (shards_fence()). A reader whose store is before that
 * barrier is seen by the writer. One whose store is after it has its load there, too,
 * and sees the writer. Threads that share a shard use locked instructions, which are in
 * one order with the writer's, all of them being sequentially consistent.
 *
 * Both may see each other; then both answer "busy".
 */
#ifndef UV_GATE_H
#define UV_GATE_H

#include "shard.h"

/* The places are in cache lines of their own. */
struct gate {
	atomic_bool writer;
	struct {
		uint8_t room[60];
		atomic_uint readers;
	} place[NR_SHARDS];
};

bool gate_try_write(struct gate *gate);

static inline void gate_end_read(struct gate *gate)
{
	unsigned int place = shard();
	atomic_uint *readers = &gate->place[place].readers;

	if (place == SHARED_SHARD)
		atomic_fetch_sub_explicit(readers, 1, memory_order_release);
	else
		atomic_store_explicit(readers, atomic_load_explicit(readers,
								    memory_order_relaxed) - 1,
				      memory_order_release);
}

static inline bool gate_try_read(struct gate *gate)
{
	unsigned int place = shard();
	atomic_uint *readers = &gate->place[place].readers;

	if (place == SHARED_SHARD) {
		atomic_fetch_add(readers, 1);
	} else {
		atomic_store_explicit(readers, atomic_load_explicit(readers,
								    memory_order_relaxed) + 1,
				      memory_order_relaxed);
		/* The compiler keeps the order; what the processor may do, see above. */
		atomic_signal_fence(memory_order_seq_cst);
	}
	if (!atomic_load(&gate->writer))
		return true;
	gate_end_read(gate);
	return false;
}

static inline void gate_end_write(struct gate *gate)
{
	atomic_store_explicit(&gate->writer, false, memory_order_release);
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A reader-writer lock that nobody ever waits for.
 *
 * A caller that does not get it answers "busy". Waiting would be wrong: the
 * holder may be asking the machine to stop all CPUs, among them the waiter.
 */
#ifndef UV_GATE_H
#define UV_GATE_H

#include <stdatomic.h>
#include <stdbool.h>

struct gate {
	atomic_int users;	/* readers, or -1: one writer */
};

static inline bool gate_try_read(struct gate *gate)
{
	int users = atomic_load_explicit(&gate->users, memory_order_relaxed);

	while (users >= 0)
		if (atomic_compare_exchange_weak_explicit(&gate->users, &users, users + 1,
							  memory_order_acquire,
							  memory_order_relaxed))
			return true;
	return false;
}

static inline void gate_end_read(struct gate *gate)
{
	atomic_fetch_sub_explicit(&gate->users, 1, memory_order_release);
}

static inline bool gate_try_write(struct gate *gate)
{
	int nobody = 0;

	return atomic_compare_exchange_strong_explicit(&gate->users, &nobody, -1,
						       memory_order_acquire,
						       memory_order_relaxed);
}

static inline void gate_end_write(struct gate *gate)
{
	atomic_store_explicit(&gate->users, 0, memory_order_release);
}

#endif

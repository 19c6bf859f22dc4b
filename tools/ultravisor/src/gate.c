// SPDX-License-Identifier: GPL-2.0-or-later
/* The writer's side of a gate. */
#include "gate.h"

/*
 * A thread that takes a shard after the number of them was read looks for the writer later
 * still: all of this is in one order.
 */
static bool gate_is_read(struct gate *gate)
{
	unsigned int i, nr = shards_taken();

	for (i = 0; i < nr; i++)
		if (atomic_load(&gate->place[i].readers))
			return true;
	return atomic_load(&gate->place[SHARED_SHARD].readers);
}

bool gate_try_write(struct gate *gate)
{
	bool nobody = false;

	/* While it is read, readers that come need not be turned away. */
	if (gate_is_read(gate) ||
	    !atomic_compare_exchange_strong(&gate->writer, &nobody, true))
		return false;
	if (shards_fence() && !gate_is_read(gate))
		return true;
	gate_end_write(gate);
	return false;
}

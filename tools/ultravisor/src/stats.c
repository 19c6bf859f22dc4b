// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Statistics.
 */
#include "uv.h"

static uint64_t now(_Atomic uint64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

void uv_stats(struct uv *uv, struct uv_stats *stats)
{
	struct counters *count = &uv->count;
	unsigned int i, cc;

	*stats = (struct uv_stats) {
		.nr_commands = command_count(),
		.rejected = now(&count->rejected),
		.configs = now(&count->configs),
		.cpus = now(&count->cpus),
		.pages_secure = now(&count->frames[FRAME_SECURE]),
		.pages_shared = now(&count->frames[FRAME_SHARED]),
		.pages_pinned = now(&count->frames[FRAME_PINNED]),
		.pages_ownerless = now(&count->frames[FRAME_OWNERLESS]),
		.pages_donated = now(&count->frames[FRAME_DONATED]),
		.imports = now(&count->imports),
		.exports = now(&count->exports),
		.destroys = now(&count->destroys),
		.unpacks = now(&count->unpacks),
		.integrity_failures = now(&count->integrity_failures),
		.violations = now(&count->violations),
		.injected = now(&count->injected),
	};
	for (i = 0; i < stats->nr_commands; i++) {
		stats->command[i].code = command_code(i);
		stats->command[i].name = command_name(i);
		for (cc = 0; cc < 4; cc++)
			stats->command[i].cc[cc] = now(&count->cc[i][cc]);
	}
}

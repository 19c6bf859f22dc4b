// SPDX-License-Identifier: GPL-2.0-or-later
/* Statistics. */
#include "uv.h"

void uv_stats(struct uv *uv, struct uv_stats *stats)
{
	unsigned int i, cc;

	*stats = (struct uv_stats) {
		.nr_commands = command_count(),
		.rejected = count_sum(uv, rejected),
		.configs = count_sum(uv, configs),
		.cpus = count_sum(uv, cpus),
		.pages_secure = count_sum(uv, frames[FRAME_SECURE]),
		.pages_shared = count_sum(uv, frames[FRAME_SHARED]),
		.pages_pinned = count_sum(uv, frames[FRAME_PINNED]),
		.pages_ownerless = count_sum(uv, frames[FRAME_OWNERLESS]),
		.pages_donated = count_sum(uv, frames[FRAME_DONATED]),
		.imports = count_sum(uv, imports),
		.exports = count_sum(uv, exports),
		.destroys = count_sum(uv, destroys),
		.unpacks = count_sum(uv, unpacks),
		.integrity_failures = count_sum(uv, integrity_failures),
		.violations = count_sum(uv, violations),
		.injected = count_sum(uv, injected),
	};
	for (i = 0; i < stats->nr_commands; i++) {
		stats->command[i].code = command_code(i);
		stats->command[i].name = command_name(i);
		for (cc = 0; cc < 4; cc++)
			stats->command[i].cc[cc] = count_sum(uv, cc[i][cc]);
	}
}

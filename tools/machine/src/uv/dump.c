/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dumps of the machine (dump-guest-memory) do not show protected pages. */
#include "qemu/osdep.h"
#include "internal.h"
#include "exec/memory.h"

uint8_t *memory_guard_dump(uint8_t *host, size_t len)
{
	static uint8_t nothing[TARGET_PAGE_SIZE];
	hwaddr absolute = host - s390_uv_storage.host;

	if (memory_guarded && host >= s390_uv_storage.host &&
	    absolute < s390_uv_storage.size && !s390_uv_allows(absolute, len))
		return nothing;
	return host;
}

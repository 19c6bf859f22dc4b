// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * INITIALIZE: the host donates the base storage, which holds an entry for
 * every page of the machine.
 */
#include "uv.h"

int cmd_initialize(struct call *call)
{
	uint64_t origin = field(call, 0x18), len = field(call, 0x20), i;
	struct batch batch = { .nr = 0 };
	struct uv *uv = call->uv;
	frame_entry *frames;

	if (atomic_load(&uv->frames))
		return fail(call, RC_INIT_DONE, RRC_NONE);
	if (uv->ops.running_cpus && uv->ops.running_cpus(uv->opaque) > 1)
		return fail(call, RC_INIT_CPUS, RRC_NONE);
	if (len < uv->base_len)
		return fail(call, RC_INIT_LEN, RRC_NONE);
	if (origin % MIB)
		return fail(call, RC_INIT_ORIGIN, RRC_NONE);
	if (uv->refuse_below_2g && origin < GIB2)
		return fail(call, RC_INIT_BELOW_2G, RRC_NONE);
	frames = storage(uv, origin, uv->base_len);
	if (!frames)
		return fail(call, RC_INIT_RANGE, RRC_NONE);

	/* A multiple of 1 MiB: batches come out even. */
	for (i = 0; i < uv->base_len; i += PAGE_SIZE) {
		batch.pages[batch.nr++] = origin + i;
		if (batch.nr < BATCH_PAGES)
			continue;
		protect(uv, batch.pages, batch.nr, true);
		batch.nr = 0;
	}
	memset((void *)frames, 0, uv->base_len);
	for (i = 0; i < uv->base_len; i += PAGE_SIZE)
		atomic_init(&frames[(origin + i) >> PAGE_SHIFT], FRAME_DONATED);
	atomic_store(&uv->count.frames[FRAME_DONATED], uv->base_len >> PAGE_SHIFT);
	uv->base_origin = origin;
	atomic_store_explicit(&uv->frames, frames, memory_order_release);
	return UV_CC_DONE;
}

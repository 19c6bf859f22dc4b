// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * INITIALIZE: the host donates the base storage, which holds an entry for
 * every page of the machine.
 */
#include "uv.h"

/*
 * The entries that say who may touch a page are in the pages which are donated. Until
 * they are there, this says that nobody may touch those.
 */
bool base_is_claimed(struct uv *uv, uint64_t absolute)
{
	uint64_t claim = atomic_load_explicit(&uv->base_claim, memory_order_acquire);

	return claim && absolute >= claim - 1 && absolute - (claim - 1) < uv->base_len;
}

static bool base_in_use(struct uv *uv, uint64_t origin)
{
	uint64_t i;

	for (i = 0; i < uv->base_len; i += PAGE_SIZE)
		if (in_use(uv, origin + i))
			return true;
	return false;
}

static void hide_base(struct uv *uv, uint64_t origin)
{
	uint64_t pages[BATCH_PAGES], done, i;

	/* A multiple of 1 MiB: batches come out even. */
	for (done = 0; done < uv->base_len; done += BATCH_PAGES * PAGE_SIZE) {
		for (i = 0; i < BATCH_PAGES; i++)
			pages[i] = origin + done + i * PAGE_SIZE;
		protect(uv, pages, BATCH_PAGES, true);
	}
}

/* Every page is the host's except for those that the entries themselves are in. */
static void fill(struct uv *uv, frame_entry *frames, uint64_t origin)
{
	uint64_t first = origin >> PAGE_SHIFT, last = (origin + uv->base_len - 1) >> PAGE_SHIFT, i;

	for (i = 0; i < uv->nr_frames; i++)
		atomic_store_explicit(&frames[i], i < first || i > last ? 0 : FRAME_DONATED,
				      memory_order_relaxed);
}

int cmd_initialize(struct call *call)
{
	uint64_t origin = field(call, 0x18), len = field(call, 0x20);
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

	atomic_store_explicit(&uv->base_claim, origin + 1, memory_order_release);
	if (base_in_use(uv, origin)) {
		atomic_store_explicit(&uv->base_claim, 0, memory_order_release);
		return UV_CC_BUSY;
	}
	hide_base(uv, origin);
	fill(uv, frames, origin);
	atomic_store_explicit(&uv->frames, frames, memory_order_release);
	atomic_store_explicit(&uv->base_claim, 0, memory_order_release);
	count_add(uv, frames[FRAME_DONATED], (int64_t)(uv->base_len >> PAGE_SHIFT));
	uv->base_origin = origin;
	return UV_CC_DONE;
}

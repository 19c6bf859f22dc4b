// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What must hold of the metadata whenever no call is in progress.
 */
#include "uv.h"

static bool in_base(const struct uv *uv, uint64_t absolute)
{
	return absolute >= uv->base_origin && absolute - uv->base_origin < uv->base_len;
}

/* A frame in the hands of a guest: guest and frame know of each other. */
static const char *check_owned(struct uv *uv, uint64_t frame, uint64_t entry)
{
	struct slot *slot = frame_owner(entry) && frame_owner(entry) <= uv->max_configs ?
			    uv->slots[frame_owner(entry) - 1] : NULL;
	enum guest_state expected = frame_state(entry) == FRAME_SECURE ? GUEST_RESIDENT :
				    GUEST_SHARED;
	const struct guest_page *page;

	if (!slot || !slot->config)
		return "the owner of a guest's frame exists";
	if (!config_covers(slot->config, frame_gfn(entry) << PAGE_SHIFT))
		return "the guest page of a frame is inside its configuration";
	page = guest_page(uv, slot->config, frame_gfn(entry));
	if (!page)
		return "the tables of a configuration lead to storage";
	if ((page->word & GUEST_STATE_MASK) != expected)
		return "a frame and its guest page agree on their state";
	if (page->tag != frame)
		return "a guest page knows the frame that it is in";
	return NULL;
}

static const char *check_frames(struct uv *uv, uint64_t count[NR_FRAME_STATES])
{
	const char *broken = NULL;
	uint64_t i;

	for (i = 0; i < uv->nr_frames && !broken; i++) {
		uint64_t entry = uv->frames[i];

		if (entry & FRAME_BUSY)
			return "no frame is busy";
		if (frame_state(entry) >= NR_FRAME_STATES)
			return "a frame has a known state";
		count[frame_state(entry)]++;
		switch (frame_state(entry)) {
		case FRAME_SECURE:
		case FRAME_SHARED:
		case FRAME_PINNED:
			broken = check_owned(uv, i, entry);
			break;
		case FRAME_DONATED:
			if (!frame_owner(entry) != in_base(uv, i << PAGE_SHIFT))
				broken = "donated pages belong to a configuration or to the base";
			break;
		default:
			if (entry & ~FRAME_STATE_MASK)
				broken = "a frame that is nobody's has no owner";
			break;
		}
		if (in_base(uv, i << PAGE_SHIFT) && frame_state(entry) != FRAME_DONATED)
			broken = "the base storage is donated";
	}
	return broken;
}

static const char *check_guest_pages(struct uv *uv, const struct slot *slot)
{
	const struct config *config = slot->config;
	uint64_t gfn = config->origin >> PAGE_SHIFT;
	uint64_t end = gfn + (config->len >> PAGE_SHIFT);

	for (; gfn < end; gfn++) {
		const struct guest_page *page = guest_page(uv, config, gfn);
		enum guest_state state;
		uint64_t entry;

		if (!page)
			return "the tables of a configuration lead to storage";
		if (page->word & GUEST_BUSY)
			return "no guest page is busy";
		state = page->word & GUEST_STATE_MASK;
		if (state >= NR_GUEST_STATES)
			return "a guest page has a known state";
		if (state != GUEST_RESIDENT && state != GUEST_SHARED)
			continue;
		if (page->tag >= uv->nr_frames)
			return "a guest page is in a frame that exists";
		entry = uv->frames[page->tag];
		if (frame_owner(entry) != slot->number + 1 || frame_gfn(entry) != gfn)
			return "the frame of a guest page belongs to it";
	}
	return NULL;
}

static uint64_t donated_by(struct uv *uv, const struct slot *slot)
{
	uint64_t i, nr = 0;

	for (i = 0; i < uv->nr_frames; i++)
		if (uv->frames[i] == frame_make(FRAME_DONATED, slot->number + 1, 0))
			nr++;
	return nr;
}

static uint64_t owned_by(struct uv *uv, const struct slot *slot)
{
	uint64_t i, nr = 0;

	for (i = 0; i < uv->nr_frames; i++)
		nr += frame_owner(uv->frames[i]) == slot->number + 1;
	return nr;
}

static const char *check_config(struct uv *uv, const struct slot *slot, uint64_t *cpus)
{
	const struct config *config = slot->config;
	const char *broken;
	unsigned int i, nr = 0;

	if (slot->broken)
		return "a configuration is whole";
	if (config->handle != slot->handle)
		return "a configuration has the handle of its slot";
	for (i = 0; i < UV_CPUS_MAX; i++) {
		const struct cpu *cpu;

		if (!config->cpus[i])
			continue;
		cpu = cpu_at(uv, config, i);
		if (!cpu || cpu->number != i)
			return "a CPU is where its configuration says";
		nr++;
	}
	if (nr != slot->nr_cpus)
		return "a configuration knows how many CPUs it has";
	*cpus += nr;
	/* While it is being destroyed, part of it has gone already. */
	if (config->state == CONFIG_DESTROYING)
		return NULL;
	if (donated_by(uv, slot) != CONFIG_BASE_LEN / PAGE_SIZE + config->nr_var + slot->nr_cpus)
		return "a configuration has exactly the storage that was donated for it";
	broken = check_guest_pages(uv, slot);
	if (!broken && owned_by(uv, slot) != slot_frames(slot))
		broken = "a configuration knows how many frames it has";
	return broken ? broken : store_check(uv, config);
}

static const char *check_all(struct uv *uv)
{
	uint64_t count[NR_FRAME_STATES] = { 0 }, configs = 0, cpus = 0;
	const char *broken = check_frames(uv, count);
	unsigned int i;

	for (i = 0; i < uv->max_configs && !broken; i++)
		if (uv->slots[i] && uv->slots[i]->config) {
			broken = check_config(uv, uv->slots[i], &cpus);
			configs++;
		}
	if (broken)
		return broken;
	for (i = FRAME_SECURE; i < NR_FRAME_STATES; i++)
		if (count[i] != count_sum(uv, frames[i]))
			return "statistics count the frames in each state";
	if (configs != count_sum(uv, configs) || cpus != count_sum(uv, cpus))
		return "statistics count configurations and CPUs";
	return NULL;
}

const char *uv_check_invariants(struct uv *uv)
{
	const char *broken;

	if (!gate_try_write(&uv->gate))
		return "busy";
	broken = uv->frames ? check_all(uv) : NULL;
	gate_end_write(&uv->gate);
	return broken;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A guest's home space: areas that the control blocks of its calls point to.
 *
 * The machine says which guest page an address means; where that page is, our own
 * entries say. Nothing of it is the host's to decide.
 */
#include "uv.h"

/* @refused: rc when there is no such page, 0: the one that says why */
static int guest_translate(struct call *call, uint64_t vaddr, bool write, uint16_t refused,
			   uint64_t *guest)
{
	struct uv *uv = call->uv;

	switch (uv->ops.translate_guest_home(uv->opaque, call->machine_cpu, vaddr, write, guest)) {
	case UV_XLAT_OK:
		if (config_covers(call->config, *guest))
			return UV_CC_DONE;
		break;
	case UV_XLAT_REAL_SPACE:
		return fail(call, RC_HOME_REAL_SPACE, RRC_NONE);
	case UV_XLAT_FAILED:
		return fail(call, refused ? refused : RC_HOME_TRANSLATION, RRC_NONE);
	case UV_XLAT_ABSENT:
		call->missing = *guest & PAGE_MASK;
		return UV_CC_IMPORT;
	default:
		break;
	}
	return fail(call, refused ? refused : RC_HOME_ADDRESS, RRC_NONE);
}

static bool guest_in_frame(enum guest_state state)
{
	return state == GUEST_RESIDENT || state == GUEST_SHARED;
}

/*
 * Find the guest pages of an area; it is at most GUEST_AREA_MAX bytes long.
 *
 * Return: UV_CC_DONE; UV_CC_ERROR: rc 0x30, or @refused (0: 0x31 or 0x32);
 * UV_CC_IMPORT: a page is in no frame.
 */
int guest_area_find(struct call *call, struct guest_area *area, uint64_t vaddr, size_t len,
		    bool write, uint16_t refused)
{
	uint64_t page = vaddr & PAGE_MASK;
	size_t nr = 0, rest = len ? len + vaddr % PAGE_SIZE : 0;
	int cc;

	area->offset = vaddr % PAGE_SIZE;
	area->len = len;
	for (; rest; rest -= rest < PAGE_SIZE ? rest : PAGE_SIZE, page += PAGE_SIZE, nr++) {
		const struct guest_page *entry;
		uint32_t word;

		/* Behind the last page of the space there is nothing. */
		if (nr && !page)
			return fail(call, refused ? refused : RC_HOME_ADDRESS, RRC_NONE);
		cc = guest_translate(call, page, write, refused, &area->pages[nr]);
		if (cc != UV_CC_DONE)
			return cc;
		entry = guest_page(call->uv, call->config, area->pages[nr] >> PAGE_SHIFT);
		if (!entry)
			return fail(call, RC_METADATA, RRC_NONE);
		word = atomic_load_explicit(&entry->word, memory_order_relaxed);
		if (word & GUEST_BUSY)
			return UV_CC_BUSY;
		if (!guest_in_frame(word & GUEST_STATE_MASK)) {
			call->missing = area->pages[nr] & PAGE_MASK;
			return UV_CC_IMPORT;
		}
	}
	return UV_CC_DONE;
}

/* A guest page and its frame, taken: it stays where and whose it is. */
struct held {
	uint64_t guest;
	struct guest_page *page;
	uint32_t word;
	uint64_t absolute;
	uint64_t entry;
	uint8_t *there;
};

static int guest_hold(struct call *call, uint64_t guest, struct held *held)
{
	struct uv *uv = call->uv;
	int cc;

	*held = (struct held) { .guest = guest & PAGE_MASK };
	held->page = guest_page(uv, call->config, guest >> PAGE_SHIFT);
	if (!held->page)
		return fail(call, RC_METADATA, RRC_NONE);
	if (!guest_try_take(held->page, &held->word))
		return UV_CC_BUSY;
	held->absolute = held->page->tag << PAGE_SHIFT;
	if (!guest_in_frame(held->word & GUEST_STATE_MASK)) {
		call->missing = held->guest;
		cc = UV_CC_IMPORT;
		goto out;
	}
	held->there = storage(uv, held->absolute, PAGE_SIZE);
	if (!held->there) {
		cc = fail(call, RC_METADATA, RRC_NONE);
		goto out;
	}
	if (!frame_try_take(uv, held->absolute, &held->entry)) {
		cc = UV_CC_BUSY;
		goto out;
	}
	if (frame_owner(held->entry) == call->slot->number + 1 &&
	    frame_gfn(held->entry) == guest >> PAGE_SHIFT)
		return UV_CC_DONE;
	frame_put(uv, held->absolute, held->entry, held->entry);
	cc = fail(call, RC_METADATA, RRC_NONE);
out:
	guest_put(held->page, held->word, held->word & GUEST_STATE_MASK);
	return cc;
}

static void guest_release(struct call *call, const struct held *held)
{
	frame_put(call->uv, held->absolute, held->entry, held->entry);
	guest_put(held->page, held->word, held->word & GUEST_STATE_MASK);
}

static size_t guest_part(const struct guest_area *area, size_t done)
{
	size_t part = PAGE_SIZE - (area->offset + done) % PAGE_SIZE;

	return part < area->len - done ? part : area->len - done;
}

/*
 * Read an area that was found. There is no reason left to refuse it, but another call may
 * have taken a page away meanwhile: UV_CC_BUSY or UV_CC_IMPORT, and the guest executes
 * the instruction again.
 */
int guest_read(struct call *call, const struct guest_area *area, void *buf)
{
	uint8_t *to = buf;
	size_t done, part, nr = 0;
	struct held held;
	int cc;

	for (done = 0; done < area->len; done += part, nr++) {
		part = guest_part(area, done);
		cc = guest_hold(call, area->pages[nr], &held);
		if (cc != UV_CC_DONE)
			return cc;
		memcpy(to + done, held.there + (area->offset + done) % PAGE_SIZE, part);
		guest_release(call, &held);
	}
	return UV_CC_DONE;
}

/* Two areas may well be in one page, which can be taken once. */
static struct held *guest_find_held(struct held *held, size_t nr, uint64_t guest)
{
	while (nr--)
		if (held[nr].guest == (guest & PAGE_MASK))
			return &held[nr];
	return NULL;
}

/*
 * Write areas that were found, all of them or, if the answer is not UV_CC_DONE,
 * nothing. Together they are in at most GUEST_WRITE_PAGES pages.
 */
int guest_write(struct call *call, const struct guest_output *outputs, size_t nr_outputs)
{
	struct held held[GUEST_WRITE_PAGES];
	size_t done, part, nr_held = 0, nr, i;
	int cc = UV_CC_DONE;

	for (i = 0; i < nr_outputs; i++) {
		const struct guest_area *area = outputs[i].area;

		for (done = 0, nr = 0; done < area->len && cc == UV_CC_DONE;
		     done += guest_part(area, done), nr++) {
			if (guest_find_held(held, nr_held, area->pages[nr]))
				continue;
			cc = guest_hold(call, area->pages[nr], &held[nr_held]);
			if (cc == UV_CC_DONE)
				nr_held++;
		}
	}
	for (i = 0; i < nr_outputs && cc == UV_CC_DONE; i++) {
		const struct guest_area *area = outputs[i].area;

		for (done = 0, nr = 0; done < area->len; done += part, nr++) {
			const struct held *page = guest_find_held(held, nr_held, area->pages[nr]);
			size_t offset = (area->offset + done) % PAGE_SIZE;

			part = guest_part(area, done);
			memcpy(page->there + offset, outputs[i].from + done, part);
			written(call->uv, page->absolute + offset, part);
		}
	}
	while (nr_held--)
		guest_release(call, &held[nr_held]);
	return cc;
}

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

/* Copy inside one page, which is taken meanwhile: it stays where and whose it is. */
static int guest_copy(struct call *call, uint64_t guest, size_t offset, void *buf, size_t len,
		      bool write)
{
	struct guest_page *page = guest_page(call->uv, call->config, guest >> PAGE_SHIFT);
	uint64_t absolute, entry;
	struct uv *uv = call->uv;
	uint32_t word;
	uint8_t *there;
	int cc = UV_CC_DONE;

	if (!page)
		return fail(call, RC_METADATA, RRC_NONE);
	if (!guest_try_take(page, &word))
		return UV_CC_BUSY;
	if (!guest_in_frame(word & GUEST_STATE_MASK)) {
		call->missing = guest & PAGE_MASK;
		cc = UV_CC_IMPORT;
		goto out;
	}
	absolute = (guest_frame(page) << PAGE_SHIFT) + offset;
	there = storage(uv, absolute, len);
	if (!there) {
		cc = fail(call, RC_METADATA, RRC_NONE);
		goto out;
	}
	if (!frame_try_take(uv, absolute, &entry)) {
		cc = UV_CC_BUSY;
		goto out;
	}
	if (frame_owner(entry) != call->slot->number + 1 ||
	    frame_gfn(entry) != guest >> PAGE_SHIFT) {
		cc = fail(call, RC_METADATA, RRC_NONE);
	} else if (write) {
		memcpy(there, buf, len);
		written(uv, absolute, len);
	} else {
		memcpy(buf, there, len);
	}
	frame_put(uv, absolute, entry, entry);
out:
	guest_put(page, word, word & GUEST_STATE_MASK);
	return cc;
}

/*
 * Copy from or to an area that was found. There is no reason left to refuse it, but
 * another call may have taken a page away meanwhile: UV_CC_BUSY or UV_CC_IMPORT, and
 * the guest executes the instruction again.
 */
int guest_area_copy(struct call *call, const struct guest_area *area, void *buf, bool write)
{
	size_t offset = area->offset, rest = area->len, nr;
	uint8_t *at = buf;
	int cc = UV_CC_DONE;

	for (nr = 0; rest && cc == UV_CC_DONE; nr++) {
		size_t part = PAGE_SIZE - offset < rest ? PAGE_SIZE - offset : rest;

		cc = guest_copy(call, area->pages[nr], offset, at, part, write);
		at += part;
		rest -= part;
		offset = 0;
	}
	return cc;
}

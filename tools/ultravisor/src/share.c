// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Shared pages: a guest shows pages to the host, the host pins what devices
 * work on. The content of a page does not change with its sharing.
 */
#include "uv.h"

/*
 * Change the state of a guest page that is in a frame. The guest page is taken.
 * Return: UV_CC_DONE; UV_CC_BUSY; UV_CC_INTERCEPT: the host has pinned the frame, or has
 * not, and @op wants it the other way; UV_CC_ERROR: it is not the frame of this page.
 */
static int change(struct uv *uv, const struct slot *slot, enum page_op op, uint64_t gfn,
		  struct guest_page *guest, uint32_t word)
{
	const struct transition *transition;
	uint64_t absolute, entry;
	int cc = UV_CC_ERROR;

	if (guest->tag >= uv->nr_frames)
		return UV_CC_ERROR;
	absolute = guest->tag << PAGE_SHIFT;
	if (!frame_try_take(uv, absolute, &entry))
		return UV_CC_BUSY;
	transition = page_transition(op, frame_state(entry), word & GUEST_STATE_MASK);
	if (frame_owner(entry) != slot->number + 1 || frame_gfn(entry) != gfn)
		goto out;
	if (!transition) {
		if (frame_state(entry) == FRAME_SHARED || frame_state(entry) == FRAME_PINNED)
			cc = UV_CC_INTERCEPT;
		goto out;
	}
	if (transition->frame == FRAME_SECURE) {
		if (in_use(uv, absolute)) {
			cc = UV_CC_BUSY;
			goto out;
		}
		protect(uv, &absolute, 1, true);
	}
	guest_put(guest, word, transition->guest);
	frame_put(uv, absolute, entry, (entry & ~FRAME_STATE_MASK) | transition->frame);
	if (frame_state(entry) == FRAME_SECURE)
		protect(uv, &absolute, 1, false);
	return UV_CC_DONE;
out:
	frame_put(uv, absolute, entry, entry);
	return cc;
}

/* What a share or unshare means for a page that is in no shared or secure frame. */
static int elsewhere(bool share, struct guest_page *guest, uint32_t word)
{
	enum guest_state state = word & GUEST_STATE_MASK, after = state;
	int cc = UV_CC_DONE;

	/* The content that the guest wants to show has to be there first. */
	if (share && state != GUEST_SHARED_OUT && state != GUEST_SHARED)
		cc = UV_CC_IMPORT;
	/* The host keeps what it has; the guest starts again with zeroes. */
	if (!share && state == GUEST_SHARED_OUT)
		after = GUEST_UNSEEN;
	guest_put(guest, word, after);
	return cc;
}

/* SHARE and UNSHARE by the guest. Asking for what is already so succeeds. */
int cmd_share(struct call *call)
{
	bool share = call->code == CMD_SHARE;
	struct guest_page *guest;
	uint64_t address;
	uint32_t word;
	int cc;

	if (!config_from_guest(call->config, field(call, 0x20), &address) || address % PAGE_SIZE)
		return fail(call, RC_SHARE_ADDRESS, RRC_NONE);
	call->missing = address;
	guest = guest_page(call->uv, call->config, address >> PAGE_SHIFT);
	if (!guest)
		return fail(call, RC_METADATA, RRC_NONE);
	if (!guest_try_take(guest, &word))
		return UV_CC_BUSY;
	if ((word & GUEST_STATE_MASK) != (share ? GUEST_RESIDENT : GUEST_SHARED))
		return elsewhere(share, guest, word);
	cc = change(call->uv, call->slot, share ? OP_SHARE : OP_UNSHARE, address >> PAGE_SHIFT,
		    guest, word);
	if (cc == UV_CC_DONE) {
		/* A walk that was about to end sharing has not seen this page. */
		if (share)
			call->config->cursor_of = 0;
		return cc;
	}
	guest_put(guest, word, word & GUEST_STATE_MASK);
	return cc == UV_CC_ERROR ? fail(call, RC_METADATA, RRC_NONE) : cc;
}

int cmd_pin(struct call *call)
{
	uint64_t absolute = field(call, 0x18), entry;
	struct uv *uv = call->uv;
	int cc = UV_CC_DONE;

	if (absolute % PAGE_SIZE || !storage(uv, absolute, PAGE_SIZE))
		return fail(call, RC_PAGE_ADDRESS, RRC_NONE);
	if (!frame_try_take(uv, absolute, &entry))
		return UV_CC_BUSY;
	if (page_transition(OP_PIN, frame_state(entry), GUEST_SHARED)) {
		frame_put(uv, absolute, entry, (entry & ~FRAME_STATE_MASK) | FRAME_PINNED);
		return cc;
	}
	if (frame_state(entry) == FRAME_DONATED)
		cc = fail(call, RC_PAGE_DONATED, RRC_NONE);
	else if (frame_state(entry) != FRAME_PINNED)
		cc = fail(call, RC_PAGE_NOT_SHARED, RRC_NONE);
	frame_put(uv, absolute, entry, entry);
	return cc;
}

int cmd_unpin(struct call *call)
{
	uint64_t address = field(call, 0x20);
	struct guest_page *guest;
	uint32_t word;
	int cc = UV_CC_INTERCEPT;

	if (address % PAGE_SIZE || !config_covers(call->config, address))
		return fail(call, RC_UNPIN_ADDRESS, RRC_NONE);
	guest = guest_page(call->uv, call->config, address >> PAGE_SHIFT);
	if (!guest)
		return fail(call, RC_METADATA, RRC_NONE);
	if (!guest_try_take(guest, &word))
		return UV_CC_BUSY;
	if ((word & GUEST_STATE_MASK) == GUEST_SHARED)
		cc = change(call->uv, call->slot, OP_UNPIN, address >> PAGE_SHIFT, guest, word);
	if (cc == UV_CC_DONE)
		return cc;
	guest_put(guest, word, word & GUEST_STATE_MASK);
	if (cc == UV_CC_ERROR)
		return fail(call, RC_METADATA, RRC_NONE);
	return cc == UV_CC_BUSY ? cc : fail(call, RC_UNPIN_NOT_PINNED, RRC_NONE);
}

static int unshare_one(struct uv *uv, struct slot *slot, uint64_t gfn, struct guest_page *guest,
		       void *arg)
{
	uint32_t word;
	int cc;

	(void)arg;
	if (!guest_try_take(guest, &word))
		return UV_CC_BUSY;
	if ((word & GUEST_STATE_MASK) == GUEST_SHARED_OUT)
		return elsewhere(false, guest, word);
	cc = change(uv, slot, OP_UNSHARE_RESET, gfn, guest, word);
	if (cc != UV_CC_DONE)
		guest_put(guest, word, word & GUEST_STATE_MASK);
	return cc;
}

/*
 * For a reset of the guest: PREPARE RESET does it, too, as a host may forget. Pins
 * end as well: no device works for the guest any more.
 */
int cmd_unshare_all(struct call *call)
{
	int cc = config_walk(call, IN(GUEST_SHARED) | IN(GUEST_SHARED_OUT), unshare_one, NULL);

	if (cc == UV_CC_DONE && call->code == CMD_UNSHARE_ALL &&
	    config_cpus_stopped(call->uv, call->config))
		reset_step_done(call->config, RESET_UNSHARED);
	return cc == UV_CC_ERROR ? fail(call, RC_METADATA, RRC_NONE) : cc;
}

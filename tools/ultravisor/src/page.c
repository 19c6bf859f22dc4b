// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pages: the table of transitions, and the calls that move a page between the
 * host and a configuration.
 *
 * Every transition takes the frame, then the guest page, checks everything and
 * only then changes anything. A page that becomes secure is hidden before its
 * content is touched; a page that becomes accessible is shown last.
 */
#include "uv.h"

#define GO(frame_after, guest_after, what) \
	{ .legal = true, .frame = (frame_after), .guest = (guest_after), .action = (what) }

/*
 * What is not in the table is not possible. A frame without owner has no guest
 * page; it is listed with GUEST_UNSEEN.
 */
static const struct transition transitions[NR_OPS][NR_FRAME_STATES][NR_GUEST_STATES] = {
	[OP_IMPORT] = {
		[FRAME_ACCESSIBLE] = {
			[GUEST_UNSEEN] = GO(FRAME_SECURE, GUEST_RESIDENT, DO_ZERO),
			[GUEST_EXPORTED] = GO(FRAME_SECURE, GUEST_RESIDENT, DO_DECRYPT),
			[GUEST_SHARED_OUT] = GO(FRAME_SHARED, GUEST_SHARED, DO_NOTHING),
		},
	},
	[OP_UNPACK] = {
		[FRAME_ACCESSIBLE] = {
			[GUEST_UNSEEN] = GO(FRAME_SECURE, GUEST_RESIDENT, DO_UNPACK),
		},
	},
	[OP_EXPORT] = {
		[FRAME_SECURE] = {
			[GUEST_RESIDENT] = GO(FRAME_ACCESSIBLE, GUEST_EXPORTED, DO_ENCRYPT),
		},
		[FRAME_SHARED] = {
			[GUEST_SHARED] = GO(FRAME_ACCESSIBLE, GUEST_SHARED_OUT, DO_NOTHING),
		},
		[FRAME_PINNED] = {
			[GUEST_SHARED] = GO(FRAME_ACCESSIBLE, GUEST_SHARED_OUT, DO_NOTHING),
		},
		/* The key is gone: zeroes are as good as any ciphertext. */
		[FRAME_OWNERLESS] = {
			[GUEST_UNSEEN] = GO(FRAME_ACCESSIBLE, GUEST_UNSEEN, DO_ZERO),
		},
	},
	[OP_DESTROY] = {
		[FRAME_SECURE] = {
			[GUEST_RESIDENT] = GO(FRAME_ACCESSIBLE, GUEST_DESTROYED, DO_ZERO),
		},
		[FRAME_SHARED] = {
			[GUEST_SHARED] = GO(FRAME_ACCESSIBLE, GUEST_SHARED_OUT, DO_ZERO),
		},
		[FRAME_PINNED] = {
			[GUEST_SHARED] = GO(FRAME_ACCESSIBLE, GUEST_SHARED_OUT, DO_ZERO),
		},
		[FRAME_OWNERLESS] = {
			[GUEST_UNSEEN] = GO(FRAME_ACCESSIBLE, GUEST_UNSEEN, DO_ZERO),
		},
	},
	[OP_SHARE] = {
		[FRAME_SECURE] = {
			[GUEST_RESIDENT] = GO(FRAME_SHARED, GUEST_SHARED, DO_NOTHING),
		},
	},
	[OP_UNSHARE] = {
		[FRAME_SHARED] = {
			[GUEST_SHARED] = GO(FRAME_SECURE, GUEST_RESIDENT, DO_NOTHING),
		},
	},
	/* Unshare all: what the host has pinned does not count. */
	[OP_UNSHARE_RESET] = {
		[FRAME_SHARED] = {
			[GUEST_SHARED] = GO(FRAME_SECURE, GUEST_RESIDENT, DO_NOTHING),
		},
		[FRAME_PINNED] = {
			[GUEST_SHARED] = GO(FRAME_SECURE, GUEST_RESIDENT, DO_NOTHING),
		},
	},
	[OP_PIN] = {
		[FRAME_SHARED] = {
			[GUEST_SHARED] = GO(FRAME_PINNED, GUEST_SHARED, DO_NOTHING),
		},
	},
	[OP_UNPIN] = {
		[FRAME_PINNED] = {
			[GUEST_SHARED] = GO(FRAME_SHARED, GUEST_SHARED, DO_NOTHING),
		},
	},
	/* The configuration goes away. */
	[OP_RELEASE] = {
		[FRAME_SECURE] = {
			[GUEST_RESIDENT] = GO(FRAME_OWNERLESS, GUEST_UNSEEN, DO_NOTHING),
		},
		[FRAME_SHARED] = {
			[GUEST_SHARED] = GO(FRAME_ACCESSIBLE, GUEST_UNSEEN, DO_NOTHING),
		},
		[FRAME_PINNED] = {
			[GUEST_SHARED] = GO(FRAME_ACCESSIBLE, GUEST_UNSEEN, DO_NOTHING),
		},
	},
};

const struct transition *page_transition(enum page_op op, enum frame_state frame,
					 enum guest_state guest)
{
	const struct transition *transition = &transitions[op][frame][guest];

	return transition->legal ? transition : NULL;
}

void batch_flush(struct uv *uv, struct batch *batch)
{
	protect(uv, batch->pages, batch->nr, false);
	batch->nr = 0;
}

static void now_visible(struct uv *uv, uint64_t absolute, struct batch *batch)
{
	if (!batch) {
		protect(uv, &absolute, 1, false);
		return;
	}
	batch->pages[batch->nr++] = absolute;
	if (batch->nr == BATCH_PAGES)
		batch_flush(uv, batch);
}

/* Encrypt for the host. The counter moves first: a nonce is used once. */
static int encrypt(struct slot *slot, void *page, uint64_t gfn, struct guest_page *guest,
		   uint32_t *word, bool *lost, uint16_t *rc)
{
	uint64_t counter = guest_counter(guest, *word) + 1;
	struct cipher *cipher;
	uint8_t tag[TAG_LEN];
	bool no_memory, ok;

	if (counter >> COUNTER_BITS) {
		*rc = RC_PAGE_COUNTER;
		return UV_CC_ERROR;
	}
	cipher = cipher_get(slot, &no_memory);
	if (!cipher) {
		*rc = RC_NO_MEMORY;
		return no_memory ? UV_CC_ERROR : UV_CC_BUSY;
	}
	ok = page_encrypt(cipher, page, gfn, counter, tag, lost);
	cipher_put(cipher);
	if (!ok) {
		*rc = RC_NO_MEMORY;
		return UV_CC_ERROR;
	}
	guest_set_counter(guest, word, counter);
	memcpy(guest->tag, tag, TAG_LEN);
	return UV_CC_DONE;
}

static int leave(struct uv *uv, enum page_op op, uint64_t absolute, uint64_t entry,
		 struct slot *slot, struct batch *batch, uint16_t *rc)
{
	uint64_t gfn = frame_gfn(entry), after = FRAME_ACCESSIBLE;
	void *page = storage(uv, absolute, PAGE_SIZE);
	const struct transition *transition;
	struct guest_page *guest = NULL;
	uint32_t word = GUEST_UNSEEN;
	int cc = UV_CC_DONE;
	bool lost = false;

	if (slot)
		guest = guest_page(uv, slot->config, gfn);
	if (!page || (slot && !guest)) {
		*rc = RC_METADATA;
		return UV_CC_ERROR;
	}
	if (guest && !guest_try_take(guest, &word))
		return UV_CC_BUSY;
	transition = page_transition(op, frame_state(entry), word & GUEST_STATE_MASK);
	if (!transition || (transition->action == DO_ENCRYPT && !guest)) {
		*rc = RC_METADATA;
		cc = UV_CC_ERROR;
	} else if (op == OP_DESTROY && slot && slot->config->nr_cpus) {
		/* Hosts destroy whatever a process has, with other guests in it. */
		*rc = RC_PAGE_HAS_CPUS;
		cc = UV_CC_ERROR;
	} else if (transition->action == DO_ENCRYPT) {
		cc = encrypt(slot, page, gfn, guest, &word, &lost, rc);
	} else if (transition->action == DO_ZERO) {
		memset(page, 0, PAGE_SIZE);
	}
	if (lost) {
		/* Its guest must not take the zeroes for its data. */
		transition = page_transition(OP_DESTROY, frame_state(entry),
					     word & GUEST_STATE_MASK);
		*rc = RC_EXECUTED;
	} else if (cc != UV_CC_DONE) {
		if (guest)
			guest_put(guest, word, word & GUEST_STATE_MASK);
		return cc;
	}
	if (transition->action != DO_NOTHING)
		written(uv, absolute, PAGE_SIZE);
	if (guest)
		guest_put(guest, word, transition->guest);
	if (transition->frame == FRAME_OWNERLESS)
		after = frame_make(FRAME_OWNERLESS, 0, 0);
	frame_put(uv, absolute, entry, after);
	if (after == FRAME_ACCESSIBLE)
		now_visible(uv, absolute, batch);
	if (transition->action == DO_ENCRYPT)
		count_add(&uv->count.exports, 1);
	else if (op == OP_DESTROY || lost)
		count_add(&uv->count.destroys, 1);
	return UV_CC_DONE;
}

/*
 * Take a page away from its configuration. @absolute must be a page of storage.
 * @locked: the configuration, if the caller holds its gate already
 * @batch: collects what is to be shown at the end, or NULL
 */
int page_leave(struct uv *uv, enum page_op op, uint64_t absolute, struct slot *locked,
	       struct batch *batch, uint16_t *rc)
{
	struct slot *slot = locked;
	uint64_t entry;
	int cc;

	entry = atomic_load_explicit(&uv->frames[absolute >> PAGE_SHIFT], memory_order_acquire);
	/* A page that is not secure: hosts rely on success. */
	if (entry == FRAME_ACCESSIBLE)
		return UV_CC_DONE;
	if (frame_state(entry) == FRAME_DONATED) {
		*rc = RC_PAGE_DONATED;
		return UV_CC_ERROR;
	}
	if (!frame_try_take(uv, absolute, &entry))
		return UV_CC_BUSY;
	cc = UV_CC_BUSY;
	/* Changed since it was looked at: the next attempt sees what it is now. */
	if (frame_state(entry) == FRAME_ACCESSIBLE || frame_state(entry) == FRAME_DONATED)
		goto out;
	if (locked && frame_owner(entry) != locked->number + 1) {
		*rc = RC_METADATA;
		cc = UV_CC_ERROR;
		goto out;
	}
	if (frame_owner(entry) && !slot && slot_by_owner(uv, frame_owner(entry), false, &slot))
		goto out;
	cc = leave(uv, op, absolute, entry, slot, batch, rc);
	if (slot && !locked)
		slot_put(slot, false);
	if (cc == UV_CC_DONE)
		return cc;
out:
	frame_put(uv, absolute, entry, entry);
	return cc;
}

/* EXPORT and DESTROY PAGE. */
int cmd_export(struct call *call)
{
	uint64_t absolute = field(call, 0x18);
	uint16_t rc = RC_EXECUTED;
	int cc;

	if (absolute % PAGE_SIZE || !storage(call->uv, absolute, PAGE_SIZE))
		return fail(call, RC_PAGE_ADDRESS, RRC_NONE);
	cc = page_leave(call->uv, call->code == CMD_EXPORT ? OP_EXPORT : OP_DESTROY, absolute,
			NULL, NULL, &rc);
	call->rc = rc;
	return cc;
}

/* A frame on its way into a configuration. */
struct arrival {
	uint64_t absolute;
	uint64_t entry;
	uint64_t gfn;
	void *page;
	struct guest_page *guest;
	uint32_t word;
	/* Another configuration that shares this frame now and loses it. */
	struct slot *loser;
	struct guest_page *lost;
	uint32_t lost_word;
};

static int violation(struct call *call, uint16_t rc)
{
	count_add(&call->uv->count.violations, 1);
	return fail(call, rc, RRC_NONE);
}

/* May the frame be given to this guest page, as far as the frame says? */
static int check_frame(struct call *call, enum page_op op, struct arrival *in, bool *done)
{
	enum frame_state state = frame_state(in->entry);
	struct uv *uv = call->uv;

	switch (state) {
	case FRAME_ACCESSIBLE:
		return UV_CC_DONE;
	case FRAME_DONATED:
		return violation(call, RC_IMPORT_DONATED);
	case FRAME_OWNERLESS:
		return violation(call, RC_IMPORT_OWNER);
	default:
		break;
	}
	if (frame_owner(in->entry) == call->slot->number + 1) {
		if (frame_gfn(in->entry) != in->gfn)
			return violation(call, RC_IMPORT_REMAPPED);
		if (op == OP_UNPACK)
			return violation(call, RC_IMPORT_SEEN);
		/* Another CPU was faster. */
		*done = true;
		return UV_CC_DONE;
	}
	if (state != FRAME_SHARED || !(uv->features & UV_FEATURE_MISC))
		return violation(call, RC_IMPORT_OWNER);
	/* Shared by another guest: that one loses it, as if it were exported. */
	if (slot_by_owner(uv, frame_owner(in->entry), false, &in->loser))
		return UV_CC_BUSY;
	in->lost = guest_page(uv, in->loser->config, frame_gfn(in->entry));
	if (!in->lost)
		return fail(call, RC_METADATA, RRC_NONE);
	if (!guest_try_take(in->lost, &in->lost_word)) {
		in->lost = NULL;
		return UV_CC_BUSY;
	}
	return UV_CC_DONE;
}

/* May the guest page be in this frame? */
static int check_guest(struct call *call, enum page_op op, struct arrival *in,
		       const struct transition **transition)
{
	enum guest_state state;

	in->guest = guest_page(call->uv, call->config, in->gfn);
	if (!in->guest)
		return fail(call, RC_METADATA, RRC_NONE);
	if (!guest_try_take(in->guest, &in->word)) {
		in->guest = NULL;
		return UV_CC_BUSY;
	}
	state = in->word & GUEST_STATE_MASK;
	*transition = page_transition(op, FRAME_ACCESSIBLE, state);
	if (*transition)
		return UV_CC_DONE;
	if (op == OP_UNPACK)
		return violation(call, RC_IMPORT_SEEN);
	if (state == GUEST_DESTROYED)
		return violation(call, RC_IMPORT_DESTROYED);
	return violation(call, RC_IMPORT_TWO_FRAMES);
}

static int decrypt(struct call *call, struct arrival *in)
{
	struct cipher *cipher;
	enum opened opened;
	bool no_memory;

	cipher = cipher_get(call->slot, &no_memory);
	if (!cipher)
		return no_memory ? fail(call, RC_NO_MEMORY, RRC_NONE) : UV_CC_BUSY;
	opened = page_decrypt(cipher, in->page, in->gfn, guest_counter(in->guest, in->word),
			      in->guest->tag);
	cipher_put(cipher);
	if (opened == OPEN_OK)
		return UV_CC_DONE;
	if (opened == OPEN_NO_MEMORY)
		return fail(call, RC_NO_MEMORY, RRC_NONE);
	written(call->uv, in->absolute, PAGE_SIZE);
	count_add(&call->uv->count.integrity_failures, 1);
	return fail(call, RC_IMPORT_INTEGRITY, RRC_NONE);
}

static int arrive(struct call *call, enum page_op op, struct arrival *in,
		  const struct transition *transition)
{
	struct uv *uv = call->uv;
	int cc = UV_CC_DONE;

	if (transition->frame == FRAME_SECURE) {
		/* A host that waits for a page to be mapped comes back. */
		if (in_use(uv, in->absolute))
			return fail(call, RC_IMPORT_NOT_MAPPED, RRC_NONE);
		protect(uv, &in->absolute, 1, true);
	}
	switch (transition->action) {
	case DO_ZERO:
		memset(in->page, 0, PAGE_SIZE);
		break;
	case DO_DECRYPT:
		cc = decrypt(call, in);
		break;
	case DO_UNPACK:
		if (!image_unpack(call->slot, in->page, in->gfn << PAGE_SHIFT,
				  call->block + 0x28))
			cc = fail(call, RC_NO_MEMORY, RRC_NONE);
		break;
	default:
		break;
	}
	if (cc != UV_CC_DONE)
		return cc;
	if (transition->action != DO_NOTHING)
		written(uv, in->absolute, PAGE_SIZE);
	if (in->lost)
		guest_put(in->lost, in->lost_word, GUEST_SHARED_OUT);
	in->lost = NULL;
	guest_set_frame(in->guest, in->absolute >> PAGE_SHIFT);
	guest_put(in->guest, in->word, transition->guest);
	in->guest = NULL;
	frame_put(uv, in->absolute, in->entry,
		  frame_make(transition->frame, call->slot->number + 1, in->gfn));
	if (transition->frame != FRAME_SECURE)
		protect(uv, &in->absolute, 1, false);
	else
		count_add(op == OP_UNPACK ? &uv->count.unpacks : &uv->count.imports, 1);
	return UV_CC_DONE;
}

/*
 * Bring a page into the configuration of the call: IMPORT and UNPACK.
 * Nothing changes unless the answer is UV_CC_DONE.
 */
int page_enter(struct call *call, enum page_op op, uint64_t guest)
{
	struct arrival in = { .gfn = guest >> PAGE_SHIFT };
	const struct transition *transition = NULL;
	struct uv *uv = call->uv;
	bool done = false, hidden;
	int cc;

	if (guest % PAGE_SIZE || !config_covers(call->config, guest))
		return fail(call, RC_IMPORT_ADDRESS, RRC_NONE);
	if (uv->ops.translate_guest(uv->opaque, call->config->asce, guest, true, &in.absolute))
		return fail(call, RC_IMPORT_NOT_MAPPED, RRC_NONE);
	in.absolute &= PAGE_MASK;
	in.page = storage(uv, in.absolute, PAGE_SIZE);
	if (!in.page)
		return fail(call, RC_IMPORT_STORAGE, RRC_NONE);
	if (!frame_try_take(uv, in.absolute, &in.entry))
		return UV_CC_BUSY;

	cc = check_frame(call, op, &in, &done);
	if (cc == UV_CC_DONE && !done)
		cc = check_guest(call, op, &in, &transition);
	if (cc == UV_CC_DONE && !done) {
		cc = arrive(call, op, &in, transition);
		done = cc == UV_CC_DONE;
		if (done)
			goto out;
	}
	hidden = transition && cc != UV_CC_DONE && transition->frame == FRAME_SECURE;
	if (in.guest)
		guest_put(in.guest, in.word, in.word & GUEST_STATE_MASK);
	if (in.lost)
		guest_put(in.lost, in.lost_word, in.lost_word & GUEST_STATE_MASK);
	frame_put(uv, in.absolute, in.entry, in.entry);
	if (hidden)
		protect(uv, &in.absolute, 1, false);
out:
	if (in.loser)
		slot_put(in.loser, false);
	return cc;
}

int cmd_import(struct call *call)
{
	return page_enter(call, OP_IMPORT, field(call, 0x20));
}

int uv_access(struct uv *uv, uint64_t absolute, uint64_t config, uint64_t guest, bool write)
{
	frame_entry *frames = atomic_load_explicit(&uv->frames, memory_order_acquire);
	uint64_t entry = FRAME_ACCESSIBLE;
	enum frame_state state;

	/* Whoever may read a page may also store into it. */
	(void)write;
	if (frames && absolute >> PAGE_SHIFT < uv->nr_frames)
		entry = atomic_load_explicit(&frames[absolute >> PAGE_SHIFT],
					     memory_order_acquire);
	state = frame_state(entry);
	if (!config) {
		bool host = state == FRAME_ACCESSIBLE || state == FRAME_SHARED ||
			    state == FRAME_PINNED;

		return host && !(entry & FRAME_BUSY) ? 0 : UV_PGM_SECURE_ACCESS;
	}
	switch (state) {
	case FRAME_ACCESSIBLE:
		return UV_PGM_NONSECURE_ACCESS;
	case FRAME_SECURE:
	case FRAME_SHARED:
	case FRAME_PINNED:
		if (frame_owner(entry) != HANDLE_SLOT(config))
			return state == FRAME_SHARED ? UV_PGM_NONSECURE_ACCESS : UV_PGM_VIOLATION;
		if (frame_gfn(entry) != guest >> PAGE_SHIFT)
			return UV_PGM_VIOLATION;
		return entry & FRAME_BUSY ? UV_PGM_NONSECURE_ACCESS : 0;
	default:
		return UV_PGM_VIOLATION;
	}
}

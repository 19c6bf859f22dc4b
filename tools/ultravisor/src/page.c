// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pages: the table of transitions, and the calls that move a page between the
 * host and a configuration.
 *
 * Every transition takes the frame, then the guest page, checks everything and
 * only then changes anything. Before a page changes its content or its owner it is
 * hidden from everybody, its guest included; it is shown last.
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
	/* The configuration goes away: what was shared the host knows already. */
	[OP_RELEASE] = {
		[FRAME_SECURE] = {
			[GUEST_RESIDENT] = GO(FRAME_ACCESSIBLE, GUEST_UNSEEN, DO_ZERO),
		},
		[FRAME_SHARED] = {
			[GUEST_SHARED] = GO(FRAME_ACCESSIBLE, GUEST_UNSEEN, DO_NOTHING),
		},
		[FRAME_PINNED] = {
			[GUEST_SHARED] = GO(FRAME_ACCESSIBLE, GUEST_UNSEEN, DO_NOTHING),
		},
	},
	/* The same, and the host deals with the pages later. */
	[OP_RELEASE_FAST] = {
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
	/* Overwritten entries have states that there are not. */
	if (frame >= NR_FRAME_STATES || guest >= NR_GUEST_STATES ||
	    !transitions[op][frame][guest].legal)
		return NULL;
	return &transitions[op][frame][guest];
}

/* Encrypt for the host. The counter moves first: a tweak is used once. */
static bool encrypt(struct departure *out)
{
	uint64_t counter = guest_counter(out->guest, out->word) + 1;

	if (!page_encrypt(out->cipher, out->keys, out->page, frame_gfn(out->entry), counter,
			  &out->guest->tag))
		return false;
	guest_set_counter(out->guest, &out->word, counter);
	return true;
}

/* The content for the host. False: it could not be made, and the page is as it was. */
static bool make_content(struct uv *uv, struct departure *out)
{
	if (out->transition->action == DO_NOTHING)
		return true;
	if (out->transition->action == DO_ZERO)
		memset(out->page, 0, PAGE_SIZE);
	else if (!encrypt(out))
		return false;
	written(uv, out->absolute, PAGE_SIZE);
	return true;
}

/*
 * Complete what departure_start() began for these pages.
 * Return: UV_CC_DONE or UV_CC_ERROR, which only a page that is encrypted leads to.
 */
static int departures_end(struct uv *uv, enum page_op op, struct departure *pages, size_t nr)
{
	uint64_t absolute[BATCH_PAGES];
	int cc = UV_CC_DONE;
	size_t i, shown = 0;

	for (i = 0; i < nr; i++)
		absolute[i] = pages[i].absolute;
	protect(uv, absolute, nr, true);
	for (i = 0; i < nr; i++) {
		struct departure *out = &pages[i];
		enum guest_state guest = out->word & GUEST_STATE_MASK;
		uint64_t after = out->entry;

		if (make_content(uv, out)) {
			guest = out->transition->guest;
			after = frame_make(out->transition->frame, 0, 0);
			if (out->transition->action == DO_ENCRYPT)
				count_add(uv, exports, 1);
			else if (op == OP_DESTROY)
				count_add(uv, destroys, 1);
		} else {
			cc = UV_CC_ERROR;
		}
		if (out->cipher)
			cipher_put(out->cipher);
		if (out->guest)
			guest_put(out->guest, out->word, guest);
		frame_put(uv, out->absolute, out->entry, after);
		if (frame_state(after) != FRAME_OWNERLESS)
			absolute[shown++] = out->absolute;
	}
	protect(uv, absolute, shown, false);
	return cc;
}

void batch_flush(struct uv *uv, struct batch *batch)
{
	departures_end(uv, batch->op, batch->pages, batch->nr);
	batch->nr = 0;
}

static bool is_in_frame(uint32_t word)
{
	return (word & GUEST_STATE_MASK) == GUEST_RESIDENT ||
	       (word & GUEST_STATE_MASK) == GUEST_SHARED;
}

/* May the page leave? Its frame is taken; its guest page is, too, if the answer is yes. */
static int departure_start(struct uv *uv, enum page_op op, struct slot *slot,
			   struct departure *out, uint16_t *rc)
{
	bool no_memory = false;
	int cc = UV_CC_DONE;

	out->page = storage(uv, out->absolute, PAGE_SIZE);
	if (slot)
		out->guest = guest_page(uv, slot->config, frame_gfn(out->entry));
	*rc = RC_METADATA;
	if (!out->page || (slot && !out->guest))
		return UV_CC_ERROR;
	if (out->guest && !guest_try_take(out->guest, &out->word))
		return UV_CC_BUSY;
	out->transition = page_transition(op, frame_state(out->entry),
					  out->word & GUEST_STATE_MASK);
	if (!out->transition ||
	    (out->transition->action == DO_ENCRYPT && (!slot || !out->guest)) ||
	    (out->guest && is_in_frame(out->word) &&
	     out->guest->tag != out->absolute >> PAGE_SHIFT)) {
		cc = UV_CC_ERROR;
	} else if (op == OP_DESTROY && slot && slot->nr_cpus) {
		/* Hosts destroy whatever a process has, with other guests in it. */
		*rc = RC_PAGE_HAS_CPUS;
		cc = UV_CC_ERROR;
	} else if (out->transition->action == DO_ENCRYPT) {
		*rc = RC_PAGE_COUNTER;
		if ((guest_counter(out->guest, out->word) + 1) >> COUNTER_BITS)
			cc = UV_CC_ERROR;
		else
			out->cipher = cipher_get(slot, &no_memory);
		out->keys = &slot->config->page_keys;
		if (cc == UV_CC_DONE && !out->cipher) {
			*rc = RC_NO_MEMORY;
			cc = no_memory ? UV_CC_ERROR : UV_CC_BUSY;
		}
	}
	if (cc != UV_CC_DONE && out->guest)
		guest_put(out->guest, out->word, out->word & GUEST_STATE_MASK);
	return cc;
}

static int leave(struct uv *uv, enum page_op op, struct departure *out, struct slot *slot,
		 struct batch *batch, uint16_t *rc)
{
	int cc = departure_start(uv, op, slot, out, rc);

	if (cc != UV_CC_DONE) {
		frame_put(uv, out->absolute, out->entry, out->entry);
		return cc;
	}
	if (batch) {
		batch->pages[batch->nr++] = *out;
		if (batch->nr == BATCH_PAGES)
			batch_flush(uv, batch);
		*rc = RC_EXECUTED;
		return UV_CC_DONE;
	}
	cc = departures_end(uv, op, out, 1);
	*rc = cc == UV_CC_DONE ? RC_EXECUTED : RC_NO_MEMORY;
	return cc;
}

/*
 * Nothing but the frame is known: the page leaves as if its configuration were destroyed.
 * One whose state says nothing is taken for secure.
 */
static int leave_unknown(struct uv *uv, enum page_op op, struct departure *out,
			 struct batch *batch, uint16_t *rc)
{
	bool shared = frame_state(out->entry) == FRAME_SHARED ||
		      frame_state(out->entry) == FRAME_PINNED;

	if (!shared)
		out->entry = (out->entry & ~FRAME_STATE_MASK) | FRAME_SECURE;
	out->word = shared ? GUEST_SHARED : GUEST_RESIDENT;
	return leave(uv, op == OP_RELEASE_FAST ? op : OP_RELEASE, out, NULL, batch, rc);
}

/*
 * Take a page away from its configuration. @absolute must be a page of storage.
 * @locked: the configuration, if the caller holds its gate already
 * @batch: collects what leaves together at the end, or NULL
 */
int page_leave(struct uv *uv, enum page_op op, uint64_t absolute, struct slot *locked,
	       struct batch *batch, uint16_t *rc)
{
	struct departure out = { .absolute = absolute, .word = GUEST_UNSEEN };
	enum slot_result found = SLOT_OK;
	struct slot *slot = locked;
	int cc = UV_CC_BUSY;

	out.entry = atomic_load_explicit(&uv->frames[absolute >> PAGE_SHIFT],
					 memory_order_acquire);
	/* A page that is not secure: hosts rely on success. */
	if (out.entry == FRAME_ACCESSIBLE)
		return UV_CC_DONE;
	if (frame_state(out.entry) == FRAME_DONATED) {
		*rc = RC_PAGE_DONATED;
		return UV_CC_ERROR;
	}
	if (!frame_try_take(uv, absolute, &out.entry))
		return UV_CC_BUSY;
	/* Changed since it was looked at: the next attempt sees what it is now. */
	if (out.entry == FRAME_ACCESSIBLE || frame_state(out.entry) == FRAME_DONATED)
		goto out;
	if (locked && frame_owner(out.entry) != locked->number + 1) {
		*rc = RC_METADATA;
		cc = UV_CC_ERROR;
		goto out;
	}
	if (frame_owner(out.entry) && !slot)
		found = slot_by_owner(uv, frame_owner(out.entry), false, &slot);
	if (found == SLOT_BUSY)
		goto out;
	if (found != SLOT_OK || (slot && slot->broken) ||
	    (!slot && frame_state(out.entry) != FRAME_OWNERLESS))
		return leave_unknown(uv, op, &out, batch, rc);
	cc = leave(uv, op, &out, slot, batch, rc);
	if (slot && cc == UV_CC_ERROR && *rc == RC_METADATA)
		slot->broken = true;
	if (slot && !locked)
		slot_put(slot, false);
	return cc;
out:
	frame_put(uv, absolute, out.entry, out.entry);
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
	struct cipher *cipher;
	bool hidden;
	/* Another configuration that shares this frame now and loses it. */
	struct slot *loser;
	struct guest_page *lost;
	uint32_t lost_word;
};

static int violation(struct call *call, uint16_t rc)
{
	count_add(call->uv, violations, 1);
	return fail(call, rc, RRC_NONE);
}

/* May the frame be given to this guest page, as far as the frame says? */
static int check_frame(struct call *call, enum page_op op, struct arrival *in, bool *done)
{
	enum frame_state state = frame_state(in->entry);
	struct uv *uv = call->uv;
	enum slot_result found;

	switch (state) {
	case FRAME_ACCESSIBLE:
		if (in->entry == FRAME_ACCESSIBLE)
			return UV_CC_DONE;
		return violation(call, RC_IMPORT_OWNER);
	case FRAME_DONATED:
		return violation(call, RC_IMPORT_DONATED);
	case FRAME_OWNERLESS:
		return violation(call, RC_IMPORT_OWNER);
	case FRAME_SECURE:
	case FRAME_SHARED:
	case FRAME_PINNED:
		break;
	default:
		return violation(call, RC_IMPORT_OWNER);
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
	found = slot_by_owner(uv, frame_owner(in->entry), false, &in->loser);
	if (found != SLOT_OK)
		return found == SLOT_BUSY ? UV_CC_BUSY : violation(call, RC_IMPORT_OWNER);
	in->lost = guest_page(uv, in->loser->config, frame_gfn(in->entry));
	if (in->lost && !guest_try_take(in->lost, &in->lost_word)) {
		in->lost = NULL;
		return UV_CC_BUSY;
	}
	if (in->lost && (in->lost_word & GUEST_STATE_MASK) == GUEST_SHARED &&
	    in->lost->tag == in->absolute >> PAGE_SHIFT)
		return UV_CC_DONE;
	in->loser->broken = true;
	return violation(call, RC_IMPORT_OWNER);
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
	if (state >= NR_GUEST_STATES)
		return fail(call, RC_METADATA, RRC_NONE);
	if (op == OP_UNPACK)
		return violation(call, RC_IMPORT_SEEN);
	if (state == GUEST_DESTROYED)
		return violation(call, RC_IMPORT_DESTROYED);
	return violation(call, RC_IMPORT_TWO_FRAMES);
}

static int decrypt(struct call *call, struct arrival *in)
{
	enum opened opened = page_decrypt(in->cipher, &call->config->page_keys, in->page, in->gfn,
					  guest_counter(in->guest, in->word), in->guest->tag);

	if (opened == OPEN_OK)
		return UV_CC_DONE;
	if (opened == OPEN_NO_MEMORY)
		return fail(call, RC_NO_MEMORY, RRC_NONE);
	count_add(call->uv, integrity_failures, 1);
	return fail(call, RC_IMPORT_INTEGRITY, RRC_NONE);
}

/* The content for the guest. The page is hidden. */
static int fill_page(struct call *call, struct arrival *in, enum page_action action)
{
	switch (action) {
	case DO_ZERO:
		memset(in->page, 0, PAGE_SIZE);
		return UV_CC_DONE;
	case DO_DECRYPT:
		return decrypt(call, in);
	case DO_UNPACK:
		return image_unpack(call->slot, in->page,
				    (in->gfn << PAGE_SHIFT) - call->config->origin,
				    call->block + 0x28) ?
		       UV_CC_DONE : fail(call, RC_NO_MEMORY, RRC_NONE);
	default:
		return UV_CC_DONE;
	}
}

static void count_arrival(struct uv *uv, enum page_op op)
{
	if (op == OP_UNPACK)
		count_add(uv, unpacks, 1);
	else
		count_add(uv, imports, 1);
}

static int arrive(struct call *call, enum page_op op, struct arrival *in,
		  const struct transition *transition)
{
	struct uv *uv = call->uv;
	bool no_memory;
	int cc;

	/* A host that waits for a page to be mapped comes back. */
	if (transition->frame == FRAME_SECURE && in_use(uv, in->absolute))
		return fail(call, RC_IMPORT_NOT_MAPPED, RRC_NONE);
	if (transition->action == DO_DECRYPT) {
		in->cipher = cipher_get(call->slot, &no_memory);
		if (!in->cipher)
			return no_memory ? fail(call, RC_NO_MEMORY, RRC_NONE) : UV_CC_BUSY;
	}
	in->hidden = transition->frame == FRAME_SECURE || in->lost;
	if (in->hidden)
		protect(uv, &in->absolute, 1, true);
	cc = fill_page(call, in, transition->action);
	if (in->cipher)
		cipher_put(in->cipher);
	if (cc != UV_CC_DONE)
		return cc;
	if (transition->action != DO_NOTHING)
		written(uv, in->absolute, PAGE_SIZE);
	if (in->lost)
		guest_put(in->lost, in->lost_word, GUEST_SHARED_OUT);
	in->lost = NULL;
	in->guest->tag = in->absolute >> PAGE_SHIFT;
	guest_put(in->guest, in->word, transition->guest);
	in->guest = NULL;
	frame_put(uv, in->absolute, in->entry,
		  frame_make(transition->frame, call->slot->number + 1, in->gfn));
	if (transition->frame != FRAME_SECURE)
		protect(uv, &in->absolute, 1, false);
	else
		count_arrival(uv, op);
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
	bool done = false;
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
	if (in.guest)
		guest_put(in.guest, in.word, in.word & GUEST_STATE_MASK);
	if (in.lost)
		guest_put(in.lost, in.lost_word, in.lost_word & GUEST_STATE_MASK);
	frame_put(uv, in.absolute, in.entry, in.entry);
	if (in.hidden)
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
	if (!frames)
		entry = base_is_claimed(uv, absolute) ? FRAME_DONATED : FRAME_ACCESSIBLE;
	else if (absolute >> PAGE_SHIFT < uv->nr_frames)
		entry = atomic_load_explicit(&frames[absolute >> PAGE_SHIFT],
					     memory_order_acquire);
	state = frame_state(entry);
	if (!config) {
		bool host = entry == FRAME_ACCESSIBLE || state == FRAME_SHARED ||
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

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Work on all pages of a configuration, in pieces: a call that took too long
 * answers "partial completion" and goes on where it was when it is issued again.
 */
#include "uv.h"

/* What one call may do: entries looked at, and what a visited one counts for. */
#define WALK_BUDGET	(1 << 16)
#define VISIT_COST	64

/*
 * Call @visit for the guest pages in one of @states. The gate of the
 * configuration is held for writing.
 *
 * Return: UV_CC_DONE at the end; UV_CC_PARTIAL; or what @visit answered, which
 * is asked again for the same page next time. Busy means that nothing has changed: after
 * the first page the call is partially complete.
 */
int config_walk(struct call *call, uint32_t states, visit_fn visit, void *arg)
{
	struct config *config = call->config;
	uint64_t end = config->len >> PAGE_SHIFT, first = config->origin >> PAGE_SHIFT;
	int budget = WALK_BUDGET, cc = UV_CC_DONE;
	unsigned int visited = 0;
	uint64_t index = config->cursor_of == (call->code & 0xff) ? config->cursor : 0;

	while (index < end && budget > 0) {
		struct guest_page *page = guest_page(call->uv, config, first + index);
		uint64_t stop = index - index % ENTRIES_PER_PAGE + ENTRIES_PER_PAGE;

		if (!page)
			return fail(call, RC_METADATA, RRC_NONE);
		if (stop > end)
			stop = end;
		budget -= (int)(stop - index);
		for (; index < stop; index++, page++) {
			uint32_t word = atomic_load_explicit(&page->word, memory_order_relaxed);

			if (!(states & IN(word & GUEST_STATE_MASK)))
				continue;
			budget -= VISIT_COST;
			cc = visit(call->uv, call->slot, first + index, page, arg);
			if (cc != UV_CC_DONE)
				break;
			visited++;
		}
		if (cc != UV_CC_DONE)
			break;
	}
	if ((cc == UV_CC_DONE && index < end) || (cc == UV_CC_BUSY && visited))
		cc = UV_CC_PARTIAL;
	if (cc == UV_CC_BUSY)
		return cc;
	config->cursor = cc == UV_CC_DONE ? 0 : index;
	config->cursor_of = cc == UV_CC_DONE ? 0 : call->code & 0xff;
	return cc;
}

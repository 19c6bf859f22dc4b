// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Donation: the host gives pages to the ultravisor for metadata and gets them
 * back cleared. A page is busy, and nobody else stores its entry, from the moment it
 * is claimed until its user knows it, and again while it goes back.
 */
#include <stdlib.h>

#include "uv.h"

bool donation_start(struct donation *donation, struct uv *uv, unsigned int owner, size_t room)
{
	*donation = (struct donation) { .uv = uv, .owner = owner };
	donation->pages = malloc(room * sizeof(*donation->pages));
	return donation->pages;
}

static uint64_t donated_to(unsigned int owner)
{
	return frame_make(FRAME_DONATED, owner, 0);
}

/*
 * Claim one page. A page that appears twice in a donation is refused like any
 * other page that is not accessible to the host.
 * Return: UV_CC_DONE, UV_CC_BUSY (by a call or a device), UV_CC_ERROR (not
 * accessible storage).
 */
int donation_add(struct donation *donation, uint64_t absolute)
{
	uint64_t claimed = donated_to(donation->owner), entry;
	struct uv *uv = donation->uv;

	if (absolute % PAGE_SIZE || !storage(uv, absolute, PAGE_SIZE))
		return UV_CC_ERROR;
	if (!frame_try_take(uv, absolute, &entry))
		return entry == (claimed | FRAME_BUSY) ? UV_CC_ERROR : UV_CC_BUSY;
	if (entry != FRAME_ACCESSIBLE) {
		frame_put(uv, absolute, entry, entry);
		return UV_CC_ERROR;
	}
	frame_put(uv, absolute, entry, claimed | FRAME_BUSY);
	if (in_use(uv, absolute)) {
		frame_put(uv, absolute, claimed, FRAME_ACCESSIBLE);
		return UV_CC_BUSY;
	}
	donation->pages[donation->nr++] = absolute;
	return UV_CC_DONE;
}

/* Hide the pages, then clear them: the host must not write into metadata. */
void donation_hide(struct donation *donation)
{
	size_t i;

	protect(donation->uv, donation->pages, donation->nr, true);
	for (i = 0; i < donation->nr; i++)
		memset(storage(donation->uv, donation->pages[i], PAGE_SIZE), 0, PAGE_SIZE);
}

static void donation_free(struct donation *donation, uint64_t entry)
{
	size_t i;

	for (i = 0; i < donation->nr; i++)
		frame_put(donation->uv, donation->pages[i], donated_to(donation->owner), entry);
	free(donation->pages);
}

/* From now on the pages are known to their user only. */
void donation_end(struct donation *donation)
{
	donation_free(donation, donated_to(donation->owner));
}

/* Undo the claims; the content was not touched. */
void donation_cancel(struct donation *donation)
{
	donation_free(donation, FRAME_ACCESSIBLE);
}

/*
 * Take a page that goes back.
 * Return: UV_CC_DONE, UV_CC_BUSY, UV_CC_ERROR: it is not donated to @owner. Overwritten
 * tables lead anywhere.
 */
static int reclaim(struct uv *uv, unsigned int owner, uint64_t absolute)
{
	uint64_t entry;
	bool taken;

	if (absolute % PAGE_SIZE || !storage(uv, absolute, PAGE_SIZE))
		return UV_CC_ERROR;
	taken = frame_try_take(uv, absolute, &entry);
	if ((entry & ~FRAME_BUSY) == donated_to(owner))
		return taken ? UV_CC_DONE : UV_CC_BUSY;
	if (taken)
		frame_put(uv, absolute, entry, entry);
	return UV_CC_ERROR;
}

/*
 * Pages go back to the host, all that are donated to @owner or none.
 * Return: UV_CC_DONE or UV_CC_BUSY.
 */
int donation_return(struct uv *uv, unsigned int owner, const uint64_t *pages, size_t nr)
{
	uint64_t mine[RETURN_PAGES];
	size_t i, taken = 0;
	int cc = UV_CC_DONE;

	for (i = 0; i < nr && cc != UV_CC_BUSY; i++) {
		cc = reclaim(uv, owner, pages[i]);
		if (cc == UV_CC_DONE)
			mine[taken++] = pages[i];
	}
	for (i = 0; i < taken; i++) {
		if (cc != UV_CC_BUSY) {
			wipe(storage(uv, mine[i], PAGE_SIZE), PAGE_SIZE);
			written(uv, mine[i], PAGE_SIZE);
		}
		frame_put(uv, mine[i], donated_to(owner),
			  cc == UV_CC_BUSY ? donated_to(owner) : FRAME_ACCESSIBLE);
	}
	if (cc == UV_CC_BUSY)
		return cc;
	protect(uv, mine, taken, false);
	return UV_CC_DONE;
}

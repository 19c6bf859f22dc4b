// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Donation: the host gives pages to the ultravisor for metadata and gets them
 * back cleared.
 */
#include <stdlib.h>

#include "uv.h"

bool donation_start(struct donation *donation, struct uv *uv, unsigned int owner, size_t room)
{
	*donation = (struct donation) { .uv = uv, .owner = owner };
	donation->pages = malloc(room * sizeof(*donation->pages));
	return donation->pages;
}

static void unclaim(struct donation *donation, uint64_t absolute)
{
	frame_put(donation->uv, absolute, frame_make(FRAME_DONATED, donation->owner, 0),
		  FRAME_ACCESSIBLE);
}

/*
 * Claim one page. A page that appears twice in a donation is refused like any
 * other page that is not accessible to the host.
 * Return: UV_CC_DONE, UV_CC_BUSY (by a call or a device), UV_CC_ERROR (not
 * accessible storage).
 */
int donation_add(struct donation *donation, uint64_t absolute)
{
	struct uv *uv = donation->uv;
	uint64_t entry;

	if (absolute % PAGE_SIZE || !storage(uv, absolute, PAGE_SIZE))
		return UV_CC_ERROR;
	if (!frame_try_take(uv, absolute, &entry))
		return UV_CC_BUSY;
	if (frame_state(entry) != FRAME_ACCESSIBLE) {
		frame_put(uv, absolute, entry, entry);
		return UV_CC_ERROR;
	}
	frame_put(uv, absolute, entry, frame_make(FRAME_DONATED, donation->owner, 0));
	if (in_use(uv, absolute)) {
		unclaim(donation, absolute);
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

/* From now on the pages are known to their user only. */
void donation_end(struct donation *donation)
{
	free(donation->pages);
}

/* Undo the claims; the content was not touched. */
void donation_cancel(struct donation *donation)
{
	size_t i;

	for (i = 0; i < donation->nr; i++)
		unclaim(donation, donation->pages[i]);
	free(donation->pages);
}

void donation_return(struct uv *uv, const uint64_t *pages, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		void *page = storage(uv, pages[i], PAGE_SIZE);

		/* Overwritten tables lead anywhere: leave that page alone. */
		if (!page || frame_state(uv->frames[pages[i] >> PAGE_SHIFT]) != FRAME_DONATED)
			continue;
		wipe(page, PAGE_SIZE);
		written(uv, pages[i], PAGE_SIZE);
		frame_put(uv, pages[i], FRAME_DONATED, FRAME_ACCESSIBLE);
	}
	protect(uv, pages, nr, false);
}

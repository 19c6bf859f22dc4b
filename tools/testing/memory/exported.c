// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include "exported.h"
#include "host.h"

/* A weak sum is enough to tell whether a page is another one. */
static uint64_t sum(const uint8_t *page)
{
	const uint64_t *words = (const uint64_t *)page;
	uint64_t total = 0;

	for (size_t i = 0; i < GUEST_PAGE / 8; i++)
		total = (total << 7 | total >> 57) ^ words[i];
	return total;
}

/* Reads all pages; sums[] is filled by the first round and compared later. */
bool all_exported(const struct guest *guest, uint64_t *sums, bool first)
{
	unsigned long bad = 0;

	for (unsigned long i = 0; i < guest->pages; i++) {
		const uint8_t *page = guest_page(guest, i);

		bad += !is_exported(i, page) || (!first && sums[i] != sum(page));
		sums[i] = sum(page);
	}
	if (bad)
		printf("# %lu of %lu pages are wrong\n", bad, guest->pages);
	return !bad;
}

bool secure_pages_are(unsigned long want)
{
	long have;

	if (!host_is_machine())
		return true;
	have = machine_get("pages-secure");
	if (have != (long)want)
		printf("# %ld pages are secure, not %lu\n", have, want);
	return have == (long)want;
}

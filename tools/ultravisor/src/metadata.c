// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The two tables that the ultravisor lives on: frames (base storage) and guest
 * pages (variable storage of a configuration).
 */
#include "uv.h"

/* The host allocates base storage in units of 1 MiB. */
uint64_t base_storage_len(uint64_t nr_frames)
{
	uint64_t len = nr_frames * sizeof(frame_entry);

	return (len + MIB - 1) & ~(uint64_t)(MIB - 1);
}

/* Pages of entries that a guest of @len bytes needs. */
uint64_t guest_entry_pages(uint64_t len)
{
	return len / MIB;
}

/* Variable storage of a configuration: its entries, then its secret store. */
uint64_t var_pages(const struct uv *uv, uint64_t len)
{
	return guest_entry_pages(len) + store_pages(uv);
}

/*
 * Variable storage is virtual storage of the host and not contiguous. It has no room but
 * for its entries, so these lead to each other: the first pages are in the base storage,
 * every other one in the links of one before it, a tree of LINKS_PER_PAGE branches.
 * The links of four neighbours, which a cache line has together, are the number of a frame.
 */
static uint64_t link_get(const struct guest_page *entries, uint64_t link)
{
	uint64_t frame = 0;
	unsigned int i;

	for (i = 0; i < 4; i++)
		frame |= (uint64_t)entries[4 * link + i].link << 16 * i;
	return frame << PAGE_SHIFT;
}

/* Enter page @index of @pages into what leads to it. */
void var_link(struct uv *uv, struct config *config, const uint64_t *pages, uint64_t index)
{
	uint64_t frame = pages[index] >> PAGE_SHIFT;
	struct guest_page *entries;
	unsigned int i;

	if (index < CONFIG_ROOTS) {
		config->root[index] = pages[index];
		return;
	}
	index -= CONFIG_ROOTS;
	entries = storage(uv, pages[index / LINKS_PER_PAGE], PAGE_SIZE);
	for (i = 0; i < 4; i++)
		entries[index % LINKS_PER_PAGE * 4 + i].link = frame >> 16 * i & 0xffff;
}

/* Absolute address of page @index, or 0 if the links are broken. */
uint64_t var_page(struct uv *uv, const struct config *config, uint64_t index)
{
	uint8_t way[64 / 6], depth = 0;
	uint64_t page;

	for (; index >= CONFIG_ROOTS; index = (index - CONFIG_ROOTS) / LINKS_PER_PAGE)
		way[depth++] = (index - CONFIG_ROOTS) % LINKS_PER_PAGE;
	for (page = config->root[index]; depth--;) {
		const struct guest_page *entries = page % PAGE_SIZE ? NULL :
						   storage(uv, page, PAGE_SIZE);

		if (!entries)
			return 0;
		page = link_get(entries, way[depth]);
	}
	return page;
}

bool config_covers(const struct config *config, uint64_t guest)
{
	return guest >= config->origin && guest - config->origin < config->len;
}

/*
 * Addresses that come from the guest or its image do not have the origin in them.
 * Return: false, it is no address of the guest's storage.
 */
bool config_from_guest(const struct config *config, uint64_t absolute, uint64_t *guest)
{
	*guest = config->origin + absolute;
	return absolute < config->len;
}

/* NULL: there is none, or what leads there was overwritten. */
struct guest_page *guest_page(struct uv *uv, const struct config *config, uint64_t gfn)
{
	uint64_t index = gfn - (config->origin >> PAGE_SHIFT);
	struct guest_page *entries;

	if (index >= config->len >> PAGE_SHIFT)
		return NULL;
	entries = donated_page(uv, HANDLE_SLOT(config->handle),
			       var_page(uv, config, index / ENTRIES_PER_PAGE));
	return entries ? entries + index % ENTRIES_PER_PAGE : NULL;
}

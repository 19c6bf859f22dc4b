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
	return ((len >> PAGE_SHIFT) + ENTRIES_PER_PAGE - 1) / ENTRIES_PER_PAGE;
}

/* Variable storage that does not depend on the size of the guest: rounding, the store. */
uint64_t config_var_base(const struct uv *uv)
{
	uint64_t pages = store_pages(uv), leaves = (pages - 1) / POINTERS_PER_PAGE + 1;

	return CONFIG_VAR_BASE + (pages + leaves + 1) * PAGE_SIZE;
}

/*
 * Variable storage is virtual storage of the host and not contiguous. Its
 * pages are found through two levels of tables, which are part of it; the
 * roots are in the base storage of the configuration:
 *   root[] -> middle table -> leaf table -> page of guest page entries
 * Order in the host's virtual storage: entries, the secret store, leaf tables, middle
 * tables.
 */
void config_var_layout(const struct uv *uv, uint64_t len, uint64_t *nr_data, uint64_t *nr_leaf,
		       uint64_t *nr_mid)
{
	*nr_data = guest_entry_pages(len) + store_pages(uv);
	*nr_leaf = (*nr_data + POINTERS_PER_PAGE - 1) / POINTERS_PER_PAGE;
	*nr_mid = (*nr_leaf + POINTERS_PER_PAGE - 1) / POINTERS_PER_PAGE;
}

/* Absolute address of page @index of the entries, or 0 if the tables are broken. */
uint64_t var_page(struct uv *uv, const struct config *config, uint64_t index)
{
	uint64_t leaf_index = index / POINTERS_PER_PAGE;
	const uint64_t *mid, *leaf;

	mid = storage(uv, config->root[leaf_index / POINTERS_PER_PAGE], PAGE_SIZE);
	if (!mid)
		return 0;
	leaf = storage(uv, mid[leaf_index % POINTERS_PER_PAGE], PAGE_SIZE);
	return leaf ? leaf[index % POINTERS_PER_PAGE] : 0;
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

/*
 * @gfn must be covered by the configuration. NULL means that donated storage
 * was overwritten from outside, by a device that the machine does not check.
 */
struct guest_page *guest_page(struct uv *uv, const struct config *config, uint64_t gfn)
{
	uint64_t index = gfn - (config->origin >> PAGE_SHIFT);
	uint64_t page = var_page(uv, config, index / ENTRIES_PER_PAGE);
	struct guest_page *entries = page ? storage(uv, page, PAGE_SIZE) : NULL;

	return entries ? entries + index % ENTRIES_PER_PAGE : NULL;
}

uint64_t guest_counter(const struct guest_page *page, uint32_t word)
{
	return (uint64_t)page->counter_high << COUNTER_LOW_BITS | word >> GUEST_COUNTER_SHIFT;
}

void guest_set_counter(struct guest_page *page, uint32_t *word, uint64_t counter)
{
	page->counter_high = counter >> COUNTER_LOW_BITS;
	*word = (*word & (GUEST_STATE_MASK | GUEST_BUSY)) |
		(uint32_t)counter << GUEST_COUNTER_SHIFT;
}

uint64_t guest_frame(const struct guest_page *page)
{
	uint64_t frame;

	memcpy(&frame, page->tag, sizeof(frame));
	return frame;
}

void guest_set_frame(struct guest_page *page, uint64_t frame)
{
	memcpy(page->tag, &frame, sizeof(frame));
}

/* @absolute must be below the end of storage. *@entry is the entry before. */
bool frame_try_take(struct uv *uv, uint64_t absolute, uint64_t *entry)
{
	frame_entry *frame = &uv->frames[absolute >> PAGE_SHIFT];
	uint64_t old = atomic_load_explicit(frame, memory_order_relaxed) & ~FRAME_BUSY;

	*entry = old;
	return atomic_compare_exchange_strong_explicit(frame, entry, old | FRAME_BUSY,
						       memory_order_acquire,
						       memory_order_relaxed);
}

/* Give a frame back with a new entry, whose state may be another one. */
void frame_put(struct uv *uv, uint64_t absolute, uint64_t old, uint64_t entry)
{
	if (frame_state(old) != frame_state(entry)) {
		count_add(&uv->count.frames[frame_state(old)], -1);
		count_add(&uv->count.frames[frame_state(entry)], 1);
	}
	atomic_store_explicit(&uv->frames[absolute >> PAGE_SHIFT], entry, memory_order_release);
}

bool guest_try_take(struct guest_page *page, uint32_t *word)
{
	uint32_t old = atomic_load_explicit(&page->word, memory_order_relaxed) & ~GUEST_BUSY;

	*word = old;
	return atomic_compare_exchange_strong_explicit(&page->word, word, old | GUEST_BUSY,
						       memory_order_acquire,
						       memory_order_relaxed);
}

void guest_put(struct guest_page *page, uint32_t word, enum guest_state state)
{
	word = (word & ~(GUEST_STATE_MASK | GUEST_BUSY)) | state;
	atomic_store_explicit(&page->word, word, memory_order_release);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Metadata of pages: entries of frames in the base storage, entries of guest pages in the
 * variable storage of their configuration
 */
#ifndef UV_ENTRY_H
#define UV_ENTRY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "ultravisor.h"

#define PAGE_SHIFT		12
#define PAGE_SIZE		UV_PAGE_SIZE
#define PAGE_MASK		(~(uint64_t)(PAGE_SIZE - 1))
#define MIB			(1024u * 1024u)
#define GIB2			0x80000000ull
#define LOWCORE_LEN		0x2000u

/* As on current machines. It bounds the guest page number to 35 bits. */
#define MAX_GUEST_ADDR		0x800000000000ull

/*
 * A frame is a page of the machine's storage. Its entry in the base storage is
 * one word, so that an access is decided with one load:
 *   bits 0-3 state, bit 4 busy, bits 8-23 owner (slot number + 1),
 *   bits 24-63 guest page number.
 * Whoever sets the busy bit owns the frame and its content until it stores an
 * entry without it.
 */
typedef _Atomic uint64_t frame_entry;

enum frame_state {
	FRAME_ACCESSIBLE,	/* the host's; no metadata */
	FRAME_SECURE,		/* a guest page, in the clear, hidden from the host */
	FRAME_SHARED,		/* a guest page that its guest shows to the host */
	FRAME_PINNED,		/* shared, and the guest must not unshare it now */
	FRAME_OWNERLESS,	/* secure page of a destroyed configuration */
	FRAME_DONATED,		/* metadata of the ultravisor */
	NR_FRAME_STATES
};

#define FRAME_STATE_MASK	0xfull
#define FRAME_BUSY		0x10ull
#define FRAME_OWNER_SHIFT	8
#define FRAME_GFN_SHIFT		24

static inline enum frame_state frame_state(uint64_t entry)
{
	return entry & FRAME_STATE_MASK;
}

static inline unsigned int frame_owner(uint64_t entry)
{
	return entry >> FRAME_OWNER_SHIFT & 0xffff;
}

static inline uint64_t frame_gfn(uint64_t entry)
{
	return entry >> FRAME_GFN_SHIFT;
}

static inline uint64_t frame_make(enum frame_state state, unsigned int owner, uint64_t gfn)
{
	return gfn << FRAME_GFN_SHIFT | (uint64_t)owner << FRAME_OWNER_SHIFT | state;
}

/* A guest page, as its configuration knows it. */
enum guest_state {
	GUEST_UNSEEN,		/* never existed: zeroes */
	GUEST_RESIDENT,		/* in a secure frame */
	GUEST_EXPORTED,		/* the host has it, encrypted; tag and counter tell which */
	GUEST_SHARED,		/* in a shared or pinned frame */
	GUEST_SHARED_OUT,	/* shared, in no frame now: the host keeps the content */
	GUEST_DESTROYED,	/* the host threw the content away */
	NR_GUEST_STATES
};

/*
 * Entry in the variable storage of a configuration: 16 bytes, so that those of 1 MiB of
 * guest storage are one page.
 * @word: bits 0-2 state, bit 3 busy, bits 4-31 low part of the export counter
 * @link: four of them together lead to another page of entries, see metadata.c
 * @tag: of the last export while exported; while the page is in a frame, the
 *	number of the frame
 */
struct guest_page {
	_Atomic uint32_t word;
	uint16_t counter_high;
	uint16_t link;
	uint64_t tag;
};

_Static_assert(sizeof(struct guest_page) == 16, "entry of a guest page");

#define GUEST_STATE_MASK	0x7u
#define GUEST_BUSY		0x8u
#define GUEST_COUNTER_SHIFT	4
#define COUNTER_BITS		44
#define COUNTER_LOW_BITS	28

#define ENTRIES_PER_PAGE	(PAGE_SIZE / sizeof(struct guest_page))
_Static_assert(ENTRIES_PER_PAGE * PAGE_SIZE == MIB, "a page of entries is 1 MiB of guest storage");

static inline uint64_t guest_counter(const struct guest_page *page, uint32_t word)
{
	return (uint64_t)page->counter_high << COUNTER_LOW_BITS | word >> GUEST_COUNTER_SHIFT;
}

static inline void guest_set_counter(struct guest_page *page, uint32_t *word, uint64_t counter)
{
	page->counter_high = counter >> COUNTER_LOW_BITS;
	*word = (*word & (GUEST_STATE_MASK | GUEST_BUSY)) |
		(uint32_t)counter << GUEST_COUNTER_SHIFT;
}

static inline bool guest_try_take(struct guest_page *page, uint32_t *word)
{
	uint32_t old = atomic_load_explicit(&page->word, memory_order_relaxed) & ~GUEST_BUSY;

	*word = old;
	return atomic_compare_exchange_strong_explicit(&page->word, word, old | GUEST_BUSY,
						       memory_order_acquire,
						       memory_order_relaxed);
}

static inline void guest_put(struct guest_page *page, uint32_t word, enum guest_state state)
{
	word = (word & ~(GUEST_STATE_MASK | GUEST_BUSY)) | state;
	atomic_store_explicit(&page->word, word, memory_order_release);
}

#endif

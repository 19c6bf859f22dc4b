/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dynamic address translation through an ASCE that is loaded in no control
 * register: the one of a protected configuration. Enhanced DAT is taken for
 * granted (every host that has an ultravisor has it), storage keys and
 * low-address protection do not apply. A table in a protected page is none:
 * what the host can see of the answers must not tell what such a page holds.
 */
#include "qemu/osdep.h"
#include "internal.h"

/* Region, segment and page tables, from the top; level 0 are page tables. */
#define LEVEL_SEGMENT 1
#define LEVEL_REGION_3 2

#define TABLE_INDEX_BITS 11
#define PAGE_INDEX_BITS 8
#define SEGMENT_SHIFT 20
#define ENTRY_BYTES 8

/* The first entry of a region's lower table is entry TF * 512, the last TL. */
#define TABLE_QUARTER 512

static bool read_entry(uint64_t table, unsigned int index, uint64_t *entry)
{
	uint64_t at = table + (uint64_t)index * ENTRY_BYTES;

	if (at > s390_uv_storage.size - ENTRY_BYTES ||
	    uv_access(s390_uv, at & TARGET_PAGE_MASK, 0, 0, false))
		return false;
	*entry = ldq_be_p(s390_uv_storage.host + at);
	return true;
}

/* The part of @vaddr that selects the entry of a table of that level. */
static unsigned int table_index(uint64_t vaddr, int level)
{
	unsigned int shift = SEGMENT_SHIFT + (level - LEVEL_SEGMENT) * TABLE_INDEX_BITS;

	return (vaddr >> shift) & ((1u << TABLE_INDEX_BITS) - 1);
}

static bool walk_page_table(uint64_t table, uint64_t vaddr, bool write, uint64_t *absolute)
{
	unsigned int index = (vaddr >> TARGET_PAGE_BITS) & ((1u << PAGE_INDEX_BITS) - 1);
	uint64_t entry;

	if (!read_entry(table, index, &entry) || (entry & (PAGE_ENTRY_I | PAGE_ENTRY_0)) ||
	    (write && (entry & PAGE_ENTRY_P)))
		return false;
	*absolute = (entry & TARGET_PAGE_MASK) | (vaddr & ~TARGET_PAGE_MASK);
	return true;
}

/* A region-third or segment entry that maps a large frame itself. */
static bool large_frame(uint64_t entry, int level, uint64_t vaddr, bool write,
			uint64_t *absolute)
{
	uint64_t mask = level == LEVEL_SEGMENT ? SEGMENT_ENTRY_SFAA : REGION3_ENTRY_RFAA;

	if (write && (entry & SEGMENT_ENTRY_P))
		return false;
	*absolute = (entry & mask) | (vaddr & ~mask);
	return true;
}

bool s390_uv_walk(uint64_t asce, uint64_t vaddr, bool write, uint64_t *absolute)
{
	/* The designation type counts upwards from the segment table. */
	int top = ((asce & ASCE_TYPE_MASK) >> 2) + LEVEL_SEGMENT;
	uint64_t table = asce & ASCE_ORIGIN;
	unsigned int first = 0, last = (asce & ASCE_TABLE_LENGTH);
	int level;

	if (asce & ASCE_REAL_SPACE)
		return false;
	/* Bits of the address above what the top table can select must be zero. */
	if (top < 4 && vaddr >> (SEGMENT_SHIFT + top * TABLE_INDEX_BITS))
		return false;
	for (level = top; level >= LEVEL_SEGMENT; level--) {
		unsigned int index = table_index(vaddr, level);
		uint64_t entry;

		if (index / TABLE_QUARTER < first || index / TABLE_QUARTER > last ||
		    !read_entry(table, index, &entry) || (entry & REGION_ENTRY_I) ||
		    (entry & REGION_ENTRY_TT) != (uint64_t)(level - LEVEL_SEGMENT) << 2 ||
		    (write && (entry & REGION_ENTRY_P)))
			return false;
		if (level <= LEVEL_REGION_3 && (entry & SEGMENT_ENTRY_FC))
			return large_frame(entry, level, vaddr, write, absolute);
		if (level == LEVEL_SEGMENT) {
			table = entry & SEGMENT_ENTRY_ORIGIN;
		} else {
			table = entry & REGION_ENTRY_ORIGIN;
			first = (entry & REGION_ENTRY_TF) >> 6;
			last = entry & REGION_ENTRY_TL;
		}
	}
	return walk_page_table(table, vaddr, write, absolute);
}

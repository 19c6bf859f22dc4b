// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SIE: the walk through translation tables, the guest's or the host's.
 */
#include "qemu/osdep.h"
#include "uv/uv.h"
#include "internal.h"

/*
 * Fetch a table entry.  Return 0, the exception of the fetch or
 * SIE_HOST_FAULT.
 */
static int walk_fetch(SIEWalk *w, uint64_t addr, uint64_t *entry)
{
	int unused, exc;

	if (!w->host) {
		exc = sie_stage2(w->env, addr, false, &addr, &unused);
		if (exc)
			return exc;
	}
	if (!sie_ram(addr, sizeof(*entry)))
		return PGM_ADDRESSING;
	if (w->host && !s390_uv_allows(addr, sizeof(*entry)))
		return s390_uv_table_access(addr);
	*entry = be64_to_cpu(qatomic_read((uint64_t *)
					  sie_ram(addr, sizeof(*entry))));
	return 0;
}

/* Translation exceptions by level: segment and the three regions. */
static const uint16_t level_exception[] = {
	PGM_SEGMENT_TRANS, PGM_REG_THIRD_TRANS, PGM_REG_SEC_TRANS,
	PGM_REG_FIRST_TRANS,
};

static unsigned int level_index(uint64_t vaddr, int level)
{
	static const uint8_t shift[] = { 20, 31, 42, 53 };

	return (vaddr >> shift[level]) & 0x7ff;
}

/*
 * Walk from the table that @asce designates to the page of @vaddr, as
 * described for dynamic address translation in the Principles of Operation.
 * w->prot loses what the tables forbid.  Return 0, the program-interruption
 * code or SIE_HOST_FAULT.
 */
int sie_walk(SIEWalk *w, uint64_t asce, uint64_t vaddr, uint64_t *result)
{
	int level = (asce & ASCE_TYPE_MASK) >> 2;
	int first = 0, last = asce & ASCE_TABLE_LENGTH;
	uint64_t table = asce & ASCE_ORIGIN;
	uint64_t entry, mask;
	int exc;

	if (asce & ASCE_REAL_SPACE) {
		*result = vaddr;
		return 0;
	}
	if (level < 3 && vaddr >> (level * 11 + 31))
		return PGM_ASCE_TYPE;

	for (;; level--) {
		unsigned int index = level_index(vaddr, level);

		/* Tables come in four parts, of which some may be absent. */
		if (index >> 9 < first || index >> 9 > last)
			return level_exception[level];
		w->entry = table + index * 8;
		exc = walk_fetch(w, w->entry, &entry);
		if (exc)
			return exc;
		if (entry & REGION_ENTRY_I)
			return level_exception[level];
		if ((entry & REGION_ENTRY_TT) >> 2 != level)
			return PGM_TRANS_SPEC;
		if ((!level || w->edat1) && (entry & REGION_ENTRY_P))
			w->prot &= ~PAGE_WRITE;

		/* Frames of 1 MiB and 2 GiB end the walk early. */
		if ((!level && w->edat1 && (entry & SEGMENT_ENTRY_FC)) ||
		    (level == 1 && w->edat2 && (entry & REGION3_ENTRY_FC))) {
			mask = level ? REGION3_ENTRY_RFAA : SEGMENT_ENTRY_SFAA;
			if (w->iep && (entry & SEGMENT_ENTRY_IEP))
				w->prot &= ~PAGE_EXEC;
			w->is_absolute = true;
			*result = (entry & mask) | (vaddr & ~mask);
			return 0;
		}
		if (!level)
			break;
		first = (entry & REGION_ENTRY_TF) >> 6;
		last = entry & REGION_ENTRY_TL;
		table = entry & REGION_ENTRY_ORIGIN;
	}
	if ((asce & ASCE_PRIVATE_SPACE) && (entry & SEGMENT_ENTRY_CS))
		return PGM_TRANS_SPEC;

	table = (entry & SEGMENT_ENTRY_ORIGIN) + VADDR_PAGE_TX(vaddr) * 8;
	if (w->host)
		sie_stage2_note_entry(w->env, table);
	w->entry = table;
	w->is_page_entry = true;
	exc = walk_fetch(w, table, &entry);
	if (exc)
		return exc;
	if (entry & PAGE_ENTRY_I)
		return PGM_PAGE_TRANS;
	if (entry & PAGE_ENTRY_0)
		return PGM_TRANS_SPEC;
	if (entry & PAGE_ENTRY_P)
		w->prot &= ~PAGE_WRITE;
	if (w->iep && (entry & PAGE_ENTRY_IEP))
		w->prot &= ~PAGE_EXEC;
	*result = (entry & TARGET_PAGE_MASK) | (vaddr & ~TARGET_PAGE_MASK);
	return 0;
}

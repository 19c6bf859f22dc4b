/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Leaves no translation to a page behind, on no CPU.
 *
 * QEMU's TLBs are indexed by virtual address and can have grown large, so each
 * CPU notes for each page by which virtual addresses it has reached it since
 * the page was last forgotten; only those entries are looked at. Flushes and
 * replaced entries leave notes behind that lead nowhere, which is harmless. A
 * page that was reached in more ways than a note holds is searched for, and
 * with many pages at once everything goes. A note is a cache miss for each page
 * that a host uses, so none is taken until a few pages are hidden for the first
 * time, with the first guest: everything goes then, too.
 *
 * Notes are written by their CPU's thread and read when no CPU is executing.
 * Nothing here may be deferred: the page has to be out of reach before the call
 * goes on.
 */
#include "qemu/osdep.h"
#include "internal.h"
#include "accel/tcg/tb-internal.h"
#include "exec/exec-all.h"
#include "hw/core/cpu.h"

/* From this number of pages on the TLBs are emptied instead of searched. */
#define FORGET_ALL_PAGES 32

/*
 * A note has as many low bits of page numbers as the index of any TLB, above a bit that
 * tells 0 from nothing.
 */
#define NOTE_PAGES 4
#define NOTED 1
#define NOTED_SHIFT 1
QEMU_BUILD_BUG_ON(CPU_TLB_DYN_MAX_BITS > 32 - NOTED_SHIFT);
/* In place of the first one: there were more. */
#define NOTED_MANY UINT32_MAX

typedef struct Note {
	uint32_t virtual[NOTE_PAGES];
} Note;

bool s390_uv_notes_wanted;

/* By CPU index, then by page; memory of a note is used when it is first written. */
static Note *notes[S390_MAX_CPUS];

void s390_uv_note_translation(CPUState *cs, uint64_t address, uint64_t page)
{
	Note **of_cpu = &notes[cs->cpu_index], *note;
	uint32_t noted = address >> TARGET_PAGE_BITS << NOTED_SHIFT | NOTED;
	size_t i;

	if (page >= s390_uv_storage.size)
		return;
	if (unlikely(!*of_cpu))
		*of_cpu = g_new0(Note, s390_uv_storage.size / TARGET_PAGE_SIZE);
	note = &(*of_cpu)[page / TARGET_PAGE_SIZE];
	if (note->virtual[0] == NOTED_MANY)
		return;
	for (i = 0; i < NOTE_PAGES; i++) {
		if (!note->virtual[i])
			note->virtual[i] = noted;
		if (note->virtual[i] == noted)
			return;
	}
	note->virtual[0] = NOTED_MANY;
}

static bool entry_used(const CPUTLBEntry *entry)
{
	return entry->addr_read != -1 || entry->addr_write != -1 || entry->addr_code != -1;
}

static void forget_entry(CPUTLBDesc *desc, CPUTLBEntry *entry)
{
	if (entry_used(entry)) {
		memset(entry, -1, sizeof(*entry));
		desc->n_used_entries--;
	}
}

static void forget_if(CPUTLBDesc *desc, CPUTLBEntry *entry, const CPUTLBEntryFull *full,
		      uint64_t page)
{
	if (full->phys_addr == page)
		forget_entry(desc, entry);
}

static void forget_page(CPUTLBDesc *desc, CPUTLBDescFast *fast, const Note *note, uint64_t page)
{
	size_t mask = fast->mask >> CPU_TLB_ENTRY_BITS, i;

	if (note->virtual[0] == NOTED_MANY) {
		for (i = 0; i <= mask; i++)
			forget_if(desc, &fast->table[i], &desc->fulltlb[i], page);
	} else {
		for (i = 0; i < NOTE_PAGES && note->virtual[i]; i++) {
			size_t at = (note->virtual[i] >> NOTED_SHIFT) & mask;

			forget_if(desc, &fast->table[at], &desc->fulltlb[at], page);
		}
	}
	for (i = 0; i < CPU_VTLB_SIZE; i++)
		forget_if(desc, &desc->vtable[i], &desc->vfulltlb[i], page);
}

static void forget_all(CPUTLB *tlb)
{
	int idx;

	for (idx = 0; idx < NB_MMU_MODES; idx++) {
		CPUTLBDescFast *fast = &tlb->f[idx];
		CPUTLBDesc *desc = &tlb->d[idx];
		size_t mask = fast->mask >> CPU_TLB_ENTRY_BITS, i;

		if (!(tlb->c.dirty & (1 << idx)))
			continue;
		for (i = 0; i <= mask; i++)
			forget_entry(desc, &fast->table[i]);
		for (i = 0; i < CPU_VTLB_SIZE; i++)
			forget_entry(desc, &desc->vtable[i]);
	}
}

/* What led to @count pages, by the notes in @of_cpu; with @all it has gone already. */
static void forget_noted(CPUTLB *tlb, Note *of_cpu, const uint64_t *pages, size_t count, bool all)
{
	size_t i;
	int idx;

	for (i = 0; i < count; i++) {
		Note *note = &of_cpu[pages[i] / TARGET_PAGE_SIZE];

		if (!note->virtual[0])
			continue;
		for (idx = 0; idx < NB_MMU_MODES && !all; idx++)
			if (tlb->c.dirty & (1 << idx))
				forget_page(&tlb->d[idx], &tlb->f[idx], note, pages[i]);
		memset(note, 0, sizeof(*note));
	}
}

void s390_uv_forget(const uint64_t *pages, size_t count)
{
	bool few = count < FORGET_ALL_PAGES, all = !few || !s390_uv_notes_wanted;
	CPUState *cs;
	size_t i;

	s390_uv_above.forget(pages, count);
	CPU_FOREACH(cs) {
		CPUTLB *tlb = &cs->neg.tlb;

		qemu_spin_lock(&tlb->c.lock);
		if (all)
			forget_all(tlb);
		if (notes[cs->cpu_index])
			forget_noted(tlb, notes[cs->cpu_index], pages, count, all);
		qemu_spin_unlock(&tlb->c.lock);
	}
	s390_uv_notes_wanted |= few;
	/* Translated code is reached by jumps that consult no TLB. */
	for (i = 0; i < count; i++) {
		tb_page_addr_t page = s390_uv_storage.ram_addr + pages[i];

		tb_invalidate_phys_range(page, page + TARGET_PAGE_SIZE - 1);
	}
}

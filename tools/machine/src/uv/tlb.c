/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Leaves no translation to a page behind, on no CPU.
 *
 * QEMU's TLBs are indexed by virtual address and can have grown large, so each
 * CPU notes for each page by which virtual addresses it has reached it since
 * the page was last forgotten; only those entries are looked at. Flushes and
 * replaced entries leave notes behind that lead nowhere, which is harmless. A
 * page that was reached in more ways than a note holds is searched for, and
 * with many pages at once everything goes.
 *
 * Notes are written by their CPU's thread and read when no CPU is executing.
 * Nothing here may be deferred: the page has to be out of reach before the call
 * goes on.
 */
#include "qemu/osdep.h"
#include "internal.h"
#include "exec/exec-all.h"
#include "hw/core/cpu.h"

/* From this number of pages on the TLBs are emptied instead of searched. */
#define FORGET_ALL_PAGES 32

/* Addresses of a note: page-aligned, with NOTED to tell 0 from nothing. */
#define NOTE_ADDRESSES 4
#define NOTED 1
/* In place of the first address: there were more. */
#define NOTED_MANY UINT64_MAX

typedef struct Note {
	uint64_t address[NOTE_ADDRESSES];
} Note;

/* By CPU index, then by page; memory of a note is used when it is first written. */
static Note *notes[S390_MAX_CPUS];

void s390_uv_note_translation(CPUState *cs, uint64_t address, uint64_t page)
{
	Note **of_cpu = &notes[cs->cpu_index], *note;
	size_t i;

	if (page >= s390_uv_storage.size)
		return;
	if (unlikely(!*of_cpu))
		*of_cpu = g_new0(Note, s390_uv_storage.size / TARGET_PAGE_SIZE);
	note = &(*of_cpu)[page / TARGET_PAGE_SIZE];
	if (note->address[0] == NOTED_MANY)
		return;
	address = (address & TARGET_PAGE_MASK) | NOTED;
	for (i = 0; i < NOTE_ADDRESSES; i++) {
		if (!note->address[i])
			note->address[i] = address;
		if (note->address[i] == address)
			return;
	}
	note->address[0] = NOTED_MANY;
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

	if (note->address[0] == NOTED_MANY) {
		for (i = 0; i <= mask; i++)
			forget_if(desc, &fast->table[i], &desc->fulltlb[i], page);
	} else {
		for (i = 0; i < NOTE_ADDRESSES && note->address[i]; i++) {
			size_t at = (note->address[i] >> TARGET_PAGE_BITS) & mask;

			forget_if(desc, &fast->table[at], &desc->fulltlb[at], page);
		}
	}
	for (i = 0; i < CPU_VTLB_SIZE; i++)
		forget_if(desc, &desc->vtable[i], &desc->vfulltlb[i], page);
}

static void forget_all(CPUTLBDesc *desc, CPUTLBDescFast *fast)
{
	size_t mask = fast->mask >> CPU_TLB_ENTRY_BITS, i;

	for (i = 0; i <= mask; i++)
		forget_entry(desc, &fast->table[i]);
	for (i = 0; i < CPU_VTLB_SIZE; i++)
		forget_entry(desc, &desc->vtable[i]);
}

static void forget_on_cpu(CPUState *cs, Note *of_cpu, const uint64_t *pages, size_t count)
{
	CPUTLB *tlb = &cs->neg.tlb;
	size_t i;
	int idx;

	qemu_spin_lock(&tlb->c.lock);
	for (idx = 0; idx < NB_MMU_MODES && count >= FORGET_ALL_PAGES; idx++)
		if (tlb->c.dirty & (1 << idx))
			forget_all(&tlb->d[idx], &tlb->f[idx]);
	for (i = 0; i < count; i++) {
		Note *note = &of_cpu[pages[i] / TARGET_PAGE_SIZE];

		if (!note->address[0])
			continue;
		for (idx = 0; idx < NB_MMU_MODES && count < FORGET_ALL_PAGES; idx++)
			if (tlb->c.dirty & (1 << idx))
				forget_page(&tlb->d[idx], &tlb->f[idx], note, pages[i]);
		memset(note, 0, sizeof(*note));
	}
	qemu_spin_unlock(&tlb->c.lock);
}

void s390_uv_forget(const uint64_t *pages, size_t count)
{
	CPUState *cs;
	size_t i;

	s390_uv_above.forget(pages, count);
	CPU_FOREACH(cs) {
		if (notes[cs->cpu_index])
			forget_on_cpu(cs, notes[cs->cpu_index], pages, count);
	}
	/* Translated code is reached by jumps that consult no TLB. */
	for (i = 0; i < count; i++) {
		tb_page_addr_t page = s390_uv_storage.ram_addr + pages[i];

		tb_invalidate_phys_range(page, page + TARGET_PAGE_SIZE - 1);
	}
}

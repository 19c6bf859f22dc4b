/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Leaves no translation to a page behind, on no CPU. The virtual addresses
 * that lead to a page are not known, so the TLBs are searched for the page:
 * for few pages that spares all other translations, for many everything goes.
 *
 * The caller has made sure that no other CPU is executing, and nothing here
 * may be deferred: the page has to be out of reach before the call goes on.
 */
#include "qemu/osdep.h"
#include "internal.h"
#include "exec/exec-all.h"
#include "exec/translate-all.h"

/* From this number of pages on the TLBs are emptied instead of searched. */
#define FORGET_ALL_PAGES 32

static bool leads_to(const CPUTLBEntryFull *full, const uint64_t *pages, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (full->phys_addr == pages[i])
			return true;
	return false;
}

static bool entry_used(const CPUTLBEntry *entry)
{
	return entry->addr_read != -1 || entry->addr_write != -1 || entry->addr_code != -1;
}

static void forget_in_table(CPUTLBDesc *desc, CPUTLBEntry *table, const CPUTLBEntryFull *full,
			    size_t entries, const uint64_t *pages, size_t count)
{
	size_t i;

	for (i = 0; i < entries; i++) {
		if ((count >= FORGET_ALL_PAGES || leads_to(&full[i], pages, count)) &&
		    entry_used(&table[i])) {
			memset(&table[i], -1, sizeof(table[i]));
			desc->n_used_entries--;
		}
	}
}

static void forget_on_cpu(CPUArchState *env, const uint64_t *pages, size_t count)
{
	CPUTLB *tlb = env_tlb(env);
	int idx;

	qemu_spin_lock(&tlb->c.lock);
	for (idx = 0; idx < NB_MMU_MODES; idx++) {
		CPUTLBDesc *desc = &tlb->d[idx];
		CPUTLBDescFast *fast = &tlb->f[idx];

		if (!(tlb->c.dirty & (1 << idx)))
			continue;
		forget_in_table(desc, fast->table, desc->fulltlb,
				(fast->mask >> CPU_TLB_ENTRY_BITS) + 1, pages, count);
		forget_in_table(desc, desc->vtable, desc->vfulltlb, CPU_VTLB_SIZE, pages,
				count);
	}
	qemu_spin_unlock(&tlb->c.lock);
}

void s390_uv_forget(const uint64_t *pages, size_t count)
{
	CPUState *cs;
	size_t i;

	sie_forget_pages(pages, count);
	CPU_FOREACH(cs) {
		if (cs->created)
			forget_on_cpu(cs->env_ptr, pages, count);
	}
	/* Translated code is reached by jumps that consult no TLB. */
	for (i = 0; i < count; i++)
		tb_invalidate_phys_page(s390_uv_storage.ram_addr + pages[i]);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Taking whole ranges of memory from a guest that is gone.
 */
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/pagewalk.h>
#include <linux/sched/signal.h>
#include <asm/gmap.h>
#include "uv.h"

/**
 * struct range_walk - a walk in pieces
 * @next:	where the next piece begins
 * @busy:	folio for which the ultravisor had no time, with a reference
 */
struct range_walk {
	unsigned long next;
	struct folio *busy;
};

/* A full page table under its lock; the calls are short, a page is cleared. */
static int destroy_table(pmd_t *pmd, unsigned long addr, unsigned long end, struct mm_walk *mm_walk)
{
	struct range_walk *walk = mm_walk->private;
	struct mm_struct *mm = mm_walk->mm;
	spinlock_t *ptl;	/* keeps the mappings, and so the references */
	pte_t *table, *ptep;

	walk->next = end;
	if (pmd_leaf(*pmd))
		return 0;
	table = pte_offset_map_lock(mm, pmd, addr, &ptl);
	if (!table)
		return 0;
	__acquire(RCU);		/* held until pte_unmap(), sparse is not told */
	for (ptep = table; addr < end; ptep++, addr += PAGE_SIZE) {
		struct folio *folio;

		if (!pte_present(*ptep) || pte_special(*ptep))
			continue;
		folio = pfn_folio(pte_pfn(*ptep));
		if (unlikely(uv_destroy_folio_wait(folio, UV_ONCE) == -EBUSY)) {
			folio_get(folio);
			walk->busy = folio;
			addr += PAGE_SIZE;
			break;
		}
	}
	pte_unmap_unlock(table, ptl);
	walk->next = addr;
	return walk->busy || need_resched() || mmap_lock_is_contended(mm) ||
	       fatal_signal_pending(current);
}

static const struct mm_walk_ops destroy_ops = {
	.pmd_entry = destroy_table,
	.walk_lock = PGWALK_RDLOCK,
};

static int destroy_range(struct mm_struct *mm, unsigned long start, unsigned long end,
			 bool interruptible)
{
	struct range_walk walk = { .next = start };
	int more;

	do {
		walk.busy = NULL;
		mmap_read_lock(mm);
		more = walk_page_range(mm, walk.next, end, &destroy_ops, &walk);
		mmap_read_unlock(mm);
		if (walk.busy) {
			uv_destroy_folio_wait(walk.busy, UV_MAY_SLEEP);
			folio_put(walk.busy);
		}
		if (more && interruptible && fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	} while (more && walk.next < end);
	return 0;
}

/**
 * s390_uv_destroy_range - destroy all pages in a range of a process
 * @mm: the process; the caller keeps it from going away
 * @start: user address, page aligned
 * @end: user address, page aligned
 *
 * The configurations that the pages belonged to have been destroyed, so this
 * is to succeed. A page that the ultravisor does not give up stays marked, and
 * is exported when it is used or unmapped.
 *
 * Context: process context, takes the mmap lock; sleeps, gives way to others.
 */
void s390_uv_destroy_range(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	destroy_range(mm, start, end, false);
}
EXPORT_SYMBOL_GPL(s390_uv_destroy_range);

/**
 * s390_uv_destroy_range_interruptible - destroy the pages in a range, or some
 * @mm: the process; the caller keeps it from going away
 * @start: user address, page aligned
 * @end: user address, page aligned
 *
 * Context: as s390_uv_destroy_range().
 * Return: 0, or -EINTR when a fatal signal came first
 */
int s390_uv_destroy_range_interruptible(struct mm_struct *mm, unsigned long start,
					unsigned long end)
{
	return destroy_range(mm, start, end, true);
}
EXPORT_SYMBOL_GPL(s390_uv_destroy_range_interruptible);

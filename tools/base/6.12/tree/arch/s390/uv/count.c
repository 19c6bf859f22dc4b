// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that change hands, counted for the VM that they belong to. The counters
 * are KVM's; its guest address space leads to them, and an address space of the
 * host to the guests in it.
 */
#include <linux/mm_types.h>
#include <linux/percpu.h>
#include <linux/pgtable.h>
#include <linux/preempt.h>
#include <linux/radix-tree.h>
#include <linux/rculist.h>
#include <linux/spinlock.h>
#include <asm/gmap.h>
#include "uv.h"

static bool uv_gmap_has_memory(struct gmap *gmap, unsigned long uaddr)
{
	bool has;

	spin_lock(&gmap->guest_table_lock);
	has = radix_tree_lookup(&gmap->host_to_guest, uaddr >> PMD_SHIFT);
	spin_unlock(&gmap->guest_table_lock);
	return has;
}

static atomic64_t *uv_counters_of(struct mm_struct *mm, unsigned long uaddr)
{
	atomic64_t *counters = NULL;
	struct gmap *gmap;
	int guests = 0;

	list_for_each_entry_rcu(gmap, &mm->context.gmap_list, list) {
		if (READ_ONCE(gmap->uv_pages)) {
			counters = gmap->uv_pages;
			guests++;
		}
	}
	/* Nearly all processes have one VM, if any. */
	if (likely(guests <= 1))
		return counters;
	/* An interrupt may have come while the locks of guest page tables are held. */
	if (uaddr == UV_NO_ADDRESS || !in_task())
		return NULL;
	list_for_each_entry_rcu(gmap, &mm->context.gmap_list, list)
		if (READ_ONCE(gmap->uv_pages) && uv_gmap_has_memory(gmap, uaddr))
			return gmap->uv_pages;
	return NULL;
}

/**
 * uv_count_pages - count pages that changed hands
 * @mm: address space that they are in, or NULL if that is not known
 * @uaddr: user address of one of them, all in one segment; UV_NO_ADDRESS if it
 *	is not known
 * @what: happened to them
 * @pages: how many
 *
 * Pages of which nobody can tell whose they are go to a counter of the host's.
 *
 * Context: any; takes the locks of guest page tables.
 */
void uv_count_pages(struct mm_struct *mm, unsigned long uaddr, enum uv_page_count what,
		    unsigned long pages)
{
	atomic64_t *counters = NULL;

	/* KVM takes a guest address space from the list before it frees a VM. */
	rcu_read_lock();
	if (mm)
		counters = uv_counters_of(mm, uaddr);
	if (counters)
		atomic64_add(pages, &counters[what]);
	else
		this_cpu_add(uv_stats.event[UV_EVENT_PAGES_OF_NO_VM], pages);
	rcu_read_unlock();
}

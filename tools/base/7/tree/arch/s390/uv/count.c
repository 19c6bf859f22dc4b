// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that change hands, counted for the VM that they belong to. The counters are
 * KVM's, which tells of each protected VM whose memory it has; nothing in an address
 * space of the host leads to the guests in it.
 */
#include <linux/export.h>
#include <linux/hashtable.h>
#include <linux/mm_types.h>
#include <linux/percpu.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include "uv.h"

/**
 * struct uv_guest - a VM that is protected or has been
 * @node:	in the table, by @mm
 * @mm:		process that has its memory; only compared
 * @pages:	its counters, in the order of enum uv_page_count
 */
struct uv_guest {
	struct hlist_node node;
	struct mm_struct *mm;
	atomic64_t *pages;
};

static DEFINE_HASHTABLE(uv_guests, 8);
static DEFINE_SPINLOCK(uv_guests_lock);

/**
 * uv_guest_add - count pages of a process for a VM
 * @mm: the process; there may be other VMs in it
 * @pages: as many counters as there are in enum uv_page_count
 *
 * Context: process context.
 * Return: for uv_guest_remove(); NULL when there is no memory
 */
struct uv_guest *uv_guest_add(struct mm_struct *mm, atomic64_t *pages)
{
	struct uv_guest *guest = kzalloc(sizeof(*guest), GFP_KERNEL_ACCOUNT);

	if (!guest)
		return NULL;
	guest->mm = mm;
	guest->pages = pages;
	spin_lock(&uv_guests_lock);
	hash_add_rcu(uv_guests, &guest->node, (unsigned long)mm);
	spin_unlock(&uv_guests_lock);
	return guest;
}
EXPORT_SYMBOL_GPL(uv_guest_add);

/**
 * uv_guest_remove - do not use the counters any more
 * @guest: from uv_guest_add(), or NULL
 *
 * Context: process context, sleeps.
 */
void uv_guest_remove(struct uv_guest *guest)
{
	if (!guest)
		return;
	spin_lock(&uv_guests_lock);
	hash_del_rcu(&guest->node);
	spin_unlock(&uv_guests_lock);
	synchronize_rcu();
	kfree(guest);
}
EXPORT_SYMBOL_GPL(uv_guest_remove);

/* NULL: none, or several, of which nobody can tell whose an address is */
static atomic64_t *uv_counters_of(struct mm_struct *mm)
{
	atomic64_t *counters = NULL;
	struct uv_guest *guest;
	int guests = 0;

	hash_for_each_possible_rcu(uv_guests, guest, node, (unsigned long)mm) {
		if (guest->mm == mm) {
			counters = guest->pages;
			guests++;
		}
	}
	return guests == 1 ? counters : NULL;
}

/**
 * uv_count_pages - count pages that changed hands
 * @mm: address space that they are in, or NULL if that is not known
 * @uaddr: user address of one of them; not looked at
 * @what: happened to them
 * @pages: how many
 *
 * Pages of which nobody can tell whose they are go to a counter of the host's.
 *
 * Context: any.
 */
void uv_count_pages(struct mm_struct *mm, unsigned long uaddr, enum uv_page_count what,
		    unsigned long pages)
{
	atomic64_t *counters;

	rcu_read_lock();
	counters = mm ? uv_counters_of(mm) : NULL;
	if (counters)
		atomic64_add(pages, &counters[what]);
	else
		this_cpu_add(uv_stats.event[UV_EVENT_PAGES_OF_NO_VM], pages);
	rcu_read_unlock();
}

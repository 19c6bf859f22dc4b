// SPDX-License-Identifier: GPL-2.0
/*
 * What a guest is likely to want next.
 *
 * A guest that goes through its memory has an exception for each page, which costs more
 * than the import. So with the page that it asks for those behind it become secure, as many
 * as it has right before that page: nothing needs to be remembered, several CPUs of a
 * guest and several streams of a CPU do not disturb each other, and a guest that touches
 * pages here and there is given none. A guest can have no more than twice the pages that it
 * has asked for.
 */
#include <linux/cgroup.h>
#include <linux/export.h>
#include <linux/memcontrol.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/moduleparam.h>
#include <linux/page-flags.h>
#include <linux/userfaultfd_k.h>
#include "uv.h"

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "prot_virt."

/* As long as others can wait for a page table lock */
#define PAGES_AT_ONCE	64UL

/* Pages at a time; 0: none that were not asked for */
unsigned int uv_ahead_most = 16;
module_param_named(import_ahead, uv_ahead_most, uint, 0644);

/**
 * uv_ahead_of - how many pages to go on behind one
 * @ptep: entry of a page that a guest asks for
 *
 * Context: the lock of its page table held.
 * Return: number of entries, no more than there are behind @ptep; 0 also if the guest has the
 * next page
 */
unsigned long uv_ahead_of(pte_t *ptep)
{
	unsigned long index = (unsigned long)ptep % _PAGE_TABLE_SIZE / sizeof(*ptep);
	unsigned long most = min3(READ_ONCE(uv_ahead_most) + 0UL, PAGES_AT_ONCE,
				  PTRS_PER_PTE - 1 - index);
	unsigned long run = 0;

	most = min(most, index);
	if (most && uv_is_guests(ptep[1]))
		return 0;
	while (run < most && uv_is_guests(*--ptep))
		run++;
	return run;
}
EXPORT_SYMBOL_GPL(uv_ahead_of);

/* How many entries to fill */
static unsigned long uv_ahead_empty(struct mm_struct *mm, unsigned long uaddr,
				    unsigned long most)
{
	unsigned long run, empty = 0;
	spinlock_t *ptl;	/* keeps the mappings that are looked at */
	pte_t *ptep;

	ptep = uv_lock_pte(mm, uaddr, &ptl);
	if (!ptep)
		return 0;
	__acquire(ptl);
	__acquire(RCU);
	run = min(uv_ahead_of(ptep), most);
	while (empty < run && pte_none(ptep[1 + empty]))
		empty++;
	pte_unmap_unlock(ptep, ptl);
	return empty;
}

#ifdef CONFIG_MEMCG
/*
 * Is there room without reclaim, as far as the limits of the process' cgroups tell? Those of
 * version 1 have more of them, and are not asked.
 */
static bool uv_cgroups_have_room(struct mm_struct *mm, unsigned long pages)
{
	bool room = cgroup_subsys_on_dfl(memory_cgrp_subsys);
	struct mem_cgroup *memcg = get_mem_cgroup_from_mm(mm);

	for (struct mem_cgroup *at = memcg; room && at; at = parent_mem_cgroup(at))
		room = page_counter_read(&at->memory) + pages + 2 * MEMCG_CHARGE_BATCH <
		       min(READ_ONCE(at->memory.max), READ_ONCE(at->memory.high));
	mem_cgroup_put(memcg);
	return room;
}
#else
static bool uv_cgroups_have_room(struct mm_struct *mm, unsigned long pages)
{
	return true;
}
#endif

/* A sixteenth of all memory is for those who ask. */
static bool uv_ahead_has_room(struct mm_struct *mm, unsigned long pages)
{
	return si_mem_available() > (long)(totalram_pages() / 16) &&
	       uv_cgroups_have_room(mm, pages);
}

/**
 * uv_ahead_fault_in - have a process get pages that its guest is likely to want
 * @mm: the process
 * @uaddr: address of a page that the guest has just been given and not imported yet
 * @most: how many pages of the guest's there are behind it
 *
 * Anonymous memory only, where an empty entry has never had a page, or lost it for good:
 * pages of a file may be the guest's, and shared. What userfaultfd is to fill is left alone.
 *
 * Context: process context, the mmap lock held for reading.
 */
void uv_ahead_fault_in(struct mm_struct *mm, unsigned long uaddr, unsigned long most)
{
	unsigned long pages = uv_ahead_empty(mm, uaddr, most);
	struct vm_area_struct *vma;
	unsigned long end;

	vma = pages ? vma_lookup(mm, uaddr) : NULL;
	if (!vma || !vma_is_anonymous(vma) || !(vma->vm_flags & VM_WRITE) ||
	    userfaultfd_armed(vma) || !uv_ahead_has_room(mm, pages))
		return;
	end = min(uaddr + pages * PAGE_SIZE, vma->vm_end - PAGE_SIZE);
	while (uaddr < end && !mmap_lock_is_contended(mm)) {
		uaddr += PAGE_SIZE;
		if (handle_mm_fault(vma, uaddr, FAULT_FLAG_WRITE, NULL) & VM_FAULT_ERROR)
			break;
	}
}
EXPORT_SYMBOL_GPL(uv_ahead_fault_in);

// SPDX-License-Identifier: GPL-2.0
/*
 * Making a page of the host secure: import, unpack, unpin.
 *
 * While the ultravisor takes the page nobody else may be using its content.
 * A frozen reference count is the proof: it can only be frozen when every
 * reference is accounted for by this page table and the page cache, and while it is
 * frozen nobody can get a new one.
 */
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/page-flags.h>
#include <linux/pagemap.h>
#include <trace/events/uv.h>
#include <asm/gmap.h>
#include "uv.h"

/*
 * References of a folio that one mapping and the caches explain: its count if it is
 * mapped once and nobody else uses it. The folio is locked.
 */
static __always_inline int uv_expected_refs(struct folio *folio)
{
	int refs = 1;

	if (folio_test_swapcache(folio))
		return refs + folio_nr_pages(folio);
	if (folio_mapping(folio)) {
		refs += folio_nr_pages(folio);
		if (folio_get_private(folio))
			refs++;
	}
	return refs;
}

/**
 * uv_import_folio - issue an import-like command for a folio
 * @folio: locked, its mapping at the guest address held by the page table lock
 * @uvcb: import, unpack or unpin
 * @export_first: the folio may belong to another configuration, see below
 *
 * The count is frozen at what one mapping and the caches explain. So
 * there is no other mapping, as that would be one more reference: nobody who takes
 * another mapping for a reference finds a count of 0. The lock of the page table
 * keeps this mapping, the folio lock lets no other come and keeps the caches, and so
 * what is expected is right once it was right.
 *
 * The command is issued just once: with so many locks held there is no
 * waiting for a busy ultravisor.
 *
 * Return: 0 when done, a positive UV_NEED_* when something must happen first,
 * -EINVAL when the ultravisor refuses
 */
int uv_import_folio(struct folio *folio, struct uv_cb_header *uvcb, bool export_first)
{
	int expected, cc, rc;

	VM_WARN_ON_FOLIO(!folio_test_locked(folio), folio);
	if (folio_test_large(folio))
		return UV_NEED_SPLIT;
	/* The device reads what must not become unreadable now. */
	if (folio_test_writeback(folio))
		return UV_NEED_WRITEBACK_END;
	expected = uv_expected_refs(folio);
	if (!folio_ref_freeze(folio, expected))
		return folio_mapcount(folio) > 1 ? UV_NEED_ONE_MAPPING : UV_NEED_FEWER_REFS;
	rc = unlikely(export_first) ? uv_export_page(folio_to_phys(folio), UV_ONCE) : 0;
	if (likely(!rc)) {
		set_bit(PG_arch_1, &folio->flags);
		cc = uv_issue_inline(uvcb, UV_ONCE, uv_stats_slot(uvcb->cmd));
		rc = likely(!cc) ? 0 : uv_errno(cc, uvcb);
	}
	folio_ref_unfreeze(folio, expected);

	switch (rc) {
	case 0:
		return 0;
	case -EBUSY:
		return UV_NEED_PATIENCE;
	case -ENXIO:
		return UV_NEED_MAPPING;
	default:
		return -EINVAL;
	}
}

/*
 * Without the MISC feature a page that another configuration shares would be
 * imported without any exception that ends the sharing, so it is exported
 * first. One configuration alone cannot meet another one's pages, and an
 * unpin is for a page of its own.
 */
static bool uv_import_exports_first(const struct uv_cb_header *uvcb, struct mm_struct *mm)
{
	return !uv_has_feature(BIT_UV_FEAT_MISC) &&
	       uvcb->cmd != UVC_CMD_UNPIN_PAGE_SHARED &&
	       atomic_read(&mm->context.protected_count) > 1;
}

/* The page table lock is held. */
static int uv_import_pte(struct uv_import *import, pte_t pte)
{
	struct mm_struct *mm = import->gmap->mm;
	struct folio *folio;
	int rc;

	/*
	 * A page that is clean and becomes secure would be dropped by reclaim, and
	 * what swap space has of it is not what the guest left.
	 */
	if (!pte_present(pte) || pte_val(pte) & _PAGE_INVALID || !pte_write(pte) ||
	    !pte_dirty(pte))
		return UV_NEED_MAPPING;
	/* Memory of a device, or the like */
	if (unlikely(pte_special(pte)))
		return -EFAULT;

	folio = pfn_folio(pte_pfn(pte));
	rc = UV_NEED_UNLOCK;
	if (folio_trylock(folio) || folio == import->shared) {
		rc = uv_import_folio(folio, import->uvcb,
				     uv_import_exports_first(import->uvcb, mm));
		if (trace_uv_page_enabled())
			trace_uv_page(uv_cmd_name(import->uvcb->cmd), PFN_PHYS(pte_pfn(pte)), rc);
		if (likely(folio != import->shared))
			folio_unlock(folio);
	}
	if (rc >= UV_NEED_UNLOCK && rc <= UV_NEED_SPLIT) {
		folio_get(folio);
		import->folio = folio;
	}
	return rc;
}

static void uv_import_next(struct uv_import *import)
{
	struct uv_cb_unp *unp = (struct uv_cb_unp *)import->uvcb;

	import->gaddr += PAGE_SIZE;
	import->tries = 0;
	import->drains = 0;
	if (--import->pages) {
		unp->gaddr += PAGE_SIZE;
		unp->tweak[1] += PAGE_SIZE;
	}
}

/*
 * One attempt, for pages in one page table. The mmap lock is held, which keeps
 * the guest address where it is: the ultravisor translates it by itself. What is
 * mapped there is the guest's, so nobody looks for areas.
 *
 * Without an area the mmap lock does not keep page tables: munmap() takes it away
 * and then frees its tables with the lock held for reading. Until the table is
 * locked disabled interrupts keep it, from then on the entry that is there: it
 * would have to go first, and that takes this lock.
 */
static int uv_try_import(struct uv_import *import)
{
	struct mm_struct *mm = import->gmap->mm;
	unsigned long uaddr, flags;
	pte_t *ptep, *table;
	spinlock_t *ptl;	/* keeps the mapping while the page is imported */
	pmd_t *pmdp;
	int rc;

	mmap_assert_locked(mm);
	uaddr = __gmap_translate(import->gmap, import->gaddr);
	if (IS_ERR_VALUE(uaddr))
		return -EFAULT;

	local_irq_save(flags);
	pmdp = uv_find_pmd(mm, uaddr);
	if (!pmdp)
		goto not_mapped;
	if (unlikely(pmd_leaf(READ_ONCE(*pmdp)))) {
		local_irq_restore(flags);
		uv_import_tell_of_hugetlbfs(import);
		return -EFAULT;
	}
	table = pte_offset_map_lock(mm, pmdp, uaddr, &ptl);
	if (!table)
		goto not_mapped;
	__acquire(RCU);		/* held until pte_unmap(), sparse is not told */
	if (!pte_present(*table)) {
		pte_unmap_unlock(table, ptl);
		goto not_mapped;
	}
	local_irq_restore(flags);

	ptep = table;
	do {
		rc = uv_import_pte(import, *ptep++);
		if (rc)
			break;
		uv_import_next(import);
		uaddr += PAGE_SIZE;
	} while (import->pages && uaddr & ~PMD_MASK & PAGE_MASK && !need_resched() &&
		 !mmap_lock_is_contended(mm));
	pte_unmap_unlock(table, ptl);
	return rc;

not_mapped:
	local_irq_restore(flags);
	return UV_NEED_MAPPING;
}

/*
 * Take the folio that the next attempt is for from all others who have it mapped. The
 * mmap lock is held, before which the folio lock must not be waited for. From then on
 * that lock keeps the folio, as it has to leave the page cache first; and whoever
 * touches it waits until the import is over.
 *
 * Return: 0 with the folio locked, or what has to happen first
 */
static noinline int uv_import_take(struct uv_import *import)
{
	struct folio *folio = import->shared;
	unsigned long uaddr = __gmap_translate(import->gmap, import->gaddr) & PAGE_MASK;
	struct zap_details details = { .single_folio = folio };
	struct address_space *mapping;
	struct vm_area_struct *vma;

	if (!folio_trylock(folio)) {
		import->shared = NULL;
		import->folio = folio;
		return UV_NEED_UNLOCK;
	}
	mapping = folio->mapping;
	/* It was truncated, or is anonymous, and then it is writable in one place only. */
	if (!mapping || folio_test_anon(folio)) {
		import->shared = NULL;
		folio_unlock(folio);
		import->folio = folio;
		return UV_NEED_FEWER_REFS;
	}
	i_mmap_lock_read(mapping);
	vma_interval_tree_foreach(vma, &mapping->i_mmap, folio->index, folio->index) {
		unsigned long addr = vma->vm_start +
				     ((folio->index - vma->vm_pgoff) << PAGE_SHIFT);

		if (vma->vm_mm != import->gmap->mm || addr != uaddr)
			zap_page_range_single(vma, addr, PAGE_SIZE, &details);
	}
	i_mmap_unlock_read(mapping);
	uv_count(UV_EVENT_IMPORT_UNMAPS);
	folio_put(folio);
	return 0;
}

/* The end of what uv_import_take() began */
static noinline void uv_import_release(struct uv_import *import)
{
	struct folio *folio = import->shared;

	import->shared = NULL;
	folio_get(folio);
	folio_unlock(folio);
	folio_put(folio);
}

static int uv_import(struct uv_import *import)
{
	int rc = 0;

	while (!rc && import->pages) {
		import->folio = NULL;
		mmap_read_lock(import->gmap->mm);
		if (unlikely(import->shared))
			rc = uv_import_take(import);
		if (likely(!rc)) {
			rc = uv_try_import(import);
			if (unlikely(import->shared))
				uv_import_release(import);
		}
		mmap_read_unlock(import->gmap->mm);
		if (rc <= 0) {
			if (import->pages)
				cond_resched();
			continue;
		}
		rc = uv_import_satisfy(import, rc);
		if (import->folio)
			folio_put(import->folio);
		if (!rc && ++import->tries == UV_IMPORT_TRIES)
			rc = -EAGAIN;
		if (!rc)
			uv_count(UV_EVENT_IMPORT_WAITS);
		else if (rc == -EAGAIN)
			uv_count(UV_EVENT_IMPORT_RETURNS);
	}
	if (import->shared)
		folio_put(import->shared);
	return rc;
}

/**
 * gmap_make_secure - make the page at a guest address secure
 * @gmap: address space of the guest
 * @gaddr: guest address in the page
 * @uvcb: control block of an import-like command (import, unpack, unpin) for
 *	that guest and page
 *
 * The page is faulted in if need be. What stands in the way of the import and
 * passes soon (writeback, the folio lock, references in LRU batches) is waited
 * for, a few times.
 *
 * Context: process context, takes the mmap lock, may sleep.
 * Return:
 * * 0		- done
 * * -EAGAIN	- somebody is using the page, or the ultravisor is busy; try
 *		  again after a while
 * * -EFAULT	- the guest address has no host memory which could be secure
 * * -EINVAL	- the ultravisor refuses, rc and rrc in @uvcb tell why
 */
int gmap_make_secure(struct gmap *gmap, unsigned long gaddr, void *uvcb)
{
	struct uv_import import = {
		.gmap = gmap,
		.gaddr = gaddr,
		.pages = 1,
		.uvcb = uvcb,
	};

	return uv_import(&import);
}
EXPORT_SYMBOL_GPL(gmap_make_secure);

/**
 * gmap_unpack - unpack consecutive pages of an image
 * @gmap: address space of the guest
 * @uvcb: control block of an unpack, for the first page; guest address and
 *	second tweak advance with the pages that are done
 * @pages: how many; what is left afterwards
 *
 * Pages that lie in one page table are unpacked under the same locks, which is
 * most of the work of doing them one by one.
 *
 * Context: as gmap_make_secure().
 * Return: as gmap_make_secure(), for the page that @uvcb names then. After
 * -EAGAIN it can be called again to go on.
 */
int gmap_unpack(struct gmap *gmap, struct uv_cb_unp *uvcb, unsigned long *pages)
{
	struct uv_import import = {
		.gmap = gmap,
		.gaddr = uvcb->gaddr,
		.pages = *pages,
		.uvcb = &uvcb->header,
	};
	int rc = uv_import(&import);

	*pages = import.pages;
	return rc;
}
EXPORT_SYMBOL_GPL(gmap_unpack);

static int uv_import_one(struct gmap *gmap, unsigned long gaddr, bool hasty)
{
	struct uv_cb_cts uvcb = {
		.header.cmd = UVC_CMD_CONV_TO_SEC_STOR,
		.header.len = sizeof(uvcb),
		.guest_handle = gmap->guest_handle,
		.gaddr = gaddr,
	};
	struct uv_import import = {
		.gmap = gmap,
		.gaddr = gaddr,
		.pages = 1,
		.uvcb = &uvcb.header,
		.hasty = hasty,
	};
	int rc = uv_import(&import);

	if (!rc && gmap->uv_pages)
		atomic64_inc(&gmap->uv_pages[UV_PAGES_IMPORTED]);
	return rc;
}

/**
 * gmap_convert_to_secure - import a page into its guest
 * @gmap: address space of the guest
 * @gaddr: guest address in the page
 *
 * Context: as gmap_make_secure().
 * Return: as gmap_make_secure()
 */
int gmap_convert_to_secure(struct gmap *gmap, unsigned long gaddr)
{
	return uv_import_one(gmap, gaddr, false);
}
EXPORT_SYMBOL_GPL(gmap_convert_to_secure);

/* Is there a page, if only one that was marked old? */
static bool uv_import_has_page(struct gmap *gmap, unsigned long gaddr)
{
	unsigned long uaddr, flags;
	bool has = false;
	pmd_t *pmdp;
	pte_t *ptep;

	mmap_read_lock(gmap->mm);
	uaddr = __gmap_translate(gmap, gaddr);
	local_irq_save(flags);
	pmdp = IS_ERR_VALUE(uaddr) ? NULL : uv_find_pmd(gmap->mm, uaddr);
	ptep = pmdp ? pte_offset_map(pmdp, uaddr) : NULL;
	if (ptep) {
		__acquire(RCU);		/* held until pte_unmap(), sparse is not told */
		has = pte_present(READ_ONCE(*ptep));
		pte_unmap(ptep);
	}
	local_irq_restore(flags);
	mmap_read_unlock(gmap->mm);
	return has;
}

/**
 * gmap_fault_in_secure - fault in a page of a protected guest, and import it
 * @gmap: address space of the guest
 * @gaddr: guest address in the page
 *
 * A page that the host has to fault in has to be imported as well, about which
 * the guest would have another exception. When the import cannot be done at once
 * it is left to that exception. So it is for a page that was only marked old: it
 * may be secure, or shared, and must not change then.
 *
 * Context: as gmap_make_secure().
 * Return: 0 when there is a page now, secure or not; -EFAULT when there is none
 */
int gmap_fault_in_secure(struct gmap *gmap, unsigned long gaddr)
{
	bool old = uv_import_has_page(gmap, gaddr);

	if (uv_import_fault_in(gmap, gaddr))
		return -EFAULT;
	if (!old)
		uv_import_one(gmap, gaddr, true);
	return 0;
}
EXPORT_SYMBOL_GPL(gmap_fault_in_secure);

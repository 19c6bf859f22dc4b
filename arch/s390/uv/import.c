// SPDX-License-Identifier: GPL-2.0
/*
 * Making a page of the host secure: import, unpack, unpin.
 *
 * While the ultravisor takes the page nobody else may be using its content.
 * A frozen reference count is the proof: it can only be frozen when every
 * reference is accounted for by page tables and page cache, and while it is
 * frozen nobody can get a new one.
 */
#define pr_fmt(fmt) "prot_virt: " fmt

#include <linux/export.h>
#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/page-flags.h>
#include <linux/pagemap.h>
#include <linux/printk.h>
#include <linux/swap.h>
#include <trace/events/uv.h>
#include <asm/gmap.h>
#include <asm/uv_import.h>
#include "uv.h"

/**
 * uv_expected_refs - references of a folio that page tables and caches explain
 * @folio: locked
 *
 * Return: the reference count of a folio that nobody else uses
 */
int uv_expected_refs(struct folio *folio)
{
	int refs = folio_mapcount(folio);

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
 * The command is issued just once: with so many locks held there is no
 * waiting for a busy ultravisor.
 *
 * Return: 0 when done, a positive UV_NEED_* when something must happen first,
 * -EINVAL when the ultravisor refuses
 */
int uv_import_folio(struct folio *folio, struct uv_cb_header *uvcb, bool export_first)
{
	int expected, cc;

	VM_WARN_ON_FOLIO(!folio_test_locked(folio), folio);
	if (folio_test_large(folio))
		return UV_NEED_SPLIT;
	/* The device reads what must not become unreadable now. */
	if (folio_test_writeback(folio))
		return UV_NEED_WRITEBACK_END;
	expected = uv_expected_refs(folio);
	if (!folio_ref_freeze(folio, expected))
		return UV_NEED_FEWER_REFS;
	if (unlikely(export_first))
		uv_export_page(folio_to_phys(folio));
	set_bit(PG_arch_1, &folio->flags);
	cc = uv_issue(uvcb, UV_ONCE);
	/*
	 * Not folio_ref_unfreeze(), which would set the count: another process
	 * that maps a shared folio may have unmapped it and dropped its
	 * reference meanwhile, as it has only its own page table lock.
	 */
	smp_mb__before_atomic();
	folio_ref_add(folio, expected);

	if (likely(!cc))
		return 0;
	switch (uv_errno(cc, uvcb)) {
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
static bool export_comes_first(const struct uv_cb_header *uvcb, struct mm_struct *mm)
{
	return !uv_has_feature(BIT_UV_FEAT_MISC) &&
	       uvcb->cmd != UVC_CMD_UNPIN_PAGE_SHARED &&
	       atomic_read(&mm->context.protected_count) > 1;
}

/**
 * struct import - what is to become secure
 * @gmap:	address space of the guest
 * @gaddr:	guest address of the next page
 * @pages:	how many are left, more than one only for an unpack
 * @uvcb:	control block for the next page
 * @folio:	what an attempt has to wait for, with a reference, or NULL
 * @tries:	attempts for the next page
 * @drains:	how many of them drained LRU batches
 * @hasty:	try it once
 */
struct import {
	struct gmap *gmap;
	unsigned long gaddr;
	unsigned long pages;
	struct uv_cb_header *uvcb;
	struct folio *folio;
	unsigned int tries;
	unsigned int drains;
	bool hasty;
};

/* The page table lock is held. */
static int import_pte(struct import *import, pte_t pte)
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
	if (folio_trylock(folio)) {
		rc = uv_import_folio(folio, import->uvcb, export_comes_first(import->uvcb, mm));
		if (trace_uv_page_enabled())
			trace_uv_page(uv_cmd_name(import->uvcb->cmd), PFN_PHYS(pte_pfn(pte)), rc);
		folio_unlock(folio);
	}
	if (rc >= UV_NEED_UNLOCK && rc <= UV_NEED_SPLIT) {
		folio_get(folio);
		import->folio = folio;
	}
	return rc;
}

static void next_page(struct import *import)
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

/* What keeps the administrator from wondering why a guest does not start */
static void tell_of_hugetlbfs(struct import *import)
{
	struct mm_struct *mm = import->gmap->mm;
	unsigned long uaddr = __gmap_translate(import->gmap, import->gaddr);
	struct vm_area_struct *vma = IS_ERR_VALUE(uaddr) ? NULL : vma_lookup(mm, uaddr);

	if (vma && is_vm_hugetlb_page(vma))
		pr_warn_ratelimited("guest address 0x%lx of process %d lies in hugetlbfs, which cannot be secure\n",
				    import->gaddr, task_tgid_nr(current));
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
static int try_import(struct import *import)
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
		tell_of_hugetlbfs(import);
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
		rc = import_pte(import, *ptep++);
		if (rc)
			break;
		next_page(import);
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
 * Per-CPU batches of the LRU hold references for a while. Ours are flushed
 * for nothing, the other CPUs' at a price; and a pin for DMA outlives both.
 */
static bool drop_stray_refs(struct import *import)
{
	switch (import->drains++) {
	case 0:
		lru_add_drain();
		break;
	case 1:
		if (folio_maybe_dma_pinned(import->folio))
			return false;
		lru_add_drain_all();
		break;
	default:
		return false;
	}
	uv_count(UV_EVENT_IMPORT_DRAINS);
	return true;
}

static int split(struct folio *folio)
{
	int rc;

	folio_lock(folio);
	rc = split_folio(folio);
	folio_unlock(folio);
	if (!rc)
		uv_count(UV_EVENT_IMPORT_SPLITS);
	return rc;
}

/* A page that is new is in this CPU's batch of the LRU, and would be tried in vain. */
static int fault_in(struct gmap *gmap, unsigned long gaddr)
{
	int rc = gmap_fault(gmap, gaddr, FAULT_FLAG_WRITE);

	if (!rc)
		lru_add_drain();
	return rc;
}

/*
 * Do what an attempt asked for, with no lock held.
 * Return: 0 to try again, -EAGAIN to leave it for later, or why it is hopeless
 */
static int satisfy(struct import *import, enum uv_import_need need)
{
	struct folio *folio = import->folio;

	if (import->hasty)
		return -EAGAIN;
	switch (need) {
	case UV_NEED_MAPPING:
		if (!fault_in(import->gmap, import->gaddr))
			return 0;
		mmap_read_lock(import->gmap->mm);
		tell_of_hugetlbfs(import);
		mmap_read_unlock(import->gmap->mm);
		return -EFAULT;
	case UV_NEED_UNLOCK:
		return folio_wait_locked_killable(folio) ? -EAGAIN : 0;
	case UV_NEED_WRITEBACK_END:
		folio_wait_writeback(folio);
		return 0;
	case UV_NEED_SPLIT:
		if (!split(folio))
			return 0;
		fallthrough;	/* what keeps a folio from being split is references */
	case UV_NEED_FEWER_REFS:
		return drop_stray_refs(import) ? 0 : -EAGAIN;
	case UV_NEED_PATIENCE:
		break;
	}
	return -EAGAIN;
}

static int do_import(struct import *import)
{
	while (import->pages) {
		int rc;

		import->folio = NULL;
		mmap_read_lock(import->gmap->mm);
		rc = try_import(import);
		mmap_read_unlock(import->gmap->mm);
		if (rc < 0)
			return rc;
		if (!rc) {
			cond_resched();
			continue;
		}
		rc = satisfy(import, rc);
		if (import->folio)
			folio_put(import->folio);
		if (rc == -EFAULT)
			return rc;
		if (rc || ++import->tries == UV_IMPORT_TRIES) {
			uv_count(UV_EVENT_IMPORT_RETURNS);
			return -EAGAIN;
		}
		uv_count(UV_EVENT_IMPORT_WAITS);
	}
	return 0;
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
	struct import import = {
		.gmap = gmap,
		.gaddr = gaddr,
		.pages = 1,
		.uvcb = uvcb,
	};

	return do_import(&import);
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
	struct import import = {
		.gmap = gmap,
		.gaddr = uvcb->gaddr,
		.pages = *pages,
		.uvcb = &uvcb->header,
	};
	int rc = do_import(&import);

	*pages = import.pages;
	return rc;
}
EXPORT_SYMBOL_GPL(gmap_unpack);

static int convert_to_secure(struct gmap *gmap, unsigned long gaddr, bool hasty)
{
	struct uv_cb_cts uvcb = {
		.header.cmd = UVC_CMD_CONV_TO_SEC_STOR,
		.header.len = sizeof(uvcb),
		.guest_handle = gmap->guest_handle,
		.gaddr = gaddr,
	};
	struct import import = {
		.gmap = gmap,
		.gaddr = gaddr,
		.pages = 1,
		.uvcb = &uvcb.header,
		.hasty = hasty,
	};
	int rc = do_import(&import);

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
	return convert_to_secure(gmap, gaddr, false);
}
EXPORT_SYMBOL_GPL(gmap_convert_to_secure);

/* Is there a page, if only one that was marked old? */
static bool has_page(struct gmap *gmap, unsigned long gaddr)
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
	bool old = has_page(gmap, gaddr);

	if (fault_in(gmap, gaddr))
		return -EFAULT;
	if (!old)
		convert_to_secure(gmap, gaddr, true);
	return 0;
}
EXPORT_SYMBOL_GPL(gmap_fault_in_secure);

// SPDX-License-Identifier: GPL-2.0
/*
 * Guest addresses where guest and process share page tables: pages are imported by the
 * process' entry, under the mmap lock.
 */
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <asm/gmap.h>
#include <asm/uv_import.h>
#include "uv.h"

/**
 * struct gmap_import - what is to become secure, and in which guest
 * @uv:		what does not depend on how guest addresses are translated
 * @gmap:	address space of the guest
 */
struct gmap_import {
	struct uv_import uv;
	struct gmap *gmap;
};

/* Is what is mapped in large pages of hugetlbfs? The mmap lock is held. */
static void uv_import_look_for_hugetlbfs(struct gmap_import *import)
{
	unsigned long uaddr = __gmap_translate(import->gmap, import->uv.gaddr);
	struct vm_area_struct *vma;

	vma = IS_ERR_VALUE(uaddr) ? NULL : vma_lookup(import->uv.mm, uaddr);
	if (vma && is_vm_hugetlb_page(vma))
		uv_import_tell_of_hugetlbfs(import->uv.gaddr);
}

/*
 * One attempt, for pages in one page table. The mmap lock is held, which keeps
 * the guest address where it is: the ultravisor translates it by itself. What is
 * mapped there is the guest's, so nobody looks for areas.
 */
static __always_inline int uv_try_import(struct gmap_import *import)
{
	struct mm_struct *mm = import->uv.mm;
	unsigned long uaddr, pages;
	spinlock_t *ptl;	/* keeps the mapping while the page is imported */
	pte_t *ptep;
	int rc;

	mmap_assert_locked(mm);
	uaddr = __gmap_translate(import->gmap, import->uv.gaddr);
	if (IS_ERR_VALUE(uaddr))
		return -EFAULT;
	ptep = uv_lock_pte(mm, uaddr, &ptl);
	if (!ptep)
		return UV_NEED_MAPPING;
	__acquire(ptl);
	__acquire(RCU);
	rc = uv_import_ptes(&import->uv, ptep, import->uv.pages);
	/* What this table maps lies one after the other in the guest, too. */
	pages = rc ? 0 : uv_import_goes_on(&import->uv, ptep);
	if (unlikely(pages))
		uv_import_ahead(&import->uv, ptep, pages);
	pte_unmap_unlock(ptep, ptl);
	return rc;
}

/*
 * Take the folio that the next attempt is for from all others who have it mapped. The
 * mmap lock is held, before which the folio lock must not be waited for. From then on
 * that lock keeps the folio, as it has to leave the page cache first; and whoever
 * touches it waits until the import is over.
 *
 * Return: 0 with the folio locked, or what has to happen first
 */
static noinline int uv_import_take(struct gmap_import *import)
{
	struct folio *folio = import->uv.shared;
	unsigned long uaddr = __gmap_translate(import->gmap, import->uv.gaddr) & PAGE_MASK;
	struct zap_details details = { .single_folio = folio };
	struct address_space *mapping;
	struct vm_area_struct *vma;

	if (!folio_trylock(folio)) {
		import->uv.shared = NULL;
		import->uv.folio = folio;
		return UV_NEED_UNLOCK;
	}
	mapping = folio->mapping;
	/* It was truncated, or is anonymous, and then it is writable in one place only. */
	if (!mapping || folio_test_anon(folio)) {
		import->uv.shared = NULL;
		folio_unlock(folio);
		import->uv.folio = folio;
		return UV_NEED_FEWER_REFS;
	}
	i_mmap_lock_read(mapping);
	vma_interval_tree_foreach(vma, &mapping->i_mmap, folio->index, folio->index) {
		unsigned long addr = vma->vm_start +
				     ((folio->index - vma->vm_pgoff) << PAGE_SHIFT);

		if (vma->vm_mm != import->uv.mm || addr != uaddr)
			zap_page_range_single(vma, addr, PAGE_SIZE, &details);
	}
	i_mmap_unlock_read(mapping);
	uv_count(UV_EVENT_IMPORT_UNMAPS);
	folio_put(folio);
	return 0;
}

/* The end of what uv_import_take() began */
static noinline void uv_import_release(struct gmap_import *import)
{
	struct folio *folio = import->uv.shared;

	import->uv.shared = NULL;
	folio_get(folio);
	folio_unlock(folio);
	folio_put(folio);
}

static int uv_import_map(struct gmap_import *import)
{
	if (!gmap_fault(import->gmap, import->uv.gaddr, FAULT_FLAG_WRITE)) {
		uv_import_drain();
		return 0;
	}
	mmap_read_lock(import->uv.mm);
	uv_import_look_for_hugetlbfs(import);
	mmap_read_unlock(import->uv.mm);
	return -EFAULT;
}

static int uv_import(struct gmap_import *import)
{
	int rc;

	do {
		import->uv.folio = NULL;
		mmap_read_lock(import->uv.mm);
		rc = unlikely(import->uv.shared) ? uv_import_take(import) : 0;
		if (likely(!rc)) {
			rc = uv_try_import(import);
			if (unlikely(import->uv.shared))
				uv_import_release(import);
		}
		mmap_read_unlock(import->uv.mm);
		if (likely(!rc)) {
			if (!import->uv.pages)
				return 0;
			cond_resched();
			continue;
		}
		if (rc == UV_NEED_MAPPING)
			rc = uv_import_map(import);
		else if (rc > 0)
			rc = uv_import_satisfy(&import->uv, rc);
		rc = uv_import_again(&import->uv, rc);
	} while (!rc);
	if (import->uv.shared)
		folio_put(import->uv.shared);
	return rc;
}

static struct gmap_import uv_import_page(struct gmap *gmap, unsigned long gaddr, void *uvcb)
{
	return (struct gmap_import){
		.gmap = gmap,
		.uv.mm = gmap->mm,
		.uv.gaddr = gaddr,
		.uv.pages = 1,
		.uv.uvcb = uvcb,
	};
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
	struct gmap_import import = uv_import_page(gmap, gaddr, uvcb);

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
	struct gmap_import import = {
		.gmap = gmap,
		.uv.mm = gmap->mm,
		.uv.gaddr = uvcb->gaddr,
		.uv.pages = *pages,
		.uv.uvcb = &uvcb->header,
	};
	int rc = uv_import(&import);

	*pages = import.uv.pages;
	return rc;
}
EXPORT_SYMBOL_GPL(gmap_unpack);

static struct uv_cb_cts uv_import_uvcb(struct gmap *gmap, unsigned long gaddr)
{
	return (struct uv_cb_cts){
		.header.cmd = UVC_CMD_CONV_TO_SEC_STOR,
		.header.len = sizeof(struct uv_cb_cts),
		.guest_handle = gmap->guest_handle,
		.gaddr = gaddr,
	};
}

static void uv_import_count(struct gmap_import *import)
{
	if (import->gmap->uv_pages)
		atomic64_add(1 + import->uv.ahead, &import->gmap->uv_pages[UV_PAGES_IMPORTED]);
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
	struct uv_cb_cts uvcb = uv_import_uvcb(gmap, gaddr);
	struct gmap_import import = uv_import_page(gmap, gaddr, &uvcb);
	int rc = uv_import(&import);

	if (!rc)
		uv_import_count(&import);
	return rc;
}
EXPORT_SYMBOL_GPL(gmap_convert_to_secure);

/* A page that is new. The mmap lock is held, once for all that is done to it. */
static void uv_import_hastily(struct gmap *gmap, unsigned long gaddr)
{
	struct uv_cb_cts uvcb = uv_import_uvcb(gmap, gaddr);
	struct gmap_import import = uv_import_page(gmap, gaddr, &uvcb);
	int rc = uv_try_import(&import);

	if (rc)
		uv_import_again(&import.uv, rc > 0 ? -EAGAIN : rc);
	else
		uv_import_count(&import);
}

/**
 * gmap_fault_in_secure - fault in a page of a protected guest, and import it
 * @gmap: address space of the guest, whose table leads to that of the process
 * @gaddr: guest address in the page
 *
 * A page that the host has to fault in has to be imported as well, about which
 * the guest would have another exception. When the import cannot be done at once
 * it is left to that exception. So it is for a page that was only marked old: it
 * may be secure, or shared, and must not change then. To a guest that goes through new
 * memory the pages behind are given as well.
 *
 * Context: as gmap_make_secure().
 * Return: 0 when there is a page now, secure or not; -EFAULT when there is none
 */
int gmap_fault_in_secure(struct gmap *gmap, unsigned long gaddr)
{
	struct mm_struct *mm = gmap->mm;
	bool unlocked = false;
	unsigned long uaddr;
	enum uv_peek seen;
	int rc = -EFAULT;

	mmap_read_lock(mm);
	uaddr = __gmap_translate(gmap, gaddr);
	if (IS_ERR_VALUE(uaddr))
		goto out;
	seen = uv_peek(mm, uaddr);
	rc = fixup_user_fault(mm, uaddr, FAULT_FLAG_WRITE, &unlocked);
	if (rc || seen == UV_PRESENT)
		goto out;
	if (seen == UV_NEXT && !unlocked)
		uv_ahead_fault_in(mm, uaddr & PAGE_MASK, PTRS_PER_PTE);
	uv_import_drain();
	uv_import_hastily(gmap, gaddr);
out:
	mmap_read_unlock(mm);
	return rc ? -EFAULT : 0;
}
EXPORT_SYMBOL_GPL(gmap_fault_in_secure);

/**
 * gmap_destroy_page - take one page from its guest
 * @gmap: guest address space
 * @gaddr: guest address in the page
 *
 * Context: as uv_destroy_mapped().
 * Return: as uv_destroy_mapped(); -EFAULT also when the guest has no such address
 */
int gmap_destroy_page(struct gmap *gmap, unsigned long gaddr)
{
	unsigned long uaddr;

	mmap_read_lock(gmap->mm);
	uaddr = __gmap_translate(gmap, gaddr);
	mmap_read_unlock(gmap->mm);
	return IS_ERR_VALUE(uaddr) ? -EFAULT : uv_destroy_mapped(gmap->mm, uaddr);
}
EXPORT_SYMBOL_GPL(gmap_destroy_page);

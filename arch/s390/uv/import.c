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
#include <linux/page-flags.h>
#include <linux/pagemap.h>
#include <linux/printk.h>
#include <linux/swap.h>
#include <trace/events/uv.h>
#include <asm/gmap.h>
#include "uv.h"

/**
 * uv_expected_refs - references of a folio that page tables and caches explain
 * @folio: locked
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
 *
 * The command is issued just once: with so many locks held there is no
 * waiting for a busy ultravisor.
 *
 * Return: 0 when done, a positive UV_NEED_* when something must happen first,
 * -EINVAL when the ultravisor refuses
 */
int uv_import_folio(struct folio *folio, struct uv_cb_header *uvcb)
{
	int expected, cc;

	if (folio_test_large(folio))
		return UV_NEED_SPLIT;
	/* The device reads what must not become unreadable now. */
	if (folio_test_writeback(folio))
		return UV_NEED_WRITEBACK_END;
	expected = uv_expected_refs(folio);
	if (!folio_ref_freeze(folio, expected))
		return UV_NEED_FEWER_REFS;
	set_bit(PG_arch_1, &folio->flags);
	cc = uv_issue(uvcb, UV_ONCE);
	folio_ref_unfreeze(folio, expected);

	switch (uv_errno(cc, uvcb)) {
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
static bool export_comes_first(const struct uv_cb_header *uvcb, struct mm_struct *mm)
{
	return !uv_has_feature(BIT_UV_FEAT_MISC) &&
	       uvcb->cmd != UVC_CMD_UNPIN_PAGE_SHARED &&
	       atomic_read(&mm->context.protected_count) > 1;
}

/*
 * One attempt. When it returns that a folio needs something, *@foliop has a
 * reference for the caller.
 */
static int try_import(struct gmap *gmap, unsigned long gaddr, struct uv_cb_header *uvcb,
		      struct folio **foliop)
{
	struct vm_area_struct *vma;
	unsigned long uaddr;
	struct folio *folio;
	spinlock_t *ptl;	/* keeps the mapping while the page is imported */
	pte_t *ptep;
	int rc;

	uaddr = __gmap_translate(gmap, gaddr);
	if (IS_ERR_VALUE(uaddr))
		return -EFAULT;
	vma = vma_lookup(gmap->mm, uaddr);
	if (!vma)
		return -EFAULT;
	if (is_vm_hugetlb_page(vma)) {
		pr_warn_ratelimited("guest address 0x%lx of process %d lies in hugetlbfs, which cannot be secure\n",
				    gaddr, task_tgid_nr(current));
		return -EFAULT;
	}

	ptep = get_locked_pte(gmap->mm, uaddr, &ptl);
	if (!ptep)
		return UV_NEED_MAPPING;
	if (!pte_present(*ptep) || pte_val(*ptep) & _PAGE_INVALID || !pte_write(*ptep)) {
		rc = UV_NEED_MAPPING;
		goto unlock;
	}

	folio = pfn_folio(pte_pfn(*ptep));
	if (folio_trylock(folio)) {
		if (export_comes_first(uvcb, gmap->mm))
			uv_export_page(PFN_PHYS(pte_pfn(*ptep)));
		rc = uv_import_folio(folio, uvcb);
		trace_uv_page(uv_cmd_name(uvcb->cmd), PFN_PHYS(pte_pfn(*ptep)), rc);
		folio_unlock(folio);
	} else {
		rc = UV_NEED_UNLOCK;
	}
	if (rc == UV_NEED_UNLOCK || rc == UV_NEED_WRITEBACK_END || rc == UV_NEED_FEWER_REFS ||
	    rc == UV_NEED_SPLIT) {
		folio_get(folio);
		*foliop = folio;
	}
unlock:
	pte_unmap_unlock(ptep, ptl);
	return rc;
}

/*
 * Per-CPU batches of the LRU hold references for a while. Ours are flushed
 * for nothing, the other CPUs' at a price; and a pin for DMA outlives both.
 */
static bool drop_stray_refs(struct folio *folio, unsigned int attempt)
{
	if (attempt && folio_maybe_dma_pinned(folio))
		return false;
	uv_count(UV_EVENT_IMPORT_DRAINS);
	if (attempt)
		lru_add_drain_all();
	else
		lru_add_drain();
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

/*
 * Do what an attempt asked for, with no lock held.
 * Return: 0 to try again, -EAGAIN to leave it for later, or why it is hopeless
 */
static int satisfy(struct gmap *gmap, unsigned long gaddr, struct folio *folio, int need,
		   unsigned int attempt)
{
	switch (need) {
	case UV_NEED_MAPPING:
		return gmap_fault(gmap, gaddr, FAULT_FLAG_WRITE) ? -EFAULT : 0;
	case UV_NEED_UNLOCK:
		folio_wait_locked(folio);
		return 0;
	case UV_NEED_WRITEBACK_END:
		folio_wait_writeback(folio);
		return 0;
	case UV_NEED_SPLIT:
		if (!split(folio))
			return 0;
		fallthrough;	/* what keeps a folio from being split is references */
	case UV_NEED_FEWER_REFS:
		return drop_stray_refs(folio, attempt) ? 0 : -EAGAIN;
	default:
		return -EAGAIN;
	}
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
	int rc;

	for (unsigned int attempt = 0; attempt < UV_IMPORT_TRIES; attempt++) {
		struct folio *folio = NULL;

		mmap_read_lock(gmap->mm);
		rc = try_import(gmap, gaddr, uvcb, &folio);
		mmap_read_unlock(gmap->mm);
		if (rc <= 0)
			return rc;
		rc = satisfy(gmap, gaddr, folio, rc, attempt);
		if (folio)
			folio_put(folio);
		if (rc == -EAGAIN)
			break;
		if (rc)
			return rc;
		uv_count(UV_EVENT_IMPORT_WAITS);
	}
	uv_count(UV_EVENT_IMPORT_RETURNS);
	return -EAGAIN;
}
EXPORT_SYMBOL_GPL(gmap_make_secure);

/**
 * gmap_convert_to_secure - import a page into its guest
 * @gmap: address space of the guest
 * @gaddr: guest address in the page
 *
 * Context, return: as gmap_make_secure()
 */
int gmap_convert_to_secure(struct gmap *gmap, unsigned long gaddr)
{
	struct uv_cb_cts uvcb = {
		.header.cmd = UVC_CMD_CONV_TO_SEC_STOR,
		.header.len = sizeof(uvcb),
		.guest_handle = gmap->guest_handle,
		.gaddr = gaddr,
	};

	return gmap_make_secure(gmap, gaddr, &uvcb);
}
EXPORT_SYMBOL_GPL(gmap_convert_to_secure);

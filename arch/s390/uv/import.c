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
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/page-flags.h>
#include <linux/pagemap.h>
#include <kunit/visibility.h>
#include <trace/events/uv.h>
#include <asm/uv_import.h>
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
	if (!folio_test_anon(folio) && folio_mapping(folio)) {
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
VISIBLE_IF_KUNIT __always_inline int uv_import_folio(struct folio *folio,
						     struct uv_cb_header *uvcb,
						     bool export_first)
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
		atomic_long_or(UV_MARKS, (atomic_long_t *)folio_flags(folio, 0));
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

/*
 * A page that is clean and becomes secure would be dropped by reclaim, and what swap
 * space has of it is not what the guest left.
 */
static __always_inline bool uv_import_fits(pte_t pte)
{
	return pte_present(pte) && !(pte_val(pte) & _PAGE_INVALID) && pte_write(pte) &&
	       pte_dirty(pte);
}

/* The folio is locked. */
static __always_inline int uv_import_locked(struct folio *folio, struct uv_cb_header *uvcb,
					    struct mm_struct *mm)
{
	int rc = uv_import_folio(folio, uvcb, uv_import_exports_first(uvcb, mm));

	if (trace_uv_page_enabled())
		trace_uv_page(uv_cmd_name(uvcb->cmd), folio_to_phys(folio), rc);
	return rc;
}

/* The page table lock is held. */
static int uv_import_pte(struct uv_import *import, pte_t pte)
{
	struct folio *folio;
	int rc;

	if (!uv_import_fits(pte))
		return UV_NEED_MAPPING;
	/* Memory of a device, or the like */
	if (unlikely(pte_special(pte)))
		return -EFAULT;

	folio = pfn_folio(pte_pfn(pte));
	rc = UV_NEED_UNLOCK;
	if (folio_trylock(folio) || folio == import->shared) {
		rc = uv_import_locked(folio, import->uvcb, import->mm);
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

	if (!--import->pages)
		return;
	import->gaddr += PAGE_SIZE;
	import->tries = 0;
	import->drains = 0;
	unp->gaddr += PAGE_SIZE;
	unp->tweak[1] += PAGE_SIZE;
}

/**
 * uv_import_ptes - try to make the pages of consecutive entries secure
 * @import: its count of pages, and when some are left its guest address and control block
 *	too, advance with each page that is done
 * @ptep: the first of them, of the process
 * @pages: how many; at most what is left of @import
 *
 * It ends early at the end of the page table, and where somebody waits for the CPU or the
 * mmap lock.
 *
 * Context: the lock of the entries' page table held, and what keeps guest addresses
 * where they are.
 * Return: 0 when none of those that were tried failed; a positive UV_NEED_* when something
 * must happen first, with a reference to the folio in @import where that is about a folio;
 * -EFAULT for memory that cannot be secure; -EINVAL when the ultravisor refuses
 */
int uv_import_ptes(struct uv_import *import, pte_t *ptep, unsigned long pages)
{
	int rc;

	do {
		rc = uv_import_pte(import, *ptep++);
		if (rc)
			break;
		uv_import_next(import);
	} while (--pages && (unsigned long)ptep % _PAGE_TABLE_SIZE && !need_resched() &&
		 !mmap_lock_is_contended(import->mm));
	return rc;
}
EXPORT_SYMBOL_GPL(uv_import_ptes);

/*
 * A page that has been its guest's may be secure, or shared, or the VMM has just exported
 * it: it is imported when the guest asks for it. One that was swapped or moved since has no
 * mark; it is as the host has it, and for the guest an import is what it would be later.
 */
static bool uv_import_new_pte(struct uv_import *import, pte_t pte, struct uv_cb_cts *uvcb)
{
	struct folio *folio;
	int rc;

	if (!uv_import_fits(pte) || pte_special(pte))
		return false;
	folio = pfn_folio(pte_pfn(pte));
	if (*folio_flags(folio, 0) & UV_MARKS || !folio_trylock(folio))
		return false;
	rc = uv_import_locked(folio, &uvcb->header, import->mm);
	folio_unlock(folio);
	return !rc;
}

/**
 * uv_import_ahead - go on behind a page that its guest has asked for
 * @import: done, by an import of one page; how many more there were is added
 * @ptep: entry of that page
 * @pages: how many more of the guest's to try, see uv_import_goes_on(); at least one
 *
 * What does not become secure at once is left alone.
 *
 * Context: as uv_import_ptes(), still under the same locks.
 */
void uv_import_ahead(struct uv_import *import, pte_t *ptep, unsigned long pages)
{
	struct uv_cb_cts uvcb = *(struct uv_cb_cts *)import->uvcb;

	do {
		uvcb.gaddr += PAGE_SIZE;
		if (!uv_import_new_pte(import, *++ptep, &uvcb))
			break;
		import->ahead++;
	} while (--pages && !mmap_lock_is_contended(import->mm));
	this_cpu_add(uv_stats.event[UV_EVENT_IMPORTS_AHEAD], import->ahead);
}
EXPORT_SYMBOL_GPL(uv_import_ahead);

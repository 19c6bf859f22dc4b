// SPDX-License-Identifier: GPL-2.0
/*
 * What stands in the way of an import, and how it is got out of the way, with no lock
 * of the import held.
 */
#define pr_fmt(fmt) "prot_virt: " fmt

#include <linux/backing-dev.h>
#include <linux/fs.h>
#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/pagemap.h>
#include <linux/printk.h>
#include <linux/swap.h>
#include <asm/gmap.h>
#include "uv.h"

/**
 * uv_import_tell_of_hugetlbfs - what keeps the administrator from wondering
 * @import: of a page that is not mapped as a small one
 *
 * A guest whose memory cannot be secure does not start; the log says why.
 *
 * Context: mmap lock held.
 */
void uv_import_tell_of_hugetlbfs(struct uv_import *import)
{
	struct mm_struct *mm = import->gmap->mm;
	unsigned long uaddr = __gmap_translate(import->gmap, import->gaddr);
	struct vm_area_struct *vma = IS_ERR_VALUE(uaddr) ? NULL : vma_lookup(mm, uaddr);

	if (vma && is_vm_hugetlb_page(vma))
		pr_warn_ratelimited("guest address 0x%lx of process %d lies in hugetlbfs, which cannot be secure\n",
				    import->gaddr, task_tgid_nr(current));
}

/*
 * Per-CPU batches of the LRU hold references for a while. Ours are flushed
 * for nothing, the other CPUs' at a price; and a pin for DMA outlives both.
 */
static bool uv_import_drop_refs(struct uv_import *import)
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

static int uv_import_split_locked(struct folio *folio)
{
	int rc = split_folio(folio);

	if (rc)
		return rc;
	/* The smallest folio of a file can be a large one. */
	if (folio_test_large(folio)) {
		pr_warn_ratelimited("memory of process %d is a file with blocks of %zu bytes, which cannot be secure\n",
				    task_tgid_nr(current), folio_size(folio));
		return -EFAULT;
	}
	uv_count(UV_EVENT_IMPORT_SPLITS);
	return 0;
}

/*
 * Filesystems that keep notes about the parts of a folio do not split a dirty one: it
 * is written back first. Then it is clean, and is faulted in for writing again before
 * it is imported, as a small one.
 */
static int uv_import_split(struct folio *folio)
{
	struct address_space *mapping;
	struct inode *inode = NULL;
	loff_t first, last;
	int rc;

	if (folio_lock_killable(folio))
		return -EINTR;
	rc = uv_import_split_locked(folio);
	mapping = folio_test_anon(folio) ? NULL : folio->mapping;
	if (rc && rc != -EFAULT && mapping && mapping_can_writeback(mapping) &&
	    (folio_test_dirty(folio) || folio_test_writeback(folio)))
		inode = igrab(mapping->host);
	first = folio_pos(folio);
	last = first + folio_size(folio) - 1;
	folio_unlock(folio);
	if (!inode)
		return rc;

	uv_count(UV_EVENT_IMPORT_WRITEBACKS);
	rc = filemap_fdatawrite_range(mapping, first, last);
	if (!rc)
		rc = folio_wait_writeback_killable(folio);
	iput(inode);
	/* A disk that is full, for one: the file is no memory for a protected guest. */
	if (rc)
		return rc == -EINTR ? rc : -EFAULT;
	if (folio_lock_killable(folio))
		return -EINTR;
	rc = uv_import_split_locked(folio);
	folio_unlock(folio);
	return rc;
}

/**
 * uv_import_fault_in - fault in a page of a guest for writing
 * @gmap: address space of the guest
 * @gaddr: guest address in the page
 *
 * A page that is new is in this CPU's batch of the LRU, and would be tried in vain.
 *
 * Context: process context, takes the mmap lock.
 * Return: 0, or an error of gmap_fault()
 */
int uv_import_fault_in(struct gmap *gmap, unsigned long gaddr)
{
	int rc = gmap_fault(gmap, gaddr, FAULT_FLAG_WRITE);

	if (!rc)
		lru_add_drain();
	return rc;
}

/**
 * uv_import_satisfy - do what an attempt asked for
 * @import: which was tried
 * @need: what it returned
 *
 * Context: process context, no lock held. Ends by a fatal signal.
 * Return: 0 to try again, -EAGAIN to leave it for later, or why it is hopeless
 */
int uv_import_satisfy(struct uv_import *import, enum uv_import_need need)
{
	struct folio *folio = import->folio;
	int rc;

	if (import->hasty)
		return -EAGAIN;
	switch (need) {
	case UV_NEED_MAPPING:
		if (!uv_import_fault_in(import->gmap, import->gaddr))
			return 0;
		mmap_read_lock(import->gmap->mm);
		uv_import_tell_of_hugetlbfs(import);
		mmap_read_unlock(import->gmap->mm);
		return -EFAULT;
	case UV_NEED_UNLOCK:
		return folio_wait_locked_killable(folio) ? -EAGAIN : 0;
	case UV_NEED_WRITEBACK_END:
		return folio_wait_writeback_killable(folio) ? -EAGAIN : 0;
	case UV_NEED_ONE_MAPPING:
		import->shared = folio;
		import->folio = NULL;
		return 0;
	case UV_NEED_SPLIT:
		rc = uv_import_split(folio);
		if (!rc || rc == -EFAULT)
			return rc;
		if (rc == -EINTR)
			return -EAGAIN;
		fallthrough;	/* what keeps a folio from being split is references */
	case UV_NEED_FEWER_REFS:
		return uv_import_drop_refs(import) ? 0 : -EAGAIN;
	case UV_NEED_PATIENCE:
		break;
	}
	return -EAGAIN;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * What stands in the way of an import, and how it is got out of the way, with no lock
 * of the import held.
 */
#define pr_fmt(fmt) "prot_virt: " fmt

#include <linux/backing-dev.h>
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/printk.h>
#include <linux/swap.h>
#include "uv.h"

/**
 * uv_import_tell_of_hugetlbfs - what keeps the administrator from wondering
 * @gaddr: guest address of a page of hugetlbfs
 *
 * A guest whose memory cannot be secure does not start; the log says why.
 */
void uv_import_tell_of_hugetlbfs(unsigned long gaddr)
{
	pr_warn_ratelimited("guest address 0x%lx of process %d lies in hugetlbfs, which cannot be secure\n",
			    gaddr, task_tgid_nr(current));
}
EXPORT_SYMBOL_GPL(uv_import_tell_of_hugetlbfs);

/**
 * uv_import_drain - have this CPU let go of pages that it has just faulted in
 *
 * A page that is new is in its batch of the LRU, with a reference, and would be tried in
 * vain.
 */
void uv_import_drain(void)
{
	lru_add_drain();
}
EXPORT_SYMBOL_GPL(uv_import_drain);

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
 * uv_import_satisfy - do what an attempt asked for
 * @import: which was tried
 * @need: what it returned; not UV_NEED_MAPPING, which is for those who know where
 *
 * Context: process context, no lock held. Ends by a fatal signal.
 * Return: 0 to try again, -EAGAIN to leave it for later, or why it is hopeless
 */
int uv_import_satisfy(struct uv_import *import, enum uv_import_need need)
{
	struct folio *folio = import->folio;
	int rc;

	switch (need) {
	case UV_NEED_MAPPING:	/* who knows guest addresses has done that */
		break;
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
EXPORT_SYMBOL_GPL(uv_import_satisfy);

/**
 * uv_import_again - after something was done for the next attempt
 * @import: which was tried
 * @rc: 0 if it can be tried again, or an errno
 *
 * Return: @rc; -EAGAIN also when it was tried often enough
 */
int uv_import_again(struct uv_import *import, int rc)
{
	if (import->folio)
		folio_put(import->folio);
	if (!rc && ++import->tries == UV_IMPORT_TRIES)
		rc = -EAGAIN;
	if (!rc)
		uv_count(UV_EVENT_IMPORT_WAITS);
	else if (rc == -EAGAIN)
		uv_count(UV_EVENT_IMPORT_RETURNS);
	return rc;
}
EXPORT_SYMBOL_GPL(uv_import_again);

// SPDX-License-Identifier: GPL-2.0
/*
 * The last gate before the page allocator: a page that may still be secure does not
 * get a new owner, who would have an exception at the first access.
 */
#define pr_fmt(fmt) "prot_virt: " fmt

#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/page_ref.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include "uv.h"

/**
 * uv_keep_folio - keep a page for good that cannot be made accessible
 * @folio: of one page, being freed, without references, PG_arch_1 set: every export so
 *	far has failed, or nobody has tried, as its process had no protected VM any more
 *
 * Whatever frees the page leads here: an unmapping, a truncation, the end of a process
 * or of a child that had the page from fork(). One more export is tried. If that fails
 * the page stays allocated until the next IPL and has no owner: only the ultravisor
 * knows what is in it and when it could be used again.
 *
 * Context: any.
 * Return: 0 when the page can be freed, else see uv_export_page()
 */
int uv_keep_folio(struct folio *folio)
{
	static DEFINE_RATELIMIT_STATE(once_a_minute, 60 * HZ, 1);
	const unsigned long paddr = folio_to_phys(folio);
	int rc;

	/* Then the bit is not ours. */
	if (!is_prot_virt_host())
		return 0;
	rc = uv_export_page(paddr, UV_ATOMIC);
	if (!rc) {
		clear_bit(PG_arch_1, folio_flags(folio, 0));
		return 0;
	}
	folio->mapping = NULL;
	folio_set_count(folio, 1);
	uv_count(UV_EVENT_PAGES_KEPT);
	if (__ratelimit(&once_a_minute))
		pr_err("The ultravisor does not give back the page at 0x%lx (%d); it and others like it are not used until the next IPL, see pages_kept in debugfs\n",
		       paddr, rc);
	return rc;
}

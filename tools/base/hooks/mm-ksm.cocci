// SPDX-License-Identifier: GPL-2.0
// KSM reads pages by the kernel's own mapping. Where that cannot be made to work it
// leaves them alone; who asks keeps a reference, so they stay accessible.
// File: mm/ksm.c
// Expect: 0 -> 3 /arch_make_folio_accessible/
@@
identifier page, vma, addr;
@@
  static struct page *get_mergeable_page(...)
  {
  	<...
+ 	if (page && arch_make_folio_accessible(page_folio(page))) {
+ 		put_page(page);
+ 		page = NULL;
+ 	}
  	if (page) {
  		flush_anon_page(vma, page, addr);
  		...
  	}
  	...>
  }

@@
identifier page, rmap_item, stable_node, folio;
@@
  static void cmp_and_merge_page(struct page *page, struct ksm_rmap_item *rmap_item)
  {
  	...
+ 	if (arch_make_folio_accessible(page_folio(page)))
+ 		return;
  	stable_node = \(page_stable_node(page)\|folio_stable_node(folio)\);
  	...
  }

@@
expression to, from;
expression list rest;
@@
- copy_mc_user_highpage(to, from, rest)
+ (arch_make_folio_accessible(page_folio(from)) || copy_mc_user_highpage(to, from, rest))

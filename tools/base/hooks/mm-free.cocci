// SPDX-License-Identifier: GPL-2.0
// A page that cannot be made accessible is not freed, see arch/s390/uv/keep.c. It leaves
// the allocator's books as a page with a memory failure does.
// File: mm/page_alloc.c
// Expect: 1 -> 0 /unlikely\(PageHWPoison\(page\)\) && !order/
// Expect: 0 -> 1 /arch_make_folio_accessible\(folio\)/
@@
identifier page, order, folio;
@@
  struct folio *folio = page_folio(page);
  ...
- if (unlikely(PageHWPoison(page)) && !order)
+ if (!order && unlikely(PageHWPoison(page) ||
+			 (test_bit(PG_arch_1, folio_flags(folio, 0)) &&
+			  arch_make_folio_accessible(folio))))
  	{ ... }

// SPDX-License-Identifier: GPL-2.0
// A page is made accessible before it is looked for zeroes, not only when writeback
// begins. One that cannot be stays in the swap cache.
// File: mm/page_io.c
// Expect: 0 -> 1 /arch_make_folio_accessible/
@@
expression ret, folio;
@@
- ret = arch_prepare_to_swap(folio);
+ ret = arch_make_folio_accessible(folio);
+ if (!ret)
+ 	ret = arch_prepare_to_swap(folio);

// SPDX-License-Identifier: GPL-2.0
// The collapse of pages to a large one asks for their content first.
// File: mm/khugepaged.c
// Expect: 0 -> 2 /arch_make_folio_accessible/
@@
expression to, from;
expression list rest;
@@
(
- copy_mc_user_highpage(to, from, rest)
+ (arch_make_folio_accessible(page_folio(from)) || copy_mc_user_highpage(to, from, rest))
|
- copy_mc_highpage(to, from)
+ (arch_make_folio_accessible(page_folio(from)) || copy_mc_highpage(to, from))
)

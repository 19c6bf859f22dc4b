// SPDX-License-Identifier: GPL-2.0
// The migration of a page asks for its content first; a page that cannot be made
// accessible stays where it is.
// File: mm/util.c
// Expect: 0 -> 1 /arch_make_folio_accessible/
@@
expression to, from;
@@
- copy_mc_highpage(to, from)
+ (arch_make_folio_accessible(page_folio(from)) || copy_mc_highpage(to, from))

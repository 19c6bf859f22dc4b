// SPDX-License-Identifier: GPL-2.0
// A copy on write or at fork() asks for the content first; what cannot be had is an error
// as that of a page with a memory failure.
// File: mm/memory.c
// Expect: 0 -> 5 /arch_make_folio_accessible/
@@
expression to, from;
expression list rest;
@@
- copy_mc_user_highpage(to, from, rest)
+ (arch_make_folio_accessible(page_folio(from)) || copy_mc_user_highpage(to, from, rest))

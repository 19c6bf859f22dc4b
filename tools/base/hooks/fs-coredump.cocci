// SPDX-License-Identifier: GPL-2.0
// A page that cannot be made accessible is a hole in a core dump.
// File: fs/coredump.c
// Expect: 0 -> 1 /arch_make_folio_accessible/
@@
identifier page, addr;
@@
  page = get_dump_page(addr, ...);
+ if (page && arch_make_folio_accessible(page_folio(page))) {
+ 	put_page(page);
+ 	page = NULL;
+ }

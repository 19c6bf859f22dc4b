// SPDX-License-Identifier: GPL-2.0
// What leaves the guest's table leaves the process' table next, or stays in it: that one
// tells what has to be exported. KVM has no part in it.
// File: arch/s390/kvm/gmap/gmap.c
// Expect: 2 -> 0 /GMAP_FLAG_EXPORT_ON_UNMAP/
// Expect: 2 -> 0 /uv_convert_from_secure_folio/
// Expect: 2 -> 0 /struct folio \*folio = NULL;/
@@
symbol folio;
@@
- if (folio)
- 	uv_convert_from_secure_folio(folio);

@@
symbol folio;
expression c, e;
@@
- if (c && test_bit(GMAP_FLAG_EXPORT_ON_UNMAP, ...))
- 	folio = e;

@@
identifier fn =~ "^_gmap_unmap_";
symbol folio;
@@
  fn(...)
  {
  	<...
- 	struct folio *folio = NULL;
  	...>
  }

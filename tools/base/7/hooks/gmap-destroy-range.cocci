// SPDX-License-Identifier: GPL-2.0
// Ranges of secure pages are destroyed by arch/s390/uv/range.c.
// File: arch/s390/kvm/gmap/gmap.c
// Expect: 1 -> 0 /gmap_pv_destroy_range/
// Expect: 5 -> 0 /_destroy_pages_(pte|crste)/
// Expect: 2 -> 0 /__kvm_s390_pv_destroy_page/
@@
@@
- static long _destroy_pages_pte(...) { ... }

@@
@@
- static long _destroy_pages_crste(...) { ... }

@@
@@
- int gmap_pv_destroy_range(...) { ... }

// SPDX-License-Identifier: GPL-2.0
// Ranges of secure pages are destroyed by arch/s390/uv/range.c.
// File: arch/s390/mm/gmap.c
// Expect: 6 -> 0 /s390_uv_destroy_(pfns|range)/
// Expect: 5 -> 0 /reset_walk_state|s390_gather_pages/
@@
declarer name EXPORT_SYMBOL_GPL;
@@
- EXPORT_SYMBOL_GPL(s390_uv_destroy_pfns);

@@
@@
- EXPORT_SYMBOL_GPL(__s390_uv_destroy_range);

@@
@@
- int __s390_uv_destroy_range(...) { ... }

@@
@@
- void s390_uv_destroy_pfns(...) { ... }

@@
@@
- static const struct mm_walk_ops gather_pages_ops = { ... };

@@
@@
- static int s390_gather_pages(...) { ... }

@@
@@
- struct reset_walk_state { ... };

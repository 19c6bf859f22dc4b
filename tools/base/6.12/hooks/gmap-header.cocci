// SPDX-License-Identifier: GPL-2.0
// Ranges of secure pages are declared in asm/uv_core.h, beside the other functions.
// File: arch/s390/include/asm/gmap.h
// Expect: 8 -> 0 /s390_uv_destroy_(pfns|range)/
@@
@@
- void s390_uv_destroy_pfns(...);

@@
@@
- int __s390_uv_destroy_range(...);

@@
@@
- static inline void s390_uv_destroy_range(...) { ... }

@@
@@
- static inline int s390_uv_destroy_range_interruptible(...) { ... }

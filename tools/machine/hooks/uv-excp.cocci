// SPDX-License-Identifier: GPL-2.0-or-later
// Entries of a CPU's TLB can be found again by the page that they lead to.
// File: target/s390x/tcg/excp_helper.c
// Expect: 0 -> 2 /s390_uv_|"uv\/uv.h"/
@@
@@
 #include "s390x-internal.h"
+#include "uv/uv.h"
@@
@@
 s390_cpu_tlb_fill(...)
 {
 <...
+s390_uv_translated(cs, address, raddr);
 tlb_set_page(cs, ...);
 ...>
 }

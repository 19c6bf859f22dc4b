// SPDX-License-Identifier: GPL-2.0-or-later
// A page that passed every other check of an access may still be protected.
// File: target/s390x/mmu_helper.c
// Expect: 0 -> 8 /s390_uv_|"uv\/uv.h"/
@@
@@
 #include "s390x-internal.h"
+#include "uv/uv.h"
@@
expression G, X;
@@
 if (!read_table_entry(env, G, X)) {
-    return PGM_ADDRESSING;
+    return s390_uv_table_access(G);
 }
@@
@@
 mmu_translate(...)
 {
 <...
+r = s390_uv_cpu_access(*raddr, rw, tec);
+if (unlikely(r)) {
+    return r;
+}
 mmu_handle_skey(*raddr, rw, flags);
 ...>
 }
@@
@@
 mmu_translate_real(...)
 {
+int r;
 ...
+r = s390_uv_real_access(raddr, *addr, rw, tec);
+if (unlikely(r)) {
+    return r;
+}
 mmu_handle_skey(*addr, rw, flags);
 ...
 }

// SPDX-License-Identifier: GPL-2.0-or-later
// TEST PROTECTION of a protected page: program interruption, as for a page
// that is not there at all.
// File: target/s390x/tcg/mem_helper.c
// Expect: 0 -> 2 /PGM_SECURE_STORAGE_ACCESS|"uv\/uv.h"/
@@
@@
 #include "s390x-internal.h"
+#include "uv/uv.h"
@@
statement S;
@@
 helper_tprot(...)
 {
 <...
+if (env->int_pgm_code == PGM_SECURE_STORAGE_ACCESS) {
+    s390_cpu_virt_mem_handle_exc(cpu, GETPC());
+}
 if (env->int_pgm_code == PGM_PROTECTION) S
 ...>
 }

// SPDX-License-Identifier: GPL-2.0-or-later
// Stores of many bytes into code.
// File: target/s390x/tcg/mem_helper.c
// Expect: 0 -> 2 /s390_code_overwritten|selfmod/
@@
@@
 #include "s390x-internal.h"
+#include "selfmod/selfmod.h"
@@
@@
 s390_probe_access(...)
 {
 <...
 if (env->tlb_fill_exc) { ... }
+if (access_type == MMU_DATA_STORE) {
+    s390_code_overwritten(env, addr, size, mmu_idx);
+}
 ...>
 }

// SPDX-License-Identifier: GPL-2.0-or-later
// Exceptions and interruptions while a guest runs.
// File: target/s390x/tcg/excp_helper.c
// Expect: 0 -> 7 /sie_[a-z]+/
// Expect: 0 -> 1 /s390_key_reach/
// Expect: 4 -> 0 /env->psa \+/
@@
expression A, O, V;
@@
-stl_phys(A, env->psa + O, V)
+sie_lowcore_store(env, O, 4, V)
@@
expression A, O, V;
@@
-stq_phys(A, env->psa + O, V)
+sie_lowcore_store(env, O, 8, V)
@@
expression A, O, V;
@@
-stw_phys(A, env->psa + O, V)
+sie_lowcore_store(env, O, 2, V)
@@
@@
 s390_cpu_tlb_fill(...)
 {
 <...
 vaddr = address;
+
+if (mmu_idx >= SIE_MMU_BASE) {
+    return sie_tlb_fill(cs, address, access_type, mmu_idx, probe, retaddr);
+}
 ...>
 }
@@
@@
 s390_cpu_tlb_fill(...)
 {
 <...
-TARGET_PAGE_SIZE
+s390_key_reach(env, vaddr)
 ...>
 }
@@
identifier flag;
@@
 s390_cpu_do_interrupt(...)
 {
 ...
 bool flag = false;
+
+if (sie_is_active(env) && sie_do_interrupt(cs)) {
+    return;
+}
 ...
 }
@@
statement S;
@@
 s390_cpu_exec_interrupt(...)
 {
+bool changed;
+
+if (sie_is_active(cpu_env(cs)) &&
+    sie_exec_interrupt(cs, interrupt_request, &changed)) {
+    return changed;
+}
 S
 ...
 }

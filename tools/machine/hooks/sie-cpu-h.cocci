// SPDX-License-Identifier: GPL-2.0-or-later
// Guests have MMU indexes and TB flags of their own; access-register mode is
// taken for primary-space mode instead of ending the emulation. Before code runs
// in a space, entries of another one go.
// File: target/s390x/cpu.h
// Expect: 0 -> 8 /sie\.(mmu_base|tb_flags)/
@@
identifier I;
@@
 cpu_mmu_index(...)
 {
 <...
(
-return MMU_USER_IDX;
+return MMU_USER_IDX;
|
-return I;
+return I + env->sie.mmu_base;
)
 ...>
 }
@@
@@
 cpu_mmu_index(...)
 {
 <...
-abort();
+return MMU_PRIMARY_IDX + env->sie.mmu_base;
 ...>
 }
@@
@@
 cpu_get_tb_cpu_state(...)
 {
 ...
 if (env->cregs[0] & CR0_VECTOR) {
     ...
 }
+flags[0] |= env->sie.tb_flags;
+if (unlikely(env->sie.stale)) {
+    sie_flush_stale(env, 1 << cpu_mmu_index(env, false) |
+                         1 << cpu_mmu_index(env, true));
+}
 }

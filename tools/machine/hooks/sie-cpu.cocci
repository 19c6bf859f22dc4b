// SPDX-License-Identifier: GPL-2.0-or-later
// Guest code has TB flags of its own; before code runs in a space, entries of another
// one go. A guest that loads a waiting or invalid PSW is left, the CPU does not halt; a
// CPU that is reset leaves the guest first.
//
// A storage-alteration event is presented where its instruction ends; only translations
// for instruction-fetching events look there.
//
// An instruction address wraps at the end of what its mode can address.
// File: target/s390x/cpu.c
// Expect: 0 -> 8 /sie[_.]/
// Expect: 0 -> 1 /psw.addr &= /
@@
@@
 cpu_get_tb_cpu_state(...)
 {
 <...
-if (env->psw.mask & PSW_MASK_PER) {
+if (sie_per_is_on(env)) {
+    if (env->cregs[9] & PER_CR9_EVENT_STORE) {
+        flags |= FLAG_MASK_PER_IFETCH;
+    }
     ...
 }
 ...>
 }
@@
@@
 cpu_get_tb_cpu_state(...)
 {
 ...
+if (unlikely(!(env->psw.mask & PSW_MASK_64))) {
+    env->psw.addr &= env->psw.mask & PSW_MASK_32 ? 0x7fffffff : 0xffffff;
+}
 *pc = env->psw.addr;
 ...
- *pflags = flags;
+ *pflags = flags | env->sie.tb_flags;
+if (unlikely(env->sie.stale)) {
+    sie_flush_stale(env, 1 << s390x_env_mmu_index(env, false) |
+                         1 << s390x_env_mmu_index(env, true));
+}
 }
@@
@@
 s390_cpu_set_psw(...)
 {
 <...
-if (is_early_exception_psw(mask, addr)) {
+if (!sie_is_active(env) && is_early_exception_psw(mask, addr)) {
     ...
 }
 ...>
 }
@@
@@
 s390_cpu_set_psw(...)
 {
 <...
+if (sie_is_active(env)) {
+    sie_psw_loaded(env);
+    return;
+}
 if (mask & PSW_MASK_WAIT) {
     s390_handle_wait(env_archcpu(env));
 }
 ...>
 }
@@
@@
 s390_cpu_reset_hold(...)
 {
 <...
+sie_reset(env);
 if (scc->parent_phases.hold) {
     ...
 }
 ...>
 }

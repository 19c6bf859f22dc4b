// SPDX-License-Identifier: GPL-2.0-or-later
// Access-register mode is taken for primary-space mode instead of ending the
// emulation; reference and change recording serves guests, too. What instructions
// find that access storage for themselves is kept where the interruption looks for it:
// it ends the emulation if it finds another exception there. Large frames are at absolute
// addresses; prefixing, which follows, is its own inverse.
// File: target/s390x/mmu_helper.c
// Expect: 1 -> 0 /exit\(1\)/
// Expect: 0 -> 1 /s390_set_teid/
// Expect: 2 -> 4 /mmu_real2abs\(env/
// Expect: 1 -> 0 /hw_error\(/
// Expect: 1 -> 0 /^static void mmu_handle_skey/
@@
@@
 trigger_access_exception(...)
 {
 <...
-CPUState *cs = env_cpu(env);
 if (type != PGM_ADDRESSING) {
-    stq_phys(...);
+    s390_set_teid(env, type, tec);
 }
 ...>
 }
@@
@@
 lowprot_enabled(...)
 {
 <...
-error_report(...);
-exit(1);
+return !(env->cregs[1] & ASCE_PRIVATE_SPACE);
 ...>
 }
@@
@@
 mmu_translate(...)
 {
 <...
-hw_error(...);
+asce = env->cregs[1];
 ...>
 }
@@
typedef target_ulong;
@@
+void mmu_handle_skey(target_ulong addr, int rw, int *flags);
+
-static
 void mmu_handle_skey(target_ulong addr, int rw, int *flags)
 {
 ...
 }
@@
expression E, M;
@@
 mmu_translate_asce(...)
 {
 <...
-(E & M) | (vaddr & ~M)
+mmu_real2abs(env, (E & M) | (vaddr & ~M))
 ...>
 }

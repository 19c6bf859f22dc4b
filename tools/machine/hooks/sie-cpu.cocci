// SPDX-License-Identifier: GPL-2.0-or-later
// A guest that loads a waiting PSW is left, the CPU does not halt; a CPU that
// is reset leaves the guest first.
// File: target/s390x/cpu.c
// Expect: 0 -> 3 /sie_/
@@
@@
 s390_cpu_set_psw(...)
 {
 <...
-if (mask & PSW_MASK_WAIT) {
+if (sie_is_active(env)) {
+    sie_psw_loaded(env);
+} else if (mask & PSW_MASK_WAIT) {
     s390_handle_wait(env_archcpu(env));
 }
 ...>
 }
@@
expression DEV;
@@
 s390_cpu_reset(...)
 {
 <...
+sie_reset(env);
 scc->parent_reset(DEV);
 ...>
 }

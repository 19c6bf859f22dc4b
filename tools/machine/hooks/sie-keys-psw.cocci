// SPDX-License-Identifier: GPL-2.0-or-later
// A PSW may bring a new access key.
// File: target/s390x/cpu.c
// Expect: 0 -> 1 /s390_key_loaded/
@@
@@
 s390_cpu_set_psw(...)
 {
 <...
 if ((old_mask ^ mask) & PSW_MASK_PER) {
     ...
 }
+if ((old_mask ^ mask) & PSW_MASK_KEY) {
+    s390_key_loaded(env);
+}
 ...>
 }

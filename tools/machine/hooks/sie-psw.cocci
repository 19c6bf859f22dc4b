// SPDX-License-Identifier: GPL-2.0-or-later
// A PSW that a guest loads may end its run.
// File: target/s390x/tcg/cc_helper.c
// Expect: 0 -> 1 /sie_load_psw_done/
@@
@@
 s390_cpu_set_psw(env, mask, addr);
+if (sie_is_active(env)) {
+    sie_load_psw_done(env);
+}
 cpu_loop_exit(env_cpu(env));

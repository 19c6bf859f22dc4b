// SPDX-License-Identifier: GPL-2.0-or-later
// The host may want PER of a guest whose PSW does not.
// File: target/s390x/helper.c
// Expect: 0 -> 1 /sie_per_is_on/
@@
@@
 s390_cpu_recompute_watchpoints(...)
 {
 <...
-env->psw.mask & PSW_MASK_PER
+sie_per_is_on(env)
 ...>
 }

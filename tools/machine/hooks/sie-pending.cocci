// SPDX-License-Identifier: GPL-2.0-or-later
// While a guest runs it is the host's masks that say what is pending.
// File: target/s390x/interrupt.c
// Expect: 0 -> 11 /sie_host_/
@@
@@
-env->psw.mask
+sie_host_psw_mask(env)
@@
constant N;
@@
-env->cregs[N]
+sie_host_creg(env, N)

// SPDX-License-Identifier: GPL-2.0-or-later
// Facility bit 158, and SIGP orders that wait for another CPU.
// File: target/s390x/tcg/misc_helper.c
// Expect: 0 -> 3 /s390_uv_|s390_sigp_wait|"uv\/uv.h"/
@@
@@
 #include "s390x-internal.h"
+#include "uv/uv.h"
@@
@@
 prepare_stfl(...)
 {
 <...
 s390_get_feat_block(S390_FEAT_TYPE_STFL, stfl_bytes);
+s390_uv_facilities(stfl_bytes);
 ...>
 }
@@
expression ORDER;
identifier cc;
@@
+s390_sigp_wait(env, ORDER, r1, r3, GETPC());
 bql_lock();
 cc = handle_sigp(env, ORDER, r1, r3);

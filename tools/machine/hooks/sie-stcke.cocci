// SPDX-License-Identifier: GPL-2.0-or-later
// A guest may be in another epoch.
// File: target/s390x/tcg/translate.c
// Expect: 0 -> 1 /gen_helper_epoch_index/
@@
expression C;
@@
 op_stcke(...)
 {
 <...
 tcg_gen_shri_i64(C, C, 8);
+gen_helper_epoch_index(C, tcg_env, C);
 ...>
 }

// SPDX-License-Identifier: GPL-2.0-or-later
// Translations that were good for the old key may not be for the new one.
// File: target/s390x/tcg/translate.c
// Expect: 0 -> 1 /gen_helper_key_loaded/
@@
@@
 op_spka(...)
 {
 <...
 tcg_gen_deposit_i64(...);
+gen_helper_key_loaded(tcg_env);
 ...>
 }

// SPDX-License-Identifier: GPL-2.0-or-later
// A PER event leaves PSW and condition code as the instruction has set them.
// File: target/s390x/tcg/translate.c
// Expect: 1 -> 0 /gen_helper_per_check_exception/
// Expect: 0 -> 1 /gen_helper_per_event/
@@
@@
 translate_one(...)
 {
 <...
-gen_helper_per_check_exception(cpu_env);
+update_cc_op(s);
+gen_helper_per_event(cpu_env, tcg_constant_i32(s->ilen));
 ...>
 }

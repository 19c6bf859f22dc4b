// SPDX-License-Identifier: GPL-2.0-or-later
// MOVE RIGHT TO LEFT with more in register 0 than the length: any program could end
// the machine by it.
// File: target/s390x/tcg/translate.c
// Expect: 0 -> 1 /gen_helper_mvcrl\(tcg_env, length/
@@
@@
 op_mvcrl(...)
 {
+TCGv_i64 length = tcg_temp_new_i64();
+
+tcg_gen_andi_i64(length, regs[0], 0xff);
-gen_helper_mvcrl(tcg_env, regs[0], o->addr1, o->in2);
+gen_helper_mvcrl(tcg_env, length, o->addr1, o->in2);
 ...
 }

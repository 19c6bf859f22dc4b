// SPDX-License-Identifier: GPL-2.0-or-later
// Instructions by which any program could end the machine: ROTATE THEN ... SELECTED
// BITS that only test (the result was made from a value that there was not), MOVE
// RIGHT TO LEFT with more in register 0 than the length.
// File: target/s390x/tcg/translate.c
// Expect: 0 -> 1 /tcg_gen_mov_i64\(o->out, tested\)/
// Expect: 0 -> 1 /gen_helper_mvcrl\(cpu_env, length/
@@
@@
 op_rosbg(...)
 {
 <...
 if (i3 & 0x80) {
+    TCGv_i64 tested = o->out;
+
     o->out = tcg_temp_new_i64();
+    tcg_gen_mov_i64(o->out, tested);
     ...
 }
 ...>
 }
@@
@@
 op_mvcrl(...)
 {
+TCGv_i64 length = tcg_temp_new_i64();
+
+tcg_gen_andi_i64(length, regs[0], 0xff);
-gen_helper_mvcrl(cpu_env, regs[0], o->addr1, o->in2);
+gen_helper_mvcrl(cpu_env, length, o->addr1, o->in2);
+tcg_temp_free_i64(length);
 ...
 }

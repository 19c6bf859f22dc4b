// SPDX-License-Identifier: GPL-2.0-or-later
// VECTOR CHECKSUM adds each carry once, and not the word again with it.
// File: target/s390x/tcg/translate_vx.c.inc
// Expect: 1 -> 0 /tcg_gen_add2_i32/
// Expect: 0 -> 1 /TCG_COND_LTU, tmp, sum, tmp/
@@
@@
 op_vcksm(...)
 {
 <...
-tcg_gen_add2_i32(tmp, sum, sum, sum, tmp, tmp);
+tcg_gen_add_i32(sum, sum, tmp);
+tcg_gen_setcond_i32(TCG_COND_LTU, tmp, sum, tmp);
+tcg_gen_add_i32(sum, sum, tmp);
 ...>
 }

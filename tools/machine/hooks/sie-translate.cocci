// SPDX-License-Identifier: GPL-2.0-or-later
// Guest code: MMU indexes, interceptions, and a look at the state description
// at the start of each translation block.
// File: target/s390x/tcg/translate.c
// Expect: 0 -> 10 /sie_(mem_index|gen_)/
// Expect: 11 -> 10 /g_assert_not_reached/
@@
identifier I;
@@
 get_mem_index(...)
 {
 <...
(
-return MMU_USER_IDX;
+return MMU_USER_IDX;
|
-return I;
+return sie_mem_index(s->base.tb->flags, I);
)
 ...>
 }
@@
@@
 get_mem_index(...)
 {
 <...
-g_assert_not_reached();
+return sie_mem_index(s->base.tb->flags, MMU_PRIMARY_IDX);
 ...>
 }
@@
expression A, B, C;
@@
(
-tcg_gen_qemu_ld_tl(A, B, MMU_REAL_IDX, C)
+tcg_gen_qemu_ld_tl(A, B, sie_mem_index(s->base.tb->flags, MMU_REAL_IDX), C)
|
-tcg_gen_qemu_st_tl(A, B, MMU_REAL_IDX, C)
+tcg_gen_qemu_st_tl(A, B, sie_mem_index(s->base.tb->flags, MMU_REAL_IDX), C)
)
@@
expression A, B, C;
@@
 translate_one(...)
 {
 <...
 tcg_set_insn_start_param(A, B, C);
+if (sie_gen_intercept(s)) {
+    ret = DISAS_NORETURN;
+    goto out;
+}
 ...>
 }
@@
@@
 translate_one(...)
 {
 <...
+sie_gen_insn_end(s);
 s->base.pc_next = s->pc_tmp;
 ...>
 }
@@
@@
 s390x_tr_tb_start(...)
 {
+sie_gen_tb_start(container_of(db, DisasContext, base));
 }

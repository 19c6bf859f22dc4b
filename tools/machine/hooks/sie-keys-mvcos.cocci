// SPDX-License-Identifier: GPL-2.0-or-later
// The operands of MOVE WITH OPTIONAL SPECIFICATIONS have keys of their own.
// File: target/s390x/tcg/mem_helper.c
// Expect: 0 -> 2 /s390_key_operand/
@@
identifier F = {helper_mvcos};
@@
 F(...)
 {
 <...
 if (len) {
+    s390_key_operand(env, src_key, src, len, MMU_DATA_LOAD, src_as, ra);
+    s390_key_operand(env, dest_key, dest, len, MMU_DATA_STORE, dest_as, ra);
     ...
 }
 ...>
 }

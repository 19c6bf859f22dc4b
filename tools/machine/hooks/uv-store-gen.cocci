// SPDX-License-Identifier: GPL-2.0-or-later
// Stores of several registers: all of the storage is probed before the first,
// and before there are temporaries that would not survive the branch. Stores that
// change code: no other CPU runs.
// File: target/s390x/tcg/translate.c
// Expect: 0 -> 2 /gen_probe_store\(/
// Expect: 0 -> 1 /gen_alone\(/
@@
@@
 op_stm(...)
 {
 ...
 int size = s->insn->data;
+gen_probe_store(o, r1, r3, size);
 ...
 }
@@
@@
 op_stmh(...)
 {
 ...
 int r3 = get_field(s, r3);
+gen_probe_store(o, r1, r3, 4);
 ...
 }
@@
@@
 op_stura(...)
 {
+if (!gen_alone(s))
+return DISAS_NORETURN;
 ...
 }

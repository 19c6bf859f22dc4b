// SPDX-License-Identifier: GPL-2.0-or-later
// Stores of several registers: all of the storage is probed before the first,
// and before there are temporaries that would not survive the branch.
// File: target/s390x/tcg/translate.c
// Expect: 0 -> 2 /gen_probe_store\(/
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

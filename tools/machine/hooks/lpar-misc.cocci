// SPDX-License-Identifier: GPL-2.0-or-later
// DIAGNOSE codes of logical partitions.
// File: target/s390x/tcg/misc_helper.c
// Expect: 0 -> 1 /s390_lpar_diagnose/
@@
identifier F = {helper_diag};
@@
 F(...)
 {
 <...
-r = -1;
+r = s390_lpar_diagnose(env, r1, r3, num, GETPC()) ? 0 : -1;
 ...>
 }

// SPDX-License-Identifier: GPL-2.0-or-later
// A machine check stores registers into the second page of the prefix area.
// File: target/s390x/tcg/excp_helper.c
// Expect: 0 -> 1 /s390_lowcore_saved/
@@
@@
 do_mchk_interrupt(...)
 {
 <...
 cpu_unmap_lowcore(lowcore);
+s390_lowcore_saved(env);
 ...>
 }

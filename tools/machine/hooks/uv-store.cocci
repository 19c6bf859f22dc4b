// SPDX-License-Identifier: GPL-2.0-or-later
// Stores of several registers: all of the storage is probed before the first.
// File: target/s390x/tcg/mem_helper.c
// Expect: 0 -> 3 /\(\(r3 - r1\) & 15\)/
@@
@@
 helper_stam(...)
 {
 ...
 if (a2 & 0x3) { ... }
+probe_write_access(env, a2, ((r3 - r1) & 15) * 4 + 4, ra);
 ...
 }
@@
@@
 helper_stctg(...)
 {
 ...
 if (dest & 0x7) { ... }
+probe_write_access(env, dest, ((r3 - r1) & 15) * 8 + 8, ra);
 ...
 }
@@
@@
 helper_stctl(...)
 {
 ...
 if (dest & 0x3) { ... }
+probe_write_access(env, dest, ((r3 - r1) & 15) * 4 + 4, ra);
 ...
 }

// SPDX-License-Identifier: GPL-2.0-or-later
// A debugger's breakpoints do not concern protected guests.
// File: accel/tcg/cpu-exec.c
// Expect: 0 -> 1 /sie_is_hidden/
@@
@@
 check_for_breakpoints_slow(...)
 {
 <...
-match_bp = true;
+match_bp = !sie_is_hidden(cpu);
 ...>
 }

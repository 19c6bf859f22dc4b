// SPDX-License-Identifier: GPL-2.0-or-later
// A debugger's watchpoints do not concern protected guests; others are PER's.
// File: softmmu/physmem.c
// Expect: 0 -> 1 /sie_is_hidden/
@@
@@
 cpu_check_watchpoint(...)
 {
 <...
-watchpoint_address_matches(wp, addr, len) && (wp->flags & flags)
+watchpoint_address_matches(wp, addr, len) && (wp->flags & flags) &&
+!((wp->flags & BP_GDB) && sie_is_hidden(cpu))
 ...>
 }

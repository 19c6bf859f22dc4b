// SPDX-License-Identifier: GPL-2.0-or-later
// A debugger's watchpoints do not concern protected guests; others are PER's.
// File: accel/tcg/watchpoint.c
// Expect: 0 -> 2 /sie_is_hidden|sie\/sie\.h/
@@
@@
 #include "system/replay.h"
+#include "target/s390x/sie/sie.h"
@@
@@
 cpu_check_watchpoint(...)
 {
 <...
-hit_flags && watchpoint_address_matches(wp, addr, len)
+hit_flags && watchpoint_address_matches(wp, addr, len) &&
+!((wp->flags & BP_GDB) && sie_is_hidden(cpu))
 ...>
 }

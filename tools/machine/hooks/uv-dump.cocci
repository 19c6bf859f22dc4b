// SPDX-License-Identifier: GPL-2.0-or-later
// Dumps read storage by pointers of their own; see target/s390x/uv/dump.c.
// File: dump/dump.c
// Expect: 0 -> 3 /memory_guard_dump/
@@
@@
 #include "system/dump.h"
+#include "exec/memory.h"
@@
expression AT, LEN;
@@
 write_memory(...)
 {
 <...
-write_data(s, AT, LEN, errp);
+write_data(s, memory_guard_dump(AT, LEN), LEN, errp);
 ...>
 }
@@
expression AT;
@@
 get_next_page(...)
 {
 <...
-hbuf = AT;
+hbuf = memory_guard_dump(AT, n);
 ...>
 }

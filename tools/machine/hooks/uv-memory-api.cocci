// SPDX-License-Identifier: GPL-2.0-or-later
// The memory API asks before it touches storage that may be protected; the
// questions are answered in target/s390x/uv/guard.c.
// File: include/exec/memory.h
// Expect: 0 -> 1 /memory_guard/
@@
expression list E;
@@
-len == l && memory_access_is_direct(E)
+len == l && !memory_guarded && memory_access_is_direct(E)

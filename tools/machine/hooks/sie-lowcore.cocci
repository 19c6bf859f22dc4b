// SPDX-License-Identifier: GPL-2.0-or-later
// An interruption stores into the first 512 bytes of the prefix area. Linux
// has instructions behind these that every return to user space executes: they
// need not be translated anew each time.
// File: target/s390x/helper.c
// Expect: 0 -> 1 /io_new_psw/
@@
expression L;
type T;
@@
 cpu_unmap_lowcore(...)
 {
 <...
-cpu_physical_memory_unmap(L, sizeof(T), 1, sizeof(T));
+cpu_physical_memory_unmap(L, sizeof(T), 1,
+                          offsetof(T, io_new_psw) + sizeof(PSW));
 ...>
 }

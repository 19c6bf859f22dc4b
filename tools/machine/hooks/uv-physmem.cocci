// SPDX-License-Identifier: GPL-2.0-or-later
// Reads and writes are checked, buffers when they are mapped, and no pointer
// into storage is kept for rings.
// File: system/physmem.c
// Expect: 0 -> 6 /memory_guard/
@@
expression A, L;
@@
 flatview_write_continue_step(...)
 {
 <...
-!flatview_access_allowed(mr, A, mr_addr, L)
+!flatview_access_allowed(mr, A, mr_addr, L) ||
+(memory_guarded && !memory_guard_allows(mr, mr_addr, L))
 ...>
 }
@@
expression A, L;
@@
 flatview_read_continue_step(...)
 {
 <...
-!flatview_access_allowed(mr, A, mr_addr, L)
+!flatview_access_allowed(mr, A, mr_addr, L) ||
+(memory_guarded && !memory_guard_reads(mr, mr_addr, buf, L))
 ...>
 }
@@
@@
 address_space_map(...)
 {
 <...
 fuzz_dma_read_cb(...);
+if (memory_guarded && !memory_guard_map(mr, xlat, *plen)) {
+    memory_region_unref(mr);
+    *plen = 0;
+    return NULL;
+}
 ...>
 }
@@
@@
 address_space_unmap(...)
 {
 <...
 if (mr != NULL) {
+    if (memory_guarded) {
+        memory_guard_unmap(mr, addr1, len);
+    }
     ...
 }
 ...>
 }
@@
expression list E;
@@
 address_space_cache_init(...)
 {
 <...
-memory_access_is_direct(E)
+!memory_guarded && memory_access_is_direct(E)
 ...>
 }

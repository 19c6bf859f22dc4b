// SPDX-License-Identifier: GPL-2.0-or-later
// Reads and writes are checked, buffers when they are mapped, and no pointer
// into storage is kept for rings.
// File: softmmu/physmem.c
// Expect: 0 -> 6 /memory_guard/
@@
expression A, L;
@@
 flatview_write_continue(...)
 {
 <...
-!flatview_access_allowed(mr, A, addr1, L)
+!flatview_access_allowed(mr, A, addr1, L) ||
+(memory_guarded && !memory_guard_allows(mr, addr1, L))
 ...>
 }
@@
expression A, L;
@@
 flatview_read_continue(...)
 {
 <...
-!flatview_access_allowed(mr, A, addr1, L)
+!flatview_access_allowed(mr, A, addr1, L) ||
+(memory_guarded && !memory_guard_reads(mr, addr1, buf, L))
 ...>
 }
@@
expression E;
@@
 address_space_map(...)
 {
 <...
 ptr = qemu_ram_ptr_length(mr->ram_block, xlat, plen, E);
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
 assert(mr != NULL);
+if (memory_guarded) {
+    memory_guard_unmap(mr, addr1, len);
+}
 ...>
 }
@@
@@
 address_space_cache_init(...)
 {
 <...
-memory_access_is_direct(mr, is_write)
+!memory_guarded && memory_access_is_direct(mr, is_write)
 ...>
 }

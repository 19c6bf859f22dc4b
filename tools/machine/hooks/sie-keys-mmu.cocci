// SPDX-License-Identifier: GPL-2.0-or-later
// Key-controlled protection is the last check of an access.
// File: target/s390x/mmu_helper.c
// Expect: 0 -> 2 /s390_key_access/
@@
@@
 mmu_translate(...)
 {
-uint64_t asce;
+uint64_t asce = 0, at = vaddr;
 <...
+if (!s390_key_access(env, at, asce, *raddr, rw, flags)) {
+    return PGM_PROTECTION;
+}
 mmu_handle_skey(*raddr, rw, flags);
 ...>
 }
@@
@@
 mmu_translate_real(...)
 {
 <...
+if (!s390_key_access(env, raddr, 0, *addr, rw, flags)) {
+    *tec = (raddr & TARGET_PAGE_MASK) |
+           (rw == MMU_DATA_STORE ? FS_WRITE : FS_READ);
+    return PGM_PROTECTION;
+}
 mmu_handle_skey(*addr, rw, flags);
 ...>
 }

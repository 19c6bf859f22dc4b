// SPDX-License-Identifier: GPL-2.0-or-later
// Disks whose requests are handled by a thread of their own.
// File: hw/block/dataplane/virtio-blk.c
// Expect: 0 -> 1 /memory_guard_thread/
@@
@@
 virtio_blk_data_plane_create(...)
 {
 ...
 if (conf->iothread) {
+    if (!memory_guard_thread(errp)) {
+        return false;
+    }
     ...
 }
 ...
 }

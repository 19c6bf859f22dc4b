// SPDX-License-Identifier: GPL-2.0-or-later
// Disks whose requests are handled by threads of their own.
// File: hw/block/virtio-blk.c
// Expect: 0 -> 1 /memory_guard_thread/
@@
@@
 virtio_blk_vq_aio_context_init(...)
 {
 <...
 if (conf->iothread || conf->iothread_vq_mapping_list) {
+    if (!memory_guard_thread(errp)) {
+        return false;
+    }
     ...
 }
 ...>
 }

// SPDX-License-Identifier: GPL-2.0-or-later
// SCSI adapters whose requests are handled by threads of their own.
// File: hw/scsi/virtio-scsi-dataplane.c
// Expect: 0 -> 1 /memory_guard_thread/
@@
@@
 virtio_scsi_dataplane_setup(...)
 {
 <...
 if (vs->conf.iothread || vs->conf.iothread_vq_mapping_list) {
+    if (!memory_guard_thread(errp)) {
+        return;
+    }
     ...
 }
 ...>
 }

// SPDX-License-Identifier: GPL-2.0-or-later
// SCSI adapters whose requests are handled by a thread of their own.
// File: hw/scsi/virtio-scsi-dataplane.c
// Expect: 0 -> 1 /memory_guard_thread/
@@
expression E;
statement S;
@@
 virtio_scsi_dataplane_setup(...)
 {
 ...
 if (E->conf.iothread) {
+    if (!memory_guard_thread(errp)) {
+        return;
+    }
     ...
 } else S
 }

// SPDX-License-Identifier: GPL-2.0-or-later
// The status of a virtio device is stored like all other data of a channel
// program, so that a channel-program check tells where it could not be.
// File: hw/s390x/virtio-ccw.c
// Expect: 0 -> 1 /ccw_dstream_write\(&sch->cds, vdev->status\)/
// Expect: 1 -> 0 /address_space_stb/
@@
expression COUNT;
@@
-address_space_stb(...);
-sch->curr_status.scsw.count = COUNT;
-ret = 0;
+ret = ccw_dstream_write(&sch->cds, vdev->status);
+if (!ret) {
+    sch->curr_status.scsw.count = COUNT;
+}

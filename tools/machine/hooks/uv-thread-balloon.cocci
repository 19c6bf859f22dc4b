// SPDX-License-Identifier: GPL-2.0-or-later
// Balloons whose free pages are collected by a thread of their own.
// File: hw/virtio/virtio-balloon.c
// Expect: 0 -> 1 /memory_guard_thread/
@@
@@
 virtio_balloon_device_realize(...)
 {
 ...
 int ret;
+
+if (s->iothread && !memory_guard_thread(errp)) {
+    return;
+}
 ...
 }

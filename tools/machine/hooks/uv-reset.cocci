// SPDX-License-Identifier: GPL-2.0-or-later
// Every reset releases protected storage, before anything is loaded into it.
// File: hw/s390x/s390-virtio-ccw.c
// Expect: 0 -> 2 /s390_uv_|uv\/uv.h/
@@
@@
 #include "hw/s390x/sclp.h"
+#include "target/s390x/uv/uv.h"
@@
@@
 s390_machine_reset(...)
 {
 <...
 s390_cmma_reset();
+s390_uv_reset();
 ...>
 }

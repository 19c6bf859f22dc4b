// SPDX-License-Identifier: GPL-2.0-or-later
// A channel program that lies in protected storage: channel-program check. Its
// data goes through the memory API, whose refusals end likewise.
// File: hw/s390x/css.c
// Expect: 0 -> 2 /s390_uv_allows|uv\/uv.h/
@@
@@
 #include "hw/s390x/css.h"
+#include "target/s390x/uv/uv.h"
@@
expression A, F;
identifier ccw;
@@
+if (!s390_uv_allows(A, sizeof(ccw))) {
+    return -EINVAL;
+}
 ccw = copy_ccw_from_guest(A, F);

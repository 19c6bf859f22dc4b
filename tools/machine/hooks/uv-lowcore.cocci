// SPDX-License-Identifier: GPL-2.0-or-later
// A protected prefix area must not end the emulation.
// File: target/s390x/helper.c
// Expect: 0 -> 3 /s390_uv_|"uv\/uv.h"/
@@
@@
 #include "s390x-internal.h"
+#include "uv/uv.h"
@@
identifier len;
type T;
@@
 cpu_map_lowcore(...)
 {
 ...
 if (len < sizeof(T)) {
+    lowcore = s390_uv_lowcore();
+    if (lowcore) {
+        return lowcore;
+    }
     ...
 }
 ...
 }
@@
@@
 cpu_unmap_lowcore(...)
 {
+if (unlikely(s390_uv_lowcore_done(lowcore))) {
+    return;
+}
 ...
 }

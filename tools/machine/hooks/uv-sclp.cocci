// SPDX-License-Identifier: GPL-2.0-or-later
// A service-call block in protected storage: program interruption.
// File: hw/s390x/sclp.c
// Expect: 0 -> 3 /s390_uv_|uv\/uv.h/
@@
@@
 #include "hw/s390x/sclp.h"
+#include "target/s390x/uv/uv.h"
@@
@@
 sclp_service_call(...)
 {
+int excp;
 ...
 SCCBHeader header;
 ...
+excp = s390_uv_service_operand(env, sccb, sizeof(header), false);
+if (excp) {
+    return -excp;
+}
 ret = address_space_read(as, sccb, attrs, &header, ...);
 ...
+excp = s390_uv_service_operand(env, sccb, be16_to_cpu(header.length), true);
+if (excp) {
+    return -excp;
+}
 work_sccb = g_malloc0(...);
 ...
 }

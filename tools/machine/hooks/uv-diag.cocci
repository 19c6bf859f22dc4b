// SPDX-License-Identifier: GPL-2.0-or-later
// An IPL parameter block in protected storage: program interruption.
// File: target/s390x/diag.c
// Expect: 0 -> 2 /s390_uv_|"uv\/uv.h"/
@@
@@
 #include "s390x-internal.h"
+#include "uv/uv.h"
@@
expression LEN;
@@
 diag308_parm_check(...)
 {
+int excp;
 <...
 if (!address_space_access_valid(&address_space_memory, addr, LEN, write,
                                 MEMTXATTRS_UNSPECIFIED)) {
     ...
 }
+excp = s390_uv_service_operand(env, addr, LEN, write);
+if (excp) {
+    s390_program_interrupt(env, excp, ra);
+    return -1;
+}
 ...>
 }

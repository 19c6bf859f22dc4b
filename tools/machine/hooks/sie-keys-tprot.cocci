// SPDX-License-Identifier: GPL-2.0-or-later
// TEST PROTECTION has a key of its own.
// File: target/s390x/tcg/mem_helper.c
// Expect: 0 -> 2 /s390_key_test/
// Expect: 0 -> 1 /"uv\/uv.h"/
@@
@@
 #include "s390x-internal.h"
+#include "uv/uv.h"
@@
@@
 helper_tprot(...)
 {
 <...
(
-s390_cpu_virt_mem_check_write(cpu, a1, 0, 1)
+s390_key_test(env, a1, a2, true, GETPC())
|
-s390_cpu_virt_mem_check_read(cpu, a1, 0, 1)
+s390_key_test(env, a1, a2, false, GETPC())
)
 ...>
 }

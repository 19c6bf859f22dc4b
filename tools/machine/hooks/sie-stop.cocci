// SPDX-License-Identifier: GPL-2.0-or-later
// Who looks at CPUs from outside does not see a protected guest.
// File: target/s390x/cpu.c
// Expect: 0 -> 1 /sie_class_init/
@@
identifier C;
@@
-C->dump_state = s390_cpu_dump_state;
+sie_class_init(C);

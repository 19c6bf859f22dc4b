// SPDX-License-Identifier: GPL-2.0-or-later
// A CPU that is stopped is told to leave its loop by a request of its own. When it
// left for another reason, and was restarted before it came back, the request
// stopped it for good.
// File: target/s390x/cpu-system.c
// Expect: 0 -> 1 /cpu_reset_interrupt\(cs, CPU_INTERRUPT_HALT\)/
@@
@@
 s390_cpu_unhalt(...)
 {
 <...
 cs->halted = 0;
+cpu_reset_interrupt(cs, CPU_INTERRUPT_HALT);
 ...>
 }

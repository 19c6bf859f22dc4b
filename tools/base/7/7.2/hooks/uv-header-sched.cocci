// SPDX-License-Identifier: GPL-2.0
// Done in arch/s390/uv/call.c, like uv_call().
// File: arch/s390/include/asm/uv.h
// Expect: 2 -> 1 /while \(cc > 1\)/
// Expect: 3 -> 2 /uv_call_sched/
@@
@@
- static inline int uv_call_sched(...) { ... }

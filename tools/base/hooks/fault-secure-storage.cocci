// SPDX-License-Identifier: GPL-2.0
// Secure storage exceptions are handled in arch/s390/uv/fault.c.
// File: arch/s390/mm/fault.c
// Expect: 2 -> 0 /do_secure_storage_access/
// Expect: 1 -> 0 /uv_has_feature/
@@
declarer name NOKPROBE_SYMBOL;
@@
- NOKPROBE_SYMBOL(do_secure_storage_access);

@@
@@
- void do_secure_storage_access(struct pt_regs *regs) { ... }

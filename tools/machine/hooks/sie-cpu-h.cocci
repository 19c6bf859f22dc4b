// SPDX-License-Identifier: GPL-2.0-or-later
// Guests have MMU indexes of their own; access-register mode is taken for
// primary-space mode instead of ending the emulation.
// File: target/s390x/cpu.h
// Expect: 0 -> 7 /sie\.mmu_base/
@@
identifier I != MMU_USER_IDX;
@@
 s390x_env_mmu_index(...)
 {
 <...
-return I;
+return I + env->sie.mmu_base;
 ...>
 }
@@
@@
 s390x_env_mmu_index(...)
 {
 <...
-abort();
+return MMU_PRIMARY_IDX + env->sie.mmu_base;
 ...>
 }

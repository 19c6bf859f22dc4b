// SPDX-License-Identifier: GPL-2.0-or-later
// Real storage of a guest is reached by its MMU index.
// File: target/s390x/tcg/mem_helper.c
// Expect: 0 -> 3 /MMU_REAL_IDX \+ env->sie\.mmu_base/
@@
expression A, V, R;
@@
(
-cpu_ldq_mmuidx_ra(env, A, MMU_REAL_IDX, R)
+cpu_ldq_mmuidx_ra(env, A, MMU_REAL_IDX + env->sie.mmu_base, R)
|
-cpu_stq_mmuidx_ra(env, A, V, MMU_REAL_IDX, R)
+cpu_stq_mmuidx_ra(env, A, V, MMU_REAL_IDX + env->sie.mmu_base, R)
)

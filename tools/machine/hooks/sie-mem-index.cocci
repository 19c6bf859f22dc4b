// SPDX-License-Identifier: GPL-2.0-or-later
// Storage instructions of a guest use its MMU indexes.
// File: target/s390x/tcg/mem_helper.c
// Expect: 0 -> 6 /sie_operand_index/
@@
expression P, A, L, T, R, S;
identifier I = {MMU_PRIMARY_IDX, MMU_SECONDARY_IDX};
@@
(
-access_prepare(P, env, A, L, T, I, R)
+access_prepare(P, env, A, L, T, sie_operand_index(env, I), R)
|
-access_prepare(P, env, A, L, T, mmu_idx_from_as(S), R)
+access_prepare(P, env, A, L, T, sie_operand_index(env, mmu_idx_from_as(S)), R)
)

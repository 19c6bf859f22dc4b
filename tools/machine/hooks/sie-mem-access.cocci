// SPDX-License-Identifier: GPL-2.0-or-later
// Exceptions of MOVE PAGE and LOAD REAL ADDRESS in a guest.
// File: target/s390x/tcg/mem_helper.c
// Expect: 0 -> 2 /sie_lowcore_store/
// Expect: 0 -> 1 /sie_load_real_address/
@@
expression A, O, V;
@@
(
-stq_phys(A, env->psa + O, V);
+sie_lowcore_store(env, O, 8, V);
|
-stb_phys(A, env->psa + O, V);
+sie_lowcore_store(env, O, 1, V);
)
@@
expression E1, E2, E3, E4, E5, E6, E7;
@@
-E1 = mmu_translate(E2, E3, MMU_S390_LRA, E4, E5, E6, E7);
+if (sie_is_active(env))
+    E1 = sie_load_real_address(env, E3, E4, E5, E7, GETPC());
+else
+    E1 = mmu_translate(E2, E3, MMU_S390_LRA, E4, E5, E6, E7);

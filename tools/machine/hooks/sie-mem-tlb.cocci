// SPDX-License-Identifier: GPL-2.0-or-later
// What clears TLBs does it with regard to guests. (One file a job: the parser
// does not find a HELPER() function again that it has changed.)
// File: target/s390x/tcg/mem_helper.c
// Expect: 0 -> 2 /sie_cr_flush/
// Expect: 0 -> 2 /sie_flush\(/
// Expect: 0 -> 2 /sie_flush_all_cpus/
@@
identifier F = {helper_lctl, helper_lctlg};
@@
 F(...)
 {
 <...
-tlb_flush(env_cpu(env));
+sie_cr_flush(env);
 ...>
 }
@@
identifier F = {helper_idte};
@@
 F(...)
 {
-CPUState *cs = env_cpu(env);
 <...
(
-tlb_flush(cs);
+sie_flush(env);
|
-tlb_flush_all_cpus_synced(cs);
+sie_flush_all_cpus(env);
)
 ...>
 }
@@
identifier F = {helper_ptlb};
@@
 F(...)
 {
-tlb_flush(env_cpu(env));
+sie_flush(env);
 }
@@
identifier F = {helper_purge};
@@
 F(...)
 {
-tlb_flush_all_cpus_synced(env_cpu(env));
+sie_flush_all_cpus(env);
 }

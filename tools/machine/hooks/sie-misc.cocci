// SPDX-License-Identifier: GPL-2.0-or-later
// A guest has clocks and a facility list of its own. Program events: only those that
// are asked for; EXECUTE is not complete before its target; an event of STORE USING REAL
// ADDRESS comes behind it.
// File: target/s390x/tcg/misc_helper.c
// Expect: 0 -> 5 /sie_is_active/
// Expect: 0 -> 1 /psw.addr \+= ilen/
// Expect: 0 -> 1 /sie_epoch/
// Expect: 0 -> 1 /PER_CR9_EVENT_IFETCH\)/
// Expect: 0 -> 1 /&& !env->ex_value/
@@
identifier F = {helper_stpt};
@@
 F(...)
 {
+#ifndef CONFIG_USER_ONLY
+if (sie_is_active(env)) {
+    return sie_cpu_timer(env);
+}
+#endif
 ...
 }
@@
identifier F = {helper_stck};
expression TOD;
@@
 F(...)
 {
 <...
-return TOD.low;
+return TOD.low + sie_epoch(env);
 ...>
 }
@@
identifier F = {helper_sckc};
@@
 F(...)
 {
+if (sie_is_active(env)) {
+    sie_store_clock_comparator(env, ckc);
+    return;
+}
 ...
 }
@@
identifier F = {helper_stckc};
@@
 F(...)
 {
+if (sie_is_active(env)) {
+    return env->sie.ckc;
+}
 ...
 }
@@
identifier F = {helper_spt};
@@
 F(...)
 {
+if (sie_is_active(env)) {
+    sie_set_cpu_timer(env, time);
+    return;
+}
 ...
 }
@@
identifier F = {helper_stfle};
@@
 F(...)
 {
 <...
+if (sie_is_active(env)) {
+    return sie_store_facilities(env, addr, ra);
+}
 prepare_stfl();
 ...>
 }
@@
identifier F = {helper_per_ifetch};
@@
 F(...)
 {
+if (!(env->cregs[9] & PER_CR9_EVENT_IFETCH)) {
+    return;
+}
 ...
 }
@@
identifier F = {helper_per_check_exception};
@@
 F(...)
 {
 <...
-env->per_perc_atmid
+env->per_perc_atmid && !env->ex_value
 ...>
 }
@@
identifier F = {helper_per_store_real};
@@
 F(...)
 {
 ...
+env->psw.addr += ilen;
 per_raise_exception_log(...);
 }

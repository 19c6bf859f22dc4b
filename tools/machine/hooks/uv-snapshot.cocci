// SPDX-License-Identifier: GPL-2.0-or-later
// A machine whose state cannot be saved does not take another one's.
// File: migration/savevm.c
// Expect: 1 -> 2 /migration_is_blocked\(errp\)/
@@
identifier incoming;
@@
 load_snapshot(...)
 {
 ...
 MigrationIncomingState *incoming = migration_incoming_get_current();
+if (migration_is_blocked(errp)) {
+    return false;
+}
 ...
 }

// SPDX-License-Identifier: GPL-2.0-or-later
// Vector registers that a CPU does not have are valid in a machine check: they cannot be
// otherwise, and Linux ends what it did when it is told that they are not.
// File: target/s390x/tcg/excp_helper.c
// Expect: 0 -> 1 /0 : MCIC_VB_VR/
@@
@@
 do_mchk_interrupt(...)
 {
 <...
-cpu_to_be64(mcic)
+cpu_to_be64(mcic | (s390_has_feat(S390_FEAT_VECTOR) ? 0 : MCIC_VB_VR))
 ...>
 }

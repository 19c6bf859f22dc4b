// SPDX-License-Identifier: GPL-2.0
// Nobody there wants the answers any more.
// File: arch/s390/kvm/s390/s390.c
// Expect: 2 -> 1 /u16 rc, rrc;/
@unused@
identifier x;
position p;
@@
  long kvm_arch_vcpu_ioctl(...)
  {
  	<...
  	u16 x@p;
  	...>
  }

@@
identifier unused.x;
position unused.p;
@@
- u16 x@p;

// SPDX-License-Identifier: GPL-2.0
// Interceptions of protected CPUs are handled in arch/s390/kvm/pv/intercept.c.
// File: arch/s390/kvm/s390/intercept.c
// Expect: 8 -> 0 /handle_pv_/
// Expect: 2 -> 0 /kvm_s390_pv_convert_to_secure/
// Expect: 0 -> 1 /kvm_s390_pv_handle_prefix/
// Expect: 0 -> 1 /kvm_s390_pv_handle_notification/
// Expect: 0 -> 1 /WARN_ONCE\(viwhy != 0x44 && !kvm_s390_pv_validity/
@@
@@
- static int handle_pv_spx(...) { ... }

@@
@@
- static int handle_pv_sclp(...) { ... }

@@
@@
- static int handle_pv_uvc(...) { ... }

@@
@@
- static int handle_pv_notification(...) { ... }

@@
expression rc, vcpu;
@@
- rc = handle_pv_notification(vcpu);
+ rc = kvm_s390_pv_handle_notification(vcpu, handle_instruction);

@@
expression rc, vcpu;
@@
- rc = 0;
- kvm_s390_pv_convert_to_secure(vcpu->kvm, ...);
- kvm_s390_pv_convert_to_secure(vcpu->kvm, ...);
+ rc = kvm_s390_pv_handle_prefix(vcpu);

// A VMM may run a CPU of a guest that has not been verified: no defect of KVM's.
@@
expression vcpu;
identifier viwhy;
constant C;
@@
  int viwhy = vcpu->arch.sie_block->ipb >> 16;
  ...
- WARN_ONCE(viwhy != C,
+ WARN_ONCE(viwhy != C && !kvm_s390_pv_validity(vcpu, viwhy),
  	...);

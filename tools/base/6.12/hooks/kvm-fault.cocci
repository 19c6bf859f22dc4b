// SPDX-License-Identifier: GPL-2.0
// A protected guest touches what cannot be made secure or is not there: user space is
// told. Neither can it be told to the guest, nor does the guest's instruction and PSW
// show, nor would it help to try again.
// File: arch/s390/kvm/kvm-s390.c
// Expect: 1 -> 0 /gmap_convert_to_secure/
// Expect: 0 -> 1 /rc = kvm_s390_pv_import\(vcpu, gaddr\)/
// Expect: 3 -> 4 /if \(kvm_s390_pv_cpu_is_protected\(vcpu\)\)$/
@@
expression gaddr, vcpu;
identifier rc;
@@
  vcpu_post_run_handle_fault(...)
  {
  	...
  	int rc = 0;
  	<...
- 	if (gmap_convert_to_secure(vcpu->arch.gmap, gaddr) == -EINVAL)
- 		send_sig(SIGSEGV, current, 0);
+ 	rc = kvm_s390_pv_import(vcpu, gaddr);
  	...>
  }

@@
identifier vcpu;
expression rc;
@@
  vcpu_post_run_addressing_exception(struct kvm_vcpu *vcpu)
  {
  	...
+ 	if (kvm_s390_pv_cpu_is_protected(vcpu))
+ 		return -EFAULT;
  	rc = read_guest_instr(...);
  	...
  }

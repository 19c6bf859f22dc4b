// SPDX-License-Identifier: GPL-2.0
// A protected guest touches what cannot be made secure or is not there: user space is
// told. Neither can it be told to the guest, nor does the guest's instruction and PSW
// show, nor would it help to try again. A page that the host has to fault in is imported
// at once.
// File: arch/s390/kvm/s390/s390.c
// Expect: 1 -> 0 /kvm_s390_pv_convert_to_secure/
// Expect: 0 -> 1 /return kvm_s390_pv_import\(vcpu, gaddr\)/
// Expect: 0 -> 1 /kvm_s390_pv_fault_in\(vcpu, gaddr\)/
// Expect: 3 -> 4 /if \(kvm_s390_pv_cpu_is_protected\(vcpu\)\)$/
@@
expression gaddr, vcpu, foll, flag;
identifier rc;
statement S;
@@
  vcpu_post_run_handle_fault(...)
  {
  	...
- 	int rc;
  	<...
- 	rc = kvm_s390_pv_convert_to_secure(vcpu->kvm, gaddr);
- 	if (rc == -EINVAL)
- 		send_sig(SIGSEGV, current, 0);
- 	if (rc != -ENXIO)
- 		break;
- 	foll = flag;
- 	fallthrough;
+ 	return kvm_s390_pv_import(vcpu, gaddr);
  	...>
  }

@@
expression gaddr, vcpu, foll;
@@
+ 	if (kvm_s390_pv_fault_in(vcpu, gaddr))
+ 		return 0;
  	return vcpu_dat_fault_handler(vcpu, gaddr, foll);

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

// SPDX-License-Identifier: GPL-2.0
// What user space must not change any more when a VM has a secure configuration or a
// CPU is secure, see Documentation/arch/s390/protvirt-kvm.rst.
// File: arch/s390/kvm/s390/s390.c
// Expect: 13 -> 0 /kvm->created_vcpus/
// Expect: 0 -> 13 /kvm_s390_pv_is_fixed\(kvm\)/
// Expect: 1 -> 3 /if \(kvm_s390_pv_is_protected\(kvm\)\) \{/
// Expect: +2 /if \(kvm_s390_pv_get_handle\(kvm\)\)/
// Expect: 0 -> 1 /if \(!kvm_s390_pv_get_handle\(kvm\)\)/
// Expect: 4 -> 5 /if \(kvm_s390_pv_cpu_is_protected\(vcpu\)\)$/
@@
identifier kvm;
@@
- kvm->created_vcpus
+ kvm_s390_pv_is_fixed(kvm)

// The ultravisor was told whether the guest may use AP instructions.
@@
identifier kvm;
statement S;
@@
  kvm_s390_vm_set_crypto(struct kvm *kvm, ...)
  {
  	<...
+ 	if (kvm_s390_pv_is_protected(kvm)) {
+ 		mutex_unlock(&kvm->lock);
+ 		return -EBUSY;
+ 	}
  	if (!ap_instructions_available()) S
  	...>
  }

@@
identifier kvm, slots;
@@
  kvm_s390_vm_start_migration(struct kvm *kvm)
  {
  	...
+ 	if (kvm_s390_pv_get_handle(kvm))
+ 		return -EINVAL;
  	slots = kvm_memslots(kvm);
  	...
  }

@@
identifier kvm;
statement S;
@@
  kvm_s390_set_cmma_bits(struct kvm *kvm, ...)
  {
  	...
+ 	if (kvm_s390_pv_get_handle(kvm))
+ 		return -EINVAL;
  	if (!kvm->arch.use_cmma) S
  	...
  }

@@
identifier kvm;
expression r, args;
@@
+ 	mutex_lock(&kvm->slots_lock);
+ 	r = -EINVAL;
- 	r = kvm_s390_set_skeys(kvm, args);
+ 	if (!kvm_s390_pv_get_handle(kvm))
+ 		r = kvm_s390_set_skeys(kvm, args);
+ 	mutex_unlock(&kvm->slots_lock);

@@
identifier vcpu;
expression px;
@@
  kvm_s390_store_status_unloaded(struct kvm_vcpu *vcpu, ...)
  {
  	...
+ 	if (kvm_s390_pv_cpu_is_protected(vcpu))
+ 		return -EINVAL;
  	px = kvm_s390_get_prefix(vcpu);
  	...
  }

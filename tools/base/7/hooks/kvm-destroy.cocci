// SPDX-License-Identifier: GPL-2.0
// A protected VM ends before its CPUs do, see arch/s390/kvm/pv/teardown.c.
// File: arch/s390/kvm/s390/s390.c
// Expect: 1 -> 0 /kvm_s390_pv_deinit_cleanup_all/
// Expect: 1 -> 0 /mmu_notifier_unregister/
// Expect: 0 -> 1 /kvm_s390_pv_destroy_vm/
// Expect: 3 -> 2 /u16 rc, rrc;/
@@
identifier kvm;
@@
  kvm_arch_destroy_vm(struct kvm *kvm)
  {
  	...
+ 	kvm_s390_pv_destroy_vm(kvm);
  	kvm_destroy_vcpus(kvm);
  	...
- 	kvm_s390_pv_deinit_cleanup_all(kvm, ...);
- 	if (kvm->arch.pv.mmu_notifier.ops)
- 		mmu_notifier_unregister(...);
  	...
  }

@unused@
identifier x;
position p;
@@
  kvm_arch_destroy_vm(...)
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

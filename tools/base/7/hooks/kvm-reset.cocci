// SPDX-License-Identifier: GPL-2.0
// Resets of secure CPUs are in arch/s390/kvm/pv/reset.c.
// File: arch/s390/kvm/s390/s390.c
// Expect: 3 -> 3 /UVC_CMD_CPU_RESET/
// Expect: 0 -> 3 /kvm_s390_pv_reset_cpu/
@@
expression r, vcpu;
constant C =~ "^UVC_CMD_CPU_RESET";
@@
- 	r = uv_cmd_nodata(kvm_s390_pv_cpu_get_handle(vcpu), C, ...);
- 	VCPU_EVENT(...);
+ 	r = kvm_s390_pv_reset_cpu(vcpu, C);

// SPDX-License-Identifier: GPL-2.0
// The command for secure CPUs is handled in arch/s390/kvm/pv/ioctl.c.
// File: arch/s390/kvm/s390/s390.c
// Expect: 1 -> 0 /kvm_s390_handle_pv_vcpu_dump/
// Expect: 0 -> 1 /kvm_s390_pv_cpu_ioctl/
@@
symbol argp;
identifier cmd;
expression r, vcpu;
statement S1, S2, S3, S4, S5;
@@
- struct kvm_pv_cmd cmd;
- r = -EINVAL;
- S1
- r = -EFAULT;
- S2
- r = -EINVAL;
- S3
- S4
- r = kvm_s390_handle_pv_vcpu_dump(vcpu, &cmd);
- S5
+ r = kvm_s390_pv_cpu_ioctl(vcpu, argp);

// SPDX-License-Identifier: GPL-2.0
// Commands for protected VMs are handled in arch/s390/kvm/pv/ioctl.c, the conversion of
// CPUs in cpu.c. (A function with scoped_guard() takes one change a hook.)
// File: arch/s390/kvm/s390/s390.c
// Expect: 6 -> 1 /kvm_s390_handle_pv/
// Expect: 0 -> 1 /kvm_s390_pv_vm_ioctl/
// Expect: 8 -> 0 /kvm_s390_cpus_(to|from)_pv/
// Expect: 2 -> 0 /kvm_s390_pv_dmp\(/
@@
@@
- int kvm_s390_cpus_from_pv(...) { ... }

@@
@@
- static int kvm_s390_cpus_to_pv(...) { ... }

@@
@@
- static ssize_t kvm_s390_handle_pv_info(...) { ... }

@@
@@
- static int kvm_s390_pv_dmp(...) { ... }

@@
@@
- static int kvm_s390_handle_pv(...) { ... }

@@
@@
- static int kvm_s390_handle_pv_vcpu_dump(...) { ... }

@@
symbol argp;
identifier args;
expression r, kvm;
statement S1, S2, S3, S4;
@@
- struct kvm_pv_cmd args;
- kvm_s390_set_user_cpu_state_ctrl(kvm);
- r = 0;
- S1
- S2
- S3
- r = kvm_s390_handle_pv(kvm, &args);
- S4
+ r = kvm_s390_pv_vm_ioctl(kvm, argp);

// SPDX-License-Identifier: GPL-2.0
// Commands for protected VMs are handled in arch/s390/kvm/pv/ioctl.c, resets of
// secure CPUs in reset.c, the conversion of CPUs in cpu.c.
// File: arch/s390/kvm/kvm-s390.c
// Expect: 6 -> 0 /kvm_s390_handle_pv/
// Expect: 0 -> 1 /kvm_s390_pv_vm_ioctl/
// Expect: 8 -> 0 /kvm_s390_cpus_(to|from)_pv/
// Expect: 2 -> 0 /kvm_s390_pv_dmp\(/
// Expect: 3 -> 3 /UVC_CMD_CPU_RESET/
// Expect: 0 -> 3 /kvm_s390_pv_reset_cpu/
// Expect: 3 -> 2 /u16 rc, rrc;/
// Expect: 0 -> 1 /kvm_s390_pv_cpu_ioctl/
// Expect: 2 -> 0 /static int sca_switch_to_extended/
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
@@
- static int sca_switch_to_extended(...);

@@
parameter list p;
@@
- static
  int sca_switch_to_extended(p) { ... }

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

@@
expression r, vcpu, handle, rc, rrc;
constant C =~ "^UVC_CMD_CPU_RESET";
@@
- r = 0;
  ...
- if (kvm_s390_pv_cpu_is_protected(vcpu)) {
- 	r = uv_cmd_nodata(handle, C, rc, rrc);
- 	...
- }
+ r = kvm_s390_pv_reset_cpu(vcpu, C);

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

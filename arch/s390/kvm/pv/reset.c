// SPDX-License-Identifier: GPL-2.0
/*
 * Resets of secure CPUs. KVM has reset what it knows of the CPU; the registers
 * are the ultravisor's.
 */
#include "pv.h"

/**
 * kvm_s390_pv_reset_cpu - have the ultravisor reset a CPU
 * @vcpu: secure or ordinary, an ordinary one is left as it is
 * @cmd: UVC_CMD_CPU_RESET, _INITIAL or _CLEAR
 *
 * Context: vcpu->mutex held.
 * Return: 0; -EINVAL when the ultravisor refuses, as before the image has been
 * verified
 */
int kvm_s390_pv_reset_cpu(struct kvm_vcpu *vcpu, u16 cmd)
{
	const char *act;
	u16 rc, rrc;
	int ret;

	if (!kvm_s390_pv_cpu_is_protected(vcpu))
		return 0;
	switch (cmd) {
	case UVC_CMD_CPU_RESET_CLEAR:
		act = "clear reset";
		break;
	case UVC_CMD_CPU_RESET_INITIAL:
		act = "initial reset";
		break;
	default:
		act = "normal reset";
		break;
	}
	ret = uv_cmd_nodata(kvm_s390_pv_cpu_get_handle(vcpu), cmd, &rc, &rrc);
	pv_cpu_event(vcpu, act, rc, rrc);
	return ret;
}

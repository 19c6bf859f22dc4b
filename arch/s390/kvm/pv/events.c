// SPDX-License-Identifier: GPL-2.0
/*
 * What was done to protected VMs and CPUs, for those who look for a problem:
 * the debug features of the VM and of all protected VMs, and tracepoints.
 */
#include "pv.h"

#define CREATE_TRACE_POINTS
#include <trace/events/kvm_s390_pv.h>

/**
 * pv_vm_event - something was done to a configuration
 * @kvm: its VM
 * @act: what, a string constant (the debug feature keeps the pointer)
 * @rc: response code of the ultravisor
 * @rrc: its reason code
 */
void pv_vm_event(struct kvm *kvm, const char *act, u16 rc, u16 rrc)
{
	KVM_UV_EVENT(kvm, 3, "protected VM %llx: %s: rc %x rrc %x", kvm->arch.pv.handle, act, rc,
		     rrc);
	trace_kvm_s390_pv_vm(kvm->arch.pv.handle, act, rc, rrc);
}

/**
 * pv_create_event - a configuration was created, or refused
 * @kvm: its VM
 * @uvcb: the ultravisor's answer
 */
void pv_create_event(struct kvm *kvm, const struct uv_cb_cgc *uvcb)
{
	KVM_UV_EVENT(kvm, 3, "protected VM %llx: create: storage %llx flags %x rc %x rrc %x",
		     uvcb->guest_handle, uvcb->guest_stor_len, uvcb->flags.raw, uvcb->header.rc,
		     uvcb->header.rrc);
	trace_kvm_s390_pv_vm(kvm->arch.pv.handle, "create configuration", uvcb->header.rc,
			     uvcb->header.rrc);
}

/**
 * pv_cpu_event - something was done to a secure CPU
 * @vcpu: the CPU
 * @act: what, a string constant (the debug feature keeps the pointer)
 * @rc: response code of the ultravisor
 * @rrc: its reason code
 */
void pv_cpu_event(struct kvm_vcpu *vcpu, const char *act, u16 rc, u16 rrc)
{
	KVM_UV_EVENT(vcpu->kvm, 3, "protected VM: CPU %d %llx: %s: rc %x rrc %x", vcpu->vcpu_id,
		     vcpu->arch.pv.handle, act, rc, rrc);
	trace_kvm_s390_pv_cpu(vcpu->vcpu_id, vcpu->arch.pv.handle, act, rc, rrc);
}

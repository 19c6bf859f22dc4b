// SPDX-License-Identifier: GPL-2.0
/*
 * Secure CPUs: made from and turned back into ordinary vCPUs.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <asm/uv.h>
#include "pv.h"

/* Formats of the state description that SIE is given: byte sdf */
#define SDF_ORDINARY	0
#define SDF_PROTECTED	2

/*
 * The breaking event address shares its place with the designation of the
 * SIDA; this is what a reset sets it to.
 */
#define GBEA_RESET	1

/**
 * kvm_s390_pv_cpu_is_protected - is the vCPU a secure CPU?
 * @vcpu: the vCPU
 *
 * Context: vcpu->mutex held, so that the answer stays true.
 * Return: true if it is
 */
bool kvm_s390_pv_cpu_is_protected(struct kvm_vcpu *vcpu)
{
	lockdep_assert_held(&vcpu->mutex);
	return kvm_s390_pv_cpu_get_handle(vcpu);
}
EXPORT_SYMBOL_GPL(kvm_s390_pv_cpu_is_protected);

/* Turn the state description back into that of an ordinary vCPU. */
static void pv_cpu_make_ordinary(struct kvm_vcpu *vcpu)
{
	struct kvm_s390_sie_block *sie = vcpu->arch.sie_block;

	vcpu->arch.pv = (struct kvm_s390_pv_vcpu){};
	sie->sdf = SDF_ORDINARY;
	sie->pv_handle_config = 0;
	sie->pv_handle_cpu = 0;
	sie->gbea = GBEA_RESET;
	kvm_make_request(KVM_REQ_TLB_FLUSH, vcpu);
}

/*
 * The ultravisor still uses all that is the CPU's: the donated storage, the SIDA and
 * the state description, whose owner is about to free it. An additional reference
 * keeps that page.
 */
static void pv_cpu_keep(struct kvm_vcpu *vcpu)
{
	get_page(virt_to_page(vcpu->arch.sie_block));
	uv_donation_keep(PAGE_ALIGN(uv_info.guest_cpu_stor_len) + 2 * PAGE_SIZE);
}

/**
 * kvm_s390_pv_create_cpu - make a vCPU a secure CPU of its VM's configuration
 * @vcpu: an ordinary vCPU of a protected VM
 * @rc: response code of the ultravisor, out; unchanged if it was not called
 * @rrc: its reason code, likewise
 *
 * Context: kvm->lock held; vcpu->mutex too, unless the vCPU is just being made.
 * Return:
 * * 0		- done
 * * -EINVAL	- it is a secure CPU
 * * -ENOMEM	- no memory for the donation
 * * -EIO	- the ultravisor refuses, rc and rrc tell why
 */
int kvm_s390_pv_create_cpu(struct kvm_vcpu *vcpu, u16 *rc, u16 *rrc)
{
	struct kvm_s390_sie_block *sie = vcpu->arch.sie_block;
	struct uv_cb_csc uvcb = {
		.header.cmd = UVC_CMD_CREATE_SEC_CPU,
		.header.len = sizeof(uvcb),
		.guest_handle = kvm_s390_pv_get_handle(vcpu->kvm),
		.num = sie->icpua,
		.state_origin = virt_to_phys(sie),
	};
	void *sida, *stor;
	int cc;

	lockdep_assert_held(&vcpu->kvm->lock);
	if (kvm_s390_pv_cpu_get_handle(vcpu))
		return -EINVAL;
	stor = uv_donation_alloc(uv_info.guest_cpu_stor_len);
	if (!stor)
		return -ENOMEM;
	sida = (void *)get_zeroed_page(GFP_KERNEL_ACCOUNT);
	if (!sida) {
		uv_donation_free(stor, uv_info.guest_cpu_stor_len);
		return -ENOMEM;
	}

	/* The address that an ordinary guest gave for page fault notifications */
	vcpu->arch.pfault_token = KVM_S390_PFAULT_TOKEN_INVALID;
	kvm_clear_async_pf_completion_queue(vcpu);

	uvcb.stor_origin = virt_to_phys(stor);
	sie->sidad = virt_to_phys(sida);	/* size code 0: one page */
	cc = uv_call_sched(0, (unsigned long)&uvcb);
	pv_answer(&uvcb.header, rc, rrc);
	if (cc) {
		pv_cpu_event(vcpu, "create CPU refused", *rc, *rrc);
		if (cc == UVC_CC_PARTIAL) {	/* Nobody can tell how far it went. */
			pv_cpu_keep(vcpu);
		} else {
			free_page((unsigned long)sida);
			uv_donation_free(stor, uv_info.guest_cpu_stor_len);
		}
		pv_cpu_make_ordinary(vcpu);
		return -EIO;
	}

	vcpu->arch.pv.stor_base = (unsigned long)stor;
	vcpu->arch.pv.handle = uvcb.cpu_handle;
	sie->pv_handle_cpu = uvcb.cpu_handle;
	sie->pv_handle_config = uvcb.guest_handle;
	sie->sdf = SDF_PROTECTED;
	kvm_make_request(KVM_REQ_TLB_FLUSH, vcpu);
	pv_cpu_event(vcpu, "create CPU", *rc, *rrc);
	return 0;
}

/**
 * kvm_s390_pv_destroy_cpu - make a secure CPU an ordinary vCPU
 * @vcpu: secure or ordinary
 * @rc: response code of the ultravisor, out; unchanged for an ordinary vCPU
 * @rrc: its reason code, likewise
 *
 * It is an ordinary one afterwards in any case; what the ultravisor refuses to
 * give back is lost.
 *
 * Context: vcpu->mutex held, unless the vCPU or the process is going away.
 * Return: 0, -EIO when the ultravisor refuses
 */
int kvm_s390_pv_destroy_cpu(struct kvm_vcpu *vcpu, u16 *rc, u16 *rrc)
{
	int ret;

	if (!kvm_s390_pv_cpu_get_handle(vcpu))
		return 0;
	ret = uv_cmd_nodata(kvm_s390_pv_cpu_get_handle(vcpu), UVC_CMD_DESTROY_SEC_CPU, rc, rrc);
	pv_cpu_event(vcpu, "destroy CPU", *rc, *rrc);
	if (ret) {
		pv_cpu_keep(vcpu);
	} else {
		free_page((unsigned long)sida_addr(vcpu->arch.sie_block));
		uv_donation_free((void *)vcpu->arch.pv.stor_base, uv_info.guest_cpu_stor_len);
	}
	pv_cpu_make_ordinary(vcpu);
	return ret ? -EIO : 0;
}

/**
 * kvm_s390_cpus_from_pv - make all CPUs of a VM ordinary
 * @kvm: the VM
 * @rc: response code of the first call that the ultravisor refused, out
 * @rrc: its reason code, out
 *
 * Context: kvm->lock held, unless the process is going away; takes vcpu->mutex
 * of each.
 * Return: 0; -EIO when the ultravisor refused one, the others have been done
 */
int kvm_s390_cpus_from_pv(struct kvm *kvm, u16 *rc, u16 *rrc)
{
	struct kvm_vcpu *vcpu;
	u16 one_rc, one_rrc;
	unsigned long i;
	int ret = 0;

	kvm_for_each_vcpu(i, vcpu, kvm) {
		mutex_lock(&vcpu->mutex);
		if (kvm_s390_pv_destroy_cpu(vcpu, &one_rc, &one_rrc) && !ret) {
			*rc = one_rc;
			*rrc = one_rrc;
			ret = -EIO;
		}
		mutex_unlock(&vcpu->mutex);
	}
	if (kvm->arch.pv.gisa_off) {
		kvm_s390_gisa_enable(kvm);
		kvm->arch.pv.gisa_off = false;
	}
	return ret;
}

/**
 * pv_cpus_to_secure - make all CPUs of a VM secure
 * @kvm: a VM that has a configuration
 * @rc: response code of the last call, out
 * @rrc: its reason code, out
 *
 * Context: kvm->lock held; takes vcpu->mutex of each.
 * Return: 0; after an error, see kvm_s390_pv_create_cpu(), all are ordinary
 */
int pv_cpus_to_secure(struct kvm *kvm, u16 *rc, u16 *rrc)
{
	struct kvm_vcpu *vcpu;
	u16 ignored_rc, ignored_rrc;
	unsigned long i;
	int ret = 0;

	/* Adapter interrupts bypass KVM only if the ultravisor supports it. */
	if (!uv_has_feature(BIT_UV_FEAT_AIV) && kvm->arch.gisa_int.origin) {
		kvm_s390_gisa_disable(kvm);
		kvm->arch.pv.gisa_off = true;
	}
	kvm_for_each_vcpu(i, vcpu, kvm) {
		mutex_lock(&vcpu->mutex);
		ret = kvm_s390_pv_create_cpu(vcpu, rc, rrc);
		mutex_unlock(&vcpu->mutex);
		if (ret) {
			kvm_s390_cpus_from_pv(kvm, &ignored_rc, &ignored_rrc);
			break;
		}
	}
	return ret;
}

/**
 * kvm_s390_pv_set_cpu_state - tell the ultravisor that a CPU is started or stopped
 * @vcpu: a secure CPU
 * @state: PV_CPU_STATE_*; the ultravisor decides whether the change is valid
 *
 * Context: vcpu->mutex held.
 * Return: 0, -EINVAL when the ultravisor refuses
 */
int kvm_s390_pv_set_cpu_state(struct kvm_vcpu *vcpu, u8 state)
{
	static const char * const act[] = {
		[PV_CPU_STATE_OPR]	= "set state operating",
		[PV_CPU_STATE_STP]	= "set state stopped",
		[PV_CPU_STATE_CHKSTP]	= "set state check stop",
		[PV_CPU_STATE_OPR_LOAD]	= "set state load",
	};
	struct uv_cb_cpu_set_state uvcb = {
		.header.cmd = UVC_CMD_CPU_SET_STATE,
		.header.len = sizeof(uvcb),
		.cpu_handle = kvm_s390_pv_cpu_get_handle(vcpu),
		.state = state,
	};
	int cc = uv_call(0, (unsigned long)&uvcb);

	pv_cpu_event(vcpu, act[state], uvcb.header.rc, uvcb.header.rrc);
	return cc ? -EINVAL : 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Interceptions that only protected CPUs have. An instruction whose operands
 * KVM needs is intercepted as such and comes to the same handlers as that of
 * any VM; here is what the ultravisor has done by itself, or needs done first.
 */
#include <linux/bitops.h>
#include <linux/ratelimit.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <trace/events/kvm_s390_pv.h>
#include <asm/uv.h>
#include "pv.h"
#include "../s390/trace.h"

/* Operation codes, as in the first two bytes of the instruction */
#define OP_SPX		0xb210
#define OP_SERVC	0xb220
#define OP_UVC		0xb9a4
#define OP_SIGP		0xae	/* its first byte */

/* Reasons of validity interceptions that only protected CPUs have: their upper half */
#define PV_VALIDITY	0x20

/*
 * An SCCB address for interrupts: KVM takes one without address or event bits
 * for none at all. The ultravisor puts the guest's own in its place.
 */
#define SOME_SCCB	0x43000

/* The guest set its prefix; the value is the first word of the SIDA. */
static int pv_prefix_was_set(struct kvm_vcpu *vcpu)
{
	u32 prefix = *(u32 *)sida_addr(vcpu->arch.sie_block);

	kvm_s390_set_prefix(vcpu, prefix);
	trace_kvm_s390_handle_prefix(vcpu, 1, prefix);
	return 0;
}

/*
 * The guest has finished SERVC, so now, and only until the next one, it can
 * take a service interrupt: the answer of user space, which may have come
 * already, or one by which the ultravisor tells that the guest's block is bad.
 */
static int pv_service_call_done(struct kvm_vcpu *vcpu)
{
	struct kvm_s390_float_interrupt *fi = &vcpu->kvm->arch.float_int;

	spin_lock(&fi->lock);
	fi->srv_signal.ext_params |= SOME_SCCB;
	__set_bit(IRQ_PEND_EXT_SERVICE, &fi->pending_irqs);
	clear_bit(IRQ_PEND_EXT_SERVICE, &fi->masked_irqs);
	spin_unlock(&fi->lock);
	return 0;
}

/*
 * The guest unshares a page that the host has pinned shared. The page is
 * unpinned once the host does not use it any more; the guest's instruction is
 * executed again in any case, and comes here again if need be.
 */
static int pv_unpin_for_unshare(struct kvm_vcpu *vcpu)
{
	const struct uv_cb_share *share = sida_addr(vcpu->arch.sie_block);
	struct uv_cb_cts uvcb = {
		.header.cmd = UVC_CMD_UNPIN_PAGE_SHARED,
		.header.len = sizeof(uvcb),
		.guest_handle = kvm_s390_pv_get_handle(vcpu->kvm),
		.gaddr = share->paddr,
	};
	int ret;

	if (share->header.cmd != UVC_CMD_REMOVE_SHARED_ACCESS) {
		pr_warn_ratelimited("kvm-s390: protected VM of process %d: notification of ultravisor call 0x%x, which has none\n",
				    vcpu->kvm->userspace_pid, share->header.cmd);
		return 0;
	}
	ret = pv_space_unpin(vcpu, &uvcb);
	return ret == -EINVAL ? 0 : ret;
}

/**
 * kvm_s390_pv_handle_notification - the ultravisor tells what a guest did
 * @vcpu: a secure CPU that was intercepted with code 0x6c
 * @instruction: handler for what is to be treated as an intercepted instruction
 *
 * Context: vcpu->mutex held, process context.
 * Return: 0 to go on with the guest, else as @instruction; -EAGAIN when a page
 * to be unshared is in use, after which user space runs the CPU again
 */
int kvm_s390_pv_handle_notification(struct kvm_vcpu *vcpu,
				    int (*instruction)(struct kvm_vcpu *vcpu))
{
	u16 ipa = vcpu->arch.sie_block->ipa;

	vcpu->stat.exit_pv_notify++;
	trace_kvm_s390_pv_notify(vcpu->vcpu_id, ipa);
	switch (ipa) {
	case OP_SPX:
		return pv_prefix_was_set(vcpu);
	case OP_SERVC:
		return pv_service_call_done(vcpu);
	case OP_UVC:
		return pv_unpin_for_unshare(vcpu);
	}
	/* An external call is done, other orders of SIGP are KVM's work. */
	if (ipa >> 8 == OP_SIGP && !kvm_s390_handle_sigp_pei(vcpu))
		return 0;
	return instruction(vcpu);
}

/**
 * kvm_s390_pv_validity - does firmware refuse a CPU that the VMM should not run?
 * @vcpu: a CPU that was intercepted with code 0x20
 * @reason: why, as firmware tells
 *
 * A VMM may run a secure CPU before the image has been verified, or one that was not set
 * to operating. All other reasons are mistakes of KVM's.
 *
 * Context: vcpu->mutex held.
 * Return: true if KVM has nothing to do with it
 */
bool kvm_s390_pv_validity(struct kvm_vcpu *vcpu, u16 reason)
{
	return reason >> 8 == PV_VALIDITY && kvm_s390_pv_cpu_is_protected(vcpu);
}

/**
 * kvm_s390_pv_handle_prefix - make the prefix area of a CPU secure
 * @vcpu: a secure CPU that was intercepted with code 0x70
 *
 * Context: vcpu->mutex held, process context.
 * Return: 0 to go on with the guest, which comes back as long as a page is in
 * use; -EFAULT when the area cannot be made secure, so that the CPU cannot run
 */
int kvm_s390_pv_handle_prefix(struct kvm_vcpu *vcpu)
{
	u32 prefix = kvm_s390_get_prefix(vcpu);

	vcpu->stat.exit_pv_prefix++;
	for (u32 page = prefix; page < prefix + 2 * PAGE_SIZE; page += PAGE_SIZE) {
		int ret = pv_space_import(vcpu, page);

		if (ret && ret != -EAGAIN)
			return -EFAULT;
	}
	return 0;
}

/**
 * kvm_s390_pv_import - make a page secure that a protected guest has touched
 * @vcpu: a CPU that was left because of a non-secure storage access exception
 * @gaddr: guest address in the page
 *
 * Context: vcpu->mutex held, process context.
 * Return: 0 to go on with the guest, which comes back as long as the page is in
 * use; -EFAULT when there is no memory that could be secure, such as what the VMM
 * has write-protected. It gets a signal when the ultravisor refuses the page:
 * the content is not what the guest has left there.
 */
int kvm_s390_pv_import(struct kvm_vcpu *vcpu, unsigned long gaddr)
{
	int ret = pv_space_import(vcpu, gaddr);

	if (ret == -EINVAL)
		send_sig(SIGSEGV, current, 0);
	return ret == -EFAULT ? ret : 0;
}

/**
 * kvm_s390_pv_fault_in - give a protected guest a page that the host had not mapped
 * @vcpu: a CPU that was left because of a translation exception
 * @gaddr: guest address in the page
 *
 * Every error is left to the ordinary fault.
 *
 * Context: vcpu->mutex held, process context.
 * Return: true when the guest can go on
 */
bool kvm_s390_pv_fault_in(struct kvm_vcpu *vcpu, unsigned long gaddr)
{
	return kvm_s390_pv_cpu_is_protected(vcpu) && pv_space_fault_in(vcpu, gaddr);
}

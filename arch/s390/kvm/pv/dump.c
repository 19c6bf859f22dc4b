// SPDX-License-Identifier: GPL-2.0
/*
 * What the ultravisor gives out of a protected VM for a dump. All of it is
 * encrypted for the owner of the image; KVM carries it to user space.
 */
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include "pv.h"

/* The ultravisor tells the storage state in units of so much guest storage. */
#define STATE_UNIT	SZ_1M

/* User space shall not decide how much memory the kernel needs at once. */
#define STATE_BUFFER	SZ_1M

/**
 * kvm_s390_pv_dump_cpu - dump the state of a secure CPU
 * @vcpu: a secure CPU of a VM that is being dumped
 * @buff: kernel memory, uv_info.guest_cpu_stor_len bytes
 * @rc: response code of the ultravisor, out
 * @rrc: its reason code, out
 *
 * Context: vcpu->mutex held.
 * Return: 0, a condition code (positive) when the ultravisor refuses
 */
int kvm_s390_pv_dump_cpu(struct kvm_vcpu *vcpu, void *buff, u16 *rc, u16 *rrc)
{
	struct uv_cb_dump_cpu uvcb = {
		.header.cmd = UVC_CMD_DUMP_CPU,
		.header.len = sizeof(uvcb),
		.cpu_handle = kvm_s390_pv_cpu_get_handle(vcpu),
		.dump_area_origin = (u64)buff,
	};
	int cc = uv_call_sched(0, (unsigned long)&uvcb);

	pv_answer(&uvcb.header, rc, rrc);
	pv_cpu_event(vcpu, "dump CPU", *rc, *rrc);
	return cc;
}

/**
 * kvm_s390_pv_dump_stor_state - dump what is needed to decrypt guest storage
 * @kvm: a VM that is being dumped
 * @buff_user: where to in user space
 * @gaddr: guest absolute address, at a megabyte; out: where to go on
 * @buff_user_len: bytes, a multiple of uv_info.conf_dump_storage_state_len,
 *	which is what one megabyte of guest storage takes
 * @rc: response code of the ultravisor for the last megabyte, out; unchanged
 *	if it was not called
 * @rrc: its reason code, likewise
 *
 * After an error something may have been stored, and @gaddr tells how far.
 *
 * Context: kvm->lock held.
 * Return:
 * * 0		- done
 * * -EINVAL	- address or length are not as told above, or the ultravisor
 *		  refuses (in this case rc and rrc tell why)
 * * -ENOMEM	- no memory for a buffer
 * * -EFAULT	- user space cannot be written
 * * -EINTR	- a fatal signal is pending
 */
int kvm_s390_pv_dump_stor_state(struct kvm *kvm, void __user *buff_user, u64 *gaddr,
				u64 buff_user_len, u16 *rc, u16 *rrc)
{
	const unsigned long piece = uv_info.conf_dump_storage_state_len;
	struct uv_cb_dump_stor_state uvcb = {
		.header.cmd = UVC_CMD_DUMP_CONF_STOR_STATE,
		.header.len = sizeof(uvcb),
		.config_handle = kvm_s390_pv_get_handle(kvm),
		.gaddr = *gaddr,
	};
	unsigned long room, filled;
	void *buffer;
	int ret = 0;

	if (!piece || !buff_user_len || buff_user_len % piece || !IS_ALIGNED(*gaddr, STATE_UNIT))
		return -EINVAL;
	room = max(rounddown(min(buff_user_len, STATE_BUFFER), piece), piece);
	buffer = vzalloc(room);
	if (!buffer)
		return -ENOMEM;

	while (!ret && buff_user_len) {
		for (filled = 0; filled < min(room, buff_user_len); filled += piece) {
			uvcb.dump_area_origin = (u64)buffer + filled;
			if (uv_call_sched(0, (unsigned long)&uvcb)) {
				ret = -EINVAL;
				break;
			}
			uvcb.gaddr += STATE_UNIT;
		}
		if (copy_to_user(buff_user, buffer, filled)) {
			ret = -EFAULT;
			break;
		}
		*gaddr = uvcb.gaddr;
		buff_user += filled;
		buff_user_len -= filled;
		if (!ret && fatal_signal_pending(current))
			ret = -EINTR;
	}
	pv_answer(&uvcb.header, rc, rrc);
	if (ret)
		pv_vm_event(kvm, "dump storage state failed", *rc, *rrc);
	vfree(buffer);
	return ret;
}

/**
 * kvm_s390_pv_dump_complete - end a dump
 * @kvm: a VM that is being dumped
 * @buff_user: where to in user space, uv_info.conf_dump_finalize_len bytes
 * @rc: response code of the ultravisor, out; unchanged if it was not called
 * @rrc: its reason code, likewise
 *
 * The CPUs may run again after that, also when user space could not be
 * written: the ultravisor has ended the dump.
 *
 * Context: kvm->lock held.
 * Return:
 * * 0		- done
 * * -EINVAL	- the ultravisor refuses, rc and rrc tell why
 * * -ENOMEM	- no memory for a buffer
 * * -EFAULT	- user space cannot be written
 */
int kvm_s390_pv_dump_complete(struct kvm *kvm, void __user *buff_user, u16 *rc, u16 *rrc)
{
	struct uv_cb_dump_complete uvcb = {
		.header.cmd = UVC_CMD_DUMP_COMPLETE,
		.header.len = sizeof(uvcb),
		.config_handle = kvm_s390_pv_get_handle(kvm),
	};
	const unsigned long len = uv_info.conf_dump_finalize_len;
	void *buffer = vzalloc(len);
	int ret = -EINVAL;

	if (!buffer)
		return -ENOMEM;
	uvcb.dump_area_origin = (u64)buffer;
	if (!uv_call_sched(0, (unsigned long)&uvcb)) {
		kvm->arch.pv.dumping = false;
		kvm_s390_vcpu_unblock_all(kvm);
		ret = copy_to_user(buff_user, buffer, len) ? -EFAULT : 0;
	}
	pv_answer(&uvcb.header, rc, rrc);
	pv_vm_event(kvm, "dump complete", *rc, *rrc);
	vfree(buffer);
	return ret;
}

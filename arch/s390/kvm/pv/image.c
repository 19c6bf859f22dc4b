// SPDX-License-Identifier: GPL-2.0
/*
 * The encrypted image of a protected VM: its header and its pages.
 */
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include "pv.h"

/* After so many pages it is time to look for a fatal signal. */
#define UNPACK_BATCH	(SZ_1M / PAGE_SIZE)

/* How often to try at once again to unpack a page that is in use */
#define UNPACK_HASTE	16

/**
 * kvm_s390_pv_set_sec_parms - give a configuration the header of its image
 * @kvm: a protected VM
 * @hdr: the header in kernel memory, not crossing a page more often than needed
 * @length: of the header in bytes
 * @rc: response code of the ultravisor, out
 * @rrc: its reason code, out
 *
 * Context: kvm->lock held.
 * Return: 0, -EINVAL when the ultravisor refuses (the header is not for this
 * host, was tampered with, or came at the wrong time; rc and rrc tell)
 */
int kvm_s390_pv_set_sec_parms(struct kvm *kvm, void *hdr, u64 length, u16 *rc, u16 *rrc)
{
	struct uv_cb_ssc uvcb = {
		.header.cmd = UVC_CMD_SET_SEC_CONF_PARAMS,
		.header.len = sizeof(uvcb),
		.guest_handle = kvm_s390_pv_get_handle(kvm),
		.sec_header_origin = (u64)hdr,
		.sec_header_len = length,
	};
	int cc = uv_call_sched(0, (unsigned long)&uvcb);

	pv_answer(&uvcb.header, rc, rrc);
	pv_vm_event(kvm, "set header", *rc, *rrc);
	return cc ? -EINVAL : 0;
}

/**
 * kvm_s390_pv_unpack - turn encrypted pages of the image into secure pages
 * @kvm: a protected VM that has its header
 * @addr: guest absolute address of the first page, page aligned
 * @size: bytes, whole pages, at least one
 * @tweak: of the image's component; the offset in it is the second tweak
 * @rc: response code of the ultravisor for the last page, out
 * @rrc: its reason code, out
 *
 * A page that the host uses for something else is waited for. Pages before one
 * that cannot be unpacked have been unpacked.
 *
 * Context: kvm->lock held, takes the mmap lock now and then.
 * Return:
 * * 0		- done
 * * -EINVAL	- address or size are not as told above, or the ultravisor
 *		  refuses (in this case rc and rrc tell why)
 * * -EFAULT	- a page has no memory, or no memory that could be secure
 * * -EINTR	- a fatal signal is pending
 */
int kvm_s390_pv_unpack(struct kvm *kvm, unsigned long addr, unsigned long size,
		       unsigned long tweak, u16 *rc, u16 *rrc)
{
	struct uv_cb_unp uvcb = {
		.header.cmd = UVC_CMD_UNPACK_IMG,
		.header.len = sizeof(uvcb),
		.gaddr = addr,
		.tweak = { tweak, 0 },
		.guest_handle = kvm_s390_pv_get_handle(kvm),
	};
	const unsigned long end = addr + size;	/* may wrap, then nothing is there */
	unsigned long left = size >> PAGE_SHIFT;
	u64 start = ktime_get_ns();
	unsigned int tries = 0;
	int ret = 0;

	if (!size || !PAGE_ALIGNED(addr | size))
		return -EINVAL;
	KVM_UV_EVENT(kvm, 3, "protected VM %llx: unpack at %lx size %lx tweak %lx",
		     kvm_s390_pv_get_handle(kvm), addr, size, tweak);

	while (left) {
		unsigned long batch = min(left, UNPACK_BATCH), todo = batch;

		ret = pv_space_unpack(kvm, &uvcb, &todo);
		left -= batch - todo;
		if (ret && ret != -EAGAIN)
			break;
		/* The first page of the next batch */
		uvcb.gaddr = end - (left << PAGE_SHIFT);
		uvcb.tweak[1] = size - (left << PAGE_SHIFT);
		if (fatal_signal_pending(current)) {
			ret = -EINTR;
			break;
		}
		if (!ret || todo != batch)
			tries = 0;
		else if (++tries > UNPACK_HASTE)
			usleep_range(100, 500);
		cond_resched();
	}
	kvm->stat.pv_unpacked_pages += (size >> PAGE_SHIFT) - left;
	kvm->stat.pv_unpack_ns += ktime_get_ns() - start;
	pv_answer(&uvcb.header, rc, rrc);
	pv_vm_event(kvm, ret ? "unpack failed" : "unpack", *rc, *rrc);
	if (ret)
		KVM_UV_EVENT(kvm, 3, "protected VM: unpack stopped at %llx: %d", uvcb.gaddr, ret);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a secure configuration. There are three ways to it:
 *
 * - now: the configuration is destroyed and its pages are made accessible;
 * - set aside: the VM goes on at once without it, or with a new one, and
 *   somebody else does the work later, or the end of the VM does;
 * - the process ends: its configuration is destroyed if that can be done fast,
 *   and with all CPUs gone each page that is unmapped is destroyed.
 *
 * What a destroyed configuration leaves behind, fast or not, are pages that are
 * nobody's, but secure until each is destroyed. mm->context.protected_count
 * counts configurations that may have left such pages; it keeps the page table
 * code watchful.
 */
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/mmu_notifier.h>
#include <linux/sched/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <asm/gmap.h>
#include "pv.h"

/**
 * struct pv_leftover - a configuration that its VM has done with
 * @list:	in kvm->arch.pv.need_cleanup, unless it is the one set aside
 * @handle:	of the configuration, 0 when it has been destroyed
 * @table:	top level of the page table that the ultravisor knows it by
 * @donation:	what it has lent
 */
struct pv_leftover {
	struct list_head list;
	u64 handle;
	unsigned long table;
	struct pv_donation donation;
};

/* The VM is an ordinary one from here on. */
static void forget(struct kvm *kvm, struct pv_donation *donation)
{
	struct kvm_s390_pv *pv = &kvm->arch.pv;

	pv->handle = 0;
	pv_donation_take(kvm, donation);
	if (pv->dumping) {
		pv->dumping = false;
		kvm_s390_vcpu_unblock_all(kvm);
	}
}

static void count_time_since(struct kvm *kvm, u64 start)
{
	kvm->stat.pv_teardown_ns += ktime_get_ns() - start;
}

static bool can_destroy_fast(void)
{
	return test_bit_inv(BIT_UVC_CMD_DESTROY_SEC_CONF_FAST, uv_info.inst_calls_list);
}

/*
 * Destroy the VM's configuration without taking long. A refusal leaves everything
 * as it was: there are states in which firmware cannot do it fast.
 */
static bool destroy_fast(struct kvm *kvm, u16 *rc, u16 *rrc)
{
	struct uv_cb_destroy_fast uvcb = {
		.header.cmd = UVC_CMD_DESTROY_SEC_CONF_FAST,
		.header.len = sizeof(uvcb),
		.handle = kvm_s390_pv_get_handle(kvm),
	};
	struct pv_donation donation;
	int cc;

	if (!can_destroy_fast())
		return false;
	/* Nothing is imported any more. */
	WRITE_ONCE(kvm->arch.gmap->guest_handle, 0);
	cc = uv_call_sched(0, (unsigned long)&uvcb);
	pv_vm_event(kvm, "destroy configuration fast", uvcb.header.rc, uvcb.header.rrc);
	if (cc) {
		WRITE_ONCE(kvm->arch.gmap->guest_handle, uvcb.handle);
		return false;
	}
	pv_answer(&uvcb.header, rc, rrc);
	forget(kvm, &donation);
	pv_donation_free(&donation);
	return true;
}

/* The same at leisure. Whatever the answer, this was the last attempt. */
static int destroy_slowly(struct kvm *kvm, u16 *rc, u16 *rrc)
{
	struct pv_donation donation;
	int ret;

	WRITE_ONCE(kvm->arch.gmap->guest_handle, 0);
	ret = uv_cmd_nodata(kvm_s390_pv_get_handle(kvm), UVC_CMD_DESTROY_SEC_CONF, rc, rrc);
	pv_vm_event(kvm, "destroy configuration", *rc, *rrc);
	forget(kvm, &donation);
	if (!ret) {
		pv_donation_free(&donation);
		atomic_dec(&kvm->mm->context.protected_count);
		return 0;
	}

	/*
	 * What remains of it goes on using the page table, so the VM gets
	 * another one if it can, and does not free the old one in any case.
	 */
	s390_replace_asce(kvm->arch.gmap);
	pv_donation_keep(&donation);
	return -EIO;
}

/**
 * kvm_s390_pv_deinit_vm - destroy the configuration of a VM
 * @kvm: a protected VM without secure CPUs
 * @rc: response code of the ultravisor, out
 * @rrc: its reason code, out
 *
 * The VM has no configuration afterwards in any case; what the ultravisor
 * refuses to give back is lost. Pages that were secure are not looked after.
 *
 * Context: kvm->lock held, unless the VM is going away.
 * Return: 0, -EIO when the ultravisor refuses
 */
int kvm_s390_pv_deinit_vm(struct kvm *kvm, u16 *rc, u16 *rrc)
{
	if (!destroy_fast(kvm, rc, rrc))
		return destroy_slowly(kvm, rc, rrc);
	atomic_dec(&kvm->mm->context.protected_count);
	return 0;
}

/* Consumes the leftover. */
static int destroy_leftover(struct kvm *kvm, struct pv_leftover *leftover, u16 *rc, u16 *rrc)
{
	int ret = 0;

	*rc = UVC_RC_EXECUTED;
	*rrc = 0;
	if (leftover->handle) {
		ret = uv_cmd_nodata(leftover->handle, UVC_CMD_DESTROY_SEC_CONF, rc, rrc);
		pv_vm_event(kvm, "destroy configuration set aside", *rc, *rrc);
		if (ret) {
			pv_donation_keep(&leftover->donation);
		} else {
			pv_donation_free(&leftover->donation);
			free_pages(leftover->table, CRST_ALLOC_ORDER);
		}
	}
	if (!ret)
		atomic_dec(&kvm->mm->context.protected_count);
	kfree(leftover);
	return ret ? -EIO : 0;
}

/*
 * Low guest storage holds the prefix areas of all CPUs, and those are used
 * before anything else of the VM's next life could find them secure.
 */
static void destroy_low_storage(struct kvm *kvm)
{
	const gfn_t end = SZ_2G >> PAGE_SHIFT;
	struct kvm_memory_slot *slot;
	struct kvm_memslots *slots;
	int bkt, idx;

	idx = srcu_read_lock(&kvm->srcu);
	slots = kvm_memslots(kvm);
	kvm_for_each_memslot(slot, bkt, slots) {
		unsigned long pages;

		if (slot->base_gfn >= end)
			continue;
		pages = min_t(gfn_t, slot->npages, end - slot->base_gfn);
		s390_uv_destroy_range(kvm->mm, slot->userspace_addr,
				      slot->userspace_addr + (pages << PAGE_SHIFT));
	}
	srcu_read_unlock(&kvm->srcu, idx);
}

/**
 * kvm_s390_pv_set_aside - part a VM from its configuration, to destroy it later
 * @kvm: a protected VM without secure CPUs
 * @rc: response code, out
 * @rrc: reason code, out
 *
 * On success the VM is an ordinary one and can become protected again. On
 * failure it is as protected as before.
 *
 * Context: kvm->lock held.
 * Return:
 * * 0		- done
 * * -EINVAL	- another one has been set aside and not been destroyed, or the
 *		  guest's page table has one level only and cannot be replaced
 * * -ENOMEM	- no memory for another page table
 */
int kvm_s390_pv_set_aside(struct kvm *kvm, u16 *rc, u16 *rrc)
{
	struct gmap *gmap = kvm->arch.gmap;
	u64 start = ktime_get_ns();
	struct pv_leftover *leftover;

	lockdep_assert_held(&kvm->lock);
	if (kvm->arch.pv.set_aside || (gmap->asce & _ASCE_TYPE_MASK) == _ASCE_TYPE_SEGMENT)
		return -EINVAL;
	leftover = kzalloc(sizeof(*leftover), GFP_KERNEL_ACCOUNT);
	if (!leftover)
		return -ENOMEM;

	*rc = UVC_RC_EXECUTED;
	*rrc = 0;
	if (!destroy_fast(kvm, rc, rrc)) {
		leftover->table = (unsigned long)gmap->table;
		if (s390_replace_asce(gmap)) {
			kfree(leftover);
			return -ENOMEM;
		}
		leftover->handle = kvm_s390_pv_get_handle(kvm);
		WRITE_ONCE(gmap->guest_handle, 0);
		forget(kvm, &leftover->donation);
	}
	destroy_low_storage(kvm);
	kvm->arch.pv.set_aside = leftover;
	count_time_since(kvm, start);
	return 0;
}

/**
 * kvm_s390_pv_deinit_aside_vm - destroy the configuration that was set aside
 * @kvm: its former VM, in whatever state
 * @rc: response code of the ultravisor, out
 * @rrc: its reason code, out
 *
 * A fatal signal ends this early; the end of the VM does the rest.
 *
 * Context: kvm->lock not held; takes it and the mmap lock.
 * Return:
 * * 0		- done, or the process is being killed
 * * -EINVAL	- nothing was set aside
 * * -EIO	- the ultravisor refuses, rc and rrc tell why
 */
int kvm_s390_pv_deinit_aside_vm(struct kvm *kvm, u16 *rc, u16 *rrc)
{
	u64 start = ktime_get_ns();
	struct pv_leftover *leftover;
	int ret;

	lockdep_assert_not_held(&kvm->lock);
	mutex_lock(&kvm->lock);
	leftover = kvm->arch.pv.set_aside;
	kvm->arch.pv.set_aside = NULL;
	mutex_unlock(&kvm->lock);
	if (!leftover)
		return -EINVAL;

	/*
	 * Pages of a new configuration of the VM are met, too: the ultravisor
	 * destroys no page of a configuration that has CPUs.
	 */
	if (s390_uv_destroy_range_interruptible(kvm->mm, 0, TASK_SIZE_MAX)) {
		mutex_lock(&kvm->lock);
		list_add(&leftover->list, &kvm->arch.pv.need_cleanup);
		mutex_unlock(&kvm->lock);
		*rc = UVC_RC_EXECUTED;
		*rrc = 0;
		return 0;
	}
	ret = destroy_leftover(kvm, leftover, rc, rrc);
	count_time_since(kvm, start);
	return ret;
}

/**
 * kvm_s390_pv_deinit_cleanup_all - destroy all configurations of a VM
 * @kvm: a VM without secure CPUs
 * @rc: response code of the first call that the ultravisor refused, out
 * @rrc: its reason code, out
 *
 * The present configuration, the one that was set aside, and those whose
 * destruction was interrupted; then all pages are made accessible.
 *
 * Context: kvm->lock held, unless the VM is going away.
 * Return: 0, -EIO when the ultravisor refuses
 */
int kvm_s390_pv_deinit_cleanup_all(struct kvm *kvm, u16 *rc, u16 *rrc)
{
	struct kvm_s390_pv *pv = &kvm->arch.pv;
	struct pv_leftover *leftover, *next;
	u64 start = ktime_get_ns();
	u16 one_rc, one_rrc;
	int ret = 0;

	/* The page table code must be watchful until the pages are clean. */
	if (!atomic_inc_not_zero(&kvm->mm->context.protected_count))
		return 0;
	*rc = UVC_RC_EXECUTED;
	*rrc = 0;

	if (kvm_s390_pv_get_handle(kvm))
		ret = kvm_s390_pv_deinit_vm(kvm, rc, rrc);

	if (pv->set_aside) {
		leftover = pv->set_aside;
		list_add(&leftover->list, &pv->need_cleanup);
		pv->set_aside = NULL;
	}
	list_for_each_entry_safe(leftover, next, &pv->need_cleanup, list) {
		list_del(&leftover->list);
		if (destroy_leftover(kvm, leftover, &one_rc, &one_rrc) && !ret) {
			*rc = one_rc;
			*rrc = one_rrc;
			ret = -EIO;
		}
	}

	if (mmget_not_zero(kvm->mm)) {
		s390_uv_destroy_range(kvm->mm, 0, TASK_SIZE);
		mmput(kvm->mm);
	}
	atomic_dec(&kvm->mm->context.protected_count);
	count_time_since(kvm, start);
	return ret;
}

/*
 * The last user of the address space is gone, its pages are about to be
 * unmapped one after the other, and destroyed as long as they are counted for.
 * Nobody else can be in an ioctl of the VM, so no lock is needed; and the VM
 * outlives its notifier.
 */
static void mm_released(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	struct kvm *kvm = container_of(notifier, struct kvm, arch.pv.mmu_notifier);
	u16 rc, rrc;

	if (!kvm_s390_cpus_from_pv(kvm, &rc, &rrc) && kvm_s390_pv_get_handle(kvm))
		destroy_fast(kvm, &rc, &rrc);
}

static const struct mmu_notifier_ops mm_ops = {
	.release = mm_released,
};

/**
 * pv_watch_mm - be told when the process of a VM ends
 * @kvm: the VM; the base unregisters the notifier when the VM goes away
 *
 * Context: kvm->lock held; takes the mmap lock. Does nothing the second time.
 * Return: 0, -ENOMEM, -EINTR when a signal is pending
 */
int pv_watch_mm(struct kvm *kvm)
{
	struct mmu_notifier *notifier = &kvm->arch.pv.mmu_notifier;
	int ret;

	lockdep_assert_held(&kvm->lock);
	if (notifier->ops)
		return 0;
	notifier->ops = &mm_ops;
	ret = mmu_notifier_register(notifier, kvm->mm);
	if (ret)
		notifier->ops = NULL;
	return ret;
}

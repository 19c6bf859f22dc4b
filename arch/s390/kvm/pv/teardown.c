// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a secure configuration. There are three ways to it:
 *
 * - now: the configuration is destroyed and its pages are made accessible;
 * - set aside: the VM goes on at once without it, or with a new one, and it is
 *   destroyed by another thread later, or by the end of the VM;
 * - the process ends: its configuration is destroyed if that can be done fast,
 *   and with all CPUs gone each page that is unmapped is destroyed.
 *
 * What a destroyed configuration leaves behind, fast or not, are pages that have no
 * owner, but are secure until each is destroyed. mm->context.protected_count
 * counts configurations that may have left such pages; it keeps the page table
 * code watchful. kvm->arch.pv.memory tells where they are: it is there as long as
 * the VM has a configuration, or has had one and the pages have not been destroyed.
 */
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/mmu_notifier.h>
#include <linux/sched/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include "pv.h"

/**
 * struct pv_leftover - a configuration that its VM has done with
 * @list:	in kvm->arch.pv.need_cleanup, unless it is the one set aside
 * @handle:	of the configuration, 0 when it has been destroyed
 * @table:	top level of the page table that the ultravisor knows it by
 * @donation:	what it has donated
 * @memory:	where its pages are
 */
struct pv_leftover {
	struct list_head list;
	u64 handle;
	unsigned long table;
	struct pv_donation donation;
	struct pv_memory *memory;
};

/* The VM is an ordinary one from here on. */
static void pv_forget_config(struct kvm *kvm, struct pv_donation *donation)
{
	struct kvm_s390_pv *pv = &kvm->arch.pv;

	pv->handle = 0;
	pv_donation_take(kvm, donation);
	if (pv->dumping) {
		pv->dumping = false;
		kvm_s390_vcpu_unblock_all(kvm);
	}
}

static void pv_count_time_since(struct kvm *kvm, u64 start)
{
	kvm->stat.pv_teardown_ns += ktime_get_ns() - start;
}

static bool pv_can_destroy_fast(void)
{
	return test_bit_inv(BIT_UVC_CMD_DESTROY_SEC_CONF_FAST, uv_info.inst_calls_list);
}

/*
 * Destroy the VM's configuration without taking long. A refusal leaves everything
 * as it was: there are states in which firmware cannot do it fast.
 */
static bool pv_destroy_fast(struct kvm *kvm, u16 *rc, u16 *rrc)
{
	struct uv_cb_destroy_fast uvcb = {
		.header.cmd = UVC_CMD_DESTROY_SEC_CONF_FAST,
		.header.len = sizeof(uvcb),
		.handle = kvm_s390_pv_get_handle(kvm),
	};
	struct pv_donation donation;
	int cc;

	if (!pv_can_destroy_fast())
		return false;
	/* No page is imported from now on. */
	pv_space_set_owner(kvm, 0);
	cc = uv_call_sched(0, (unsigned long)&uvcb);
	pv_vm_event(kvm, "destroy configuration fast", uvcb.header.rc, uvcb.header.rrc);
	if (cc) {
		pv_space_set_owner(kvm, uvcb.handle);
		return false;
	}
	pv_answer(&uvcb.header, rc, rrc);
	pv_forget_config(kvm, &donation);
	pv_donation_free(&donation);
	return true;
}

/* The same, for as long as it takes. Whatever the answer, there is no other attempt. */
static int pv_destroy_slowly(struct kvm *kvm, u16 *rc, u16 *rrc)
{
	struct pv_donation donation;
	int ret;

	pv_space_set_owner(kvm, 0);
	ret = uv_cmd_nodata(kvm_s390_pv_get_handle(kvm), UVC_CMD_DESTROY_SEC_CONF, rc, rrc);
	pv_vm_event(kvm, "destroy configuration", *rc, *rrc);
	pv_forget_config(kvm, &donation);
	if (!ret) {
		pv_donation_free(&donation);
		atomic_dec(&kvm->mm->context.protected_count);
		return 0;
	}

	pv_space_lose_table(kvm);
	pv_donation_keep(&donation);
	return -EIO;
}

static int pv_destroy_config(struct kvm *kvm, u16 *rc, u16 *rrc)
{
	if (!pv_destroy_fast(kvm, rc, rrc))
		return pv_destroy_slowly(kvm, rc, rrc);
	atomic_dec(&kvm->mm->context.protected_count);
	return 0;
}

/* The pages of the VM's last configuration do not matter any more. */
static void pv_forget_memory(struct kvm *kvm)
{
	pv_memory_free(kvm->arch.pv.memory);
	kvm->arch.pv.memory = NULL;
}

/**
 * kvm_s390_pv_deinit_vm - destroy the configuration of a VM
 * @kvm: a protected VM without secure CPUs
 * @rc: response code of the ultravisor, out
 * @rrc: its reason code, out
 *
 * The VM has no configuration afterwards in any case; what the ultravisor
 * refuses to give back is lost. No page may have become secure.
 *
 * Context: kvm->lock held.
 * Return: 0, -EIO when the ultravisor refuses
 */
int kvm_s390_pv_deinit_vm(struct kvm *kvm, u16 *rc, u16 *rrc)
{
	int ret = pv_destroy_config(kvm, rc, rrc);

	pv_forget_memory(kvm);
	return ret;
}

/* The leftover itself goes with pv_free_leftover(). */
static int pv_destroy_leftover(struct kvm *kvm, struct pv_leftover *leftover, u16 *rc, u16 *rrc)
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
	return ret ? -EIO : 0;
}

static void pv_free_leftover(struct pv_leftover *leftover)
{
	pv_memory_free(leftover->memory);
	kfree(leftover);
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
	u64 start = ktime_get_ns();
	struct pv_leftover *leftover;

	lockdep_assert_held(&kvm->lock);
	if (kvm->arch.pv.set_aside || !pv_space_has_top_table(kvm))
		return -EINVAL;
	leftover = kzalloc(sizeof(*leftover), GFP_KERNEL_ACCOUNT);
	if (!leftover)
		return -ENOMEM;

	*rc = UVC_RC_EXECUTED;
	*rrc = 0;
	if (!pv_destroy_fast(kvm, rc, rrc)) {
		if (pv_space_replace_table(kvm, &leftover->table)) {
			kfree(leftover);
			return -ENOMEM;
		}
		leftover->handle = kvm_s390_pv_get_handle(kvm);
		pv_space_set_owner(kvm, 0);
		pv_forget_config(kvm, &leftover->donation);
	}
	leftover->memory = kvm->arch.pv.memory;
	kvm->arch.pv.memory = NULL;
	/*
	 * Low guest storage holds the prefix areas of all CPUs, and those are used
	 * before anything else of the VM's next life could find them secure.
	 */
	pv_memory_destroy(kvm->mm, leftover->memory, SZ_2G >> PAGE_SHIFT);
	kvm->arch.pv.set_aside = leftover;
	pv_count_time_since(kvm, start);
	return 0;
}

/**
 * pv_has_aside - is there a configuration that was set aside?
 * @kvm: the VM
 *
 * Context: kvm->lock held.
 * Return: true if there is one, or one that is being destroyed
 */
bool pv_has_aside(struct kvm *kvm)
{
	lockdep_assert_held(&kvm->lock);
	return kvm->arch.pv.set_aside || kvm->arch.pv.ending;
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
	struct kvm_s390_pv *pv = &kvm->arch.pv;
	u64 start = ktime_get_ns();
	struct pv_leftover *leftover;
	int interrupted, ret = 0;

	lockdep_assert_not_held(&kvm->lock);
	mutex_lock(&kvm->lock);
	leftover = pv->set_aside;
	pv->set_aside = NULL;
	if (leftover)
		pv->ending++;
	mutex_unlock(&kvm->lock);
	if (!leftover)
		return -EINVAL;

	*rc = UVC_RC_EXECUTED;
	*rrc = 0;
	/*
	 * Pages of a new configuration of the VM are met, too: the ultravisor
	 * destroys no page of a configuration that has CPUs, and there is none
	 * without CPUs as long as @ending says so.
	 */
	interrupted = pv_memory_destroy_interruptible(kvm->mm, leftover->memory);
	if (!interrupted)
		ret = pv_destroy_leftover(kvm, leftover, rc, rrc);
	mutex_lock(&kvm->lock);
	pv->ending--;
	if (interrupted)
		list_add(&leftover->list, &pv->need_cleanup);
	mutex_unlock(&kvm->lock);
	if (interrupted)
		return 0;
	pv_free_leftover(leftover);
	pv_count_time_since(kvm, start);
	return ret;
}

/* All of the VM's memory. False if it is being unmapped, or has been. */
static bool pv_destroy_memory(struct kvm *kvm)
{
	struct pv_leftover *leftover;

	if (!mmget_not_zero(kvm->mm))
		return false;
	if (kvm->arch.pv.memory)
		pv_memory_destroy(kvm->mm, kvm->arch.pv.memory, PV_MEMORY_END);
	list_for_each_entry(leftover, &kvm->arch.pv.need_cleanup, list)
		pv_memory_destroy(kvm->mm, leftover->memory, PV_MEMORY_END);
	mmput(kvm->mm);
	return true;
}

/**
 * kvm_s390_pv_deinit_cleanup_all - destroy all configurations of a VM
 * @kvm: a VM without secure CPUs
 * @rc: response code of the first call that the ultravisor refused, out
 * @rrc: its reason code, out
 *
 * The present configuration, the one that was set aside, and those whose
 * destruction was interrupted; then their pages are made accessible. Nothing is
 * done for a VM that has left nothing.
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

	if (pv->set_aside) {
		leftover = pv->set_aside;
		list_add(&leftover->list, &pv->need_cleanup);
		pv->set_aside = NULL;
	}
	if (!pv->memory && list_empty(&pv->need_cleanup))
		return 0;
	*rc = UVC_RC_EXECUTED;
	*rrc = 0;

	/* The page table code must be watchful until the pages are clean. */
	atomic_inc(&kvm->mm->context.protected_count);
	if (kvm_s390_pv_get_handle(kvm))
		ret = pv_destroy_config(kvm, rc, rrc);
	else if (pv->memory)	/* by pv_mm_released() */
		atomic_dec(&kvm->mm->context.protected_count);
	list_for_each_entry(leftover, &pv->need_cleanup, list)
		if (pv_destroy_leftover(kvm, leftover, &one_rc, &one_rrc) && !ret) {
			*rc = one_rc;
			*rrc = one_rrc;
			ret = -EIO;
		}

	/* Pages that are being unmapped are destroyed as long as they are counted for. */
	if (pv_destroy_memory(kvm))
		atomic_dec(&kvm->mm->context.protected_count);
	pv_forget_memory(kvm);
	list_for_each_entry_safe(leftover, next, &pv->need_cleanup, list) {
		list_del(&leftover->list);
		pv_free_leftover(leftover);
	}
	pv_count_time_since(kvm, start);
	return ret;
}

/* The notifiers of all address spaces wait for each other; other VMs may be ending, too. */
#define DYING_NS	(5 * NSEC_PER_SEC)

/*
 * All of the address space is about to be unmapped page by page, on one CPU. So the guest's
 * pages are destroyed before, by several, and unmapping them needs no call. Nobody but the
 * unmapping frees what is there, and it waits for us. No command can come for the VM any
 * more: its process is gone, and other processes get -EIO.
 */
static void pv_destroy_memory_of_dying(struct kvm *kvm, struct mm_struct *mm)
{
	const struct kvm_s390_pv *pv = &kvm->arch.pv;
	const struct pv_leftover *leftover = pv->set_aside;
	const u64 until = ktime_get_ns() + DYING_NS;

	if (pv->memory)
		pv_memory_destroy_dying(mm, pv->memory, until);
	if (leftover)
		pv_memory_destroy_dying(mm, leftover->memory, until);
	list_for_each_entry(leftover, &pv->need_cleanup, list)
		pv_memory_destroy_dying(mm, leftover->memory, until);
}

/*
 * The last user of the address space is gone. Or the VM goes away, in another process
 * perhaps and at the same time: both come here, the first one does it. The VM and its CPUs
 * outlive the notifier, see kvm_s390_pv_destroy_vm().
 */
static void pv_mm_released(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	struct kvm *kvm = container_of(notifier, struct kvm, arch.pv.mmu_notifier);
	u16 rc, rrc;

	mutex_lock(&kvm->lock);
	if (!kvm_s390_cpus_from_pv(kvm, &rc, &rrc) && kvm_s390_pv_get_handle(kvm))
		pv_destroy_fast(kvm, &rc, &rrc);
	mutex_unlock(&kvm->lock);
	if (!atomic_read(&mm->mm_users))
		pv_destroy_memory_of_dying(kvm, mm);
}

static const struct mmu_notifier_ops pv_mm_ops = {
	.release = pv_mm_released,
};

/**
 * pv_watch_mm - register for the end of the process of a VM
 * @kvm: the VM, until kvm_s390_pv_destroy_vm()
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
	notifier->ops = &pv_mm_ops;
	ret = mmu_notifier_register(notifier, kvm->mm);
	if (ret)
		notifier->ops = NULL;
	return ret;
}

/**
 * kvm_s390_pv_destroy_vm - the end of a VM, while everything of it is still there
 * @kvm: the VM; there is no reference to it any more
 *
 * CPUs, system control area and adapter interrupts are freed after that, when
 * neither the ultravisor nor the end of the process can reach them.
 *
 * Context: process context, any process; takes kvm->lock and the mmap lock.
 */
void kvm_s390_pv_destroy_vm(struct kvm *kvm)
{
	u16 rc, rrc;

	if (!kvm->arch.pv.mmu_notifier.ops)
		return;
	/* Also ends the CPUs, or waits until the end of the process has done so. */
	mmu_notifier_unregister(&kvm->arch.pv.mmu_notifier, kvm->mm);
	/* Without kvm->lock: this may be the end of the address space. */
	kvm_s390_pv_deinit_cleanup_all(kvm, &rc, &rrc);
	pv_space_end_counting(kvm);
}

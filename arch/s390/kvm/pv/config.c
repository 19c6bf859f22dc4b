// SPDX-License-Identifier: GPL-2.0
/*
 * Creating a secure configuration: what the VM donates to the ultravisor for it, and
 * the call.
 */
#include <linux/align.h>
#include <linux/kmemleak.h>
#include <linux/sizes.h>
#include <linux/vmalloc.h>
#include <asm/uv.h>
#include "pv.h"

/**
 * kvm_s390_pv_is_protected - does the VM have a secure configuration?
 * @kvm: the VM
 *
 * Context: kvm->lock held, so that the answer stays true.
 * Return: true if it has
 */
bool kvm_s390_pv_is_protected(struct kvm *kvm)
{
	lockdep_assert_held(&kvm->lock);
	return kvm_s390_pv_get_handle(kvm);
}
EXPORT_SYMBOL_GPL(kvm_s390_pv_is_protected);

/**
 * kvm_s390_pv_is_fixed - is it too late to change what the VM is made of?
 * @kvm: the VM
 *
 * The model of its CPUs, its address space and what goes with them. The ultravisor
 * was told some of it, and uses the page table of the guest, also that of a
 * configuration that was set aside.
 *
 * Context: kvm->lock held.
 * Return: true if it has vCPUs, or a configuration, or has had one that has not been
 * destroyed
 */
bool kvm_s390_pv_is_fixed(struct kvm *kvm)
{
	lockdep_assert_held(&kvm->lock);
	return kvm->created_vcpus || kvm_s390_pv_get_handle(kvm) || pv_has_aside(kvm) ||
	       !list_empty(&kvm->arch.pv.need_cleanup);
}

/**
 * pv_var_len - size of the variable storage of a configuration
 * @guest_len: end of guest storage, in bytes
 *
 * Return: bytes; the ultravisor wants so much for every megabyte, and a fixed
 * part
 */
unsigned long pv_var_len(unsigned long guest_len)
{
	return uv_info.guest_virt_base_stor_len +
	       PAGE_ALIGN(uv_info.guest_virt_var_stor_len * (guest_len / SZ_1M));
}

/**
 * pv_donation_take - take over what a VM has donated
 * @kvm: the VM, which knows nothing about it afterwards
 * @donation: out
 */
void pv_donation_take(struct kvm *kvm, struct pv_donation *donation)
{
	struct kvm_s390_pv *pv = &kvm->arch.pv;

	donation->base = (void *)pv->stor_base;
	donation->var = pv->stor_var;
	donation->var_len = pv_var_len(pv->guest_len);
	pv->stor_base = 0;
	pv->stor_var = NULL;
	pv->guest_len = 0;
}

/**
 * pv_donation_free - free what the ultravisor has given back
 * @donation: all or parts of what was donated
 */
void pv_donation_free(struct pv_donation *donation)
{
	uv_donation_free(donation->base, uv_info.guest_base_stor_len);
	vfree(donation->var);
}

/**
 * pv_donation_keep - never use it again
 * @donation: what was donated
 */
void pv_donation_keep(struct pv_donation *donation)
{
	uv_donation_keep(uv_info.guest_base_stor_len + donation->var_len);
}

static void pv_drop_donation(struct kvm *kvm)
{
	struct pv_donation donation;

	pv_memory_free(kvm->arch.pv.memory);
	kvm->arch.pv.memory = NULL;
	pv_donation_take(kvm, &donation);
	pv_donation_free(&donation);
}

static int pv_alloc_donation(struct kvm *kvm)
{
	struct kvm_s390_pv *pv = &kvm->arch.pv;
	struct kvm_memslots *slots = kvm_memslots(kvm);

	lockdep_assert_held(&kvm->slots_lock);
	pv->guest_len = 0;
	if (!kvm_memslots_empty(slots))
		pv->guest_len = kvm_s390_get_gfn_end(slots) << PAGE_SHIFT;
	/* A memory slot costs no memory, a donation for it does. */
	if (uv_info.max_sec_stor_addr && pv->guest_len > uv_info.max_sec_stor_addr)
		return -EINVAL;

	pv->stor_base = (unsigned long)uv_donation_alloc(uv_info.guest_base_stor_len);
	pv->stor_var = __vmalloc(pv_var_len(pv->guest_len),
				 GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN);
	pv->memory = pv_memory_alloc(kvm);
	if (pv->stor_base && pv->stor_var && pv->memory) {
		kmemleak_ignore(pv->stor_var);	/* It must not read there. */
		return 0;
	}
	pv_drop_donation(kvm);
	return -ENOMEM;
}

/* They are counted in the order in which the statistics tell them. */
static int pv_count_pages(struct kvm *kvm)
{
#define AT(field)	offsetof(struct kvm_vm_stat, field)
#define NUMBER(what)	(AT(pv_imported_pages) + (what) * sizeof(atomic64_t))
	static_assert(AT(pv_imported_pages) == NUMBER(UV_PAGES_IMPORTED));
	static_assert(AT(pv_exported_pages) == NUMBER(UV_PAGES_EXPORTED));
	static_assert(AT(pv_destroyed_pages) == NUMBER(UV_PAGES_DESTROYED));
	static_assert(AT(pv_pinned_pages) == NUMBER(UV_PAGES_PINNED));
#undef NUMBER
#undef AT
	return pv_space_begin_counting(kvm);
}

static int pv_create_config(struct kvm *kvm, u16 *rc, u16 *rrc)
{
	struct kvm_s390_pv *pv = &kvm->arch.pv;
	struct uv_cb_cgc uvcb = {
		.header.cmd = UVC_CMD_CREATE_SEC_CONF,
		.header.len = sizeof(uvcb),
		.conf_base_stor_origin = __pa(pv->stor_base),
		.conf_virt_stor_origin = (u64)pv->stor_var,
		.guest_stor_len = pv->guest_len,
		.guest_asce = pv_space_asce(kvm),
		.guest_sca = virt_to_phys(kvm->arch.sca),
		.flags.ap_allow_instr = kvm->arch.model.uv_feat_guest.ap,
		.flags.ap_instr_intr = kvm->arch.model.uv_feat_guest.ap_intr,
	};
	struct pv_donation donation;
	u16 ignored;
	int cc;

	/* Before there can be a secure page: page table code looks at it. */
	atomic_inc(&kvm->mm->context.protected_count);
	cc = uv_call_sched(0, (unsigned long)&uvcb);
	pv_answer(&uvcb.header, rc, rrc);
	if (!cc || (cc == UVC_CC_ERROR && uvcb.header.rc & UVC_RC_NEED_DESTROY))
		pv->handle = uvcb.guest_handle;
	pv_create_event(kvm, &uvcb);
	if (!cc) {
		pv_space_set_owner(kvm, pv->handle);
		return 0;
	}

	if (pv->handle) {
		kvm_s390_pv_deinit_vm(kvm, &ignored, &ignored);
		return -EIO;
	}
	atomic_dec(&kvm->mm->context.protected_count);
	if (cc == UVC_CC_PARTIAL) {	/* Nobody can tell how far it went. */
		pv_memory_free(pv->memory);
		pv->memory = NULL;
		pv_donation_take(kvm, &donation);
		pv_donation_keep(&donation);
	} else {
		pv_drop_donation(kvm);
	}
	return -EIO;
}

/**
 * kvm_s390_pv_init_vm - give a VM a secure configuration
 * @kvm: a VM that has none, with an extended SCA and without shared zero pages
 * @rc: response code of the ultravisor, out; unchanged if it was not called
 * @rrc: its reason code, likewise
 *
 * The configuration spans all memory slots of now; they cannot be changed as
 * long as it exists.
 *
 * Context: kvm->lock held; takes kvm->slots_lock and the mmap lock.
 * Return:
 * * 0		- done
 * * -EINVAL	- the VM is user controlled, or has memory slots at addresses
 *		  where the ultravisor has no secure storage
 * * -ENOMEM	- no memory for the donation
 * * -EINTR	- a signal is pending, nothing has been done
 * * -EIO	- the ultravisor refuses, rc and rrc tell why
 */
int kvm_s390_pv_init_vm(struct kvm *kvm, u16 *rc, u16 *rrc)
{
	int ret;

	lockdep_assert_held(&kvm->lock);
	if (kvm_is_ucontrol(kvm))
		return -EINVAL;
	ret = pv_watch_mm(kvm);
	if (ret)
		return ret;

	/* A slot added before the handle is visible would not be covered. */
	mutex_lock(&kvm->slots_lock);
	ret = pv_count_pages(kvm) ?: pv_alloc_donation(kvm);
	if (!ret)
		ret = pv_create_config(kvm, rc, rrc);
	mutex_unlock(&kvm->slots_lock);
	return ret;
}

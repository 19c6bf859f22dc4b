// SPDX-License-Identifier: GPL-2.0
/*
 * Guest memory where guest and process share page tables.
 */
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/spinlock.h>
#include <asm/gmap.h>
#include <asm/uv.h>
#include "../../uv/stub_kunit.h"
#include "pv.h"

/**
 * pv_space_prepare - make the memory of a VM fit for a configuration
 * @kvm: the VM
 *
 * Format 4 of SIE wants the extended SCA, and a page with more than one owner cannot be
 * secure. Both also suit an ordinary VM, so they stay when something fails later.
 *
 * Context: kvm->lock held; takes the mmap lock.
 * Return: 0, -ENOMEM
 */
int pv_space_prepare(struct kvm *kvm)
{
	int ret = sca_switch_to_extended(kvm);

	return ret ?: s390_disable_cow_sharing();
}

/**
 * pv_space_asce - what the ultravisor translates guest addresses by
 * @kvm: the VM
 *
 * Return: address space control element
 */
u64 pv_space_asce(struct kvm *kvm)
{
	return kvm->arch.gmap->asce;
}

/**
 * pv_space_begin_counting - count pages of a VM that change hands
 * @kvm: the VM; they are counted in the order in which the statistics tell them
 *
 * Context: kvm->lock and kvm->slots_lock held; before each configuration.
 * Return: 0
 */
int pv_space_begin_counting(struct kvm *kvm)
{
	WRITE_ONCE(kvm->arch.gmap->uv_pages, &kvm->stat.pv_imported_pages);
	return 0;
}

/**
 * pv_space_end_counting - the counters are about to be freed
 * @kvm: the VM, whose guest address space has been taken from its process' list
 */
void pv_space_end_counting(struct kvm *kvm)
{
}

/**
 * pv_space_set_owner - whose pages become secure
 * @kvm: the VM
 * @handle: of its configuration; 0: no page is imported from now on
 */
void pv_space_set_owner(struct kvm *kvm, u64 handle)
{
	WRITE_ONCE(kvm->arch.gmap->guest_handle, handle);
}

/**
 * pv_space_has_top_table - is there a top level that can be replaced?
 * @kvm: the VM
 *
 * Return: false for a guest's page table that has one level only
 */
bool pv_space_has_top_table(struct kvm *kvm)
{
	return (kvm->arch.gmap->asce & _ASCE_TYPE_MASK) != _ASCE_TYPE_SEGMENT;
}

/*
 * The VM gets a copy of the page table that the ultravisor knows, and does not free that
 * one any more; nor does it if there is no memory for a copy, for which tests stand in.
 */
int pv_replace_table(struct gmap *gmap)
{
	UV_STATIC_STUB(pv_replace_table, gmap);
	return s390_replace_asce(gmap);
}

/**
 * pv_space_replace_table - give a VM another top level of its page table
 * @kvm: a VM whose table has one that can be replaced
 * @table: the former one, out; to be freed after its configuration
 *
 * Context: kvm->lock held.
 * Return: 0, -ENOMEM
 */
int pv_space_replace_table(struct kvm *kvm, unsigned long *table)
{
	struct gmap *gmap = kvm->arch.gmap;

	*table = (unsigned long)gmap->table;
	if (!pv_replace_table(gmap))
		return 0;
	/* It goes on with the old one, which is to end with it. */
	spin_lock(&gmap->guest_table_lock);
	list_add(&virt_to_page(gmap->table)->lru, &gmap->crst_list);
	spin_unlock(&gmap->guest_table_lock);
	return -ENOMEM;
}

/**
 * pv_space_lose_table - have a VM go on without the table that it has
 * @kvm: a VM whose configuration could not be destroyed and goes on using it
 *
 * The VM gets another one if it can, and does not free the old one in any case.
 *
 * Context: kvm->lock held.
 */
void pv_space_lose_table(struct kvm *kvm)
{
	pv_replace_table(kvm->arch.gmap);
}

/**
 * pv_space_unpack - unpack consecutive pages of an image
 * @kvm: a protected VM
 * @uvcb: control block of an unpack, for the first page; guest address and second
 *	tweak advance with the pages that are done
 * @pages: how many; what is left afterwards
 *
 * Context: process context, takes the mmap lock, may sleep.
 * Return: as gmap_make_secure(), for the page that @uvcb names then
 */
int pv_space_unpack(struct kvm *kvm, struct uv_cb_unp *uvcb, unsigned long *pages)
{
	return gmap_unpack(kvm->arch.gmap, uvcb, pages);
}

/**
 * pv_space_import - import a page into its guest
 * @vcpu: a secure CPU
 * @gaddr: guest address in the page
 *
 * Context: as pv_space_unpack().
 * Return: as gmap_make_secure()
 */
int pv_space_import(struct kvm_vcpu *vcpu, unsigned long gaddr)
{
	return gmap_convert_to_secure(vcpu->arch.gmap, gaddr);
}

/**
 * pv_space_unpin - unpin a page that its guest shares
 * @vcpu: a secure CPU
 * @uvcb: control block, with the page's guest address
 *
 * Context: as pv_space_unpack().
 * Return: as gmap_make_secure()
 */
int pv_space_unpin(struct kvm_vcpu *vcpu, struct uv_cb_cts *uvcb)
{
	return gmap_make_secure(vcpu->arch.gmap, uvcb->gaddr, uvcb);
}

/**
 * pv_space_fault_in - fault in a page of a protected guest, and import it
 * @vcpu: a secure CPU that was left because of a translation exception
 * @gaddr: guest address in the page
 *
 * Where a segment is missing, the guest's table has to be completed first; that
 * and every error are left to the ordinary fault.
 *
 * Context: as pv_space_unpack().
 * Return: true when the guest can go on
 */
bool pv_space_fault_in(struct kvm_vcpu *vcpu, unsigned long gaddr)
{
	return (current->thread.gmap_int_code & PGM_INT_CODE_MASK) == PGM_PAGE_TRANSLATION &&
	       !gmap_fault_in_secure(vcpu->arch.gmap, gaddr);
}

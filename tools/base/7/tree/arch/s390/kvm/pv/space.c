// SPDX-License-Identifier: GPL-2.0
/*
 * Guest memory where KVM has page tables of its own for it. How pages get into them and
 * become secure is in import.c.
 */
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/sched/coredump.h>
#include <linux/spinlock.h>
#include <asm/gmap_helpers.h>
#include <asm/uv.h>
#include <asm/uv_import.h>
#include "../../uv/stub_kunit.h"
#include "pv.h"
#include "dat.h"
#include "gmap.h"

/**
 * pv_space_prepare - make the memory of a VM fit for a configuration
 * @kvm: the VM
 *
 * A page with more than one owner, or one that is part of a large one, cannot be secure,
 * nor one that KVM has pinned for adapter interrupts. An ordinary VM can do without, so
 * all that stays when something fails later.
 *
 * Context: kvm->lock held; takes the mmap lock and kvm->mmu_lock.
 * Return: 0, -ENOMEM
 */
int pv_space_prepare(struct kvm *kvm)
{
	struct gmap *gmap = kvm->arch.gmap;
	bool large;
	int ret;

	kvm_s390_unmap_all_adapters(kvm);
	mmap_write_lock(kvm->mm);
	mm_flags_clear(MMF_DISABLE_THP_EXCEPT_ADVISED, kvm->mm);
	mm_flags_set(MMF_DISABLE_THP_COMPLETELY, kvm->mm);
	ret = gmap_helper_disable_cow_sharing();
	mmap_write_unlock(kvm->mm);
	if (ret)
		return ret;

	write_lock(&kvm->mmu_lock);
	large = test_and_clear_bit(GMAP_FLAG_ALLOW_HPAGE_1M, &gmap->flags);
	large |= test_and_clear_bit(GMAP_FLAG_ALLOW_HPAGE_2G, &gmap->flags);
	write_unlock(&kvm->mmu_lock);
	/* Who had to do without them has none, and tables of thousands of entries. */
	if (large)
		gmap_split_huge_pages(gmap);
	return 0;
}

/**
 * pv_space_asce - what the ultravisor translates guest addresses by
 * @kvm: the VM
 *
 * Return: address space control element
 */
u64 pv_space_asce(struct kvm *kvm)
{
	return kvm->arch.gmap->asce.val;
}

/**
 * pv_space_begin_counting - count pages of a VM that change hands
 * @kvm: the VM; they are counted in the order in which the statistics tell them
 *
 * Context: kvm->lock held; before each configuration.
 * Return: 0, -ENOMEM
 */
int pv_space_begin_counting(struct kvm *kvm)
{
	struct kvm_s390_pv *pv = &kvm->arch.pv;

	if (!pv->counted)
		pv->counted = uv_guest_add(kvm->mm, &kvm->stat.pv_imported_pages);
	return pv->counted ? 0 : -ENOMEM;
}

/**
 * pv_space_end_counting - the counters are about to be freed
 * @kvm: the VM
 */
void pv_space_end_counting(struct kvm *kvm)
{
	uv_guest_remove(kvm->arch.pv.counted);
	kvm->arch.pv.counted = NULL;
}

/**
 * pv_space_set_owner - whose pages become secure
 * @kvm: the VM, which has no secure CPUs when that changes
 * @handle: of its configuration, or 0
 */
void pv_space_set_owner(struct kvm *kvm, u64 handle)
{
	/* Imports look at kvm->arch.pv.handle. */
}

/**
 * pv_space_has_top_table - is there a top level that can be replaced?
 * @kvm: the VM
 *
 * Return: false for a guest's page table that has one level only
 */
bool pv_space_has_top_table(struct kvm *kvm)
{
	return kvm->arch.gmap->asce.dt != ASCE_TYPE_SEGMENT;
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
	*table = (unsigned long)dereference_asce(kvm->arch.gmap->asce);
	return pv_replace_table(kvm->arch.gmap);
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
	if (pv_replace_table(kvm->arch.gmap))
		gmap_get(kvm->arch.gmap);	/* for good */
}

/**
 * kvm_s390_pv_destroy_page - take one page from its guest
 * @kvm: the VM
 * @gaddr: guest address in the page
 *
 * Context: as uv_destroy_mapped(), kvm->srcu held.
 * Return: as uv_destroy_mapped(); -EFAULT also when the guest has no such address
 */
int kvm_s390_pv_destroy_page(struct kvm *kvm, unsigned long gaddr)
{
	struct kvm_memory_slot *slot = gfn_to_memslot(kvm, gpa_to_gfn(gaddr));

	if (!IS_ENABLED(CONFIG_PROTECTED_VIRTUALIZATION_HOST))
		return 0;
	if (!slot)
		return -EFAULT;
	return uv_destroy_mapped(kvm->mm, __gfn_to_hva_memslot(slot, gpa_to_gfn(gaddr)));
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Guest memory where KVM has page tables of its own for it: filled by faults, emptied by
 * the notifier of the process' page tables, which takes kvm->mmu_lock for writing before
 * an entry of the process changes.
 *
 * So who has that lock for reading, and has found no change under way, knows that guest
 * and process have the same page at an address as long as the lock is held. That is all
 * that an import needs besides the lock of the process' page table, and no two imports
 * exclude each other. The lock of the page table comes first: reclaim holds it when it
 * asks the notifier whether a page is young.
 */
#include <linux/hugetlb.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/pagemap.h>
#include <linux/sched/coredump.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>
#include <asm/gmap_helpers.h>
#include <asm/uv.h>
#include <asm/uv_import.h>
#include "../../uv/stub_kunit.h"
#include "pv.h"
#include "dat.h"
#include "gmap.h"

/* So many pages are done with the locks held */
#define PAGES_AT_ONCE	32UL

/**
 * struct space_import - what is to become secure, and in which guest
 * @uv:		what does not depend on how guest addresses are translated; without a
 *		control block pages are only entered into the guest's table
 * @kvm:	the VM
 * @tables:	for entries of the guest's table; empty until it is short of memory
 */
struct space_import {
	struct uv_import uv;
	struct kvm *kvm;
	struct kvm_s390_mmu_cache tables;
};

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
	clear_bit(GMAP_FLAG_ALLOW_HPAGE_1M, &gmap->flags);
	clear_bit(GMAP_FLAG_ALLOW_HPAGE_2G, &gmap->flags);
	write_unlock(&kvm->mmu_lock);
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
 * Context: kvm->lock held. Does nothing the second time.
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

/* The guest's entry of a page, NULL where its tables do not reach so far */
static union pte *pv_space_entry(struct kvm *kvm, gfn_t gfn)
{
	union crste *crstep;
	union pte *ptep;

	if (dat_entry_walk(NULL, gfn, kvm->arch.gmap->asce, DAT_WALK_LEAF,
			   TABLE_TYPE_PAGE_TABLE, &crstep, &ptep))
		return NULL;
	return ptep;
}

/* As gmap_link(), which walks through all tables, for an entry that is empty. */
static bool pv_space_fill(struct gmap *gmap, union pte *ptep, gfn_t gfn, kvm_pfn_t pfn)
{
	union pgste pgste = pgste_get_lock(ptep);
	bool empty = READ_ONCE(*ptep).val == _PTE_EMPTY.val;

	if (empty)
		pgste = gmap_ptep_xchg(gmap, ptep, _pte(pfn, true, true, false), pgste, gfn);
	pgste_set_unlock(ptep, pgste);
	return empty;
}

/*
 * The guest gets the page that the process has. Its entry is *@guest_ptep, if that is known.
 * Return: 0 when the guest has it, UV_NEED_MAPPING, -EAGAIN, -EFAULT, -ENOMEM
 */
static int pv_space_link(struct space_import *import, struct kvm_memory_slot *slot, gfn_t gfn,
			 pte_t pte, union pte **guest_ptep)
{
	struct gmap *gmap = import->kvm->arch.gmap;
	struct guest_fault fault = {
		.gfn = gfn,
		.pfn = pte_pfn(pte),
		.write_attempt = true,
		.writable = true,
	};
	union pte linked;

	/* Another fault of the same page, or its end, is in the middle of it. */
	if (mmu_invalidate_retry_gfn(import->kvm, import->kvm->mmu_invalidate_seq, gfn))
		return -EAGAIN;
	/* What is not as an import needs it is faulted in first. */
	if (!pte_present(pte) || pte_val(pte) & _PAGE_INVALID || !pte_write(pte) ||
	    !pte_dirty(pte))
		return UV_NEED_MAPPING;
	/* Memory of a device, or the like */
	if (unlikely(pte_special(pte)))
		return -EFAULT;
	if (!*guest_ptep)
		*guest_ptep = pv_space_entry(import->kvm, gfn);
	if (*guest_ptep) {
		linked = READ_ONCE(**guest_ptep);
		if (!linked.h.i && !linked.h.p && linked.h.pfra == fault.pfn)
			return 0;
	}
	fault.page = pfn_to_page(fault.pfn);
	if (*guest_ptep && pv_space_fill(gmap, *guest_ptep, gfn, fault.pfn))
		return 0;
	return gmap_link(&import->tables, gmap, &fault, slot);
}

/*
 * The page table of the process is locked. Pages that come one after the other are done
 * together, but not so many that others would wait long for the locks.
 */
static int pv_space_try_table(struct space_import *import, struct kvm_memory_slot *slot,
			      pte_t *ptep)
{
	gfn_t gfn = gpa_to_gfn(import->uv.gaddr);
	unsigned long uaddr = __gfn_to_hva_memslot(slot, gfn);
	unsigned long pages, linked;
	union pte *guest_ptep = NULL;
	int rc = 0;

	pages = min3(import->uv.pages, PTRS_PER_PTE - pte_index(uaddr),
		     slot->base_gfn + slot->npages - gfn);
	pages = min(pages, PAGES_AT_ONCE);
	for (linked = 0; linked < pages; linked++) {
		rc = pv_space_link(import, slot, gfn + linked, ptep[linked], &guest_ptep);
		if (rc)
			break;
		/* The entries of a page table come one after the other. */
		if (guest_ptep && (gfn + linked + 1) % _PAGE_ENTRIES)
			guest_ptep++;
		else
			guest_ptep = NULL;
	}
	if (!linked)
		return rc == -EAGAIN ? UV_NEED_MAPPING : rc;
	return import->uv.uvcb ? uv_import_ptes(&import->uv, ptep, linked) : 0;
}

/*
 * A large page of the process, with a reference if it can be split; disabled interrupts
 * keep the table that leads to it.
 */
static int pv_space_try_large(struct space_import *import, unsigned long uaddr)
{
	int rc = UV_NEED_MAPPING;
	struct folio *folio;
	unsigned long flags;
	spinlock_t *ptl;	/* keeps the mapping until there is a reference */
	pmd_t *pmdp;

	local_irq_save(flags);
	pmdp = uv_find_pmd(import->uv.mm, uaddr);
	if (pmdp && pmd_leaf(READ_ONCE(*pmdp))) {
		ptl = pmd_lock(import->uv.mm, pmdp);
		if (pmd_present(*pmdp) && pmd_leaf(*pmdp)) {
			folio = pmd_folio(*pmdp);
			if (import->uv.uvcb && !folio_test_hugetlb(folio)) {
				folio_get(folio);
				import->uv.folio = folio;
				rc = UV_NEED_SPLIT;
			}
		}
		spin_unlock(ptl);
	}
	local_irq_restore(flags);
	return rc;
}

/* One attempt, for pages in one page table of the process */
static int pv_space_try(struct space_import *import)
{
	struct kvm *kvm = import->kvm;
	gfn_t gfn = gpa_to_gfn(import->uv.gaddr);
	struct kvm_memory_slot *slot = gfn_to_memslot(kvm, gfn);
	unsigned long uaddr;
	spinlock_t *ptl;	/* keeps the mapping while the page is imported */
	pte_t *ptep;
	int rc;

	if (!slot || slot->flags & KVM_MEM_READONLY)
		return -EFAULT;
	uaddr = __gfn_to_hva_memslot(slot, gfn);
	ptep = uv_lock_pte(import->uv.mm, uaddr, &ptl);
	if (unlikely(!ptep))
		return pv_space_try_large(import, uaddr);
	__acquire(ptl);
	__acquire(RCU);
	read_lock(&kvm->mmu_lock);
	rc = pv_space_try_table(import, slot, ptep);
	read_unlock(&kvm->mmu_lock);
	pte_unmap_unlock(ptep, ptl);
	return rc;
}

/*
 * Into the process, to be written. The next attempt enters it into the guest's table; what
 * KVM finds in that says nothing about the entry of the process, which may have become old.
 */
static int pv_space_map(struct kvm *kvm, unsigned long gaddr)
{
	unsigned long uaddr = gfn_to_hva(kvm, gpa_to_gfn(gaddr));
	struct vm_area_struct *vma;
	bool unlocked, huge;
	int rc;

	if (kvm_is_error_hva(uaddr))
		return -EFAULT;
	mmap_read_lock(kvm->mm);
	vma = vma_lookup(kvm->mm, uaddr);
	huge = vma && is_vm_hugetlb_page(vma);
	rc = huge ? -EFAULT : fixup_user_fault(kvm->mm, uaddr, FAULT_FLAG_WRITE, &unlocked);
	mmap_read_unlock(kvm->mm);
	if (huge)
		uv_import_tell_of_hugetlbfs(gaddr);
	if (rc)
		return rc == -EINTR ? -EAGAIN : -EFAULT;
	uv_import_drain();
	return 0;
}

/* Take a folio of a file from all who have it mapped; the guest is the first to want it. */
static int pv_space_unmap_others(struct folio *folio)
{
	if (folio_lock_killable(folio))
		return -EAGAIN;
	if (folio->mapping && !folio_test_anon(folio))
		unmap_mapping_pages(folio->mapping, folio->index, 1, false);
	folio_unlock(folio);
	return 0;
}

static int pv_space_satisfy(struct space_import *import, int need)
{
	if (import->uv.hasty)
		return -EAGAIN;
	if (need == UV_NEED_MAPPING)
		return pv_space_map(import->kvm, import->uv.gaddr);
	if (need != UV_NEED_ONE_MAPPING)
		return uv_import_satisfy(&import->uv, need);
	return pv_space_unmap_others(import->uv.folio) ?:
	       pv_space_map(import->kvm, import->uv.gaddr);
}

static void pv_space_free_tables(struct space_import *import)
{
	struct kvm_s390_mmu_cache *tables = &import->tables;

	while (tables->n_pts)
		dat_free_pt(tables->pts[--tables->n_pts]);
	while (tables->n_crsts)
		_dat_free_crst(tables->crsts[--tables->n_crsts]);
	while (tables->n_rmaps)
		kfree(tables->rmaps[--tables->n_rmaps]);
}

/*
 * What is secure then is what the page of the process was when its table was locked.
 * The caller holds kvm->srcu, so that guest addresses stay where they are.
 */
static int pv_space_make_secure(struct space_import *import)
{
	struct kvm *kvm = import->kvm;
	int rc = 0;

	if (!IS_ENABLED(CONFIG_PROTECTED_VIRTUALIZATION_HOST))
		return -EOPNOTSUPP;
	lockdep_assert_held(&kvm->srcu);
	import->uv.mm = kvm->mm;
	while (!rc && import->uv.pages) {
		import->uv.folio = NULL;
		rc = pv_space_try(import);
		if (rc > 0)
			rc = uv_import_again(&import->uv, pv_space_satisfy(import, rc));
		else if (rc == -ENOMEM)
			rc = kvm_s390_mmu_cache_topup(&import->tables);
		cond_resched();
	}
	pv_space_free_tables(import);
	return rc;
}

/**
 * pv_space_unpack - unpack consecutive pages of an image
 * @kvm: a protected VM
 * @uvcb: control block of an unpack, for the first page; guest address and second
 *	tweak advance with the pages that are done
 * @pages: how many; what is left afterwards
 *
 * Pages that lie in one page table of the process are unpacked under the same locks.
 *
 * Context: process context, takes kvm->mmu_lock, may sleep.
 * Return: for the page that @uvcb names then
 * * 0		- done
 * * -EAGAIN	- somebody is using the page, or the ultravisor is busy; try
 *		  again after a while
 * * -EFAULT	- the guest address has no host memory which could be secure
 * * -ENOMEM	- no memory for the guest's table
 * * -EINVAL	- the ultravisor refuses, rc and rrc in @uvcb tell why
 */
int pv_space_unpack(struct kvm *kvm, struct uv_cb_unp *uvcb, unsigned long *pages)
{
	struct space_import import = {
		.kvm = kvm,
		.uv.gaddr = uvcb->gaddr,
		.uv.pages = *pages,
		.uv.uvcb = &uvcb->header,
	};
	int idx = srcu_read_lock(&kvm->srcu);
	int rc = pv_space_make_secure(&import);

	srcu_read_unlock(&kvm->srcu, idx);
	*pages = import.uv.pages;
	return rc;
}

static int pv_space_import_one(struct kvm *kvm, unsigned long gaddr, bool hasty)
{
	struct uv_cb_cts uvcb = {
		.header.cmd = UVC_CMD_CONV_TO_SEC_STOR,
		.header.len = sizeof(uvcb),
		.guest_handle = kvm_s390_pv_get_handle(kvm),
		.gaddr = gaddr,
	};
	struct space_import import = {
		.kvm = kvm,
		.uv.gaddr = gaddr,
		.uv.pages = 1,
		.uv.uvcb = &uvcb.header,
		.uv.hasty = hasty,
	};
	int rc = pv_space_make_secure(&import);

	if (!rc)
		atomic64_inc(&kvm->stat.pv_imported_pages);
	return rc;
}

/**
 * pv_space_import - import a page into its guest
 * @vcpu: a secure CPU
 * @gaddr: guest address in the page
 *
 * Context: as pv_space_unpack(), kvm->srcu held.
 * Return: as pv_space_unpack()
 */
int pv_space_import(struct kvm_vcpu *vcpu, unsigned long gaddr)
{
	return pv_space_import_one(vcpu->kvm, gaddr, false);
}

/**
 * pv_space_unpin - unpin a page that its guest shares
 * @vcpu: a secure CPU
 * @uvcb: control block, with the page's guest address
 *
 * Context: as pv_space_import().
 * Return: as pv_space_unpack()
 */
int pv_space_unpin(struct kvm_vcpu *vcpu, struct uv_cb_cts *uvcb)
{
	struct space_import import = {
		.kvm = vcpu->kvm,
		.uv.gaddr = uvcb->gaddr,
		.uv.pages = 1,
		.uv.uvcb = &uvcb->header,
	};

	return pv_space_make_secure(&import);
}

/*
 * What the process has the guest gets, the pages behind it as well: one that the VMM has
 * filled seldom comes alone. They are not imported: they may be secure, or shared, and must
 * not change then.
 */
static bool pv_space_enter(struct kvm *kvm, unsigned long gaddr)
{
	struct space_import import = {
		.kvm = kvm,
		.uv.mm = kvm->mm,
		.uv.gaddr = gaddr,
		.uv.pages = PAGES_AT_ONCE,
	};

	return !pv_space_try(&import);
}

/**
 * pv_space_fault_in - fault in a page of a protected guest, and import it
 * @vcpu: a secure CPU that was left because of a translation exception
 * @gaddr: guest address in the page
 *
 * One that is new to the process is imported, too, as the guest would have another
 * exception about that. When this cannot be done at once, it is left to that exception.
 *
 * Context: as pv_space_import().
 * Return: true when the guest can go on
 */
bool pv_space_fault_in(struct kvm_vcpu *vcpu, unsigned long gaddr)
{
	struct kvm_memory_slot *slot = gfn_to_memslot(vcpu->kvm, gpa_to_gfn(gaddr));

	if (!IS_ENABLED(CONFIG_PROTECTED_VIRTUALIZATION_HOST) || !slot)
		return false;
	if (uv_is_mapped(vcpu->kvm->mm, __gfn_to_hva_memslot(slot, gpa_to_gfn(gaddr))))
		return pv_space_enter(vcpu->kvm, gaddr);
	if (pv_space_map(vcpu->kvm, gaddr))
		return false;
	pv_space_import_one(vcpu->kvm, gaddr, true);
	return true;
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

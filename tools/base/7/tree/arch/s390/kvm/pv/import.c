// SPDX-License-Identifier: GPL-2.0
/*
 * Pages become secure where KVM has page tables of its own for the guest: filled by
 * faults, emptied by the notifier of the process' page tables, which takes kvm->mmu_lock
 * for writing before an entry of the process changes.
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
#include <linux/spinlock.h>
#include <linux/srcu.h>
#include <asm/uv.h>
#include <asm/uv_import.h>
#include "pv.h"
#include "dat.h"
#include "gmap.h"

/* So many pages are done with the locks held */
#define PAGES_AT_ONCE	64UL

/**
 * struct space_import - what is to become secure, and in which guest
 * @uv:		what does not depend on how guest addresses are translated; without a
 *		control block pages are only entered into the guest's table
 * @kvm:	the VM
 * @tables:	for entries of the guest's table; empty until it is short of memory
 * @enter:	enter pages into the guest's table first; one that the guest has just used
 *		is there, and the ultravisor tells if it is not any more
 * @entered:	the last attempt entered pages
 * @hasty:	try it once
 */
struct space_import {
	struct uv_import uv;
	struct kvm *kvm;
	struct kvm_s390_mmu_cache tables;
	bool enter;
	bool entered;
	bool hasty;
};

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

/* What an entry of the process has to be like; what is not is faulted in first. */
#define PV_SPACE_PTE_MASK	(_PAGE_PRESENT | _PAGE_INVALID | _PAGE_WRITE | _PAGE_DIRTY | \
				 _PAGE_SPECIAL)
#define PV_SPACE_PTE		(_PAGE_PRESENT | _PAGE_WRITE | _PAGE_DIRTY)
/* The guest's entry of the same page has nothing else of these. */
#define PV_SPACE_LINK_MASK	(PAGE_MASK | _PAGE_PROTECT | _PAGE_INVALID)

/*
 * Has the guest the page that the process has, now? An empty entry is filled without a walk
 * through all tables. The process' entry says that the page is dirty, so the page need not
 * be told.
 */
static __always_inline bool pv_space_has(union pte *guest_ptep, pte_t pte, bool has_keys)
{
	unsigned long found = READ_ONCE(*guest_ptep).val;
	union pgste pgste;
	bool fits;

	if ((found & PV_SPACE_LINK_MASK) == (pte_val(pte) & PAGE_MASK))
		return true;
	if (found != _PTE_EMPTY.val || has_keys)
		return false;
	pgste = pgste_get_lock(guest_ptep);
	fits = READ_ONCE(*guest_ptep).val == _PTE_EMPTY.val && !pgste.vsie_notif;
	if (likely(fits)) {
		pgste.zero = 0;
		WRITE_ONCE(*guest_ptep, _pte(pte_pfn(pte), true, true, false));
	}
	pgste_set_unlock(guest_ptep, pgste);
	return fits;
}

static noinline int pv_space_link(struct space_import *import, struct kvm_memory_slot *slot,
				  gfn_t gfn, pte_t pte)
{
	struct guest_fault fault = {
		.gfn = gfn,
		.pfn = pte_pfn(pte),
		.page = pte_page(pte),
		.write_attempt = true,
		.writable = true,
	};

	return gmap_link(&import->tables, import->kvm->arch.gmap, &fault, slot);
}

/*
 * The guest gets the pages that the process has.
 *
 * Return: how many; if that is 0, *@rc is UV_NEED_MAPPING, -EAGAIN, -EFAULT, -ENOMEM
 */
static unsigned long pv_space_enter_pages(struct space_import *import,
					  struct kvm_memory_slot *slot, gfn_t gfn, pte_t *ptep,
					  unsigned long pages, int *rc)
{
	struct kvm *kvm = import->kvm;
	union pte *guest_ptep = NULL;
	bool has_keys = uses_skeys(kvm->arch.gmap);
	bool changing = kvm->mmu_invalidate_in_progress;
	unsigned long entered;

	/* The guest's page table ends elsewhere than that of the process. */
	pages = min(pages, _PAGE_ENTRIES - gfn % _PAGE_ENTRIES);
	for (entered = 0; entered < pages; entered++, gfn++, ptep++) {
		pte_t pte = READ_ONCE(*ptep);

		/* Another fault of the same page, or its end, is in the middle of it. */
		if (unlikely(changing) &&
		    mmu_invalidate_retry_gfn(kvm, kvm->mmu_invalidate_seq, gfn)) {
			*rc = -EAGAIN;
			break;
		}
		if (unlikely((pte_val(pte) & PV_SPACE_PTE_MASK) != PV_SPACE_PTE)) {
			/* Memory of a device, or the like; a page of zeroes cannot be written. */
			*rc = (pte_val(pte) & PV_SPACE_PTE_MASK) == (PV_SPACE_PTE | _PAGE_SPECIAL) ?
			      -EFAULT : UV_NEED_MAPPING;
			break;
		}
		/* The first page of all brings the table for those behind it. */
		if (unlikely(!guest_ptep))
			guest_ptep = pv_space_entry(kvm, gfn);
		if (!guest_ptep || !pv_space_has(guest_ptep, pte, has_keys)) {
			*rc = pv_space_link(import, slot, gfn, pte);
			if (*rc)
				break;
		}
		if (likely(guest_ptep))
			guest_ptep++;
	}
	return entered;
}

/* How many pages to go on behind the one that is imported */
static __always_inline unsigned long pv_space_goes_on(struct space_import *import,
						      struct kvm_memory_slot *slot, gfn_t gfn,
						      pte_t *ptep)
{
	unsigned long pages = uv_import_goes_on(&import->uv, ptep);

	if (likely(!pages) || import->kvm->mmu_invalidate_in_progress)
		return 0;
	return min(pages, slot->base_gfn + slot->npages - gfn - 1);
}

/*
 * The page table of the process is locked. Pages that come one after the other are done
 * together, but not so many that others would wait long for the locks.
 */
static int pv_space_try_table(struct space_import *import, struct kvm_memory_slot *slot,
			      unsigned long uaddr, pte_t *ptep)
{
	struct kvm *kvm = import->kvm;
	gfn_t gfn = gpa_to_gfn(import->uv.gaddr);
	unsigned long pages = 1, ahead, entered;
	int rc = 0;

	/* What the guest's table does not have the ultravisor does not find. */
	if (!import->enter) {
		if (mmu_invalidate_retry_gfn(kvm, kvm->mmu_invalidate_seq, gfn))
			return UV_NEED_MAPPING;
		rc = uv_import_ptes(&import->uv, ptep, 1);
		ahead = rc ? 0 : pv_space_goes_on(import, slot, gfn, ptep);
	} else {
		pages = min3(import->uv.pages, PTRS_PER_PTE - pte_index(uaddr),
			     slot->base_gfn + slot->npages - gfn);
		pages = min(pages, PAGES_AT_ONCE);
		ahead = import->uv.uvcb ? pv_space_goes_on(import, slot, gfn, ptep) : 0;
		entered = pv_space_enter_pages(import, slot, gfn, ptep, pages + ahead, &rc);
		import->entered = entered;
		if (!entered)
			return rc == -EAGAIN ? UV_NEED_MAPPING : rc;
		if (!import->uv.uvcb)
			return 0;
		pages = min(pages, entered);
		ahead = min(ahead, entered - pages);
		rc = uv_import_ptes(&import->uv, ptep, pages);
	}
	if (unlikely(ahead) && !rc)
		uv_import_ahead(&import->uv, ptep, ahead);
	return rc;
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
	rc = pv_space_try_table(import, slot, uaddr, ptep);
	read_unlock(&kvm->mmu_lock);
	pte_unmap_unlock(ptep, ptl);
	return rc;
}

/*
 * Into the process, to be written. The next attempt enters it into the guest's table; what
 * KVM finds in that says nothing about the entry of the process, which may have become old.
 * @most: how many pages behind it the guest can have
 */
static int pv_space_map(struct kvm *kvm, unsigned long uaddr, unsigned long most)
{
	bool unlocked;
	int rc;

	mmap_read_lock(kvm->mm);
	rc = fixup_user_fault(kvm->mm, uaddr, FAULT_FLAG_WRITE, &unlocked);
	if (!rc && most)
		uv_ahead_fault_in(kvm->mm, uaddr & PAGE_MASK, most);
	mmap_read_unlock(kvm->mm);
	if (rc)
		return rc == -EINTR ? -EAGAIN : -EFAULT;
	uv_import_drain();
	return 0;
}

/* What was mapped and is not there is in large pages: only hugetlbfs does not split them. */
static bool pv_space_is_hugetlbfs(struct kvm *kvm, unsigned long uaddr)
{
	struct vm_area_struct *vma;
	bool is;

	mmap_read_lock(kvm->mm);
	vma = vma_lookup(kvm->mm, uaddr);
	is = vma && is_vm_hugetlb_page(vma);
	mmap_read_unlock(kvm->mm);
	return is;
}

static int pv_space_map_again(struct space_import *import)
{
	unsigned long uaddr = gfn_to_hva(import->kvm, gpa_to_gfn(import->uv.gaddr));

	if (kvm_is_error_hva(uaddr))
		return -EFAULT;
	if (import->uv.tries && pv_space_is_hugetlbfs(import->kvm, uaddr)) {
		uv_import_tell_of_hugetlbfs(import->uv.gaddr);
		return -EFAULT;
	}
	return pv_space_map(import->kvm, uaddr, 0);
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
	if (import->hasty)
		return -EAGAIN;
	if (need == UV_NEED_MAPPING)
		return pv_space_map_again(import);
	if (need != UV_NEED_ONE_MAPPING)
		return uv_import_satisfy(&import->uv, need);
	return pv_space_unmap_others(import->uv.folio) ?: pv_space_map_again(import);
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
		if (rc == UV_NEED_MAPPING && !import->enter) {
			import->enter = true;
			import->uv.tries++;
			rc = 0;
		} else if (rc > 0) {
			rc = uv_import_again(&import->uv, pv_space_satisfy(import, rc));
		} else if (rc == -ENOMEM) {
			rc = kvm_s390_mmu_cache_topup(&import->tables);
		}
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
		.enter = true,
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

/*
 * @new: it was mapped just now, and is tried once; the guest's next exception is about an
 * import that fails then
 */
static int pv_space_import_one(struct kvm *kvm, unsigned long gaddr, bool new)
{
	struct uv_cb_cts uvcb = {
		.header.cmd = UVC_CMD_CONV_TO_SEC_STOR,
		.header.len = sizeof(uvcb),
		.guest_handle = kvm_s390_pv_get_handle(kvm),
		.gaddr = gaddr,
	};
	struct space_import import = {
		.kvm = kvm,
		.enter = new,
		.uv.gaddr = gaddr,
		.uv.pages = 1,
		.uv.uvcb = &uvcb.header,
		.hasty = new,
	};
	int rc = pv_space_make_secure(&import);

	if (!rc)
		atomic64_add(1 + import.uv.ahead, &kvm->stat.pv_imported_pages);
	return new && import.entered ? 0 : rc;
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
		.enter = true,
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
 * What is not entered into the guest's table, large pages for one, is left to the ordinary
 * fault. To a guest that goes through new memory the pages behind are given as well.
 *
 * Context: as pv_space_import().
 * Return: true when the guest can go on
 */
bool pv_space_fault_in(struct kvm_vcpu *vcpu, unsigned long gaddr)
{
	struct kvm *kvm = vcpu->kvm;
	gfn_t gfn = gpa_to_gfn(gaddr);
	struct kvm_memory_slot *slot = gfn_to_memslot(kvm, gfn);
	unsigned long uaddr, behind;
	enum uv_peek seen;

	if (!IS_ENABLED(CONFIG_PROTECTED_VIRTUALIZATION_HOST) || !slot)
		return false;
	uaddr = __gfn_to_hva_memslot(slot, gfn);
	seen = uv_peek(kvm->mm, uaddr);
	if (seen == UV_PRESENT)
		return pv_space_enter(kvm, gaddr);
	behind = seen == UV_NEXT ? slot->base_gfn + slot->npages - 1 - gfn : 0;
	return !pv_space_map(kvm, uaddr, behind) && !pv_space_import_one(kvm, gaddr, true);
}

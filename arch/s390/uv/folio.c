// SPDX-License-Identifier: GPL-2.0
/*
 * Making memory accessible, as the memory management asks for it: by folio,
 * by page table entry, by guest address.
 *
 * Three things keep an import away while a page is made accessible: a reference
 * beyond those that the import expects, the folio lock, or the lock of the page table
 * over its only mapping. Without one of them PG_arch_1 could be cleared after the
 * import has set it.
 */
#include <linux/export.h>
#include <linux/hugetlb.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include "uv.h"

/* Is there anything to do for a page that leaves its guest? */
static __always_inline bool uv_is_marked(struct folio *folio)
{
	/* uv_import_folio() lets no large folio become secure */
	return *folio_flags(folio, 0) & UV_MARKS && !folio_test_large(folio);
}

/* It is no guest's any more. Return: may it have been secure? */
static __always_inline bool uv_clear_marks(struct folio *folio)
{
	return atomic_long_fetch_andnot(UV_MARKS, (atomic_long_t *)folio_flags(folio, 0)) &
	       BIT(PG_arch_1);
}

/**
 * uv_destroy_folio - take a folio from its guest, content and all
 * @folio: the caller holds a reference of its own, or the lock of a page table over a
 *	mapping whose reference has not been dropped
 * @wait: for how long
 *
 * An import through the mapping would need that lock, and to one through another mapping
 * the reference is one too many.
 *
 * Context: any, for UV_KILLABLE and UV_PERSISTENT process context.
 * Return:
 * * 1		- it is accessible now, and was marked as possibly secure
 * * 0		- it is accessible now, and was not marked
 * * else see uv_destroy_page()
 */
int uv_destroy_folio(struct folio *folio, enum uv_wait wait)
{
	int rc;

	if (!uv_is_marked(folio))
		return 0;
	rc = uv_destroy_page(folio_to_phys(folio), wait);
	return likely(!rc) ? uv_clear_marks(folio) : rc;
}

/**
 * uv_export_folio - make a folio accessible, keeping what is in it
 * @folio: as for uv_destroy_folio()
 * @wait: for how long
 *
 * A page that was pinned shared must not get another owner either if it stays the
 * guest's: the page allocator looks at PG_arch_1.
 *
 * Context: as uv_destroy_folio().
 * Return: as uv_destroy_folio(), but see uv_export_page()
 */
int uv_export_folio(struct folio *folio, enum uv_wait wait)
{
	int rc;

	if (!uv_is_marked(folio))
		return 0;
	rc = uv_export_page(folio_to_phys(folio), wait);
	if (likely(!rc))
		return uv_clear_marks(folio);
	set_bit(PG_arch_1, folio_flags(folio, 0));
	return rc;
}

/* The caller only wants to know whether the page is accessible. */
static int uv_count_act(int rc, struct mm_struct *mm, unsigned long uaddr,
			enum uv_page_count what)
{
	if (rc > 0)
		uv_count_pages(mm, uaddr, what, 1);
	return min(rc, 0);
}

/* A shared page keeps its plain content, any other is exported. */
static __always_inline int uv_pin_or_export(unsigned long paddr, enum uv_wait wait,
					    enum uv_page_count *what)
{
	*what = UV_PAGES_PINNED;
	if (!uv_pin_page(paddr, wait))
		return 0;
	*what = UV_PAGES_EXPORTED;
	return uv_export_page(paddr, wait);
}

/**
 * uv_find_pmd - the entry of a user address that leads to its page table
 * @mm: the process
 * @uaddr: user address
 *
 * Context: interrupts disabled, or the mmap lock held and an area at the address;
 * either keeps the tables. (The mmap lock alone does not, see uv_lock_pte().)
 * Return: the entry, which may be empty or lead to a large page; NULL if there
 * is no table with such an entry
 */
pmd_t *uv_find_pmd(struct mm_struct *mm, unsigned long uaddr)
{
	pgd_t *pgdp = pgd_offset(mm, uaddr), pgd = READ_ONCE(*pgdp);
	p4d_t *p4dp, p4d;
	pud_t *pudp, pud;

	if (uaddr >= mm->context.asce_limit || pgd_none(pgd))
		return NULL;
	p4dp = p4d_offset_lockless(pgdp, pgd, uaddr);
	p4d = READ_ONCE(*p4dp);
	if (p4d_none(p4d))
		return NULL;
	pudp = pud_offset_lockless(p4dp, p4d, uaddr);
	pud = READ_ONCE(*pudp);
	if (pud_none(pud) || pud_leaf(pud))
		return NULL;
	return pmd_offset_lockless(pudp, pud, uaddr);
}
EXPORT_SYMBOL_GPL(uv_find_pmd);

/**
 * uv_lock_pte - the entry of a user address, its page table locked
 * @mm: the process
 * @uaddr: user address
 * @ptl: the lock, out
 *
 * Nobody looks for an area. Without one the mmap lock does not keep page tables: munmap()
 * takes it away and then frees its tables with the lock held for reading. Until the table
 * is locked disabled interrupts keep it, from then on the entry that is there: it would
 * have to go first, and that takes this lock.
 *
 * Context: process context.
 * Return: the entry, which is present, for pte_unmap_unlock(); NULL if there is none
 */
pte_t *uv_lock_pte(struct mm_struct *mm, unsigned long uaddr, spinlock_t **ptl)
{
	unsigned long flags;
	pte_t *ptep;
	pmd_t *pmdp;

	local_irq_save(flags);
	pmdp = uv_find_pmd(mm, uaddr);
	if (!pmdp)
		goto none;
	ptep = pte_offset_map_lock(mm, pmdp, uaddr, ptl);
	if (!ptep)
		goto none;
	__acquire(RCU);		/* held until pte_unmap(), sparse is not told */
	if (!pte_present(*ptep)) {
		pte_unmap_unlock(ptep, *ptl);
		goto none;
	}
	local_irq_restore(flags);
	/* The caller has them. */
	__release(RCU);
	__release(*ptl);
	return ptep;

none:
	local_irq_restore(flags);
	return NULL;
}
EXPORT_SYMBOL_GPL(uv_lock_pte);

/**
 * uv_peek - what is there at an address of a process?
 * @mm: the process
 * @uaddr: user address
 *
 * Context: any, no lock needed.
 * Return: what was there; that may change at once
 */
enum uv_peek uv_peek(struct mm_struct *mm, unsigned long uaddr)
{
	enum uv_peek seen = UV_ABSENT;
	unsigned long flags;
	pmd_t *pmdp;
	pte_t *ptep;

	local_irq_save(flags);
	pmdp = uv_find_pmd(mm, uaddr);
	ptep = pmdp ? pte_offset_map(pmdp, uaddr) : NULL;
	if (ptep) {
		__acquire(RCU);		/* held until pte_unmap(), sparse is not told */
		if (pte_present(READ_ONCE(*ptep)))
			seen = UV_PRESENT;
		else if (uv_is_behind_guests(ptep) &&
			 (unsigned long)(ptep + 1) % _PAGE_TABLE_SIZE &&
			 pte_none(READ_ONCE(ptep[1])))
			seen = UV_NEXT;
		pte_unmap(ptep);
	}
	local_irq_restore(flags);
	return seen;
}
EXPORT_SYMBOL_GPL(uv_peek);

/*
 * As get_user_pages_fast(), but for one page that a CPU has just found mapped, and
 * cheaper: a reference is had first, then it is looked whether the page is mapped
 * still.
 */
static struct page *uv_get_mapped_page(struct mm_struct *mm, unsigned long uaddr)
{
	struct page *page = NULL;
	struct folio *folio;
	unsigned long flags;
	pmd_t *pmdp;
	pte_t *ptep, pte;

	local_irq_save(flags);
	pmdp = uv_find_pmd(mm, uaddr);
	ptep = pmdp ? pte_offset_map(pmdp, uaddr) : NULL;
	if (!ptep)
		goto out;
	__acquire(RCU);		/* held until pte_unmap(), sparse is not told */
	pte = READ_ONCE(*ptep);
	if (pte_present(pte) && !(pte_val(pte) & _PAGE_INVALID) && !pte_special(pte)) {
		page = pfn_to_page(pte_pfn(pte));
		folio = page_folio(page);
		if (!folio_try_get(folio)) {
			page = NULL;
		} else if (unlikely(pte_val(pte) != pte_val(READ_ONCE(*ptep)) ||
				    folio != page_folio(page))) {
			folio_put(folio);
			page = NULL;
		}
	}
	pte_unmap(ptep);
out:
	local_irq_restore(flags);
	return page;
}

/*
 * Make a page accessible that an exception has shown to be secure; the caller has a
 * reference of its own. As arch_make_folio_accessible(), but PG_arch_1 need not be set:
 * the exception proves more, and storage that was donated to the ultravisor never has it
 * set. The guest may have shared the page since then, and must not lose that, so here too
 * pinning it shared comes first.
 */
static __always_inline int uv_export_known(struct page *page, struct mm_struct *mm,
					   unsigned long uaddr, enum uv_wait wait)
{
	struct folio *folio = page_folio(page);
	enum uv_page_count what;
	int rc = uv_pin_or_export(page_to_phys(page), wait, &what);

	/* A large one has not been secure, and its bit may mean something else. */
	if (likely(!rc && !folio_test_large(folio)))
		rc = test_and_clear_bit(PG_arch_1, folio_flags(folio, 0));
	return uv_count_act(rc, mm, uaddr, what);
}

/**
 * uv_export_unmapped - make a page accessible that the kernel has found to be secure
 * @page: the caller holds a reference of its own
 *
 * Context: any.
 * Return: 0 when the page is accessible now, else see uv_export_page()
 */
int uv_export_unmapped(struct page *page)
{
	return uv_export_known(page, NULL, UV_NO_ADDRESS, UV_ATOMIC);
}

/**
 * uv_export_mapped - the same for a page of a process
 * @mm: the process
 * @uaddr: address at which it has the page mapped
 * @wait: for how long
 *
 * Context: any, for UV_KILLABLE process context.
 * Return: 0 when the page is accessible now; -ENOENT when none is mapped there or
 * it is about to change; else see uv_export_page()
 */
int uv_export_mapped(struct mm_struct *mm, unsigned long uaddr, enum uv_wait wait)
{
	struct page *page = uv_get_mapped_page(mm, uaddr);
	int rc;

	if (!page)
		return -ENOENT;
	rc = uv_export_known(page, mm, uaddr, wait);
	put_page(page);
	return rc;
}

/* NULL: memory of a device, or the like, which was never secure */
static struct folio *uv_mapped_folio(pte_t pte)
{
	VM_WARN_ON(!pte_present(pte));
	return likely(!pte_special(pte)) ? pfn_folio(pte_pfn(pte)) : NULL;
}

/**
 * uv_destroy_pte - destroy the page of an entry that is being removed
 * @mm: whose entry it was
 * @uaddr: user address of the page
 * @pte: its former content; the reference of the mapping has not been dropped
 *
 * Context: page table lock held.
 * Return: 0 when the page is accessible now, else see uv_destroy_page()
 */
int uv_destroy_pte(struct mm_struct *mm, unsigned long uaddr, pte_t pte)
{
	struct folio *folio = uv_mapped_folio(pte);

	if (unlikely(!folio))
		return 0;
	return uv_count_act(uv_destroy_folio(folio, UV_ATOMIC), mm, uaddr, UV_PAGES_DESTROYED);
}

/**
 * uv_convert_from_secure_pte - export the page of an entry that is being removed
 * @mm: whose entry it was
 * @uaddr: user address of the page
 * @pte: its former content; the reference of the mapping has not been dropped
 *
 * Also one that was pinned shared: it must not stay shared when it leaves the VM.
 *
 * A page that the ultravisor does not give back is marked: it is kept, and told of, when
 * its last user frees it.
 *
 * Context: page table lock held.
 * Return: 0, as who removes the entry can do nothing about it; <asm/pgtable.h> of newer
 * kernels takes anything else for a defect
 */
int uv_convert_from_secure_pte(struct mm_struct *mm, unsigned long uaddr, pte_t pte)
{
	struct folio *folio = uv_mapped_folio(pte);

	if (unlikely(!folio))
		return 0;
	uv_count_act(uv_export_folio(folio, UV_ATOMIC), mm, uaddr, UV_PAGES_EXPORTED);
	return 0;
}

/**
 * uv_make_accessible - the host is about to use the content of a folio
 * @folio: locked, or with a reference of the caller's own
 * @mm: address space by which it is used, NULL if it is not known
 * @uaddr: user address, UV_NO_ADDRESS if it is not known
 * @wait: for how long
 *
 * A page that the guest shares is pinned in that state and keeps its plain
 * content, any other is exported. Doing it twice does no harm.
 *
 * Context: any.
 * Return: 0, or the reason why the folio is not accessible, see uv_export_page()
 */
int uv_make_accessible(struct folio *folio, struct mm_struct *mm, unsigned long uaddr,
		       enum uv_wait wait)
{
	enum uv_page_count what;
	int rc;

	/*
	 * The bit is also set for hugetlb folios with storage keys; large
	 * folios are never secure, see uv_import_folio().
	 */
	if (folio_test_large(folio) || !test_bit(PG_arch_1, folio_flags(folio, 0)))
		return 0;

	rc = uv_pin_or_export(folio_to_phys(folio), wait, &what);
	if (likely(!rc))
		rc = test_and_clear_bit(PG_arch_1, folio_flags(folio, 0));
	return uv_count_act(rc, mm, uaddr, what);
}

/**
 * arch_make_folio_accessible - the same for whoever needs the content of a page
 * @folio: as above; or being freed, without a reference
 *
 * They ask before they pin a user's page, write it back, swap it out, copy, merge or
 * dump it, and the page allocator asks before it takes one back. They do not
 * say whose memory it is; nearly always it is that of the process which uses it.
 *
 * Context: any.
 * Return: as uv_make_accessible(); see uv_keep_folio() for one that is being freed
 */
int arch_make_folio_accessible(struct folio *folio)
{
	if (unlikely(!folio_ref_count(folio) && test_bit(PG_arch_1, folio_flags(folio, 0))))
		return uv_keep_folio(folio);
	return uv_make_accessible(folio, current->mm, UV_NO_ADDRESS, UV_ATOMIC);
}
EXPORT_SYMBOL_GPL(arch_make_folio_accessible);

/* With a reference, NULL where nothing is mapped that could be secure */
static struct folio *uv_get_folio_at(struct mm_struct *mm, unsigned long uaddr, bool *writable)
{
	struct folio *folio = NULL;
	spinlock_t *ptl;	/* keeps the mapping, until there is a reference */
	pte_t *ptep;

	ptep = get_locked_pte(mm, uaddr, &ptl);
	if (!ptep)
		return NULL;
	__acquire(RCU);		/* held until pte_unmap(), sparse is not told */
	if (pte_present(*ptep))
		folio = uv_mapped_folio(*ptep);
	if (folio) {
		*writable = pte_write(*ptep);
		folio_get(folio);
	}
	pte_unmap_unlock(ptep, ptl);
	return folio;
}

/**
 * uv_destroy_mapped - take one page from its guest
 * @mm: the process
 * @uaddr: address at which it has the page mapped
 *
 * For pages of an earlier life of the VM that the present one stumbles upon.
 * When the page must not be destroyed, or cannot be because it was imported again
 * in the meantime, it is exported.
 *
 * Context: process context, takes the mmap lock; waits until the ultravisor is done
 * or a fatal signal comes.
 * Return: 0, also when there is no page; -EFAULT when there is nothing at the address
 * that could be secure; else see uv_export_page()
 */
int uv_destroy_mapped(struct mm_struct *mm, unsigned long uaddr)
{
	enum uv_page_count what = UV_PAGES_DESTROYED;
	struct vm_area_struct *vma;
	struct folio *folio = NULL;
	bool writable = false;
	int rc = -EFAULT;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, uaddr);
	if (vma && !is_vm_hugetlb_page(vma)) {
		folio = uv_get_folio_at(mm, uaddr, &writable);
		rc = 0;
	}
	mmap_read_unlock(mm);
	if (!folio)
		return rc;

	/* What cannot be written is somebody else's, too, after fork() for one. */
	rc = writable ? uv_destroy_folio(folio, UV_KILLABLE) : -EINVAL;
	if (rc < 0) {
		what = UV_PAGES_EXPORTED;
		rc = uv_export_folio(folio, UV_KILLABLE);
	}
	folio_put(folio);
	return uv_count_act(rc, mm, uaddr, what);
}
EXPORT_SYMBOL_GPL(uv_destroy_mapped);

// SPDX-License-Identifier: GPL-2.0
/*
 * Making memory accessible, as the memory management asks for it: by folio,
 * by page table entry, by guest address.
 *
 * Two things keep an import away while a page is made accessible: a reference
 * beyond those that the import expects, or the folio lock. Without one of
 * them PG_arch_1 could be cleared after the import has set it.
 */
#include <linux/export.h>
#include <linux/hugetlb.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <asm/gmap.h>
#include "uv.h"

/*
 * A mapping is a reference, so that of the caller's cannot have gone. But an
 * import by another process which maps the folio as well may have the count
 * frozen, for one ultravisor call and without waiting for anything.
 */
static __always_inline void get_thawed(struct folio *folio)
{
	while (unlikely(!folio_try_get(folio)))
		cpu_relax();
}

/* The end of both acts: what they return */
static int put_accessible(struct folio *folio, int rc)
{
	if (likely(!rc))
		rc = test_and_clear_bit(PG_arch_1, &folio->flags);
	folio_put(folio);
	return rc;
}

/**
 * uv_destroy_folio - take a folio from its guest, content and all
 * @folio: the caller holds a reference or a page table lock over a mapping
 * @wait: for how long
 *
 * Context: any, for UV_MAY_SLEEP process context.
 * Return:
 * * 1		- it is accessible now, and was marked as possibly secure
 * * 0		- it is accessible now, and was not marked
 * * else see uv_destroy_page()
 */
int uv_destroy_folio(struct folio *folio, enum uv_wait wait)
{
	/* uv_import_folio() lets no large folio become secure */
	if (unlikely(folio_test_large(folio)))
		return 0;
	get_thawed(folio);
	return put_accessible(folio, uv_destroy_page(folio_to_phys(folio), wait));
}

/**
 * uv_export_folio - make a folio accessible, keeping what is in it
 * @folio: the caller holds a reference or a page table lock over a mapping
 *
 * Context: any.
 * Return: as uv_destroy_folio(), but see uv_export_page()
 */
int uv_export_folio(struct folio *folio)
{
	if (unlikely(folio_test_large(folio)))
		return 0;
	get_thawed(folio);
	return put_accessible(folio, uv_export_page(folio_to_phys(folio)));
}

/* The caller only wants to know whether the page is accessible. */
static int counted(int rc, struct mm_struct *mm, unsigned long uaddr, enum uv_page_count what)
{
	if (rc > 0)
		uv_count_pages(mm, uaddr, what, 1);
	return min(rc, 0);
}

/* A shared page keeps its plain content, any other is exported. */
static __always_inline int make_accessible(unsigned long paddr, enum uv_page_count *what)
{
	*what = UV_PAGES_PINNED;
	if (!uv_pin_shared(paddr))
		return 0;
	*what = UV_PAGES_EXPORTED;
	return uv_export_page(paddr);
}

/**
 * uv_find_pmd - the entry of a user address that leads to its page table
 * @mm: the process
 * @uaddr: user address
 *
 * Context: interrupts disabled, or the mmap lock held and an area at the address;
 * either keeps the tables. (The mmap lock alone does not, see try_import().)
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

/*
 * As get_user_pages_fast(), but for one page that a CPU has just found mapped, and
 * cheaper: a reference is had first, then it is looked whether the page is mapped
 * still.
 */
static struct folio *get_mapped_folio(struct mm_struct *mm, unsigned long uaddr)
{
	struct folio *folio = NULL;
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
		folio = pfn_folio(pte_pfn(pte));
		if (!folio_try_get(folio)) {
			folio = NULL;
		} else if (unlikely(pte_val(pte) != pte_val(READ_ONCE(*ptep)) ||
				    folio != pfn_folio(pte_pfn(pte)))) {
			folio_put(folio);
			folio = NULL;
		}
	}
	pte_unmap(ptep);
out:
	local_irq_restore(flags);
	return folio;
}

/**
 * uv_export_known - make a page accessible that an exception has shown to be secure
 * @page: the caller holds a reference of its own
 * @mm: address space by which it is used, NULL if it is not known
 * @uaddr: user address, UV_NO_ADDRESS if it is not known
 *
 * As arch_make_folio_accessible(), but PG_arch_1 need not be set: the exception
 * proves more, and what was lent to the ultravisor never has it set. The guest may
 * have shared the page since then, and must not lose that, so here too pinning it
 * shared comes first.
 *
 * Context: any.
 * Return: 0 when it is accessible now, else see uv_export_page()
 */
int uv_export_known(struct page *page, struct mm_struct *mm, unsigned long uaddr)
{
	struct folio *folio = page_folio(page);
	enum uv_page_count what;
	int rc = make_accessible(page_to_phys(page), &what);

	/* A large one has not been secure, and its bit may mean something else. */
	if (likely(!rc && !folio_test_large(folio)))
		rc = test_and_clear_bit(PG_arch_1, &folio->flags);
	return counted(rc, mm, uaddr, what);
}

/**
 * uv_export_mapped - uv_export_known() for a page of a process
 * @mm: the process
 * @uaddr: address at which it has the page mapped
 *
 * Context: any.
 * Return: 0 when the page is accessible now; -ENOENT when none is mapped there or
 * it is about to change; else see uv_export_page()
 */
int uv_export_mapped(struct mm_struct *mm, unsigned long uaddr)
{
	struct folio *folio = get_mapped_folio(mm, uaddr);
	int rc;

	if (!folio)
		return -ENOENT;
	rc = uv_export_known(folio_page(folio, 0), mm, uaddr);
	folio_put(folio);
	return rc;
}

/* NULL: memory of a device, or the like, which was never secure */
static struct folio *mapped_folio(pte_t pte)
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
	struct folio *folio = mapped_folio(pte);

	if (unlikely(!folio))
		return 0;
	return counted(uv_destroy_folio(folio, UV_ATOMIC), mm, uaddr, UV_PAGES_DESTROYED);
}

/**
 * uv_convert_from_secure_pte - export the page of an entry that is being removed
 * @mm: whose entry it was
 * @uaddr: user address of the page
 * @pte: its former content; the reference of the mapping has not been dropped
 *
 * PG_arch_1 does not tell whether there is anything to do: a page that was
 * pinned shared has it clear, and must not stay shared when it leaves the VM.
 *
 * Context: page table lock held.
 * Return: 0 when the page is accessible now, else see uv_export_page()
 */
int uv_convert_from_secure_pte(struct mm_struct *mm, unsigned long uaddr, pte_t pte)
{
	struct folio *folio = mapped_folio(pte);

	if (unlikely(!folio))
		return 0;
	return counted(uv_export_folio(folio), mm, uaddr, UV_PAGES_EXPORTED);
}

/**
 * uv_make_accessible - the host is about to use the content of a folio
 * @folio: locked, or with a reference of the caller's own
 * @mm: address space by which it is used, NULL if it is not known
 * @uaddr: user address, UV_NO_ADDRESS if it is not known
 *
 * A page that the guest shares is pinned in that state and keeps its plain
 * content, any other is exported. Doing it twice does no harm.
 *
 * Context: any.
 * Return: 0, or the reason why the folio is not accessible, see uv_export_page()
 */
int uv_make_accessible(struct folio *folio, struct mm_struct *mm, unsigned long uaddr)
{
	enum uv_page_count what;
	int rc;

	/*
	 * The bit is also set for hugetlb folios with storage keys; large
	 * folios are never secure, see uv_import_folio().
	 */
	if (folio_test_large(folio) || !test_bit(PG_arch_1, &folio->flags))
		return 0;

	rc = make_accessible(folio_to_phys(folio), &what);
	if (likely(!rc))
		rc = test_and_clear_bit(PG_arch_1, &folio->flags);
	return counted(rc, mm, uaddr, what);
}

/**
 * arch_make_folio_accessible - the same for pinned user pages and writeback
 * @folio: as above
 *
 * Nobody tells whose memory it is; nearly always it is that of the process
 * which uses it.
 *
 * Context: any.
 * Return: as uv_make_accessible()
 */
int arch_make_folio_accessible(struct folio *folio)
{
	return uv_make_accessible(folio, current->mm, UV_NO_ADDRESS);
}
EXPORT_SYMBOL_GPL(arch_make_folio_accessible);

static int destroy_at(struct mm_struct *mm, unsigned long uaddr)
{
	spinlock_t *ptl;	/* keeps the mapping, and so a reference */
	pte_t *ptep;
	int rc = 0;

	ptep = get_locked_pte(mm, uaddr, &ptl);
	if (!ptep)
		return 0;
	__acquire(RCU);		/* held until pte_unmap(), sparse is not told */
	/* What cannot be written is somebody else's, too, after fork() for one. */
	if (pte_present(*ptep) &&
	    (!pte_write(*ptep) || uv_destroy_pte(mm, uaddr, *ptep)))
		rc = uv_convert_from_secure_pte(mm, uaddr, *ptep);
	pte_unmap_unlock(ptep, ptl);
	return rc;
}

/**
 * gmap_destroy_page - take one page from its guest
 * @gmap: guest address space
 * @gaddr: guest address in the page
 *
 * For pages of an earlier life of the VM that the present one stumbles upon.
 * When the page must not be destroyed, or cannot be because it was imported again
 * in the meantime, it is exported.
 *
 * Context: process context, takes the mmap lock.
 * Return: 0, also when there is no page; -EFAULT when the guest address maps
 * to nothing that could be secure; else see uv_export_page()
 */
int gmap_destroy_page(struct gmap *gmap, unsigned long gaddr)
{
	struct vm_area_struct *vma = NULL;
	unsigned long uaddr;
	int rc = -EFAULT;

	mmap_read_lock(gmap->mm);
	uaddr = __gmap_translate(gmap, gaddr);
	if (!IS_ERR_VALUE(uaddr))
		vma = vma_lookup(gmap->mm, uaddr);
	if (vma && !is_vm_hugetlb_page(vma))
		rc = destroy_at(gmap->mm, uaddr);
	mmap_read_unlock(gmap->mm);
	return rc;
}
EXPORT_SYMBOL_GPL(gmap_destroy_page);

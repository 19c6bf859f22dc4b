/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Making pages of a process secure: what arch/s390/uv/ does for the code that knows how
 * guest addresses lead to them, and holds them there meanwhile. And taking them away from a
 * guest whose process has ended. There is no such code without the host driver.
 */
#ifndef _ASM_S390_UV_IMPORT_H
#define _ASM_S390_UV_IMPORT_H

#include <linux/mm_types.h>
#include <linux/page-flags.h>
#include <linux/pgtable.h>
#include <asm/uv.h>

/* How often an import is tried before the caller gets -EAGAIN */
#define UV_IMPORT_TRIES	6

/* Why one attempt did not do it; positive, beside errnos */
enum uv_import_need {
	UV_NEED_MAPPING = 1,	/* no writable page there */
	UV_NEED_UNLOCK,		/* somebody has the folio locked */
	UV_NEED_WRITEBACK_END,
	UV_NEED_FEWER_REFS,
	UV_NEED_ONE_MAPPING,	/* others have it mapped as well */
	UV_NEED_SPLIT,
	UV_NEED_PATIENCE,	/* the ultravisor is busy or has not finished */
};

/* Is the page that the entry maps a guest's? Without a lock that may change at once. */
static __always_inline bool uv_is_guests(pte_t pte)
{
	return pte_present(pte) && !pte_special(pte) &&
	       test_bit(PG_arch_1, (unsigned long *)&pte_page(pte)->flags);
}

/* And the page right before it, in the same page table? */
static __always_inline bool uv_is_behind_guests(const pte_t *ptep)
{
	return (unsigned long)ptep % _PAGE_TABLE_SIZE && uv_is_guests(READ_ONCE(ptep[-1]));
}

/**
 * struct uv_import - what is to become secure
 * @mm:		process that has the guest's memory
 * @gaddr:	guest address of the next page
 * @pages:	how many are left, more than one only for an unpack
 * @uvcb:	control block for the next page
 * @folio:	what an attempt has to wait for, with a reference, or NULL
 * @shared:	folio that the next attempt takes from others first, with a reference;
 *		during that attempt locked, without one; or NULL
 * @tries:	attempts for the next page
 * @drains:	how many of them drained LRU batches
 * @ahead:	pages behind that became secure as well, see uv_import_ahead()
 */
struct uv_import {
	struct mm_struct *mm;
	unsigned long gaddr;
	unsigned long pages;
	struct uv_cb_header *uvcb;
	struct folio *folio;
	struct folio *shared;
	unsigned int tries;
	unsigned int drains;
	unsigned int ahead;
};

/* What there is at an address of a process */
enum uv_peek {
	UV_ABSENT,	/* no page */
	UV_NEXT,	/* nor is there one behind it, but right before it is one of a guest's */
	UV_PRESENT,	/* a page, if only one marked old */
};

void s390_uv_destroy_range_of_dying(struct mm_struct *mm, unsigned long start,
				    unsigned long end, u64 until);
int uv_destroy_mapped(struct mm_struct *mm, unsigned long uaddr);
enum uv_peek uv_peek(struct mm_struct *mm, unsigned long uaddr);
pmd_t *uv_find_pmd(struct mm_struct *mm, unsigned long uaddr);
pte_t *uv_lock_pte(struct mm_struct *mm, unsigned long uaddr, spinlock_t **ptl);
int uv_import_ptes(struct uv_import *import, pte_t *ptep, unsigned long pages);
unsigned long uv_ahead_of(pte_t *ptep);
void uv_import_ahead(struct uv_import *import, pte_t *ptep, unsigned long pages);
void uv_ahead_fault_in(struct mm_struct *mm, unsigned long uaddr, unsigned long most);
void uv_import_drain(void);
int uv_import_satisfy(struct uv_import *import, enum uv_import_need need);
int uv_import_again(struct uv_import *import, int rc);
void uv_import_tell_of_hugetlbfs(unsigned long gaddr);

/* How many pages to go on behind one that is imported, if its guest comes from the one before */
static __always_inline unsigned long uv_import_goes_on(const struct uv_import *import,
						       pte_t *ptep)
{
	return import->uvcb->cmd == UVC_CMD_CONV_TO_SEC_STOR && uv_is_behind_guests(ptep) ?
	       uv_ahead_of(ptep) : 0;
}

#endif /* _ASM_S390_UV_IMPORT_H */

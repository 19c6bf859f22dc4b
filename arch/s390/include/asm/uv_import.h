/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Making pages of a process secure: what arch/s390/uv/ does for the code that knows how
 * guest addresses lead to them, and holds them there meanwhile.
 */
#ifndef _ASM_S390_UV_IMPORT_H
#define _ASM_S390_UV_IMPORT_H

#include <linux/mm_types.h>
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
 * @hasty:	try it once
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
	bool hasty;
};

int uv_destroy_mapped(struct mm_struct *mm, unsigned long uaddr);
bool uv_is_mapped(struct mm_struct *mm, unsigned long uaddr);
pmd_t *uv_find_pmd(struct mm_struct *mm, unsigned long uaddr);
pte_t *uv_lock_pte(struct mm_struct *mm, unsigned long uaddr, spinlock_t **ptl);
int uv_import_ptes(struct uv_import *import, pte_t *ptep, unsigned long pages);
void uv_import_drain(void);
int uv_import_satisfy(struct uv_import *import, enum uv_import_need need);
int uv_import_again(struct uv_import *import, int rc);
void uv_import_tell_of_hugetlbfs(unsigned long gaddr);

#endif /* _ASM_S390_UV_IMPORT_H */

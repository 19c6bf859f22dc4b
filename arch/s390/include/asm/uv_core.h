/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What arch/s390/uv/ does for the rest of the kernel. <asm/uv.h>, the interface to the
 * ultravisor, includes it in place of inline functions.
 */
#ifndef _ASM_S390_UV_CORE_H
#define _ASM_S390_UV_CORE_H

#include <asm/uv.h>

/* Calls to the ultravisor */
int uv_call(unsigned long r1, unsigned long r2);
int uv_call_sched(unsigned long r1, unsigned long r2);
int uv_cmd_nodata(u64 handle, u16 cmd, u16 *rc, u16 *rrc);

/* Pages of a protected guest that its host may access */
int uv_set_shared(unsigned long addr);
int uv_remove_shared(unsigned long addr);

/* What is counted for a VM, in the order in which its statistics have it */
enum uv_page_count {
	UV_PAGES_IMPORTED,
	UV_PAGES_EXPORTED,
	UV_PAGES_DESTROYED,
	UV_PAGES_PINNED,
	UV_PAGE_COUNTS
};

/* Storage donated for a configuration or a CPU; in every kernel with KVM */
void *uv_donation_alloc(size_t len);
void uv_donation_free(void *addr, size_t len);
void uv_donation_keep(size_t len);
unsigned long uv_donation_kept(void);

#ifdef CONFIG_PROTECTED_VIRTUALIZATION_HOST

int uv_convert_from_secure_pte(struct mm_struct *mm, unsigned long uaddr, pte_t pte);
int uv_destroy_pte(struct mm_struct *mm, unsigned long uaddr, pte_t pte);
int uv_pin_shared(unsigned long paddr);

void s390_uv_destroy_range(struct mm_struct *mm, unsigned long start, unsigned long end);
int s390_uv_destroy_range_interruptible(struct mm_struct *mm, unsigned long start,
					unsigned long end);

#else

/*
 * Without the host driver no page ever becomes secure: what makes a page
 * accessible has nothing to do, what makes one secure cannot.
 */
static inline int uv_convert_from_secure_pte(struct mm_struct *mm, unsigned long uaddr,
					     pte_t pte)
{
	return 0;
}

static inline int uv_destroy_pte(struct mm_struct *mm, unsigned long uaddr, pte_t pte)
{
	return 0;
}

static inline int uv_pin_shared(unsigned long paddr)
{
	return -EOPNOTSUPP;
}

static inline void s390_uv_destroy_range(struct mm_struct *mm, unsigned long start,
					 unsigned long end)
{
}

static inline int s390_uv_destroy_range_interruptible(struct mm_struct *mm, unsigned long start,
						      unsigned long end)
{
	return 0;
}

#endif /* CONFIG_PROTECTED_VIRTUALIZATION_HOST */

#endif /* _ASM_S390_UV_CORE_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Guests whose memory a process has. <asm/uv.h> includes this.
 */
#ifndef _ASM_S390_UV_GUEST_H
#define _ASM_S390_UV_GUEST_H

#include <linux/types.h>

struct mm_struct;
struct uv_guest;

#ifdef CONFIG_PROTECTED_VIRTUALIZATION_HOST

struct uv_guest *uv_guest_add(struct mm_struct *mm, atomic64_t *pages);
void uv_guest_remove(struct uv_guest *guest);

#else

static inline struct uv_guest *uv_guest_add(struct mm_struct *mm, atomic64_t *pages)
{
	return NULL;
}

static inline void uv_guest_remove(struct uv_guest *guest)
{
}

#endif /* CONFIG_PROTECTED_VIRTUALIZATION_HOST */

#endif /* _ASM_S390_UV_GUEST_H */

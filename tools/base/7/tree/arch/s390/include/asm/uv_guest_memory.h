/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a process has the memory of a guest: apart from <asm/uv_guest.h>, which all files
 * of the kernel see.
 */
#ifndef _ASM_S390_UV_GUEST_MEMORY_H
#define _ASM_S390_UV_GUEST_MEMORY_H

#include <asm/uv.h>

#ifdef CONFIG_PROTECTED_VIRTUALIZATION_HOST

void uv_guest_extend(struct uv_guest *guest, unsigned long start, unsigned long len);

#else

static inline void uv_guest_extend(struct uv_guest *guest, unsigned long start,
				   unsigned long len)
{
}

#endif /* CONFIG_PROTECTED_VIRTUALIZATION_HOST */

#endif /* _ASM_S390_UV_GUEST_MEMORY_H */

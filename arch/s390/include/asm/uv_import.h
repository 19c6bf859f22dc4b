/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_S390_UV_IMPORT_H
#define _ASM_S390_UV_IMPORT_H

#include <linux/errno.h>

struct gmap;

#ifdef CONFIG_PROTECTED_VIRTUALIZATION_HOST
int gmap_fault_in_secure(struct gmap *gmap, unsigned long gaddr);
#else
static inline int gmap_fault_in_secure(struct gmap *gmap, unsigned long gaddr)
{
	return -EOPNOTSUPP;
}
#endif

#endif /* _ASM_S390_UV_IMPORT_H */

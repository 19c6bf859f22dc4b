/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages of a protected guest by guest address, where guest and process share page tables:
 * what arch/s390/uv/gmap.c does for KVM.
 */
#ifndef _ASM_S390_UV_GMAP_H
#define _ASM_S390_UV_GMAP_H

#include <linux/errno.h>

struct gmap;
struct uv_cb_unp;

#ifdef CONFIG_PROTECTED_VIRTUALIZATION_HOST

int gmap_convert_to_secure(struct gmap *gmap, unsigned long gaddr);
int gmap_destroy_page(struct gmap *gmap, unsigned long gaddr);
int gmap_fault_in_secure(struct gmap *gmap, unsigned long gaddr);
int gmap_make_secure(struct gmap *gmap, unsigned long gaddr, void *uvcb);
int gmap_unpack(struct gmap *gmap, struct uv_cb_unp *uvcb, unsigned long *pages);

#else

static inline int gmap_convert_to_secure(struct gmap *gmap, unsigned long gaddr)
{
	return -EOPNOTSUPP;
}

static inline int gmap_destroy_page(struct gmap *gmap, unsigned long gaddr)
{
	return 0;
}

static inline int gmap_fault_in_secure(struct gmap *gmap, unsigned long gaddr)
{
	return -EOPNOTSUPP;
}

static inline int gmap_make_secure(struct gmap *gmap, unsigned long gaddr, void *uvcb)
{
	return -EOPNOTSUPP;
}

static inline int gmap_unpack(struct gmap *gmap, struct uv_cb_unp *uvcb, unsigned long *pages)
{
	return -EOPNOTSUPP;
}

#endif /* CONFIG_PROTECTED_VIRTUALIZATION_HOST */

#endif /* _ASM_S390_UV_GMAP_H */

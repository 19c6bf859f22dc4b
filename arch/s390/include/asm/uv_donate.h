/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory that the host lends to the ultravisor for a configuration or a CPU.
 */
#ifndef _ASM_S390_UV_DONATE_H
#define _ASM_S390_UV_DONATE_H

#include <linux/types.h>

void *uv_donation_alloc(size_t len);
void uv_donation_free(void *addr, size_t len);
void uv_donation_keep(size_t len);
unsigned long uv_donation_kept(void);

#endif /* _ASM_S390_UV_DONATE_H */

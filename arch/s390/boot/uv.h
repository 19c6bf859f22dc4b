/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BOOT_UV_H
#define BOOT_UV_H

/* In the order in which the decompressor calls them */
void uv_query_info(void);
void uv_parse_prot_virt(const char *val);
void sanitize_prot_virt_host(void);
unsigned long adjust_to_uv_max(unsigned long limit);

#endif /* BOOT_UV_H */

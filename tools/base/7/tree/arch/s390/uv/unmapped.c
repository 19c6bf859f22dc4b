// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that leave the tables of a guest: KVM's code of these tables asks for that.
 */
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include "uv.h"

/**
 * uv_convert_from_secure_folio - export a folio that a guest has no more
 * @folio: whose mapping by the guest's process has not gone yet
 *
 * Context: atomic.
 * Return: 0 when it is accessible now, else see uv_export_page()
 */
int uv_convert_from_secure_folio(struct folio *folio)
{
	return min(uv_export_folio(folio, UV_ATOMIC), 0);
}
EXPORT_SYMBOL_GPL(uv_convert_from_secure_folio);

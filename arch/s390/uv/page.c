// SPDX-License-Identifier: GPL-2.0
/*
 * What the host can do to a page, by its address.
 */
#include <linux/export.h>
#include <trace/events/uv.h>
#include "uv.h"

/*
 * To the ultravisor a page is accessible, secure, shared or pinned shared, see
 * Documentation/arch/s390/protvirt-driver.rst. A host does not see which: a guest
 * shares and unshares on its own. So an act is right in each state that it may
 * meet, and the ultravisor refuses the rest. PG_arch_1 of the folio is the host's
 * memory: set before any act that can end in a secure page, cleared after one that
 * made it accessible. PG_arch_2 is set with it, and stays until the page leaves its guest.
 */
static __always_inline int uv_page_act(u16 cmd, enum uv_slot slot, const char *name,
				       unsigned long paddr, enum uv_wait wait)
{
	struct uv_cb_cfs uvcb = {
		.header.cmd = cmd,
		.header.len = sizeof(uvcb),
		.paddr = paddr,
	};
	int cc = uv_issue_inline(&uvcb.header, wait, slot);
	int rc = likely(!cc) ? 0 : uv_errno(cc, &uvcb.header);

	/* Older firmware calls it an error, newer does nothing and says so. */
	if (cmd == UVC_CMD_DESTR_SEC_STOR && rc && uvcb.header.rc == UVC_RC_DESTR_NOT_SECURE &&
	    uvcb.header.rrc == UVC_RRC_DESTR_NOT_SECURE)
		rc = 0;
	trace_uv_page(name, paddr, rc);
	return rc;
}

/**
 * uv_export_page - make a page accessible to the host, encrypted
 * @paddr: absolute address, page aligned
 * @wait: for how long
 *
 * The content of a page that the guest shares stays as it is.
 *
 * Context: any, for UV_KILLABLE and UV_PERSISTENT process context; the caller keeps
 * the page from being imported at the same time, by a reference or by the folio lock.
 * Return: 0, also when the page was accessible; -EINVAL when the ultravisor
 * refuses (storage that it owns, for example), -EBUSY when it stays busy
 */
int uv_export_page(unsigned long paddr, enum uv_wait wait)
{
	return uv_page_act(UVC_CMD_CONV_FROM_SEC_STOR, UV_SLOT_CONV_FROM_SEC_STOR, "export",
			   paddr, wait);
}

/**
 * uv_destroy_page - make a page accessible to the host, zeroed
 * @paddr: absolute address, page aligned
 * @wait: for how long
 *
 * Quicker than an export, for memory that its guest has lost anyway.
 *
 * Context: as uv_export_page().
 * Return: as uv_export_page(); -EINVAL also for a page of a configuration
 * that has secure CPUs still, which only an export makes accessible
 */
int uv_destroy_page(unsigned long paddr, enum uv_wait wait)
{
	return uv_page_act(UVC_CMD_DESTR_SEC_STOR, UV_SLOT_DESTR_SEC_STOR, "destroy", paddr, wait);
}

/**
 * uv_pin_page - keep a shared page shared while the host uses it
 * @paddr: absolute address, page aligned
 * @wait: for how long
 *
 * The guest's attempt to unshare the page is intercepted from now on.
 *
 * Context: as uv_export_page().
 * Return: 0, -EINVAL when the page is not shared, -EBUSY when the ultravisor
 * stays busy
 */
int uv_pin_page(unsigned long paddr, enum uv_wait wait)
{
	return uv_page_act(UVC_CMD_PIN_PAGE_SHARED, UV_SLOT_PIN_PAGE_SHARED, "pin", paddr, wait);
}

/**
 * uv_pin_shared - keep a shared page shared while the host uses it
 * @paddr: absolute address, page aligned
 *
 * For drivers that hand a guest's page to a device.
 *
 * Context: any.
 * Return: as uv_pin_page(), waits for seconds at most
 */
int uv_pin_shared(unsigned long paddr)
{
	return uv_pin_page(paddr, UV_ATOMIC);
}
EXPORT_SYMBOL_GPL(uv_pin_shared);

// SPDX-License-Identifier: GPL-2.0
/*
 * The guest's side: pages that a protected guest opens to its host for I/O.
 */
#define pr_fmt(fmt) "prot_virt: " fmt

#include <linux/mm.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include "uv.h"

/**
 * uv_sharing_failed - a page is open to the host that should not be, or is not
 *
 * Private data would leak in the one case. In the other what goes through the page
 * would be encrypted, on the disk for one: who asks for shared memory is not always
 * looking at errors. So the guest ends here.
 */
void uv_sharing_failed(void)
{
	UV_STATIC_STUB(uv_sharing_failed);
	panic("prot_virt: a page cannot be opened to the host, or not be closed again\n");
}

/*
 * Callers may hold any lock, and have no way to go on without the page, so this lasts
 * as long as the ultravisor is busy.
 */
static int uv_share(unsigned long addr, u16 cmd)
{
	struct uv_cb_share uvcb = {
		.header.cmd = cmd,
		.header.len = sizeof(uvcb),
		.paddr = addr,
	};
	int cc, rc = -EINVAL;

	if (!is_prot_virt_guest())
		return -EOPNOTSUPP;
	/*
	 * The unit is a page. Who asks for less would open, or wrongly take
	 * for closed, what else is in the page.
	 */
	if (!WARN_ON_ONCE(!PAGE_ALIGNED(addr))) {
		cc = uv_issue(&uvcb.header, UV_SPIN);
		if (cc)
			pr_err("%s of page 0x%lx failed, cc %d rc 0x%x rrc 0x%x (%s)\n",
			       uv_cmd_name(cmd), addr, cc, uvcb.header.rc, uvcb.header.rrc,
			       uv_rc_text(cmd, uvcb.header.rc));
		rc = uv_errno(cc, &uvcb.header);
	}
	if (rc)
		uv_sharing_failed();
	return rc;
}

/**
 * uv_set_shared - open a page of this guest to the host
 * @addr: absolute address, page aligned
 *
 * Context: any.
 * Return: 0, -EOPNOTSUPP when not a protected guest
 */
int uv_set_shared(unsigned long addr)
{
	return uv_share(addr, UVC_CMD_SET_SHARED_ACCESS);
}

/**
 * uv_remove_shared - close a page of this guest to the host again
 * @addr: absolute address, page aligned
 *
 * Context: any.
 * Return: 0, -EOPNOTSUPP when not a protected guest
 */
int uv_remove_shared(unsigned long addr)
{
	return uv_share(addr, UVC_CMD_REMOVE_SHARED_ACCESS);
}

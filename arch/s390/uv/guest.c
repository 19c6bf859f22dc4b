// SPDX-License-Identifier: GPL-2.0
/*
 * The guest's side: pages that a protected guest opens to its host for I/O.
 */
#define pr_fmt(fmt) "prot_virt: " fmt

#include <linux/mm.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include "uv.h"

static int share(unsigned long addr, u16 cmd)
{
	struct uv_cb_share uvcb = {
		.header.cmd = cmd,
		.header.len = sizeof(uvcb),
		.paddr = addr,
	};
	int cc;

	if (!is_prot_virt_guest())
		return -EOPNOTSUPP;
	/*
	 * The unit is a page. Who asks for less would open, or wrongly take
	 * for closed, what else is in the page.
	 */
	if (WARN_ON_ONCE(!PAGE_ALIGNED(addr)))
		return -EINVAL;

	cc = uv_issue(&uvcb.header, UV_ATOMIC);
	if (cc)
		pr_err("%s of page 0x%lx failed, cc %d rc 0x%x rrc 0x%x (%s)\n",
		       uv_cmd_name(cmd), addr, cc, uvcb.header.rc, uvcb.header.rrc,
		       uv_rc_text(cmd, uvcb.header.rc));
	return uv_errno(cc, &uvcb.header);
}

/**
 * uv_set_shared - open a page of this guest to the host
 * @addr: absolute address, page aligned
 *
 * A failure endangers nothing: the page stays closed, and I/O through it
 * does not work.
 *
 * Context: any.
 * Return: 0, -EOPNOTSUPP when not a protected guest, -EINVAL when the address
 * is not aligned or the ultravisor refuses, -EBUSY when it stays busy
 */
int uv_set_shared(unsigned long addr)
{
	return share(addr, UVC_CMD_SET_SHARED_ACCESS);
}

/**
 * uv_remove_shared - close a page of this guest to the host again
 * @addr: absolute address, page aligned
 *
 * The caller is going to put private data there. If the page remained open
 * that data would be the host's, so the guest rather ends here.
 *
 * Context: any.
 * Return: 0, -EOPNOTSUPP when not a protected guest
 */
int uv_remove_shared(unsigned long addr)
{
	int rc = share(addr, UVC_CMD_REMOVE_SHARED_ACCESS);

	if (rc && rc != -EOPNOTSUPP)
		panic("prot_virt: a page remains open to the host, private data would leak\n");
	return rc;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Secrets of this protected guest, for users in the kernel: one is found by its ID and
 * retrieved by its index.
 */
#define pr_fmt(fmt) "prot_virt: " fmt

#include <linux/export.h>
#include <linux/limits.h>
#include <linux/printk.h>
#include <linux/string.h>
#include "uv.h"

static int uv_secret_errno(int cc, const struct uv_cb_header *uvcb)
{
	if (cc > UVC_CC_ERROR)
		return -EINTR;
	switch (uvcb->rc) {
	case UVC_RC_EXECUTED:
		return 0;
	case UVC_RC_INV_CMD:
		return -ENODEV;
	}
	pr_warn_ratelimited("%s failed, rc 0x%x rrc 0x%x (%s)\n", uv_cmd_name(uvcb->cmd),
			    uvcb->rc, uvcb->rrc, uv_rc_text(uvcb->cmd, uvcb->rc));
	return -EIO;
}

/* One page of the list; returns 1 when there are more */
static int uv_list_secrets_from(u16 start, struct uv_secret_list *list)
{
	struct uv_cb_list_secrets uvcb = {
		.header.cmd = UVC_CMD_LIST_SECRETS,
		.header.len = sizeof(uvcb),
		.start_idx = start,
		.list_addr = (u64)list,
	};
	int cc = uv_issue(&uvcb.header, UV_KILLABLE);

	if (cc <= UVC_CC_ERROR && uvcb.header.rc == UVC_RC_MORE_DATA)
		return 1;
	return uv_secret_errno(cc, &uvcb.header);
}

/**
 * uv_find_secret - look for a secret by its ID
 * @secret_id: the ID, %UV_SECRET_ID_LEN bytes
 * @list: a page of the caller's to work in
 * @secret: out: index, type and length of the first secret with this ID
 *
 * Context: process context, may sleep.
 * Return:
 * * 0		- found
 * * -ENOENT	- no secret of this guest has the ID
 * * -ENODEV	- not a protected guest, or its ultravisor has no secrets
 * * -EINTR	- the caller was killed while the ultravisor was busy
 * * -EIO	- it refused for another reason, or its list makes no sense
 */
int uv_find_secret(const u8 secret_id[UV_SECRET_ID_LEN], struct uv_secret_list *list,
		   struct uv_secret_list_item_hdr *secret)
{
	u16 start = 0;
	int more;

	do {
		more = uv_list_secrets_from(start, list);
		if (more < 0)
			return more;
		if (list->num_secr_stored > ARRAY_SIZE(list->secrets))
			return -EIO;
		for (unsigned int i = 0; i < list->num_secr_stored; i++) {
			if (memcmp(list->secrets[i].id, secret_id, UV_SECRET_ID_LEN))
				continue;
			*secret = list->secrets[i].hdr;
			return 0;
		}
		if (more && list->next_secret_idx <= start)
			return -EIO;
		start = list->next_secret_idx;
	} while (more);
	return -ENOENT;
}
EXPORT_SYMBOL_GPL(uv_find_secret);

/**
 * uv_retrieve_secret - retrieve a secret by its index
 * @secret_idx: as uv_find_secret() found it
 * @buf: where the secret goes; it is the caller's to be cleared
 * @buf_size: bytes of it, at least the length that uv_find_secret() found
 *
 * Context: process context, may sleep.
 * Return:
 * * 0		- done
 * * -ENOENT	- no secret has this index, or it is of a type that is not retrieved
 * * -ENOBUFS	- the secret is longer than @buf_size
 * * -EINVAL	- @buf_size is no length that the ultravisor takes
 * * -ENODEV	- not a protected guest, or secrets are not retrieved on this machine
 * * -EINTR	- the caller was killed while the ultravisor was busy
 * * -EIO	- it refused for another reason
 */
int uv_retrieve_secret(u16 secret_idx, u8 *buf, size_t buf_size)
{
	struct uv_cb_retr_secr uvcb = {
		.header.cmd = UVC_CMD_RETR_SECRET,
		.header.len = sizeof(uvcb),
		.secret_idx = secret_idx,
		.buf_size = buf_size,
		.buf_addr = (u64)buf,
	};
	int cc;

	if (!buf_size || buf_size > U32_MAX)
		return -EINVAL;
	cc = uv_issue(&uvcb.header, UV_KILLABLE);
	if (cc <= UVC_CC_ERROR) {
		switch (uvcb.header.rc) {
		case UVC_RC_RETR_SECR_STORE_EMPTY:
		case UVC_RC_RETR_SECR_INV_IDX:
		case UVC_RC_RETR_SECR_INV_SECRET:
			return -ENOENT;
		case UVC_RC_RETR_SECR_BUF_SMALL:
			return -ENOBUFS;
		}
	}
	return uv_secret_errno(cc, &uvcb.header);
}
EXPORT_SYMBOL_GPL(uv_retrieve_secret);

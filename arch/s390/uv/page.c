// SPDX-License-Identifier: GPL-2.0
/*
 * What a page can be, and what the host can do to it.
 */
#include <linux/export.h>
#include <trace/events/uv.h>
#include "uv.h"

/*
 * The protocol between host and ultravisor, in one place. A host does not see
 * the state of a page (a guest shares and unshares on its own), so an act
 * names a state for every one that it may meet, and the ultravisor refuses
 * the rest. PG_arch_1 of the folio is the host's memory: set before any act
 * that can end in UV_PAGE_SECURE, cleared after one that did not.
 */
static const struct {
	const char *name;
	u16 cmd;
	u8 slot;
	u8 next[UV_PAGE_STATES];
} acts[UV_PAGE_ACTS] = {
	/* A page that was never exported comes back as zeroes. */
	[UV_PAGE_IMPORT] = {
		.name = "import",
		.cmd = UVC_CMD_CONV_TO_SEC_STOR,
		.slot = UV_SLOT_CONV_TO_SEC_STOR,
		.next = {
			[UV_PAGE_ACCESSIBLE]	= UV_PAGE_SECURE,
			[UV_PAGE_SECURE]	= UV_PAGE_SECURE,
			[UV_PAGE_SHARED]	= UV_PAGE_SECURE,
			[UV_PAGE_PINNED]	= UV_PAGE_REFUSED,
		},
	},
	/* Content is kept, encrypted; a shared page's is plain as it was. */
	[UV_PAGE_EXPORT] = {
		.name = "export",
		.cmd = UVC_CMD_CONV_FROM_SEC_STOR,
		.slot = UV_SLOT_CONV_FROM_SEC_STOR,
		.next = {
			[UV_PAGE_ACCESSIBLE]	= UV_PAGE_ACCESSIBLE,
			[UV_PAGE_SECURE]	= UV_PAGE_ACCESSIBLE,
			[UV_PAGE_SHARED]	= UV_PAGE_ACCESSIBLE,
			[UV_PAGE_PINNED]	= UV_PAGE_ACCESSIBLE,
		},
	},
	/* Content is gone: quicker, for memory that its guest lost anyway. */
	[UV_PAGE_DESTROY] = {
		.name = "destroy",
		.cmd = UVC_CMD_DESTR_SEC_STOR,
		.slot = UV_SLOT_DESTR_SEC_STOR,
		.next = {
			[UV_PAGE_ACCESSIBLE]	= UV_PAGE_ACCESSIBLE,
			[UV_PAGE_SECURE]	= UV_PAGE_ACCESSIBLE,
			[UV_PAGE_SHARED]	= UV_PAGE_ACCESSIBLE,
			[UV_PAGE_PINNED]	= UV_PAGE_ACCESSIBLE,
		},
	},
	[UV_PAGE_PIN] = {
		.name = "pin",
		.cmd = UVC_CMD_PIN_PAGE_SHARED,
		.slot = UV_SLOT_PIN_PAGE_SHARED,
		.next = {
			[UV_PAGE_ACCESSIBLE]	= UV_PAGE_REFUSED,
			[UV_PAGE_SECURE]	= UV_PAGE_REFUSED,
			[UV_PAGE_SHARED]	= UV_PAGE_PINNED,
			[UV_PAGE_PINNED]	= UV_PAGE_PINNED,
		},
	},
	/* In answer to the guest's intercepted unsharing, which it then redoes */
	[UV_PAGE_UNPIN] = {
		.name = "unpin",
		.cmd = UVC_CMD_UNPIN_PAGE_SHARED,
		.slot = UV_SLOT_UNPIN_PAGE_SHARED,
		.next = {
			[UV_PAGE_ACCESSIBLE]	= UV_PAGE_REFUSED,
			[UV_PAGE_SECURE]	= UV_PAGE_REFUSED,
			[UV_PAGE_SHARED]	= UV_PAGE_SHARED,
			[UV_PAGE_PINNED]	= UV_PAGE_SHARED,
		},
	},
};

/**
 * uv_page_next - the state that an act leads to
 * @state: of the page before
 * @act: what is done to it
 *
 * Return: the state afterwards, UV_PAGE_REFUSED where the act is not legal
 */
enum uv_page_state uv_page_next(enum uv_page_state state, enum uv_page_act act)
{
	return acts[act].next[state];
}

/**
 * uv_page_host_may_access - can the host read and write such a page?
 * @state: of the page
 *
 * Return: true unless the access would be an exception
 */
bool uv_page_host_may_access(enum uv_page_state state)
{
	return state != UV_PAGE_SECURE;
}

static __always_inline int do_act(enum uv_page_act act, unsigned long paddr, enum uv_wait wait)
{
	struct uv_cb_cfs uvcb = {
		.header.cmd = acts[act].cmd,
		.header.len = sizeof(uvcb),
		.paddr = paddr,
	};
	int cc = uv_issue_inline(&uvcb.header, wait, acts[act].slot);
	int rc = likely(!cc) ? 0 : uv_errno(cc, &uvcb.header);

	/* Older firmware calls it an error, newer does nothing and says so. */
	if (act == UV_PAGE_DESTROY && rc && uvcb.header.rc == UVC_RC_DESTR_NOT_SECURE &&
	    uvcb.header.rrc == UVC_RRC_DESTR_NOT_SECURE)
		rc = 0;
	trace_uv_page(acts[act].name, paddr, rc);
	return rc;
}

/**
 * uv_export_page - make a page accessible to the host, encrypted
 * @paddr: absolute address, page aligned
 *
 * Context: any; the caller keeps the page from being imported at the same
 * time, by a reference or by the folio lock.
 * Return: 0, also when the page was accessible; -EINVAL when the ultravisor
 * refuses (storage that it owns, for example), -EBUSY when it stays busy
 */
int uv_export_page(unsigned long paddr)
{
	return do_act(UV_PAGE_EXPORT, paddr, UV_ATOMIC);
}

/**
 * uv_destroy_page - make a page accessible to the host, zeroed
 * @paddr: absolute address, page aligned
 * @wait: for how long
 *
 * Context: as uv_export_page(), for UV_MAY_SLEEP process context.
 * Return: as uv_export_page(); -EINVAL also for a page of a configuration
 * that has secure CPUs still, which only an export makes accessible
 */
int uv_destroy_page(unsigned long paddr, enum uv_wait wait)
{
	return do_act(UV_PAGE_DESTROY, paddr, wait);
}

/**
 * uv_pin_shared - keep a shared page shared while the host uses it
 * @paddr: absolute address, page aligned
 *
 * The guest's attempt to unshare the page is intercepted from now on.
 *
 * Context: as uv_export_page().
 * Return: 0, -EINVAL when the page is not shared, -EBUSY when the ultravisor
 * stays busy
 */
int uv_pin_shared(unsigned long paddr)
{
	return do_act(UV_PAGE_PIN, paddr, UV_ATOMIC);
}
EXPORT_SYMBOL_GPL(uv_pin_shared);

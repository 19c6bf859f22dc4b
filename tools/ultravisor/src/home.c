// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host's home space: areas that control blocks point to.
 */
#include "uv.h"

int home_translate(struct call *call, uint64_t vaddr, bool write, uint64_t *absolute)
{
	struct uv *uv = call->uv;

	switch (uv->ops.translate_home(uv->opaque, call->host_cpu, vaddr, write, absolute)) {
	case UV_XLAT_OK:
		return UV_CC_DONE;
	case UV_XLAT_REAL_SPACE:
		return fail(call, RC_HOME_REAL_SPACE, RRC_NONE);
	case UV_XLAT_FAILED:
		return fail(call, RC_HOME_TRANSLATION, RRC_NONE);
	default:
		return fail(call, RC_HOME_ADDRESS, RRC_NONE);
	}
}

/*
 * Copy inside one page. The frame is held meanwhile, so that it stays the
 * host's: nothing may be read from or written to a page that became secure.
 */
static int copy(struct call *call, uint64_t vaddr, uint8_t *buf, size_t len, bool write,
		uint16_t refused)
{
	struct uv *uv = call->uv;
	uint64_t absolute, entry;
	uint8_t *there;
	int cc = home_translate(call, vaddr, write, &absolute);

	if (cc != UV_CC_DONE)
		return cc;
	there = storage(uv, absolute, len);
	if (!there)
		return fail(call, refused, RRC_NONE);
	if (!frame_try_take(uv, absolute, &entry))
		return UV_CC_BUSY;
	if (frame_state(entry) != FRAME_ACCESSIBLE) {
		cc = fail(call, refused, RRC_NONE);
	} else if (write) {
		memcpy(there, buf, len);
		written(uv, absolute, len);
	} else {
		memcpy(buf, there, len);
	}
	frame_put(uv, absolute, entry, entry);
	return cc;
}

static int copy_all(struct call *call, uint64_t vaddr, uint8_t *buf, size_t len, bool write,
		    uint16_t refused)
{
	int cc = UV_CC_DONE;

	while (len && cc == UV_CC_DONE) {
		size_t part = PAGE_SIZE - vaddr % PAGE_SIZE;

		if (part > len)
			part = len;
		cc = copy(call, vaddr, buf, part, write, refused);
		vaddr += part;
		buf += part;
		len -= part;
	}
	return cc;
}

/* @refused: rc when a page is no storage or not the host's. */
int home_read(struct call *call, uint64_t vaddr, void *buf, size_t len, uint16_t refused)
{
	return copy_all(call, vaddr, buf, len, false, refused);
}

int home_write(struct call *call, uint64_t vaddr, void *buf, size_t len, uint16_t refused)
{
	return copy_all(call, vaddr, buf, len, true, refused);
}

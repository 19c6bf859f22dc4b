// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host's home space: areas that control blocks point to.
 */
#include "uv.h"

int home_translate(struct call *call, uint64_t vaddr, bool write, uint64_t *absolute)
{
	struct uv *uv = call->uv;

	switch (uv->ops.translate_home(uv->opaque, call->machine_cpu, vaddr, write, absolute)) {
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

/* Bytes in one page. The frame is held, so that it stays the host's meanwhile. */
struct piece {
	uint64_t absolute;
	uint64_t entry;
	uint8_t *there;
	size_t len;
};

static size_t rest_of_page(uint64_t vaddr, size_t len)
{
	size_t rest = PAGE_SIZE - vaddr % PAGE_SIZE;

	return rest < len ? rest : len;
}

static int piece_take(struct call *call, uint64_t vaddr, size_t len, bool write,
		      uint16_t refused, struct piece *piece)
{
	struct uv *uv = call->uv;
	int cc = home_translate(call, vaddr, write, &piece->absolute);

	if (cc != UV_CC_DONE)
		return cc;
	piece->len = rest_of_page(vaddr, len);
	piece->there = storage(uv, piece->absolute, piece->len);
	if (!piece->there)
		return fail(call, refused, RRC_NONE);
	if (!frame_try_take(uv, piece->absolute, &piece->entry))
		return UV_CC_BUSY;
	if (piece->entry == FRAME_ACCESSIBLE)
		return UV_CC_DONE;
	frame_put(uv, piece->absolute, piece->entry, piece->entry);
	return fail(call, refused, RRC_NONE);
}

/* @refused: rc when a page is no storage or not the host's. */
int home_read(struct call *call, uint64_t vaddr, void *buf, size_t len, uint16_t refused)
{
	uint8_t *to = buf;
	size_t done;

	for (done = 0; done < len;) {
		struct piece piece;
		int cc = piece_take(call, vaddr + done, len - done, false, refused, &piece);

		if (cc != UV_CC_DONE)
			return cc;
		memcpy(to + done, piece.there, piece.len);
		frame_put(call->uv, piece.absolute, piece.entry, piece.entry);
		done += piece.len;
	}
	return UV_CC_DONE;
}

/* All of @len, at most HOME_WRITE_MAX, or nothing. */
int home_write(struct call *call, uint64_t vaddr, const void *buf, size_t len, uint16_t refused)
{
	struct piece pieces[HOME_WRITE_MAX / PAGE_SIZE + 1];
	const uint8_t *from = buf;
	unsigned int nr = 0, i;
	int cc = UV_CC_DONE;
	size_t done = 0;

	while (done < len && cc == UV_CC_DONE) {
		cc = piece_take(call, vaddr + done, len - done, true, refused, &pieces[nr]);
		if (cc == UV_CC_DONE)
			done += pieces[nr++].len;
	}
	for (i = 0; i < nr; i++) {
		if (cc == UV_CC_DONE) {
			memcpy(pieces[i].there, from, pieces[i].len);
			written(call->uv, pieces[i].absolute, pieces[i].len);
			from += pieces[i].len;
		}
		frame_put(call->uv, pieces[i].absolute, pieces[i].entry, pieces[i].entry);
	}
	return cc;
}

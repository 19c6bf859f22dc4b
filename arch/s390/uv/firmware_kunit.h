/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A scripted firmware for tests: what it answers, and what it was asked.
 */
#ifndef _S390_UV_FIRMWARE_KUNIT_H
#define _S390_UV_FIRMWARE_KUNIT_H

#include <kunit/test.h>
#include "uv.h"

struct uv_answer {
	int cc;
	u16 rc;
	u16 rrc;
};

#define UV_ASKED_MAX	64

/**
 * struct uv_firmware - firmware of one test
 * @script:	answers in order; the last one is repeated
 * @answers:	how many there are
 * @calls:	how often the firmware was called
 * @asked:	commands of the first UV_ASKED_MAX calls
 * @paddr:	their first parameter, the page's address in page commands
 * @clock:	the time in nanoseconds
 * @tick:	by how much the clock advances each time it is read
 * @during:	called while the firmware works on a command, may be NULL
 * @context:	for @during
 */
struct uv_firmware {
	const struct uv_answer *script;
	unsigned int answers;
	unsigned int calls;
	u16 asked[UV_ASKED_MAX];
	u64 paddr[UV_ASKED_MAX];
	u64 clock;
	u64 tick;
	void (*during)(struct uv_firmware *fw, struct uv_cb_header *uvcb);
	void *context;
};

struct uv_firmware *uv_firmware_start(struct kunit *test, const struct uv_answer *script,
				      unsigned int answers);

/* An ID of the secret with this index */
void uv_firmware_secret_id(unsigned int index, u8 id[UV_SECRET_ID_LEN]);

/* For @during: fills a list as of a guest that has *@context secrets, an unsigned int */
void uv_firmware_list(struct uv_firmware *fw, struct uv_cb_header *uvcb);

/* The answers are given right there: FIRMWARE(test, { 1, 2 }, { 0, 1 }) */
#define FIRMWARE(test, ...)						\
({									\
	static const struct uv_answer __script[] = { __VA_ARGS__ };	\
	uv_firmware_start(test, __script, ARRAY_SIZE(__script));	\
})

/* range_kunit.c: a page of the process, to be written, looks as if it had been a guest's */
void uv_touch_owned(struct kunit *test, unsigned long uaddr);

#define UV_DONE		{ UVC_CC_OK, UVC_RC_EXECUTED, 0 }
#define UV_BUSY		{ UVC_CC_BUSY, 0, 0 }
#define UV_PARTIAL	{ UVC_CC_PARTIAL, 0, 0 }
#define UV_REFUSED(rc, rrc)	{ UVC_CC_ERROR, rc, rrc }

#endif /* _S390_UV_FIRMWARE_KUNIT_H */

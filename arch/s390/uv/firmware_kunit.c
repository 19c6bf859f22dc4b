// SPDX-License-Identifier: GPL-2.0
#include <linux/minmax.h>
#include <linux/string.h>
#include <kunit/static_stub.h>
#include <kunit/test-bug.h>
#include "firmware_kunit.h"

static struct uv_firmware *firmware(void)
{
	return kunit_get_current_test()->priv;
}

static int scripted_uvc(struct uv_cb_header *uvcb)
{
	struct uv_firmware *fw = firmware();
	const struct uv_answer *answer = &fw->script[min(fw->calls, fw->answers - 1)];

	if (fw->calls < UV_ASKED_MAX) {
		fw->asked[fw->calls] = uvcb->cmd;
		if (uvcb->len >= sizeof(struct uv_cb_cfs))
			fw->paddr[fw->calls] = ((struct uv_cb_cfs *)uvcb)->paddr;
	}
	fw->calls++;
	if (fw->during)
		fw->during(fw, uvcb);
	if (answer->cc <= UVC_CC_ERROR) {
		uvcb->rc = answer->rc;
		uvcb->rrc = answer->rrc;
	}
	return answer->cc;
}

static u64 scripted_clock(void)
{
	struct uv_firmware *fw = firmware();

	fw->clock += fw->tick;
	return fw->clock;
}

/* An earlier test may have left a firmware behind that was busy for ever. */
static void recover(struct uv_firmware *fw)
{
	static const struct uv_answer answers[] = { UV_BUSY, UV_DONE };
	struct uv_cb_header uvcb = { .cmd = UVC_CMD_QUI, .len = sizeof(uvcb) };

	fw->script = answers;
	fw->answers = ARRAY_SIZE(answers);
	uv_issue(&uvcb, UV_ATOMIC);
	*fw = (struct uv_firmware){ .tick = fw->tick };
}

/**
 * uv_firmware_start - from now on this test's calls go to a script
 * @test: the test; its priv becomes the firmware
 * @script: answers, at least one
 * @answers: how many
 *
 * Return: the firmware, which lives as long as the test
 */
struct uv_firmware *uv_firmware_start(struct kunit *test, const struct uv_answer *script,
				      unsigned int answers)
{
	struct uv_firmware *fw = kunit_kzalloc(test, sizeof(*fw), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, fw);
	fw->tick = 1;
	test->priv = fw;
	kunit_activate_static_stub(test, uvc, scripted_uvc);
	kunit_activate_static_stub(test, uv_clock, scripted_clock);
	recover(fw);
	fw->script = script;
	fw->answers = answers;
	return fw;
}

void uv_firmware_secret_id(unsigned int index, u8 id[UV_SECRET_ID_LEN])
{
	memset(id, 0x5e, UV_SECRET_ID_LEN);
	/* The last bytes differ, so all are compared. */
	id[UV_SECRET_ID_LEN - 2] = index >> 8;
	id[UV_SECRET_ID_LEN - 1] = index;
}

void uv_firmware_list(struct uv_firmware *fw, struct uv_cb_header *uvcb)
{
	struct uv_cb_list_secrets *cb = (struct uv_cb_list_secrets *)uvcb;
	struct uv_secret_list *list = (struct uv_secret_list *)cb->list_addr;
	unsigned int total = *(unsigned int *)fw->context;
	unsigned int index = cb->start_idx;

	memset(list, 0, sizeof(*list));
	list->total_num_secrets = total;
	for (; index < total && list->num_secr_stored < ARRAY_SIZE(list->secrets); index++) {
		struct uv_secret_list_item *item = &list->secrets[list->num_secr_stored++];

		item->hdr.index = index;
		item->hdr.type = UV_SECRET_AES_256;
		item->hdr.length = 0x40;
		uv_firmware_secret_id(index, item->id);
	}
	list->next_secret_idx = index < total ? index : 0;
}

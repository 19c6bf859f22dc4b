// SPDX-License-Identifier: GPL-2.0
/*
 * Secrets of a guest, found by ID and retrieved for users in the kernel.
 */
#include <linux/slab.h>
#include "firmware_kunit.h"

#define MORE	{ UVC_CC_ERROR, UVC_RC_MORE_DATA, 0 }

static int find(struct kunit *test, unsigned int index, struct uv_secret_list_item_hdr *secret)
{
	struct uv_secret_list *list = kunit_kzalloc(test, sizeof(*list), GFP_KERNEL);
	u8 id[UV_SECRET_ID_LEN];

	KUNIT_ASSERT_NOT_NULL(test, list);
	uv_firmware_secret_id(index, id);
	return uv_find_secret(id, list, secret);
}

static void a_secret_is_found_by_its_id(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct uv_secret_list_item_hdr secret = {};
	unsigned int total = 85;

	fw->during = uv_firmware_list;
	fw->context = &total;
	KUNIT_EXPECT_EQ(test, find(test, 84, &secret), 0);
	KUNIT_EXPECT_EQ(test, secret.index, 84);
	KUNIT_EXPECT_EQ(test, secret.type, UV_SECRET_AES_256);
	KUNIT_EXPECT_EQ(test, secret.length, 0x40);
	KUNIT_EXPECT_EQ(test, fw->calls, 1);
	KUNIT_EXPECT_EQ(test, fw->asked[0], UVC_CMD_LIST_SECRETS);
}

static void a_secret_is_found_on_a_later_page(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, MORE, MORE, UV_DONE);
	struct uv_secret_list_item_hdr secret = {};
	unsigned int total = 200;

	fw->during = uv_firmware_list;
	fw->context = &total;
	KUNIT_EXPECT_EQ(test, find(test, 199, &secret), 0);
	KUNIT_EXPECT_EQ(test, secret.index, 199);
	KUNIT_EXPECT_EQ(test, fw->calls, 3);
}

static void an_unknown_id_is_not_found(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, MORE, UV_DONE);
	struct uv_secret_list_item_hdr secret = {};
	unsigned int total = 86;

	fw->during = uv_firmware_list;
	fw->context = &total;
	KUNIT_EXPECT_EQ(test, find(test, 86, &secret), -ENOENT);
	KUNIT_EXPECT_EQ(test, fw->calls, 2);
}

/* What stands behind the number of entries is no entry, whatever is in the page. */
static void shrink(struct uv_firmware *fw, struct uv_cb_header *uvcb)
{
	struct uv_cb_list_secrets *cb = (struct uv_cb_list_secrets *)uvcb;

	uv_firmware_list(fw, uvcb);
	((struct uv_secret_list *)cb->list_addr)->num_secr_stored = 1;
}

static void only_as_many_as_are_listed_are_looked_at(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct uv_secret_list_item_hdr secret = {};
	unsigned int total = 2;

	fw->during = shrink;
	fw->context = &total;
	KUNIT_EXPECT_EQ(test, find(test, 0, &secret), 0);
	KUNIT_EXPECT_EQ(test, find(test, 1, &secret), -ENOENT);
}

static void grow(struct uv_firmware *fw, struct uv_cb_header *uvcb)
{
	struct uv_cb_list_secrets *cb = (struct uv_cb_list_secrets *)uvcb;

	uv_firmware_list(fw, uvcb);
	((struct uv_secret_list *)cb->list_addr)->num_secr_stored = 86;
}

static void a_list_longer_than_its_page_is_refused(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct uv_secret_list_item_hdr secret = {};
	unsigned int total = 2;

	fw->during = grow;
	fw->context = &total;
	KUNIT_EXPECT_EQ(test, find(test, 1, &secret), -EIO);
}

static void a_list_without_an_end_is_refused(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, MORE);
	struct uv_secret_list_item_hdr secret = {};
	unsigned int total = 3;

	fw->during = uv_firmware_list;
	fw->context = &total;
	KUNIT_EXPECT_EQ(test, find(test, 3, &secret), -EIO);
	KUNIT_EXPECT_EQ(test, fw->calls, 1);
}

static const struct list_case {
	const char *name;
	struct uv_answer answer;
	int want;
} list_cases[] = {
	{ "no such call", UV_REFUSED(UVC_RC_INV_CMD, 0), -ENODEV },
	{ "refused", UV_REFUSED(0x31, 5), -EIO },
};

KUNIT_ARRAY_PARAM_DESC(list, list_cases, name);

static void a_busy_ultravisor_is_waited_for(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_BUSY, UV_PARTIAL, UV_DONE);
	struct uv_secret_list_item_hdr secret = {};
	unsigned int total = 1;

	fw->during = uv_firmware_list;
	fw->context = &total;
	KUNIT_EXPECT_EQ(test, find(test, 0, &secret), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, 3);
}

static void a_list_that_fails_is_an_error(struct kunit *test)
{
	const struct list_case *c = test->param_value;
	struct uv_secret_list_item_hdr secret = {};

	uv_firmware_start(test, &c->answer, 1);
	KUNIT_EXPECT_EQ(test, find(test, 0, &secret), c->want);
}

static const struct retrieve_case {
	const char *name;
	struct uv_answer answer;
	int want;
} retrieve_cases[] = {
	{ "done", UV_DONE, 0 },
	{ "no such call", UV_REFUSED(UVC_RC_INV_CMD, 0), -ENODEV },
	{ "too short", UV_REFUSED(UVC_RC_RETR_SECR_BUF_SMALL, 0), -ENOBUFS },
	{ "no secrets", UV_REFUSED(UVC_RC_RETR_SECR_STORE_EMPTY, 0), -ENOENT },
	{ "no such index", UV_REFUSED(UVC_RC_RETR_SECR_INV_IDX, 0), -ENOENT },
	{ "not for that", UV_REFUSED(UVC_RC_RETR_SECR_INV_SECRET, 0), -ENOENT },
	{ "refused", UV_REFUSED(0x102, 0), -EIO },
};

KUNIT_ARRAY_PARAM_DESC(retrieve, retrieve_cases, name);

static void check_retrieve(struct uv_firmware *fw, struct uv_cb_header *uvcb)
{
	struct uv_cb_retr_secr *cb = (struct uv_cb_retr_secr *)uvcb;

	if (cb->secret_idx == 0x1234 && cb->buf_size == 64 && cb->buf_addr == (u64)fw->context)
		memset((void *)cb->buf_addr, 0xa5, 64);
}

static void retrieve_says_what_happened(struct kunit *test)
{
	const struct retrieve_case *c = test->param_value;
	struct uv_firmware *fw = uv_firmware_start(test, &c->answer, 1);
	u8 *buf = kunit_kzalloc(test, 64, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	fw->during = check_retrieve;
	fw->context = buf;
	KUNIT_EXPECT_EQ(test, uv_retrieve_secret(0x1234, buf, 64), c->want);
	KUNIT_EXPECT_EQ(test, fw->asked[0], UVC_CMD_RETR_SECRET);
	KUNIT_EXPECT_EQ(test, buf[63], 0xa5);
}

static void a_length_that_is_none_is_refused(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	u8 byte;

	KUNIT_EXPECT_EQ(test, uv_retrieve_secret(0, &byte, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, uv_retrieve_secret(0, &byte, 1UL << 32), -EINVAL);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
}

static struct kunit_case secrets_cases[] = {
	KUNIT_CASE(a_secret_is_found_by_its_id),
	KUNIT_CASE(a_secret_is_found_on_a_later_page),
	KUNIT_CASE(an_unknown_id_is_not_found),
	KUNIT_CASE(only_as_many_as_are_listed_are_looked_at),
	KUNIT_CASE(a_list_longer_than_its_page_is_refused),
	KUNIT_CASE(a_list_without_an_end_is_refused),
	KUNIT_CASE(a_busy_ultravisor_is_waited_for),
	KUNIT_CASE_PARAM(a_list_that_fails_is_an_error, list_gen_params),
	KUNIT_CASE_PARAM(retrieve_says_what_happened, retrieve_gen_params),
	KUNIT_CASE(a_length_that_is_none_is_refused),
	{}
};

static struct kunit_suite secrets_suite = {
	.name = "uv_secrets",
	.test_cases = secrets_cases,
};

kunit_test_suite(secrets_suite);

MODULE_DESCRIPTION("KUnit tests of secrets for users in the kernel");
MODULE_LICENSE("GPL");

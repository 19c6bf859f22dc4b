// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/uv in front of a scripted ultravisor: what it asks of it, and what the caller sees.
 */
#include <linux/mman.h>
#include <linux/uaccess.h>
#include <asm/uvdevice.h>
#include "../../../arch/s390/uv/firmware_kunit.h"
#include "uvdevice.h"

#define MORE	{ UVC_CC_ERROR, UVC_RC_MORE_DATA, 0 }

/* Of a process: pages to read and write, and one behind them that is nobody's */
#define AREA_PAGES	8
#define AREA_LEN	(AREA_PAGES * PAGE_SIZE)

static u64 area(struct kunit *test)
{
	unsigned long addr = kunit_vm_mmap(test, NULL, 0, AREA_LEN + PAGE_SIZE,
					   PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, 0);

	KUNIT_ASSERT_NE(test, addr, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	KUNIT_ASSERT_EQ(test, vm_munmap(addr + AREA_LEN, PAGE_SIZE), 0);
	return addr;
}

static void fill(struct kunit *test, u64 to, const void *from, size_t len)
{
	KUNIT_ASSERT_EQ(test, copy_to_user((void __user *)to, from, len), 0);
}

static void fetch(struct kunit *test, void *to, u64 from, size_t len)
{
	KUNIT_ASSERT_EQ(test, copy_from_user(to, (void __user *)from, len), 0);
}

/* The block is at the start of the last page of the area, away from what it names. */
static long perform(struct kunit *test, u64 user, unsigned int cmd, struct uvio_ioctl_cb *cb)
{
	u64 where = user + AREA_LEN - PAGE_SIZE;
	long rc;

	fill(test, where, cb, sizeof(*cb));
	rc = uvio_ioctl(NULL, cmd, where);
	fetch(test, cb, where, sizeof(*cb));
	return rc;
}

static const struct command_case {
	const char *name;
	unsigned int cmd;
} command_cases[] = {
	{ "another type", _IOWR('a', UVIO_IOCTL_ATT_NR, struct uvio_ioctl_cb) },
	{ "another size", _IOWR(UVIO_TYPE_UVC, UVIO_IOCTL_ATT_NR, int) },
	{ "no size", _IO(UVIO_TYPE_UVC, UVIO_IOCTL_ATT_NR) },
	{ "reads only", _IOR(UVIO_TYPE_UVC, UVIO_IOCTL_ATT_NR, struct uvio_ioctl_cb) },
	{ "writes only", _IOW(UVIO_TYPE_UVC, UVIO_IOCTL_ATT_NR, struct uvio_ioctl_cb) },
	{ "first number that is none", UVIO_IOCTL(UVIO_IOCTL_NUM_IOCTLS) },
	{ "last number", UVIO_IOCTL(0xff) },
};

KUNIT_ARRAY_PARAM_DESC(command, command_cases, name);

static void an_unknown_command_is_refused(struct kunit *test)
{
	const struct command_case *c = test->param_value;
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct uvio_ioctl_cb cb = {};

	KUNIT_EXPECT_EQ(test, perform(test, area(test), c->cmd, &cb), -ENOTTY);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
}

static void a_block_that_cannot_be_read_is_refused(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	u64 user = area(test);

	for (unsigned int nr = 0; nr < UVIO_IOCTL_NUM_IOCTLS; nr++) {
		KUNIT_EXPECT_EQ(test, uvio_ioctl(NULL, UVIO_IOCTL(nr), user + AREA_LEN), -EFAULT);
		KUNIT_EXPECT_EQ(test, uvio_ioctl(NULL, UVIO_IOCTL(nr), user + AREA_LEN - 0x3f),
				-EFAULT);
	}
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
}

static void what_must_be_zero_is_looked_at(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	u64 user = area(test);

	for (unsigned int nr = 0; nr < UVIO_IOCTL_NUM_IOCTLS; nr++) {
		struct uvio_ioctl_cb cb = { .argument_addr = user, .argument_len = PAGE_SIZE };

		cb.flags = 1;
		KUNIT_EXPECT_EQ(test, perform(test, user, UVIO_IOCTL(nr), &cb), -EINVAL);
		cb.flags = 0;
		cb.reserved14[sizeof(cb.reserved14) - 1] = 1;
		KUNIT_EXPECT_EQ(test, perform(test, user, UVIO_IOCTL(nr), &cb), -EINVAL);
		cb.reserved14[sizeof(cb.reserved14) - 1] = 0;
		cb.reserved14[0] = 1;
		KUNIT_EXPECT_EQ(test, perform(test, user, UVIO_IOCTL(nr), &cb), -EINVAL);
	}
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
}

/* Lengths of the argument, and what comes of them with a valid address */
static const struct length_case {
	unsigned int nr;
	u32 len;
	int want;
} length_cases[] = {
	{ UVIO_IOCTL_UVDEV_INFO_NR, 0, -EINVAL },
	{ UVIO_IOCTL_UVDEV_INFO_NR, 15, -EINVAL },
	{ UVIO_IOCTL_UVDEV_INFO_NR, 16, 0 },
	{ UVIO_IOCTL_UVDEV_INFO_NR, U32_MAX, 0 },
	{ UVIO_IOCTL_ATT_NR, 0, -EINVAL },
	{ UVIO_IOCTL_ATT_NR, 0x137, -EINVAL },
	{ UVIO_IOCTL_ATT_NR, 0x139, -EINVAL },
	{ UVIO_IOCTL_ADD_SECRET_NR, 0, -EINVAL },
	{ UVIO_IOCTL_ADD_SECRET_NR, 1, 0 },
	{ UVIO_IOCTL_ADD_SECRET_NR, 0x100001, -EINVAL },
	{ UVIO_IOCTL_ADD_SECRET_NR, U32_MAX, -EINVAL },
	{ UVIO_IOCTL_LIST_SECRETS_NR, 0, -EINVAL },
	{ UVIO_IOCTL_LIST_SECRETS_NR, 0xfff, -EINVAL },
	{ UVIO_IOCTL_LIST_SECRETS_NR, 0x1000, 0 },
	{ UVIO_IOCTL_LIST_SECRETS_NR, 0x1001, -EINVAL },
	{ UVIO_IOCTL_LIST_SECRETS_NR, 0x8000, 0 },
	{ UVIO_IOCTL_LIST_SECRETS_NR, 0xfffff000, 0 },
	{ UVIO_IOCTL_LOCK_SECRETS_NR, 1, -EINVAL },
	{ UVIO_IOCTL_RETR_SECRET_NR, 0, -EINVAL },
	{ UVIO_IOCTL_RETR_SECRET_NR, 1, -EINVAL },
	{ UVIO_IOCTL_RETR_SECRET_NR, 2, 0 },
	{ UVIO_IOCTL_RETR_SECRET_NR, 0x2000, 0 },
	{ UVIO_IOCTL_RETR_SECRET_NR, 0x2001, -EINVAL },
};

static void describe_length(const struct length_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "ioctl %u, 0x%x", c->nr, c->len);
}

KUNIT_ARRAY_PARAM(length, length_cases, describe_length);

static void lengths_are_bounded(struct kunit *test)
{
	const struct length_case *c = test->param_value;
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	u64 user = area(test);
	struct uvio_ioctl_cb cb = { .argument_addr = user, .argument_len = c->len };

	KUNIT_EXPECT_EQ(test, perform(test, user, UVIO_IOCTL(c->nr), &cb), c->want);
	KUNIT_EXPECT_EQ(test, fw->calls, !c->want && c->nr != UVIO_IOCTL_UVDEV_INFO_NR);
	KUNIT_EXPECT_EQ(test, cb.uv_rc, c->want ? 0 : UVC_RC_EXECUTED);
}

static void addresses_that_are_nobodys_are_refused(struct kunit *test)
{
	static const u32 lens[UVIO_IOCTL_NUM_IOCTLS] = {
		[UVIO_IOCTL_UVDEV_INFO_NR] = 16,
		[UVIO_IOCTL_ATT_NR] = sizeof(struct uvio_attest),
		[UVIO_IOCTL_ADD_SECRET_NR] = 0x1000,
		[UVIO_IOCTL_LIST_SECRETS_NR] = 0x1000,
		[UVIO_IOCTL_RETR_SECRET_NR] = 64,
	};
	u64 user = area(test);

	FIRMWARE(test, UV_DONE);
	for (unsigned int nr = 0; nr < ARRAY_SIZE(lens); nr++) {
		struct uvio_ioctl_cb cb = {
			.argument_addr = user + AREA_LEN - lens[nr] / 2,
			.argument_len = lens[nr],
		};

		if (lens[nr])
			KUNIT_EXPECT_EQ(test, perform(test, user, UVIO_IOCTL(nr), &cb), -EFAULT);
	}
}

static void restore_calls(void *saved)
{
	memcpy(uv_info.inst_calls_list, saved, sizeof(uv_info.inst_calls_list));
}

static void information_tells_what_the_ultravisor_has(struct kunit *test)
{
	u64 user = area(test);
	struct uvio_ioctl_cb cb = { .argument_addr = user, .argument_len = 16 };
	u64 info[2], *saved;

	saved = kunit_kmalloc(test, sizeof(uv_info.inst_calls_list), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, saved);
	memcpy(saved, uv_info.inst_calls_list, sizeof(uv_info.inst_calls_list));
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, restore_calls, saved), 0);

	/* attest, list, retrieve; not add, not lock */
	memset(uv_info.inst_calls_list, 0, sizeof(uv_info.inst_calls_list));
	uv_info.inst_calls_list[0] = 1UL << (63 - 28) | 1UL << (63 - 30) | 1UL << (63 - 33);
	KUNIT_EXPECT_EQ(test, perform(test, user, UVIO_IOCTL_UVDEV_INFO, &cb), 0);
	fetch(test, info, user, sizeof(info));
	KUNIT_EXPECT_EQ(test, info[0], 0x3f);
	KUNIT_EXPECT_EQ(test, info[1], 0x2a);
	KUNIT_EXPECT_EQ(test, cb.uv_rc, UVC_RC_EXECUTED);
}

/* Attestation: what is where in the area */
#define ARCB	0x1100
#define MEAS	0x2100
#define ADD	0x3100

static const struct uvio_attest good_attest = {
	.arcb_addr = ARCB,
	.meas_addr = MEAS,
	.add_data_addr = ADD,
	.user_data = { [0] = 0x11, [255] = 0x22 },
	.arcb_len = 0x190,
	.meas_len = 64,
	.add_data_len = 96,
	.user_data_len = 256,
};

static long attest(struct kunit *test, u64 user, struct uvio_attest arg, struct uvio_ioctl_cb *cb)
{
	*cb = (struct uvio_ioctl_cb){ .argument_addr = user, .argument_len = sizeof(arg) };
	arg.arcb_addr += user;
	arg.meas_addr += user;
	arg.add_data_addr += user;
	fill(test, user, &arg, sizeof(arg));
	return perform(test, user, UVIO_IOCTL_ATT, cb);
}

static bool attest_seen;

static void answer_attest(struct uv_firmware *fw, struct uv_cb_header *uvcb)
{
	struct uv_cb_attest *cb = (struct uv_cb_attest *)uvcb;

	attest_seen = uvcb->len == 0x188 && !cb->cont_token && cb->meas_len == 64 &&
		      cb->add_data_len == 96 && cb->user_data_len == 256 &&
		      cb->user_data[0] == 0x11 && cb->user_data[255] == 0x22 &&
		      *(u8 *)cb->arcb_addr == 0x33 && ((u8 *)cb->arcb_addr)[0x18f] == 0x44;
	memset((void *)cb->meas_addr, 0x55, cb->meas_len);
	memset((void *)cb->add_data_addr, 0x66, cb->add_data_len);
	memset(cb->config_uid, 0x77, sizeof(cb->config_uid));
}

static const struct answer_case {
	const char *name;
	struct uv_answer answer;
} answer_cases[] = {
	{ "done", UV_DONE },
	{ "refused", UV_REFUSED(0x10c, 3) },
};

KUNIT_ARRAY_PARAM_DESC(answer, answer_cases, name);

static void an_attestation_is_passed_on(struct kunit *test)
{
	const struct answer_case *c = test->param_value;
	struct uv_firmware *fw = uv_firmware_start(test, &c->answer, 1);
	u64 user = area(test);
	struct uvio_ioctl_cb cb;
	struct uvio_attest arg;
	u8 bytes[97];

	fw->during = answer_attest;
	attest_seen = false;
	KUNIT_ASSERT_EQ(test, put_user(0x33, (u8 __user *)(user + ARCB)), 0);
	KUNIT_ASSERT_EQ(test, put_user(0x44, (u8 __user *)(user + ARCB + 0x18f)), 0);
	KUNIT_EXPECT_EQ(test, attest(test, user, good_attest, &cb), 0);
	KUNIT_EXPECT_EQ(test, fw->asked[0], UVC_CMD_RETR_ATTEST);
	KUNIT_EXPECT_TRUE(test, attest_seen);
	KUNIT_EXPECT_EQ(test, cb.uv_rc, c->answer.rc);
	KUNIT_EXPECT_EQ(test, cb.uv_rrc, c->answer.rrc);

	/* All of it and nothing behind it */
	fetch(test, bytes, user + MEAS, 65);
	KUNIT_EXPECT_EQ(test, bytes[63], 0x55);
	KUNIT_EXPECT_EQ(test, bytes[64], 0);
	fetch(test, bytes, user + ADD, 97);
	KUNIT_EXPECT_EQ(test, bytes[95], 0x66);
	KUNIT_EXPECT_EQ(test, bytes[96], 0);
	fetch(test, &arg, user, sizeof(arg));
	KUNIT_EXPECT_EQ(test, arg.config_uid[0], 0x77);
	KUNIT_EXPECT_EQ(test, arg.config_uid[15], 0x77);
	/* The size that was asked for, which tools put into what they verify */
	KUNIT_EXPECT_EQ(test, arg.add_data_len, 96);
}

static const struct attest_case {
	const char *name;
	enum {
		ARCB_LEN, MEAS_LEN, ADD_LEN, USER_LEN, RESERVED, ARCB_ADDR, MEAS_ADDR, ADD_ADDR
	} field;
	u32 value;
	int want;
} attest_cases[] = {
	{ "no request", ARCB_LEN, 0, -EINVAL },
	{ "all of its memory is the request", ARCB_LEN, AREA_LEN - ARCB, 0 },
	{ "request too long", ARCB_LEN, 0x100001, -EINVAL },
	{ "request beyond its memory", ARCB_LEN, 0x100000, -EFAULT },
	{ "no measurement", MEAS_LEN, 0, -EINVAL },
	{ "measurement too long", MEAS_LEN, 0x8001, -EINVAL },
	{ "measurement beyond its memory", MEAS_LEN, 0x8000, -EFAULT },
	{ "no additional data", ADD_LEN, 0, 0 },
	{ "additional data too long", ADD_LEN, 0x8001, -EINVAL },
	{ "additional data beyond their memory", ADD_LEN, 0x8000, -EFAULT },
	{ "user data too long are the ultravisor's affair", USER_LEN, 257, 0 },
	{ "reserved", RESERVED, 1, -EINVAL },
	{ "address of the request", ARCB_ADDR, AREA_LEN, -EFAULT },
	{ "address of the measurement", MEAS_ADDR, AREA_LEN, -EFAULT },
	{ "address of additional data", ADD_ADDR, AREA_LEN, -EFAULT },
};

KUNIT_ARRAY_PARAM_DESC(attest, attest_cases, name);

static void fields_of_an_attestation_are_checked(struct kunit *test)
{
	const struct attest_case *c = test->param_value;
	struct uvio_attest arg = good_attest;
	struct uvio_ioctl_cb cb;

	FIRMWARE(test, UV_DONE);
	switch (c->field) {
	case ARCB_LEN:
		arg.arcb_len = c->value;
		break;
	case MEAS_LEN:
		arg.meas_len = c->value;
		break;
	case ADD_LEN:
		arg.add_data_len = c->value;
		break;
	case USER_LEN:
		arg.user_data_len = c->value;
		break;
	case RESERVED:
		arg.reserved136 = c->value;
		break;
	case ARCB_ADDR:
		arg.arcb_addr = c->value;
		break;
	case MEAS_ADDR:
		arg.meas_addr = c->value;
		break;
	case ADD_ADDR:
		arg.add_data_addr = c->value;
		break;
	}
	KUNIT_EXPECT_EQ(test, attest(test, area(test), arg, &cb), c->want);
}

static bool request_seen;

static void look_at_request(struct uv_firmware *fw, struct uv_cb_header *uvcb)
{
	const u8 *request = (u8 *)((struct uv_cb_guest_addr *)uvcb)->addr;

	request_seen = uvcb->len == 0x48 && request[0] == 0x12 && request[0x123] == 0x34;
}

static void a_request_to_add_a_secret_is_passed_on(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_REFUSED(0x102, 7));
	u64 user = area(test);
	struct uvio_ioctl_cb cb = { .argument_addr = user, .argument_len = 0x124 };

	fw->during = look_at_request;
	request_seen = false;
	KUNIT_ASSERT_EQ(test, put_user(0x12, (u8 __user *)user), 0);
	KUNIT_ASSERT_EQ(test, put_user(0x34, (u8 __user *)(user + 0x123)), 0);
	KUNIT_EXPECT_EQ(test, perform(test, user, UVIO_IOCTL_ADD_SECRET, &cb), 0);
	KUNIT_EXPECT_EQ(test, fw->asked[0], UVC_CMD_ADD_SECRET);
	KUNIT_EXPECT_TRUE(test, request_seen);
	KUNIT_EXPECT_EQ(test, cb.uv_rc, 0x102);
	KUNIT_EXPECT_EQ(test, cb.uv_rrc, 7);
}

/* Checks that the area has one list of @count secrets, and returns what it says of the rest */
static const struct uv_secret_list *listed(struct kunit *test, u64 user, unsigned int count)
{
	struct uv_secret_list *list = kunit_kzalloc(test, sizeof(*list), GFP_KERNEL);
	u8 id[UV_SECRET_ID_LEN];

	KUNIT_ASSERT_NOT_NULL(test, list);
	for (unsigned int i = 0; i < count; i++) {
		fetch(test, list->secrets, user + 16 + 48 * i, 48);
		uv_firmware_secret_id(i, id);
		if (list->secrets[0].hdr.index != i || memcmp(list->secrets[0].id, id, sizeof(id)))
			KUNIT_FAIL_AND_ABORT(test, "secret %u is not where it should be", i);
	}
	fetch(test, list, user, 16);
	KUNIT_EXPECT_EQ(test, list->num_secr_stored, count);
	return list;
}

static const struct pages_case {
	const char *name;
	unsigned int total;	/* secrets */
	unsigned int pages;	/* of the caller's area */
	unsigned int listed;
	unsigned int next;
	u16 rc;
} pages_cases[] = {
	{ "no secret", 0, 1, 0, 0, UVC_RC_EXECUTED },
	{ "one", 1, 1, 1, 0, UVC_RC_EXECUTED },
	{ "a page full", 85, 1, 85, 0, UVC_RC_EXECUTED },
	{ "more than a page", 86, 1, 85, 85, UVC_RC_MORE_DATA },
	{ "two pages", 86, 2, 86, 0, UVC_RC_EXECUTED },
	{ "more room than needed", 86, 7, 86, 0, UVC_RC_EXECUTED },
	{ "seven pages", 7 * 85, 7, 7 * 85, 0, UVC_RC_EXECUTED },
	{ "more than seven pages", 7 * 85 + 1, 7, 7 * 85, 7 * 85, UVC_RC_MORE_DATA },
};

KUNIT_ARRAY_PARAM_DESC(pages, pages_cases, name);

static void secrets_are_listed_behind_each_other(struct kunit *test)
{
	const struct pages_case *c = test->param_value;
	unsigned int calls = max(DIV_ROUND_UP(c->total, 85), 1), total = c->total;
	struct uv_answer script[8];
	struct uv_firmware *fw;
	u64 user = area(test);
	struct uvio_ioctl_cb cb = { .argument_addr = user, .argument_len = c->pages * PAGE_SIZE };
	const struct uv_secret_list *list;

	for (unsigned int i = 0; i < calls; i++)
		script[i] = i + 1 < calls ? (struct uv_answer)MORE : (struct uv_answer)UV_DONE;
	fw = uv_firmware_start(test, script, calls);
	fw->during = uv_firmware_list;
	fw->context = &total;
	KUNIT_EXPECT_EQ(test, perform(test, user, UVIO_IOCTL_LIST_SECRETS, &cb), 0);
	KUNIT_EXPECT_EQ(test, cb.uv_rc, c->rc);
	KUNIT_EXPECT_EQ(test, fw->calls, min(calls, c->pages));
	list = listed(test, user, c->listed);
	KUNIT_EXPECT_EQ(test, list->total_num_secrets, c->total);
	KUNIT_EXPECT_EQ(test, list->next_secret_idx, c->next);
}

static void a_refusal_keeps_what_was_listed_before(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, MORE, UV_REFUSED(0x31, 4));
	unsigned int total = 100;
	u64 user = area(test);
	struct uvio_ioctl_cb cb = { .argument_addr = user, .argument_len = 2 * PAGE_SIZE };

	fw->during = uv_firmware_list;
	fw->context = &total;
	KUNIT_EXPECT_EQ(test, perform(test, user, UVIO_IOCTL_LIST_SECRETS, &cb), 0);
	KUNIT_EXPECT_EQ(test, cb.uv_rc, 0x31);
	KUNIT_EXPECT_EQ(test, cb.uv_rrc, 4);
	listed(test, user, 85);
}

static void a_list_without_an_end_is_an_error(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, MORE);
	unsigned int total = 2;
	u64 user = area(test);
	struct uvio_ioctl_cb cb = { .argument_addr = user, .argument_len = 7 * PAGE_SIZE };

	fw->during = uv_firmware_list;
	fw->context = &total;
	KUNIT_EXPECT_EQ(test, perform(test, user, UVIO_IOCTL_LIST_SECRETS, &cb), -EIO);
	KUNIT_EXPECT_EQ(test, fw->calls, 1);
}

static void list_too_many(struct uv_firmware *fw, struct uv_cb_header *uvcb)
{
	struct uv_cb_list_secrets *cb = (struct uv_cb_list_secrets *)uvcb;

	((struct uv_secret_list *)cb->list_addr)->num_secr_stored = 86;
}

static void a_list_longer_than_its_page_is_an_error(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	u64 user = area(test);
	struct uvio_ioctl_cb cb = { .argument_addr = user, .argument_len = PAGE_SIZE };

	fw->during = list_too_many;
	KUNIT_EXPECT_EQ(test, perform(test, user, UVIO_IOCTL_LIST_SECRETS, &cb), -EIO);
}

static void a_lock_takes_no_argument(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_REFUSED(0x102, 0));
	u64 user = area(test);
	struct uvio_ioctl_cb cb = { .argument_addr = user };

	KUNIT_EXPECT_EQ(test, perform(test, user, UVIO_IOCTL_LOCK_SECRETS, &cb), -EINVAL);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
	cb = (struct uvio_ioctl_cb){};
	KUNIT_EXPECT_EQ(test, perform(test, user, UVIO_IOCTL_LOCK_SECRETS, &cb), 0);
	KUNIT_EXPECT_EQ(test, fw->asked[0], UVC_CMD_LOCK_SECRETS);
	KUNIT_EXPECT_EQ(test, cb.uv_rc, 0x102);
}

static void give_secret(struct uv_firmware *fw, struct uv_cb_header *uvcb)
{
	struct uv_cb_retr_secr *cb = (struct uv_cb_retr_secr *)uvcb;

	if (uvcb->len == 0x48 && cb->secret_idx == 0x1234 && cb->buf_size == 80)
		memset((void *)cb->buf_addr, 0x99, cb->buf_size);
}

static void a_secret_is_retrieved(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	u64 user = area(test);
	struct uvio_ioctl_cb cb = { .argument_addr = user, .argument_len = 80 };
	u8 bytes[81];

	fw->during = give_secret;
	KUNIT_ASSERT_EQ(test, put_user(0x1234, (u16 __user *)user), 0);
	KUNIT_EXPECT_EQ(test, perform(test, user, UVIO_IOCTL_RETR_SECRET, &cb), 0);
	KUNIT_EXPECT_EQ(test, fw->asked[0], UVC_CMD_RETR_SECRET);
	fetch(test, bytes, user, sizeof(bytes));
	KUNIT_EXPECT_EQ(test, bytes[0], 0x99);
	KUNIT_EXPECT_EQ(test, bytes[79], 0x99);
	KUNIT_EXPECT_EQ(test, bytes[80], 0);
}

static void a_secret_that_is_refused_leaves_the_area(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_REFUSED(UVC_RC_RETR_SECR_BUF_SMALL, 0));
	u64 user = area(test);
	struct uvio_ioctl_cb cb = { .argument_addr = user, .argument_len = 80 };
	u16 index;

	fw->during = give_secret;
	KUNIT_ASSERT_EQ(test, put_user(0x1234, (u16 __user *)user), 0);
	KUNIT_EXPECT_EQ(test, perform(test, user, UVIO_IOCTL_RETR_SECRET, &cb), 0);
	KUNIT_EXPECT_EQ(test, cb.uv_rc, UVC_RC_RETR_SECR_BUF_SMALL);
	fetch(test, &index, user, sizeof(index));
	KUNIT_EXPECT_EQ(test, index, 0x1234);
}

static struct kunit_case uvdevice_cases[] = {
	KUNIT_CASE_PARAM(an_unknown_command_is_refused, command_gen_params),
	KUNIT_CASE(a_block_that_cannot_be_read_is_refused),
	KUNIT_CASE(what_must_be_zero_is_looked_at),
	KUNIT_CASE_PARAM(lengths_are_bounded, length_gen_params),
	KUNIT_CASE(addresses_that_are_nobodys_are_refused),
	KUNIT_CASE(information_tells_what_the_ultravisor_has),
	KUNIT_CASE_PARAM(an_attestation_is_passed_on, answer_gen_params),
	KUNIT_CASE_PARAM(fields_of_an_attestation_are_checked, attest_gen_params),
	KUNIT_CASE(a_request_to_add_a_secret_is_passed_on),
	KUNIT_CASE_PARAM(secrets_are_listed_behind_each_other, pages_gen_params),
	KUNIT_CASE(a_refusal_keeps_what_was_listed_before),
	KUNIT_CASE(a_list_without_an_end_is_an_error),
	KUNIT_CASE(a_list_longer_than_its_page_is_an_error),
	KUNIT_CASE(a_lock_takes_no_argument),
	KUNIT_CASE(a_secret_is_retrieved),
	KUNIT_CASE(a_secret_that_is_refused_leaves_the_area),
	{}
};

static struct kunit_suite uvdevice_suite = {
	.name = "uvdevice",
	.test_cases = uvdevice_cases,
};

kunit_test_suite(uvdevice_suite);

MODULE_DESCRIPTION("KUnit tests of /dev/uv");
MODULE_LICENSE("GPL");

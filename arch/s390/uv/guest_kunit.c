// SPDX-License-Identifier: GPL-2.0
/*
 * Sharing and unsharing of pages by a protected guest.
 */
#include <linux/time64.h>
#include <kunit/static_stub.h>
#include "firmware_kunit.h"

static void set_guest(void *value)
{
	prot_virt_guest = (long)value;
}

static void be_guest(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, set_guest,
							(void *)(long)prot_virt_guest), 0);
	prot_virt_guest = 1;
}

static void only_a_guest_shares(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);

	if (is_prot_virt_guest())
		kunit_skip(test, "this is a protected guest");
	KUNIT_EXPECT_EQ(test, uv_set_shared(0x1000), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, uv_remove_shared(0x1000), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
}

static u64 shared_paddr;

static void note_paddr(struct uv_firmware *fw, struct uv_cb_header *uvcb)
{
	shared_paddr = ((struct uv_cb_share *)uvcb)->paddr;
}

static void share_and_unshare_name_the_page(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);

	be_guest(test);
	fw->during = note_paddr;
	KUNIT_EXPECT_EQ(test, uv_set_shared(0x5000), 0);
	KUNIT_EXPECT_EQ(test, fw->asked[0], UVC_CMD_SET_SHARED_ACCESS);
	KUNIT_EXPECT_EQ(test, shared_paddr, 0x5000);
	KUNIT_EXPECT_EQ(test, uv_remove_shared(0x7000), 0);
	KUNIT_EXPECT_EQ(test, fw->asked[1], UVC_CMD_REMOVE_SHARED_ACCESS);
	KUNIT_EXPECT_EQ(test, shared_paddr, 0x7000);
}

static unsigned int ended;

static void note_end(void)
{
	ended++;
}

static void a_refusal_ends_the_guest(struct kunit *test)
{
	FIRMWARE(test, UV_REFUSED(0x101, 0));
	be_guest(test);
	ended = 0;
	kunit_activate_static_stub(test, uv_sharing_failed, note_end);
	KUNIT_EXPECT_EQ(test, uv_set_shared(0x5000), -EINVAL);
	KUNIT_EXPECT_EQ(test, ended, 1);
	KUNIT_EXPECT_EQ(test, uv_remove_shared(0x5000), -EINVAL);
	KUNIT_EXPECT_EQ(test, ended, 2);
}

static void a_busy_ultravisor_is_waited_for(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_BUSY, UV_BUSY, UV_DONE);

	be_guest(test);
	KUNIT_EXPECT_EQ(test, uv_set_shared(0x5000), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, 3);
}

static void answer_at_last(struct uv_firmware *fw, struct uv_cb_header *uvcb)
{
	static const struct uv_answer done = UV_DONE;

	if (fw->calls == 1100)
		fw->script = &done;
}

/* Who shares has no other way to go on. */
static void a_busy_ultravisor_does_not_end_the_guest(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_BUSY);

	be_guest(test);
	ended = 0;
	kunit_activate_static_stub(test, uv_sharing_failed, note_end);
	fw->tick = NSEC_PER_SEC;
	fw->during = answer_at_last;
	KUNIT_EXPECT_EQ(test, uv_set_shared(0x5000), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, 1101);
	KUNIT_EXPECT_EQ(test, ended, 0);
}

static struct kunit_case guest_cases[] = {
	KUNIT_CASE(only_a_guest_shares),
	KUNIT_CASE(share_and_unshare_name_the_page),
	KUNIT_CASE(a_refusal_ends_the_guest),
	KUNIT_CASE(a_busy_ultravisor_is_waited_for),
	KUNIT_CASE(a_busy_ultravisor_does_not_end_the_guest),
	{}
};

static struct kunit_suite guest_suite = {
	.name = "uv_guest",
	.test_cases = guest_cases,
};

kunit_test_suite(guest_suite);

MODULE_DESCRIPTION("KUnit tests of the guest side of protected virtualization");
MODULE_LICENSE("GPL");

// SPDX-License-Identifier: GPL-2.0
/*
 * The donation at boot, and what becomes of it when something fails.
 */
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <kunit/static_stub.h>
#include <kunit/test-bug.h>
#include "firmware_kunit.h"

#define LEN	SZ_1M

static void *storage;

static struct donation {
	phys_addr_t available;	/* 0: no memory */
	unsigned long wanted;
	phys_addr_t freed;
	u64 origin, len;	/* as the ultravisor saw them */
	bool cleared;
} donation;

static phys_addr_t scripted_alloc(unsigned long len)
{
	donation.wanted = len;
	return donation.available;
}

static void scripted_free(phys_addr_t base, unsigned long len)
{
	donation.freed = base;
}

static void note_donation(struct uv_firmware *fw, struct uv_cb_header *uvcb)
{
	struct uv_cb_init *init = (struct uv_cb_init *)uvcb;

	donation.origin = init->stor_origin;
	donation.len = init->stor_len;
	donation.cleared = !memchr_inv(storage, 0, LEN);
}

static unsigned long saved_len, saved_donated;

static int __init setup_init(struct kunit *test)
{
	saved_len = uv_info.uv_base_stor_len;
	saved_donated = uv_donated;
	uv_info.uv_base_stor_len = LEN;
	storage = alloc_pages_exact(LEN, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, storage);
	memset(storage, 0xff, LEN);
	donation = (struct donation){ .available = virt_to_phys(storage) };
	kunit_activate_static_stub(test, uv_base_storage_alloc, scripted_alloc);
	kunit_activate_static_stub(test, uv_base_storage_free, scripted_free);
	return 0;
}

static void setup_exit(struct kunit *test)
{
	uv_info.uv_base_stor_len = saved_len;
	uv_donated = saved_donated;
	free_pages_exact(storage, LEN);
}

static void __init storage_is_donated_as_the_query_asks(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);

	fw->during = note_donation;
	KUNIT_EXPECT_EQ(test, uv_donate(), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, 1);
	KUNIT_EXPECT_EQ(test, fw->asked[0], UVC_CMD_INIT_UV);
	KUNIT_EXPECT_EQ(test, donation.wanted, LEN);
	KUNIT_EXPECT_EQ(test, donation.origin, virt_to_phys(storage));
	KUNIT_EXPECT_EQ(test, donation.len, LEN);
	KUNIT_EXPECT_EQ(test, uv_donated, LEN);
	KUNIT_EXPECT_EQ(test, donation.freed, 0);
	KUNIT_EXPECT_TRUE(test, donation.cleared);
}

static void __init without_memory_the_ultravisor_is_left_alone(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);

	donation.available = 0;
	KUNIT_EXPECT_EQ(test, uv_donate(), -ENOMEM);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
}

static void __init refused_storage_is_not_lost(struct kunit *test)
{
	FIRMWARE(test, UV_REFUSED(0x108, 0));
	KUNIT_EXPECT_EQ(test, uv_donate(), -EIO);
	KUNIT_EXPECT_EQ(test, donation.freed, virt_to_phys(storage));
	KUNIT_EXPECT_EQ(test, uv_donated, saved_donated);
}

static void __init half_taken_storage_is_not_used_again(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_PARTIAL);

	fw->tick = NSEC_PER_SEC;
	KUNIT_EXPECT_EQ(test, uv_donate(), -EIO);
	KUNIT_EXPECT_EQ(test, donation.freed, 0);
}

/* not __initdata, debugfs shows the results later */
static struct kunit_case setup_cases[] __refdata = {
	KUNIT_CASE(storage_is_donated_as_the_query_asks),
	KUNIT_CASE(without_memory_the_ultravisor_is_left_alone),
	KUNIT_CASE(refused_storage_is_not_lost),
	KUNIT_CASE(half_taken_storage_is_not_used_again),
	{}
};

static struct kunit_suite setup_suite __refdata = {
	.name = "uv_setup",
	.init = setup_init,
	.exit = setup_exit,
	.test_cases = setup_cases,
};

kunit_test_init_section_suite(setup_suite);

MODULE_DESCRIPTION("KUnit tests of the donation to the ultravisor");
MODULE_LICENSE("GPL");

// SPDX-License-Identifier: GPL-2.0
/*
 * Destruction of whole ranges of memory.
 */
#include <linux/align.h>
#include <linux/err.h>
#include <linux/mman.h>
#include <linux/pgtable.h>
#include <linux/sizes.h>
#include <linux/time64.h>
#include <linux/uaccess.h>
#include <asm/uv_import.h>
#include "firmware_kunit.h"

#define RANGE_LEN	(2 * PMD_SIZE)

/* Memory of a process, two page tables of it */
static unsigned long map_range(struct kunit *test)
{
	unsigned long uaddr = kunit_vm_mmap(test, NULL, 0, RANGE_LEN + PMD_SIZE,
					    PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, 0);

	KUNIT_ASSERT_NE(test, uaddr, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(uaddr));
	return ALIGN(uaddr, PMD_SIZE);
}

void uv_touch_owned(struct kunit *test, unsigned long uaddr)
{
	struct page *page;

	KUNIT_ASSERT_EQ(test, get_user_pages_fast(uaddr, 1, FOLL_WRITE, &page), 1);
	set_bit(UV_PG_OWNED, folio_flags(page_folio(page), 0));
	put_page(page);
}

/* Fifty pages in two page tables, with holes; what lies between has never been secure */
static unsigned int populate(struct kunit *test, unsigned long uaddr)
{
	unsigned int pages = 0;

	for (unsigned long offset = 0; offset < RANGE_LEN; offset += RANGE_LEN / 50) {
		uv_touch_owned(test, uaddr + offset);
		KUNIT_EXPECT_EQ(test, put_user(1, (char __user *)uaddr + offset + 2 * PAGE_SIZE),
				0);
		pages++;
	}
	return pages;
}

static void range_destroy_reaches_every_page_once(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	unsigned long uaddr = map_range(test);
	unsigned int pages = populate(test, uaddr);

	s390_uv_destroy_range(current->mm, uaddr, uaddr + RANGE_LEN);
	KUNIT_EXPECT_EQ(test, fw->calls, pages);
	KUNIT_ASSERT_LE(test, pages, UV_ASKED_MAX);
	for (unsigned int i = 0; i < pages; i++) {
		KUNIT_EXPECT_EQ(test, fw->asked[i], UVC_CMD_DESTR_SEC_STOR);
		for (unsigned int j = 0; j < i; j++)
			KUNIT_EXPECT_NE(test, fw->paddr[i], fw->paddr[j]);
	}
}

static void range_destroy_waits_for_a_busy_ultravisor(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE, UV_BUSY, UV_BUSY, UV_DONE);
	unsigned long uaddr = map_range(test);
	unsigned int pages = populate(test, uaddr);

	KUNIT_EXPECT_EQ(test, s390_uv_destroy_range_interruptible(current->mm, uaddr,
								  uaddr + RANGE_LEN), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, pages + 2);
	KUNIT_EXPECT_EQ(test, fw->paddr[1], fw->paddr[2]);
	KUNIT_EXPECT_EQ(test, fw->paddr[2], fw->paddr[3]);
	KUNIT_EXPECT_NE(test, fw->paddr[3], fw->paddr[4]);
}

static void range_destroy_exports_what_is_refused(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_REFUSED(0x101, 0), UV_DONE);
	unsigned long uaddr = map_range(test);
	unsigned int pages = populate(test, uaddr);

	s390_uv_destroy_range(current->mm, uaddr, uaddr + RANGE_LEN);
	KUNIT_EXPECT_EQ(test, fw->calls, pages + 1);
	KUNIT_EXPECT_EQ(test, fw->asked[1], UVC_CMD_CONV_FROM_SEC_STOR);
	KUNIT_EXPECT_EQ(test, fw->paddr[1], fw->paddr[0]);
	KUNIT_EXPECT_EQ(test, fw->asked[2], UVC_CMD_DESTR_SEC_STOR);
}

static void range_destroy_leaves_pages_of_another_life(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_REFUSED(0x101, 0), UV_DONE);
	unsigned long uaddr = map_range(test);
	unsigned int pages = populate(test, uaddr);

	atomic_set(&current->mm->context.protected_count, 2);
	s390_uv_destroy_range(current->mm, uaddr, uaddr + RANGE_LEN);
	KUNIT_EXPECT_EQ(test, fw->calls, pages);
	atomic_set(&current->mm->context.protected_count, 0);
}

static void end_of_a_process_does_not_wait(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_BUSY);
	unsigned long uaddr = map_range(test);
	unsigned int pages = populate(test, uaddr);

	s390_uv_destroy_range_of_dying(current->mm, uaddr, uaddr + RANGE_LEN, U64_MAX);
	KUNIT_EXPECT_EQ(test, fw->calls, pages);
	/* The unmapping finds them as they were. */
	fw = FIRMWARE(test, UV_DONE);
	s390_uv_destroy_range(current->mm, uaddr, uaddr + RANGE_LEN);
	KUNIT_EXPECT_EQ(test, fw->calls, pages);
}

/* Two pieces of three, as the time is looked at after each. */
static void end_of_a_process_takes_a_limited_time(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	unsigned long uaddr = kunit_vm_mmap(test, NULL, 0, 4 * SZ_4M, PROT_READ | PROT_WRITE,
					    MAP_ANONYMOUS | MAP_PRIVATE, 0);

	KUNIT_ASSERT_FALSE(test, !uaddr || IS_ERR_VALUE(uaddr));
	uaddr = ALIGN(uaddr, SZ_4M);
	for (unsigned int i = 0; i < 3; i++)
		uv_touch_owned(test, uaddr + i * SZ_4M);
	fw->tick = NSEC_PER_SEC;
	s390_uv_destroy_range_of_dying(current->mm, uaddr, uaddr + 3 * SZ_4M,
				       fw->clock + 2 * NSEC_PER_SEC);
	KUNIT_EXPECT_EQ(test, fw->calls, 2);
	s390_uv_destroy_range(current->mm, uaddr, uaddr + 3 * SZ_4M);
	KUNIT_EXPECT_EQ(test, fw->calls, 3);
}

static void range_destroy_asks_for_help_with_much_only(struct kunit *test)
{
	const unsigned long mib = SZ_1M / PAGE_SIZE;

	KUNIT_EXPECT_EQ(test, uv_range_helpers(1, 1024 * 1024 * mib), 0);
	KUNIT_EXPECT_EQ(test, uv_range_helpers(64, 0), 0);
	KUNIT_EXPECT_EQ(test, uv_range_helpers(64, 127 * mib), 0);
	KUNIT_EXPECT_EQ(test, uv_range_helpers(64, 128 * mib), 1);
	KUNIT_EXPECT_EQ(test, uv_range_helpers(4, 4096 * mib), 3);
	KUNIT_EXPECT_EQ(test, uv_range_helpers(512, 1024 * 1024 * mib), 15);
}

/* Pieces begin at mappings, and the range need not begin or end at one. */
static void range_destroy_stays_in_its_range(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	unsigned long uaddr = map_range(test);
	unsigned int pages = populate(test, uaddr);

	s390_uv_destroy_range(current->mm, uaddr + PAGE_SIZE, uaddr + PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
	s390_uv_destroy_range(current->mm, uaddr + PAGE_SIZE, uaddr + RANGE_LEN);
	KUNIT_EXPECT_EQ(test, fw->calls, pages - 1);
	s390_uv_destroy_range(current->mm, uaddr, uaddr + PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, fw->calls, pages);
}

static struct kunit_case range_test_cases[] = {
	KUNIT_CASE(range_destroy_reaches_every_page_once),
	KUNIT_CASE(range_destroy_waits_for_a_busy_ultravisor),
	KUNIT_CASE(range_destroy_exports_what_is_refused),
	KUNIT_CASE(range_destroy_leaves_pages_of_another_life),
	KUNIT_CASE(end_of_a_process_does_not_wait),
	KUNIT_CASE(end_of_a_process_takes_a_limited_time),
	KUNIT_CASE(range_destroy_asks_for_help_with_much_only),
	KUNIT_CASE(range_destroy_stays_in_its_range),
	{}
};

static struct kunit_suite range_suite = {
	.name = "uv_range",
	.test_cases = range_test_cases,
};

kunit_test_suite(range_suite);

MODULE_DESCRIPTION("KUnit tests of the destruction of ranges");
MODULE_LICENSE("GPL");

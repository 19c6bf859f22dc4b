// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that change hands are counted for the VM of their process, if it has one only.
 */
#include <linux/atomic.h>
#include <linux/percpu.h>
#include <kunit/test.h>
#include "uv.h"

/* KUnit's thread has no address space of its own; addresses are only compared. */
#define PROCESS		((struct mm_struct *)0x1000)
#define OTHER_PROCESS	((struct mm_struct *)0x2000)

static u64 pages_of_no_vm(void)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += per_cpu_ptr(&uv_stats, cpu)->event[UV_EVENT_PAGES_OF_NO_VM];
	return sum;
}

static void pages_of_a_process_are_its_guests(struct kunit *test)
{
	atomic64_t pages[UV_PAGE_COUNTS] = {};
	u64 before = pages_of_no_vm();
	struct uv_guest *guest = uv_guest_add(PROCESS, pages);

	KUNIT_ASSERT_NOT_NULL(test, guest);
	uv_count_pages(PROCESS, 0, UV_PAGES_EXPORTED, 3);
	uv_count_pages(OTHER_PROCESS, 0, UV_PAGES_EXPORTED, 5);
	uv_count_pages(NULL, 0, UV_PAGES_DESTROYED, 7);
	KUNIT_EXPECT_EQ(test, atomic64_read(&pages[UV_PAGES_EXPORTED]), 3);
	KUNIT_EXPECT_EQ(test, atomic64_read(&pages[UV_PAGES_DESTROYED]), 0);
	KUNIT_EXPECT_EQ(test, pages_of_no_vm() - before, 5 + 7);
	uv_guest_remove(guest);
}

static void two_guests_of_a_process_are_not_told_apart(struct kunit *test)
{
	atomic64_t one_pages[UV_PAGE_COUNTS] = {}, other_pages[UV_PAGE_COUNTS] = {};
	u64 before = pages_of_no_vm();
	struct uv_guest *one = uv_guest_add(PROCESS, one_pages);
	struct uv_guest *other = uv_guest_add(PROCESS, other_pages);

	KUNIT_ASSERT_NOT_NULL(test, one);
	KUNIT_ASSERT_NOT_NULL(test, other);
	uv_count_pages(PROCESS, 0, UV_PAGES_PINNED, 1);
	KUNIT_EXPECT_EQ(test, pages_of_no_vm() - before, 1);
	uv_guest_remove(one);
	uv_count_pages(PROCESS, 0, UV_PAGES_PINNED, 1);
	KUNIT_EXPECT_EQ(test, atomic64_read(&one_pages[UV_PAGES_PINNED]), 0);
	KUNIT_EXPECT_EQ(test, atomic64_read(&other_pages[UV_PAGES_PINNED]), 1);
	uv_guest_remove(other);
}

static struct kunit_case count_test_cases[] = {
	KUNIT_CASE(pages_of_a_process_are_its_guests),
	KUNIT_CASE(two_guests_of_a_process_are_not_told_apart),
	{}
};

static struct kunit_suite count_suite = {
	.name = "uv_count",
	.test_cases = count_test_cases,
};

kunit_test_suite(count_suite);

MODULE_DESCRIPTION("KUnit tests of the counting of pages");
MODULE_LICENSE("GPL");

// SPDX-License-Identifier: GPL-2.0
/*
 * Memory to donate, from a real page allocator: of any size, also of more than it
 * has in one piece.
 */
#include <linux/align.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <kunit/test.h>
#include <asm/uv.h>

#define BUDDY_MAX	(PAGE_SIZE << MAX_PAGE_ORDER)

static const struct size_case {
	const char *name;
	size_t len;
} size_cases[] = {
	{ "a byte", 1 },
	{ "a page", PAGE_SIZE },
	{ "three pages", 3 * PAGE_SIZE },
	{ "1 MiB", SZ_1M },
	{ "the largest buddy", BUDDY_MAX },
	{ "a page more than that", BUDDY_MAX + PAGE_SIZE },
	{ "three times as much", 3 * BUDDY_MAX },
};

KUNIT_ARRAY_PARAM_DESC(size, size_cases, name);

static void donation_is_contiguous_and_aligned(struct kunit *test)
{
	const struct size_case *c = test->param_value;
	const size_t len = PAGE_ALIGN(c->len);
	void *addr = uv_donation_alloc(c->len);
	struct page *page;

	KUNIT_ASSERT_NOT_NULL(test, addr);
	page = virt_to_page(addr);
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED(__pa(addr), roundup_pow_of_two(len)));
	KUNIT_EXPECT_EQ(test, __pa(addr + len - 1) - __pa(addr), len - 1);
	for (size_t i = 0; i < len >> PAGE_SHIFT; i++)
		KUNIT_EXPECT_EQ(test, page_ref_count(page + i), 1);
	memset(addr, 0xff, len);
	uv_donation_free(addr, c->len);
}

static void no_donation_of_nothing(struct kunit *test)
{
	KUNIT_EXPECT_NULL(test, uv_donation_alloc(0));
}

static struct kunit_case donate_test_cases[] = {
	KUNIT_CASE_PARAM(donation_is_contiguous_and_aligned, size_gen_params),
	KUNIT_CASE(no_donation_of_nothing),
	{}
};

static struct kunit_suite donate_suite = {
	.name = "uv_donate",
	.test_cases = donate_test_cases,
};

kunit_test_suite(donate_suite);

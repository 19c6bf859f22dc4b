// SPDX-License-Identifier: GPL-2.0
/*
 * Memory to lend, from a real page allocator: of any size, and when what is free
 * is scattered all over the place.
 */
#include <linux/align.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sizes.h>
#include <linux/uaccess.h>
#include <linux/vmstat.h>
#include <kunit/test.h>
#include <asm/uv_donate.h>

#define BUDDY_MAX	(PAGE_SIZE << MAX_PAGE_ORDER)
#define FILL		SZ_512M		/* a good part of what the kernel has */

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
	for (size_t i = 0; i < len >> PAGE_SHIFT; i++)
		KUNIT_EXPECT_EQ(test, page_ref_count(page + i), 0);
}

static void no_donation_of_nothing(struct kunit *test)
{
	KUNIT_EXPECT_NULL(test, uv_donation_alloc(0));
}

static unsigned long pages_moved(void)
{
	unsigned long events[NR_VM_EVENT_ITEMS];

	all_vm_events(events);
	return events[PGMIGRATE_SUCCESS];
}

/* What is there already: whoever may wait would have memory compacted. */
static struct page *large_block(unsigned int order)
{
	return alloc_pages(GFP_NOWAIT | __GFP_NOWARN, order);
}

static void take_blocks(struct list_head *blocks)
{
	struct page *page;

	for (unsigned int order = MAX_PAGE_ORDER; order > 3; order--) {
		while ((page = large_block(order))) {
			set_page_private(page, order);
			list_add(&page->lru, blocks);
		}
	}
}

/* Every other page of a process, and nothing larger that is free */
static unsigned long scatter(struct kunit *test, struct list_head *blocks)
{
	unsigned long addr;

	addr = kunit_vm_mmap(test, NULL, 0, FILL, PROT_READ | PROT_WRITE,
			     MAP_ANONYMOUS | MAP_PRIVATE, 0);
	KUNIT_ASSERT_NE(test, addr, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	for (unsigned long at = addr; at < addr + FILL; at += PAGE_SIZE)
		KUNIT_ASSERT_EQ(test, put_user(1, (char __user *)at), 0);
	take_blocks(blocks);
	for (unsigned long at = addr; at < addr + FILL; at += 2 * PAGE_SIZE)
		do_madvise(current->mm, at, PAGE_SIZE, MADV_DONTNEED);
	/* What was kept for hard times is for all now. */
	take_blocks(blocks);
	return addr;
}

static void donation_out_of_scattered_memory(struct kunit *test)
{
	unsigned long addr, moved;
	unsigned long wrong = 0;
	struct page *page, *next;
	LIST_HEAD(blocks);
	void *donation;
	char c;

	addr = scatter(test, &blocks);
	page = large_block(get_order(SZ_1M));
	KUNIT_EXPECT_NULL_MSG(test, page, "memory is not scattered");
	if (page)
		__free_pages(page, get_order(SZ_1M));

	moved = pages_moved();
	donation = uv_donation_alloc(SZ_1M);
	KUNIT_EXPECT_NOT_NULL(test, donation);
	KUNIT_EXPECT_GT(test, pages_moved(), moved);
	uv_donation_free(donation, SZ_1M);
	/* Whose pages were moved does not notice. */
	for (unsigned long at = addr + PAGE_SIZE; at < addr + FILL; at += 2 * PAGE_SIZE) {
		c = 0;
		wrong += get_user(c, (char __user *)at) || c != 1;
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
	list_for_each_entry_safe(page, next, &blocks, lru)
		__free_pages(page, page_private(page));
}

static struct kunit_case donate_test_cases[] = {
	KUNIT_CASE_PARAM(donation_is_contiguous_and_aligned, size_gen_params),
	KUNIT_CASE(no_donation_of_nothing),
	KUNIT_CASE_SLOW(donation_out_of_scattered_memory),
	{}
};

static struct kunit_suite donate_suite = {
	.name = "uv_donate",
	.test_cases = donate_test_cases,
};

kunit_test_suite(donate_suite);

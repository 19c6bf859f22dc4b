// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that change hands are counted for their VM, in address spaces of the
 * host with one guest and with two.
 */
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/percpu.h>
#include <asm/gmap.h>
#include <asm/uv_gmap.h>
#include "firmware_kunit.h"

#define GUEST_LEN	PMD_SIZE

struct guest {
	struct gmap *gmap;
	unsigned long uaddr;	/* of guest address 0 */
	atomic64_t pages[UV_PAGE_COUNTS];
};

static void guest_start(struct kunit *test, struct guest *guest)
{
	unsigned long addr;

	addr = kunit_vm_mmap(test, NULL, 0, GUEST_LEN + PMD_SIZE, PROT_READ | PROT_WRITE,
			     MAP_ANONYMOUS | MAP_PRIVATE, 0);
	KUNIT_ASSERT_NE(test, addr, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	*guest = (struct guest){ .uaddr = ALIGN(addr, PMD_SIZE) };
	guest->gmap = gmap_create(current->mm, (1UL << 31) - 1);
	KUNIT_ASSERT_NOT_NULL(test, guest->gmap);
	KUNIT_EXPECT_EQ(test, gmap_map_segment(guest->gmap, guest->uaddr, 0, GUEST_LEN), 0);
	guest->gmap->uv_pages = guest->pages;
	atomic_inc(&current->mm->context.protected_count);
}

static void guest_stop(struct guest *guest)
{
	atomic_dec(&current->mm->context.protected_count);
	gmap_remove(guest->gmap);
}

static void guest_import(struct kunit *test, struct guest *guest, unsigned long page)
{
	KUNIT_EXPECT_EQ(test, gmap_fault(guest->gmap, page * PAGE_SIZE, FAULT_FLAG_WRITE), 0);
	KUNIT_EXPECT_EQ(test, gmap_convert_to_secure(guest->gmap, page * PAGE_SIZE), 0);
}

/* As a device driver would that is told of the page by the process */
static void guest_page_is_used(struct kunit *test, struct guest *guest, unsigned long number)
{
	struct page *page;

	KUNIT_EXPECT_EQ(test, pin_user_pages_fast(guest->uaddr + number * PAGE_SIZE, 1,
						  FOLL_WRITE, &page), 1);
	unpin_user_page(page);
}

static void guest_expect(struct kunit *test, struct guest *guest, const u64 *pages)
{
	for (int what = 0; what < UV_PAGE_COUNTS; what++)
		KUNIT_EXPECT_EQ_MSG(test, atomic64_read(&guest->pages[what]), pages[what],
				    "count %d", what);
}

static u64 pages_of_no_vm(void)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += per_cpu_ptr(&uv_stats, cpu)->event[UV_EVENT_PAGES_OF_NO_VM];
	return sum;
}

static void each_way_of_a_page_is_counted_once(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE, UV_DONE, UV_DONE, UV_DONE,
					  UV_DONE, UV_REFUSED(0x101, 0), UV_DONE);
	struct guest guest;

	guest_start(test, &guest);
	for (unsigned long page = 0; page < 4; page++)
		guest_import(test, &guest, page);
	guest_expect(test, &guest, (u64[]){ 4, 0, 0, 0 });
	guest_page_is_used(test, &guest, 0);
	guest_expect(test, &guest, (u64[]){ 4, 0, 0, 1 });
	/* it is not shared */
	guest_page_is_used(test, &guest, 1);
	guest_expect(test, &guest, (u64[]){ 4, 1, 0, 1 });
	KUNIT_EXPECT_EQ(test, vm_munmap(guest.uaddr + 2 * PAGE_SIZE, PAGE_SIZE), 0);
	guest_expect(test, &guest, (u64[]){ 4, 2, 0, 1 });
	/* the three that are left are called for, one of them is the guest's */
	fw->calls = 0;
	s390_uv_destroy_range(current->mm, guest.uaddr, guest.uaddr + GUEST_LEN);
	KUNIT_EXPECT_EQ(test, fw->calls, 3);
	guest_expect(test, &guest, (u64[]){ 4, 2, 1, 1 });
	guest_stop(&guest);
}

static void refused_page_is_not_counted(struct kunit *test)
{
	struct guest guest;

	FIRMWARE(test, UV_REFUSED(0x101, 0));
	guest_start(test, &guest);
	KUNIT_EXPECT_EQ(test, gmap_convert_to_secure(guest.gmap, 0), -EINVAL);
	s390_uv_destroy_range(current->mm, guest.uaddr, guest.uaddr + GUEST_LEN);
	guest_expect(test, &guest, (u64[]){ 0, 0, 0, 0 });
	guest_stop(&guest);
}

static void guests_of_a_process_are_told_apart_by_address(struct kunit *test)
{
	u64 before = pages_of_no_vm();
	struct guest one, other;

	FIRMWARE(test, UV_DONE);
	guest_start(test, &one);
	guest_start(test, &other);
	guest_import(test, &one, 0);
	for (unsigned long page = 0; page < 3; page++)
		guest_import(test, &other, page);
	KUNIT_EXPECT_EQ(test, vm_munmap(one.uaddr, PAGE_SIZE), 0);
	KUNIT_EXPECT_EQ(test, vm_munmap(other.uaddr, PAGE_SIZE), 0);
	s390_uv_destroy_range(current->mm, other.uaddr + PAGE_SIZE, other.uaddr + 2 * PAGE_SIZE);
	guest_expect(test, &one, (u64[]){ 1, 1, 0, 0 });
	guest_expect(test, &other, (u64[]){ 3, 1, 1, 0 });
	/* nobody says where this one lies */
	guest_page_is_used(test, &other, 2);
	guest_expect(test, &one, (u64[]){ 1, 1, 0, 0 });
	guest_expect(test, &other, (u64[]){ 3, 1, 1, 0 });
	KUNIT_EXPECT_EQ(test, pages_of_no_vm() - before, 1);
	guest_stop(&other);
	guest_stop(&one);
}

static struct kunit_case count_test_cases[] = {
	KUNIT_CASE(each_way_of_a_page_is_counted_once),
	KUNIT_CASE(refused_page_is_not_counted),
	KUNIT_CASE(guests_of_a_process_are_told_apart_by_address),
	{}
};

static struct kunit_suite count_suite = {
	.name = "uv_count",
	.test_cases = count_test_cases,
};

kunit_test_suite(count_suite);

// SPDX-License-Identifier: GPL-2.0
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/swap.h>
#include <linux/uaccess.h>
#include <asm/gmap.h>
#include "space_kunit.h"

void uv_space_start(struct kunit *test, struct guest *guest)
{
	unsigned long addr;

	addr = kunit_vm_mmap(test, NULL, 0, GUEST_LEN + PMD_SIZE, PROT_READ | PROT_WRITE,
			     MAP_ANONYMOUS | MAP_PRIVATE, 0);
	KUNIT_ASSERT_NE(test, addr, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	guest->uaddr = ALIGN(addr, PMD_SIZE);
	guest->gmap = gmap_create(current->mm, (1UL << 31) - 1);
	KUNIT_ASSERT_NOT_NULL(test, guest->gmap);
	KUNIT_EXPECT_EQ(test, gmap_map_segment(guest->gmap, guest->uaddr, 0, GUEST_LEN), 0);
	guest->gmap->guest_handle = 0x4711;
}

void uv_space_stop(struct guest *guest)
{
	atomic_set(&current->mm->context.protected_count, 0);
	gmap_remove(guest->gmap);
}

struct page *uv_space_page(struct guest *guest)
{
	struct page *page = NULL;

	if (get_user_pages_fast(guest->uaddr + GADDR, 1, 0, &page) != 1)
		return NULL;
	return page;
}

void uv_space_touch(struct kunit *test, struct guest *guest)
{
	KUNIT_EXPECT_EQ(test, put_user(1, (char __user *)guest->uaddr + GADDR), 0);
	lru_add_drain();
}

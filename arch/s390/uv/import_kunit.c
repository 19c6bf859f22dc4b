// SPDX-License-Identifier: GPL-2.0
/*
 * Import and unmapping of real memory in a real guest address space; only the
 * firmware is scripted.
 */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/page-flags.h>
#include <linux/pagemap.h>
#include <linux/shmem_fs.h>
#include <linux/swap.h>
#include <linux/uaccess.h>
#include <asm/gmap.h>
#include "space_kunit.h"

static bool page_may_be_secure(struct kunit *test, struct guest *guest)
{
	struct page *page = uv_space_page(guest);
	bool ret;

	KUNIT_EXPECT_NOT_NULL(test, page);
	if (!page)
		return false;
	ret = test_bit(PG_arch_1, &page_folio(page)->flags);
	put_page(page);
	return ret;
}

/* What an import looks like from within */
struct inside {
	struct guest *guest;
	u64 handle;
	u64 gaddr;
	int references;
	int mappings;
	bool locked;
	bool marked;
};

static void look_inside(struct uv_firmware *fw, struct uv_cb_header *uvcb)
{
	struct inside *inside = fw->context;
	struct uv_cb_cts *cts = (struct uv_cb_cts *)uvcb;
	struct gmap *gmap = inside->guest->gmap;
	unsigned long uaddr = inside->guest->uaddr + GADDR;
	/* without the page table lock, which the import holds */
	pte_t *ptep = pte_offset_kernel(uv_find_pmd(gmap->mm, uaddr), uaddr);
	struct folio *folio = pfn_folio(pte_pfn(*ptep));

	inside->handle = cts->guest_handle;
	inside->gaddr = cts->gaddr;
	inside->references = folio_ref_count(folio);
	inside->mappings = folio_mapcount(folio);
	inside->locked = folio_test_locked(folio);
	inside->marked = test_bit(PG_arch_1, folio_flags(folio, 0));
}

static void absent_page_is_faulted_in_and_imported(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct guest guest;

	uv_space_start(test, &guest);
	KUNIT_EXPECT_EQ(test, gmap_convert_to_secure(guest.gmap, GADDR), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, 1);
	KUNIT_EXPECT_TRUE(test, page_may_be_secure(test, &guest));
	uv_space_stop(&guest);
}

static void import_runs_frozen_locked_and_marked(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct inside inside = { .references = -1 };
	struct guest guest;

	uv_space_start(test, &guest);
	uv_space_touch(test, &guest);
	inside.guest = &guest;
	fw->during = look_inside;
	fw->context = &inside;
	KUNIT_EXPECT_EQ(test, gmap_convert_to_secure(guest.gmap, GADDR), 0);
	KUNIT_EXPECT_EQ(test, inside.handle, 0x4711);
	KUNIT_EXPECT_EQ(test, inside.gaddr, GADDR);
	KUNIT_EXPECT_EQ(test, inside.references, 0);
	KUNIT_EXPECT_TRUE(test, inside.locked);
	KUNIT_EXPECT_TRUE(test, inside.marked);
	uv_space_stop(&guest);
}

/*
 * Whoever has a folio mapped may take a reference without asking, and must not find
 * a count of 0.
 */
static void others_do_not_see_the_import(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct inside inside = { .references = -1 };
	struct guest guest;
	struct file *file;
	unsigned long other;

	uv_space_start(test, &guest);
	file = shmem_file_setup("guest", GUEST_LEN, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	KUNIT_ASSERT_EQ(test, kunit_vm_mmap(test, file, guest.uaddr, GUEST_LEN,
					    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, 0),
			guest.uaddr);
	other = kunit_vm_mmap(test, file, 0, GUEST_LEN, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(other));
	uv_space_touch(test, &guest);
	KUNIT_EXPECT_EQ(test, put_user(2, (char __user *)other + GADDR), 0);
	lru_add_drain();

	inside.guest = &guest;
	fw->during = look_inside;
	fw->context = &inside;
	KUNIT_EXPECT_EQ(test, gmap_convert_to_secure(guest.gmap, GADDR), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, 1);
	KUNIT_EXPECT_EQ(test, inside.references, 0);
	KUNIT_EXPECT_EQ(test, inside.mappings, 1);
	/* They get the page back when they touch it. */
	KUNIT_EXPECT_EQ(test, put_user(3, (char __user *)other + GADDR), 0);
	fput(file);
	uv_space_stop(&guest);
}

static void zero_page_is_replaced_before_the_import(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct guest guest;
	struct page *page;
	char c;

	uv_space_start(test, &guest);
	KUNIT_EXPECT_EQ(test, get_user(c, (char __user *)guest.uaddr + GADDR), 0);
	KUNIT_EXPECT_EQ(test, c, 0);
	KUNIT_EXPECT_EQ(test, gmap_convert_to_secure(guest.gmap, GADDR), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, 1);
	page = uv_space_page(&guest);
	KUNIT_EXPECT_NOT_NULL(test, page);
	if (page) {
		KUNIT_EXPECT_FALSE(test, is_zero_page(page));
		put_page(page);
	}
	uv_space_stop(&guest);
}

static const struct import_case {
	const char *name;
	struct uv_answer script[4];
	int want;
	unsigned int calls;
} import_cases[] = {
	{ "page vanished once", { UV_REFUSED(0x10a, 0), UV_DONE, UV_DONE, UV_DONE }, 0, 2 },
	{ "page always absent", { UV_REFUSED(0x10a, 0), UV_REFUSED(0x10a, 0),
	  UV_REFUSED(0x10a, 0), UV_REFUSED(0x10a, 0) }, -EAGAIN, UV_IMPORT_TRIES },
	{ "ultravisor busy", { UV_BUSY, UV_DONE, UV_DONE, UV_DONE }, -EAGAIN, 1 },
	{ "not finished", { UV_PARTIAL, UV_DONE, UV_DONE, UV_DONE }, -EAGAIN, 1 },
	{ "integrity violated", { UV_REFUSED(0x101, 0), UV_DONE, UV_DONE, UV_DONE }, -EINVAL, 1 },
	{ "no such configuration", { UV_REFUSED(0x20, 0), UV_DONE, UV_DONE, UV_DONE },
	  -EINVAL, 1 },
};

KUNIT_ARRAY_PARAM_DESC(import, import_cases, name);

static void import_has_its_outcome(struct kunit *test)
{
	const struct import_case *c = test->param_value;
	struct uv_firmware *fw = uv_firmware_start(test, c->script, ARRAY_SIZE(c->script));
	struct page *page;
	struct guest guest;

	uv_space_start(test, &guest);
	uv_space_touch(test, &guest);
	KUNIT_EXPECT_EQ(test, gmap_convert_to_secure(guest.gmap, GADDR), c->want);
	KUNIT_EXPECT_EQ(test, fw->calls, c->calls);
	/* whatever happened, the folio is as usable as before */
	page = uv_space_page(&guest);
	KUNIT_EXPECT_NOT_NULL(test, page);
	if (page) {
		KUNIT_EXPECT_EQ(test, page_ref_count(page), 2);
		KUNIT_EXPECT_FALSE(test, PageLocked(page));
		put_page(page);
	}
	uv_space_stop(&guest);
}

static void unpack_brings_rc_and_rrc_back(struct kunit *test)
{
	struct uv_cb_unp uvcb = {
		.header.cmd = UVC_CMD_UNPACK_IMG,
		.header.len = sizeof(uvcb),
		.gaddr = GADDR,
	};
	struct guest guest;

	FIRMWARE(test, UV_REFUSED(0x104, 0x22));
	uv_space_start(test, &guest);
	KUNIT_EXPECT_EQ(test, gmap_make_secure(guest.gmap, GADDR, &uvcb), -EINVAL);
	KUNIT_EXPECT_EQ(test, uvcb.header.rc, 0x104);
	KUNIT_EXPECT_EQ(test, uvcb.header.rrc, 0x22);
	uv_space_stop(&guest);
}

/* 40 pages from the end of one page table to the next */
static void unpack_advances_through_page_tables(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct uv_cb_unp uvcb = {
		.header.cmd = UVC_CMD_UNPACK_IMG,
		.header.len = sizeof(uvcb),
		.gaddr = PMD_SIZE - 20 * PAGE_SIZE,
		.tweak = { 0x1234, 0x5000 },
	};
	unsigned long pages = 40;
	struct guest guest;

	uv_space_start(test, &guest);
	KUNIT_EXPECT_EQ(test, gmap_unpack(guest.gmap, &uvcb, &pages), 0);
	KUNIT_EXPECT_EQ(test, pages, 0);
	KUNIT_EXPECT_EQ(test, fw->calls, 40);
	KUNIT_EXPECT_EQ(test, uvcb.gaddr, PMD_SIZE + 19 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, uvcb.tweak[0], 0x1234);
	KUNIT_EXPECT_EQ(test, uvcb.tweak[1], 0x5000 + 39 * PAGE_SIZE);
	uv_space_stop(&guest);
}

static void unpack_can_be_resumed(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE, UV_DONE, UV_BUSY, UV_DONE, UV_DONE,
					  UV_REFUSED(0x104, 0));
	struct uv_cb_unp uvcb = {
		.header.cmd = UVC_CMD_UNPACK_IMG,
		.header.len = sizeof(uvcb),
	};
	unsigned long pages = 10;
	struct guest guest;

	uv_space_start(test, &guest);
	KUNIT_EXPECT_EQ(test, gmap_unpack(guest.gmap, &uvcb, &pages), -EAGAIN);
	KUNIT_EXPECT_EQ(test, pages, 8);
	KUNIT_EXPECT_EQ(test, uvcb.gaddr, 2 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, gmap_unpack(guest.gmap, &uvcb, &pages), -EINVAL);
	KUNIT_EXPECT_EQ(test, pages, 6);
	KUNIT_EXPECT_EQ(test, uvcb.gaddr, 4 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, uvcb.tweak[1], 4 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, fw->calls, 6);
	uv_space_stop(&guest);
}

static void guest_address_without_memory_is_a_fault(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct guest guest;

	uv_space_start(test, &guest);
	KUNIT_EXPECT_EQ(test, gmap_convert_to_secure(guest.gmap, GADDR_NOWHERE), -EFAULT);
	KUNIT_EXPECT_EQ(test, vm_munmap(guest.uaddr, GUEST_LEN), 0);
	KUNIT_EXPECT_EQ(test, gmap_convert_to_secure(guest.gmap, GADDR), -EFAULT);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
	uv_space_stop(&guest);
}

static void page_in_use_is_imported_when_its_user_is_gone(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct page *page;
	struct guest guest;

	uv_space_start(test, &guest);
	uv_space_touch(test, &guest);
	page = uv_space_page(&guest);
	KUNIT_EXPECT_NOT_NULL(test, page);
	KUNIT_EXPECT_EQ(test, gmap_convert_to_secure(guest.gmap, GADDR), -EAGAIN);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
	if (page)
		put_page(page);
	KUNIT_EXPECT_EQ(test, gmap_convert_to_secure(guest.gmap, GADDR), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, 1);
	uv_space_stop(&guest);
}

static const struct hasty_case {
	const char *name;
	struct uv_answer answer;
	bool touched;
	unsigned int calls;
} hasty_cases[] = {
	{ "imported", UV_DONE, false, 1 },
	{ "refused", UV_REFUSED(0x101, 0), false, 1 },
	{ "busy", UV_BUSY, false, 1 },
	{ "marked old", UV_DONE, true, 0 },
};

KUNIT_ARRAY_PARAM_DESC(hasty, hasty_cases, name);

/* What is left to do the guest's next exception tells. */
static void page_that_was_faulted_in_is_imported_if_it_is_new(struct kunit *test)
{
	const struct hasty_case *c = test->param_value;
	struct uv_firmware *fw = uv_firmware_start(test, &c->answer, 1);
	struct guest guest;

	uv_space_start(test, &guest);
	if (c->touched)
		uv_space_touch(test, &guest);
	KUNIT_EXPECT_EQ(test, gmap_fault_in_secure(guest.gmap, GADDR), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, c->calls);
	uv_space_stop(&guest);
}

static void nothing_to_fault_in_is_a_fault(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct guest guest;

	uv_space_start(test, &guest);
	KUNIT_EXPECT_EQ(test, gmap_fault_in_secure(guest.gmap, GADDR_NOWHERE), -EFAULT);
	KUNIT_EXPECT_EQ(test, vm_munmap(guest.uaddr, GUEST_LEN), 0);
	KUNIT_EXPECT_EQ(test, gmap_fault_in_secure(guest.gmap, GADDR), -EFAULT);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
	uv_space_stop(&guest);
}

static void restore_features(void *features)
{
	uv_info.uv_feature_indications = (unsigned long)features;
}

static void set_features(struct kunit *test, unsigned long features)
{
	void *old = (void *)uv_info.uv_feature_indications;

	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, restore_features, old), 0);
	uv_info.uv_feature_indications = features;
}

static const struct first_case {
	const char *name;
	bool misc;
	int configurations;
	u16 cmd;
	unsigned int calls;
} first_cases[] = {
	{ "one configuration", false, 1, UVC_CMD_CONV_TO_SEC_STOR, 1 },
	{ "two configurations", false, 2, UVC_CMD_CONV_TO_SEC_STOR, 2 },
	{ "two configurations, MISC", true, 2, UVC_CMD_CONV_TO_SEC_STOR, 1 },
	{ "two configurations, unpack", false, 2, UVC_CMD_UNPACK_IMG, 2 },
	{ "two configurations, unpin", false, 2, UVC_CMD_UNPIN_PAGE_SHARED, 1 },
};

KUNIT_ARRAY_PARAM_DESC(first, first_cases, name);

static void foreign_page_is_exported_first(struct kunit *test)
{
	const struct first_case *c = test->param_value;
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct uv_cb_unp uvcb = {
		.header.cmd = c->cmd,
		.header.len = sizeof(uvcb),
		.gaddr = GADDR,
	};
	struct guest guest;

	uv_space_start(test, &guest);
	uv_space_touch(test, &guest);
	set_features(test, c->misc ? 1UL << 63 : 0);
	atomic_set(&current->mm->context.protected_count, c->configurations);
	KUNIT_EXPECT_EQ(test, gmap_make_secure(guest.gmap, GADDR, &uvcb), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, c->calls);
	if (c->calls == 2)
		KUNIT_EXPECT_EQ(test, fw->asked[0], UVC_CMD_CONV_FROM_SEC_STOR);
	KUNIT_EXPECT_EQ(test, fw->asked[c->calls - 1], c->cmd);
	uv_space_stop(&guest);
}

static const struct destroy_case {
	const char *name;
	struct uv_answer script[3];
	int want;
	unsigned int calls;
	bool marked;
} destroy_cases[] = {
	{ "destroyed", { UV_DONE, UV_DONE, UV_DONE }, 0, 2, false },
	{ "imported again meanwhile", { UV_DONE, UV_REFUSED(0x101, 0), UV_DONE }, 0, 3, false },
	{ "neither", { UV_DONE, UV_REFUSED(0x101, 0), UV_REFUSED(0x101, 0) }, -EINVAL, 3, true },
};

KUNIT_ARRAY_PARAM_DESC(destroy, destroy_cases, name);

static void page_of_an_earlier_life_is_destroyed_or_exported(struct kunit *test)
{
	const struct destroy_case *c = test->param_value;
	struct uv_firmware *fw = uv_firmware_start(test, c->script, ARRAY_SIZE(c->script));
	struct guest guest;

	uv_space_start(test, &guest);
	KUNIT_EXPECT_EQ(test, gmap_convert_to_secure(guest.gmap, GADDR), 0);
	KUNIT_EXPECT_EQ(test, gmap_destroy_page(guest.gmap, GADDR), c->want);
	KUNIT_EXPECT_EQ(test, fw->calls, c->calls);
	KUNIT_EXPECT_EQ(test, fw->asked[1], UVC_CMD_DESTR_SEC_STOR);
	KUNIT_EXPECT_EQ(test, page_may_be_secure(test, &guest), c->marked);
	uv_space_stop(&guest);
}

static void nothing_to_destroy_is_success(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct guest guest;

	uv_space_start(test, &guest);
	KUNIT_EXPECT_EQ(test, gmap_destroy_page(guest.gmap, GADDR), 0);
	KUNIT_EXPECT_EQ(test, gmap_destroy_page(guest.gmap, GADDR_NOWHERE), -EFAULT);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
	uv_space_stop(&guest);
}

static void unmapping_exports_while_the_process_has_protected_vms(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct guest guest;
	struct page *page;
	u64 paddr = 0;

	uv_space_start(test, &guest);
	KUNIT_EXPECT_EQ(test, gmap_convert_to_secure(guest.gmap, GADDR), 0);
	page = uv_space_page(&guest);
	if (page) {
		paddr = page_to_phys(page);
		put_page(page);
	}
	atomic_set(&current->mm->context.protected_count, 1);
	KUNIT_EXPECT_EQ(test, vm_munmap(guest.uaddr, GUEST_LEN), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, 2);
	KUNIT_EXPECT_EQ(test, fw->asked[1], UVC_CMD_CONV_FROM_SEC_STOR);
	KUNIT_EXPECT_EQ(test, fw->paddr[1], paddr);
	uv_space_stop(&guest);
}

static void unmapping_is_no_affair_of_the_ultravisor_otherwise(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct guest guest;

	uv_space_start(test, &guest);
	uv_space_touch(test, &guest);
	KUNIT_EXPECT_EQ(test, vm_munmap(guest.uaddr, GUEST_LEN), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
	uv_space_stop(&guest);
}

/* A mapping whose first fault has to be tried again, as one in swap may have to */
static vm_fault_t fault_again(struct vm_fault *vmf)
{
	int *faults = vmf->vma->vm_file->private_data;

	return (*faults)++ ? VM_FAULT_SIGBUS : VM_FAULT_RETRY;
}

static const struct vm_operations_struct again_vm_ops = {
	.fault = fault_again,
};

static int again_mmap(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &again_vm_ops;
	return 0;
}

static const struct file_operations again_fops = {
	.mmap = again_mmap,
};

/* The base takes the lock once more and keeps it. */
static void fault_without_waiting_leaves_the_mmap_lock(struct kunit *test)
{
	struct guest guest;
	struct file *file;
	unsigned long addr;
	int faults = 0;

	uv_space_start(test, &guest);
	file = anon_inode_getfile("[fault again]", &again_fops, &faults, O_RDWR);
	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	addr = kunit_vm_mmap(test, file, guest.uaddr, GUEST_LEN, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_FIXED, 0);
	KUNIT_EXPECT_EQ(test, addr, guest.uaddr);
	KUNIT_EXPECT_EQ(test, gmap_fault(guest.gmap, GADDR,
					 FAULT_FLAG_WRITE | FAULT_FLAG_RETRY_NOWAIT), -EAGAIN);
	KUNIT_EXPECT_EQ(test, faults, 1);
	KUNIT_EXPECT_FALSE(test, rwsem_is_locked(&current->mm->mmap_lock));
	KUNIT_EXPECT_EQ(test, gmap_fault(guest.gmap, GADDR,
					 FAULT_FLAG_WRITE | FAULT_FLAG_RETRY_NOWAIT), -EFAULT);
	KUNIT_EXPECT_EQ(test, faults, 2);
	fput(file);
	uv_space_stop(&guest);
}

static struct kunit_case import_test_cases[] = {
	KUNIT_CASE(absent_page_is_faulted_in_and_imported),
	KUNIT_CASE(import_runs_frozen_locked_and_marked),
	KUNIT_CASE(others_do_not_see_the_import),
	KUNIT_CASE(zero_page_is_replaced_before_the_import),
	KUNIT_CASE_PARAM(import_has_its_outcome, import_gen_params),
	KUNIT_CASE(unpack_brings_rc_and_rrc_back),
	KUNIT_CASE(unpack_advances_through_page_tables),
	KUNIT_CASE(unpack_can_be_resumed),
	KUNIT_CASE(guest_address_without_memory_is_a_fault),
	KUNIT_CASE(page_in_use_is_imported_when_its_user_is_gone),
	KUNIT_CASE_PARAM(page_that_was_faulted_in_is_imported_if_it_is_new,
			 hasty_gen_params),
	KUNIT_CASE(nothing_to_fault_in_is_a_fault),
	KUNIT_CASE_PARAM(foreign_page_is_exported_first, first_gen_params),
	KUNIT_CASE_PARAM(page_of_an_earlier_life_is_destroyed_or_exported, destroy_gen_params),
	KUNIT_CASE(nothing_to_destroy_is_success),
	KUNIT_CASE(unmapping_exports_while_the_process_has_protected_vms),
	KUNIT_CASE(unmapping_is_no_affair_of_the_ultravisor_otherwise),
	KUNIT_CASE(fault_without_waiting_leaves_the_mmap_lock),
	{}
};

static struct kunit_suite import_suite = {
	.name = "uv_import",
	.test_cases = import_test_cases,
};

kunit_test_suite(import_suite);

MODULE_DESCRIPTION("KUnit tests of the import of guest pages");
MODULE_LICENSE("GPL");

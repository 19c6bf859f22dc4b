// SPDX-License-Identifier: GPL-2.0
/*
 * Import, destruction and unmapping of real memory in a real guest address
 * space; only the firmware is scripted.
 */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/page-flags.h>
#include <linux/pagemap.h>
#include <linux/swap.h>
#include <linux/uaccess.h>
#include <asm/gmap.h>
#include "firmware_kunit.h"

#define GUEST_LEN	(2 * PMD_SIZE)
#define GADDR		(PMD_SIZE + 3 * PAGE_SIZE)	/* the page that tests use */
#define GADDR_NOWHERE	(GUEST_LEN + PMD_SIZE)

/* What the VM of a test is made of; taken apart before its process ends */
struct guest {
	struct gmap *gmap;
	unsigned long uaddr;	/* of guest address 0 */
};

static void guest_start(struct kunit *test, struct guest *guest)
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

static void guest_stop(struct guest *guest)
{
	atomic_set(&current->mm->context.protected_count, 0);
	gmap_remove(guest->gmap);
}

/* The test's page, with a reference, NULL if there is none */
static struct page *guest_page(struct guest *guest)
{
	struct page *page = NULL;

	if (get_user_pages_fast(guest->uaddr + GADDR, 1, 0, &page) != 1)
		return NULL;
	return page;
}

static void touch(struct kunit *test, struct guest *guest)
{
	KUNIT_EXPECT_EQ(test, put_user(1, (char __user *)guest->uaddr + GADDR), 0);
	lru_add_drain();
}

static bool page_may_be_secure(struct kunit *test, struct guest *guest)
{
	struct page *page = guest_page(guest);
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
	bool locked;
	bool marked;
};

static void look_inside(struct uv_firmware *fw, struct uv_cb_header *uvcb)
{
	struct inside *inside = fw->context;
	struct uv_cb_cts *cts = (struct uv_cb_cts *)uvcb;
	struct gmap *gmap = inside->guest->gmap;
	struct folio *folio;
	pmd_t *pmd;
	pte_t *ptep;

	/* page table walk without the lock, which the import holds */
	pmd = pmd_offset(pud_offset(p4d_offset(pgd_offset(gmap->mm, inside->guest->uaddr + GADDR),
					       inside->guest->uaddr + GADDR),
				    inside->guest->uaddr + GADDR), inside->guest->uaddr + GADDR);
	ptep = pte_offset_kernel(pmd, inside->guest->uaddr + GADDR);
	folio = pfn_folio(pte_pfn(*ptep));
	inside->handle = cts->guest_handle;
	inside->gaddr = cts->gaddr;
	inside->references = folio_ref_count(folio);
	inside->locked = folio_test_locked(folio);
	inside->marked = test_bit(PG_arch_1, &folio->flags);
}

static void absent_page_is_faulted_in_and_imported(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct guest guest;

	guest_start(test, &guest);
	KUNIT_EXPECT_EQ(test, gmap_convert_to_secure(guest.gmap, GADDR), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, 1);
	KUNIT_EXPECT_TRUE(test, page_may_be_secure(test, &guest));
	guest_stop(&guest);
}

static void import_runs_frozen_locked_and_marked(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct inside inside = { .references = -1 };
	struct guest guest;

	guest_start(test, &guest);
	touch(test, &guest);
	inside.guest = &guest;
	fw->during = look_inside;
	fw->context = &inside;
	KUNIT_EXPECT_EQ(test, gmap_convert_to_secure(guest.gmap, GADDR), 0);
	KUNIT_EXPECT_EQ(test, inside.handle, 0x4711);
	KUNIT_EXPECT_EQ(test, inside.gaddr, GADDR);
	KUNIT_EXPECT_EQ(test, inside.references, 0);
	KUNIT_EXPECT_TRUE(test, inside.locked);
	KUNIT_EXPECT_TRUE(test, inside.marked);
	guest_stop(&guest);
}

static void zero_page_is_replaced_before_the_import(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct guest guest;
	struct page *page;
	char c;

	guest_start(test, &guest);
	KUNIT_EXPECT_EQ(test, get_user(c, (char __user *)guest.uaddr + GADDR), 0);
	KUNIT_EXPECT_EQ(test, c, 0);
	KUNIT_EXPECT_EQ(test, gmap_convert_to_secure(guest.gmap, GADDR), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, 1);
	page = guest_page(&guest);
	KUNIT_EXPECT_NOT_NULL(test, page);
	if (page) {
		KUNIT_EXPECT_FALSE(test, is_zero_page(page));
		put_page(page);
	}
	guest_stop(&guest);
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

	guest_start(test, &guest);
	touch(test, &guest);
	KUNIT_EXPECT_EQ(test, gmap_convert_to_secure(guest.gmap, GADDR), c->want);
	KUNIT_EXPECT_EQ(test, fw->calls, c->calls);
	/* whatever happened, the folio is as usable as before */
	page = guest_page(&guest);
	KUNIT_EXPECT_NOT_NULL(test, page);
	if (page) {
		KUNIT_EXPECT_EQ(test, page_ref_count(page), 2);
		KUNIT_EXPECT_FALSE(test, PageLocked(page));
		put_page(page);
	}
	guest_stop(&guest);
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
	guest_start(test, &guest);
	KUNIT_EXPECT_EQ(test, gmap_make_secure(guest.gmap, GADDR, &uvcb), -EINVAL);
	KUNIT_EXPECT_EQ(test, uvcb.header.rc, 0x104);
	KUNIT_EXPECT_EQ(test, uvcb.header.rrc, 0x22);
	guest_stop(&guest);
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

	guest_start(test, &guest);
	KUNIT_EXPECT_EQ(test, gmap_unpack(guest.gmap, &uvcb, &pages), 0);
	KUNIT_EXPECT_EQ(test, pages, 0);
	KUNIT_EXPECT_EQ(test, fw->calls, 40);
	KUNIT_EXPECT_EQ(test, uvcb.gaddr, PMD_SIZE + 19 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, uvcb.tweak[0], 0x1234);
	KUNIT_EXPECT_EQ(test, uvcb.tweak[1], 0x5000 + 39 * PAGE_SIZE);
	guest_stop(&guest);
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

	guest_start(test, &guest);
	KUNIT_EXPECT_EQ(test, gmap_unpack(guest.gmap, &uvcb, &pages), -EAGAIN);
	KUNIT_EXPECT_EQ(test, pages, 8);
	KUNIT_EXPECT_EQ(test, uvcb.gaddr, 2 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, gmap_unpack(guest.gmap, &uvcb, &pages), -EINVAL);
	KUNIT_EXPECT_EQ(test, pages, 6);
	KUNIT_EXPECT_EQ(test, uvcb.gaddr, 4 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, uvcb.tweak[1], 4 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, fw->calls, 6);
	guest_stop(&guest);
}

static void guest_address_without_memory_is_a_fault(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct guest guest;

	guest_start(test, &guest);
	KUNIT_EXPECT_EQ(test, gmap_convert_to_secure(guest.gmap, GADDR_NOWHERE), -EFAULT);
	KUNIT_EXPECT_EQ(test, vm_munmap(guest.uaddr, GUEST_LEN), 0);
	KUNIT_EXPECT_EQ(test, gmap_convert_to_secure(guest.gmap, GADDR), -EFAULT);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
	guest_stop(&guest);
}

static void page_in_use_is_imported_when_its_user_is_gone(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct page *page;
	struct guest guest;

	guest_start(test, &guest);
	touch(test, &guest);
	page = guest_page(&guest);
	KUNIT_EXPECT_NOT_NULL(test, page);
	KUNIT_EXPECT_EQ(test, gmap_convert_to_secure(guest.gmap, GADDR), -EAGAIN);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
	if (page)
		put_page(page);
	KUNIT_EXPECT_EQ(test, gmap_convert_to_secure(guest.gmap, GADDR), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, 1);
	guest_stop(&guest);
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

	guest_start(test, &guest);
	touch(test, &guest);
	set_features(test, c->misc ? 1UL << 63 : 0);
	atomic_set(&current->mm->context.protected_count, c->configurations);
	KUNIT_EXPECT_EQ(test, gmap_make_secure(guest.gmap, GADDR, &uvcb), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, c->calls);
	if (c->calls == 2)
		KUNIT_EXPECT_EQ(test, fw->asked[0], UVC_CMD_CONV_FROM_SEC_STOR);
	KUNIT_EXPECT_EQ(test, fw->asked[c->calls - 1], c->cmd);
	guest_stop(&guest);
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

	guest_start(test, &guest);
	KUNIT_EXPECT_EQ(test, gmap_convert_to_secure(guest.gmap, GADDR), 0);
	KUNIT_EXPECT_EQ(test, gmap_destroy_page(guest.gmap, GADDR), c->want);
	KUNIT_EXPECT_EQ(test, fw->calls, c->calls);
	KUNIT_EXPECT_EQ(test, fw->asked[1], UVC_CMD_DESTR_SEC_STOR);
	KUNIT_EXPECT_EQ(test, page_may_be_secure(test, &guest), c->marked);
	guest_stop(&guest);
}

static void nothing_to_destroy_is_success(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct guest guest;

	guest_start(test, &guest);
	KUNIT_EXPECT_EQ(test, gmap_destroy_page(guest.gmap, GADDR), 0);
	KUNIT_EXPECT_EQ(test, gmap_destroy_page(guest.gmap, GADDR_NOWHERE), -EFAULT);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
	guest_stop(&guest);
}

static void unmapping_exports_while_the_process_has_protected_vms(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct guest guest;
	struct page *page;
	u64 paddr = 0;

	guest_start(test, &guest);
	KUNIT_EXPECT_EQ(test, gmap_convert_to_secure(guest.gmap, GADDR), 0);
	page = guest_page(&guest);
	if (page) {
		paddr = page_to_phys(page);
		put_page(page);
	}
	atomic_set(&current->mm->context.protected_count, 1);
	KUNIT_EXPECT_EQ(test, vm_munmap(guest.uaddr, GUEST_LEN), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, 2);
	KUNIT_EXPECT_EQ(test, fw->asked[1], UVC_CMD_CONV_FROM_SEC_STOR);
	KUNIT_EXPECT_EQ(test, fw->paddr[1], paddr);
	guest_stop(&guest);
}

static void unmapping_is_no_affair_of_the_ultravisor_otherwise(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct guest guest;

	guest_start(test, &guest);
	touch(test, &guest);
	KUNIT_EXPECT_EQ(test, vm_munmap(guest.uaddr, GUEST_LEN), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
	guest_stop(&guest);
}

/* Fifty pages in two page tables, with holes */
static unsigned int populate(struct kunit *test, struct guest *guest)
{
	unsigned int pages = 0;

	for (unsigned long offset = 0; offset < GUEST_LEN; offset += GUEST_LEN / 50) {
		KUNIT_EXPECT_EQ(test, put_user(1, (char __user *)guest->uaddr + offset), 0);
		pages++;
	}
	return pages;
}

static void range_destroy_reaches_every_page_once(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct guest guest;
	unsigned int pages;

	guest_start(test, &guest);
	pages = populate(test, &guest);
	s390_uv_destroy_range(current->mm, guest.uaddr, guest.uaddr + GUEST_LEN);
	KUNIT_EXPECT_EQ(test, fw->calls, pages);
	KUNIT_ASSERT_LE(test, pages, UV_ASKED_MAX);
	for (unsigned int i = 0; i < pages; i++) {
		KUNIT_EXPECT_EQ(test, fw->asked[i], UVC_CMD_DESTR_SEC_STOR);
		for (unsigned int j = 0; j < i; j++)
			KUNIT_EXPECT_NE(test, fw->paddr[i], fw->paddr[j]);
	}
	guest_stop(&guest);
}

static void range_destroy_waits_for_a_busy_ultravisor(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE, UV_BUSY, UV_BUSY, UV_DONE);
	struct guest guest;
	unsigned int pages;

	guest_start(test, &guest);
	pages = populate(test, &guest);
	KUNIT_EXPECT_EQ(test, s390_uv_destroy_range_interruptible(current->mm, guest.uaddr,
								  guest.uaddr + GUEST_LEN), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, pages + 2);
	KUNIT_EXPECT_EQ(test, fw->paddr[1], fw->paddr[2]);
	KUNIT_EXPECT_EQ(test, fw->paddr[2], fw->paddr[3]);
	KUNIT_EXPECT_NE(test, fw->paddr[3], fw->paddr[4]);
	guest_stop(&guest);
}

static void range_destroy_goes_on_after_a_refusal(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_REFUSED(0x101, 0), UV_DONE);
	struct guest guest;
	unsigned int pages;

	guest_start(test, &guest);
	pages = populate(test, &guest);
	s390_uv_destroy_range(current->mm, guest.uaddr, guest.uaddr + GUEST_LEN);
	KUNIT_EXPECT_EQ(test, fw->calls, pages);
	guest_stop(&guest);
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
	struct guest guest;
	unsigned int pages;

	guest_start(test, &guest);
	pages = populate(test, &guest);
	s390_uv_destroy_range(current->mm, guest.uaddr + PAGE_SIZE, guest.uaddr + PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
	s390_uv_destroy_range(current->mm, guest.uaddr + PAGE_SIZE, guest.uaddr + GUEST_LEN);
	KUNIT_EXPECT_EQ(test, fw->calls, pages - 1);
	s390_uv_destroy_range(current->mm, guest.uaddr, guest.uaddr + PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, fw->calls, pages);
	guest_stop(&guest);
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

	guest_start(test, &guest);
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
	guest_stop(&guest);
}

static struct kunit_case import_test_cases[] = {
	KUNIT_CASE(absent_page_is_faulted_in_and_imported),
	KUNIT_CASE(import_runs_frozen_locked_and_marked),
	KUNIT_CASE(zero_page_is_replaced_before_the_import),
	KUNIT_CASE_PARAM(import_has_its_outcome, import_gen_params),
	KUNIT_CASE(unpack_brings_rc_and_rrc_back),
	KUNIT_CASE(unpack_advances_through_page_tables),
	KUNIT_CASE(unpack_can_be_resumed),
	KUNIT_CASE(guest_address_without_memory_is_a_fault),
	KUNIT_CASE(page_in_use_is_imported_when_its_user_is_gone),
	KUNIT_CASE_PARAM(foreign_page_is_exported_first, first_gen_params),
	KUNIT_CASE_PARAM(page_of_an_earlier_life_is_destroyed_or_exported, destroy_gen_params),
	KUNIT_CASE(nothing_to_destroy_is_success),
	KUNIT_CASE(unmapping_exports_while_the_process_has_protected_vms),
	KUNIT_CASE(unmapping_is_no_affair_of_the_ultravisor_otherwise),
	KUNIT_CASE(range_destroy_reaches_every_page_once),
	KUNIT_CASE(range_destroy_waits_for_a_busy_ultravisor),
	KUNIT_CASE(range_destroy_goes_on_after_a_refusal),
	KUNIT_CASE(range_destroy_asks_for_help_with_much_only),
	KUNIT_CASE(range_destroy_stays_in_its_range),
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

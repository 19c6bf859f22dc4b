// SPDX-License-Identifier: GPL-2.0
/*
 * Import and unmapping of real memory of a VM; only the firmware is scripted.
 */
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/mmap_lock.h>
#include <linux/page-flags.h>
#include <linux/pagemap.h>
#include <linux/srcu.h>
#include <linux/swap.h>
#include <linux/uaccess.h>
#include <asm/uv_import.h>
#include "vm_kunit.h"

#define GADDR		(SZ_1M + 3 * PAGE_SIZE)	/* the page that tests use */

/* With a reference, NULL if there is none */
static struct page *import_page(struct vm *vm)
{
	struct page *page = NULL;

	if (get_user_pages_fast(vm_uaddr(vm, GADDR), 1, 0, &page) != 1)
		return NULL;
	return page;
}

static bool import_may_be_secure(struct kunit *test, struct vm *vm)
{
	struct page *page = import_page(vm);
	bool ret;

	KUNIT_EXPECT_NOT_NULL(test, page);
	if (!page)
		return false;
	ret = test_bit(PG_arch_1, folio_flags(page_folio(page), 0));
	put_page(page);
	return ret;
}

/* What an import looks like from within */
struct inside {
	u64 handle;
	u64 gaddr;
	int references;
	int mappings;
	bool locked;
	bool marked;
};

static void look_inside(struct uv_firmware *fw, struct uv_cb_header *uvcb)
{
	struct vm *vm = fw->context;
	struct inside *inside = vm->context;
	struct uv_cb_cts *cts = (struct uv_cb_cts *)uvcb;
	struct folio *folio;

	if (uvcb->cmd != UVC_CMD_CONV_TO_SEC_STOR)
		return;
	folio = pfn_folio(pte_pfn(*vm_entry(vm, GADDR)));
	inside->handle = cts->guest_handle;
	inside->gaddr = cts->gaddr;
	inside->references = folio_ref_count(folio);
	inside->mappings = folio_mapcount(folio);
	inside->locked = folio_test_locked(folio);
	inside->marked = test_bit(PG_arch_1, folio_flags(folio, 0));
}

static int import_watched(struct kunit *test, struct vm *vm, struct inside *inside)
{
	vm->context = inside;
	VM_SCRIPT(test, vm, UV_DONE)->during = look_inside;
	return vm_import(vm, GADDR);
}

static void absent_page_is_faulted_in_and_imported(struct kunit *test)
{
	struct vm *vm = vm_start_protected(test);

	KUNIT_EXPECT_EQ(test, vm_import(vm, GADDR), 0);
	vm_expect_calls(test, vm, (u16[]){ UVC_CMD_CONV_TO_SEC_STOR, 0 });
	KUNIT_EXPECT_TRUE(test, import_may_be_secure(test, vm));
	KUNIT_EXPECT_EQ(test, atomic64_read(&vm->kvm.stat.pv_imported_pages), 1);
	vm_stop(test, vm);
}

static void import_runs_frozen_locked_and_marked(struct kunit *test)
{
	struct vm *vm = vm_start_protected(test);
	struct inside inside = { .references = -1 };

	vm_touch(test, vm, GADDR);
	KUNIT_EXPECT_EQ(test, import_watched(test, vm, &inside), 0);
	KUNIT_EXPECT_EQ(test, inside.handle, VM_CONF_HANDLE);
	KUNIT_EXPECT_EQ(test, inside.gaddr, GADDR);
	KUNIT_EXPECT_EQ(test, inside.references, 0);
	KUNIT_EXPECT_TRUE(test, inside.locked);
	KUNIT_EXPECT_TRUE(test, inside.marked);
	vm_stop(test, vm);
}

/*
 * Whoever has a folio mapped may take a reference without asking, and must not find
 * a count of 0.
 */
static void others_do_not_see_the_import(struct kunit *test)
{
	struct vm *vm = vm_start_protected(test);
	struct inside inside = { .references = -1 };
	unsigned long other;
	struct file *file;

	KUNIT_ASSERT_EQ(test, kunit_vm_mmap(test, NULL, vm_uaddr(vm, 0), VM_GUEST_LEN,
					    PROT_READ | PROT_WRITE,
					    MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, 0),
			vm_uaddr(vm, 0));
	mmap_read_lock(current->mm);
	file = get_file(vma_lookup(current->mm, vm_uaddr(vm, 0))->vm_file);
	mmap_read_unlock(current->mm);
	other = kunit_vm_mmap(test, file, 0, VM_GUEST_LEN, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(other));
	vm_touch(test, vm, GADDR);
	KUNIT_EXPECT_EQ(test, put_user(2, (char __user *)other + GADDR), 0);
	lru_add_drain();

	KUNIT_EXPECT_EQ(test, import_watched(test, vm, &inside), 0);
	KUNIT_EXPECT_EQ(test, inside.gaddr, GADDR);
	KUNIT_EXPECT_EQ(test, inside.references, 0);
	KUNIT_EXPECT_EQ(test, inside.mappings, 1);
	/* They get the page back when they touch it. */
	KUNIT_EXPECT_EQ(test, put_user(3, (char __user *)other + GADDR), 0);
	fput(file);
	vm_stop(test, vm);
}

static void zero_page_is_replaced_before_the_import(struct kunit *test)
{
	struct vm *vm = vm_start_protected(test);
	struct page *page;
	char c;

	/* ENABLE forbids that more of them come. */
	current->mm->context.allow_cow_sharing = 1;
	KUNIT_EXPECT_EQ(test, get_user(c, (char __user *)vm_uaddr(vm, GADDR)), 0);
	current->mm->context.allow_cow_sharing = 0;
	KUNIT_EXPECT_EQ(test, c, 0);
	KUNIT_EXPECT_TRUE(test, is_zero_pfn(pte_pfn(*vm_entry(vm, GADDR))));
	KUNIT_EXPECT_EQ(test, vm_import(vm, GADDR), 0);
	KUNIT_EXPECT_EQ(test, vm->fw->calls, 1);
	page = import_page(vm);
	KUNIT_EXPECT_NOT_NULL(test, page);
	if (page) {
		KUNIT_EXPECT_FALSE(test, is_zero_page(page));
		put_page(page);
	}
	vm_stop(test, vm);
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
	struct vm *vm = vm_start_protected(test);
	struct page *page;

	vm_script(test, vm, c->script, ARRAY_SIZE(c->script));
	vm_touch(test, vm, GADDR);
	KUNIT_EXPECT_EQ(test, vm_import(vm, GADDR), c->want);
	KUNIT_EXPECT_EQ(test, vm->fw->calls, c->calls);
	KUNIT_EXPECT_EQ(test, atomic64_read(&vm->kvm.stat.pv_imported_pages), !c->want);
	/* whatever happened, the folio is as usable as before */
	page = import_page(vm);
	KUNIT_EXPECT_NOT_NULL(test, page);
	if (page) {
		KUNIT_EXPECT_EQ(test, page_ref_count(page), 2);
		KUNIT_EXPECT_FALSE(test, PageLocked(page));
		put_page(page);
	}
	vm_stop(test, vm);
}

static struct uv_cb_unp unpack_at(unsigned long gaddr)
{
	return (struct uv_cb_unp){
		.header.cmd = UVC_CMD_UNPACK_IMG,
		.header.len = sizeof(struct uv_cb_unp),
		.gaddr = gaddr,
		.tweak = { 0x1234, 0x5000 },
	};
}

static void unpack_brings_rc_and_rrc_back(struct kunit *test)
{
	struct vm *vm = vm_start_protected(test);
	struct uv_cb_unp uvcb = unpack_at(GADDR);
	unsigned long pages = 1;

	VM_SCRIPT(test, vm, UV_REFUSED(0x104, 0x22));
	KUNIT_EXPECT_EQ(test, pv_space_unpack(&vm->kvm, &uvcb, &pages), -EINVAL);
	KUNIT_EXPECT_EQ(test, uvcb.header.rc, 0x104);
	KUNIT_EXPECT_EQ(test, uvcb.header.rrc, 0x22);
	vm_stop(test, vm);
}

/* 40 pages from the end of one page table to the next */
static void unpack_advances_through_page_tables(struct kunit *test)
{
	struct vm *vm = vm_start_protected(test);
	struct uv_cb_unp uvcb = unpack_at(SZ_1M - 20 * PAGE_SIZE);
	unsigned long pages = 40;

	KUNIT_EXPECT_EQ(test, pv_space_unpack(&vm->kvm, &uvcb, &pages), 0);
	KUNIT_EXPECT_EQ(test, pages, 0);
	KUNIT_EXPECT_EQ(test, vm->fw->calls, 40);
	KUNIT_EXPECT_EQ(test, uvcb.gaddr, SZ_1M + 19 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, uvcb.tweak[0], 0x1234);
	KUNIT_EXPECT_EQ(test, uvcb.tweak[1], 0x5000 + 39 * PAGE_SIZE);
	vm_stop(test, vm);
}

static void unpack_can_be_resumed(struct kunit *test)
{
	struct vm *vm = vm_start_protected(test);
	struct uv_cb_unp uvcb = unpack_at(0);
	unsigned long pages = 10;

	VM_SCRIPT(test, vm, UV_DONE, UV_DONE, UV_BUSY, UV_DONE, UV_DONE, UV_REFUSED(0x104, 0));
	KUNIT_EXPECT_EQ(test, pv_space_unpack(&vm->kvm, &uvcb, &pages), -EAGAIN);
	KUNIT_EXPECT_EQ(test, pages, 8);
	KUNIT_EXPECT_EQ(test, uvcb.gaddr, 2 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, pv_space_unpack(&vm->kvm, &uvcb, &pages), -EINVAL);
	KUNIT_EXPECT_EQ(test, pages, 6);
	KUNIT_EXPECT_EQ(test, uvcb.gaddr, 4 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, uvcb.tweak[1], 0x5000 + 4 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, vm->fw->calls, 6);
	vm_stop(test, vm);
}

static void unpack_over_the_end_of_memory_is_a_fault(struct kunit *test)
{
	struct vm *vm = vm_start_protected(test);
	struct uv_cb_unp uvcb = unpack_at(VM_GUEST_LEN - 2 * PAGE_SIZE);
	unsigned long pages = 3;

	KUNIT_EXPECT_EQ(test, pv_space_unpack(&vm->kvm, &uvcb, &pages), -EFAULT);
	KUNIT_EXPECT_EQ(test, pages, 1);
	vm_expect_calls(test, vm, (u16[]){ UVC_CMD_UNPACK_IMG, UVC_CMD_UNPACK_IMG, 0 });
	vm_stop(test, vm);
}

static void guest_address_without_memory_is_a_fault(struct kunit *test)
{
	struct vm *vm = vm_start_protected(test);

	KUNIT_EXPECT_EQ(test, vm_import(vm, VM_GUEST_LEN), -EFAULT);
	KUNIT_EXPECT_FALSE(test, vm_fault_in(vm, VM_GUEST_LEN));
	KUNIT_EXPECT_EQ(test, vm_munmap(vm_uaddr(vm, 0), VM_GUEST_LEN), 0);
	KUNIT_EXPECT_EQ(test, vm_import(vm, GADDR), -EFAULT);
	KUNIT_EXPECT_FALSE(test, vm_fault_in(vm, GADDR));
	KUNIT_EXPECT_EQ(test, vm->fw->calls, 0);
	vm_stop(test, vm);
}

static void page_in_use_is_imported_when_its_user_is_gone(struct kunit *test)
{
	struct vm *vm = vm_start_protected(test);
	struct page *page;

	vm_touch(test, vm, GADDR);
	page = import_page(vm);
	KUNIT_EXPECT_NOT_NULL(test, page);
	KUNIT_EXPECT_EQ(test, vm_import(vm, GADDR), -EAGAIN);
	KUNIT_EXPECT_EQ(test, vm->fw->calls, 0);
	if (page)
		put_page(page);
	KUNIT_EXPECT_EQ(test, vm_import(vm, GADDR), 0);
	KUNIT_EXPECT_EQ(test, vm->fw->calls, 1);
	vm_stop(test, vm);
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
	{ "there already", UV_DONE, true, 0 },
};

KUNIT_ARRAY_PARAM_DESC(hasty, hasty_cases, name);

/* What is left to do the guest's next exception tells. */
static void page_that_was_faulted_in_is_imported_if_it_is_new(struct kunit *test)
{
	const struct hasty_case *c = test->param_value;
	struct vm *vm = vm_start_protected(test);

	vm_script(test, vm, &c->answer, 1);
	if (c->touched)
		vm_touch(test, vm, GADDR);
	KUNIT_EXPECT_TRUE(test, vm_fault_in(vm, GADDR));
	KUNIT_EXPECT_EQ(test, vm->fw->calls, c->calls);
	vm_stop(test, vm);
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

static int import_by(struct vm *vm, u16 cmd)
{
	struct uv_cb_unp unp = unpack_at(GADDR);
	struct uv_cb_cts unpin = {
		.header.cmd = cmd,
		.header.len = sizeof(unpin),
		.gaddr = GADDR,
	};
	unsigned long pages = 1;
	int idx, ret;

	if (cmd == UVC_CMD_CONV_TO_SEC_STOR)
		return vm_import(vm, GADDR);
	if (cmd == UVC_CMD_UNPACK_IMG)
		return pv_space_unpack(&vm->kvm, &unp, &pages);
	idx = srcu_read_lock(&vm->kvm.srcu);
	ret = pv_space_unpin(&vm->vcpu[0], &unpin);
	srcu_read_unlock(&vm->kvm.srcu, idx);
	return ret;
}

static void foreign_page_is_exported_first(struct kunit *test)
{
	const struct first_case *c = test->param_value;
	struct vm *vm = vm_start_protected(test);

	vm_touch(test, vm, GADDR);
	uv_info.uv_feature_indications = c->misc ? 1UL << 63 : 0;
	atomic_set(&current->mm->context.protected_count, c->configurations);
	KUNIT_EXPECT_EQ(test, import_by(vm, c->cmd), 0);
	KUNIT_EXPECT_EQ(test, vm->fw->calls, c->calls);
	if (c->calls == 2)
		KUNIT_EXPECT_EQ(test, vm->fw->asked[0], UVC_CMD_CONV_FROM_SEC_STOR);
	KUNIT_EXPECT_EQ(test, vm->fw->asked[c->calls - 1], c->cmd);
	vm_stop(test, vm);
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
	struct vm *vm = vm_start_protected(test);

	vm_script(test, vm, c->script, ARRAY_SIZE(c->script));
	KUNIT_EXPECT_EQ(test, vm_import(vm, GADDR), 0);
	KUNIT_EXPECT_EQ(test, vm_space_destroy_page(&vm->kvm, GADDR), c->want);
	KUNIT_EXPECT_EQ(test, vm->fw->calls, c->calls);
	KUNIT_EXPECT_EQ(test, vm->fw->asked[1], UVC_CMD_DESTR_SEC_STOR);
	KUNIT_EXPECT_EQ(test, import_may_be_secure(test, vm), c->marked);
	vm_stop(test, vm);
}

static void nothing_to_destroy_is_success(struct kunit *test)
{
	struct vm *vm = vm_start_protected(test);

	KUNIT_EXPECT_EQ(test, vm_space_destroy_page(&vm->kvm, GADDR), 0);
	KUNIT_EXPECT_EQ(test, vm_space_destroy_page(&vm->kvm, VM_GUEST_LEN), -EFAULT);
	KUNIT_EXPECT_EQ(test, vm->fw->calls, 0);
	vm_stop(test, vm);
}

static void unmapping_exports_while_the_process_has_protected_vms(struct kunit *test)
{
	struct vm *vm = vm_start_protected(test);
	u64 paddr;

	VM_SCRIPT(test, vm, UV_DONE);
	KUNIT_EXPECT_EQ(test, vm_import(vm, GADDR), 0);
	paddr = PFN_PHYS(pte_pfn(*vm_entry(vm, GADDR)));
	KUNIT_EXPECT_EQ(test, vm_munmap(vm_uaddr(vm, 0), VM_GUEST_LEN), 0);
	KUNIT_EXPECT_EQ(test, vm->fw->calls, 2);
	KUNIT_EXPECT_EQ(test, vm->fw->asked[1], UVC_CMD_CONV_FROM_SEC_STOR);
	KUNIT_EXPECT_EQ(test, vm->fw->paddr[1], paddr);
	vm_stop(test, vm);
}

static void unmapping_is_no_affair_of_the_ultravisor_otherwise(struct kunit *test)
{
	struct vm *vm = vm_start(test);

	vm_touch(test, vm, GADDR);
	KUNIT_EXPECT_EQ(test, vm_munmap(vm_uaddr(vm, 0), VM_GUEST_LEN), 0);
	KUNIT_EXPECT_EQ(test, vm->fw->calls, 0);
	vm_stop(test, vm);
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
	KUNIT_CASE(unpack_over_the_end_of_memory_is_a_fault),
	KUNIT_CASE(guest_address_without_memory_is_a_fault),
	KUNIT_CASE(page_in_use_is_imported_when_its_user_is_gone),
	KUNIT_CASE_PARAM(page_that_was_faulted_in_is_imported_if_it_is_new,
			 hasty_gen_params),
	KUNIT_CASE_PARAM(foreign_page_is_exported_first, first_gen_params),
	KUNIT_CASE_PARAM(page_of_an_earlier_life_is_destroyed_or_exported, destroy_gen_params),
	KUNIT_CASE(nothing_to_destroy_is_success),
	KUNIT_CASE(unmapping_exports_while_the_process_has_protected_vms),
	KUNIT_CASE(unmapping_is_no_affair_of_the_ultravisor_otherwise),
	{}
};

static struct kunit_suite import_suite = {
	.name = "uv_kvm_import",
	.test_cases = import_test_cases,
};

kunit_test_suite(import_suite);

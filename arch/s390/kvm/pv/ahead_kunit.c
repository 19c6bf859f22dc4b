// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that a guest is given before it asks for them.
 */
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/page-flags.h>
#include <linux/uaccess.h>
#include "vm_kunit.h"

#define PAGE(number)	(SZ_1M + (number) * PAGE_SIZE)

static struct folio *folio_at(struct vm *vm, unsigned long gaddr)
{
	return pfn_folio(pte_pfn(*vm_entry(vm, gaddr)));
}

static struct vm *start_with_pages(struct kunit *test, unsigned int pages)
{
	struct vm *vm = vm_start_protected(test);

	for (unsigned int i = 0; i < pages; i++)
		vm_touch(test, vm, PAGE(i));
	return vm;
}

/* The guest asks for a page, so many become secure. */
struct step {
	unsigned int page;
	unsigned int secure;
};

static void walk(struct kunit *test, struct vm *vm, const struct step *step)
{
	u64 before;

	for (; step->secure; step++) {
		before = atomic64_read(&vm->kvm.stat.pv_imported_pages);
		vm->fw->calls = 0;
		KUNIT_EXPECT_EQ(test, vm_import(vm, PAGE(step->page)), 0);
		KUNIT_EXPECT_EQ_MSG(test, vm->fw->calls, step->secure, "page %u", step->page);
		KUNIT_EXPECT_EQ(test, atomic64_read(&vm->kvm.stat.pv_imported_pages) - before,
				step->secure);
	}
}

#define WALK(test, vm, ...)	walk(test, vm, (const struct step[]){ __VA_ARGS__, {} })

struct addresses {
	unsigned int count;
	u64 gaddr[8];
};

static void note_address(struct uv_firmware *fw, struct uv_cb_header *uvcb)
{
	struct vm *vm = fw->context;
	struct addresses *seen = vm->context;

	if (uvcb->cmd == UVC_CMD_CONV_TO_SEC_STOR && seen->count < ARRAY_SIZE(seen->gaddr))
		seen->gaddr[seen->count++] = ((struct uv_cb_cts *)uvcb)->gaddr;
}

static void page_behind_is_imported_at_its_own_address(struct kunit *test)
{
	struct vm *vm = start_with_pages(test, 8);
	struct addresses seen = {};

	vm->context = &seen;
	VM_SCRIPT(test, vm, UV_DONE)->during = note_address;
	KUNIT_EXPECT_EQ(test, vm_import(vm, PAGE(0)), 0);
	KUNIT_EXPECT_EQ(test, vm_import(vm, PAGE(1)), 0);
	KUNIT_EXPECT_EQ(test, seen.count, 3);
	for (unsigned int i = 0; i < seen.count; i++) {
		KUNIT_EXPECT_EQ(test, seen.gaddr[i], PAGE(i));
		KUNIT_EXPECT_TRUE(test, test_bit(PG_arch_1, folio_flags(folio_at(vm, PAGE(i)), 0)));
		KUNIT_EXPECT_FALSE(test, folio_test_locked(folio_at(vm, PAGE(i))));
	}
	KUNIT_EXPECT_FALSE(test, test_bit(PG_arch_1, folio_flags(folio_at(vm, PAGE(3)), 0)));
	vm_stop(test, vm);
}

static void guest_gets_as_many_as_it_has_asked_for(struct kunit *test)
{
	struct vm *vm = start_with_pages(test, 80);

	WALK(test, vm, { 0, 1 }, { 1, 2 }, { 3, 4 }, { 7, 8 }, { 15, 16 }, { 31, 17 }, { 48, 17 });
	vm_stop(test, vm);
}

static void pages_here_and_there_come_alone(struct kunit *test)
{
	struct vm *vm = start_with_pages(test, 8);

	WALK(test, vm, { 6, 1 }, { 2, 1 }, { 4, 1 }, { 0, 1 });
	vm_stop(test, vm);
}

/* It may be on its way to a device, or about to be shared. */
static void page_that_the_host_has_used_is_left(struct kunit *test)
{
	struct vm *vm = start_with_pages(test, 8);
	struct folio *folio = folio_at(vm, PAGE(2));

	WALK(test, vm, { 2, 1 });
	folio_get(folio);
	KUNIT_EXPECT_EQ(test, arch_make_folio_accessible(folio), 0);
	folio_put(folio);
	KUNIT_EXPECT_FALSE(test, test_bit(PG_arch_1, folio_flags(folio, 0)));
	WALK(test, vm, { 0, 1 }, { 1, 1 }, { 2, 3 });
	vm_stop(test, vm);
}

static void page_in_use_is_not_waited_for(struct kunit *test)
{
	struct vm *vm = start_with_pages(test, 8);
	struct folio *folio = folio_at(vm, PAGE(2));

	WALK(test, vm, { 0, 1 });
	folio_get(folio);
	WALK(test, vm, { 1, 1 });
	folio_put(folio);
	WALK(test, vm, { 2, 3 });
	vm_stop(test, vm);
}

static void page_that_cannot_be_written_is_left(struct kunit *test)
{
	struct vm *vm = start_with_pages(test, 8);
	pte_t *entry = vm_entry(vm, PAGE(2));

	set_pte(entry, pte_wrprotect(*entry));
	WALK(test, vm, { 0, 1 }, { 1, 1 });
	vm_stop(test, vm);
}

/* What the guest has asked for is done. */
static void refusal_of_a_page_behind_is_nobodys_error(struct kunit *test)
{
	struct vm *vm = start_with_pages(test, 8);

	VM_SCRIPT(test, vm, UV_DONE, UV_DONE, UV_REFUSED(0x101, 0));
	KUNIT_EXPECT_EQ(test, vm_import(vm, PAGE(0)), 0);
	KUNIT_EXPECT_EQ(test, vm_import(vm, PAGE(1)), 0);
	KUNIT_EXPECT_EQ(test, vm->fw->calls, 3);
	KUNIT_EXPECT_EQ(test, atomic64_read(&vm->kvm.stat.pv_imported_pages), 2);
	vm_stop(test, vm);
}

static void restore_most(void *most)
{
	uv_ahead_most = *(unsigned int *)most;
}

static void set_most(struct kunit *test, unsigned int most)
{
	static unsigned int before;

	before = uv_ahead_most;
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, restore_most, &before), 0);
	uv_ahead_most = most;
}

static void administrator_decides_how_many(struct kunit *test)
{
	struct vm *vm = start_with_pages(test, 16);

	set_most(test, 2);
	WALK(test, vm, { 0, 1 }, { 1, 2 }, { 3, 3 });
	uv_ahead_most = 0;
	WALK(test, vm, { 6, 1 });
	uv_ahead_most = UINT_MAX;
	WALK(test, vm, { 7, 8 });
	vm_stop(test, vm);
}

static bool has_page(struct vm *vm, unsigned long gaddr)
{
	pte_t *entry = vm_entry(vm, gaddr);

	return entry && pte_present(*entry);
}

static void new_memory_comes_in_streams_too(struct kunit *test)
{
	struct vm *vm = vm_start_protected(test);

	KUNIT_EXPECT_TRUE(test, vm_fault_in(vm, PAGE(0)));
	KUNIT_EXPECT_FALSE(test, has_page(vm, PAGE(1)));
	KUNIT_EXPECT_TRUE(test, vm_fault_in(vm, PAGE(1)));
	KUNIT_EXPECT_EQ(test, vm->fw->calls, 3);
	KUNIT_EXPECT_TRUE(test, has_page(vm, PAGE(2)));
	KUNIT_EXPECT_FALSE(test, has_page(vm, PAGE(3)));
	KUNIT_EXPECT_TRUE(test, vm_fault_in(vm, PAGE(3)));
	KUNIT_EXPECT_EQ(test, vm->fw->calls, 7);
	KUNIT_EXPECT_EQ(test, atomic64_read(&vm->kvm.stat.pv_imported_pages), 7);
	vm_stop(test, vm);
}

static void stream_ends_with_the_memory(struct kunit *test)
{
	struct vm *vm = vm_start_protected(test);
	const unsigned long last = VM_GUEST_LEN - PAGE_SIZE;

	KUNIT_EXPECT_TRUE(test, vm_fault_in(vm, last - 2 * PAGE_SIZE));
	KUNIT_EXPECT_TRUE(test, vm_fault_in(vm, last - PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, vm->fw->calls, 3);
	WALK(test, vm, { (last - PAGE(0)) / PAGE_SIZE, 1 });
	vm_stop(test, vm);
}

/* A page of a file that is not mapped may be the guest's, and shared. */
static void pages_of_a_file_are_not_faulted_in(struct kunit *test)
{
	struct vm *vm = vm_start_protected(test);

	KUNIT_ASSERT_EQ(test, kunit_vm_mmap(test, NULL, vm_uaddr(vm, 0), VM_GUEST_LEN,
					    PROT_READ | PROT_WRITE,
					    MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, 0),
			vm_uaddr(vm, 0));
	KUNIT_EXPECT_TRUE(test, vm_fault_in(vm, PAGE(0)));
	KUNIT_EXPECT_TRUE(test, vm_fault_in(vm, PAGE(1)));
	KUNIT_EXPECT_EQ(test, vm->fw->calls, 2);
	KUNIT_EXPECT_FALSE(test, has_page(vm, PAGE(2)));
	vm_stop(test, vm);
}

static struct kunit_case ahead_test_cases[] = {
	KUNIT_CASE(page_behind_is_imported_at_its_own_address),
	KUNIT_CASE(guest_gets_as_many_as_it_has_asked_for),
	KUNIT_CASE(pages_here_and_there_come_alone),
	KUNIT_CASE(page_that_the_host_has_used_is_left),
	KUNIT_CASE(page_in_use_is_not_waited_for),
	KUNIT_CASE(page_that_cannot_be_written_is_left),
	KUNIT_CASE(refusal_of_a_page_behind_is_nobodys_error),
	KUNIT_CASE(administrator_decides_how_many),
	KUNIT_CASE(new_memory_comes_in_streams_too),
	KUNIT_CASE(stream_ends_with_the_memory),
	KUNIT_CASE(pages_of_a_file_are_not_faulted_in),
	{}
};

static struct kunit_suite ahead_suite = {
	.name = "uv_kvm_ahead",
	.test_cases = ahead_test_cases,
};

kunit_test_suite(ahead_suite);

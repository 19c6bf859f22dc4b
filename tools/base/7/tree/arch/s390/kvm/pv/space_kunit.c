// SPDX-License-Identifier: GPL-2.0
/*
 * VMs whose guest has page tables of KVM's own.
 */
#include <linux/spinlock.h>
#include <linux/srcu.h>
#include <kunit/static_stub.h>
#include "vm_kunit.h"
#include "dat.h"
#include "gmap.h"

#define GADDR		(SZ_1M + 3 * PAGE_SIZE)	/* the page that tests use */

void vm_space_start(struct kunit *test, struct kvm *kvm)
{
	rwlock_init(&kvm->mmu_lock);
	kvm->arch.gmap = gmap_new(kvm, gpa_to_gfn(1UL << 42));
	KUNIT_ASSERT_NOT_NULL(test, kvm->arch.gmap);
}

void vm_space_stop(struct kvm *kvm)
{
	kvm->arch.gmap = gmap_put(kvm->arch.gmap);
}

/* Imports look there. */
u64 vm_space_owner(struct kvm *kvm)
{
	return kvm->arch.pv.handle;
}

int vm_space_destroy_page(struct kvm *kvm, unsigned long gaddr)
{
	int idx = srcu_read_lock(&kvm->srcu);
	int ret = kvm_s390_pv_destroy_page(kvm, gaddr);

	srcu_read_unlock(&kvm->srcu, idx);
	return ret;
}

static int no_memory_for_a_table(struct gmap *gmap)
{
	return -ENOMEM;
}

static void vm_that_is_not_set_aside_keeps_its_page_table(struct kunit *test)
{
	struct vm *vm = vm_start(test);
	u64 asce = pv_space_asce(&vm->kvm);

	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	kunit_activate_static_stub(test, pv_replace_table, no_memory_for_a_table);
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ASYNC_CLEANUP_PREPARE, NULL), -ENOMEM);
	KUNIT_EXPECT_EQ(test, vm->kvm.arch.pv.handle, VM_CONF_HANDLE);
	KUNIT_EXPECT_EQ(test, pv_space_asce(&vm->kvm), asce);
	KUNIT_EXPECT_EQ(test, atomic_read(&current->mm->context.protected_count), 1);
	kunit_deactivate_static_stub(test, pv_replace_table);
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_DISABLE, NULL), 0);
	vm_expect_ordinary(test, vm);
	vm_stop(test, vm);
}

/* A configuration that is not given back goes on using the table. */
static void lost_table_is_never_freed(struct kunit *test)
{
	struct vm *vm = vm_start(test);
	struct gmap *gmap = vm->kvm.arch.gmap;

	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	kunit_activate_static_stub(test, pv_replace_table, no_memory_for_a_table);
	vm->fw->calls = 0;
	vm->refuse = VM_CPUS;
	vm->refuse_rc = 0x101;
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_DISABLE, NULL), -EIO);
	KUNIT_EXPECT_EQ(test, refcount_read(&gmap->refcount), 2);
	vm_stop(test, vm);
	KUNIT_EXPECT_EQ(test, refcount_read(&gmap->refcount), 1);
	gmap_put(gmap);
}

/* Has the guest's table the page that the process has? */
static bool is_linked(struct vm *vm, unsigned long gaddr)
{
	pte_t *entry = vm_entry(vm, gaddr);
	union crste *crstep;
	union pte *ptep;

	return entry &&
	       !dat_entry_walk(NULL, gpa_to_gfn(gaddr), vm->kvm.arch.gmap->asce, DAT_WALK_LEAF,
			       TABLE_TYPE_PAGE_TABLE, &crstep, &ptep) &&
	       ptep && !ptep->h.i && !ptep->h.p && ptep->h.pfra == pte_pfn(*entry);
}

static void page_that_is_imported_is_entered(struct kunit *test)
{
	struct vm *vm = vm_start_protected(test);

	KUNIT_EXPECT_EQ(test, vm_import(vm, GADDR), 0);
	vm_expect_calls(test, vm, (u16[]){ UVC_CMD_CONV_TO_SEC_STOR, 0 });
	KUNIT_EXPECT_TRUE(test, is_linked(vm, GADDR));
	KUNIT_EXPECT_EQ(test, atomic64_read(&vm->kvm.stat.pv_imported_pages), 1);
	vm_stop(test, vm);
}

/* What KVM finds in the guest's table is no reason to leave the process' entry. */
static void page_that_the_process_has_not_used_is_imported(struct kunit *test)
{
	struct vm *vm = vm_start_protected(test);
	pte_t *entry;

	KUNIT_EXPECT_EQ(test, vm_import(vm, GADDR), 0);
	entry = vm_entry(vm, GADDR);
	KUNIT_ASSERT_NOT_NULL(test, entry);
	set_pte(entry, pte_mkold(*entry));
	KUNIT_EXPECT_TRUE(test, is_linked(vm, GADDR));
	vm->fw->calls = 0;
	KUNIT_EXPECT_EQ(test, vm_import(vm, GADDR), 0);
	vm_expect_calls(test, vm, (u16[]){ UVC_CMD_CONV_TO_SEC_STOR, 0 });
	vm_stop(test, vm);
}

/* The process' entry is about to change. */
static void page_that_is_being_unmapped_is_left(struct kunit *test)
{
	struct vm *vm = vm_start_protected(test);

	vm_touch(test, vm, GADDR);
	vm->kvm.mmu_invalidate_in_progress = 1;
	vm->kvm.mmu_invalidate_range_start = gpa_to_gfn(GADDR);
	vm->kvm.mmu_invalidate_range_end = gpa_to_gfn(GADDR) + 1;
	KUNIT_EXPECT_EQ(test, vm_import(vm, GADDR), -EAGAIN);
	vm_expect_calls(test, vm, (u16[]){ 0 });
	KUNIT_EXPECT_FALSE(test, is_linked(vm, GADDR));
	KUNIT_EXPECT_EQ(test, vm_import(vm, GADDR + PAGE_SIZE), 0);
	vm->kvm.mmu_invalidate_in_progress = 0;
	KUNIT_EXPECT_EQ(test, vm_import(vm, GADDR), 0);
	vm_stop(test, vm);
}

/* The guest would only come back. */
static void page_that_cannot_be_entered_is_left_to_the_fault(struct kunit *test)
{
	struct vm *vm = vm_start_protected(test);

	vm->kvm.mmu_invalidate_in_progress = 1;
	vm->kvm.mmu_invalidate_range_start = gpa_to_gfn(GADDR);
	vm->kvm.mmu_invalidate_range_end = gpa_to_gfn(GADDR) + 1;
	KUNIT_EXPECT_FALSE(test, vm_fault_in(vm, GADDR));
	vm->kvm.mmu_invalidate_in_progress = 0;
	vm_expect_calls(test, vm, (u16[]){ 0 });
	KUNIT_EXPECT_FALSE(test, is_linked(vm, GADDR));
	vm_stop(test, vm);
}

/* The guest has it, as it has just used it. */
static void import_enters_a_page_when_the_ultravisor_misses_it(struct kunit *test)
{
	struct vm *vm = vm_start_protected(test);

	vm_touch(test, vm, GADDR);
	KUNIT_EXPECT_EQ(test, vm_import(vm, GADDR), 0);
	vm_expect_calls(test, vm, (u16[]){ UVC_CMD_CONV_TO_SEC_STOR, 0 });
	KUNIT_EXPECT_FALSE(test, is_linked(vm, GADDR));

	vm->fw->calls = 0;
	vm->refuse = 0;
	vm->refuse_rc = UVC_RC_PAGE_NOT_MAPPED;
	KUNIT_EXPECT_EQ(test, vm_import(vm, GADDR), 0);
	vm_expect_calls(test, vm, (u16[]){ UVC_CMD_CONV_TO_SEC_STOR, UVC_CMD_CONV_TO_SEC_STOR, 0 });
	KUNIT_EXPECT_TRUE(test, is_linked(vm, GADDR));
	vm_stop(test, vm);
}

/* They may be shared, and must stay so. The first one needs a page table for the guest. */
static void pages_that_are_there_are_entered_as_they_are(struct kunit *test)
{
	struct vm *vm = vm_start_protected(test);
	pte_t *entry;

	vm_touch(test, vm, GADDR);
	vm_touch(test, vm, GADDR + PAGE_SIZE);
	vm_touch(test, vm, GADDR + 2 * PAGE_SIZE);
	entry = vm_entry(vm, GADDR + 2 * PAGE_SIZE);
	KUNIT_ASSERT_NOT_NULL(test, entry);
	set_pte(entry, pte_wrprotect(*entry));
	KUNIT_EXPECT_TRUE(test, vm_fault_in(vm, GADDR));
	KUNIT_EXPECT_TRUE(test, is_linked(vm, GADDR));
	KUNIT_EXPECT_TRUE(test, is_linked(vm, GADDR + PAGE_SIZE));
	KUNIT_EXPECT_FALSE(test, is_linked(vm, GADDR + 2 * PAGE_SIZE));
	KUNIT_EXPECT_FALSE(test, vm_fault_in(vm, GADDR + 2 * PAGE_SIZE));
	vm_expect_calls(test, vm, (u16[]){ 0 });
	vm_stop(test, vm);
}

static void memory_that_the_guest_cannot_write_is_a_fault(struct kunit *test)
{
	struct vm *vm = vm_start_protected(test);

	vm_slot(vm)->flags = KVM_MEM_READONLY;
	KUNIT_EXPECT_EQ(test, vm_import(vm, GADDR), -EFAULT);
	vm_expect_calls(test, vm, (u16[]){ 0 });
	vm_slot(vm)->flags = 0;
	vm_stop(test, vm);
}

static struct kunit_case space_test_cases[] = {
	KUNIT_CASE(vm_that_is_not_set_aside_keeps_its_page_table),
	KUNIT_CASE(lost_table_is_never_freed),
	KUNIT_CASE(page_that_is_imported_is_entered),
	KUNIT_CASE(page_that_the_process_has_not_used_is_imported),
	KUNIT_CASE(page_that_is_being_unmapped_is_left),
	KUNIT_CASE(page_that_cannot_be_entered_is_left_to_the_fault),
	KUNIT_CASE(import_enters_a_page_when_the_ultravisor_misses_it),
	KUNIT_CASE(pages_that_are_there_are_entered_as_they_are),
	KUNIT_CASE(memory_that_the_guest_cannot_write_is_a_fault),
	{}
};

static struct kunit_suite space_suite = {
	.name = "uv_kvm_space",
	.test_cases = space_test_cases,
};

kunit_test_suite(space_suite);

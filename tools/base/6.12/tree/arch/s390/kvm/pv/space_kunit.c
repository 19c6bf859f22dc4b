// SPDX-License-Identifier: GPL-2.0
/*
 * VMs whose guest shares page tables with its process.
 */
#include <linux/mm.h>
#include <kunit/static_stub.h>
#include <asm/gmap.h>
#include <asm/uv.h>
#include "vm_kunit.h"

void vm_space_start(struct kunit *test, struct kvm *kvm)
{
	kvm->arch.use_esca = 1;
	kvm->arch.gmap = gmap_create(current->mm, (1UL << 42) - 1);
	KUNIT_ASSERT_NOT_NULL(test, kvm->arch.gmap);
}

void vm_space_stop(struct kvm *kvm)
{
	gmap_remove(kvm->arch.gmap);
}

u64 vm_space_owner(struct kvm *kvm)
{
	return kvm->arch.gmap->guest_handle;
}

/* Two guests of a process have no page table in common, whatever one of them does. */
static void other_guests_are_flushed_after_set_aside(struct kunit *test)
{
	struct vm *vm = vm_start(test);
	struct gmap *other = gmap_create(current->mm, (1UL << 42) - 1);

	KUNIT_ASSERT_NOT_NULL(test, other);
	KUNIT_EXPECT_EQ(test, READ_ONCE(current->mm->context.gmap_asce), -1UL);
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ASYNC_CLEANUP_PREPARE, NULL), 0);
	KUNIT_EXPECT_EQ(test, READ_ONCE(current->mm->context.gmap_asce), -1UL);
	gmap_remove(other);
	KUNIT_EXPECT_EQ(test, READ_ONCE(current->mm->context.gmap_asce),
			vm->kvm.arch.gmap->asce);
	vm_stop(test, vm);
}

static int no_memory_for_a_table(struct gmap *gmap)
{
	s390_unlist_old_asce(gmap);
	return -ENOMEM;
}

static void vm_that_is_not_set_aside_keeps_its_page_table(struct kunit *test)
{
	struct vm *vm = vm_start(test);
	unsigned long asce = vm->kvm.arch.gmap->asce;
	struct page *table = virt_to_page(vm->kvm.arch.gmap->table);

	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	kunit_activate_static_stub(test, pv_replace_table, no_memory_for_a_table);
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ASYNC_CLEANUP_PREPARE, NULL), -ENOMEM);
	KUNIT_EXPECT_EQ(test, vm->kvm.arch.pv.handle, VM_CONF_HANDLE);
	KUNIT_EXPECT_EQ(test, vm->kvm.arch.gmap->asce, asce);
	KUNIT_EXPECT_EQ(test, atomic_read(&current->mm->context.protected_count), 1);
	kunit_deactivate_static_stub(test, pv_replace_table);
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_DISABLE, NULL), 0);
	vm_expect_ordinary(test, vm);
	get_page(table);
	vm_stop(test, vm);
	/* The table has gone with its VM. */
	KUNIT_EXPECT_EQ(test, page_ref_count(table), 1);
	put_page(table);
}

static struct kunit_case space_test_cases[] = {
	KUNIT_CASE(other_guests_are_flushed_after_set_aside),
	KUNIT_CASE(vm_that_is_not_set_aside_keeps_its_page_table),
	{}
};

static struct kunit_suite space_suite = {
	.name = "uv_kvm_space",
	.test_cases = space_test_cases,
};

kunit_test_suite(space_suite);

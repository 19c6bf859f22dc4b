// SPDX-License-Identifier: GPL-2.0
/*
 * VMs whose guest has page tables of KVM's own.
 */
#include <linux/spinlock.h>
#include <linux/srcu.h>
#include <kunit/static_stub.h>
#include "vm_kunit.h"
#include "gmap.h"

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

static struct kunit_case space_test_cases[] = {
	KUNIT_CASE(vm_that_is_not_set_aside_keeps_its_page_table),
	KUNIT_CASE(lost_table_is_never_freed),
	{}
};

static struct kunit_suite space_suite = {
	.name = "uv_kvm_space",
	.test_cases = space_test_cases,
};

kunit_test_suite(space_suite);

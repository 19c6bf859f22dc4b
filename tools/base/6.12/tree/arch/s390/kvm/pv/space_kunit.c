// SPDX-License-Identifier: GPL-2.0
/*
 * VMs whose guest shares page tables with its process.
 */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <kunit/static_stub.h>
#include <asm/gmap.h>
#include <asm/uv.h>
#include <asm/uv_gmap.h>
#include "vm_kunit.h"

void vm_space_start(struct kunit *test, struct kvm *kvm)
{
	struct vm *vm = container_of(kvm, struct vm, kvm);

	kvm->arch.use_esca = 1;
	kvm->arch.gmap = gmap_create(current->mm, (1UL << 42) - 1);
	KUNIT_ASSERT_NOT_NULL(test, kvm->arch.gmap);
	KUNIT_EXPECT_EQ(test, gmap_map_segment(kvm->arch.gmap, vm_uaddr(vm, 0), 0,
					       VM_GUEST_LEN), 0);
}

void vm_space_stop(struct kvm *kvm)
{
	gmap_remove(kvm->arch.gmap);
}

u64 vm_space_owner(struct kvm *kvm)
{
	return kvm->arch.gmap->guest_handle;
}

int vm_space_destroy_page(struct kvm *kvm, unsigned long gaddr)
{
	return gmap_destroy_page(kvm->arch.gmap, gaddr);
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
	struct vm *vm = vm_start(test);
	struct gmap *gmap = vm->kvm.arch.gmap;
	struct file *file;
	int faults = 0;

	file = anon_inode_getfile("[fault again]", &again_fops, &faults, O_RDWR);
	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	KUNIT_EXPECT_EQ(test, kunit_vm_mmap(test, file, vm_uaddr(vm, 0), VM_GUEST_LEN,
					    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, 0),
			vm_uaddr(vm, 0));
	KUNIT_EXPECT_EQ(test, gmap_fault(gmap, PAGE_SIZE,
					 FAULT_FLAG_WRITE | FAULT_FLAG_RETRY_NOWAIT), -EAGAIN);
	KUNIT_EXPECT_EQ(test, faults, 1);
	KUNIT_EXPECT_FALSE(test, rwsem_is_locked(&current->mm->mmap_lock));
	KUNIT_EXPECT_EQ(test, gmap_fault(gmap, PAGE_SIZE,
					 FAULT_FLAG_WRITE | FAULT_FLAG_RETRY_NOWAIT), -EFAULT);
	KUNIT_EXPECT_EQ(test, faults, 2);
	fput(file);
	vm_stop(test, vm);
}

static struct kunit_case space_test_cases[] = {
	KUNIT_CASE(other_guests_are_flushed_after_set_aside),
	KUNIT_CASE(vm_that_is_not_set_aside_keeps_its_page_table),
	KUNIT_CASE(fault_without_waiting_leaves_the_mmap_lock),
	{}
};

static struct kunit_suite space_suite = {
	.name = "uv_kvm_space",
	.test_cases = space_test_cases,
};

kunit_test_suite(space_suite);

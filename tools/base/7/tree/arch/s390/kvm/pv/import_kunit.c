// SPDX-License-Identifier: GPL-2.0
/*
 * Import into real memory where the guest has page tables of KVM's own.
 */
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/srcu.h>
#include <linux/swap.h>
#include <linux/uaccess.h>
#include <asm/uv_import.h>
#include "vm_kunit.h"
#include "dat.h"
#include "gmap.h"

#define IMPORT		UVC_CMD_CONV_TO_SEC_STOR
#define UNPACK		UVC_CMD_UNPACK_IMG
#define GADDR		(SZ_1M + 3 * PAGE_SIZE)	/* the page that tests use */

static struct kvm_memory_slot *slot_of(struct vm *vm)
{
	return id_to_memslot(rcu_dereference_protected(vm->kvm.memslots[0], true), 0);
}

static unsigned long uaddr_of(struct vm *vm, unsigned long gaddr)
{
	return slot_of(vm)->userspace_addr + gaddr;
}

static struct vm *protected_vm(struct kunit *test)
{
	struct vm *vm = vm_start(test);

	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	vm->fw->calls = 0;
	return vm;
}

static int import_page(struct vm *vm, unsigned long gaddr)
{
	int idx = srcu_read_lock(&vm->kvm.srcu);
	int ret = pv_space_import(&vm->vcpu[0], gaddr);

	srcu_read_unlock(&vm->kvm.srcu, idx);
	return ret;
}

static bool fault_page_in(struct vm *vm, unsigned long gaddr)
{
	int idx = srcu_read_lock(&vm->kvm.srcu);
	bool ret = pv_space_fault_in(&vm->vcpu[0], gaddr);

	srcu_read_unlock(&vm->kvm.srcu, idx);
	return ret;
}

static void touch(struct kunit *test, struct vm *vm, unsigned long gaddr)
{
	KUNIT_EXPECT_EQ(test, put_user(1, (char __user *)uaddr_of(vm, gaddr)), 0);
	lru_add_drain();
}

/* The process' entry; nobody else changes it. */
static pte_t *entry_of(struct vm *vm, unsigned long gaddr)
{
	unsigned long uaddr = uaddr_of(vm, gaddr);
	pmd_t *pmdp = uv_find_pmd(current->mm, uaddr);

	return pmdp ? pte_offset_kernel(pmdp, uaddr) : NULL;
}

/* Has the guest's table the page that the process has? */
static bool is_linked(struct vm *vm, unsigned long gaddr)
{
	pte_t *entry = entry_of(vm, gaddr);
	union crste *crstep;
	union pte *ptep;

	return entry &&
	       !dat_entry_walk(NULL, gpa_to_gfn(gaddr), vm->kvm.arch.gmap->asce, DAT_WALK_LEAF,
			       TABLE_TYPE_PAGE_TABLE, &crstep, &ptep) &&
	       ptep && !ptep->h.i && !ptep->h.p && ptep->h.pfra == pte_pfn(*entry);
}

static bool may_be_secure(struct vm *vm, unsigned long gaddr)
{
	return test_bit(PG_arch_1, folio_flags(pfn_folio(pte_pfn(*entry_of(vm, gaddr))), 0));
}

static void absent_page_is_imported_and_entered(struct kunit *test)
{
	struct vm *vm = protected_vm(test);

	KUNIT_EXPECT_EQ(test, import_page(vm, GADDR), 0);
	vm_expect_calls(test, vm, (u16[]){ IMPORT, 0 });
	KUNIT_EXPECT_TRUE(test, is_linked(vm, GADDR));
	KUNIT_EXPECT_TRUE(test, may_be_secure(vm, GADDR));
	KUNIT_EXPECT_EQ(test, atomic64_read(&vm->kvm.stat.pv_imported_pages), 1);
	vm_stop(test, vm);
}

/* What KVM finds in the guest's table is no reason to leave the process' entry. */
static void page_that_the_process_has_not_used_is_imported(struct kunit *test)
{
	struct vm *vm = protected_vm(test);
	pte_t *entry;

	KUNIT_EXPECT_EQ(test, import_page(vm, GADDR), 0);
	entry = entry_of(vm, GADDR);
	KUNIT_ASSERT_NOT_NULL(test, entry);
	set_pte(entry, pte_mkold(*entry));
	KUNIT_EXPECT_TRUE(test, is_linked(vm, GADDR));
	vm->fw->calls = 0;
	KUNIT_EXPECT_EQ(test, import_page(vm, GADDR), 0);
	vm_expect_calls(test, vm, (u16[]){ IMPORT, 0 });
	vm_stop(test, vm);
}

static void import_that_is_refused_is_an_error(struct kunit *test)
{
	struct vm *vm = protected_vm(test);

	vm->refuse = 0;
	vm->refuse_rc = 0x101;
	KUNIT_EXPECT_EQ(test, import_page(vm, GADDR), -EINVAL);
	KUNIT_EXPECT_EQ(test, atomic64_read(&vm->kvm.stat.pv_imported_pages), 0);
	vm_stop(test, vm);
}

static void address_without_memory_is_an_error(struct kunit *test)
{
	struct vm *vm = protected_vm(test);

	KUNIT_EXPECT_EQ(test, import_page(vm, VM_GUEST_LEN), -EFAULT);
	slot_of(vm)->flags = KVM_MEM_READONLY;
	KUNIT_EXPECT_EQ(test, import_page(vm, GADDR), -EFAULT);
	vm_expect_calls(test, vm, (u16[]){ 0 });
	slot_of(vm)->flags = 0;
	vm_stop(test, vm);
}

/* The process' entry is about to change. */
static void page_that_is_being_unmapped_is_left(struct kunit *test)
{
	struct vm *vm = protected_vm(test);

	touch(test, vm, GADDR);
	vm->kvm.mmu_invalidate_in_progress = 1;
	vm->kvm.mmu_invalidate_range_start = gpa_to_gfn(GADDR);
	vm->kvm.mmu_invalidate_range_end = gpa_to_gfn(GADDR) + 1;
	KUNIT_EXPECT_EQ(test, import_page(vm, GADDR), -EAGAIN);
	vm_expect_calls(test, vm, (u16[]){ 0 });
	KUNIT_EXPECT_FALSE(test, is_linked(vm, GADDR));
	KUNIT_EXPECT_EQ(test, import_page(vm, GADDR + PAGE_SIZE), 0);
	vm->kvm.mmu_invalidate_in_progress = 0;
	KUNIT_EXPECT_EQ(test, import_page(vm, GADDR), 0);
	vm_stop(test, vm);
}

static void image_is_unpacked_over_the_end_of_a_table(struct kunit *test)
{
	struct vm *vm = protected_vm(test);
	struct uv_cb_unp uvcb = {
		.header.cmd = UNPACK,
		.header.len = sizeof(uvcb),
		.gaddr = SZ_1M - 2 * PAGE_SIZE,
	};
	unsigned long pages = 5;

	KUNIT_EXPECT_EQ(test, pv_space_unpack(&vm->kvm, &uvcb, &pages), 0);
	KUNIT_EXPECT_EQ(test, pages, 0);
	vm_expect_calls(test, vm, (u16[]){ UNPACK, UNPACK, UNPACK, UNPACK, UNPACK, 0 });
	/* where the last page was */
	KUNIT_EXPECT_EQ(test, uvcb.gaddr, SZ_1M + 2 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, uvcb.tweak[1], 4 * PAGE_SIZE);
	vm_stop(test, vm);
}

static void image_that_does_not_fit_is_unpacked_so_far(struct kunit *test)
{
	struct vm *vm = protected_vm(test);
	struct uv_cb_unp uvcb = {
		.header.cmd = UNPACK,
		.header.len = sizeof(uvcb),
		.gaddr = VM_GUEST_LEN - 2 * PAGE_SIZE,
	};
	unsigned long pages = 3;

	KUNIT_EXPECT_EQ(test, pv_space_unpack(&vm->kvm, &uvcb, &pages), -EFAULT);
	KUNIT_EXPECT_EQ(test, pages, 1);
	vm_expect_calls(test, vm, (u16[]){ UNPACK, UNPACK, 0 });
	vm_stop(test, vm);
}

static void new_page_is_imported_at_once(struct kunit *test)
{
	struct vm *vm = protected_vm(test);

	KUNIT_EXPECT_TRUE(test, fault_page_in(vm, GADDR));
	vm_expect_calls(test, vm, (u16[]){ IMPORT, 0 });
	/* One that was there may be shared, and must stay so. */
	touch(test, vm, 0);
	vm->fw->calls = 0;
	KUNIT_EXPECT_FALSE(test, fault_page_in(vm, 0));
	KUNIT_EXPECT_FALSE(test, fault_page_in(vm, VM_GUEST_LEN));
	vm_expect_calls(test, vm, (u16[]){ 0 });
	vm_stop(test, vm);
}

static void page_of_an_earlier_life_is_destroyed(struct kunit *test)
{
	struct vm *vm = protected_vm(test);

	KUNIT_EXPECT_EQ(test, import_page(vm, GADDR), 0);
	vm->fw->calls = 0;
	KUNIT_EXPECT_EQ(test, kvm_s390_pv_destroy_page(&vm->kvm, GADDR), 0);
	vm_expect_calls(test, vm, (u16[]){ UVC_CMD_DESTR_SEC_STOR, 0 });
	KUNIT_EXPECT_FALSE(test, may_be_secure(vm, GADDR));
	KUNIT_EXPECT_EQ(test, kvm_s390_pv_destroy_page(&vm->kvm, VM_GUEST_LEN), -EFAULT);
	vm_stop(test, vm);
}

static struct kunit_case import_test_cases[] = {
	KUNIT_CASE(absent_page_is_imported_and_entered),
	KUNIT_CASE(page_that_the_process_has_not_used_is_imported),
	KUNIT_CASE(import_that_is_refused_is_an_error),
	KUNIT_CASE(address_without_memory_is_an_error),
	KUNIT_CASE(page_that_is_being_unmapped_is_left),
	KUNIT_CASE(image_is_unpacked_over_the_end_of_a_table),
	KUNIT_CASE(image_that_does_not_fit_is_unpacked_so_far),
	KUNIT_CASE(new_page_is_imported_at_once),
	KUNIT_CASE(page_of_an_earlier_life_is_destroyed),
	{}
};

static struct kunit_suite import_suite = {
	.name = "uv_kvm_import",
	.test_cases = import_test_cases,
};

kunit_test_suite(import_suite);

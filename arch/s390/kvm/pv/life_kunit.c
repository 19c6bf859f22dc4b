// SPDX-License-Identifier: GPL-2.0
/*
 * VMs become protected and ordinary again, and each step of that fails.
 */
#include <linux/mm.h>
#include <linux/mman.h>
#include <kunit/static_stub.h>
#include <asm/uv.h>
#include "vm_kunit.h"

#define CONF	UVC_CMD_CREATE_SEC_CONF
#define CPU	UVC_CMD_CREATE_SEC_CPU
#define NO_CONF	UVC_CMD_DESTROY_SEC_CONF
#define NO_CPU	UVC_CMD_DESTROY_SEC_CPU
#define NO_PAGE	UVC_CMD_DESTR_SEC_STOR
#define FAST	UVC_CMD_DESTROY_SEC_CONF_FAST

static void protected_vm_has_secure_cpus(struct kunit *test)
{
	struct vm *vm = vm_start(test);

	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	vm_expect_calls(test, vm, (u16[]){ CONF, CPU, CPU, CPU, 0 });
	KUNIT_EXPECT_EQ(test, vm->kvm.arch.pv.handle, VM_CONF_HANDLE);
	KUNIT_EXPECT_EQ(test, vm_space_owner(&vm->kvm), VM_CONF_HANDLE);
	KUNIT_EXPECT_EQ(test, vm->kvm.arch.pv.guest_len, VM_GUEST_LEN);
	KUNIT_EXPECT_EQ(test, atomic_read(&current->mm->context.protected_count), 1);
	for (unsigned int id = 0; id < VM_CPUS; id++) {
		struct kvm_s390_sie_block *sie = vm->vcpu[id].arch.sie_block;

		KUNIT_EXPECT_EQ(test, sie->pv_handle_cpu, VM_CPU_HANDLE + id);
		KUNIT_EXPECT_EQ(test, sie->pv_handle_config, VM_CONF_HANDLE);
		KUNIT_EXPECT_EQ(test, sie->sdf, 2);
		KUNIT_EXPECT_NE(test, sie->sidad, 0);
	}
	vm_stop(test, vm);
}

/* It would be told of page faults by the host, at an address that it chose. */
static void secure_cpu_has_no_pfault_token_of_an_ordinary_one(struct kunit *test)
{
	struct vm *vm = vm_start(test);

	vm->vcpu[0].arch.pfault_token = 0x1000;
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	KUNIT_EXPECT_EQ(test, vm->vcpu[0].arch.pfault_token, KVM_S390_PFAULT_TOKEN_INVALID);
	vm_stop(test, vm);
}

static const struct validity_case {
	const char *name;
	u16 reason;
	bool protected;	/* the CPU is */
	bool expected;
} validity_cases[] = {
	{ "secure CPU that must not run", 0x2005, true, true },
	{ "the same of an ordinary one", 0x2005, false, false },
	{ "secure CPU, prefix", 0x0037, true, false },
	{ "secure CPU, no reason", 0, true, false },
	{ "secure CPU, all bits", 0xffff, true, false },
};

KUNIT_ARRAY_PARAM_DESC(validity, validity_cases, name);

static void validity_is_expected_for_known_reasons(struct kunit *test)
{
	const struct validity_case *c = test->param_value;
	struct vm *vm = vm_start(test);

	if (c->protected)
		KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	mutex_lock(&vm->vcpu[0].mutex);
	KUNIT_EXPECT_EQ(test, kvm_s390_pv_validity(&vm->vcpu[0], c->reason), c->expected);
	mutex_unlock(&vm->vcpu[0].mutex);
	vm_stop(test, vm);
}

static void disabled_vm_has_everything_back(struct kunit *test)
{
	struct vm *vm = vm_start(test);

	for (int life = 0; life < 3; life++) {
		KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
		vm->fw->calls = 0;
		KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_DISABLE, NULL), 0);
		vm_expect_calls(test, vm, (u16[]){ NO_CPU, NO_CPU, NO_CPU, NO_CONF, 0 });
		vm_expect_ordinary(test, vm);
	}
	vm_stop(test, vm);
}

static const struct undo_case {
	const char *name;
	int donations;
	int refuse;
	u16 rc;
	int want;
	u16 calls[8];
} undo_cases[] = {
	{ "no base storage", 0, -1, 0, -ENOMEM, { 0 } },
	{ "configuration refused", INT_MAX, 0, 0x105, -EIO, { CONF, 0 } },
	{ "configuration half made", INT_MAX, 0, 0x8108, -EIO, { CONF, NO_CONF, 0 } },
	{ "no storage for the first CPU", 1, -1, 0, -ENOMEM, { CONF, NO_CONF, 0 } },
	{ "no storage for the last CPU", 3, -1, 0, -ENOMEM,
	  { CONF, CPU, CPU, NO_CPU, NO_CPU, NO_CONF, 0 } },
	{ "first CPU refused", INT_MAX, 1, 0x105, -EIO, { CONF, CPU, NO_CONF, 0 } },
	{ "last CPU refused", INT_MAX, 3, 0x105, -EIO,
	  { CONF, CPU, CPU, CPU, NO_CPU, NO_CPU, NO_CONF, 0 } },
};

KUNIT_ARRAY_PARAM_DESC(undo, undo_cases, name);

static void failed_enable_undoes_itself(struct kunit *test)
{
	const struct undo_case *c = test->param_value;
	struct vm *vm = vm_start(test);
	u16 rc;

	vm->donations = c->donations;
	vm->refuse = c->refuse;
	vm->refuse_rc = c->rc;
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, &rc), c->want);
	if (c->rc)
		KUNIT_EXPECT_EQ(test, rc, c->rc);
	vm_expect_calls(test, vm, c->calls);
	vm_expect_ordinary(test, vm);

	vm->donations = INT_MAX;
	vm->refuse = -1;
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	vm_stop(test, vm);
}

static void memory_beyond_secure_storage_costs_nothing(struct kunit *test)
{
	struct vm *vm = vm_start(test);

	uv_info.max_sec_stor_addr = VM_GUEST_LEN - 1;
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), -EINVAL);
	vm_expect_calls(test, vm, (u16[]){ 0 });
	vm_expect_ordinary(test, vm);
	vm_stop(test, vm);
}

static void cpu_that_is_being_made_keeps_the_vm_as_it_is(struct kunit *test)
{
	struct vm *vm = vm_start(test);

	vm->kvm.created_vcpus++;
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), -EBUSY);
	vm->kvm.created_vcpus--;
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	vm->fw->calls = 0;
	vm->kvm.created_vcpus++;
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_DISABLE, NULL), -EBUSY);
	vm_expect_calls(test, vm, (u16[]){ 0 });
	vm->kvm.created_vcpus--;
	vm_stop(test, vm);
}

static void cpu_that_is_not_given_back_is_lost(struct kunit *test)
{
	struct vm *vm = vm_start(test);
	unsigned long before = uv_donation_kept();
	struct page *sie = virt_to_page(vm->vcpu[1].arch.sie_block);
	u16 rc;

	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	vm->fw->calls = 0;
	vm->refuse = 1;
	vm->refuse_rc = 0x102;
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_DISABLE, &rc), -EIO);
	KUNIT_EXPECT_EQ(test, rc, 0x102);
	/* its storage, its SIDA, its state description */
	KUNIT_EXPECT_EQ(test, uv_donation_kept() - before, 3 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, page_ref_count(sie), 2);
	put_page(sie);
	KUNIT_EXPECT_EQ(test, vm->vcpu[1].arch.pv.handle, 0);
	/* the CPUs are gone, the configuration goes with the second attempt */
	vm->fw->calls = 0;
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_DISABLE, NULL), 0);
	vm_expect_calls(test, vm, (u16[]){ NO_CONF, 0 });
	KUNIT_EXPECT_EQ(test, vm->donated, 1);
	vm_stop(test, vm);
}

static void configuration_that_is_not_given_back_is_lost(struct kunit *test)
{
	struct vm *vm = vm_start(test);
	unsigned long before = uv_donation_kept();
	u64 asce = pv_space_asce(&vm->kvm);

	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	vm->fw->calls = 0;
	vm->refuse = VM_CPUS;
	vm->refuse_rc = 0x101;
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_DISABLE, NULL), -EIO);
	/* base storage of two pages, variable storage of one and 0x800 a megabyte */
	KUNIT_EXPECT_EQ(test, uv_donation_kept() - before, 5 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, vm->kvm.arch.pv.handle, 0);
	KUNIT_EXPECT_NE(test, pv_space_asce(&vm->kvm), asce);
	/* pages may stay secure, so the page table code stays watchful */
	KUNIT_EXPECT_EQ(test, atomic_read(&current->mm->context.protected_count), 1);
	KUNIT_EXPECT_EQ(test, vm->donated, 1);
	vm_stop(test, vm);
}

static void have_fast_destroy(void)
{
	uv_info.inst_calls_list[0] |= 1UL << (63 - BIT_UVC_CMD_DESTROY_SEC_CONF_FAST);
}

static void fast_destroy_is_used_where_it_exists(struct kunit *test)
{
	struct vm *vm = vm_start(test);

	have_fast_destroy();
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	vm->fw->calls = 0;
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_DISABLE, NULL), 0);
	vm_expect_calls(test, vm, (u16[]){ NO_CPU, NO_CPU, NO_CPU, FAST, 0 });
	vm_expect_ordinary(test, vm);
	vm_stop(test, vm);
}

static void refused_fast_destroy_is_done_slowly(struct kunit *test)
{
	struct vm *vm = vm_start(test);

	have_fast_destroy();
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	vm->fw->calls = 0;
	vm->refuse = VM_CPUS;
	vm->refuse_rc = 0x104;
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_DISABLE, NULL), 0);
	vm_expect_calls(test, vm, (u16[]){ NO_CPU, NO_CPU, NO_CPU, FAST, NO_CONF, 0 });
	vm_expect_ordinary(test, vm);
	vm_stop(test, vm);
}

static void vm_set_aside_lives_on_and_is_destroyed_later(struct kunit *test)
{
	struct vm *vm = vm_start(test);
	u64 asce = pv_space_asce(&vm->kvm);

	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	vm->fw->calls = 0;
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ASYNC_CLEANUP_PREPARE, NULL), 0);
	vm_expect_calls(test, vm, (u16[]){ NO_CPU, NO_CPU, NO_CPU, 0 });
	KUNIT_EXPECT_EQ(test, vm->kvm.arch.pv.handle, 0);
	KUNIT_EXPECT_NE(test, pv_space_asce(&vm->kvm), asce);

	/* the next life, which cannot be set aside as well */
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&current->mm->context.protected_count), 2);
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ASYNC_CLEANUP_PREPARE, NULL), -EINVAL);
	vm->fw->calls = 0;
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ASYNC_CLEANUP_PERFORM, NULL), 0);
	vm_expect_calls(test, vm, (u16[]){ NO_CONF, 0 });
	KUNIT_EXPECT_EQ(test, vm->kvm.arch.pv.handle, VM_CONF_HANDLE);
	KUNIT_EXPECT_EQ(test, atomic_read(&current->mm->context.protected_count), 1);
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ASYNC_CLEANUP_PERFORM, NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_DISABLE, NULL), 0);
	vm_expect_ordinary(test, vm);
	vm_stop(test, vm);
}

static void vm_set_aside_ends_with_its_vm(struct kunit *test)
{
	struct vm *vm = vm_start(test);

	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ASYNC_CLEANUP_PREPARE, NULL), 0);
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	vm->fw->calls = 0;
	vm_stop(test, vm);
	vm_expect_calls(test, vm, (u16[]){ NO_CPU, NO_CPU, NO_CPU, NO_CONF, NO_CONF, 0 });
	KUNIT_EXPECT_EQ(test, vm->donated, 0);
}

static struct kvm_memory_slot *memory_slot(struct vm *vm)
{
	return id_to_memslot(rcu_dereference_protected(vm->kvm.memslots[0], true), 0);
}

/* Pages that may be secure: one of the VM's memory, and one that is not. */
static void touch_pages(struct kunit *test, struct vm *vm)
{
	uv_touch_owned(test, memory_slot(vm)->userspace_addr);
	uv_touch_owned(test, (unsigned long)vm->data);
}

/* What it leaves are pages, which are seen to as after the slow one. */
static void fast_destroy_leaves_the_pages_for_later(struct kunit *test)
{
	struct vm *vm = vm_start(test);

	/* where nothing has to be done at once */
	memory_slot(vm)->base_gfn = SZ_2G >> PAGE_SHIFT;
	have_fast_destroy();
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	touch_pages(test, vm);
	vm->fw->calls = 0;
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ASYNC_CLEANUP_PREPARE, NULL), 0);
	vm_expect_calls(test, vm, (u16[]){ NO_CPU, NO_CPU, NO_CPU, FAST, 0 });
	KUNIT_EXPECT_EQ(test, vm->donated, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&current->mm->context.protected_count), 1);
	vm->fw->calls = 0;
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ASYNC_CLEANUP_PERFORM, NULL), 0);
	vm_expect_calls(test, vm, (u16[]){ NO_PAGE, 0 });
	vm_expect_ordinary(test, vm);
	vm_stop(test, vm);
}

static void pages_are_destroyed_after_a_fast_destroy(struct kunit *test)
{
	struct vm *vm = vm_start(test);

	have_fast_destroy();
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	touch_pages(test, vm);
	vm->fw->calls = 0;
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_DISABLE, NULL), 0);
	vm_expect_calls(test, vm, (u16[]){ NO_CPU, NO_CPU, NO_CPU, FAST, NO_PAGE, 0 });
	vm_expect_ordinary(test, vm);
	vm_stop(test, vm);
}

/* The end of the process and that of the VM, whichever comes first */
static void end_of_the_process_ends_the_cpus(struct kunit *test)
{
	struct vm *vm = vm_start(test);
	struct mmu_notifier *notifier;

	have_fast_destroy();
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	touch_pages(test, vm);
	vm->fw->calls = 0;
	notifier = &vm->kvm.arch.pv.mmu_notifier;
	notifier->ops->release(notifier, current->mm);
	vm_expect_calls(test, vm, (u16[]){ NO_CPU, NO_CPU, NO_CPU, FAST, 0 });
	/* the page is secure still, and counted for */
	KUNIT_EXPECT_EQ(test, atomic_read(&current->mm->context.protected_count), 1);
	kvm_s390_pv_destroy_vm(&vm->kvm);
	vm_expect_calls(test, vm, (u16[]){ NO_PAGE, 0 });
	KUNIT_EXPECT_EQ(test, atomic_read(&current->mm->context.protected_count), 0);
	KUNIT_EXPECT_EQ(test, vm->donated, 0);
	vm->kvm.arch.pv.mmu_notifier.ops = NULL;
	vm_stop(test, vm);
}

/* Somebody else's configurations keep the page table code watchful. */
static void ordinary_vm_touches_no_pages(struct kunit *test)
{
	struct vm *vm = vm_start(test);

	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_DISABLE, NULL), 0);
	atomic_inc(&current->mm->context.protected_count);
	touch_pages(test, vm);
	vm->fw->calls = 0;
	vm_stop(test, vm);
	vm_expect_calls(test, vm, (u16[]){ 0 });
}

static void life_without_cpus_waits_for_the_one_before(struct kunit *test)
{
	struct vm *vm = vm_start(test);

	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ASYNC_CLEANUP_PREPARE, NULL), 0);
	vm->kvm.created_vcpus = 0;
	atomic_set(&vm->kvm.online_vcpus, 0);
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), -EBUSY);
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ASYNC_CLEANUP_PERFORM, NULL), 0);
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	vm->kvm.created_vcpus = VM_CPUS;
	atomic_set(&vm->kvm.online_vcpus, VM_CPUS);
	vm_stop(test, vm);
}

/* Real memory this time, more than the buddy allocator ever has in one piece */
static void base_storage_may_be_large(struct kunit *test)
{
	struct vm *vm;

	if (!IS_ENABLED(CONFIG_CONTIG_ALLOC))
		kunit_skip(test, "the kernel cannot move pages out of the way");
	vm = vm_start(test);
	kunit_deactivate_static_stub(test, uv_donation_alloc);
	kunit_deactivate_static_stub(test, uv_donation_free);
	uv_info.guest_base_stor_len = 2 * PAGE_SIZE << MAX_PAGE_ORDER;
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED(vm->kvm.arch.pv.stor_base,
					   uv_info.guest_base_stor_len));
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_DISABLE, NULL), 0);
	vm_expect_ordinary(test, vm);
	vm_stop(test, vm);
}

static struct kunit_case life_test_cases[] = {
	KUNIT_CASE(protected_vm_has_secure_cpus),
	KUNIT_CASE(secure_cpu_has_no_pfault_token_of_an_ordinary_one),
	KUNIT_CASE_PARAM(validity_is_expected_for_known_reasons, validity_gen_params),
	KUNIT_CASE(disabled_vm_has_everything_back),
	KUNIT_CASE_PARAM(failed_enable_undoes_itself, undo_gen_params),
	KUNIT_CASE(memory_beyond_secure_storage_costs_nothing),
	KUNIT_CASE(cpu_that_is_being_made_keeps_the_vm_as_it_is),
	KUNIT_CASE(cpu_that_is_not_given_back_is_lost),
	KUNIT_CASE(configuration_that_is_not_given_back_is_lost),
	KUNIT_CASE(fast_destroy_is_used_where_it_exists),
	KUNIT_CASE(refused_fast_destroy_is_done_slowly),
	KUNIT_CASE(vm_set_aside_lives_on_and_is_destroyed_later),
	KUNIT_CASE(vm_set_aside_ends_with_its_vm),
	KUNIT_CASE(fast_destroy_leaves_the_pages_for_later),
	KUNIT_CASE(pages_are_destroyed_after_a_fast_destroy),
	KUNIT_CASE(end_of_the_process_ends_the_cpus),
	KUNIT_CASE(ordinary_vm_touches_no_pages),
	KUNIT_CASE(life_without_cpus_waits_for_the_one_before),
	KUNIT_CASE(base_storage_may_be_large),
	{}
};

static struct kunit_suite life_suite = {
	.name = "uv_kvm_life",
	.test_cases = life_test_cases,
};

kunit_test_suite(life_suite);

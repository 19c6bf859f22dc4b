// SPDX-License-Identifier: GPL-2.0
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/slab.h>
#include <linux/srcu.h>
#include <linux/swap.h>
#include <linux/uaccess.h>
#include <kunit/static_stub.h>
#include <asm/uv_import.h>
#include "vm_kunit.h"

static struct vm *vm_of_test(void)
{
	struct uv_firmware *fw = kunit_get_current_test()->priv;

	return fw->context;
}

static void *counted_alloc(size_t len)
{
	struct vm *vm = vm_of_test();

	if (!vm->donations)
		return NULL;
	vm->donations--;
	vm->donated++;
	return alloc_pages_exact(len, GFP_KERNEL);
}

static void counted_free(void *addr, size_t len)
{
	if (!addr)
		return;
	vm_of_test()->donated--;
	free_pages_exact(addr, len);
}

/* Gives out handles, and answers the calls that are to be refused. */
static int firmware_of_vm(struct uv_cb_header *uvcb)
{
	struct vm *vm = vm_of_test();
	int call = vm->fw->calls++;

	if (call < UV_ASKED_MAX)
		vm->fw->asked[call] = uvcb->cmd;
	uvcb->rrc = 0;
	uvcb->rc = UVC_RC_EXECUTED;
	if (call == vm->refuse)
		uvcb->rc = vm->refuse_rc;
	else if (call == vm->refuse_also)
		uvcb->rc = 0x101;
	if (uvcb->cmd == UVC_CMD_CREATE_SEC_CONF)
		((struct uv_cb_cgc *)uvcb)->guest_handle = VM_CONF_HANDLE;
	if (uvcb->cmd == UVC_CMD_CREATE_SEC_CPU)
		((struct uv_cb_csc *)uvcb)->cpu_handle =
			VM_CPU_HANDLE + ((struct uv_cb_csc *)uvcb)->num;
	return uvcb->rc == UVC_RC_EXECUTED ? UVC_CC_OK : UVC_CC_ERROR;
}

static void restore_uv_info(void *saved)
{
	uv_info = *(struct uv_info *)saved;
	prot_virt_host = 0;
}

static void set_uv_info(struct kunit *test)
{
	struct uv_info *saved = kunit_kmalloc(test, sizeof(*saved), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, saved);
	*saved = uv_info;
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, restore_uv_info, saved), 0);
	uv_info = (struct uv_info){
		.guest_base_stor_len = 2 * PAGE_SIZE,
		.guest_virt_base_stor_len = PAGE_SIZE,
		.guest_virt_var_stor_len = 0x800,
		.guest_cpu_stor_len = PAGE_SIZE,
		.max_sec_stor_addr = 1UL << 40,
		.max_guest_cpu_id = 247,
		.conf_dump_storage_state_len = PAGE_SIZE,
		.conf_dump_finalize_len = PAGE_SIZE,
	};
	prot_virt_host = 1;
}

static void vm_add_memory(struct kunit *test, struct vm *vm)
{
	struct kvm_memslots *slots = &vm->kvm.__memslots[0][0];
	struct kvm_memory_slot *slot = kunit_kzalloc(test, sizeof(*slot), GFP_KERNEL);
	unsigned long addr;

	KUNIT_ASSERT_NOT_NULL(test, slot);
	addr = kunit_vm_mmap(test, NULL, 0, VM_GUEST_LEN + SZ_1M, PROT_READ | PROT_WRITE,
			     MAP_ANONYMOUS | MAP_PRIVATE, 0);
	KUNIT_ASSERT_NE(test, addr, 0);
	slot->userspace_addr = ALIGN(addr, SZ_1M);
	slot->npages = VM_GUEST_LEN >> PAGE_SHIFT;
	slots->gfn_tree = RB_ROOT;
	rb_link_node(&slot->gfn_node[0], NULL, &slots->gfn_tree.rb_node);
	rb_insert_color(&slot->gfn_node[0], &slots->gfn_tree);
	hash_init(slots->id_hash);
	hash_add(slots->id_hash, &slot->id_node[0], slot->id);
	rcu_assign_pointer(vm->kvm.memslots[0], slots);
}

static void vm_add_cpu(struct kunit *test, struct vm *vm, unsigned int id)
{
	struct kvm_vcpu *vcpu = &vm->vcpu[id];

	mutex_init(&vcpu->mutex);
	INIT_LIST_HEAD(&vcpu->async_pf.done);
	INIT_LIST_HEAD(&vcpu->async_pf.queue);
	spin_lock_init(&vcpu->async_pf.lock);
	vcpu->kvm = &vm->kvm;
	vcpu->vcpu_id = id;
	vcpu->vcpu_idx = id;
	vcpu->arch.gmap = vm->kvm.arch.gmap;
	vcpu->arch.sie_block = (void *)get_zeroed_page(GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, vcpu->arch.sie_block);
	vcpu->arch.sie_block->icpua = id;
	vcpu->arch.sie_block->gbea = 1;
	KUNIT_ASSERT_EQ(test, xa_err(xa_store(&vm->kvm.vcpu_array, id, vcpu, GFP_KERNEL)), 0);
}

/**
 * vm_start - make an ordinary VM with some memory and VM_CPUS CPUs
 * @test: the test
 *
 * Return: the VM, to be ended with vm_stop() before the test returns
 */
struct vm *vm_start(struct kunit *test)
{
	struct vm *vm = kunit_kzalloc(test, sizeof(*vm), GFP_KERNEL);
	struct kvm *kvm = &vm->kvm;

	KUNIT_ASSERT_NOT_NULL(test, vm);
	set_uv_info(test);
	vm->fw = FIRMWARE(test, UV_DONE);
	vm->fw->context = vm;
	vm->donations = INT_MAX;
	vm->refuse = -1;
	vm->refuse_also = -1;
	kunit_activate_static_stub(test, uvc, firmware_of_vm);
	kunit_activate_static_stub(test, uv_donation_alloc, counted_alloc);
	kunit_activate_static_stub(test, uv_donation_free, counted_free);

	mutex_init(&kvm->lock);
	mutex_init(&kvm->slots_lock);
	KUNIT_ASSERT_EQ(test, init_srcu_struct(&kvm->srcu), 0);
	xa_init(&kvm->vcpu_array);
	refcount_set(&kvm->users_count, 1);
	INIT_LIST_HEAD(&kvm->arch.pv.need_cleanup);
	vm_add_memory(test, vm);
	kvm->mm = current->mm;
	vm_space_start(test, kvm);
	for (unsigned int id = 0; id < VM_CPUS; id++)
		vm_add_cpu(test, vm, id);
	kvm->created_vcpus = VM_CPUS;
	atomic_set(&kvm->online_vcpus, VM_CPUS);
	vm->data = (void __user *)kunit_vm_mmap(test, NULL, 0, SZ_1M,
						PROT_READ | PROT_WRITE,
						MAP_ANONYMOUS | MAP_PRIVATE, 0);
	KUNIT_ASSERT_NOT_NULL(test, (__force void *)vm->data);
	return vm;
}

/**
 * vm_start_protected - make a VM with a configuration, all CPUs of it secure
 * @test: the test
 *
 * Return: as vm_start(); calls are counted from now on
 */
struct vm *vm_start_protected(struct kunit *test)
{
	struct vm *vm = vm_start(test);

	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	vm->fw->calls = 0;
	return vm;
}

/**
 * vm_script - the firmware's answers come from a script, until vm_stop()
 * @test: the test
 * @vm: the VM
 * @script: as for uv_firmware_start()
 * @answers: how many
 *
 * Return: the firmware
 */
struct uv_firmware *vm_script(struct kunit *test, struct vm *vm, const struct uv_answer *script,
			      unsigned int answers)
{
	vm->fw = uv_firmware_start(test, script, answers);
	vm->fw->context = vm;
	return vm->fw;
}

/**
 * vm_stop - what closing the last file descriptor of a VM does
 * @test: the test
 * @vm: the VM
 */
void vm_stop(struct kunit *test, struct vm *vm)
{
	struct kvm *kvm = &vm->kvm;

	kunit_activate_static_stub(test, uvc, firmware_of_vm);
	refcount_set(&kvm->users_count, 0);
	kvm_s390_pv_destroy_vm(kvm);
	for (unsigned int id = 0; id < VM_CPUS; id++) {
		KUNIT_EXPECT_EQ(test, vm->vcpu[id].arch.pv.handle, 0);
		free_page((unsigned long)vm->vcpu[id].arch.sie_block);
	}
	atomic_set(&kvm->online_vcpus, 0);
	xa_destroy(&kvm->vcpu_array);
	vm_space_stop(kvm);
	cleanup_srcu_struct(&kvm->srcu);
	atomic_set(&current->mm->context.protected_count, 0);
}

/**
 * vm_command - a command whose argument, if any, is at vm->data
 * @vm: the VM
 * @cmd: KVM_PV_*
 * @rc: response code, 0 if none was given; may be NULL
 *
 * Return: what the ioctl would
 */
int vm_command(struct vm *vm, u32 cmd, u16 *rc)
{
	struct kvm_pv_cmd pv_cmd = { .cmd = cmd, .data = (__force u64)vm->data };
	int ret = pv_do_command(&vm->kvm, &pv_cmd);

	if (rc)
		*rc = pv_cmd.rc;
	return ret;
}

/**
 * vm_command_arg - a command with an argument
 * @test: the test
 * @vm: the VM
 * @cmd: KVM_PV_*
 * @arg: the argument, gets what user space finds there afterwards
 * @len: its size
 *
 * Return: what the ioctl would
 */
int vm_command_arg(struct kunit *test, struct vm *vm, u32 cmd, void *arg, size_t len)
{
	int ret;

	KUNIT_EXPECT_EQ(test, copy_to_user(vm->data, arg, len), 0);
	ret = vm_command(vm, cmd, NULL);
	KUNIT_EXPECT_EQ(test, copy_from_user(arg, vm->data, len), 0);
	return ret;
}

/**
 * vm_expect_calls - the firmware was called for this and nothing else
 * @test: the test
 * @vm: the VM; calls are counted anew afterwards
 * @calls: command codes, ending with 0
 */
void vm_expect_calls(struct kunit *test, struct vm *vm, const u16 *calls)
{
	unsigned int call;

	for (call = 0; calls[call]; call++)
		KUNIT_EXPECT_EQ_MSG(test, vm->fw->asked[call], calls[call], "call %u", call);
	KUNIT_EXPECT_EQ(test, vm->fw->calls, call);
	vm->fw->calls = 0;
}

/**
 * vm_expect_ordinary - nothing is left of a configuration
 * @test: the test
 * @vm: the VM
 */
void vm_expect_ordinary(struct kunit *test, struct vm *vm)
{
	struct kvm *kvm = &vm->kvm;

	KUNIT_EXPECT_EQ(test, kvm->arch.pv.handle, 0);
	KUNIT_EXPECT_EQ(test, kvm->arch.pv.stor_base, 0);
	KUNIT_EXPECT_NULL(test, kvm->arch.pv.stor_var);
	KUNIT_EXPECT_EQ(test, vm_space_owner(kvm), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&kvm->mm->context.protected_count), 0);
	KUNIT_EXPECT_FALSE(test, test_bit(IRQ_PEND_EXT_SERVICE,
					  &kvm->arch.float_int.masked_irqs));
	KUNIT_EXPECT_EQ(test, vm->donated, 0);
	for (unsigned int id = 0; id < VM_CPUS; id++) {
		struct kvm_s390_sie_block *sie = vm->vcpu[id].arch.sie_block;

		KUNIT_EXPECT_EQ(test, vm->vcpu[id].arch.pv.handle, 0);
		KUNIT_EXPECT_EQ(test, sie->pv_handle_cpu, 0);
		KUNIT_EXPECT_EQ(test, sie->pv_handle_config, 0);
		KUNIT_EXPECT_EQ(test, sie->sdf, 0);
		KUNIT_EXPECT_EQ(test, sie->gbea, 1);
	}
}

/**
 * vm_slot - the memory slot of a VM
 * @vm: the VM
 *
 * Return: the only one, from guest address 0 on
 */
struct kvm_memory_slot *vm_slot(struct vm *vm)
{
	return id_to_memslot(rcu_dereference_protected(vm->kvm.memslots[0], true), 0);
}

/**
 * vm_uaddr - where the process has the memory of a VM
 * @vm: the VM
 * @gaddr: guest address
 *
 * Return: user address
 */
unsigned long vm_uaddr(struct vm *vm, unsigned long gaddr)
{
	return vm_slot(vm)->userspace_addr + gaddr;
}

/**
 * vm_entry - the process' page table entry for a guest address
 * @vm: the VM
 * @gaddr: guest address
 *
 * Return: without a lock, as nobody else changes it; NULL if there is no page table
 */
pte_t *vm_entry(struct vm *vm, unsigned long gaddr)
{
	unsigned long uaddr = vm_uaddr(vm, gaddr);
	pmd_t *pmdp = uv_find_pmd(current->mm, uaddr);

	return pmdp && !pmd_none(*pmdp) ? pte_offset_kernel(pmdp, uaddr) : NULL;
}

/**
 * vm_touch - have a page mapped, to be written, and in no batch of the LRU
 * @test: the test
 * @vm: the VM
 * @gaddr: guest address
 */
void vm_touch(struct kunit *test, struct vm *vm, unsigned long gaddr)
{
	KUNIT_EXPECT_EQ(test, put_user(1, (char __user *)vm_uaddr(vm, gaddr)), 0);
	lru_add_drain();
}

/**
 * vm_import - what KVM does when a guest finds a page that is not secure
 * @vm: the VM
 * @gaddr: guest address
 *
 * Return: as pv_space_import()
 */
int vm_import(struct vm *vm, unsigned long gaddr)
{
	int idx = srcu_read_lock(&vm->kvm.srcu);
	int ret = pv_space_import(&vm->vcpu[0], gaddr);

	srcu_read_unlock(&vm->kvm.srcu, idx);
	return ret;
}

/**
 * vm_fault_in - what KVM does when a guest finds no page
 * @vm: the VM
 * @gaddr: guest address
 *
 * Return: as pv_space_fault_in()
 */
bool vm_fault_in(struct vm *vm, unsigned long gaddr)
{
	int idx = srcu_read_lock(&vm->kvm.srcu);
	bool ret;

	current->thread.gmap_int_code = PGM_PAGE_TRANSLATION;
	ret = pv_space_fault_in(&vm->vcpu[0], gaddr);
	srcu_read_unlock(&vm->kvm.srcu, idx);
	return ret;
}

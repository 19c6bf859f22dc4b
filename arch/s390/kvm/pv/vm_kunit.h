/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A VM for tests: real data structures, address space and memory, but no SIE
 * and no file descriptors, and a firmware that answers by rule, or by a script.
 */
#ifndef _KVM_S390_PV_VM_KUNIT_H
#define _KVM_S390_PV_VM_KUNIT_H

#include <kunit/test.h>
#include "../../uv/firmware_kunit.h"
#include "pv.h"

#define VM_CPUS		3
#define VM_CONF_HANDLE	0x4711
#define VM_CPU_HANDLE	0x1000	/* of the first CPU */
#define VM_GUEST_LEN	(4 * SZ_1M)

/**
 * struct vm - VM of one test
 * @kvm:	what the code under test sees
 * @vcpu:	its CPUs, online
 * @fw:		the firmware's notes
 * @data:	a megabyte of the process, for arguments and results
 * @donated:	donations that were allocated and not freed
 * @donations:	how many more allocations succeed
 * @refuse:	call, counted from 0, that the firmware refuses; -1: none
 * @refuse_rc:	how
 * @refuse_also: another one, refused with rc 0x101
 * @context:	for the firmware's @during
 */
struct vm {
	struct kvm kvm;
	struct kvm_vcpu vcpu[VM_CPUS];
	struct uv_firmware *fw;
	void __user *data;
	int donated;
	int donations;
	int refuse;
	u16 refuse_rc;
	int refuse_also;
	void *context;
};

struct vm *vm_start(struct kunit *test);
struct vm *vm_start_protected(struct kunit *test);
struct uv_firmware *vm_script(struct kunit *test, struct vm *vm, const struct uv_answer *script,
			      unsigned int answers);
void vm_stop(struct kunit *test, struct vm *vm);
int vm_command(struct vm *vm, u32 cmd, u16 *rc);
int vm_command_arg(struct kunit *test, struct vm *vm, u32 cmd, void *arg, size_t len);
void vm_expect_calls(struct kunit *test, struct vm *vm, const u16 *calls);
void vm_expect_ordinary(struct kunit *test, struct vm *vm);

/* The answers are given right there, as to FIRMWARE() */
#define VM_SCRIPT(test, vm, ...)					\
({									\
	static const struct uv_answer __script[] = { __VA_ARGS__ };	\
	vm_script(test, vm, __script, ARRAY_SIZE(__script));		\
})

/* Its memory, by guest address */
struct kvm_memory_slot *vm_slot(struct vm *vm);
unsigned long vm_uaddr(struct vm *vm, unsigned long gaddr);
pte_t *vm_entry(struct vm *vm, unsigned long gaddr);
void vm_touch(struct kunit *test, struct vm *vm, unsigned long gaddr);
int vm_import(struct vm *vm, unsigned long gaddr);
bool vm_fault_in(struct vm *vm, unsigned long gaddr);

/* space_kunit.c of the base: the guest's memory, and whose pages become secure there */
void vm_space_start(struct kunit *test, struct kvm *kvm);
void vm_space_stop(struct kvm *kvm);
u64 vm_space_owner(struct kvm *kvm);
int vm_space_destroy_page(struct kvm *kvm, unsigned long gaddr);

#endif /* _KVM_S390_PV_VM_KUNIT_H */

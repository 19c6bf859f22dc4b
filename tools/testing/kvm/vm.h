/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of KVM's interface for protected VMs share: a VM by raw
 * ioctls, and results in the TAP format of the kernel's selftests.
 */
#ifndef TESTS_VM_H
#define TESTS_VM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/kvm.h>

#define MIB		(1UL << 20)
#define GUEST_PAGE	4096UL

/* Commands that older headers lack */
#define PV_SET_ASIDE	9
#define PV_DESTROY_ASIDE 10

#define CAP_PROTECTED_ASYNC 224

/**
 * struct vm - one VM
 * @fd:		of the VM, -1 if there is none
 * @cpu:	file descriptors of its CPUs
 * @cpus:	how many it has
 * @mem:	its memory, at guest address 0
 * @len:	how much
 * @rc:		response code that the last command brought
 * @rrc:	reason code of the last command
 */
struct vm {
	int fd;
	int cpu[248];
	int cpus;
	uint8_t *mem;
	size_t len;
	uint16_t rc;
	uint16_t rrc;
};

extern int kvm_fd;

bool kvm_open(void);
bool kvm_has(unsigned long cap);
bool host_is_protected(void);
void vm_open(struct vm *vm, size_t len, int cpus);
/* Memory for slots; the process ends if there is none */
uint8_t *vm_alloc(size_t len);
int vm_add_cpu(struct vm *vm);
void vm_close(struct vm *vm);
int vm_set_memory(struct vm *vm, int slot, size_t addr, size_t len);
int pv(struct vm *vm, uint32_t cmd, void *arg);
int pv_flags(struct vm *vm, uint32_t cmd, void *arg, uint32_t flags);
int pv_cpu(struct vm *vm, int cpu, uint32_t cmd, void *arg);

/*
 * A process of its own lives up to a stage and is killed there: when it says so,
 * whatever it does after that, or when it has nothing more to do. False if it
 * ended in another way, _exit() for example.
 */
bool killed_at(int stage, void (*live)(int stage));
void stage_reached(void);

/* In kB: what the kernel says, and what its CPUs keep for themselves */
long memory_available(void);

/* One result; text as of printf, and a false one shows errno, rc and rrc */
bool ok(struct vm *vm, bool good, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void skip_all(const char *why) __attribute__((noreturn));
int finish(void);

#endif /* TESTS_VM_H */

// SPDX-License-Identifier: GPL-2.0
/*
 * pv-fixed: what user space can change of a VM while it is protected, and what not.
 * No guest runs, no image is needed. Each change that is refused is one that an
 * ordinary VM without CPUs answers in another way, before and after that.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include "vm.h"

#define GUEST_LEN	(16 * MIB)

/* Newer than the headers of old distributions */
#define ATTR_UV_FEAT_GUEST	6
#define CAP_CPU_TOPOLOGY	222

static int set_attr(struct vm *vm, uint32_t group, uint64_t name, void *value)
{
	struct kvm_device_attr attr = { .group = group, .attr = name, .addr = (uint64_t)value };

	return ioctl(vm->fd, KVM_SET_DEVICE_ATTR, &attr) ? errno : 0;
}

/* Set to what it is */
static int set_same(struct vm *vm, uint32_t group, uint64_t name)
{
	static uint8_t value[8192];
	struct kvm_device_attr attr = { .group = group, .attr = name, .addr = (uint64_t)value };

	memset(value, 0, sizeof(value));
	if (ioctl(vm->fd, KVM_GET_DEVICE_ATTR, &attr))
		return -1;
	return set_attr(vm, group, name, value);
}

static int enable(struct vm *vm, uint32_t name)
{
	struct kvm_enable_cap cap = { .cap = name };

	return ioctl(vm->fd, KVM_ENABLE_CAP, &cap) ? errno : 0;
}

static int memory_limit(struct vm *vm)
{
	uint64_t limit = 1UL << 31;

	return set_attr(vm, KVM_S390_VM_MEM_CTRL, KVM_S390_VM_MEM_LIMIT_SIZE, &limit);
}

static int more_memory(struct vm *vm)
{
	return vm_set_memory(vm, 1, 2 * GUEST_LEN, GUEST_LEN) ? errno : 0;
}

static int dirty_log(struct vm *vm)
{
	struct kvm_userspace_memory_region region = {
		.flags = KVM_MEM_LOG_DIRTY_PAGES,
		.memory_size = vm->len,
		.userspace_addr = (uint64_t)vm->mem,
	};

	return ioctl(vm->fd, KVM_SET_USER_MEMORY_REGION, &region) ? errno : 0;
}

static int model(struct vm *vm)
{
	return set_same(vm, KVM_S390_VM_CPU_MODEL, KVM_S390_VM_CPU_PROCESSOR);
}

static int features(struct vm *vm)
{
	return set_same(vm, KVM_S390_VM_CPU_MODEL, KVM_S390_VM_CPU_PROCESSOR_FEAT);
}

static int subfunctions(struct vm *vm)
{
	return set_same(vm, KVM_S390_VM_CPU_MODEL, KVM_S390_VM_CPU_PROCESSOR_SUBFUNC);
}

static int uv_features(struct vm *vm)
{
	return set_same(vm, KVM_S390_VM_CPU_MODEL, ATTR_UV_FEAT_GUEST);
}

static int vector(struct vm *vm)
{
	return enable(vm, KVM_CAP_S390_VECTOR_REGISTERS);
}

static int instrumentation(struct vm *vm)
{
	return enable(vm, KVM_CAP_S390_RI);
}

static int suppression(struct vm *vm)
{
	return enable(vm, KVM_CAP_S390_AIS);
}

static int guarded(struct vm *vm)
{
	return enable(vm, KVM_CAP_S390_GS);
}

static int huge_pages(struct vm *vm)
{
	return enable(vm, KVM_CAP_S390_HPAGE_1M);
}

static int topology(struct vm *vm)
{
	return enable(vm, CAP_CPU_TOPOLOGY);
}

static int ap_instructions(struct vm *vm)
{
	return set_attr(vm, KVM_S390_VM_CRYPTO, KVM_S390_VM_CRYPTO_ENABLE_APIE, NULL);
}

static int no_ap_instructions(struct vm *vm)
{
	return set_attr(vm, KVM_S390_VM_CRYPTO, KVM_S390_VM_CRYPTO_DISABLE_APIE, NULL);
}

static int clock_low(struct vm *vm)
{
	return set_same(vm, KVM_S390_VM_TOD, KVM_S390_VM_TOD_LOW);
}

static int clock_extended(struct vm *vm)
{
	return set_same(vm, KVM_S390_VM_TOD, KVM_S390_VM_TOD_EXT);
}

static int migration(struct vm *vm)
{
	return set_attr(vm, KVM_S390_VM_MIGRATION, KVM_S390_VM_MIGRATION_START, NULL);
}

static int storage_keys(struct vm *vm)
{
	uint8_t keys[1] = { 0 };
	struct kvm_s390_skeys args = { .count = 1, .skeydata_addr = (uint64_t)keys };

	return ioctl(vm->fd, KVM_S390_SET_SKEYS, &args) ? errno : 0;
}

static int storage_states(struct vm *vm)
{
	uint8_t states[1] = { 0 };
	struct kvm_s390_cmma_log args = { .count = 1, .mask = ~0UL, .values = (uint64_t)states };

	return ioctl(vm->fd, KVM_S390_SET_CMMA_BITS, &args) ? errno : 0;
}

static int store(struct vm *vm)
{
	uint64_t word = 0;
	struct kvm_s390_mem_op op = {
		.size = sizeof(word),
		.op = 5,	/* absolute write, newer than the headers */
		.buf = (uint64_t)&word,
	};

	return ioctl(vm->fd, KVM_S390_MEM_OP, &op) ? errno : 0;
}

/* What is refused, and how */
static const struct change {
	const char *name;
	int (*change)(struct vm *vm);
	int error;
} changes[] = {
	{ "the memory limit", memory_limit, EBUSY },
	{ "memory slots", more_memory, EINVAL },
	{ "dirty logging", dirty_log, EINVAL },
	{ "the CPU model", model, EBUSY },
	{ "CPU features", features, EBUSY },
	{ "subfunctions of instructions", subfunctions, EBUSY },
	{ "what the ultravisor offers the guest", uv_features, EBUSY },
	{ "vector registers", vector, EBUSY },
	{ "runtime instrumentation", instrumentation, EBUSY },
	{ "adapter interrupt suppression", suppression, EBUSY },
	{ "guarded storage", guarded, EBUSY },
	{ "huge pages", huge_pages, EBUSY },
	{ "the CPU topology facility", topology, EBUSY },
	{ "AP instructions", ap_instructions, EBUSY },
	{ "no AP instructions", no_ap_instructions, EBUSY },
	{ "the clock", clock_low, EOPNOTSUPP },
	{ "the clock with epoch index", clock_extended, EOPNOTSUPP },
	{ "migration mode", migration, EINVAL },
	{ "storage keys", storage_keys, EINVAL },
	{ "storage states (CMMA)", storage_states, EINVAL },
	{ "guest storage", store, EINVAL },
};

#define CHANGES	(sizeof(changes) / sizeof(changes[0]))

static void answers(int *answer)
{
	struct vm vm;

	for (size_t i = 0; i < CHANGES; i++) {
		vm_open(&vm, GUEST_LEN, 0);
		answer[i] = changes[i].change(&vm);
		vm_close(&vm);
	}
}

static void refused(void)
{
	int ordinary[CHANGES], again[CHANGES];
	struct vm vm;

	answers(ordinary);
	for (size_t i = 0; i < CHANGES; i++) {
		vm_open(&vm, GUEST_LEN, 0);
		if (!ok(&vm, !pv(&vm, KVM_PV_ENABLE, NULL), "ENABLE")) {
			vm_close(&vm);
			return;
		}
		errno = changes[i].change(&vm);
		ok(NULL, errno == changes[i].error && ordinary[i] != changes[i].error,
		   "a protected VM refuses to change %s: errno %d, not %d", changes[i].name,
		   changes[i].error, ordinary[i]);
		ok(&vm, !pv(&vm, KVM_PV_DISABLE, NULL), "DISABLE");
		again[i] = changes[i].change(&vm);
		ok(NULL, again[i] == ordinary[i], "after that it answers like any VM (%d)",
		   again[i]);
		vm_close(&vm);
	}
}

/* A configuration that was set aside goes on using the page table. */
static void set_aside(void)
{
	struct vm vm;

	vm_open(&vm, GUEST_LEN, 0);
	ok(&vm, !pv(&vm, KVM_PV_ENABLE, NULL) && !pv(&vm, PV_SET_ASIDE, NULL),
	   "a configuration is set aside");
	ok(NULL, memory_limit(&vm) == EBUSY && model(&vm) == EBUSY,
	   "address space and model are fixed as long as it is there");
	ok(&vm, !pv(&vm, PV_DESTROY_ASIDE, NULL), "it is destroyed");
	ok(NULL, !model(&vm) && !memory_limit(&vm), "then they are not");
	vm_close(&vm);
}

/* The CPUs of a protected VM */
static void cpu(void)
{
	struct kvm_s390_mem_op op = { .size = 1, .op = KVM_S390_MEMOP_LOGICAL_WRITE };
	struct kvm_guest_debug debug = { .control = KVM_GUESTDBG_ENABLE };
	uint64_t value = 0;
	struct kvm_one_reg reg = { .id = KVM_REG_S390_EPOCHDIFF, .addr = (uint64_t)&value };
	struct vm vm;

	op.buf = (uint64_t)&value;
	vm_open(&vm, GUEST_LEN, 1);
	ok(&vm, !ioctl(vm.cpu[0], KVM_S390_STORE_STATUS, KVM_S390_STORE_STATUS_NOADDR),
	   "the status of an ordinary CPU is stored");
	ok(&vm, !ioctl(vm.cpu[0], KVM_SET_ONE_REG, &reg), "its clock is set");
	ok(&vm, !pv(&vm, KVM_PV_ENABLE, NULL), "ENABLE");
	ok(&vm, ioctl(vm.cpu[0], KVM_S390_STORE_STATUS, KVM_S390_STORE_STATUS_NOADDR) == -1 &&
	   errno == EINVAL, "a secure CPU has no status to store");
	ok(&vm, ioctl(vm.cpu[0], KVM_SET_ONE_REG, &reg) == -1 && errno == EINVAL,
	   "nor a clock to set");
	ok(&vm, ioctl(vm.cpu[0], KVM_S390_MEM_OP, &op) == -1 && errno == EINVAL,
	   "nor storage to write to");
	ok(&vm, ioctl(vm.cpu[0], KVM_SET_GUEST_DEBUG, &debug) == -1 && errno == EINVAL,
	   "it is not debugged");
	ok(&vm, !pv(&vm, KVM_PV_DISABLE, NULL), "DISABLE");
	ok(&vm, !ioctl(vm.cpu[0], KVM_S390_STORE_STATUS, KVM_S390_STORE_STATUS_NOADDR) &&
	   !ioctl(vm.cpu[0], KVM_SET_ONE_REG, &reg), "then it is an ordinary one");
	vm_close(&vm);
}

/* What is between KVM and user space only, or has no effect, may change. */
static void allowed(void)
{
	static const struct {
		const char *name;
		uint32_t cap;
	} caps[] = {
		{ "USER_SIGP", KVM_CAP_S390_USER_SIGP },
		{ "USER_STSI", KVM_CAP_S390_USER_STSI },
		{ "USER_INSTR0", KVM_CAP_S390_USER_INSTR0 },
		{ "IRQCHIP", KVM_CAP_S390_IRQCHIP },
	};
	struct kvm_create_device flic = { .type = KVM_DEV_TYPE_FLIC };
	struct vm vm;

	vm_open(&vm, GUEST_LEN, 1);
	ok(&vm, !pv(&vm, KVM_PV_ENABLE, NULL), "ENABLE");
	for (size_t i = 0; i < sizeof(caps) / sizeof(caps[0]); i++)
		ok(&vm, !enable(&vm, caps[i].cap), "KVM_CAP_S390_%s may come later",
		   caps[i].name);
	ok(&vm, !set_attr(&vm, KVM_S390_VM_MIGRATION, KVM_S390_VM_MIGRATION_STOP, NULL),
	   "migration mode may end");
	ok(&vm, !ioctl(vm.fd, KVM_CREATE_DEVICE, &flic), "an interrupt controller may be made");
	ok(&vm, vm_add_cpu(&vm) >= 0, "and another CPU");
	vm_close(&vm);
}

int main(void)
{
	puts("TAP version 13");
	if (!kvm_open())
		skip_all("no /dev/kvm");
	if (!host_is_protected())
		skip_all("this host cannot run protected VMs (prot_virt=1?)");
	refused();
	set_aside();
	cpu();
	allowed();
	return finish();
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The commands of user space: states, arguments, what comes back.
 */
#include <linux/uaccess.h>
#include <asm/sclp.h>
#include "vm_kunit.h"

#define BEYOND	(KVM_PV_ASYNC_CLEANUP_PERFORM + 1)

static const struct state_case {
	const char *name;
	u32 cmd;
	int ordinary;	/* what it says to an ordinary VM and no argument */
	int secure;	/* the same to a protected one */
} state_cases[] = {
	{ "DISABLE", KVM_PV_DISABLE, -EINVAL, 0 },
	{ "ENABLE", KVM_PV_ENABLE, 0, -EINVAL },
	{ "SET_SEC_PARMS", KVM_PV_SET_SEC_PARMS, -EINVAL, -EFAULT },
	{ "UNPACK", KVM_PV_UNPACK, -EINVAL, -EFAULT },
	{ "VERIFY", KVM_PV_VERIFY, -EINVAL, 0 },
	{ "PREP_RESET", KVM_PV_PREP_RESET, -EINVAL, 0 },
	{ "UNSHARE_ALL", KVM_PV_UNSHARE_ALL, -EINVAL, 0 },
	{ "INFO", KVM_PV_INFO, -EFAULT, -EFAULT },
	{ "DUMP", KVM_PV_DUMP, -EINVAL, -EFAULT },
	{ "ASYNC_CLEANUP_PREPARE", KVM_PV_ASYNC_CLEANUP_PREPARE, -EINVAL, -EINVAL },
	{ "ASYNC_CLEANUP_PERFORM", KVM_PV_ASYNC_CLEANUP_PERFORM, -EINVAL, -EINVAL },
	{ "no command", BEYOND, -ENOTTY, -ENOTTY },
	{ "no command by far", U32_MAX, -ENOTTY, -ENOTTY },
};

KUNIT_ARRAY_PARAM_DESC(state, state_cases, name);

/* Without a way to have anything set aside, and with no argument to be read. */
static int bare_command(struct vm *vm, u32 cmd)
{
	struct kvm_pv_cmd pv_cmd = { .cmd = cmd, .data = 8 };

	return pv_do_command(&vm->kvm, &pv_cmd);
}

static void ordinary_vm_refuses_what_is_for_protected_ones(struct kunit *test)
{
	const struct state_case *c = test->param_value;
	struct vm *vm = vm_start(test);

	KUNIT_EXPECT_EQ(test, bare_command(vm, c->cmd), c->ordinary);
	if (c->ordinary)
		vm_expect_calls(test, vm, (u16[]){ 0 });
	vm_stop(test, vm);
}

static void protected_vm_does_what_is_for_it(struct kunit *test)
{
	const struct state_case *c = test->param_value;
	struct vm *vm = vm_start(test);

	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	if (c->cmd == KVM_PV_ASYNC_CLEANUP_PREPARE)
		vm->kvm.arch.pv.set_aside = vm;
	KUNIT_EXPECT_EQ(test, bare_command(vm, c->cmd), c->secure);
	if (c->cmd == KVM_PV_ASYNC_CLEANUP_PREPARE)
		vm->kvm.arch.pv.set_aside = NULL;
	vm_stop(test, vm);
}

static const struct simple_case {
	const char *name;
	u32 cmd;
	u16 uvc;
} simple_cases[] = {
	{ "VERIFY", KVM_PV_VERIFY, UVC_CMD_VERIFY_IMG },
	{ "PREP_RESET", KVM_PV_PREP_RESET, UVC_CMD_PREPARE_RESET },
	{ "UNSHARE_ALL", KVM_PV_UNSHARE_ALL, UVC_CMD_SET_UNSHARE_ALL },
};

KUNIT_ARRAY_PARAM_DESC(simple, simple_cases, name);

static void simple_command_is_one_call(struct kunit *test)
{
	const struct simple_case *c = test->param_value;
	struct vm *vm = vm_start(test);
	u16 rc;

	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	vm->fw->calls = 0;
	KUNIT_EXPECT_EQ(test, vm_command(vm, c->cmd, &rc), 0);
	KUNIT_EXPECT_EQ(test, rc, UVC_RC_EXECUTED);
	vm_expect_calls(test, vm, (u16[]){ c->uvc, 0 });
	vm->refuse = 0;
	vm->refuse_rc = 0x102;
	KUNIT_EXPECT_EQ(test, vm_command(vm, c->cmd, &rc), -EINVAL);
	KUNIT_EXPECT_EQ(test, rc, 0x102);
	vm->refuse = -1;
	vm_stop(test, vm);
}

static const struct header_case {
	const char *name;
	u64 length;
	int want;
	unsigned int calls;
} header_cases[] = {
	{ "empty", 0, -EINVAL, 0 },
	{ "one byte", 1, 0, 1 },
	{ "1 MiB", SZ_1M, 0, 1 },
	{ "longer than 1 MiB", SZ_1M + 1, -EINVAL, 0 },
	{ "longer than anything", U64_MAX, -EINVAL, 0 },
};

KUNIT_ARRAY_PARAM_DESC(header, header_cases, name);

static void header_has_its_limits(struct kunit *test)
{
	const struct header_case *c = test->param_value;
	struct vm *vm = vm_start(test);
	struct kvm_s390_pv_sec_parm parms = {
		.origin = (__force u64)vm->data,
		.length = c->length,
	};

	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	vm->fw->calls = 0;
	KUNIT_EXPECT_EQ(test, vm_command_arg(test, vm, KVM_PV_SET_SEC_PARMS, &parms,
					     sizeof(parms)), c->want);
	KUNIT_EXPECT_EQ(test, vm->fw->calls, c->calls);
	vm_stop(test, vm);
}

static const struct unpack_case {
	const char *name;
	u64 addr;
	u64 size;
	int want;
} unpack_cases[] = {
	{ "nothing", 0, 0, -EINVAL },
	{ "not at a page", 1, PAGE_SIZE, -EINVAL },
	{ "less than a page", 0, PAGE_SIZE - 1, -EINVAL },
	{ "around the end of storage", -PAGE_SIZE, 2 * PAGE_SIZE, -EFAULT },
	{ "up to the end of storage", -PAGE_SIZE, PAGE_SIZE, -EFAULT },
};

KUNIT_ARRAY_PARAM_DESC(unpack, unpack_cases, name);

static void unpack_of_no_guest_pages_is_refused(struct kunit *test)
{
	const struct unpack_case *c = test->param_value;
	struct kvm_s390_pv_unp unp = { .addr = c->addr, .size = c->size };
	struct vm *vm = vm_start(test);

	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	vm->fw->calls = 0;
	KUNIT_EXPECT_EQ(test, vm_command_arg(test, vm, KVM_PV_UNPACK, &unp, sizeof(unp)),
			c->want);
	vm_expect_calls(test, vm, (u16[]){ 0 });
	vm_stop(test, vm);
}

static const struct info_case {
	const char *name;
	u32 id;
	u32 len_max;
	int want;
	u32 len_written;
} info_cases[] = {
	{ "VM", KVM_PV_INFO_VM, 16 + 64, 0, 16 + 64 },
	{ "VM, much room", KVM_PV_INFO_VM, U32_MAX, 0, 16 + 64 },
	{ "VM, too little room", KVM_PV_INFO_VM, 16 + 63, -EINVAL, 0 },
	{ "dump", KVM_PV_INFO_DUMP, 16 + 24, 0, 16 + 24 },
	{ "dump, too little room", KVM_PV_INFO_DUMP, 16 + 23, -EINVAL, 0 },
	{ "header only", KVM_PV_INFO_VM, 16, -EINVAL, 0 },
	{ "unknown", KVM_PV_INFO_DUMP + 1, U32_MAX, -EINVAL, 0 },
};

KUNIT_ARRAY_PARAM_DESC(info, info_cases, name);

static void info_is_whole_or_refused(struct kunit *test)
{
	const struct info_case *c = test->param_value;
	struct kvm_s390_pv_info info;
	struct vm *vm = vm_start(test);

	memset(&info, 0xaa, sizeof(info));
	memset(&info.header, 0, sizeof(info.header));
	info.header.id = c->id;
	info.header.len_max = c->len_max;
	KUNIT_EXPECT_EQ(test, vm_command_arg(test, vm, KVM_PV_INFO, &info, sizeof(info)),
			c->want);
	KUNIT_EXPECT_EQ(test, info.header.len_written, c->len_written);
	if (!c->want && c->id == KVM_PV_INFO_VM)
		KUNIT_EXPECT_EQ(test, info.vm.max_cpus, 248);
	/* nothing behind what was written */
	if (!c->want && c->id == KVM_PV_INFO_DUMP)
		KUNIT_EXPECT_EQ(test, info.vm.feature_indication, 0xaaaaaaaaaaaaaaaaUL);
	vm_stop(test, vm);
}

static int dump(struct kunit *test, struct vm *vm, struct kvm_s390_pv_dmp *arg)
{
	return vm_command_arg(test, vm, KVM_PV_DUMP, arg, sizeof(*arg));
}

static void dump_has_an_order(struct kunit *test)
{
	static const u16 calls[] = {
		UVC_CMD_DUMP_INIT, UVC_CMD_DUMP_CONF_STOR_STATE, UVC_CMD_DUMP_CONF_STOR_STATE,
		UVC_CMD_DUMP_CONF_STOR_STATE, UVC_CMD_DUMP_COMPLETE, 0
	};
	struct vm *vm = vm_start(test);
	struct kvm_s390_pv_dmp init = { .subcmd = KVM_PV_DUMP_INIT };
	struct kvm_s390_pv_dmp storage = {
		.subcmd = KVM_PV_DUMP_CONFIG_STOR_STATE,
		.buff_addr = (__force u64)vm->data + PAGE_SIZE,
		.buff_len = 3 * PAGE_SIZE,
		.gaddr = SZ_1M,
	};
	struct kvm_s390_pv_dmp complete = {
		.subcmd = KVM_PV_DUMP_COMPLETE,
		.buff_addr = (__force u64)vm->data + PAGE_SIZE,
		.buff_len = PAGE_SIZE,
	};

	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	vm->fw->calls = 0;
	KUNIT_EXPECT_EQ(test, dump(test, vm, &storage), -EINVAL);
	KUNIT_EXPECT_EQ(test, dump(test, vm, &complete), -EINVAL);
	vm_expect_calls(test, vm, (u16[]){ 0 });

	KUNIT_EXPECT_EQ(test, dump(test, vm, &init), 0);
	KUNIT_EXPECT_TRUE(test, kvm_s390_vcpu_sie_inhibited(&vm->vcpu[0]));
	KUNIT_EXPECT_EQ(test, dump(test, vm, &init), -EINVAL);
	KUNIT_EXPECT_EQ(test, dump(test, vm, &storage), 0);
	KUNIT_EXPECT_EQ(test, storage.gaddr, 4 * SZ_1M);
	storage.gaddr = 1;
	KUNIT_EXPECT_EQ(test, dump(test, vm, &storage), -EINVAL);
	storage.gaddr = 0;
	storage.buff_len = PAGE_SIZE + 1;
	KUNIT_EXPECT_EQ(test, dump(test, vm, &storage), -EINVAL);
	complete.buff_len--;
	KUNIT_EXPECT_EQ(test, dump(test, vm, &complete), -EINVAL);
	complete.buff_len++;
	KUNIT_EXPECT_EQ(test, dump(test, vm, &complete), 0);
	KUNIT_EXPECT_FALSE(test, kvm_s390_vcpu_sie_inhibited(&vm->vcpu[0]));
	vm_expect_calls(test, vm, calls);
	vm_stop(test, vm);
}

/* The second megabyte is refused: the first one does not have to be dumped again. */
static void partial_dump_tells_how_far_it_went(struct kunit *test)
{
	struct vm *vm = vm_start(test);
	struct kvm_s390_pv_dmp init = { .subcmd = KVM_PV_DUMP_INIT };
	struct kvm_s390_pv_dmp storage = {
		.subcmd = KVM_PV_DUMP_CONFIG_STOR_STATE,
		.buff_addr = (__force u64)vm->data + PAGE_SIZE,
		.buff_len = 3 * PAGE_SIZE,
		.gaddr = SZ_1M,
	};

	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	KUNIT_EXPECT_EQ(test, dump(test, vm, &init), 0);
	vm->fw->calls = 0;
	vm->refuse = 1;
	vm->refuse_rc = 0x102;
	KUNIT_EXPECT_EQ(test, dump(test, vm, &storage), -EINVAL);
	KUNIT_EXPECT_EQ(test, storage.gaddr, 2 * SZ_1M);
	vm->refuse = -1;
	storage.buff_addr = 8;	/* where nothing can be written */
	KUNIT_EXPECT_EQ(test, dump(test, vm, &storage), -EFAULT);
	KUNIT_EXPECT_EQ(test, storage.gaddr, 2 * SZ_1M);
	vm_stop(test, vm);
}

static void end_of_protection_ends_a_dump(struct kunit *test)
{
	struct kvm_s390_pv_dmp init = { .subcmd = KVM_PV_DUMP_INIT };
	struct vm *vm = vm_start(test);

	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	KUNIT_EXPECT_EQ(test, dump(test, vm, &init), 0);
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_DISABLE, NULL), 0);
	KUNIT_EXPECT_FALSE(test, kvm_s390_vcpu_sie_inhibited(&vm->vcpu[0]));
	KUNIT_EXPECT_FALSE(test, vm->kvm.arch.pv.dumping);
	vm_stop(test, vm);
}

static int enable_cmma(struct kunit *test, struct vm *vm)
{
	struct kvm_device_attr attr = {
		.group = KVM_S390_VM_MEM_CTRL,
		.attr = KVM_S390_VM_MEM_ENABLE_CMMA,
	};
	struct file file = { .private_data = &vm->kvm };

	KUNIT_EXPECT_EQ(test, copy_to_user(vm->data, &attr, sizeof(attr)), 0);
	return kvm_arch_vm_ioctl(&file, KVM_SET_DEVICE_ATTR, (__force unsigned long)vm->data);
}

/* The CPUs would be told of page states that are the ultravisor's. */
static void page_states_are_not_enabled_for_a_protected_vm(struct kunit *test)
{
	struct vm *vm = vm_start(test);
	bool has_cmma = sclp.has_cmma;

	/* Without CPUs; with them nothing changes in any case. */
	vm->kvm.created_vcpus = 0;
	atomic_set(&vm->kvm.online_vcpus, 0);
	sclp.has_cmma = 1;
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ENABLE, NULL), 0);
	KUNIT_EXPECT_EQ(test, enable_cmma(test, vm), -EBUSY);
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ASYNC_CLEANUP_PREPARE, NULL), 0);
	KUNIT_EXPECT_EQ(test, enable_cmma(test, vm), -EBUSY);
	KUNIT_EXPECT_FALSE(test, vm->kvm.arch.use_cmma);
	KUNIT_EXPECT_EQ(test, vm_command(vm, KVM_PV_ASYNC_CLEANUP_PERFORM, NULL), 0);
	KUNIT_EXPECT_EQ(test, enable_cmma(test, vm), 0);
	KUNIT_EXPECT_TRUE(test, vm->kvm.arch.use_cmma);
	sclp.has_cmma = has_cmma;
	vm->kvm.created_vcpus = VM_CPUS;
	atomic_set(&vm->kvm.online_vcpus, VM_CPUS);
	vm_stop(test, vm);
}

static struct kunit_case ioctl_test_cases[] = {
	KUNIT_CASE_PARAM(ordinary_vm_refuses_what_is_for_protected_ones, state_gen_params),
	KUNIT_CASE_PARAM(protected_vm_does_what_is_for_it, state_gen_params),
	KUNIT_CASE_PARAM(simple_command_is_one_call, simple_gen_params),
	KUNIT_CASE_PARAM(header_has_its_limits, header_gen_params),
	KUNIT_CASE_PARAM(unpack_of_no_guest_pages_is_refused, unpack_gen_params),
	KUNIT_CASE_PARAM(info_is_whole_or_refused, info_gen_params),
	KUNIT_CASE(dump_has_an_order),
	KUNIT_CASE(partial_dump_tells_how_far_it_went),
	KUNIT_CASE(end_of_protection_ends_a_dump),
	KUNIT_CASE(page_states_are_not_enabled_for_a_protected_vm),
	{}
};

static struct kunit_suite ioctl_suite = {
	.name = "uv_kvm_ioctl",
	.test_cases = ioctl_test_cases,
};

kunit_test_suite(ioctl_suite);

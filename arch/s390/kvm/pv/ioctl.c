// SPDX-License-Identifier: GPL-2.0
/*
 * KVM_S390_PV_COMMAND and KVM_S390_PV_CPU_COMMAND: what user space can ask for
 * protected VMs, as tables, and the handlers of what needs more than one step.
 */
#include <linux/nospec.h>
#include <linux/sizes.h>
#include <linux/stddef.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include "pv.h"

/* Longer headers are refused; firmware has limits of its own below that. */
#define PV_HEADER_MAX	SZ_1M

/* A member for every kind of argument that the data of a command can lead to */
union pv_arg {
	struct kvm_s390_pv_sec_parm parms;
	struct kvm_s390_pv_unp unpack;
	struct kvm_s390_pv_info info;
	struct kvm_s390_pv_dmp dump;
};

#define ARG(member)	.arg_len = sizeof_field(union pv_arg, member)

/**
 * struct pv_command - one command, what KVM checks and who does it
 * @handler:	gets the argument as user space gave it
 * @uvc:	in place of @handler: the command is this call for the
 *		configuration and nothing else
 * @act:	the name of @uvc in logs
 * @arg_len:	bytes of argument to read, 0 if there is none
 * @state:	of the VM that the command is for
 * @unlocked:	the handler takes kvm->lock itself
 */
struct pv_command {
	int (*handler)(struct kvm *kvm, struct kvm_pv_cmd *cmd, union pv_arg *arg);
	u16 uvc;
	const char *act;
	unsigned int arg_len;
	enum { PV_ANY_STATE, PV_ORDINARY, PV_PROTECTED } state;
	bool unlocked;
};

/*
 * A vCPU that is being made has looked whether the VM is protected, and is not
 * yet among those that are converted when that changes.
 */
static bool pv_vcpu_is_being_created(struct kvm *kvm)
{
	return kvm->created_vcpus != atomic_read(&kvm->online_vcpus);
}

/* With a secure configuration service interrupts wait for a notification. */
static void pv_hold_service_interrupts(struct kvm *kvm, bool hold)
{
	assign_bit(IRQ_PEND_EXT_SERVICE, &kvm->arch.float_int.masked_irqs, hold);
}

static int pv_enable(struct kvm *kvm, struct kvm_pv_cmd *cmd, union pv_arg *arg)
{
	u16 ignored;
	int ret;

	if (kvm_is_ucontrol(kvm))
		return -EINVAL;
	if (pv_vcpu_is_being_created(kvm))
		return -EBUSY;
	/* The pages of the former life are told from those of a life with CPUs only. */
	if (!kvm->created_vcpus && pv_has_aside(kvm))
		return -EBUSY;
	ret = pv_space_prepare(kvm);
	if (!ret)
		ret = kvm_s390_pv_init_vm(kvm, &cmd->rc, &cmd->rrc);
	if (ret)
		return ret;
	ret = pv_cpus_to_secure(kvm, &cmd->rc, &cmd->rrc);
	if (ret)
		kvm_s390_pv_deinit_vm(kvm, &ignored, &ignored);
	else
		pv_hold_service_interrupts(kvm, true);
	return ret;
}

/* CPUs that are left would make the ultravisor refuse what comes after that. */
static int pv_end_cpus(struct kvm *kvm, struct kvm_pv_cmd *cmd)
{
	if (pv_vcpu_is_being_created(kvm))
		return -EBUSY;
	return kvm_s390_cpus_from_pv(kvm, &cmd->rc, &cmd->rrc);
}

static int pv_disable(struct kvm *kvm, struct kvm_pv_cmd *cmd, union pv_arg *arg)
{
	int ret = pv_end_cpus(kvm, cmd);

	if (ret)
		return ret;
	ret = kvm_s390_pv_deinit_cleanup_all(kvm, &cmd->rc, &cmd->rrc);
	pv_hold_service_interrupts(kvm, false);
	return ret;
}

static bool pv_can_set_aside(struct kvm *kvm)
{
	return kvm_vm_ioctl_check_extension(kvm, KVM_CAP_S390_PROTECTED_ASYNC_DISABLE);
}

static int pv_set_aside(struct kvm *kvm, struct kvm_pv_cmd *cmd, union pv_arg *arg)
{
	int ret;

	if (!pv_can_set_aside(kvm))
		return -EINVAL;
	ret = pv_end_cpus(kvm, cmd);
	if (!ret)
		ret = kvm_s390_pv_set_aside(kvm, &cmd->rc, &cmd->rrc);
	if (!ret)
		pv_hold_service_interrupts(kvm, false);
	return ret;
}

static int pv_destroy_aside(struct kvm *kvm, struct kvm_pv_cmd *cmd, union pv_arg *arg)
{
	if (!pv_can_set_aside(kvm))
		return -EINVAL;
	return kvm_s390_pv_deinit_aside_vm(kvm, &cmd->rc, &cmd->rrc);
}

static int pv_set_header(struct kvm *kvm, struct kvm_pv_cmd *cmd, union pv_arg *arg)
{
	const struct kvm_s390_pv_sec_parm *parms = &arg->parms;
	void *header;
	int ret = -EFAULT;

	if (!parms->length || parms->length > PV_HEADER_MAX)
		return -EINVAL;
	header = __vmalloc(parms->length, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!header)
		return -ENOMEM;
	if (!copy_from_user(header, u64_to_user_ptr(parms->origin), parms->length))
		ret = kvm_s390_pv_set_sec_parms(kvm, header, parms->length, &cmd->rc, &cmd->rrc);
	vfree(header);
	return ret;
}

static int pv_unpack(struct kvm *kvm, struct kvm_pv_cmd *cmd, union pv_arg *arg)
{
	return kvm_s390_pv_unpack(kvm, arg->unpack.addr, arg->unpack.size, arg->unpack.tweak,
				  &cmd->rc, &cmd->rrc);
}

/*
 * The argument begins with a header that tells how much room there is; what is
 * known is written as a whole or not at all, and may grow some day.
 */
static int pv_info(struct kvm *kvm, struct kvm_pv_cmd *cmd, union pv_arg *arg)
{
	struct kvm_s390_pv_info *info = &arg->info;
	u32 len;

	switch (info->header.id) {
	case KVM_PV_INFO_VM:
		len = offsetofend(struct kvm_s390_pv_info, vm);
		info->vm = (struct kvm_s390_pv_info_vm){
			.max_cpus = uv_info.max_guest_cpu_id + 1,
			.max_guests = uv_info.max_num_sec_conf,
			.max_guest_addr = uv_info.max_sec_stor_addr,
			.feature_indication = uv_info.uv_feature_indications,
		};
		static_assert(sizeof(info->vm.inst_calls_list) == sizeof(uv_info.inst_calls_list));
		memcpy(info->vm.inst_calls_list, uv_info.inst_calls_list,
		       sizeof(info->vm.inst_calls_list));
		break;
	case KVM_PV_INFO_DUMP:
		len = offsetofend(struct kvm_s390_pv_info, dump);
		info->dump = (struct kvm_s390_pv_info_dump){
			.dump_cpu_buffer_len = uv_info.guest_cpu_stor_len,
			.dump_config_mem_buffer_per_1m = uv_info.conf_dump_storage_state_len,
			.dump_config_finalize_len = uv_info.conf_dump_finalize_len,
		};
		break;
	default:
		return -EINVAL;
	}
	if (info->header.len_max < len)
		return -EINVAL;
	info->header.len_written = len;
	return copy_to_user(u64_to_user_ptr(cmd->data), info, len) ? -EFAULT : 0;
}

static int pv_dump_init(struct kvm *kvm, struct kvm_pv_cmd *cmd)
{
	int ret;

	/* The ultravisor does not let a CPU run that is being dumped. */
	kvm_s390_vcpu_block_all(kvm);
	ret = uv_cmd_nodata(kvm_s390_pv_get_handle(kvm), UVC_CMD_DUMP_INIT, &cmd->rc, &cmd->rrc);
	pv_vm_event(kvm, "dump init", cmd->rc, cmd->rrc);
	if (ret)
		kvm_s390_vcpu_unblock_all(kvm);
	else
		kvm->arch.pv.dumping = true;
	return ret;
}

/* User space learns where to go on, also after an error that came in between. */
static int pv_dump_storage(struct kvm *kvm, struct kvm_pv_cmd *cmd, struct kvm_s390_pv_dmp *dump)
{
	struct kvm_s390_pv_dmp __user *user = u64_to_user_ptr(cmd->data);
	int ret;

	ret = kvm_s390_pv_dump_stor_state(kvm, u64_to_user_ptr(dump->buff_addr), &dump->gaddr,
					  dump->buff_len, &cmd->rc, &cmd->rrc);
	return put_user(dump->gaddr, &user->gaddr) ? -EFAULT : ret;
}

static int pv_dump(struct kvm *kvm, struct kvm_pv_cmd *cmd, union pv_arg *arg)
{
	struct kvm_s390_pv_dmp *dump = &arg->dump;
	void __user *where = u64_to_user_ptr(dump->buff_addr);

	switch (dump->subcmd) {
	case KVM_PV_DUMP_INIT:
		if (kvm->arch.pv.dumping)
			return -EINVAL;
		return pv_dump_init(kvm, cmd);
	case KVM_PV_DUMP_CONFIG_STOR_STATE:
		if (!kvm->arch.pv.dumping)
			return -EINVAL;
		return pv_dump_storage(kvm, cmd, dump);
	case KVM_PV_DUMP_COMPLETE:
		if (!kvm->arch.pv.dumping || dump->buff_len < uv_info.conf_dump_finalize_len)
			return -EINVAL;
		return kvm_s390_pv_dump_complete(kvm, where, &cmd->rc, &cmd->rrc);
	default:
		return -ENOTTY;
	}
}

static const struct pv_command pv_commands[] = {
	[KVM_PV_ENABLE]		= { .state = PV_ORDINARY, .handler = pv_enable },
	[KVM_PV_DISABLE]	= { .state = PV_PROTECTED, .handler = pv_disable },
	[KVM_PV_SET_SEC_PARMS]	= { .state = PV_PROTECTED, .handler = pv_set_header, ARG(parms) },
	[KVM_PV_UNPACK]		= { .state = PV_PROTECTED, .handler = pv_unpack, ARG(unpack) },
	[KVM_PV_VERIFY]		= { .state = PV_PROTECTED, .uvc = UVC_CMD_VERIFY_IMG,
				    .act = "verify" },
	[KVM_PV_PREP_RESET]	= { .state = PV_PROTECTED, .uvc = UVC_CMD_PREPARE_RESET,
				    .act = "prepare for reset" },
	[KVM_PV_UNSHARE_ALL]	= { .state = PV_PROTECTED, .uvc = UVC_CMD_SET_UNSHARE_ALL,
				    .act = "unshare all" },
	[KVM_PV_INFO]		= { .state = PV_ANY_STATE, .handler = pv_info, ARG(info.header) },
	[KVM_PV_DUMP]		= { .state = PV_PROTECTED, .handler = pv_dump, ARG(dump) },
	[KVM_PV_ASYNC_CLEANUP_PREPARE] = { .state = PV_PROTECTED, .handler = pv_set_aside },
	[KVM_PV_ASYNC_CLEANUP_PERFORM] = { .state = PV_ANY_STATE, .handler = pv_destroy_aside,
					   .unlocked = true },
};

static int pv_do_locked(struct kvm *kvm, const struct pv_command *command, struct kvm_pv_cmd *cmd,
			union pv_arg *arg, bool fault)
{
	int ret;

	lockdep_assert_held(&kvm->lock);
	if (command->state == (kvm_s390_pv_is_protected(kvm) ? PV_ORDINARY : PV_PROTECTED))
		return -EINVAL;
	if (fault)
		return -EFAULT;
	if (command->handler)
		return command->handler(kvm, cmd, arg);
	ret = uv_cmd_nodata(kvm_s390_pv_get_handle(kvm), command->uvc, &cmd->rc, &cmd->rrc);
	pv_vm_event(kvm, command->act, cmd->rc, cmd->rrc);
	return ret;
}

/**
 * pv_do_command - do one command for a VM
 * @kvm: the VM
 * @cmd: the command, flags checked; gets rc and rrc if the ultravisor is called
 *
 * A command in the wrong state of the VM is refused before its argument is
 * looked at, and that before what it says.
 *
 * Context: kvm->lock not held.
 * Return:
 * * 0		- done
 * * -ENOTTY	- no such command
 * * -EINVAL	- wrong state of the VM, argument out of bounds, or the
 *		  ultravisor refuses (in this case rc and rrc tell why)
 * * -EFAULT	- argument or buffer cannot be read or written
 * * -EBUSY	- a vCPU is being made at this moment
 * * other	- see the functions that do it
 */
int pv_do_command(struct kvm *kvm, struct kvm_pv_cmd *cmd)
{
	void __user *data = u64_to_user_ptr(cmd->data);
	const struct pv_command *command;
	union pv_arg arg = {};
	bool fault;
	int ret;

	if (cmd->cmd >= ARRAY_SIZE(pv_commands))
		return -ENOTTY;
	command = &pv_commands[array_index_nospec(cmd->cmd, ARRAY_SIZE(pv_commands))];
	fault = copy_from_user(&arg, data, command->arg_len);
	if (command->unlocked)
		return command->handler(kvm, cmd, &arg);

	mutex_lock(&kvm->lock);
	ret = pv_do_locked(kvm, command, cmd, &arg, fault);
	mutex_unlock(&kvm->lock);
	return ret;
}

/**
 * kvm_s390_pv_vm_ioctl - KVM_S390_PV_COMMAND
 * @kvm: the VM
 * @user: its argument
 *
 * Context: kvm->lock not held.
 * Return: as pv_do_command(); -EINVAL also for a host without ultravisor,
 * and for flags, of which there are none
 */
int kvm_s390_pv_vm_ioctl(struct kvm *kvm, struct kvm_pv_cmd __user *user)
{
	struct kvm_pv_cmd cmd;
	int ret;

	/* User space starts and stops the CPUs of a protected VM. */
	kvm_s390_set_user_cpu_state_ctrl(kvm);
	if (!is_prot_virt_host())
		return -EINVAL;
	if (copy_from_user(&cmd, user, sizeof(cmd)))
		return -EFAULT;
	if (cmd.flags)
		return -EINVAL;
	ret = pv_do_command(kvm, &cmd);
	if (put_user(cmd.rc, &user->rc) || put_user(cmd.rrc, &user->rrc))
		return -EFAULT;
	return ret;
}

static int pv_dump_cpu(struct kvm_vcpu *vcpu, struct kvm_pv_cmd *cmd)
{
	const unsigned long len = uv_info.guest_cpu_stor_len;
	struct kvm_s390_pv_dmp dump;
	void *buffer;
	int ret;

	if (!vcpu->kvm->arch.pv.dumping || !kvm_s390_pv_cpu_is_protected(vcpu))
		return -EINVAL;
	if (copy_from_user(&dump, u64_to_user_ptr(cmd->data), sizeof(dump)))
		return -EFAULT;
	/* It is as long as what was donated for the CPU. */
	if (dump.subcmd != KVM_PV_DUMP_CPU || dump.buff_len != len)
		return -EINVAL;
	buffer = kvzalloc(len, GFP_KERNEL_ACCOUNT);
	if (!buffer)
		return -ENOMEM;
	ret = -EINVAL;
	if (!kvm_s390_pv_dump_cpu(vcpu, buffer, &cmd->rc, &cmd->rrc))
		ret = copy_to_user(u64_to_user_ptr(dump.buff_addr), buffer, len) ? -EFAULT : 0;
	kvfree(buffer);
	return ret;
}

/**
 * kvm_s390_pv_cpu_ioctl - KVM_S390_PV_CPU_COMMAND
 * @vcpu: the vCPU
 * @user: its argument
 *
 * Context: vcpu->mutex held.
 * Return:
 * * 0		- done
 * * -EINVAL	- a host without ultravisor, flags, a command other than
 *		  KVM_PV_DUMP, a VM that is not being dumped, a wrong length, or
 *		  the ultravisor refuses (in this case rc and rrc tell why)
 * * -EFAULT	- argument or buffer cannot be read or written
 * * -ENOMEM	- no memory for a buffer
 */
int kvm_s390_pv_cpu_ioctl(struct kvm_vcpu *vcpu, struct kvm_pv_cmd __user *user)
{
	struct kvm_pv_cmd cmd;
	int ret;

	if (!is_prot_virt_host())
		return -EINVAL;
	if (copy_from_user(&cmd, user, sizeof(cmd)))
		return -EFAULT;
	if (cmd.flags || cmd.cmd != KVM_PV_DUMP)
		return -EINVAL;
	ret = pv_dump_cpu(vcpu, &cmd);
	if (put_user(cmd.rc, &user->rc) || put_user(cmd.rrc, &user->rrc))
		return -EFAULT;
	return ret;
}

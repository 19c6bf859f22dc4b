// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/uv: attestation and secrets of a protected guest.
 *
 * Requests are made and encrypted elsewhere, and the ultravisor judges them. What is
 * checked here keeps the kernel whole: lengths, pointers, fields that must be zero. The
 * response codes of a call go to the caller as they are; a call that the ultravisor
 * refuses is no error of the ioctl.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitops.h>
#include <linux/cleanup.h>
#include <linux/cpufeature.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <asm/uv.h>
#include <asm/uvdevice.h>
#include "uvdevice.h"

/*
 * A request says itself how long it is, and the ultravisor reads that much. Behind an area
 * of vmalloc() there is nothing that it could read.
 */
static void *uvio_alloc(size_t len)
{
	return __vmalloc(len, GFP_KERNEL_ACCOUNT | __GFP_ZERO);
}

/* Waits as long as it takes, unless the caller is killed */
static int uvio_call(struct uvio_ioctl_cb *cb, struct uv_cb_header *uvcb)
{
	int cc = uv_call_sched(0, (unsigned long)uvcb);

	if (cc > UVC_CC_ERROR)
		return -EINTR;
	cb->uv_rc = uvcb->rc;
	cb->uv_rrc = uvcb->rrc;
	return 0;
}

static int uvio_attest(struct uvio_ioctl_cb *cb)
{
	struct uvio_attest __user *user = u64_to_user_ptr(cb->argument_addr);
	struct uv_cb_attest uvcb = {
		.header.cmd = UVC_CMD_RETR_ATTEST,
		.header.len = sizeof(uvcb),
	};
	void *arcb __free(kvfree) = NULL;
	void *meas __free(kvfree) = NULL;
	void *add __free(kvfree) = NULL;
	struct uvio_attest arg;
	int rc;

	if (cb->argument_len != sizeof(arg))
		return -EINVAL;
	if (copy_from_user(&arg, user, sizeof(arg)))
		return -EFAULT;
	if (!arg.arcb_len || arg.arcb_len > UVIO_ATT_ARCB_MAX_LEN || !arg.meas_len ||
	    arg.meas_len > UVIO_ATT_MEASUREMENT_MAX_LEN ||
	    arg.add_data_len > UVIO_ATT_ADDITIONAL_MAX_LEN || arg.reserved136)
		return -EINVAL;

	arcb = uvio_alloc(arg.arcb_len);
	meas = uvio_alloc(arg.meas_len);
	if (arg.add_data_len)
		add = uvio_alloc(arg.add_data_len);
	if (!arcb || !meas || (arg.add_data_len && !add))
		return -ENOMEM;
	if (copy_from_user(arcb, u64_to_user_ptr(arg.arcb_addr), arg.arcb_len))
		return -EFAULT;

	uvcb.arcb_addr = (u64)arcb;
	/* At most 256; the ultravisor refuses more, without a look at what is there. */
	uvcb.user_data_len = arg.user_data_len;
	memcpy(uvcb.user_data, arg.user_data, sizeof(uvcb.user_data));
	uvcb.meas_len = arg.meas_len;
	uvcb.meas_addr = (u64)meas;
	uvcb.add_data_len = arg.add_data_len;
	uvcb.add_data_addr = (u64)add;
	rc = uvio_call(cb, &uvcb.header);
	if (rc)
		return rc;

	/* Also after a refusal; there are zeros then. */
	if (copy_to_user(u64_to_user_ptr(arg.meas_addr), meas, arg.meas_len) ||
	    copy_to_user(u64_to_user_ptr(arg.add_data_addr), add, arg.add_data_len) ||
	    copy_to_user(user->config_uid, uvcb.config_uid, sizeof(uvcb.config_uid)))
		return -EFAULT;
	return 0;
}

static int uvio_add_secret(struct uvio_ioctl_cb *cb)
{
	struct uv_cb_guest_addr uvcb = {
		.header.cmd = UVC_CMD_ADD_SECRET,
		.header.len = sizeof(uvcb),
	};
	void *request __free(kvfree) = NULL;

	if (!cb->argument_len || cb->argument_len > UVIO_ADD_SECRET_MAX_LEN)
		return -EINVAL;
	request = uvio_alloc(cb->argument_len);
	if (!request)
		return -ENOMEM;
	if (copy_from_user(request, u64_to_user_ptr(cb->argument_addr), cb->argument_len))
		return -EFAULT;
	uvcb.addr = (u64)request;
	return uvio_call(cb, &uvcb.header);
}

/*
 * The ultravisor lists a page at a time. The caller gets one list: all entries behind each
 * other, and a header that tells their number.
 */
static int uvio_list_secrets(struct uvio_ioctl_cb *cb)
{
	struct uv_secret_list __user *user = u64_to_user_ptr(cb->argument_addr);
	unsigned int pages = cb->argument_len / UVIO_LIST_SECRETS_LEN;
	struct uv_secret_list *list __free(kvfree) = NULL;
	u16 start = 0, listed = 0;
	int rc;

	BUILD_BUG_ON(sizeof(*list) != UVIO_LIST_SECRETS_LEN);
	if (!pages || cb->argument_len % UVIO_LIST_SECRETS_LEN)
		return -EINVAL;
	list = uvio_alloc(sizeof(*list));
	if (!list)
		return -ENOMEM;
	do {
		struct uv_cb_list_secrets uvcb = {
			.header.cmd = UVC_CMD_LIST_SECRETS,
			.header.len = sizeof(uvcb),
			.start_idx = start,
			.list_addr = (u64)list,
		};

		memset(list->secrets, 0, sizeof(list->secrets));
		rc = uvio_call(cb, &uvcb.header);
		if (rc)
			return rc;
		/* What was listed before is good, and the caller sees why it is not all. */
		if (cb->uv_rc != UVC_RC_EXECUTED && cb->uv_rc != UVC_RC_MORE_DATA)
			list->num_secr_stored = 0;
		if (list->num_secr_stored > ARRAY_SIZE(list->secrets) ||
		    list->num_secr_stored > U16_MAX - listed)
			return -EIO;
		if (copy_to_user(user->secrets + listed, list->secrets, sizeof(list->secrets)))
			return -EFAULT;
		listed += list->num_secr_stored;
		if (cb->uv_rc != UVC_RC_MORE_DATA)
			break;
		if (list->next_secret_idx <= start)
			return -EIO;
		start = list->next_secret_idx;
	} while (--pages);

	list->num_secr_stored = listed;
	if (copy_to_user(user, list, offsetof(struct uv_secret_list, secrets)))
		return -EFAULT;
	return 0;
}

static int uvio_lock_secrets(struct uvio_ioctl_cb *cb)
{
	struct uv_cb_nodata uvcb = {
		.header.cmd = UVC_CMD_LOCK_SECRETS,
		.header.len = sizeof(uvcb),
	};

	if (cb->argument_addr || cb->argument_len)
		return -EINVAL;
	return uvio_call(cb, &uvcb.header);
}

/* The index comes in the first two bytes of the area that takes the secret. */
static int uvio_retrieve_secret(struct uvio_ioctl_cb *cb)
{
	void __user *user = u64_to_user_ptr(cb->argument_addr);
	struct uv_cb_retr_secr uvcb = {
		.header.cmd = UVC_CMD_RETR_SECRET,
		.header.len = sizeof(uvcb),
		.buf_size = cb->argument_len,
	};
	void *secret;
	int rc;

	if (cb->argument_len < sizeof(uvcb.secret_idx) ||
	    cb->argument_len > UVIO_RETR_SECRET_MAX_LEN)
		return -EINVAL;
	if (get_user(uvcb.secret_idx, (u16 __user *)user))
		return -EFAULT;
	secret = uvio_alloc(cb->argument_len);
	if (!secret)
		return -ENOMEM;
	uvcb.buf_addr = (u64)secret;
	rc = uvio_call(cb, &uvcb.header);
	if (!rc && cb->uv_rc == UVC_RC_EXECUTED &&
	    copy_to_user(user, secret, cb->argument_len))
		rc = -EFAULT;
	kvfree_sensitive(secret, cb->argument_len);
	return rc;
}

static int uvio_info(struct uvio_ioctl_cb *cb);

/* By the number of the ioctl, with the call that it makes */
static const struct uvio_command {
	int (*perform)(struct uvio_ioctl_cb *cb);
	enum uv_cmds_inst call;
} uvio_commands[] = {
	[UVIO_IOCTL_UVDEV_INFO_NR]	= { uvio_info },
	[UVIO_IOCTL_ATT_NR]		= { uvio_attest, BIT_UVC_CMD_RETR_ATTEST },
	[UVIO_IOCTL_ADD_SECRET_NR]	= { uvio_add_secret, BIT_UVC_CMD_ADD_SECRET },
	[UVIO_IOCTL_LIST_SECRETS_NR]	= { uvio_list_secrets, BIT_UVC_CMD_LIST_SECRETS },
	[UVIO_IOCTL_LOCK_SECRETS_NR]	= { uvio_lock_secrets, BIT_UVC_CMD_LOCK_SECRETS },
	[UVIO_IOCTL_RETR_SECRET_NR]	= { uvio_retrieve_secret, BIT_UVC_CMD_RETR_SECRET },
};

/* The ioctls, bit n for number n, whose calls the ultravisor has; information makes none. */
static u64 uvio_calls_installed(void)
{
	u64 installed = 0;

	for (unsigned int nr = UVIO_IOCTL_ATT_NR; nr < ARRAY_SIZE(uvio_commands); nr++) {
		if (test_bit_inv(uvio_commands[nr].call, uv_info.inst_calls_list))
			installed |= UVIO_SUPP_CALL(nr);
	}
	return installed;
}

static int uvio_info(struct uvio_ioctl_cb *cb)
{
	const struct uvio_uvdev_info info = {
		.supp_uvio_cmds = UVIO_SUPP_CALL(ARRAY_SIZE(uvio_commands)) - 1,
		.supp_uv_cmds = uvio_calls_installed(),
	};

	if (cb->argument_len < sizeof(info))
		return -EINVAL;
	if (copy_to_user(u64_to_user_ptr(cb->argument_addr), &info, sizeof(info)))
		return -EFAULT;
	cb->uv_rc = UVC_RC_EXECUTED;
	return 0;
}

/**
 * uvio_ioctl - the one operation of the device
 * @file: not used, all openers are alike
 * @cmd: UVIO_IOCTL_*
 * @arg: user address of a struct uvio_ioctl_cb
 *
 * Context: process context, may sleep.
 * Return:
 * * 0		- the ultravisor has answered, its rc and rrc are in the block
 * * -ENOTTY	- no such command
 * * -EINVAL	- a length or a field that must be zero
 * * -EFAULT	- an address, of the block or of what it names
 * * -ENOMEM	- no memory for a copy of what it names
 * * -EINTR	- the caller was killed while the ultravisor was busy
 * * -EIO	- the ultravisor gave a list that makes no sense
 */
VISIBLE_IF_KUNIT long uvio_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct uvio_ioctl_cb __user *user = (void __user *)arg;
	unsigned int nr = _IOC_NR(cmd);
	struct uvio_ioctl_cb cb;
	int rc;

	if (nr >= ARRAY_SIZE(uvio_commands) || cmd != UVIO_IOCTL(nr))
		return -ENOTTY;
	if (copy_from_user(&cb, user, sizeof(cb)))
		return -EFAULT;
	if (cb.flags || memchr_inv(cb.reserved14, 0, sizeof(cb.reserved14)))
		return -EINVAL;
	rc = uvio_commands[nr].perform(&cb);
	if (!rc && copy_to_user(user, &cb, sizeof(cb)))
		rc = -EFAULT;
	return rc;
}

static const struct file_operations uvio_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = uvio_ioctl,
};

static struct miscdevice uvio_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = UVIO_DEVICE_NAME,
	.fops = &uvio_fops,
};

static int __init uvio_init(void)
{
	if (!uvio_calls_installed())
		pr_info("the ultravisor offers %s neither attestation nor secrets\n",
			is_prot_virt_guest() ? "this guest" : "a host");
	return misc_register(&uvio_device);
}

static void __exit uvio_exit(void)
{
	misc_deregister(&uvio_device);
}

module_cpu_feature_match(S390_CPU_FEATURE_UV, uvio_init);
module_exit(uvio_exit);

MODULE_DESCRIPTION("Attestation and secrets of protected guests");
MODULE_LICENSE("GPL");

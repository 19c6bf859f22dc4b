// SPDX-License-Identifier: GPL-2.0
/*
 * The ultravisor, as far as the decompressor needs it: ask what it can do,
 * and decide whether this kernel is going to be a host of protected VMs.
 */
#include <linux/align.h>
#include <linux/string.h>
#include <asm/boot_data.h>
#include <asm/facility.h>
#include <asm/timex.h>
#include <asm/uv.h>
#include "boot.h"
#include "uv.h"

/* One second in units of the TOD clock, whose bit 51 is a microsecond */
#define TOD_SECOND	(1000000UL << 12)

/* Handed to the kernel, see arch/s390/uv/setup.c */
int uv_boot_data(prot_virt_guest) prot_virt_guest;
int uv_boot_data(prot_virt_host) prot_virt_host;
int uv_boot_data(uv_host_verdict) uv_host_verdict;
struct uv_info uv_boot_data(uv_info) uv_info;

static enum uv_boot_request uv_request;
static bool uv_queried;

/* A query is short; a firmware that is busy for a second has none for us. */
static int uv_query(struct uv_cb_qui *uvcb)
{
	unsigned long start = get_tod_clock_fast();
	int cc;

	do {
		cc = __uv_call(0, (unsigned long)uvcb);
	} while (cc > UVC_CC_ERROR && get_tod_clock_fast() - start < TOD_SECOND);

	/* The ultravisor knows more than we asked for: what we have is valid. */
	if (cc == UVC_CC_ERROR && uvcb->header.rc == UVC_RC_MORE_DATA)
		cc = UVC_CC_OK;
	return cc;
}

static void uv_keep_info(const struct uv_cb_qui *qui)
{
	struct uv_info *info = &uv_info;

	/* sizes of what a host donates */
	info->uv_base_stor_len = qui->uv_base_stor_len;
	info->guest_base_stor_len = qui->conf_base_phys_stor_len;
	info->guest_virt_base_stor_len = qui->conf_base_virt_stor_len;
	info->guest_virt_var_stor_len = qui->conf_virt_var_stor_len;
	info->guest_cpu_stor_len = qui->cpu_stor_len;
	info->conf_dump_storage_state_len = qui->conf_dump_storage_state_len;
	info->conf_dump_finalize_len = qui->conf_dump_finalize_len;

	/* limits; some machines give the last byte, some the end */
	info->max_sec_stor_addr = ALIGN(qui->max_guest_stor_addr, PAGE_SIZE);
	info->max_num_sec_conf = qui->max_num_sec_conf;
	info->max_guest_cpu_id = qui->max_guest_cpu_id;
	info->max_assoc_secrets = qui->max_assoc_secrets;
	info->max_retr_secrets = qui->max_retr_secrets;

	/* what is understood */
	memcpy(info->inst_calls_list, qui->inst_calls_list, sizeof(info->inst_calls_list));
	info->uv_feature_indications = qui->uv_feature_indications;
	info->supp_se_hdr_ver = qui->supp_se_hdr_versions;
	info->supp_se_hdr_pcf = qui->supp_se_hdr_pcf;
	info->supp_att_req_hdr_ver = qui->supp_att_req_hdr_ver;
	info->supp_att_pflags = qui->supp_att_pflags;
	info->supp_add_secret_req_ver = qui->supp_add_secret_req_ver;
	info->supp_add_secret_pcf = qui->supp_add_secret_pcf;
	info->supp_secret_types = qui->supp_secret_types;
}

static bool uv_call_installed(enum uv_cmds_inst nr)
{
	return uv_info.inst_calls_list[nr / 64] & (1UL << (63 - nr % 64));
}

/**
 * uv_query_info - ask the ultravisor what it offers
 *
 * Fills uv_info, in hosts and in protected guests. The two share commands are
 * installed for protected guests only, which is how a guest knows itself.
 */
void uv_query_info(void)
{
	struct uv_cb_qui uvcb = {
		.header.cmd = UVC_CMD_QUI,
		.header.len = sizeof(uvcb),
	};

	if (!test_facility(158) || uv_query(&uvcb))
		return;
	uv_queried = true;
	uv_keep_info(&uvcb);
	prot_virt_guest = uv_call_installed(BIT_UVC_CMD_SET_SHARED_ACCESS) &&
			  uv_call_installed(BIT_UVC_CMD_REMOVE_SHARED_ACCESS);
}

/**
 * uv_parse_prot_virt - take note of one prot_virt= of the command line
 * @val: what follows the equals sign, NULL if there is none
 */
void uv_parse_prot_virt(const char *val)
{
	uv_request = uv_boot_request(val);
}

/**
 * sanitize_prot_virt_host - decide, with the whole command line parsed
 */
void sanitize_prot_virt_host(void)
{
	const struct uv_boot_facts facts = {
		.request = uv_request,
		.built = IS_ENABLED(CONFIG_PROTECTED_VIRTUALIZATION_HOST),
		.facility = test_facility(158),
		.queried = uv_queried,
		.guest = prot_virt_guest,
		.kdump = oldmem_data.start,
		.dump = ipl_block_valid && is_ipl_block_dump(),
	};

	uv_host_verdict = uv_boot_decide(&facts);
	prot_virt_host = uv_host_verdict == UV_HOST_GRANTED;
}

/**
 * adjust_to_uv_max - bound the kernel's address space for a host
 * @limit: planned end of the address space
 *
 * Return: the end that it may have
 */
unsigned long adjust_to_uv_max(unsigned long limit)
{
	return is_prot_virt_host() ? uv_boot_limit(limit, uv_info.max_sec_stor_addr) : limit;
}

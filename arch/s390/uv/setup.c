// SPDX-License-Identifier: GPL-2.0
/*
 * Becoming a host: report what the decompressor decided, and donate the
 * storage in which the ultravisor keeps its own data.
 */
#define pr_fmt(fmt) "prot_virt: " fmt

#include <linux/export.h>
#include <linux/init.h>
#include <linux/memblock.h>
#include <linux/printk.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include "uv.h"

/* Filled by arch/s390/boot/uv.c */
int uv_boot_data(prot_virt_guest) prot_virt_guest;
EXPORT_SYMBOL(prot_virt_guest);

int uv_boot_data(prot_virt_host) prot_virt_host;
EXPORT_SYMBOL(prot_virt_host);

struct uv_info uv_boot_data(uv_info) uv_info;
EXPORT_SYMBOL(uv_info);

int uv_boot_data(uv_host_verdict) uv_host_verdict;

/**
 * uv_verdict_text - why this machine does not host protected VMs
 * @verdict: of the decompressor
 *
 * Return: the reason for the log, NULL when there is nothing to be said
 */
const char *uv_verdict_text(enum uv_host_verdict verdict)
{
	switch (verdict) {
	case UV_HOST_UNKNOWN_VALUE:
		return "prot_virt= takes a boolean (1 or 0); its value is ignored";
	case UV_HOST_NOT_BUILT:
		return "prot_virt=1 ignored, built without PROTECTED_VIRTUALIZATION_HOST";
	case UV_HOST_NO_FACILITY:
		return "prot_virt=1 ignored, the machine has no ultravisor (facility 158)";
	case UV_HOST_IS_GUEST:
		return "prot_virt=1 ignored, this is a protected guest";
	case UV_HOST_NO_QUERY:
		return "prot_virt=1 ignored, the ultravisor does not answer queries";
	case UV_HOST_KDUMP:
		return "prot_virt=1 ignored, this is a crash kernel";
	case UV_HOST_DUMP:
		return "prot_virt=1 ignored, this is a stand-alone dump";
	case UV_HOST_NOT_REQUESTED:
	case UV_HOST_GRANTED:
		break;
	}
	return NULL;
}

#ifdef CONFIG_PROTECTED_VIRTUALIZATION_HOST

/*
 * The ultravisor refuses storage below 2 GiB on some machines, and storage
 * there is dear; but where there is no other let the ultravisor decide. kmemleak
 * would look for pointers in it, so it must not know of it.
 */
phys_addr_t __init uv_base_storage_alloc(unsigned long len)
{
	phys_addr_t base;

	UV_STATIC_STUB(uv_base_storage_alloc, len);
	base = memblock_phys_alloc_range(len, SZ_1M, SZ_2G, MEMBLOCK_ALLOC_NOLEAKTRACE);
	if (!base)
		base = memblock_phys_alloc_range(len, SZ_1M, 0, MEMBLOCK_ALLOC_NOLEAKTRACE);
	return base;
}

void __init uv_base_storage_free(phys_addr_t base, unsigned long len)
{
	UV_STATIC_STUB(uv_base_storage_free, base, len);
	memblock_phys_free(base, len);
}

/**
 * uv_donate - give the ultravisor the storage that it asks for
 *
 * Return: 0, -ENOMEM when there is none, -EIO when the ultravisor refuses;
 * the log has the reason then
 */
int __init uv_donate(void)
{
	struct uv_cb_init uvcb = {
		.header.cmd = UVC_CMD_INIT_UV,
		.header.len = sizeof(uvcb),
		.stor_len = uv_info.uv_base_stor_len,
	};
	int cc;

	uvcb.stor_origin = uv_base_storage_alloc(uvcb.stor_len);
	if (!uvcb.stor_origin) {
		pr_err("No %lu MB of contiguous memory for the ultravisor, continuing without protected virtualization\n",
		       uv_info.uv_base_stor_len >> 20);
		return -ENOMEM;
	}
	/* Nothing of an earlier user's is left for the ultravisor to find. */
	memset(phys_to_virt(uvcb.stor_origin), 0, uvcb.stor_len);
	cc = uv_issue(&uvcb.header, UV_BOOT);
	if (cc) {
		pr_err("Ultravisor initialization failed, cc %d rc 0x%x rrc 0x%x (%s), continuing without protected virtualization\n",
		       cc, uvcb.header.rc, uvcb.header.rrc,
		       uv_rc_text(UVC_CMD_INIT_UV, uvcb.header.rc));
		/*
		 * A call that has begun and not ended may have taken storage
		 * already, which would be an exception for its next user.
		 */
		if (cc == UVC_CC_ERROR)
			uv_base_storage_free(uvcb.stor_origin, uvcb.stor_len);
		return -EIO;
	}
	uv_donated = uvcb.stor_len;
	return 0;
}

static void __init uv_become_host(void)
{
	if (uv_donate())
		prot_virt_host = 0;
	else
		pr_info("Reserving %luMB as ultravisor base storage\n",
			uv_info.uv_base_stor_len >> 20);
}

#else

static void __init uv_become_host(void)
{
}

#endif

/**
 * setup_uv - bring up protected virtualization, early in setup_arch()
 *
 * Must run with one CPU active and memblock usable. Every failure leaves a
 * host that works, without protected virtualization, and one line in the log.
 */
void __init setup_uv(void)
{
	const char *reason = uv_verdict_text(uv_host_verdict);

	if (reason)
		pr_warn("%s\n", reason);
	if (is_prot_virt_host())
		uv_become_host();
}

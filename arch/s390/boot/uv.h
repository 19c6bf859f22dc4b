/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How it is decided at boot whether this machine becomes a host of protected
 * VMs. The decompressor decides, since the answer bounds the virtual memory
 * layout; arch/s390/uv/setup.c reports, since only its messages reach the log.
 */
#ifndef BOOT_UV_H
#define BOOT_UV_H

#include <linux/kstrtox.h>
#include <linux/types.h>

/* What prot_virt= on the command line asks for; the last one counts */
enum uv_boot_request {
	UV_REQUEST_NONE,
	UV_REQUEST_OFF,
	UV_REQUEST_ON,
	UV_REQUEST_UNKNOWN,	/* there, but not a boolean */
};

enum uv_host_verdict {
	UV_HOST_NOT_REQUESTED,
	UV_HOST_UNKNOWN_VALUE,
	UV_HOST_NOT_BUILT,
	UV_HOST_NO_FACILITY,
	UV_HOST_IS_GUEST,
	UV_HOST_NO_QUERY,
	UV_HOST_KDUMP,
	UV_HOST_DUMP,
	UV_HOST_GRANTED,
};

/**
 * struct uv_boot_facts - all that the decision depends on
 * @request:	what the command line asks for
 * @built:	the kernel has the host driver
 * @facility:	facility 158, the ultravisor-call facility, is installed
 * @queried:	query ultravisor information worked
 * @guest:	the query shows the share commands: a protected guest's view
 * @kdump:	this is a crash kernel; the old kernel's secure storage stands
 * @dump:	IPL of a stand-alone dump, memory is evidence
 */
struct uv_boot_facts {
	enum uv_boot_request request;
	bool built;
	bool facility;
	bool queried;
	bool guest;
	bool kdump;
	bool dump;
};

extern int uv_host_verdict;

/*
 * Puts a variable where the decompressor and the kernel share it, as
 * __bootdata_preserved() of asm/sections.h does, but leaves the declaration
 * one that scripts can read.
 */
#define uv_boot_data(var) __section(".boot.preserved.data." #var)

static inline enum uv_boot_request uv_boot_request(const char *val)
{
	bool on;

	if (kstrtobool(val, &on))
		return UV_REQUEST_UNKNOWN;
	return on ? UV_REQUEST_ON : UV_REQUEST_OFF;
}

static inline enum uv_host_verdict uv_boot_decide(const struct uv_boot_facts *facts)
{
	switch (facts->request) {
	case UV_REQUEST_ON:
		break;
	case UV_REQUEST_UNKNOWN:
		return UV_HOST_UNKNOWN_VALUE;
	default:
		return UV_HOST_NOT_REQUESTED;
	}
	if (!facts->built)
		return UV_HOST_NOT_BUILT;
	if (!facts->facility)
		return UV_HOST_NO_FACILITY;
	if (facts->guest)
		return UV_HOST_IS_GUEST;
	if (!facts->queried)
		return UV_HOST_NO_QUERY;
	if (facts->kdump)
		return UV_HOST_KDUMP;
	if (facts->dump)
		return UV_HOST_DUMP;
	return UV_HOST_GRANTED;
}

/**
 * uv_boot_limit - the highest end that kernel virtual addresses may have
 * @limit:		end of the address space that is planned
 * @max_sec_stor_addr:	the ultravisor's bound from the query, 0 if none
 *
 * Storage that is donated by virtual address must lie below the bound.
 *
 * Return: the lower of the two
 */
static inline unsigned long uv_boot_limit(unsigned long limit, unsigned long max_sec_stor_addr)
{
	return max_sec_stor_addr && max_sec_stor_addr < limit ? max_sec_stor_addr : limit;
}

/* In the order in which the decompressor calls them */
void uv_query_info(void);
void uv_parse_prot_virt(const char *val);
void sanitize_prot_virt_host(void);
unsigned long adjust_to_uv_max(unsigned long limit);

#endif /* BOOT_UV_H */

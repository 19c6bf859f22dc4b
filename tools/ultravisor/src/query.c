// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * QUERY ULTRAVISOR INFORMATION: what there is, and what storage it costs.
 */
#include "uv.h"

enum query_field {
	QUERY_CALLS		= 0x10,
	QUERY_BASE_LEN		= 0x40,
	QUERY_CONFIG_BASE	= 0x50,
	QUERY_CONFIG_VAR_BASE	= 0x58,
	QUERY_CONFIG_VAR	= 0x60,
	QUERY_CPU_LEN		= 0x68,
	QUERY_MAX_CONFIGS	= 0x7c,
	QUERY_MAX_GUEST_ADDR	= 0x80,
	QUERY_MAX_CPU_ID	= 0x9e,
	QUERY_FEATURES		= 0xa0,
	QUERY_HEADER_VERSIONS	= 0xb0,
	QUERY_HEADER_PCF	= 0xb8,
	QUERY_DUMP_STATE	= 0xc8,
	QUERY_DUMP_COMPLETE	= 0xd0,
	QUERY_END		= QUERY_LEN,
};

/* The answers never change: made once. */
void query_prepare(struct uv *uv)
{
	uint8_t *info = uv->host_info;

	/* What the host has to donate is nothing that a guest needs. */
	command_facilities(true, uv->guest_info + QUERY_CALLS);
	command_facilities(false, info + QUERY_CALLS);
	put_be64(info + QUERY_BASE_LEN, uv->base_len);
	put_be64(info + QUERY_CONFIG_BASE, CONFIG_BASE_LEN);
	put_be64(info + QUERY_CONFIG_VAR_BASE, CONFIG_VAR_BASE);
	put_be64(info + QUERY_CONFIG_VAR, CONFIG_VAR_PER_MIB);
	put_be64(info + QUERY_CPU_LEN, CPU_LEN);
	put_be16(info + QUERY_MAX_CONFIGS + 2, uv->max_configs);
	put_be64(info + QUERY_MAX_GUEST_ADDR, MAX_GUEST_ADDR);
	put_be16(info + QUERY_MAX_CPU_ID, uv->max_cpus - 1);
	put_be64(info + QUERY_FEATURES, uv->features);
	put_be64(info + QUERY_HEADER_VERSIONS, uv->header_versions);
	put_be64(info + QUERY_HEADER_PCF, SUPPORTED_PCF);
	put_be64(info + QUERY_DUMP_STATE, DUMP_STATE_LEN);
	put_be64(info + QUERY_DUMP_COMPLETE, DUMP_COMPLETE_LEN);
}

int cmd_query(struct call *call)
{
	const uint8_t *info = call->guest ? call->uv->guest_info : call->uv->host_info;

	memcpy(call->block + UV_HEADER_LEN, info + UV_HEADER_LEN, call->len - UV_HEADER_LEN);
	if (call->len < QUERY_END)
		return fail(call, RC_QUERY_MORE, RRC_NONE);
	return UV_CC_DONE;
}

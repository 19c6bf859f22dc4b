// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * QUERY ULTRAVISOR INFORMATION: what there is, and what storage it costs. QUERY KEYS:
 * whom an image can be made for.
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
	QUERY_ATTEST_VERSIONS	= 0xe0,
	QUERY_ATTEST_FLAGS	= 0xe8,
	QUERY_ADD_VERSIONS	= 0xf8,
	QUERY_ADD_FLAGS		= 0x100,
	QUERY_SECRET_TYPES	= 0x108,
	QUERY_ASSOC_SECRETS	= 0x110,
	QUERY_RETR_SECRETS	= 0x112,
	QUERY_END		= QUERY_LEN,
};

/* What a guest's owner has to know; a host can do nothing with it. */
static void query_prepare_guest(const struct uv *uv, uint8_t *info)
{
	command_facilities(true, info + QUERY_CALLS);
	put_be64(info + QUERY_ATTEST_VERSIONS, REQUEST_VERSIONS);
	put_be64(info + QUERY_ATTEST_FLAGS, ATTEST_FLAGS);
	put_be64(info + QUERY_ADD_VERSIONS, REQUEST_VERSIONS);
	put_be64(info + QUERY_ADD_FLAGS, ADD_FLAGS);
	/* There are two readings; this is that of the tool which shows them. */
	put_be64(info + QUERY_SECRET_TYPES, uv->secret_types);
	put_be16(info + QUERY_ASSOC_SECRETS, uv->max_assoc_secrets);
	put_be16(info + QUERY_RETR_SECRETS, uv->max_retr_secrets);
}

/* What the host has to donate is nothing that a guest needs. */
static void query_prepare_host(const struct uv *uv, uint8_t *info)
{
	command_facilities(false, info + QUERY_CALLS);
	put_be64(info + QUERY_BASE_LEN, uv->base_len);
	put_be64(info + QUERY_CONFIG_BASE, CONFIG_BASE_LEN);
	put_be64(info + QUERY_CONFIG_VAR_BASE, store_pages(uv) * PAGE_SIZE);
	put_be64(info + QUERY_CONFIG_VAR, guest_entry_pages(MIB) * PAGE_SIZE);
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

/* The answers never change: made once. */
void query_prepare(struct uv *uv)
{
	query_prepare_host(uv, uv->host_info);
	query_prepare_guest(uv, uv->guest_info);
}

int cmd_query(struct call *call)
{
	const uint8_t *info = call->guest ? call->uv->guest_info : call->uv->host_info;

	memcpy(call->block + UV_HEADER_LEN, info + UV_HEADER_LEN, call->len - UV_HEADER_LEN);
	if (call->len < QUERY_END)
		return fail(call, RC_QUERY_MORE, RRC_NONE);
	return UV_CC_DONE;
}

enum query_keys_field {
	KEYS_HOST	= 0x20,
	KEYS_BACKUP	= 0x40,
};

/* Hashes of the first host key and the first backup key; zeroes: there is none. */
int cmd_query_keys(struct call *call)
{
	const struct keyring *keyring = &call->uv->keyring;
	size_t i = keyring->nr;

	memset(call->block + UV_HEADER_LEN, 0, QUERY_KEYS_LEN - UV_HEADER_LEN);
	while (i--)
		memcpy(call->block + (keyring->keys[i].backup ? KEYS_BACKUP : KEYS_HOST),
		       keyring->keys[i].hash, HOST_HASH_LEN);
	return UV_CC_DONE;
}

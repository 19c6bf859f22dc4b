// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Dumping: the host gets the state of a guest that it cannot read. Only the
 * owner of the customer communication key can, with zgetdump of s390-tools, whose
 * formats (version 1) these are.
 */
#include <gnutls/crypto.h>

#include "uv.h"

#define DUMP_VERSION		1

enum dump_field {
	DUMP_AREA		= 0x20,
	DUMP_STATE_ADDRESS	= 0x28,
};

/* State of a page: a tweak component, or this in the first word and a flag at the end. */
#define STATE_ENTRY_LEN		16
#define STATE_SPECIAL		0xff
#define STATE_ZERO		0x01
#define STATE_SHARED		0x02

enum complete_field {
	COMPLETE_VERSION	= 0,
	COMPLETE_LEN		= 4,
	COMPLETE_SEED		= 16,
	COMPLETE_IV		= 80,
	COMPLETE_SEALED		= 96,
	COMPLETE_NONCE		= 96,
	COMPLETE_KEY		= 112,
	COMPLETE_TAG		= 272,
	COMPLETE_END		= 288,
};

enum cpu_field {
	CPU_VERSION		= 0,
	CPU_LENGTH		= 4,
	CPU_IV			= 8,
	CPU_SEALED		= 32,
	CPU_GPRS		= 32,
	CPU_PSW			= 160,
	CPU_PREFIX		= 184,
	CPU_FPC			= 188,
	CPU_TODPR		= 196,
	CPU_TIMER		= 200,
	CPU_COMPARATOR		= 208,
	CPU_ACRS		= 224,
	CPU_CRS			= 288,
	CPU_VRS			= 416,
	CPU_FLAGS		= 1536,
	CPU_TAG			= 1552,
	CPU_END			= 1568,
};

/* The registers may hold partial results of an instruction. */
#define CPU_FLAG_PARTIAL	0x80

/* Key of this dump: HKDF with SHA-512 (RFC 5869) of the customer communication key. */
static bool derive_key(struct config *config, const uint8_t seed[DUMP_SEED_LEN],
		       uint8_t key[KEY_LEN])
{
	static char label[] = "IBM Z Ultravisor Dump";
	const gnutls_datum_t info = { (unsigned char *)label, sizeof(label) - 1 };
	const gnutls_datum_t cck = { config->image.cck, KEY_LEN };
	const gnutls_datum_t salt = { (unsigned char *)seed, DUMP_SEED_LEN };
	uint8_t extracted[64];
	const gnutls_datum_t prk = { extracted, sizeof(extracted) };
	bool ok = !gnutls_hkdf_extract(GNUTLS_MAC_SHA512, &cck, &salt, extracted) &&
		  !gnutls_hkdf_expand(GNUTLS_MAC_SHA512, &prk, &info, key, KEY_LEN);

	wipe(extracted, sizeof(extracted));
	return ok;
}

int cmd_dump_init(struct call *call)
{
	struct config *config = call->config;
	uint8_t seed[DUMP_SEED_LEN], key[KEY_LEN];

	if (!(config->image.pcf & PCF_DUMP))
		return fail(call, RC_DUMP_FORBIDDEN, RRC_NONE);
	if (!cpus_idle(call->uv, config))
		return UV_CC_BUSY;
	if (!random_bytes(call->uv, seed, sizeof(seed)))
		return fail(call, RC_NO_RANDOM, RRC_NONE);
	if (!derive_key(config, seed, key))
		return fail(call, RC_NO_MEMORY, RRC_NONE);
	memcpy(config->dump_seed, seed, sizeof(seed));
	memcpy(config->dump_key, key, sizeof(key));
	wipe(key, sizeof(key));
	config->state = CONFIG_DUMPING;
	return UV_CC_DONE;
}

/*
 * What it takes to decrypt what the host has of a page, or gets when it reads the page
 * now, which exports it.
 */
static void state_entry(const struct config *config, uint64_t gfn, const struct guest_page *page,
			uint8_t entry[STATE_ENTRY_LEN])
{
	uint32_t word = atomic_load_explicit(&page->word, memory_order_acquire);
	enum guest_state state = word & GUEST_STATE_MASK;
	uint64_t counter = guest_counter(page, word) + (state == GUEST_RESIDENT);
	unsigned int i;

	if (state == GUEST_RESIDENT || state == GUEST_EXPORTED) {
		page_tweak(&config->page_keys, gfn, counter, entry);
		for (i = 0; i < STATE_ENTRY_LEN; i++)
			entry[i] &= ~config->page_keys.tweak_nonce[i];
		return;
	}
	memset(entry, 0, STATE_ENTRY_LEN);
	memset(entry, STATE_SPECIAL, 4);
	entry[STATE_ENTRY_LEN - 1] = state == GUEST_SHARED || state == GUEST_SHARED_OUT ?
				     STATE_SHARED : STATE_ZERO;
}

int cmd_dump_storage_state(struct call *call)
{
	uint64_t guest = field(call, DUMP_STATE_ADDRESS);
	uint8_t area[DUMP_STATE_LEN];
	unsigned int i;

	if (guest % MIB || !config_covers(call->config, guest))
		return fail(call, RC_DUMP_ADDRESS, RRC_NONE);
	for (i = 0; i < MIB / PAGE_SIZE; i++) {
		uint64_t gfn = (guest >> PAGE_SHIFT) + i;
		const struct guest_page *page = guest_page(call->uv, call->config, gfn);

		if (!page)
			return fail(call, RC_METADATA, RRC_NONE);
		state_entry(call->config, gfn, page, area + i * STATE_ENTRY_LEN);
	}
	return home_write(call, field(call, DUMP_AREA), area, sizeof(area), RC_DUMP_AREA);
}

/* Seal what is between @sealed and @tag, all before it is authenticated. */
static int write_sealed(struct call *call, uint8_t area[PAGE_SIZE], unsigned int iv,
			unsigned int sealed, unsigned int tag)
{
	if (!random_bytes(call->uv, area + iv, NONCE_LEN))
		return fail(call, RC_NO_RANDOM, RRC_NONE);
	if (!gcm_seal(call->config->dump_key, area + iv, area, sealed, area + sealed, tag - sealed,
		      area + tag))
		return fail(call, RC_NO_MEMORY, RRC_NONE);
	return home_write(call, field(call, DUMP_AREA), area, PAGE_SIZE, RC_DUMP_AREA);
}

static void put_registers(uint8_t *area, const struct uv_cpu_state *state)
{
	unsigned int i;

	for (i = 0; i < 16; i++) {
		put_be64(area + CPU_GPRS + 8 * i, state->gprs[i]);
		put_be32(area + CPU_ACRS + 4 * i, state->acrs[i]);
		put_be64(area + CPU_CRS + 8 * i, state->crs[i]);
	}
	for (i = 0; i < 32; i++) {
		put_be64(area + CPU_VRS + 16 * i, state->vrs[i].d[0]);
		put_be64(area + CPU_VRS + 16 * i + 8, state->vrs[i].d[1]);
	}
	put_be64(area + CPU_PSW, state->psw_mask);
	put_be64(area + CPU_PSW + 8, state->psw_addr);
	put_be32(area + CPU_PREFIX, state->prefix);
	put_be32(area + CPU_FPC, state->fpc);
	put_be32(area + CPU_TODPR, state->todpr);
	put_be64(area + CPU_TIMER, state->cpu_timer);
	put_be64(area + CPU_COMPARATOR, state->clock_comparator);
	if (state->pending[0])
		area[CPU_FLAGS] = CPU_FLAG_PARTIAL;
}

int cmd_dump_cpu(struct call *call)
{
	uint8_t area[PAGE_SIZE] = { 0 };
	int cc;

	put_be32(area + CPU_VERSION, DUMP_VERSION);
	put_be32(area + CPU_LENGTH, CPU_END);
	put_registers(area, &call->cpu->state);
	cc = write_sealed(call, area, CPU_IV, CPU_SEALED, CPU_TAG);
	wipe(area, sizeof(area));
	return cc;
}

/* The key of the pages, for whoever has the customer communication key. */
int cmd_dump_complete(struct call *call)
{
	struct config *config = call->config;
	uint8_t area[PAGE_SIZE] = { 0 };
	int cc;

	put_be32(area + COMPLETE_VERSION, DUMP_VERSION);
	put_be32(area + COMPLETE_LEN, COMPLETE_END);
	memcpy(area + COMPLETE_SEED, config->dump_seed, DUMP_SEED_LEN);
	memcpy(area + COMPLETE_NONCE, config->page_keys.tweak_nonce, TWEAK_LEN);
	memcpy(area + COMPLETE_KEY, config->page_keys.xts, XTS_KEY_LEN);
	cc = write_sealed(call, area, COMPLETE_IV, COMPLETE_SEALED, COMPLETE_TAG);
	wipe(area, sizeof(area));
	if (cc != UV_CC_DONE)
		return cc;
	wipe(config->dump_key, sizeof(config->dump_key));
	config->state = CONFIG_VERIFIED;
	return UV_CC_DONE;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Dumping: the host gets the state of a guest that it cannot read. Only the
 * owner of the customer communication key can.
 *
 * The formats are our own (see Documentation/ultravisor.rst).
 */
#include "uv.h"

#define STATE_ENTRY_LEN		16
#define DUMP_VERSION		1

enum dump_field {
	DUMP_CPU_AREA		= 0x20,
	DUMP_STATE_AREA		= 0x20,
	DUMP_STATE_ADDRESS	= 0x28,
	DUMP_COMPLETE_AREA	= 0x20,
};

/* A sealed page: magic, version, number, nonce, salt, then sealed data and the tag. */
enum sealed_field {
	SEALED_MAGIC		= 0,
	SEALED_VERSION		= 8,
	SEALED_NUMBER		= 12,
	SEALED_NONCE		= 16,
	SEALED_SALT		= 28,
	SEALED_DATA		= 40,
	SEALED_TAG		= PAGE_SIZE - GCM_TAG_LEN,
};

/*
 * Key of this dump: SHA-256 of the customer communication key, a label and a
 * salt, so that no two dumps share a key.
 */
static void derive_key(struct config *config)
{
	static const char label[] = "openuv dump 1";
	uint8_t input[KEY_LEN + sizeof(label) + NONCE_LEN];

	memcpy(input, config->image.cck, KEY_LEN);
	memcpy(input + KEY_LEN, label, sizeof(label));
	memcpy(input + KEY_LEN + sizeof(label), config->dump_salt, NONCE_LEN);
	gcry_md_hash_buffer(GCRY_MD_SHA256, config->dump_key, input, sizeof(input));
	wipe(input, sizeof(input));
}

int cmd_dump_init(struct call *call)
{
	struct config *config = call->config;
	uint8_t salt[NONCE_LEN];

	if (!(config->image.pcf & PCF_DUMP))
		return fail(call, RC_DUMP_FORBIDDEN, RRC_NONE);
	if (!cpus_idle(call->uv, config))
		return UV_CC_BUSY;
	if (!random_bytes(call->uv, salt, sizeof(salt)))
		return fail(call, RC_NO_RANDOM, RRC_NONE);
	memcpy(config->dump_salt, salt, sizeof(salt));
	derive_key(config);
	config->state = CONFIG_DUMPING;
	return UV_CC_DONE;
}

/*
 * One entry for a guest page: state, 0, counter of the export that the host
 * has or would get (6 bytes), first half of the tag. With the page key that is
 * what it takes to decrypt the page.
 */
static void state_entry(const struct guest_page *page, uint8_t entry[STATE_ENTRY_LEN])
{
	uint32_t word = atomic_load_explicit(&page->word, memory_order_acquire);
	enum guest_state state = word & GUEST_STATE_MASK;
	uint64_t counter = guest_counter(page, word);
	uint8_t be[8];

	if (state == GUEST_RESIDENT)
		counter++;
	put_be64(be, counter);
	memset(entry, 0, STATE_ENTRY_LEN);
	entry[0] = state;
	memcpy(entry + 2, be + 2, 6);
	if (state == GUEST_EXPORTED)
		memcpy(entry + 8, page->tag, 8);
}

int cmd_dump_storage_state(struct call *call)
{
	uint64_t guest = field(call, DUMP_STATE_ADDRESS);
	uint8_t area[DUMP_STATE_LEN];
	unsigned int i;

	if (guest % MIB || !config_covers(call->config, guest))
		return fail(call, RC_DUMP_ADDRESS, RRC_NONE);
	for (i = 0; i < MIB / PAGE_SIZE; i++) {
		const struct guest_page *page = guest_page(call->uv, call->config,
							   (guest >> PAGE_SHIFT) + i);

		if (!page)
			return fail(call, RC_METADATA, RRC_NONE);
		state_entry(page, area + i * STATE_ENTRY_LEN);
	}
	return home_write(call, field(call, DUMP_STATE_AREA), area, sizeof(area), RC_DUMP_AREA);
}

/* Seal @area, whose data are in place, and give it to the host. */
static int write_sealed(struct call *call, uint64_t vaddr, const char magic[8], uint32_t number,
			uint8_t area[PAGE_SIZE])
{
	const struct config *config = call->config;

	memcpy(area + SEALED_MAGIC, magic, 8);
	put_be64(area + SEALED_VERSION, (uint64_t)DUMP_VERSION << 32 | number);
	memcpy(area + SEALED_SALT, config->dump_salt, NONCE_LEN);
	if (!random_bytes(call->uv, area + SEALED_NONCE, NONCE_LEN))
		return fail(call, RC_NO_RANDOM, RRC_NONE);
	if (!gcm_seal(config->dump_key, area + SEALED_NONCE, area, SEALED_DATA,
		      area + SEALED_DATA, SEALED_TAG - SEALED_DATA, area + SEALED_TAG))
		return fail(call, RC_NO_MEMORY, RRC_NONE);
	return home_write(call, vaddr, area, PAGE_SIZE, RC_DUMP_AREA);
}

static uint8_t *put_all(uint8_t *to, const uint64_t *from, unsigned int nr)
{
	while (nr--) {
		put_be64(to, *from++);
		to += 8;
	}
	return to;
}

/* Registers, big-endian, in the order of struct uv_cpu_state. */
static void put_state(uint8_t *to, const struct uv_cpu_state *state)
{
	const uint64_t singles[] = {
		state->psw_mask, state->psw_addr, state->cpu_timer, state->clock_comparator,
		state->epoch, state->gbea, state->pp,
		(uint64_t)state->fpc << 32 | state->prefix,
		(uint64_t)state->todpr << 32 | (uint64_t)state->operating << 24,
	};
	unsigned int i;

	to = put_all(to, state->gprs, 16);
	for (i = 0; i < 16; i += 2, to += 8)
		put_be64(to, (uint64_t)state->acrs[i] << 32 | state->acrs[i + 1]);
	for (i = 0; i < 32; i++)
		to = put_all(to, state->vrs[i].d, 2);
	to = put_all(to, state->crs, 16);
	put_all(to, singles, sizeof(singles) / sizeof(singles[0]));
}

int cmd_dump_cpu(struct call *call)
{
	uint8_t area[PAGE_SIZE] = { 0 };
	int cc;

	put_state(area + SEALED_DATA, &call->cpu->state);
	cc = write_sealed(call, field(call, DUMP_CPU_AREA), "OPENUVDC", call->cpu->number, area);
	wipe(area, sizeof(area));
	return cc;
}

/* The key of the pages, for whoever has the customer communication key. */
int cmd_dump_complete(struct call *call)
{
	struct config *config = call->config;
	uint8_t area[PAGE_SIZE] = { 0 };
	int cc;

	memcpy(area + SEALED_DATA, config->page_key, KEY_LEN);
	cc = write_sealed(call, field(call, DUMP_COMPLETE_AREA), "OPENUVDF", 0, area);
	wipe(area, sizeof(area));
	if (cc != UV_CC_DONE)
		return cc;
	wipe(config->dump_key, sizeof(config->dump_key));
	config->state = CONFIG_VERIFIED;
	return UV_CC_DONE;
}

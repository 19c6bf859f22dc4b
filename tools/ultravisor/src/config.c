// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Secure configurations: created from donated storage, destroyed in pieces.
 */
#include "uv.h"

/* Address-space-control element. */
#define ASCE_TABLE		(~0xfffull)
#define ASCE_PRIVATE		0x100ull	/* bit 55 */
#define ASCE_REAL_SPACE		0x20ull		/* bit 58 */

enum create_field {
	CREATE_HANDLE		= 0x18,
	CREATE_BASE		= 0x20,
	CREATE_VAR		= 0x28,
	CREATE_FLAGS		= 0x36,
	CREATE_ORIGIN		= 0x38,
	CREATE_LEN		= 0x40,
	CREATE_SCA		= 0x48,
	CREATE_ASCE		= 0x50,
};

static int check_create(struct call *call)
{
	uint64_t origin = field(call, CREATE_ORIGIN), len = field(call, CREATE_LEN);
	uint64_t base = field(call, CREATE_BASE), sca = field(call, CREATE_SCA);
	uint64_t asce = field(call, CREATE_ASCE);
	struct uv *uv = call->uv;

	/* Flags ask for features that QUERY does not announce. */
	if (get_be16(call->block + CREATE_FLAGS))
		return fail(call, RC_CONFIG_FLAGS, RRC_NONE);
	if (origin % MIB || origin >= MAX_GUEST_ADDR)
		return fail(call, RC_CONFIG_ORIGIN, RRC_NONE);
	if (!len || len % MIB || len > MAX_GUEST_ADDR - origin)
		return fail(call, RC_CONFIG_LEN, RRC_NONE);
	if (!(asce & ASCE_PRIVATE) || asce & ASCE_REAL_SPACE)
		return fail(call, RC_CONFIG_ASCE, RRC_NONE);
	if (!sca)
		return fail(call, RC_CONFIG_NO_SCA, RRC_NONE);
	if (!storage(uv, sca, 1) || uv_access(uv, sca, 0, 0, true))
		return fail(call, RC_CONFIG_SCA, RRC_NONE);
	if (base < LOWCORE_LEN)
		return fail(call, RC_CONFIG_LOWCORE, RRC_NONE);
	if (base % PAGE_SIZE)
		return fail(call, RC_CONFIG_BASE, RRC_NONE);
	if (field(call, CREATE_VAR) % PAGE_SIZE)
		return fail(call, RC_CONFIG_VAR_ALIGN, RRC_NONE);
	return UV_CC_DONE;
}

/* Two configurations with one address space would be given each other's pages. */
static bool asce_in_use(struct uv *uv, uint64_t asce)
{
	unsigned int i;

	for (i = 0; i < uv->max_configs; i++) {
		const struct slot *slot = atomic_load_explicit(&uv->slots[i],
							       memory_order_acquire);

		if (slot && atomic_load(&slot->asce) == (asce & ASCE_TABLE) + 1)
			return true;
	}
	return false;
}

static int donate(struct call *call, struct donation *donation, uint64_t nr_var)
{
	uint64_t base = field(call, CREATE_BASE), var = field(call, CREATE_VAR);
	uint64_t i, absolute;
	int cc;

	for (i = 0; i < CONFIG_BASE_LEN; i += PAGE_SIZE) {
		cc = donation_add(donation, base + i);
		if (cc == UV_CC_ERROR)
			return fail(call, RC_CONFIG_BASE, RRC_NONE);
		if (cc != UV_CC_DONE)
			return cc;
	}
	for (i = 0; i < nr_var; i++) {
		cc = home_translate(call, var + (i << PAGE_SHIFT), true, &absolute);
		if (cc != UV_CC_DONE)
			return cc;
		cc = donation_add(donation, absolute & PAGE_MASK);
		if (cc == UV_CC_ERROR)
			return fail(call, RC_CONFIG_VAR, RRC_NONE);
		if (cc != UV_CC_DONE)
			return cc;
	}
	return UV_CC_DONE;
}

static int build(struct call *call, struct slot *slot)
{
	uint64_t len = field(call, CREATE_LEN), nr_var = var_pages(call->uv, len), handle, i;
	struct uv *uv = call->uv;
	struct config *config = storage(uv, field(call, CREATE_BASE), CONFIG_BASE_LEN);
	struct donation donation;
	struct page_keys keys;
	uint8_t uid[UID_LEN];
	int cc;

	if (!config)
		return fail(call, RC_CONFIG_BASE, RRC_NONE);
	if (!donation_start(&donation, uv, slot->number + 1, CONFIG_BASE_LEN / PAGE_SIZE + nr_var))
		return fail(call, RC_NO_MEMORY, RRC_NONE);
	cc = donate(call, &donation, nr_var);
	if (cc == UV_CC_DONE && (!page_keys_make(uv, &keys) || !random_bytes(uv, uid, sizeof(uid))))
		cc = fail(call, RC_NO_RANDOM, RRC_NONE);
	if (cc != UV_CC_DONE) {
		donation_cancel(&donation);
		return cc;
	}

	donation_hide(&donation);
	for (i = 0; i < nr_var; i++)
		var_link(uv, config, donation.pages + CONFIG_BASE_LEN / PAGE_SIZE, i);
	handle = new_handle(uv, slot->number, 0);
	config->handle = handle;
	config->absolute = field(call, CREATE_BASE);
	config->origin = field(call, CREATE_ORIGIN);
	config->len = len;
	config->asce = field(call, CREATE_ASCE);
	config->sca = field(call, CREATE_SCA);
	config->nr_var = nr_var;
	config->page_keys = keys;
	wipe(&keys, sizeof(keys));
	memcpy(config->uid, uid, UID_LEN);
	config->state = CONFIG_CREATED;
	slot->handle = handle;
	slot->asce = (config->asce & ASCE_TABLE) + 1;
	slot->config = config;
	donation_end(&donation);
	put_be64(call->block + CREATE_HANDLE, handle);
	count_add(uv, configs, 1);
	return UV_CC_DONE;
}

int cmd_create_config(struct call *call)
{
	struct uv *uv = call->uv;
	struct slot *slot;
	int cc = check_create(call);

	if (cc != UV_CC_DONE)
		return cc;
	if (atomic_flag_test_and_set_explicit(&uv->creating, memory_order_acquire))
		return UV_CC_BUSY;
	if (asce_in_use(uv, field(call, CREATE_ASCE))) {
		cc = fail(call, RC_CONFIG_ASCE_USED, RRC_NONE);
		goto out;
	}
	slot = slot_new(uv, &call->rc);
	if (!slot) {
		cc = UV_CC_ERROR;
		goto out;
	}
	cc = build(call, slot);
	slot_put(slot, true);
out:
	atomic_flag_clear_explicit(&uv->creating, memory_order_release);
	return cc;
}

struct removal {
	struct batch batch;
	uint16_t rc;
};

static int remove_one(struct uv *uv, struct slot *slot, uint64_t gfn, struct guest_page *page,
		      void *arg)
{
	struct removal *removal = arg;
	uint64_t absolute = page->tag << PAGE_SHIFT;

	(void)gfn;
	if (page->tag >= uv->nr_frames || !storage(uv, absolute, PAGE_SIZE))
		return UV_CC_ERROR;
	return page_leave(uv, removal->batch.op, absolute, slot, &removal->batch, &removal->rc);
}

/* What one call gives back, of pages. */
#define RETURN_BUDGET	(4 * RETURN_PAGES)
/* What a call looks at of all frames. */
#define SWEEP_BUDGET	(1u << 16)

/*
 * Variable storage goes back from its end, so that what leads to a page goes after it. A
 * page that somebody is at work on is tried again with the next call.
 */
static int return_storage(struct call *call)
{
	struct config *config = call->config;
	unsigned int owner = call->slot->number + 1, budget = RETURN_BUDGET, i;
	uint64_t pages[RETURN_PAGES];
	struct uv *uv = call->uv;

	while (config->nr_var) {
		unsigned int nr = 0;

		/* What the tables do not lead to would be the next configuration's in this slot. */
		if (slot_frames(call->slot) != CONFIG_BASE_LEN / PAGE_SIZE + config->nr_var)
			return fail(call, RC_METADATA, RRC_NONE);
		if (!budget)
			return UV_CC_PARTIAL;
		for (; nr < config->nr_var && nr < RETURN_PAGES; nr++, budget--)
			pages[nr] = var_page(uv, config, config->nr_var - nr - 1);
		if (donation_return(uv, owner, pages, nr) != UV_CC_DONE)
			return UV_CC_PARTIAL;
		config->nr_var -= nr;
	}
	if (slot_frames(call->slot) != CONFIG_BASE_LEN / PAGE_SIZE)
		return fail(call, RC_METADATA, RRC_NONE);
	for (i = 0; i < CONFIG_BASE_LEN / PAGE_SIZE; i++)
		pages[i] = config->absolute + i * PAGE_SIZE;
	/* With its last page the configuration is gone. */
	call->slot->config = NULL;
	if (donation_return(uv, owner, pages, CONFIG_BASE_LEN / PAGE_SIZE) != UV_CC_DONE) {
		call->slot->config = config;
		return UV_CC_PARTIAL;
	}
	slot_clear(call->slot);
	count_add(uv, configs, -1);
	return UV_CC_DONE;
}

/* All CPUs that there are can be found, hence destroyed. */
static bool knows_cpus(struct uv *uv, const struct slot *slot)
{
	unsigned int i, nr = 0;

	for (i = 0; i < UV_CPUS_MAX; i++) {
		if (!slot->config->cpus[i])
			continue;
		if (i >= uv->max_cpus || !cpu_at(uv, slot->config, i))
			return false;
		nr++;
	}
	return nr == slot->nr_cpus;
}

/*
 * What a broken configuration says of itself leads anywhere. But each frame says whose it
 * is: all of them are looked at, in pieces.
 */
static int sweep(struct call *call, struct removal *removal)
{
	unsigned int owner = call->slot->number + 1, budget = SWEEP_BUDGET;
	uint64_t *frame = &call->slot->sweep, absolute;
	struct uv *uv = call->uv;
	int cc = UV_CC_DONE;

	for (; *frame < uv->nr_frames && budget; (*frame)++, budget--) {
		uint64_t entry = atomic_load_explicit(&uv->frames[*frame], memory_order_relaxed);

		if (frame_owner(entry) != owner)
			continue;
		absolute = *frame << PAGE_SHIFT;
		if (frame_state(entry) == FRAME_DONATED)
			cc = donation_return(uv, owner, &absolute, 1);
		else
			cc = page_leave(uv, removal->batch.op, absolute, call->slot,
					&removal->batch, &removal->rc);
		if (cc == UV_CC_BUSY)
			break;
	}
	batch_flush(uv, &removal->batch);
	if (*frame < uv->nr_frames)
		return UV_CC_PARTIAL;
	call->slot->config = NULL;
	count_add(uv, cpus, -(int64_t)call->slot->nr_cpus);
	count_add(uv, configs, -1);
	slot_clear(call->slot);
	return UV_CC_DONE;
}

/*
 * DESTROY CONFIGURATION clears the pages of the guest and makes them accessible, the
 * fast form leaves them ownerless: the host destroys or exports each later.
 */
int cmd_destroy_config(struct call *call)
{
	bool fast = call->code == CMD_DESTROY_CONFIG_FAST;
	struct removal removal;
	struct config *config = call->config;
	int cc;

	removal.rc = RC_METADATA;
	removal.batch.op = fast ? OP_RELEASE_FAST : OP_RELEASE;
	removal.batch.nr = 0;
	if (call->slot->broken)
		return sweep(call, &removal);
	if (!knows_cpus(call->uv, call->slot))
		return fail(call, RC_METADATA, RRC_NONE);
	if (call->slot->nr_cpus)
		return fail(call, fast ? RC_DESTROY_FAST_CPUS : RC_DESTROY_CPUS, RRC_NONE);
	/* Entries that went back to the host must not be looked at again. */
	if (config->released)
		return return_storage(call);
	cc = config_walk(call, IN(GUEST_RESIDENT) | IN(GUEST_SHARED), remove_one, &removal);
	if (cc == UV_CC_BUSY)
		return cc;
	config->state = CONFIG_DESTROYING;
	image_end(call->slot);
	batch_flush(call->uv, &removal.batch);
	if (cc == UV_CC_ERROR)
		return fail(call, RC_METADATA, RRC_NONE);
	if (cc != UV_CC_DONE)
		return cc;
	config->released = true;
	return return_storage(call);
}

static void hold_cpus(struct uv *uv, const struct config *config)
{
	unsigned int i;

	for (i = 0; i < uv->max_cpus; i++) {
		struct cpu *cpu = cpu_at(uv, config, i);

		if (!cpu)
			continue;
		cpu->state.operating = UV_CPU_STOPPED;
		if (cpu->state.start != UV_START_FRESH)
			cpu->state.start = UV_START_HELD;
		memset(cpu->state.pending, 0, sizeof(cpu->state.pending));
	}
}

/*
 * The guest is going to be restarted: no CPU of it may be running, nothing is
 * shared any more. A dump ends. Only the complete call lets a CPU be loaded.
 */
int cmd_prepare_reset(struct call *call)
{
	int cc = cpus_idle(call->uv, call->config) ? cmd_unshare_all(call) : UV_CC_BUSY;

	if (cc == UV_CC_BUSY)
		return cc;
	hold_cpus(call->uv, call->config);
	if (cc != UV_CC_DONE)
		return cc;
	wipe(call->config->dump_key, sizeof(call->config->dump_key));
	call->config->sccb = 0;
	/* An image that has not begun yet still begins as itself. */
	if (call->config->load == LOAD_NOTHING)
		call->config->load = LOAD_SHORT_PSW;
	call->config->state = CONFIG_VERIFIED;
	reset_step_done(call->config, RESET_PREPARED);
	return UV_CC_DONE;
}

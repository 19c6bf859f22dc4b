// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Secure CPUs: their registers live in donated storage while they do not run.
 */
#include "uv.h"

/* Control registers after an initial CPU reset. */
#define CR0_INITIAL		0xe0ull
#define CR14_INITIAL		0xc2000000ull

/* Alignment of a state description. */
#define STATE_DESC_ALIGN	512

enum create_cpu_field {
	CREATE_CPU_HANDLE	= 0x18,
	CREATE_CPU_STORAGE	= 0x28,
	CREATE_CPU_NUMBER	= 0x36,
	CREATE_CPU_STATE_DESC	= 0x38,
};

/* SET CPU STATE: operating, and begin with the PSW of the image. */
#define OPERATING_LOAD		5
#define SET_STATE_FIELD		0x27

void uv_cpu_reset(struct uv_cpu_state *state, enum uv_reset reset)
{
	memset(state->pending, 0, sizeof(state->pending));
	state->operating = UV_CPU_STOPPED;
	if (reset == UV_RESET_NORMAL)
		return;
	if (reset == UV_RESET_CLEAR) {
		memset(state->gprs, 0, sizeof(state->gprs));
		memset(state->acrs, 0, sizeof(state->acrs));
		memset(state->vrs, 0, sizeof(state->vrs));
	}
	state->start = UV_START_FRESH;
	memset(state->crs, 0, sizeof(state->crs));
	state->crs[0] = CR0_INITIAL;
	state->crs[14] = CR14_INITIAL;
	state->psw_mask = 0;
	state->psw_addr = 0;
	state->cpu_timer = 0;
	state->clock_comparator = 0;
	state->gbea = 1;
	state->pp = 0;
	state->fpc = 0;
	state->prefix = 0;
	state->todpr = 0;
}

/* False also for one that runs: the host has not stopped it. */
bool config_cpus_stopped(struct uv *uv, const struct config *config)
{
	unsigned int i;

	for (i = 0; i < uv->max_cpus; i++) {
		const struct cpu *cpu = cpu_at(uv, config, i);

		if (cpu && (cpu->in_use || cpu->state.operating != UV_CPU_STOPPED))
			return false;
	}
	return true;
}

/* What the host is told of two CPUs must not meet in one place. */
static bool state_desc_is_used(struct uv *uv, const struct config *config, uint64_t sd)
{
	unsigned int i;

	for (i = 0; i < uv->max_cpus; i++) {
		const struct cpu *cpu = cpu_at(uv, config, i);

		if (cpu && cpu->state_desc == sd)
			return true;
	}
	return false;
}

int cmd_create_cpu(struct call *call)
{
	uint64_t stor = field(call, CREATE_CPU_STORAGE);
	uint64_t sd = field(call, CREATE_CPU_STATE_DESC);
	unsigned int number = get_be16(call->block + CREATE_CPU_NUMBER);
	struct config *config = call->config;
	struct uv *uv = call->uv;
	struct donation donation;
	struct cpu *cpu;
	int cc;

	if (number >= uv->max_cpus)
		return fail(call, RC_CPU_NUMBER, RRC_NONE);
	if (config->cpus[number])
		return fail(call, RC_CPU_DUPLICATE, RRC_NONE);
	if (stor < LOWCORE_LEN)
		return fail(call, RC_CPU_LOWCORE, RRC_NONE);
	/* It may not lie in the storage that is donated with this call either. */
	if (!sd || sd % STATE_DESC_ALIGN || sd >> PAGE_SHIFT == stor >> PAGE_SHIFT ||
	    !storage(uv, sd, STATE_DESC_ALIGN) || uv_access(uv, sd, 0, 0, true) ||
	    state_desc_is_used(uv, config, sd))
		return fail(call, RC_CPU_STATE_DESC, RRC_NONE);
	if (!donation_start(&donation, uv, call->slot->number + 1, 1))
		return fail(call, RC_NO_MEMORY, RRC_NONE);
	cc = donation_add(&donation, stor);
	if (cc != UV_CC_DONE) {
		donation_cancel(&donation);
		return cc == UV_CC_BUSY ? cc : fail(call, RC_CPU_STORAGE, RRC_NONE);
	}
	donation_hide(&donation);
	cpu = storage(uv, stor, CPU_LEN);
	cpu->number = number;
	cpu->state_desc = sd;
	cpu->handle = new_handle(uv, call->slot->number, number + 1);
	uv_cpu_reset(&cpu->state, UV_RESET_CLEAR);
	config->cpus[number] = stor;
	call->slot->nr_cpus++;
	donation_end(&donation);
	put_be64(call->block + CREATE_CPU_HANDLE, cpu->handle);
	count_add(uv, cpus, 1);
	return UV_CC_DONE;
}

/* The gate of the configuration is held for writing: a CPU in use is one that runs. */
bool cpus_idle(struct uv *uv, const struct config *config)
{
	unsigned int i;

	for (i = 0; i < uv->max_cpus; i++) {
		struct cpu *cpu = cpu_at(uv, config, i);

		if (cpu && atomic_load(&cpu->in_use))
			return false;
	}
	return true;
}

/* What a service call of a CPU is kept as while it waits for its answer. */
static uint64_t kept(unsigned int number, uint64_t sccb)
{
	return sccb | SCCB_KEPT | (uint64_t)number << SCCB_CPU_SHIFT;
}

/* If the CPU has a service call without an answer, it will not get one any more. */
void cpu_forget_call(struct config *config, unsigned int number)
{
	uint64_t now = atomic_load(&config->sccb);

	while (now == kept(number, now & SCCB_ADDRESS))
		if (atomic_compare_exchange_weak(&config->sccb, &now, 0))
			return;
}

int cmd_destroy_cpu(struct call *call)
{
	unsigned int number = HANDLE_CPU(field(call, 0x18)) - 1;
	uint64_t stor = call->config->cpus[number];

	if (donation_return(call->uv, call->slot->number + 1, &stor, 1) == UV_CC_BUSY)
		return UV_CC_BUSY;
	call->cpu = NULL;
	cpu_forget_call(call->config, number);
	call->config->cpus[number] = 0;
	call->slot->nr_cpus--;
	count_add(call->uv, cpus, -1);
	return UV_CC_DONE;
}

/*
 * CPU reset, initial CPU reset, clear reset. The CPU stops. A CPU reset in the middle of
 * an instruction leaves the CPU there, to complete it when its guest starts it.
 */
int cmd_cpu_reset(struct call *call)
{
	struct uv_cpu_state *state = &call->cpu->state;
	enum uv_reset reset = UV_RESET_NORMAL;

	if (call->code == CMD_CPU_RESET && state->pending[0]) {
		/* The host would have the guest execute what it has executed already. */
		call->cpu->asked = 0;
		state->operating = UV_CPU_STOPPED;
		state->start = UV_START_HELD;
		return UV_CC_DONE;
	}
	if (call->code != CMD_CPU_RESET)
		reset = call->code == CMD_CPU_RESET_CLEAR ? UV_RESET_CLEAR : UV_RESET_INITIAL;
	uv_cpu_reset(state, reset);
	call->cpu->asked = 0;
	cpu_forget_call(call->config, call->cpu->number);
	reset_cpu_done(call->config, reset);
	return UV_CC_DONE;
}

/*
 * One CPU is loaded after the image was verified, and one after each reset of
 * the guest: a second one would let a loader run into a guest that lives. Only
 * the verified image begins with its own PSW; after a reset the guest's storage
 * is what it has made of it.
 */
static int load(struct call *call)
{
	const struct image *image = &call->config->image;
	struct uv_cpu_state *state = &call->cpu->state;
	uint8_t with;

	if (call->config->state != CONFIG_VERIFIED || !reset_allows_load(call->config))
		return fail(call, RC_STATE, RRC_NONE);
	if (state->operating != UV_CPU_STOPPED || state->start != UV_START_FRESH)
		return fail(call, RC_CPU_NOT_RESET, RRC_NONE);
	/* Two CPUs may be loaded at a time. */
	with = atomic_exchange(&call->config->load, LOAD_NOTHING);
	if (with == LOAD_NOTHING)
		return fail(call, RC_STATE, RRC_NONE);
	call->config->reset = 0;
	state->start = UV_START_SHORT_PSW;
	if (with == LOAD_IMAGE) {
		state->start = UV_START_ALLOWED;
		state->psw_mask = image->psw_mask;
		state->psw_addr = image->psw_addr;
	}
	state->operating = UV_CPU_OPERATING;
	return UV_CC_DONE;
}

int cmd_cpu_set_state(struct call *call)
{
	struct uv_cpu_state *state = &call->cpu->state;
	uint8_t operating = call->block[SET_STATE_FIELD];

	switch (operating) {
	case UV_CPU_OPERATING:
		if (state->start == UV_START_FRESH || state->start == UV_START_HELD)
			return fail(call, RC_CPU_NOT_STARTED, RRC_NONE);
		/* fallthrough */
	case UV_CPU_STOPPED:
	case UV_CPU_CHECK_STOP:
		state->operating = operating;
		return UV_CC_DONE;
	case OPERATING_LOAD:
		return load(call);
	default:
		return fail(call, RC_CPU_OPERATING, RRC_NONE);
	}
}

static enum uv_enter enter(struct uv *uv, const struct config *config, uint64_t handle,
			   uint64_t sd, struct uv_cpu_state *state)
{
	struct cpu *cpu = cpu_of(uv, config, handle);

	if (!cpu)
		return UV_ENTER_CPU;
	if (cpu->state_desc != sd)
		return UV_ENTER_STATE_DESC;
	if (config->state != CONFIG_VERIFIED)
		return UV_ENTER_NOT_VERIFIED;
	if (config->reset)
		return UV_ENTER_RESET;
	if (!cpu_try_use(cpu))
		return UV_ENTER_BUSY;
	if (cpu->state.operating != UV_CPU_OPERATING) {
		cpu_end_use(cpu);
		return UV_ENTER_STOPPED;
	}
	*state = cpu->state;
	state->number = HANDLE_CPU(handle) - 1;
	return UV_ENTER_OK;
}

enum uv_enter uv_cpu_enter(struct uv *uv, uint64_t config, uint64_t cpu, uint64_t sd,
			   struct uv_cpu_state *state)
{
	enum uv_enter result = UV_ENTER_CONFIG;
	enum slot_result found;
	struct slot *slot;

	if (!gate_try_read(&uv->gate))
		return UV_ENTER_BUSY;
	found = slot_get(uv, config, false, &slot);
	if (found == SLOT_BUSY)
		result = UV_ENTER_BUSY;
	if (found == SLOT_OK) {
		result = enter(uv, slot->config, cpu, sd, state);
		slot_put(slot, false);
	}
	gate_end_read(&uv->gate);
	return result;
}

/*
 * The configuration of a running CPU. No gate: the CPU keeps it from being
 * destroyed, and the machine does not reset the ultravisor under a running CPU.
 */
struct config *config_of_running(struct uv *uv, uint64_t handle)
{
	struct slot *slot = NULL;

	if (HANDLE_SLOT(handle) && HANDLE_SLOT(handle) <= uv->max_configs)
		slot = atomic_load_explicit(&uv->slots[HANDLE_SLOT(handle) - 1],
					    memory_order_acquire);
	return slot && !slot->broken ? slot->config : NULL;
}

void uv_cpu_leave(struct uv *uv, uint64_t handle, const struct uv_cpu_state *state)
{
	struct config *config = config_of_running(uv, handle);
	struct cpu *cpu = config ? cpu_of(uv, config, handle) : NULL;

	if (!cpu)
		return;
	cpu->state = *state;
	if (!state->pending[0])
		cpu_forget_call(config, cpu->number);
	cpu_end_use(cpu);
}

void uv_keep(struct uv *uv, uint64_t handle, uint64_t kept[UV_KEPT])
{
	struct config *config = config_of_running(uv, handle);

	if (!config)
		return;
	if (config->kept[0])
		memcpy(kept, config->kept, sizeof(config->kept));
	else
		memcpy(config->kept, kept, sizeof(config->kept));
}

bool uv_sccb_keep(struct uv *uv, uint64_t handle, uint64_t sccb)
{
	struct config *config = config_of_running(uv, handle);
	struct cpu *cpu = config ? cpu_of(uv, config, handle) : NULL;
	uint64_t none = 0;

	return cpu && atomic_compare_exchange_strong(&config->sccb, &none,
						     kept(cpu->number, sccb & SCCB_ADDRESS));
}

void uv_sccb_answered(struct uv *uv, uint64_t handle)
{
	struct config *config = config_of_running(uv, handle);
	struct cpu *cpu = config ? cpu_of(uv, config, handle) : NULL;
	uint64_t now = config ? atomic_load(&config->sccb) : 0;

	while (cpu && now == kept(cpu->number, now & SCCB_ADDRESS))
		if (atomic_compare_exchange_weak(&config->sccb, &now, now | SCCB_ANSWERED))
			return;
}

bool uv_sccb_take(struct uv *uv, uint64_t handle, uint64_t *sccb)
{
	struct config *config = config_of_running(uv, handle);
	uint64_t now = config ? atomic_load(&config->sccb) : 0;

	while (now & SCCB_ANSWERED)
		if (atomic_compare_exchange_weak(&config->sccb, &now, 0)) {
			*sccb = now & SCCB_ADDRESS;
			return true;
		}
	return false;
}

struct modification {
	bool (*modify)(struct uv_cpu_state *state, void *arg);
	void *arg;
};

static enum uv_enter modify_state(struct slot *slot, struct cpu *cpu, void *arg)
{
	const struct modification *modification = arg;
	struct uv_cpu_state state;

	if (!cpu_try_use(cpu))
		return UV_ENTER_BUSY;
	state = cpu->state;
	if (modification->modify(&state, modification->arg)) {
		cpu->state = state;
		if (!state.pending[0])
			cpu_forget_call(slot->config, cpu->number);
	}
	wipe(&state, sizeof(state));
	cpu_end_use(cpu);
	return UV_ENTER_OK;
}

static enum uv_enter ask_cpu(struct slot *slot, struct cpu *cpu, void *arg)
{
	(void)slot;
	(void)arg;
	cpu->asked = 1;
	return UV_ENTER_OK;
}

/* Does something with a CPU of a configuration, both of which may not be there. */
static enum uv_enter with_cpu(struct uv *uv, uint64_t config, unsigned int number,
			      enum uv_enter (*what)(struct slot *, struct cpu *, void *),
			      void *arg)
{
	enum uv_enter result = UV_ENTER_CONFIG;
	struct cpu *cpu = NULL;
	enum slot_result found;
	struct slot *slot;

	if (!gate_try_read(&uv->gate))
		return UV_ENTER_BUSY;
	found = slot_get(uv, config, false, &slot);
	if (found == SLOT_BUSY)
		result = UV_ENTER_BUSY;
	if (found == SLOT_OK) {
		if (number < uv->max_cpus)
			cpu = cpu_at(uv, slot->config, number);
		result = cpu ? what(slot, cpu, arg) : UV_ENTER_CPU;
		slot_put(slot, false);
	}
	gate_end_read(&uv->gate);
	return result;
}

enum uv_enter uv_cpu_modify(struct uv *uv, uint64_t config, unsigned int number,
			    bool (*modify)(struct uv_cpu_state *state, void *arg), void *arg)
{
	struct modification modification = { modify, arg };

	return with_cpu(uv, config, number, modify_state, &modification);
}

enum uv_enter uv_cpu_ask(struct uv *uv, uint64_t config, unsigned int number)
{
	return with_cpu(uv, config, number, ask_cpu, NULL);
}

bool uv_cpu_asked(struct uv *uv, uint64_t handle, bool take)
{
	struct config *config = config_of_running(uv, handle);
	struct cpu *cpu = config ? cpu_of(uv, config, handle) : NULL;

	if (!cpu || !cpu->asked)
		return false;
	if (take)
		cpu->asked = 0;
	return true;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SIGNAL PROCESSOR of a protected guest.
 *
 * The host executes it, as it runs the CPUs. What an order does to registers
 * of another CPU is done before the host is asked: it cannot do it. A restart
 * of a stopped CPU is shown as a start, the rest of it is done then. The status
 * of a stopped CPU is stored without the host, which could only be in the way; a
 * CPU that has to be stopped first, which is shown as a stop, stores its own.
 * Resets are the exception, as the host has to stop the CPU first: they are done
 * when it says that it has, and it is not believed if the CPU does not stand still.
 */
#include "qemu/osdep.h"
#include "exec/exec-all.h"
#include "internal.h"

/* Shown as SIGP 2,4,order: the parameter is in register 3. */
#define SHOWN_TEXT	0xae24

struct order {
	uint32_t prefix;
	uint8_t *lowcore;
	enum uv_reset reset;
	bool stopped;
	bool done;
};

static bool look(struct uv_cpu_state *state, void *arg)
{
	struct order *order = arg;

	order->stopped = state->operating == UV_CPU_STOPPED;
	order->prefix = state->prefix;
	return false;
}

static bool change_prefix(struct uv_cpu_state *state, void *arg)
{
	struct order *order = arg;

	order->done = state->operating == UV_CPU_STOPPED;
	if (order->done)
		state->prefix = order->prefix;
	return order->done;
}

static bool load_restart_psw(struct uv_cpu_state *state, void *arg)
{
	struct order *order = arg;
	uint8_t *lc = order->lowcore;

	order->done = state->operating == UV_CPU_STOPPED &&
		      state->prefix == order->prefix;
	if (!order->done)
		return false;
	stq_be_p(lc + offsetof(LowCore, restart_old_psw), state->psw_mask);
	stq_be_p(lc + offsetof(LowCore, restart_old_psw) + 8, state->psw_addr);
	state->psw_mask = ldq_be_p(lc + offsetof(LowCore, restart_new_psw));
	state->psw_addr = ldq_be_p(lc + offsetof(LowCore, restart_new_psw) + 8);
	/* What the host has not completed belongs to the old PSW. */
	memset(state->pending, 0, sizeof(state->pending));
	state->start = UV_START_ALLOWED;
	return true;
}

/* From now on the host may make it operate. */
static bool allow_start(struct uv_cpu_state *state, void *arg)
{
	state->start = UV_START_ALLOWED;
	return true;
}

static G_NORETURN void status(CPUS390XState *env, uint64_t insn, uint32_t bits)
{
	int r1 = sie_r1(insn);

	env->regs[r1] = deposit64(env->regs[r1], 0, 32, bits);
	pv_finish(env, insn, SIGP_CC_STATUS_STORED);
}

static uint64_t parameter(CPUS390XState *env, uint64_t insn)
{
	return env->regs[sie_r1(insn) | 1];
}

/*
 * Return: the order that the host is asked for. A CPU that is running, or that
 * there is not, is the host's business.
 */
static uint8_t restart(CPUS390XState *env, uint16_t number)
{
	uint64_t config = pv_state(env)->config;
	struct order order = { 0 };
	int exc;

	if (uv_cpu_modify(s390_uv, config, number, look, &order) != UV_ENTER_OK ||
	    !order.stopped)
		return SIGP_RESTART;
	order.lowcore = sie_guest_page(env, order.prefix, true, &exc);
	if (!order.lowcore && exc == SIE_HOST_FAULT) {
		sie_leave_host_fault(env);
		cpu_loop_exit(env_cpu(env));
	}
	if (order.lowcore &&
	    uv_cpu_modify(s390_uv, config, number, load_restart_psw, &order) ==
	    UV_ENTER_OK && order.done)
		return SIGP_START;
	return SIGP_RESTART;
}

static void set_prefix(CPUS390XState *env, uint64_t insn, uint16_t number)
{
	struct order order = {
		.prefix = parameter(env, insn) & 0x7fffe000,
	};
	enum uv_enter result;

	if (order.prefix + env->sie.mso + sizeof(LowCore) - 1 > env->sie.limit)
		status(env, insn, SIGP_STAT_INVALID_PARAMETER);
	result = uv_cpu_modify(s390_uv, pv_state(env)->config, number,
			       change_prefix, &order);
	if (result == UV_ENTER_BUSY || (result == UV_ENTER_OK && !order.done))
		status(env, insn, SIGP_STAT_INCORRECT_STATE);
}

/* What STORE STATUS AT ADDRESS stores, as far as it is not zeros. */
enum {
	STATUS_FPRS	= 0x000,
	STATUS_GPRS	= 0x080,
	STATUS_PSW	= 0x100,
	STATUS_PREFIX	= 0x118,
	STATUS_FPC	= 0x11c,
	STATUS_TODPR	= 0x124,
	STATUS_CPU_TIMER = 0x128,
	STATUS_CLOCK_COMPARATOR = 0x131,
	STATUS_ACRS	= 0x140,
	STATUS_CRS	= 0x180,
	STATUS_SIZE	= 0x200,
};

/* Of the area of STORE ADDITIONAL STATUS AT ADDRESS. */
#define ADDITIONAL_ALIGN	1024

/* Where in the lowcore STOP AND STORE STATUS stores it. */
#define STATUS_IN_LOWCORE	0x1200

struct status {
	uint8_t area[STATUS_SIZE];
	bool additional;
	bool stopped;
};

static void fill_status(const struct uv_cpu_state *state, uint8_t *area)
{
	int i;

	memset(area, 0, STATUS_SIZE);
	for (i = 0; i < 16; i++) {
		stq_be_p(area + STATUS_FPRS + i * 8, state->vrs[i].d[0]);
		stq_be_p(area + STATUS_GPRS + i * 8, state->gprs[i]);
		stl_be_p(area + STATUS_ACRS + i * 4, state->acrs[i]);
		stq_be_p(area + STATUS_CRS + i * 8, state->crs[i]);
	}
	stq_be_p(area + STATUS_PSW, state->psw_mask);
	stq_be_p(area + STATUS_PSW + 8, state->psw_addr);
	stl_be_p(area + STATUS_PREFIX, state->prefix);
	stl_be_p(area + STATUS_FPC, state->fpc);
	stl_be_p(area + STATUS_TODPR, state->todpr);
	stq_be_p(area + STATUS_CPU_TIMER, state->cpu_timer);
	/* Of the clock comparator all but the last byte, seven bytes */
	memcpy(area + STATUS_CLOCK_COMPARATOR,
	       &(uint64_t){ cpu_to_be64(state->clock_comparator) }, 7);
}

/* STORE ADDITIONAL STATUS AT ADDRESS: the vector registers. */
static void fill_additional_status(const struct uv_cpu_state *state, uint8_t *area)
{
	int i;

	for (i = 0; i < 32; i++) {
		stq_be_p(area + i * 16, state->vrs[i].d[0]);
		stq_be_p(area + i * 16 + 8, state->vrs[i].d[1]);
	}
}

static bool take_status(struct uv_cpu_state *state, void *arg)
{
	struct status *stored = arg;

	stored->stopped = state->operating == UV_CPU_STOPPED;
	if (stored->additional)
		fill_additional_status(state, stored->area);
	else
		fill_status(state, stored->area);
	return false;
}

/*
 * The areas of both orders have 512 bytes and do not cross a page. A CPU that
 * runs has no status, nor has one that there is not.
 */
static G_NORETURN void store_status(CPUS390XState *env, uint64_t insn, uint16_t number,
				    uint64_t area, bool additional)
{
	uint64_t where[2] = { area, 0 }, absolute;
	struct status stored = { .additional = additional };
	bool copied = false;
	int prot, exc;

	if (additional && (where[0] & (ADDITIONAL_ALIGN - 1)))
		status(env, insn, SIGP_STAT_INVALID_PARAMETER);
	exc = sie_stage2(env, where[0], true, &absolute, &prot);
	if (exc == SIE_HOST_FAULT)
		pv_host_fault(env);
	if (exc)
		status(env, insn, SIGP_STAT_INVALID_PARAMETER);
	uv_cpu_modify(s390_uv, pv_state(env)->config, number, take_status, &stored);
	if (stored.stopped)
		copied = pv_copy(env, where, stored.area,
				 sizeof(stored.area), true);
	/* None of the ways out comes back here. */
	explicit_bzero(stored.area, sizeof(stored.area));
	if (!stored.stopped)
		status(env, insn, SIGP_STAT_INCORRECT_STATE);
	if (!copied)
		pv_host_fault(env);
	pv_finish(env, insn, SIGP_CC_ORDER_CODE_ACCEPTED);
}

static bool reset(struct uv_cpu_state *state, void *arg)
{
	struct order *order = arg;

	order->done = state->operating == UV_CPU_STOPPED;
	if (order->done)
		uv_cpu_reset(state, order->reset);
	return order->done;
}

/**
 * pv_sigp_done() - the host has accepted an order
 * @env: the CPU, whose instruction is going to be completed
 * @insn: the instruction
 *
 * Return: the condition code that the guest gets: busy, if the host has not
 * stopped the CPU that it says it has reset.
 */
int pv_sigp_done(CPUS390XState *env, uint64_t insn)
{
	struct order order = { 0 };

	switch (sie_base_disp(env, insn) & 0xff) {
	case SIGP_CPU_RESET:
		order.reset = UV_RESET_NORMAL;
		break;
	case SIGP_INITIAL_CPU_RESET:
		order.reset = UV_RESET_INITIAL;
		break;
	default:
		return SIGP_CC_ORDER_CODE_ACCEPTED;
	}
	uv_cpu_modify(s390_uv, pv_state(env)->config,
		      env->regs[sie_r3(insn)], reset, &order);
	return order.done ? SIGP_CC_ORDER_CODE_ACCEPTED : SIGP_CC_BUSY;
}

void pv_sigp(CPUS390XState *env, uint64_t insn)
{
	PVState *p = pv_state(env);
	uint8_t order = sie_base_disp(env, insn);
	uint16_t number = env->regs[sie_r3(insn)];
	uint64_t *pending = p->state.pending;
	struct order any = { 0 };

	/* SET ARCHITECTURE is for all CPUs. */
	if (order != SIGP_SET_ARCH &&
	    uv_cpu_modify(s390_uv, p->config, number, look, &any) == UV_ENTER_CPU)
		pv_finish(env, insn, SIGP_CC_NOT_OPERATIONAL);
	switch (order) {
	case SIGP_START:
		/* One that is running needs no permission. */
		uv_cpu_modify(s390_uv, p->config, number, allow_start, NULL);
		break;
	case SIGP_RESTART:
		order = restart(env, number);
		break;
	case SIGP_SET_PREFIX:
		set_prefix(env, insn, number);
		break;
	case SIGP_STORE_STATUS_ADDR:
		store_status(env, insn, number, parameter(env, insn) & 0x7ffffe00, false);
	case SIGP_STORE_ADTL_STATUS:
		store_status(env, insn, number, parameter(env, insn), true);
	case SIGP_STOP_STORE_STATUS:
		/* At absolute addresses of the prefix area, whose CPU may change it. */
		if (any.stopped)
			store_status(env, insn, number, any.prefix + STATUS_IN_LOWCORE, false);
		uv_cpu_ask(s390_uv, p->config, number);
		order = SIGP_STOP;
	}
	p->shown[3] = (uint32_t)parameter(env, insn);
	p->shown[4] = number;
	pending[PENDING_INSN] = insn;
	pending[PENDING_REST] = (uint64_t)0xae00 << 32;
	sd_st16(env, SD_IPA, SHOWN_TEXT);
	sd_st32(env, SD_IPB, (uint32_t)order << 16);
	sie_intercept(env, ICPT_PV_INSTR);
}

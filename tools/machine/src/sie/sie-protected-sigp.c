// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SIGNAL PROCESSOR of a protected guest.
 *
 * The host executes it, as it runs the CPUs. What an order does to registers
 * of another CPU is done before the host is asked: it cannot do it. A restart
 * of a stopped CPU is shown as a start, the rest of it is done then.
 */
#include "qemu/osdep.h"
#include "exec/exec-all.h"
#include "sie-protected.h"

/* Shown as SIGP 2,4,order: the parameter is in register 3. */
#define SHOWN_TEXT	0xae24

struct order {
	CPUS390XState *env;
	uint32_t prefix;
	uint8_t *lowcore;
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
	return true;
}

static G_NORETURN void status(CPUS390XState *env, uint64_t insn, uint32_t bits)
{
	int r1 = sie_r1(insn);

	env->regs[r1] = deposit64(env->regs[r1], 0, 32, bits);
	sie_protected_finish(env, insn, SIGP_CC_STATUS_STORED);
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
	uint64_t config = env->sie.protected->config;
	struct order order = { .env = env };
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
		.env = env,
		.prefix = parameter(env, insn) & 0x7fffe000,
	};
	enum uv_enter result;

	if (order.prefix + env->sie.mso + sizeof(LowCore) - 1 > env->sie.limit)
		status(env, insn, SIGP_STAT_INVALID_PARAMETER);
	result = uv_cpu_modify(s390_uv, env->sie.protected->config, number,
			       change_prefix, &order);
	if (result == UV_ENTER_BUSY || (result == UV_ENTER_OK && !order.done))
		status(env, insn, SIGP_STAT_INCORRECT_STATE);
}

void sie_protected_sigp(CPUS390XState *env, uint64_t insn)
{
	SIEProtected *p = env->sie.protected;
	uint8_t order = sie_base_disp(env, insn);
	uint16_t number = env->regs[sie_r3(insn)];
	uint64_t *pending = p->state.pending;

	switch (order) {
	case SIGP_RESTART:
		order = restart(env, number);
		break;
	case SIGP_SET_PREFIX:
		set_prefix(env, insn, number);
		break;
	case SIGP_STOP_STORE_STATUS:
	case SIGP_STORE_STATUS_ADDR:
	case SIGP_STORE_ADTL_STATUS:
		/* The host has no status to store. */
		status(env, insn, SIGP_STAT_INVALID_ORDER);
	}
	p->shown[3] = (uint32_t)parameter(env, insn);
	p->shown[4] = number;
	pending[PENDING_INSN] = insn;
	pending[PENDING_REST] = (uint64_t)0xae00 << 32;
	sd_st16(env, SD_IPA, SHOWN_TEXT);
	sd_st32(env, SD_IPB, (uint32_t)order << 16);
	sie_intercept(env, ICPT_PV_INSTR);
}

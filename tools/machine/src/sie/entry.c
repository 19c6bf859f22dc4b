// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SIE: how a CPU enters the interpretation of a guest and leaves it.
 *
 * The instruction ends in one of two ways: an interception completes it, so
 * the host goes on behind it and finds the reason in the state description;
 * an interruption or an access exception of the host nullifies it, so that
 * the host's old PSW designates the instruction itself.
 */
#include "qemu/osdep.h"
#include "exec/exec-all.h"
#include "exec/helper-proto.h"
#include "qemu/main-loop.h"
#include "tcg/tcg_s390x.h"
#include "uv/uv.h"
#include "internal.h"

/* What SIEState.poll designates while sie_poll() has to be called. */
static const uint8_t attention = 0xff;

static const SIEFormat *formats[SIE_FORMATS] = { [SIE_FORMAT_2] = &sie_format_2 };

/**
 * sie_add_format() - another format of the state description is modelled
 * @sdf: what designates it in field SDF, less than SIE_FORMATS
 * @format: kept
 *
 * To be called before there is a CPU.
 */
void sie_add_format(unsigned int sdf, const SIEFormat *format)
{
	formats[sdf] = format;
}

bool sie_is_active(CPUS390XState *env)
{
	return env->sie.active;
}

/* The host's PSW mask and control registers, guest or no guest. */
uint64_t sie_host_psw_mask(CPUS390XState *env)
{
	return env->sie.active ? env->sie.host_psw_mask : env->psw.mask;
}

uint64_t sie_host_creg(CPUS390XState *env, int nr)
{
	return env->sie.active ? env->sie.host_cregs[nr] : env->cregs[nr];
}

/* Have sie_poll() called at the start of the next translation block. */
void sie_attention(CPUS390XState *env)
{
	env->sie.poll = &attention;
}

/* A PSW was loaded in the guest; sie_evaluate() has to look at it. */
void sie_psw_loaded(CPUS390XState *env)
{
	env->sie.psw_is_new = true;
	sie_attention(env);
}

/* Program-event recording, by the PSW or because the host wants it. */
bool sie_per_is_on(CPUS390XState *env)
{
	return (env->psw.mask & PSW_MASK_PER) || env->sie.per;
}

/* Control registers are loaded already: they say what PER looks for. */
static void load_psw(CPUS390XState *env, uint64_t mask, uint64_t addr)
{
	CPUState *cs = env_cpu(env);

	env->psw.mask = mask;
	env->psw.addr = addr;
	env->cc_op = (mask >> 44) & 3;
	if (sie_per_is_on(env) || !QTAILQ_EMPTY(&cs->watchpoints))
		s390_cpu_recompute_watchpoints(cs);
	s390_key_loaded(env);
}

static void store_host(CPUS390XState *env, uint64_t psw_mask)
{
	SIEState *sie = &env->sie;

	sie->host_psw_mask = psw_mask;
	sie->host_psw_addr = env->psw.addr;
	memcpy(sie->host_cregs, env->cregs, sizeof(sie->host_cregs));
	sie->host_r14 = env->regs[14];
	sie->host_r15 = env->regs[15];
	sie->host_psa = env->psa;
	sie->host_gbea = env->gbea;
	sie->host_pp = env->pp;
	sie->host_todpr = env->todpr;
}

static void load_host(CPUS390XState *env)
{
	SIEState *sie = &env->sie;

	memcpy(env->cregs, sie->host_cregs, sizeof(sie->host_cregs));
	env->regs[14] = sie->host_r14;
	env->regs[15] = sie->host_r15;
	env->psa = sie->host_psa;
	env->gbea = sie->host_gbea;
	env->pp = sie->host_pp;
	env->todpr = sie->host_todpr;
	load_psw(env, sie->host_psw_mask, sie->host_psw_addr);
}

/**
 * sie_leave() - go back to the host
 * @env: the CPU, interpreting a guest whose state is complete (no pending
 *       unwinding of translated code)
 * @completed: true after an interception, false to nullify the instruction
 */
void sie_leave(CPUS390XState *env, bool completed)
{
	SIEState *sie = &env->sie;

	sie_interlock_end(env);
	sie->format->store(env);
	sie->active = false;
	sie->mmu_base = 0;
	sie->tb_flags = 0;
	sie->per = false;
	env->per_perc_atmid = 0;
	load_host(env);
	if (completed)
		env->psw.addr += 4;
}

/**
 * sie_leave_host_fault() - leave with an access exception of the host
 * @env: the CPU, interpreting a guest; sie.host_fault is filled in
 *
 * The exception is pending afterwards, as after trigger_pgm_exception().
 */
void sie_leave_host_fault(CPUS390XState *env)
{
	int code = env->sie.host_fault.code;

	sie_leave(env, false);
	if (code != PGM_ADDRESSING)
		s390_set_teid(env, code, env->sie.host_fault.teid);
	env->int_pgm_ilen = 4;
	trigger_pgm_exception(env, code);
}

void sie_set_icpt(CPUS390XState *env, uint8_t code)
{
	sd_st8(env, SD_ICPTCODE, code);
	sd_st8(env, SD_ICPTSTATUS, 0);
}

/* Leave with an interception whose other fields are stored already. */
void sie_intercept(CPUS390XState *env, uint8_t code)
{
	sie_set_icpt(env, code);
	sie_leave(env, true);
	cpu_loop_exit(env_cpu(env));
}

/* The state description cannot be used; sets the interception only. */
void sie_validity(CPUS390XState *env, uint16_t reason)
{
	const SIEFormat *format = env->sie.format;

	if (format && format->validity)
		reason = format->validity | (reason & 0xff);
	sie_set_icpt(env, ICPT_VALIDITY);
	sd_st16(env, SD_IPA, VALIDITY_IPA);
	sd_st32(env, SD_IPB, (uint32_t)reason << 16);
}

/* A CPU reset.  The host's registers are what the reset works on. */
void sie_reset(CPUS390XState *env)
{
	sie_back_to_host(env_cpu(env));
	env->sie.stale = 0;
	env->sie.seen[0].valid = false;
	env->sie.seen[1].valid = false;
	memset(&env->sie.tag, 0, sizeof(env->sie.tag));
}

/* False with a validity interception set. */
static bool begin(CPUS390XState *env)
{
	uint8_t sdf = sd_ld8(env, SD_SDF);

	env->sie.format = sdf < SIE_FORMATS ? formats[sdf] : NULL;
	if (env->sie.format)
		return env->sie.format->begin(env);
	sie_validity(env, VALIDITY_FORMAT);
	return false;
}

/* The instruction.  Translated code has stored PSW address and cc. */
void HELPER(sie)(CPUS390XState *env, uint64_t addr)
{
	SIEState *sie = &env->sie;
	uint64_t psw_mask = s390_cpu_get_psw_mask(env);
	CPUState *cs = env_cpu(env);
	uint64_t psw[2];
	int excp;

	if (!s390_has_feat(S390_FEAT_SIE_F2))
		tcg_s390_program_interrupt(env, PGM_OPERATION, GETPC());
	if (addr & (SD_SIZE - 1))
		tcg_s390_program_interrupt(env, PGM_SPECIFICATION, GETPC());
	sie->block_addr = mmu_real2abs(env, addr);
	sie->block = sie_ram(sie->block_addr, SD_SIZE);
	if (!sie->block)
		tcg_s390_program_interrupt(env, PGM_ADDRESSING, GETPC());
	excp = s390_uv_service_operand(env, sie->block_addr, SD_SIZE, true);
	if (excp)
		tcg_s390_program_interrupt(env, excp, GETPC());

	if (!begin(env)) {
		env->psw.addr += 4;
		cpu_loop_exit(cs);
	}
	store_host(env, psw_mask);
	sie->active = true;
	sie->mmu_base = SIE_MMU_BASE;
	sie->tb_flags = FLAG_MASK_SIE | (sie->vx ? 0 : FLAG_MASK_SIE_NOVX);
	memset(sie->pgm_info, 0, sizeof(sie->pgm_info));
	sie->format->load(env, psw);
	load_psw(env, psw[0], psw[1]);
	sie_tag_tlb(env);
	if (!sie->format->resume || sie->format->resume(env)) {
		sie_psw_loaded(env);
		sie_evaluate(env);
	}
	cpu_loop_exit(cs);
}

/* Have sie_exec_interrupt() called before any other guest code runs. */
static void request_hard(CPUState *cs)
{
	bool locked = bql_locked();

	if (cs->interrupt_request & CPU_INTERRUPT_HARD)
		return;
	if (!locked)
		bql_lock();
	cpu_interrupt(cs, CPU_INTERRUPT_HARD);
	if (!locked)
		bql_unlock();
}

static void leave_for(CPUS390XState *env, uint8_t code)
{
	sie_set_icpt(env, code);
	sie_leave(env, true);
}

/**
 * sie_evaluate() - does anything come before the guest's next instruction?
 * @env: the CPU, interpreting a guest, between two instructions
 *
 * Looks at a new PSW, expired timers and the requests in the state
 * description.  Must be called after a PSW was loaded and before an
 * instruction is fetched: a PSW that waits may have any address.
 *
 * Return: true if the guest was left or interrupted, so that the CPU must not
 * go on where it is.
 */
bool sie_evaluate(CPUS390XState *env)
{
	SIEState *sie = &env->sie;
	const SIEFormat *format = sie->format;
	uint32_t requests;
	bool interrupted = false;
	uint8_t code;

	sie->poll = sie->block;
	do {
		if (sie->psw_is_new && sie_psw_is_invalid(env)) {
			/*
			 * The exception comes from sie_exec_interrupt(), so
			 * that a loop of such exceptions can be interrupted.
			 */
			request_hard(env_cpu(env));
			return true;
		}
		sie->psw_is_new = false;
		if (sie_external_call_due(env)) {
			sie_deliver_external_call(env);
		} else if (!sie_timers_due(env)) {
			break;
		} else if (!(env->psw.mask & PSW_MASK_EXT)) {
			/* So that opening the mask leads here again. */
			request_hard(env_cpu(env));
			break;
		} else {
			sie_deliver_timer(env);
		}
		interrupted = true;
		if (!sie->active)
			return true;
	} while (sie->psw_is_new);

	requests = sd_cpuflags(env) & CPUFLAG_REQUESTS;
	if ((requests & CPUFLAG_EXT_INT) && (env->psw.mask & PSW_MASK_EXT))
		leave_for(env, ICPT_EXTREQ);
	else if ((requests & CPUFLAG_IO_INT) && (env->psw.mask & PSW_MASK_IO))
		leave_for(env, ICPT_IOREQ);
	else if (requests & CPUFLAG_STOP_INT) {
		if (!format->stops || format->stops(env))
			leave_for(env, ICPT_STOP);
	} else if (format->opened && (code = format->opened(env)))
		leave_for(env, code);
	else if (env->psw.mask & PSW_MASK_WAIT)
		leave_for(env, ICPT_WAIT);
	else
		return interrupted;
	return true;
}

/*
 * Called at the start of a translation block of the guest when a request in
 * the state description or a timer asks for attention.  The PSW designates
 * the first instruction of the block.
 */
void HELPER(sie_poll)(CPUS390XState *env)
{
	if (sie_evaluate(env))
		cpu_loop_exit(env_cpu(env));
}

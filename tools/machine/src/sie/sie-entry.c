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
#include "sie-protected.h"

/* What SIEState.poll designates while sie_poll() has to be called. */
static const uint8_t attention = 0xff;

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

static void load_guest(CPUS390XState *env)
{
	int i;

	if (env->sie.protected) {
		sie_protected_load(env);
		load_psw(env, env->sie.protected->state.psw_mask,
			 env->sie.protected->state.psw_addr);
		return;
	}
	env->psa = sd_ld32(env, SD_PREFIX) & 0x7fffe000;
	for (i = 0; i < 16; i++)
		env->cregs[i] = sd_ld64(env, SD_GCR + i * 8);
	env->regs[14] = sd_ld64(env, SD_GG14);
	env->regs[15] = sd_ld64(env, SD_GG15);
	env->gbea = sd_ld64(env, SD_GBEA);
	env->pp = sd_ld64(env, SD_PP);
	env->todpr = sd_ld32(env, SD_TODPR);
	load_psw(env, sd_ld64(env, SD_GPSW), sd_ld64(env, SD_GPSW + 8));
	sie_timers_load(env, sd_ld64(env, SD_EPOCH), sd_ld64(env, SD_CKC),
			sd_ld64(env, SD_CPUTM));
}

static void store_guest(CPUS390XState *env)
{
	int i;

	if (env->sie.protected) {
		sie_protected_store(env);
		return;
	}
	sie_timers_store(env);
	for (i = 0; i < 16; i++)
		sd_st64(env, SD_GCR + i * 8, env->cregs[i]);
	sd_st64(env, SD_GG14, env->regs[14]);
	sd_st64(env, SD_GG15, env->regs[15]);
	sd_st64(env, SD_GBEA, env->gbea);
	sd_st64(env, SD_PP, env->pp);
	sd_st32(env, SD_TODPR, env->todpr);
	sd_st64(env, SD_GPSW, s390_cpu_get_psw_mask(env));
	sd_st64(env, SD_GPSW + 8, env->psw.addr);
}

/* TB flags that say how guest code has to be translated. */
static uint32_t guest_tb_flags(CPUS390XState *env)
{
	uint32_t flags = FLAG_MASK_SIE;
	bool vx = env->sie.protected ?
		  sie_protected_kept(env->sie.protected, GUEST_STARTED) & STARTED_VX :
		  sd_ld32(env, SD_ECA) & ECA_VX;

	if (!vx)
		flags |= FLAG_MASK_SIE_NOVX;
	return flags;
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
	store_guest(env);
	if (sie->protected)
		sie_protected_end(env);
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

void sie_set_icpt(CPUS390XState *env, enum SIEInterception code)
{
	sd_st8(env, SD_ICPTCODE, code);
	sd_st8(env, SD_ICPTSTATUS, 0);
}

/* Leave with an interception whose other fields are stored already. */
void sie_intercept(CPUS390XState *env, enum SIEInterception code)
{
	sie_set_icpt(env, code);
	sie_leave(env, true);
	cpu_loop_exit(env_cpu(env));
}

/* The state description cannot be used; sets the interception only. */
void sie_validity(CPUS390XState *env, enum SIEValidity reason)
{
	if (env->sie.protected || sd_ld8(env, SD_SDF) == SDF_PROTECTED)
		reason = VALIDITY_PROTECTED | (reason & 0xff);
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

/*
 * Check what can be checked before anything is changed.  Return false with
 * a validity interception set.
 */
static bool block_is_valid(CPUS390XState *env)
{
	uint32_t prefix = sd_ld32(env, SD_PREFIX) & 0x7fffe000;
	SIEState *sie = &env->sie;

	if (sd_ld8(env, SD_SDF) == SDF_PROTECTED)
		return sie_protected_begin(env);
	if (sd_ld8(env, SD_SDF) != SDF_ORDINARY) {
		sie_validity(env, VALIDITY_FORMAT);
		return false;
	}
	if (!(sd_cpuflags(env) & CPUFLAG_ZARCH)) {
		/* ESA/390 guests are not modelled. */
		sie_validity(env, VALIDITY_ARCHITECTURE);
		return false;
	}
	sie->mso = sd_ld64(env, SD_MSO) & ~0xfffffull;
	sie->limit = sd_ld64(env, SD_MSL) | 0xfffffull;
	if (sd_cpuflags(env) & CPUFLAG_SLSR) {
		sie->mso = 0;
		sie->limit = UINT64_MAX;
	}
	if (sie->mso > sie->limit) {
		sie_validity(env, VALIDITY_STORAGE);
		return false;
	}
	if (prefix + sie->mso < sie->mso ||
	    prefix + sie->mso + 0x1fff > sie->limit) {
		sie_validity(env, VALIDITY_PREFIX);
		return false;
	}
	return true;
}

/* The instruction.  Translated code has stored PSW address and cc. */
void HELPER(sie)(CPUS390XState *env, uint64_t addr)
{
	SIEState *sie = &env->sie;
	uint64_t psw_mask = s390_cpu_get_psw_mask(env);
	CPUState *cs = env_cpu(env);
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

	if (!block_is_valid(env)) {
		env->psw.addr += 4;
		cpu_loop_exit(cs);
	}
	store_host(env, psw_mask);
	sie->active = true;
	sie->mmu_base = SIE_MMU_BASE;
	sie->tb_flags = guest_tb_flags(env);
	sie->per = !sie->protected && (sd_cpuflags(env) & CPUFLAG_P);
	memset(sie->pgm_info, 0, sizeof(sie->pgm_info));
	load_guest(env);
	sie_tag_tlb(env);
	if (!sie->protected || sie_protected_resume(env)) {
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

static void leave_for(CPUS390XState *env, enum SIEInterception code)
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
	uint32_t requests;
	bool interrupted = false;

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
		if (!sie->protected || sie_protected_stops(env))
			leave_for(env, ICPT_STOP);
	}
	else if (sie->protected && (env->psw.mask & PSW_MASK_MCHECK) &&
		 (sd_ld32(env, SD_ICTL) & ICTL_LPSW))
		leave_for(env, ICPT_MCHKREQ);
	else if (sie->protected && sie_protected_masks_changed(env))
		leave_for(env, ICPT_INT_ENABLE);
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

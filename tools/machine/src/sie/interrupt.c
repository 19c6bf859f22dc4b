// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SIE: interruptions of the guest.
 *
 * Interruptions of the host nullify the SIE instruction first; everything
 * here happens in the guest.
 */
#include "qemu/osdep.h"
#include "exec/exec-all.h"
#include "exec/helper-proto.h"
#include "tcg/tcg_s390x.h"
#include "uv/uv.h"
#include "internal.h"

/*
 * The first page of the guest's lowcore, to be stored into.  NULL if the
 * guest cannot be interrupted now; the CPU has left the guest then.
 */
uint8_t *sie_lowcore(CPUS390XState *env)
{
	int exc;
	uint8_t *page = sie_guest_page(env, env->psa, true, &exc);

	if (page)
		return page;
	if (exc == SIE_HOST_FAULT) {
		sie_leave_host_fault(env);
	} else {
		sie_validity(env, VALIDITY_PREFIX);
		sie_leave(env, true);
	}
	return NULL;
}

/**
 * sie_swap_psw() - store the old PSW and load the new one
 * @env: the CPU, interpreting a guest
 * @lowcore: from sie_lowcore()
 * @old_psw, @new_psw: offsets of the two
 */
void sie_swap_psw(CPUS390XState *env, uint8_t *lowcore, unsigned int old_psw,
		  unsigned int new_psw)
{
	stq_be_p(lowcore + old_psw, s390_cpu_get_psw_mask(env));
	stq_be_p(lowcore + old_psw + 8, env->psw.addr);
	s390_cpu_set_psw(env, ldq_be_p(lowcore + new_psw),
			 ldq_be_p(lowcore + new_psw + 8));
}

/*
 * What the Principles of Operation call an early PSW specification
 * exception, for z/Architecture; and an odd address, which is recognized when
 * an instruction is fetched from it. A CPU that waits does not.
 */
bool sie_psw_is_invalid(CPUS390XState *env)
{
	uint64_t mask = env->psw.mask, addr = env->psw.addr;

	/* Bits 0, 2-4, 12, 25-30 and 33-63 must be zeros; 24 is RI's. */
	if (mask & 0xb808007e7fffffffull)
		return true;
	if ((addr & 1) && !(mask & PSW_MASK_WAIT))
		return true;
	switch (mask & (PSW_MASK_64 | PSW_MASK_32)) {
	case 0:
		return addr & ~0xffffffull;
	case PSW_MASK_32:
		return addr & ~0x7fffffffull;
	case PSW_MASK_64:
		return true;
	}
	return false;
}

/**
 * sie_lowcore_store() - store into the lowcore ahead of an interruption
 * @env: the CPU
 * @offset: of the field in the lowcore
 * @size: 1, 2, 4 or 8
 * @value: what to store
 *
 * For a guest it is not known yet whether the interruption will happen in the
 * guest or be intercepted, so the value is kept.
 */
void sie_lowcore_store(CPUS390XState *env, unsigned int offset, int size,
		       uint64_t value)
{
	uint8_t *where;

	if (env->sie.active) {
		g_assert(offset >= SIE_PGM_INFO_START && offset + size <=
			 SIE_PGM_INFO_START + SIE_PGM_INFO_SIZE);
		stn_be_p(env->sie.pgm_info + offset - SIE_PGM_INFO_START,
			 size, value);
		return;
	}
	/* The interruption itself ends badly if the area is protected. */
	where = sie_ram(env->psa + offset, size);
	if (where && s390_uv_allows(env->psa + offset, size))
		stn_be_p(where, size, value);
}

/**
 * s390_set_teid() - translation-exception identification of an access exception
 * @env: the CPU
 * @exc: program interruption code, which follows
 * @teid: to be stored with it
 *
 * The interruption ends the emulation if the code is another one than here.
 */
void s390_set_teid(CPUS390XState *env, int exc, uint64_t teid)
{
	env->tlb_fill_exc = exc;
	env->tlb_fill_tec = teid;
	if (env->sie.active)
		sie_lowcore_store(env, offsetof(LowCore, trans_exc_code), 8, teid);
}

static uint8_t *pgm_info(CPUS390XState *env, unsigned int offset)
{
	return env->sie.pgm_info + offset - SIE_PGM_INFO_START;
}

/* Does the exception nullify the instruction that caused it? */
static bool is_nullifying(CPUS390XState *env, int code)
{
	switch (code) {
	case PGM_SEGMENT_TRANS:
	case PGM_PAGE_TRANS:
	case PGM_SPACE_SWITCH:
	case PGM_AFX_TRANS ... PGM_SEC_AUTH:
	case PGM_ALEN_SPEC ... PGM_STACK_OP:
	case PGM_ASCE_TYPE ... PGM_REG_THIRD_TRANS:
	case PGM_PER: /* the PSW is what it has to be already */
		return true;
	}
	return false;
}

static bool is_intercepted(CPUS390XState *env, int code)
{
	if (sie_hidden(env))
		return false;
	if (sd_ld32(env, SD_ICTL) & ICTL_PINT)
		return true;
	return code == PGM_SPECIFICATION &&
	       !(sd_ld8(env, SD_ECB) & ECB_SPECI);
}

/* Program interception: everything that the lowcore would have got. */
static void intercept_program(CPUS390XState *env, int code)
{
	unsigned int more = code == PGM_MONITOR ?
		offsetof(LowCore, monitor_code) :
		offsetof(LowCore, trans_exc_code);

	if (env->per_perc_atmid) {
		if (code != PGM_PER)
			code |= PGM_PER;
		sd_st8(env, SD_PERC, env->per_perc_atmid >> 8);
		sd_st8(env, SD_PERATMID, env->per_perc_atmid);
		sd_st64(env, SD_PERADDR, env->per_address);
		sd_st8(env, SD_PERAID, 0);
		env->per_perc_atmid = 0;
	}
	sd_st16(env, SD_IPRCC, code);
	sd_st16(env, SD_PGMILC, env->int_pgm_ilen);
	memcpy(env->sie.block + SD_DXC,
	       pgm_info(env, offsetof(LowCore, data_exc_code)), 4);
	memcpy(env->sie.block + SD_MCN,
	       pgm_info(env, offsetof(LowCore, mon_class_num)), 2);
	memcpy(env->sie.block + SD_TECMC, pgm_info(env, more), 8);
	sd_st8(env, SD_EAI, *pgm_info(env, offsetof(LowCore, exc_access_id)));
	sd_st8(env, SD_OAI, *pgm_info(env, offsetof(LowCore, op_access_id)));
	memset(env->sie.pgm_info, 0, sizeof(env->sie.pgm_info));
	sie_set_icpt(env, ICPT_PROGI);
	sie_leave(env, true);
}

static void store_pgm_info(CPUS390XState *env, uint8_t *lowcore, int code)
{
	switch (code) {
	case PGM_DATA:
	case PGM_VECTOR_PROCESSING:
		memcpy(lowcore + offsetof(LowCore, data_exc_code),
		       pgm_info(env, offsetof(LowCore, data_exc_code)), 4);
		break;
	case PGM_MONITOR:
		memcpy(lowcore + offsetof(LowCore, mon_class_num),
		       pgm_info(env, offsetof(LowCore, mon_class_num)), 2);
		memcpy(lowcore + offsetof(LowCore, monitor_code),
		       pgm_info(env, offsetof(LowCore, monitor_code)), 8);
		break;
	case PGM_PAGE_TRANS:
		lowcore[offsetof(LowCore, op_access_id)] =
			*pgm_info(env, offsetof(LowCore, op_access_id));
		/* fallthrough */
	case PGM_PROTECTION:
	case PGM_SEGMENT_TRANS:
	case PGM_ASCE_TYPE ... PGM_REG_THIRD_TRANS:
		lowcore[offsetof(LowCore, exc_access_id)] =
			*pgm_info(env, offsetof(LowCore, exc_access_id));
		memcpy(lowcore + offsetof(LowCore, trans_exc_code),
		       pgm_info(env, offsetof(LowCore, trans_exc_code)), 8);
		break;
	}
	memset(env->sie.pgm_info, 0, sizeof(env->sie.pgm_info));
}

/* Take the interruption in int_pgm_code; the CPU may leave the guest. */
void sie_program_interruption(CPUS390XState *env)
{
	int code = env->int_pgm_code, ilen = env->int_pgm_ilen;
	bool nullifying = is_nullifying(env, code);
	uint8_t *lowcore;

	if (is_intercepted(env, code)) {
		if (!nullifying)
			env->psw.addr += ilen;
		intercept_program(env, code);
		return;
	}

	lowcore = sie_lowcore(env);
	if (!lowcore)
		return;
	if (!nullifying)
		env->psw.addr += ilen;
	store_pgm_info(env, lowcore, code);
	if (env->per_perc_atmid) {
		code |= PGM_PER;
		stq_be_p(lowcore + offsetof(LowCore, per_address),
			 env->per_address);
		stw_be_p(lowcore + offsetof(LowCore, per_perc_atmid),
			 env->per_perc_atmid);
		env->per_perc_atmid = 0;
	}
	stw_be_p(lowcore + offsetof(LowCore, pgm_ilen), ilen);
	stw_be_p(lowcore + offsetof(LowCore, pgm_code), code);
	stq_be_p(lowcore + offsetof(LowCore, per_breaking_event_addr),
		 env->gbea);
	sie_swap_psw(env, lowcore, offsetof(LowCore, program_old_psw),
		     offsetof(LowCore, program_new_psw));
	/* A storage-alteration event has removed them. */
	if (sie_per_is_on(env))
		s390_cpu_recompute_watchpoints(env_cpu(env));
}

/*
 * A PER event of an instruction that is complete. The PSW is the next one
 * already, and nothing may come between.
 */
static void per_event(CPUS390XState *env, int ilen)
{
	env->int_pgm_code = PGM_PER;
	env->int_pgm_ilen = ilen;
	env->per_perc_atmid &= ~PER_CODE_EVENT_NULLIFICATION;
	sie_program_interruption(env);
}

/* LOAD PSW or LOAD PSW EXTENDED has ended. */
void sie_load_psw_done(CPUS390XState *env)
{
	if (env->per_perc_atmid)
		per_event(env, 4);
	if (env->sie.active)
		sie_evaluate(env);
}

static void supervisor_call(CPUS390XState *env)
{
	uint8_t *lowcore = sie_lowcore(env);

	if (!lowcore)
		return;
	stw_be_p(lowcore + offsetof(LowCore, svc_code), env->int_svc_code);
	stw_be_p(lowcore + offsetof(LowCore, svc_ilen), env->int_svc_ilen);
	env->psw.addr += env->int_svc_ilen;
	sie_swap_psw(env, lowcore, offsetof(LowCore, svc_old_psw),
		     offsetof(LowCore, svc_new_psw));
	if (env->per_perc_atmid)
		per_event(env, env->int_svc_ilen);
}

/**
 * sie_do_interrupt() - take the interruption in cs->exception_index
 * @cs: the CPU, interpreting a guest
 *
 * Return: true if it is dealt with; false if the CPU left the guest and an
 * exception of the host is to be taken instead.
 */
bool sie_do_interrupt(CPUState *cs)
{
	CPUS390XState *env = cpu_env(cs);
	int what = cs->exception_index;

	cs->exception_index = -1;
	sie_interlock_end(env);
	if (what == EXCP_PGM)
		sie_program_interruption(env);
	else if (what == EXCP_SVC)
		supervisor_call(env);
	if (env->sie.active)
		sie_evaluate(env);
	return cs->exception_index == -1;
}

/**
 * sie_exec_interrupt() - something may be pending
 * @cs: the CPU, interpreting a guest; the big lock is held
 * @request: CPU_INTERRUPT_* bits
 * @changed: set if the CPU does not go on where it was
 *
 * Return: false if the CPU left the guest because the host is interrupted
 * now, true if there is nothing left to do.
 */
bool sie_exec_interrupt(CPUState *cs, int request, bool *changed)
{
	CPUS390XState *env = cpu_env(cs);

	*changed = false;
	/* The target of EXECUTE is one unit of operation with it. */
	if (!(request & CPU_INTERRUPT_HARD) || env->ex_value)
		return true;
	if (s390_cpu_has_int(S390_CPU(cs))) {
		sie_leave(env, false);
		return false;
	}
	if (env->sie.psw_is_new && sie_psw_is_invalid(env)) {
		env->int_pgm_code = PGM_SPECIFICATION;
		env->int_pgm_ilen = 0;
		sie_program_interruption(env);
		/* If the new PSW is invalid too, the host ends the loop. */
		if (env->sie.active && sie_psw_is_invalid(env)) {
			sd_st16(env, SD_IPRCC, PGM_SPECIFICATION);
			sd_st16(env, SD_PGMILC, 0);
			sie_set_icpt(env, ICPT_PROGI);
			sie_leave(env, true);
		}
		*changed = true;
	} else {
		*changed = sie_evaluate(env);
	}
	/* The caller would drop an exception that is pending by now. */
	if (cs->exception_index != -1)
		cpu_loop_exit(cs);
	if (!*changed && !sie_timers_due(env) && !env->pending_int)
		cs->interrupt_request &= ~CPU_INTERRUPT_HARD;
	return true;
}

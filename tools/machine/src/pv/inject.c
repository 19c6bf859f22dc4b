// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Interruptions that the host injects into a protected guest.
 *
 * The host names one in its state description and enters the guest. It has seen
 * the guest's masks, so an interruption that these do not allow is the host's
 * mistake and nothing that the guest may get to know.
 */
#include "qemu/osdep.h"
#include "exec/exec-all.h"
#include "internal.h"

/* Address and event bits of the parameter of a service signal. */
#define SERVICE_ADDRESS	0xfffffff8u
#define SERVICE_EVENTS	0x00000003u

/* Machine-check masks in CR14 and the conditions in the code that they mask. */
#define CR14_REPORTS	0x10000000ull
#define CR14_WARNING	0x01000000ull
#define MCIC_WARNING	(1ull << (63 - 8))
#define MCIC_REPORTS	(1ull << (63 - 9))

/* Validity bits of all registers, and of those that are always saved. */
#define MCIC_SAVED	(MCIC_VB_FP | MCIC_VB_GR | MCIC_VB_CR | MCIC_VB_AR | MCIC_VB_PR | \
			 MCIC_VB_FC | MCIC_VB_CT | MCIC_VB_CC)
#define MCIC_REGISTERS	(MCIC_SAVED | MCIC_VB_VR | MCIC_VB_GS)

static bool refuse(CPUS390XState *env, uint16_t why)
{
	sie_validity(env, why);
	sie_leave(env, true);
	return false;
}

static bool external_is_open(CPUS390XState *env, uint16_t code)
{
	static const struct {
		uint16_t code;
		uint64_t mask;
	} subclass[] = {
		{ EXT_CLOCK_COMP, CR0_CKC_SC },
		{ EXT_CPU_TIMER, CR0_CPU_TIMER_SC },
		{ EXT_EMERGENCY, CR0_EMERGENCY_SIGNAL_SC },
		{ EXT_EXTERNAL_CALL, CR0_EXTERNAL_CALL_SC },
		{ EXT_SERVICE, CR0_SERVICE_SC },
	};
	unsigned int i;

	if (!(env->psw.mask & PSW_MASK_EXT))
		return false;
	for (i = 0; i < ARRAY_SIZE(subclass); i++)
		if (subclass[i].code == code)
			return env->cregs[0] & subclass[i].mask;
	return false;
}

static bool external(CPUS390XState *env)
{
	uint16_t code = sd_ld16(env, SD_EIC), cpu = 0;
	uint32_t parm = sd_ld32(env, SD_EIPARAMS);
	uint8_t *lowcore;
	uint64_t sccb;

	if (!external_is_open(env, code))
		return refuse(env, VALIDITY_INJECT_DISABLED);
	lowcore = sie_lowcore(env);
	if (!lowcore)
		return false;
	if (code == EXT_EMERGENCY || code == EXT_EXTERNAL_CALL)
		cpu = sd_ld16(env, SD_EXTCPU);
	if (code == EXT_SERVICE) {
		/* The host has an address to say that there is one. */
		if (parm & SERVICE_ADDRESS) {
			if (!uv_sccb_take(s390_uv, pv_state(env)->cpu, &sccb))
				return refuse(env, VALIDITY_INJECT_SCCB);
			parm = sccb | (parm & SERVICE_EVENTS);
		}
		stl_be_p(lowcore + offsetof(LowCore, ext_params), parm);
	}
	stw_be_p(lowcore + offsetof(LowCore, ext_int_code), code);
	stw_be_p(lowcore + offsetof(LowCore, cpu_addr), cpu);
	sie_swap_psw(env, lowcore, offsetof(LowCore, external_old_psw),
		     offsetof(LowCore, external_new_psw));
	return true;
}

static bool input_output(CPUS390XState *env)
{
	uint32_t word = sd_ld32(env, SD_IO_WORD);
	unsigned int isc = word >> 27 & 7;
	uint8_t *lowcore;

	if (!(env->psw.mask & PSW_MASK_IO) ||
	    !(env->cregs[6] & 0x80000000ull >> isc))
		return refuse(env, VALIDITY_INJECT_DISABLED);
	lowcore = sie_lowcore(env);
	if (!lowcore)
		return false;
	stl_be_p(lowcore + offsetof(LowCore, subchannel_id),
		 sd_ld32(env, SD_SUBCHANNEL));
	stl_be_p(lowcore + offsetof(LowCore, io_int_parm), sd_ld32(env, SD_IO_PARM));
	stl_be_p(lowcore + offsetof(LowCore, io_int_word), word);
	sie_swap_psw(env, lowcore, offsetof(LowCore, io_old_psw),
		     offsetof(LowCore, io_new_psw));
	return true;
}

static bool restart(CPUS390XState *env)
{
	uint8_t *lowcore = sie_lowcore(env);

	if (!lowcore)
		return false;
	sie_swap_psw(env, lowcore, offsetof(LowCore, restart_old_psw),
		     offsetof(LowCore, restart_new_psw));
	return true;
}

/* The machine-check save areas lie in the second page of the lowcore. */
static void save_registers(CPUS390XState *env, uint8_t *second)
{
	uint8_t *lc = second - TARGET_PAGE_SIZE;	/* never used for the first */
	int i;

	for (i = 0; i < 16; i++) {
		stq_be_p(lc + offsetof(LowCore, floating_pt_save_area) + i * 8,
			 env->vregs[i][0]);
		stq_be_p(lc + offsetof(LowCore, gpregs_save_area) + i * 8,
			 env->regs[i]);
		stl_be_p(lc + offsetof(LowCore, access_regs_save_area) + i * 4,
			 env->aregs[i]);
		stq_be_p(lc + offsetof(LowCore, cregs_save_area) + i * 8,
			 env->cregs[i]);
	}
	stl_be_p(lc + offsetof(LowCore, prefixreg_save_area), env->psa);
	stl_be_p(lc + offsetof(LowCore, fpt_creg_save_area), env->fpc);
	stl_be_p(lc + offsetof(LowCore, tod_progreg_save_area), env->todpr);
	stq_be_p(lc + offsetof(LowCore, cpu_timer_save_area), sie_cpu_timer(env));
	stq_be_p(lc + offsetof(LowCore, clock_comp_save_area), env->sie.ckc >> 8);
}

static void save_status(CPUS390XState *env, uint8_t *second)
{
	uint8_t *psw = second - TARGET_PAGE_SIZE + offsetof(LowCore, st_status_fixed_logout);

	save_registers(env, second);
	stq_be_p(psw, s390_cpu_get_psw_mask(env));
	stq_be_p(psw + 8, env->psw.addr);
}

/**
 * pv_stops() - the host stops the CPU
 * @env: the CPU, interpreting a protected guest, between two instructions
 *
 * If another CPU of the guest wants its status it is stored first, where SIGP STOP AND
 * STORE STATUS has it.
 *
 * Return: false if the CPU left the guest for a fault of the host.
 */
bool pv_stops(CPUS390XState *env)
{
	uint64_t cpu = pv_state(env)->cpu;
	uint8_t *second;
	int exc;

	if (!uv_cpu_asked(s390_uv, cpu, false))
		return true;
	second = sie_guest_page(env, env->psa + TARGET_PAGE_SIZE, true, &exc);
	if (!second && exc == SIE_HOST_FAULT) {
		sie_leave_host_fault(env);
		return false;
	}
	uv_cpu_asked(s390_uv, cpu, true);
	if (second)
		save_status(env, second);
	return true;
}

/* Vector registers go where the lowcore says; false: they cannot. */
static bool save_vectors(CPUS390XState *env, uint64_t mcesad)
{
	uint64_t where[2] = { mcesad & ~0x3ffull, 0 };
	uint64_t area[32][2];
	int i;

	if (!where[0])
		return false;
	for (i = 0; i < 32; i++) {
		area[i][0] = cpu_to_be64(env->vregs[i][0]);
		area[i][1] = cpu_to_be64(env->vregs[i][1]);
	}
	return pv_copy(env, where, area, sizeof(area), true);
}

/*
 * The host says what happened; the registers are none of its business, nor is
 * whether they are valid. Vector registers that the guest does not have cannot be
 * otherwise, and Linux wants to be told so. Guarded storage is not modelled.
 */
static bool machine_check(CPUS390XState *env)
{
	bool vx = pv_kept(pv_state(env), GUEST_STARTED) & STARTED_VX;
	uint64_t mcic = sd_ld64(env, SD_MCIC);
	uint8_t *first, *second;
	int exc;

	if (!(env->psw.mask & PSW_MASK_MCHECK) ||
	    ((mcic & MCIC_REPORTS) && !(env->cregs[14] & CR14_REPORTS)) ||
	    ((mcic & MCIC_WARNING) && !(env->cregs[14] & CR14_WARNING)))
		return refuse(env, VALIDITY_INJECT_DISABLED);
	first = sie_lowcore(env);
	if (!first)
		return false;
	second = sie_guest_page(env, env->psa + TARGET_PAGE_SIZE, true, &exc);
	if (!second) {
		if (exc != SIE_HOST_FAULT)
			return refuse(env, VALIDITY_PREFIX);
		sie_leave_host_fault(env);
		return false;
	}
	save_registers(env, second);
	mcic = (mcic & ~MCIC_REGISTERS) | MCIC_SAVED;
	if (!vx || save_vectors(env, ldq_be_p(second - TARGET_PAGE_SIZE +
					      offsetof(LowCore, mcesad))))
		mcic |= MCIC_VB_VR;
	stq_be_p(first + offsetof(LowCore, mcic), mcic);
	stl_be_p(first + offsetof(LowCore, external_damage_code),
		 sd_ld32(env, SD_EDC));
	stq_be_p(first + offsetof(LowCore, failing_storage_address),
		 sd_ld64(env, SD_FADDR));
	sie_swap_psw(env, first, offsetof(LowCore, mcck_old_psw),
		     offsetof(LowCore, mcck_new_psw));
	return true;
}

/**
 * pv_inject() - take the interruption that the host injects
 * @env: the CPU, whose guest is loaded
 *
 * Return: false if the CPU left the guest; after a fault of the host the
 * interruption is still there.
 */
bool pv_inject(CPUS390XState *env)
{
	bool done = true;

	switch (sd_ld8(env, SD_IICTL)) {
	case IICTL_NONE:
		return true;
	case IICTL_MCHK:
		done = machine_check(env);
		break;
	case IICTL_EXT:
		done = external(env);
		break;
	case IICTL_IO:
		done = input_output(env);
		break;
	case IICTL_RESTART:
		done = restart(env);
		break;
	default:
		/* Program interruptions only for an intercepted instruction. */
		return refuse(env, VALIDITY_INJECT_CODE);
	}
	if (done)
		sd_st8(env, SD_IICTL, IICTL_NONE);
	return done;
}

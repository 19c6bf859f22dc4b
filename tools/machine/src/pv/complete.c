// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Instructions of a protected guest that the host emulates: how they end.
 *
 * The CPU enters SIE again after ask.c. The instruction is completed with what the host
 * provides, or ends with one of the exceptions that the host may choose.
 */
#include "qemu/osdep.h"
#include "internal.h"

/* DIAGNOSE 308: the response that the operation is complete. */
#define IPL_OK		1

/* Bits of @reg that the host provides as its register @from. */
static void answer_low(CPUS390XState *env, int reg, int from)
{
	env->regs[reg] = deposit64(env->regs[reg], 0, 32,
				   pv_answer(env, from));
}

static unsigned int hosts_cc(CPUS390XState *env)
{
	return sd_ld64(env, SD_GPSW) >> 44 & 3;
}

/*
 * What the host has provided goes to the guest, except for storage: *@len bytes
 * of the SIDA from *@offset on are left to be copied. @notify: the host has to be told
 * once more.
 */
static void take_answer(CPUS390XState *env, uint64_t insn, uint16_t opcode,
			unsigned int *offset, unsigned int *len, bool *notify)
{
	unsigned int cc = hosts_cc(env);
	const uint8_t *area;
	uint16_t code;

	switch (pv_action(opcode)) {
	case PV_SERVICE:
		if (!pv_service(opcode)->has_cc)
			return;
		env->cc_op = cc;
		if (cc == 3)
			*len = 0;
		return;
	case PV_DIAGNOSE:
		code = sie_base_disp(env, insn);
		if (code == DIAG_VIRTIO)
			env->regs[2] = pv_answer(env, 2);
		if (code == DIAG_IPL)
			env->regs[sie_r1(insn) | 1] = pv_answer(env, 1);
		area = *len ? pv_sida(env, *len) : NULL;
		if (pv_answer(env, 1) != IPL_OK)
			*len = 0;
		else if (area)
			*len = MIN(ldl_be_p(area), *len);
		return;
	case PV_SIGP:
		env->cc_op = cc ? cc : pv_sigp_done(env, insn);
		if (cc == 1)
			answer_low(env, sie_r1(insn), 2);
		return;
	case PV_SERVICE_CALL:
		env->cc_op = 0;
		*notify = true;
		return;
	case PV_CHSC:
		env->cc_op = cc;
		/* The request is the guest's; only the response is not. */
		*offset = TARGET_PAGE_SIZE - *len;
		return;
	case PV_STSI:
		env->cc_op = cc;
		if (cc == 0)
			answer_low(env, 0, 0);
		else
			*len = 0;
		return;
	case PV_STHYI:
		env->cc_op = cc;
		env->regs[sie_rre_r2(insn) + 1] = pv_answer(env, 5);
		if (cc)
			*len = 0;
		return;
	}
}

/* DIAGNOSE 288, which has no operand exception. */
static bool is_watchdog(CPUS390XState *env, uint64_t insn, uint16_t opcode)
{
	return pv_action(opcode) == PV_DIAGNOSE &&
	       (uint16_t)sie_base_disp(env, insn) == DIAG_WATCHDOG;
}

/* An exception that the host has chosen instead of completion. */
static bool end_with_exception(CPUS390XState *env, uint64_t insn, uint8_t iictl)
{
	uint64_t *pending = pv_state(env)->state.pending;

	env->int_pgm_code = iictl == IICTL_OPERAND ? PGM_OPERAND :
						     PGM_SPECIFICATION;
	env->int_pgm_ilen = insn & SIE_INSN_LENGTH;
	sie_program_interruption(env);
	if (!env->sie.active)
		return false;
	pending[PENDING_INSN] = 0;
	pv_state(env)->incomplete = false;
	sd_st8(env, SD_IICTL, IICTL_NONE);
	return true;
}

/**
 * pv_complete() - complete the instruction that the host emulated
 * @env: the CPU, whose guest is loaded
 *
 * Nothing of the guest has changed yet when a fault of the host comes between;
 * the host enters again then, with the same answer.
 *
 * Return: false if the CPU left the guest.
 */
bool pv_complete(CPUS390XState *env)
{
	PVState *p = pv_state(env);
	uint64_t *pending = p->state.pending;
	uint64_t insn = pending[PENDING_INSN];
	uint64_t where[2] = { pending[PENDING_OPERAND], pending[PENDING_OPERAND_2] };
	unsigned int len = (uint32_t)pending[PENDING_REST], offset = 0;
	uint16_t opcode = pending[PENDING_REST] >> 32;
	uint8_t iictl = sd_ld8(env, SD_IICTL);
	struct { uint64_t regs[16]; uint32_t cc_op; } before;
	bool notify = false;
	uint8_t *area;

	if (!insn)
		return true;
	p->incomplete = true;
	if (iictl == IICTL_SPECIFICATION ||
	    (iictl == IICTL_OPERAND && !is_watchdog(env, insn, opcode)))
		return end_with_exception(env, insn, iictl);
	if (iictl != IICTL_NONE) {
		sie_validity(env, VALIDITY_INJECT_INCOMPLETE);
		sie_leave(env, true);
		return false;
	}
	memcpy(before.regs, env->regs, sizeof(before.regs));
	before.cc_op = env->cc_op;
	take_answer(env, insn, opcode, &offset, &len, &notify);
	if (len) {
		area = pv_sida(env, offset + len);
		if (!area || !pv_copy(env, where, area + offset, len, true)) {
			memcpy(env->regs, before.regs, sizeof(before.regs));
			env->cc_op = before.cc_op;
			if (area) {
				sie_leave_host_fault(env);
			} else {
				sie_validity(env, VALIDITY_SIDA);
				sie_leave(env, true);
			}
			return false;
		}
	}
	p->incomplete = false;
	pending[PENDING_INSN] = 0;
	sie_advance(env, insn);
	if (!notify)
		return true;
	uv_sccb_answered(s390_uv, p->cpu);
	sd_st16(env, SD_IPA, opcode);
	sd_st32(env, SD_IPB, 0);
	sie_set_icpt(env, ICPT_PV_NOTIFY);
	sie_leave(env, true);
	return false;
}

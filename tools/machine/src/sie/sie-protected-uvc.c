// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ULTRAVISOR CALL of a protected guest.
 *
 * As for the host's, see uv/call.c, a call that changes the protection of a
 * page is executed while no other CPU executes.
 */
#include "qemu/osdep.h"
#include "exec/exec-all.h"
#include "sie-protected.h"

#define UVC_QUERY	0x0001

/* The operand is not where it was found: execute the instruction again. */
#define AGAIN		(-1)

static int execute(CPUS390XState *env, const uint64_t where[2], uint8_t *block,
		   uint32_t len)
{
	SIEProtected *p = env->sie.protected;
	int cc;

	if (!sie_protected_copy(env, where, block, len, false))
		return AGAIN;
	cc = uv_guest_call(s390_uv, p->config, block, len);
	/* A page that is not there any more was given away by the call. */
	if (cc == UV_CC_DONE || cc == UV_CC_ERROR || cc == UV_CC_PARTIAL)
		sie_protected_copy(env, where, block, len, true);
	return cc;
}

static int execute_alone(CPUS390XState *env, const uint64_t where[2],
			 uint8_t *block, uint32_t len)
{
	CPUState *cs = env_cpu(env);
	int cc;

	cpu_exec_end(cs);
	start_exclusive();
	cc = execute(env, where, block, len);
	end_exclusive();
	cpu_exec_start(cs);
	return cc;
}

/* Neither returns into translated code, which may be gone. */
void sie_protected_uvc(CPUS390XState *env, uint64_t insn, uintptr_t ra)
{
	CPUState *cs = env_cpu(env);
	int idx = (env->psw.mask & PSW_MASK_DAT ? MMU_HOME_IDX : MMU_REAL_IDX) +
		  SIE_MMU_BASE;
	uint64_t addr = sie_address(env, env->regs[sie_rre_r2(insn)]);
	uint64_t where[2];
	uint8_t block[UV_BLOCK_MAX], *area;
	uint32_t len;
	int cc;

	/* r3 and m4 */
	if (insn >> 40 & 0xff)
		sie_protected_exception(env, insn, PGM_SPECIFICATION);
	sie_protected_probe(env, insn, addr, UV_HEADER_LEN, true, idx, where, ra);
	if (!sie_protected_copy(env, where, block, UV_HEADER_LEN, false))
		cpu_loop_exit(cs);
	cc = uv_guest_check(s390_uv, block, &len);
	if (cc) {
		sie_protected_copy(env, where, block, UV_HEADER_LEN, true);
		sie_protected_finish(env, insn, cc);
	}
	sie_protected_probe(env, insn, addr, len, true, idx, where, ra);
	if (lduw_be_p(block + 2) != UVC_QUERY && (cs->tcg_cflags & CF_PARALLEL) &&
	    !cpu_in_exclusive_context(cs))
		cc = execute_alone(env, where, block, len);
	else
		cc = execute(env, where, block, len);
	switch (cc) {
	case AGAIN:
		cpu_loop_exit(cs);
	case UV_CC_INTERCEPT:
		area = sie_protected_sida(env, len);
		if (area) {
			memcpy(area, block, len);
			sie_protected_notify(env, insn >> 48);
		}
		sie_protected_invalid(env, VALIDITY_SIDA);
	case UV_CC_IMPORT:
		env->sie.host_fault.code = UV_PGM_NONSECURE_ACCESS;
		env->sie.host_fault.teid = uv_guest_page(block) | TEID_STORE |
					   S390_UV_TEID_ADDRESS_VALID;
		sie_protected_host_fault(env);
	default:
		sie_protected_finish(env, insn, cc);
	}
}

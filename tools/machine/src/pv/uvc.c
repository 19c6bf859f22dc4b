// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ULTRAVISOR CALL of a protected guest.
 *
 * As for the host's, see uv/call.c, a call that changes the protection of a
 * page is executed while no other CPU executes. The others only read and write
 * storage of the guest; some of them take milliseconds.
 */
#include "qemu/osdep.h"
#include "exec/exec-all.h"
#include "internal.h"

#define UVC_SHARE	0x1000
#define UVC_UNSHARE	0x1001

/* The operand may not be where it was found: execute the instruction again. */
#define AGAIN		(-1)

/**
 * pv_home() - translate an address in the guest's home space
 * @env: the CPU, interpreting a protected guest's ULTRAVISOR CALL
 * @vaddr: virtual address, real when DAT is off
 * @write: honour the protection by the guest's tables
 * @guest: where it is in the space of the configuration; the page that has to
 *	be imported with UV_XLAT_ABSENT
 *
 * Nothing is presented to anybody.
 */
int pv_home(CPUS390XState *env, uint64_t vaddr, bool write,
	    uint64_t *guest)
{
	bool dat = env->psw.mask & PSW_MASK_DAT;
	uint64_t real, teid;
	int prot, exc;

	if (dat && (env->cregs[13] & ASCE_REAL_SPACE))
		return UV_XLAT_REAL_SPACE;
	exc = sie_translate(env, vaddr, MMU_S390_LRA,
			    dat ? MMU_HOME_IDX : MMU_REAL_IDX, &real, &prot, &teid);
	if (exc == SIE_HOST_FAULT) {
		*guest = env->sie.host_fault.teid & TARGET_PAGE_MASK;
		return UV_XLAT_ABSENT;
	}
	if (exc == PGM_ADDRESSING)
		return UV_XLAT_INVALID;
	if (exc || (write && !(prot & PAGE_WRITE)))
		return UV_XLAT_FAILED;
	*guest = (mmu_real2abs(env, real) | (vaddr & ~TARGET_PAGE_MASK)) +
		 env->sie.mso;
	return UV_XLAT_OK;
}

static int execute(CPUS390XState *env, const uint64_t where[2], uint8_t *block,
		   uint32_t len, uint64_t *missing)
{
	PVState *p = pv_state(env);
	int cc;

	if (!pv_copy(env, where, block, len, false))
		return AGAIN;
	env->sie.host_fault.code = 0;
	cc = uv_guest_call(s390_uv, env_cpu(env)->cpu_index, p->config, block,
			   len, missing);
	/* A page that is not there any more was given away by the call. */
	if (cc == UV_CC_DONE || cc == UV_CC_ERROR || cc == UV_CC_PARTIAL)
		pv_copy(env, where, block, len, true);
	return cc;
}

static int execute_alone(CPUS390XState *env, const uint64_t where[2],
			 uint8_t *block, uint32_t len, uint64_t *missing)
{
	CPUState *cs = env_cpu(env);
	int cc = AGAIN;

	cpu_exec_end(cs);
	start_exclusive();
	/* If the host invalidated translations meanwhile, this CPU has not done so yet. */
	if (QSIMPLEQ_EMPTY(&cs->work_list))
		cc = execute(env, where, block, len, missing);
	end_exclusive();
	cpu_exec_start(cs);
	return cc;
}

/* Neither returns into translated code, which may be gone. */
void pv_uvc(CPUS390XState *env, uint64_t insn, uintptr_t ra)
{
	CPUState *cs = env_cpu(env);
	int idx = s390x_env_mmu_index(env, false);
	uint64_t addr = sie_address(env, env->regs[sie_rre_r2(insn)]);
	uint64_t where[2], missing = 0;
	uint8_t block[UV_BLOCK_MAX], *area;
	uint16_t code;
	uint32_t len;
	int cc;

	/* r3 and m4 */
	if (insn >> 40 & 0xff)
		pv_exception(env, insn, PGM_SPECIFICATION);
	pv_probe(env, insn, addr, UV_HEADER_LEN, true, idx, where, ra);
	if (!pv_copy(env, where, block, UV_HEADER_LEN, false))
		cpu_loop_exit(cs);
	cc = uv_guest_check(s390_uv, block, &len);
	if (cc) {
		pv_copy(env, where, block, UV_HEADER_LEN, true);
		pv_finish(env, insn, cc);
	}
	pv_probe(env, insn, addr, len, true, idx, where, ra);
	code = lduw_be_p(block + 2);
	if ((code == UVC_SHARE || code == UVC_UNSHARE) &&
	    (cs->tcg_cflags & CF_PARALLEL) && !cpu_in_exclusive_context(cs))
		cc = execute_alone(env, where, block, len, &missing);
	else
		cc = execute(env, where, block, len, &missing);
	switch (cc) {
	case AGAIN:
		cpu_loop_exit(cs);
	case UV_CC_INTERCEPT:
		area = pv_sida(env, len);
		if (area) {
			memcpy(area, block, len);
			pv_notify(env, insn >> 48, 0);
		}
		pv_invalid(env, VALIDITY_SIDA);
	case UV_CC_IMPORT:
		/* Of a table's page stage 2 has said what the host has to do. */
		if (!env->sie.host_fault.code) {
			env->sie.host_fault.code = UV_PGM_NONSECURE_ACCESS;
			env->sie.host_fault.teid = missing | TEID_STORE |
						   S390_UV_TEID_ADDRESS_VALID;
		}
		pv_host_fault(env);
	default:
		pv_finish(env, insn, cc);
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SIE: instructions of a protected guest that do not simply execute. Those that
 * the host emulates are in sie-protected-host.c.
 */
#include "qemu/osdep.h"
#include "qemu/units.h"
#include "exec/exec-all.h"
#include "sie-protected.h"

/*
 * SET PREFIX. The host has to know the area, to make it secure when it is
 * asked to.
 */
static void set_prefix(CPUS390XState *env, uint64_t insn, uint16_t opcode,
		       uintptr_t ra)
{
	uint64_t addr = sie_base_disp(env, insn), where[2] = { 0, 0 };
	uint64_t absolute, page;
	uint32_t prefix;
	uint8_t *area;
	int prot;

	if (addr & 3)
		sie_protected_exception(env, insn, PGM_SPECIFICATION);
	sie_protected_probe(env, insn, addr, sizeof(prefix), false,
			    s390x_env_mmu_index(env, false), where, ra);
	if (!sie_protected_copy(env, where, &prefix, sizeof(prefix), false))
		sie_protected_host_fault(env);
	prefix = be32_to_cpu(prefix) & 0x7fffe000;
	for (page = prefix; page < prefix + sizeof(LowCore);
	     page += TARGET_PAGE_SIZE)
		sie_protected_translated(env, insn, sie_stage2(env, page, true, &absolute, &prot));
	area = sie_protected_sida(env, sizeof(prefix));
	if (!area)
		sie_protected_invalid(env, VALIDITY_SIDA);
	stl_be_p(area, prefix);
	env->psa = prefix;
	sie_advance(env, insn);
	sie_protected_notify(env, opcode, 0);
}

/* STORE CPU ADDRESS: the one in the configuration. */
static void store_cpu_address(CPUS390XState *env, uint64_t insn, uintptr_t ra)
{
	uint64_t addr = sie_base_disp(env, insn), where[2] = { 0, 0 };
	uint16_t number = cpu_to_be16(env->sie.protected->state.number);

	if (addr & 1)
		sie_protected_exception(env, insn, PGM_SPECIFICATION);
	sie_protected_probe(env, insn, addr, sizeof(number), true,
			    s390x_env_mmu_index(env, false), where, ra);
	if (!sie_protected_copy(env, where, &number, sizeof(number), true))
		sie_protected_host_fault(env);
	sie_protected_finish(env, insn, -1);
}

/* STORE FACILITY LIST, into the lowcore */
static void store_facility_list(CPUS390XState *env, uint64_t insn)
{
	uint64_t where[2] = { env->psa + offsetof(LowCore, stfl_fac_list), 0 };
	uint64_t list;
	uint32_t first;

	sie_facilities(env, &list, 1);
	first = cpu_to_be32(list >> 32);
	if (!sie_protected_copy(env, where, &first, sizeof(first), true))
		sie_protected_host_fault(env);
	sie_protected_finish(env, insn, -1);
}

/* TEST PROTECTION; storage keys play no part */
static void test_protection(CPUS390XState *env, uint64_t insn)
{
	uint64_t addr = sie_base_disp(env, insn), absolute, teid;
	int idx = s390x_env_mmu_index(env, false) - SIE_MMU_BASE, prot, exc;

	exc = sie_translate(env, addr, MMU_DATA_STORE, idx, &absolute, &prot,
			    &teid);
	if (!exc)
		sie_protected_finish(env, insn, 0);
	if (exc == PGM_PROTECTION)
		exc = sie_translate(env, addr, MMU_DATA_LOAD, idx, &absolute,
				    &prot, &teid);
	if (!exc)
		sie_protected_finish(env, insn, 1);
	if (exc == SIE_HOST_FAULT || exc == PGM_ADDRESSING ||
	    exc == PGM_TRANS_SPEC)
		sie_protected_translated(env, insn, exc);
	sie_protected_finish(env, insn, 3);
}

/* There are no storage keys: they are all zeros, of each page that there is. */
static void check_key_address(CPUS390XState *env, uint64_t insn)
{
	uint64_t addr = sie_address(env, env->regs[sie_rre_r2(insn)]);

	if (mmu_real2abs(env, addr & TARGET_PAGE_MASK) > env->sie.limit - env->sie.mso)
		sie_protected_exception(env, insn, PGM_ADDRESSING);
}

/* Bits of PFMF's first operand. */
#define PFMF_RESERVED	0xfffc0101u
#define PFMF_CLEAR	0x00010000u
#define PFMF_FRAME	0x00007000u
#define PFMF_FRAME_4K	0x00000000u
#define PFMF_FRAME_1M	0x00001000u

/* A page of which low-address protection protects a part cannot be cleared. */
static void check_low_address(CPUS390XState *env, uint64_t insn, uint64_t page)
{
	if (!(env->cregs[0] & CR0_LOWPROT) || page > TARGET_PAGE_SIZE)
		return;
	sie_lowcore_store(env, offsetof(LowCore, trans_exc_code), 8,
			  page | TEID_STORE | TEID_LOWPROT);
	sie_protected_exception(env, insn, PGM_PROTECTION);
}

/*
 * PERFORM FRAME MANAGEMENT FUNCTION: clears storage; there are no keys to set.
 * Register R2 advances with every page, as a fault of the host may come between.
 */
static void manage_frames(CPUS390XState *env, uint64_t insn)
{
	static const uint8_t zeros[TARGET_PAGE_SIZE];
	uint32_t function = env->regs[sie_rre_r1(insn)];
	uint64_t *r2 = &env->regs[sie_rre_r2(insn)], end, where[2] = { 0, 0 };
	uint64_t absolute;
	int prot;

	if (function & PFMF_RESERVED)
		sie_protected_exception(env, insn, PGM_SPECIFICATION);
	where[0] = sie_address(env, *r2) & TARGET_PAGE_MASK;
	switch (function & PFMF_FRAME) {
	case PFMF_FRAME_4K:
		if (function & PFMF_CLEAR)
			check_low_address(env, insn, where[0]);
		where[0] = mmu_real2abs(env, where[0]);
		end = where[0] + TARGET_PAGE_SIZE;
		break;
	case PFMF_FRAME_1M:
		end = (where[0] + MiB) & ~(MiB - 1);
		break;
	default:
		sie_protected_exception(env, insn, PGM_SPECIFICATION);
	}
	for (; where[0] < end; where[0] += TARGET_PAGE_SIZE) {
		sie_protected_translated(env, insn, sie_stage2(env, where[0], true, &absolute, &prot));
		if (function & PFMF_CLEAR)
			sie_protected_copy(env, where, (void *)zeros, sizeof(zeros), true);
		if ((function & PFMF_FRAME) != PFMF_FRAME_4K)
			*r2 += TARGET_PAGE_SIZE;
	}
	sie_protected_finish(env, insn, -1);
}

/**
 * sie_protected_insn() - an instruction of the table in a protected guest
 * @env: the CPU; PSW and condition code are stored
 * @insn: the instruction, left-aligned, and SIE_INSN_*
 * @opcode: as in the table
 * @action: from the table, for protected guests
 * @ra: return address into translated code
 *
 * Returns if the instruction shall execute.
 */
void sie_protected_insn(CPUS390XState *env, uint64_t insn, uint16_t opcode,
			int action, uintptr_t ra)
{
	switch (action) {
	case SIE_EXECUTE:
		return;
	case SIE_SERVICE:
	case SIE_DIAGNOSE:
	case SIE_SERVICE_CALL:
	case SIE_CHSC:
	case SIE_STSI:
	case SIE_STHYI:
		sie_protected_ask(env, insn, opcode, action, ra);
	case SIE_SIGP:
		sie_protected_sigp(env, insn);
	case SIE_SET_PREFIX:
		set_prefix(env, insn, opcode, ra);
		break;
	case SIE_CPU_ADDRESS:
		store_cpu_address(env, insn, ra);
		break;
	case SIE_STFL:
		store_facility_list(env, insn);
		break;
	case SIE_TPROT:
		test_protection(env, insn);
		break;
	case SIE_UVC:
		sie_protected_uvc(env, insn, ra);
	case SIE_INSERT_KEY:
		check_key_address(env, insn);
		env->regs[sie_rre_r1(insn)] &= ~0xffull;
		sie_protected_finish(env, insn, -1);
	case SIE_SET_KEY:
		check_key_address(env, insn);
		sie_protected_finish(env, insn, -1);
	case SIE_RESET_KEY:
		check_key_address(env, insn);
		sie_protected_finish(env, insn, 0);
	case SIE_PFMF:
		manage_frames(env, insn);
		break;
	case SIE_CC_0:
	case SIE_CC_1:
	case SIE_CC_3:
		sie_protected_finish(env, insn, action - SIE_CC_0);
	default:
		sie_protected_exception(env, insn, PGM_OPERATION);
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SIE: which instructions do not simply execute in a guest.
 *
 * An instruction that is not in the table executes as it does in the host.
 * To change what happens to one, change its line; to add a kind of action,
 * add it to the enumeration and to the function behind it.
 */
#include "qemu/osdep.h"
#include "exec/exec-all.h"
#include "exec/cpu_ldst.h"
#include "exec/helper-proto.h"
#include "tcg/tcg_s390x.h"
#include "uv/uv.h"
#include "internal.h"

#define FACILITY_LIST_SIZE 2048

enum {
	INSTRUCTION,	/* instruction interception */
	LOAD_CONTROL,	/* if a control register is in LCTL's mask */
	STORE_CONTROL,	/* if ICTL says so */
	LOAD_PSW,	/* if ICTL says so */
	SIGNAL,		/* unless it is an external call that is interpreted */
	INTERLOCK,	/* if the host wants it to wait */
	MOVE_PAGE,	/* if the host has to make a page available */
	FACILITIES,	/* unless the host provides a facility list */
	UNKNOWN,	/* operation exception, intercepted if ICTL says so */
};

/*
 * Sorted by opcode: the first byte and, for instructions that have one, the
 * second part, as the translator looks instructions up.
 */
static const SIEIntercept intercepts[] = {
	/* opcode, action,       privileged */
	{ 0x0104, INSTRUCTION,   false },	/* PTFF */
	{ 0x0107, INSTRUCTION,   true  },	/* SCKPF */
	{ 0x8200, LOAD_PSW,      true  },	/* LPSW */
	{ 0x8300, INSTRUCTION,   true  },	/* DIAG */
	{ 0xae00, SIGNAL,        true  },	/* SIGP */
	{ 0xb202, INSTRUCTION,   true  },	/* STIDP */
	{ 0xb204, INSTRUCTION,   true  },	/* SCK */
	{ 0xb210, INSTRUCTION,   true  },	/* SPX */
	{ 0xb211, INSTRUCTION,   true  },	/* STPX */
	{ 0xb212, INSTRUCTION,   true  },	/* STAP */
	{ 0xb214, INSTRUCTION,   true  },	/* SIE */
	{ 0xb220, INSTRUCTION,   true  },	/* SERVC */
	{ 0xb221, INTERLOCK,     true  },	/* IPTE */
	{ 0xb229, INSTRUCTION,   true  },	/* ISKE */
	{ 0xb22a, INSTRUCTION,   true  },	/* RRBE */
	{ 0xb22b, INSTRUCTION,   true  },	/* SSKE */
	{ 0xb22c, INSTRUCTION,   true  },	/* TB */
	{ 0xb230, INSTRUCTION,   true  },	/* CSCH */
	{ 0xb231, INSTRUCTION,   true  },	/* HSCH */
	{ 0xb232, INSTRUCTION,   true  },	/* MSCH */
	{ 0xb233, INSTRUCTION,   true  },	/* SSCH */
	{ 0xb234, INSTRUCTION,   true  },	/* STSCH */
	{ 0xb235, INSTRUCTION,   true  },	/* TSCH */
	{ 0xb236, INSTRUCTION,   true  },	/* TPI */
	{ 0xb237, INSTRUCTION,   true  },	/* SAL */
	{ 0xb238, INSTRUCTION,   true  },	/* RSCH */
	{ 0xb239, INSTRUCTION,   true  },	/* STCRW */
	{ 0xb23a, INSTRUCTION,   true  },	/* STCPS */
	{ 0xb23b, INSTRUCTION,   true  },	/* RCHP */
	{ 0xb23c, INSTRUCTION,   true  },	/* SCHM */
	{ 0xb250, INTERLOCK,     true  },	/* CSP */
	{ 0xb254, MOVE_PAGE,     false },	/* MVPG */
	{ 0xb256, UNKNOWN,       true  },	/* STHYI */
	{ 0xb25f, INSTRUCTION,   true  },	/* CHSC */
	{ 0xb274, INSTRUCTION,   true  },	/* SIGA */
	{ 0xb276, INSTRUCTION,   true  },	/* XSCH */
	{ 0xb27d, INSTRUCTION,   true  },	/* STSI */
	{ 0xb2af, INSTRUCTION,   true  },	/* PQAP */
	{ 0xb2b0, FACILITIES,    false },	/* STFLE */
	{ 0xb2b1, INSTRUCTION,   true  },	/* STFL */
	{ 0xb2b2, LOAD_PSW,      true  },	/* LPSWE */
	{ 0xb600, STORE_CONTROL, true  },	/* STCTL */
	{ 0xb700, LOAD_CONTROL,  true  },	/* LCTL */
	{ 0xb98a, INTERLOCK,     true  },	/* CSPG */
	{ 0xb98e, INTERLOCK,     true  },	/* IDTE */
	{ 0xb9a0, INSTRUCTION,   true  },	/* CLP */
	{ 0xb9a2, INSTRUCTION,   true  },	/* PTF */
	{ 0xb9a4, UNKNOWN,       true  },	/* UVC */
	{ 0xb9ab, INSTRUCTION,   true  },	/* ESSA */
	{ 0xb9af, INSTRUCTION,   true  },	/* PFMF */
	{ 0xb9d0, INSTRUCTION,   true  },	/* PCISTG */
	{ 0xb9d2, INSTRUCTION,   true  },	/* PCILG */
	{ 0xb9d3, INSTRUCTION,   true  },	/* RPCIT */
	{ 0xe3d0, INSTRUCTION,   true  },	/* MPCIFC */
	{ 0xe3d4, INSTRUCTION,   true  },	/* STPCIFC */
	{ 0xe501, INSTRUCTION,   true  },	/* TPROT */
	{ 0xeb25, STORE_CONTROL, true  },	/* STCTG */
	{ 0xeb2f, LOAD_CONTROL,  true  },	/* LCTLG */
	{ 0xeb60, INSTRUCTION,   true  },	/* RIEMIT, RI */
	{ 0xebd0, INSTRUCTION,   true  },	/* PCISTB */
	{ 0xebd1, INSTRUCTION,   true  },	/* SIC */
};

static int compare_opcode(const void *key, const void *line)
{
	return (int)*(const uint16_t *)key -
	       (int)((const SIEIntercept *)line)->opcode;
}

/**
 * sie_intercept_lookup() - is there anything special about an instruction?
 * @opcode: first byte and second part of the opcode
 *
 * Return: the line of the table, or NULL.
 */
const SIEIntercept *sie_intercept_lookup(uint16_t opcode)
{
	return bsearch(&opcode, intercepts, ARRAY_SIZE(intercepts),
		       sizeof(intercepts[0]), compare_opcode);
}

/* Does sie_interlock_end() have to follow the instruction? */
bool sie_is_interlocked(const SIEIntercept *line)
{
	return line->action == INTERLOCK;
}

/* Wrap an address as the addressing mode wants. */
uint64_t sie_address(CPUS390XState *env, uint64_t addr)
{
	if (env->psw.mask & PSW_MASK_64)
		return addr;
	return addr & (env->psw.mask & PSW_MASK_32 ? 0x7fffffff : 0xffffff);
}

/* The address of the second operand of formats S and RS. */
uint64_t sie_base_disp(CPUS390XState *env, uint64_t insn)
{
	int base = insn >> 44 & 0xf;

	return sie_address(env, (base ? env->regs[base] : 0) +
				(insn >> 32 & 0xfff));
}

/* Let the PSW designate the next instruction. */
void sie_advance(CPUS390XState *env, uint64_t insn)
{
	env->psw.addr = sie_address(env, env->psw.addr +
				    (insn & SIE_INSN_LENGTH));
}

static int insn_length(uint64_t insn)
{
	/* Bits 0-1 are 00: one halfword, 01 or 10: two, 11: three. */
	return (((insn >> 62) + 1) & ~1) + 2;
}

/* Store the instruction and let the guest's PSW designate the next one. */
static G_NORETURN void intercept_instruction(CPUS390XState *env, uint64_t insn,
					     enum SIEInterception code)
{
	/* Nothing of what lies behind a short instruction. */
	uint64_t own = insn & (~0ull << (64 - insn_length(insn) * 8));
	uint8_t status = 0;

	sd_st16(env, SD_IPA, own >> 48);
	sd_st32(env, SD_IPB, own >> 16);
	/* The target of EXECUTE: PSW and length are those of EXECUTE. */
	if (insn & SIE_INSN_EXECUTED)
		status = 1 | (insn & SIE_INSN_LENGTH) << 4;
	if (env->per_perc_atmid & PER_CODE_EVENT_IFETCH)
		status |= 2;
	sie_advance(env, insn);
	sie_set_icpt(env, code);
	sd_st8(env, SD_ICPTSTATUS, status);
	sie_leave(env, true);
	cpu_loop_exit(env_cpu(env));
}

static bool loads_intercepted_cr(CPUS390XState *env, uint64_t insn)
{
	uint16_t mask = sd_ld16(env, SD_LCTL);
	int r1 = sie_r1(insn), r3 = sie_r3(insn);

	for (;; r1 = (r1 + 1) & 0xf) {
		if (mask & 0x8000 >> r1)
			return true;
		if (r1 == r3)
			return false;
	}
}

/*
 * SIGP EXTERNAL CALL: does not return if the CPU is called, as that completes the
 * instruction. The host has to wake a CPU that waits.
 */
static bool call_is_interpreted(CPUS390XState *env, uint64_t insn)
{
	if ((uint8_t)sie_base_disp(env, insn) != SIGP_EXTERNAL_CALL)
		return false;
	switch (sie_external_call(env, env->regs[sie_r3(insn)])) {
	case SIE_CALL_HOST:
		return false;
	case SIE_CALL_WAITS:
		intercept_instruction(env, insn, ICPT_PARTEXEC);
	case SIE_CALL_DONE:
		env->cc_op = SIGP_CC_ORDER_CODE_ACCEPTED;
		sie_advance(env, insn);
	}
	cpu_loop_exit(env_cpu(env));
}

/*
 * MOVE PAGE: does not return if a page of the host's is not there; the host is told of
 * both then. Exceptions of the guest are for the instruction to find.
 */
static void move_page(CPUS390XState *env, uint64_t insn)
{
	static const int fields[] = { SD_PEI_TARGET, SD_PEI_SOURCE };
	const uint64_t operands[] = {
		env->regs[sie_rre_r1(insn)], env->regs[sie_rre_r2(insn)],
	};
	int idx = s390x_env_mmu_index(env, false) - SIE_MMU_BASE, prot;
	uint64_t entry[2], real, teid;
	bool invalid, any = false;
	unsigned int i;

	if (!(sd_ld32(env, SD_ECA) & ECA_MVPGI))
		return;
	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		if (sie_translate(env, sie_address(env, operands[i]) & TARGET_PAGE_MASK,
				  MMU_S390_LRA, idx, &real, &prot, &teid))
			return;
		entry[i] = sie_host_entry(env, mmu_real2abs(env, real), &invalid);
		any |= invalid;
	}
	if (!any)
		return;
	for (i = 0; i < ARRAY_SIZE(fields); i++)
		sd_st64(env, fields[i], entry[i]);
	intercept_instruction(env, insn, ICPT_PARTEXEC);
}

/*
 * The guest's facility list: bits 1-28 of the field are its origin. NULL if the
 * host could not read it itself.
 */
const uint8_t *sie_facility_list(CPUS390XState *env)
{
	uint32_t origin = sd_ld32(env, SD_FAC) & 0x7ffffff8;

	if (!s390_uv_allows(origin, FACILITY_LIST_SIZE))
		return NULL;
	return sie_ram(origin, FACILITY_LIST_SIZE);
}

/*
 * An instruction of the table is about to execute; PSW and condition code
 * are stored.  @insn: the instruction, left-aligned, and SIE_INSN_*.  Returns
 * if the instruction shall execute.
 */
void HELPER(sie_intercept)(CPUS390XState *env, uint64_t insn, uint32_t opcode)
{
	const SIEIntercept *line = sie_intercept_lookup(opcode);
	int action = line ? line->action : UNKNOWN;
	uint32_t ictl = sd_ld32(env, SD_ICTL);
	bool intercept = false;

	if (env->sie.format->instruction) {
		env->sie.format->instruction(env, insn, opcode, GETPC());
		return;
	}
	switch (action) {
	case INSTRUCTION:
		intercept = true;
		break;
	case LOAD_CONTROL:
		intercept = loads_intercepted_cr(env, insn);
		break;
	case STORE_CONTROL:
		intercept = ictl & ICTL_STCTL;
		break;
	case LOAD_PSW:
		intercept = ictl & ICTL_LPSW;
		break;
	case SIGNAL:
		intercept = !call_is_interpreted(env, insn);
		break;
	case INTERLOCK:
		intercept = !sie_interlock(env);
		break;
	case MOVE_PAGE:
		move_page(env, insn);
		break;
	case FACILITIES:
		intercept = !sd_ld32(env, SD_FAC);
		if (!intercept && !sie_facility_list(env)) {
			sie_validity(env, VALIDITY_FACILITIES);
			sie_leave(env, true);
			cpu_loop_exit(env_cpu(env));
		}
		break;
	case UNKNOWN:
		if (ictl & ICTL_OPEREXC)
			intercept_instruction(env, insn, ICPT_OPEREXC);
		env->int_pgm_ilen = insn & SIE_INSN_LENGTH;
		trigger_pgm_exception(env, PGM_OPERATION);
		cpu_loop_exit(env_cpu(env));
	}
	if (intercept)
		intercept_instruction(env, insn, ICPT_INST);
}

/**
 * sie_store_facilities() - STORE FACILITY LIST EXTENDED of a guest
 * @env: the CPU, interpreting a guest for which the host provides a list
 * @addr: address of the operand
 * @ra: return address into translated code
 *
 * The guest's list has the length of the host's.
 *
 * Return: condition code.
 */
uint32_t sie_store_facilities(CPUS390XState *env, uint64_t addr, uintptr_t ra)
{
	uint64_t list[FACILITY_LIST_SIZE / 8] = { 0 };
	uint8_t host[FACILITY_LIST_SIZE] = { 0 };
	unsigned int wanted = (env->regs[0] & 0xff) + 1, have = 1, i;

	if (addr & 7)
		tcg_s390_program_interrupt(env, PGM_SPECIFICATION, ra);
	s390_get_feat_block(S390_FEAT_TYPE_STFL, host);
	for (i = 0; i < sizeof(host); i++)
		if (host[i])
			have = i / 8 + 1;
	wanted = MIN(wanted, ARRAY_SIZE(list));
	have = MIN(have, ARRAY_SIZE(list));
	env->sie.format->facilities(env, list, have);
	for (i = 0; i < MIN(wanted, have); i++)
		cpu_stq_data_ra(env, addr + i * 8, list[i], ra);
	env->regs[0] = deposit64(env->regs[0], 0, 8, have - 1);
	return wanted >= have ? 0 : 3;
}

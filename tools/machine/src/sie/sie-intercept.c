// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SIE: which instructions do not simply execute in a guest.
 *
 * An instruction that is not in the table executes as it does in the host.
 * To change what happens to one, change its line; to add a kind of action,
 * add it to the enumeration and to the function behind it. Actions for
 * protected guests are in sie-internal.h and sie-protected-insn.c.
 */
#include "qemu/osdep.h"
#include "exec/exec-all.h"
#include "exec/cpu_ldst.h"
#include "exec/helper-proto.h"
#include "tcg/tcg_s390x.h"
#include "sie-protected.h"

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
	/* opcode, action,     protected guest,  privileged */
	{ 0x0104, INSTRUCTION,   SIE_CC_3,         false },	/* PTFF */
	{ 0x0107, INSTRUCTION,   SIE_EXECUTE,      true  },	/* SCKPF */
	{ 0x8200, LOAD_PSW,      SIE_EXECUTE,      true  },	/* LPSW */
	{ 0x8300, INSTRUCTION,   SIE_DIAGNOSE,     true  },	/* DIAG */
	{ 0xae00, SIGNAL,        SIE_SIGP,         true  },	/* SIGP */
	{ 0xb202, INSTRUCTION,   SIE_EXECUTE,      true  },	/* STIDP */
	{ 0xb204, INSTRUCTION,   SIE_CC_1,         true  },	/* SCK */
	{ 0xb210, INSTRUCTION,   SIE_SET_PREFIX,   true  },	/* SPX */
	{ 0xb211, INSTRUCTION,   SIE_EXECUTE,      true  },	/* STPX */
	{ 0xb212, INSTRUCTION,   SIE_CPU_ADDRESS,  true  },	/* STAP */
	{ 0xb214, INSTRUCTION,   SIE_OPERATION,    true  },	/* SIE */
	{ 0xb220, INSTRUCTION,   SIE_SERVICE_CALL, true  },	/* SERVC */
	{ 0xb221, INTERLOCK,     SIE_EXECUTE,      true  },	/* IPTE */
	{ 0xb229, INSTRUCTION,   SIE_INSERT_KEY,   true  },	/* ISKE */
	{ 0xb22a, INSTRUCTION,   SIE_RESET_KEY,    true  },	/* RRBE */
	{ 0xb22b, INSTRUCTION,   SIE_SET_KEY,      true  },	/* SSKE */
	{ 0xb22c, INSTRUCTION,   SIE_EXECUTE,      true  },	/* TB */
	{ 0xb230, INSTRUCTION,   SIE_SERVICE,      true  },	/* CSCH */
	{ 0xb231, INSTRUCTION,   SIE_SERVICE,      true  },	/* HSCH */
	{ 0xb232, INSTRUCTION,   SIE_SERVICE,      true  },	/* MSCH */
	{ 0xb233, INSTRUCTION,   SIE_SERVICE,      true  },	/* SSCH */
	{ 0xb234, INSTRUCTION,   SIE_SERVICE,      true  },	/* STSCH */
	{ 0xb235, INSTRUCTION,   SIE_SERVICE,      true  },	/* TSCH */
	{ 0xb236, INSTRUCTION,   SIE_CC_0,         true  },	/* TPI */
	{ 0xb237, INSTRUCTION,   SIE_SERVICE,      true  },	/* SAL */
	{ 0xb238, INSTRUCTION,   SIE_SERVICE,      true  },	/* RSCH */
	{ 0xb239, INSTRUCTION,   SIE_SERVICE,      true  },	/* STCRW */
	{ 0xb23a, INSTRUCTION,   SIE_SERVICE,      true  },	/* STCPS */
	{ 0xb23b, INSTRUCTION,   SIE_SERVICE,      true  },	/* RCHP */
	{ 0xb23c, INSTRUCTION,   SIE_SERVICE,      true  },	/* SCHM */
	{ 0xb250, INTERLOCK,     SIE_EXECUTE,      true  },	/* CSP */
	{ 0xb254, MOVE_PAGE,     SIE_EXECUTE,      false },	/* MVPG */
	{ 0xb256, UNKNOWN,       SIE_STHYI,        true  },	/* STHYI */
	{ 0xb25f, INSTRUCTION,   SIE_CHSC,         true  },	/* CHSC */
	{ 0xb274, INSTRUCTION,   SIE_SERVICE,      true  },	/* SIGA */
	{ 0xb276, INSTRUCTION,   SIE_SERVICE,      true  },	/* XSCH */
	{ 0xb27d, INSTRUCTION,   SIE_STSI,         true  },	/* STSI */
	{ 0xb2af, INSTRUCTION,   SIE_OPERATION,    true  },	/* PQAP */
	{ 0xb2b0, FACILITIES,    SIE_EXECUTE,      false },	/* STFLE */
	{ 0xb2b1, INSTRUCTION,   SIE_STFL,         true  },	/* STFL */
	{ 0xb2b2, LOAD_PSW,      SIE_EXECUTE,      true  },	/* LPSWE */
	{ 0xb600, STORE_CONTROL, SIE_EXECUTE,      true  },	/* STCTL */
	{ 0xb700, LOAD_CONTROL,  SIE_EXECUTE,      true  },	/* LCTL */
	{ 0xb98a, INTERLOCK,     SIE_EXECUTE,      true  },	/* CSPG */
	{ 0xb98e, INTERLOCK,     SIE_EXECUTE,      true  },	/* IDTE */
	{ 0xb9a0, INSTRUCTION,   SIE_OPERATION,    true  },	/* CLP */
	{ 0xb9a2, INSTRUCTION,   SIE_OPERATION,    true  },	/* PTF */
	{ 0xb9a4, UNKNOWN,       SIE_UVC,          true  },	/* UVC */
	{ 0xb9ab, INSTRUCTION,   SIE_OPERATION,    true  },	/* ESSA */
	{ 0xb9af, INSTRUCTION,   SIE_PFMF,         true  },	/* PFMF */
	{ 0xb9d0, INSTRUCTION,   SIE_OPERATION,    true  },	/* PCISTG */
	{ 0xb9d2, INSTRUCTION,   SIE_OPERATION,    true  },	/* PCILG */
	{ 0xb9d3, INSTRUCTION,   SIE_OPERATION,    true  },	/* RPCIT */
	{ 0xe3d0, INSTRUCTION,   SIE_OPERATION,    true  },	/* MPCIFC */
	{ 0xe3d4, INSTRUCTION,   SIE_OPERATION,    true  },	/* STPCIFC */
	{ 0xe501, INSTRUCTION,   SIE_TPROT,        true  },	/* TPROT */
	{ 0xeb25, STORE_CONTROL, SIE_EXECUTE,      true  },	/* STCTG */
	{ 0xeb2f, LOAD_CONTROL,  SIE_EXECUTE,      true  },	/* LCTLG */
	{ 0xeb60, INSTRUCTION,   SIE_OPERATION,    true  },	/* RIEMIT, RI */
	{ 0xebd0, INSTRUCTION,   SIE_OPERATION,    true  },	/* PCISTB */
	{ 0xebd1, INSTRUCTION,   SIE_OPERATION,    true  },	/* SIC */
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
	int r1 = insn >> 52 & 0xf, r3 = insn >> 48 & 0xf;

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
	switch (sie_external_call(env, env->regs[insn >> 48 & 0xf])) {
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
static const uint8_t *facility_list(CPUS390XState *env)
{
	uint32_t origin = sd_ld32(env, SD_FAC) & 0x7ffffff8;

	if (!s390_uv_allows(origin, FACILITY_LIST_SIZE))
		return NULL;
	return sie_ram(origin, FACILITY_LIST_SIZE);
}

#define FACILITY(n)	(1ull << (63 - (n) % 64))

/*
 * What a protected guest has in its list whatever the host says, by doubleword.
 * It can make ultravisor calls, but not become protected once more. Storage keys
 * were removed. An
 * extended-length SCCB would not fit into the SIDA of one page, and the blocks
 * of PCI instructions do not travel that way at all.
 */
static const struct {
	uint64_t has;
	uint64_t lacks;
} protected_facilities[] = {
	[1] = { .lacks = FACILITY(69) | FACILITY(71) | FACILITY(72) },
	[2] = { .has = FACILITY(158) | FACILITY(169),
		.lacks = FACILITY(161) | FACILITY(140) },
};

/**
 * sie_host_facilities() - what the host provides of the machine's facilities
 * @env: the CPU, about to interpret a protected guest for the first time
 * @list: filled in
 * @count: number of doublewords
 *
 * Return: false if the host's list cannot be read.
 */
bool sie_host_facilities(CPUS390XState *env, uint64_t *list, unsigned int count)
{
	uint8_t machine[FACILITY_LIST_SIZE] = { 0 };
	const uint8_t *from = facility_list(env);
	unsigned int i;

	if (!from)
		return false;
	s390_get_feat_block(S390_FEAT_TYPE_STFL, machine);
	for (i = 0; i < count; i++) {
		list[i] = ldq_be_p(from + i * 8) & ldq_be_p(machine + i * 8);
		if (i < ARRAY_SIZE(protected_facilities))
			list[i] = (list[i] | protected_facilities[i].has) &
				  ~protected_facilities[i].lacks;
	}
	return true;
}

/**
 * sie_facilities() - the facility list of a guest
 * @env: the CPU, interpreting a guest for which the host provides a list
 * @list: filled in
 * @count: number of doublewords
 *
 * A protected guest has what it had at first.
 *
 * Return: false if the host's list cannot be read.
 */
bool sie_facilities(CPUS390XState *env, uint64_t *list, unsigned int count)
{
	const SIEProtected *p = env->sie.protected;
	const uint8_t *from = p ? NULL : facility_list(env);
	const unsigned int kept = GUEST_FACILITIES_END - GUEST_FACILITIES;
	unsigned int i;

	if (!p && !from)
		return false;
	for (i = 0; i < count; i++)
		if (!p)
			list[i] = ldq_be_p(from + i * 8);
		else
			list[i] = i < kept ? sie_protected_kept(p, GUEST_FACILITIES + i) : 0;
	return true;
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

	if (env->sie.protected) {
		sie_protected_insn(env, insn, opcode,
				   line ? line->secure : SIE_OPERATION, GETPC());
		ictl = 0;
		if (action != FACILITIES)
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
		if (env->sie.protected)
			break;
		intercept = !sd_ld32(env, SD_FAC);
		if (!intercept && !facility_list(env)) {
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
	sie_facilities(env, list, have);
	for (i = 0; i < MIN(wanted, have); i++)
		cpu_stq_data_ra(env, addr + i * 8, list[i], ra);
	env->regs[0] = deposit64(env->regs[0], 0, 8, have - 1);
	return wanted >= have ? 0 : 3;
}

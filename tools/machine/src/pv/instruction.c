// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Instructions of a protected guest that do not simply execute. Those that the host
 * emulates are in ask.c and complete.c.
 *
 * To change what happens to one, change its line; to add a kind of action, add it to
 * enum PVAction and to pv_instruction().
 */
#include "qemu/osdep.h"
#include "qemu/units.h"
#include "exec/exec-all.h"
#include "internal.h"

/* Beside what executes; all of these are in sie/intercept.c. */
static const struct {
	uint16_t opcode;
	uint8_t action;
} actions[] = {
	{ 0x0104, PV_CC_3         },	/* PTFF */
	{ 0x8300, PV_DIAGNOSE     },	/* DIAG */
	{ 0xae00, PV_SIGP         },	/* SIGP */
	{ 0xb204, PV_CC_1         },	/* SCK */
	{ 0xb210, PV_SET_PREFIX   },	/* SPX */
	{ 0xb212, PV_CPU_ADDRESS  },	/* STAP */
	{ 0xb214, PV_OPERATION    },	/* SIE */
	{ 0xb220, PV_SERVICE_CALL },	/* SERVC */
	{ 0xb229, PV_INSERT_KEY   },	/* ISKE */
	{ 0xb22a, PV_RESET_KEY    },	/* RRBE */
	{ 0xb22b, PV_SET_KEY      },	/* SSKE */
	{ 0xb230, PV_SERVICE      },	/* CSCH */
	{ 0xb231, PV_SERVICE      },	/* HSCH */
	{ 0xb232, PV_SERVICE      },	/* MSCH */
	{ 0xb233, PV_SERVICE      },	/* SSCH */
	{ 0xb234, PV_SERVICE      },	/* STSCH */
	{ 0xb235, PV_SERVICE      },	/* TSCH */
	{ 0xb236, PV_CC_0         },	/* TPI */
	{ 0xb237, PV_SERVICE      },	/* SAL */
	{ 0xb238, PV_SERVICE      },	/* RSCH */
	{ 0xb239, PV_SERVICE      },	/* STCRW */
	{ 0xb23a, PV_SERVICE      },	/* STCPS */
	{ 0xb23b, PV_SERVICE      },	/* RCHP */
	{ 0xb23c, PV_SERVICE      },	/* SCHM */
	{ 0xb256, PV_STHYI        },	/* STHYI */
	{ 0xb25f, PV_CHSC         },	/* CHSC */
	{ 0xb274, PV_SERVICE      },	/* SIGA */
	{ 0xb276, PV_SERVICE      },	/* XSCH */
	{ 0xb27d, PV_STSI         },	/* STSI */
	{ 0xb2af, PV_OPERATION    },	/* PQAP */
	{ 0xb2b1, PV_STFL         },	/* STFL */
	{ 0xb9a0, PV_OPERATION    },	/* CLP */
	{ 0xb9a2, PV_OPERATION    },	/* PTF */
	{ 0xb9a4, PV_UVC          },	/* UVC */
	{ 0xb9ab, PV_OPERATION    },	/* ESSA */
	{ 0xb9af, PV_PFMF         },	/* PFMF */
	{ 0xb9d0, PV_OPERATION    },	/* PCISTG */
	{ 0xb9d2, PV_OPERATION    },	/* PCILG */
	{ 0xb9d3, PV_OPERATION    },	/* RPCIT */
	{ 0xe3d0, PV_OPERATION    },	/* MPCIFC */
	{ 0xe3d4, PV_OPERATION    },	/* STPCIFC */
	{ 0xe501, PV_TPROT        },	/* TPROT */
	{ 0xeb60, PV_OPERATION    },	/* RIEMIT, RI */
	{ 0xebd0, PV_OPERATION    },	/* PCISTB */
	{ 0xebd1, PV_OPERATION    },	/* SIC */
};

/**
 * pv_action() - what happens to an instruction
 * @opcode: first byte and second part of the opcode
 *
 * What sie/intercept.c does not know of is no instruction at all.
 */
int pv_action(uint16_t opcode)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(actions); i++)
		if (actions[i].opcode == opcode)
			return actions[i].action;
	return sie_intercept_lookup(opcode) ? PV_EXECUTE : PV_OPERATION;
}

/* Nothing is called for an instruction that is not in the other table. */
void pv_check_actions(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(actions); i++)
		g_assert(sie_intercept_lookup(actions[i].opcode));
}

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
		pv_exception(env, insn, PGM_SPECIFICATION);
	pv_probe(env, insn, addr, sizeof(prefix), false,
		 s390x_env_mmu_index(env, false), where, ra);
	if (!pv_copy(env, where, &prefix, sizeof(prefix), false))
		pv_host_fault(env);
	prefix = be32_to_cpu(prefix) & 0x7fffe000;
	for (page = prefix; page < prefix + sizeof(LowCore);
	     page += TARGET_PAGE_SIZE)
		pv_translated(env, insn, sie_stage2(env, page, true, &absolute, &prot));
	area = pv_sida(env, sizeof(prefix));
	if (!area)
		pv_invalid(env, VALIDITY_SIDA);
	stl_be_p(area, prefix);
	env->psa = prefix;
	sie_advance(env, insn);
	pv_notify(env, opcode, 0);
}

/* STORE CPU ADDRESS: the one in the configuration. */
static void store_cpu_address(CPUS390XState *env, uint64_t insn, uintptr_t ra)
{
	uint64_t addr = sie_base_disp(env, insn), where[2] = { 0, 0 };
	uint16_t number = cpu_to_be16(pv_state(env)->state.number);

	if (addr & 1)
		pv_exception(env, insn, PGM_SPECIFICATION);
	pv_probe(env, insn, addr, sizeof(number), true,
		 s390x_env_mmu_index(env, false), where, ra);
	if (!pv_copy(env, where, &number, sizeof(number), true))
		pv_host_fault(env);
	pv_finish(env, insn, -1);
}

/* STORE FACILITY LIST, into the lowcore */
static void store_facility_list(CPUS390XState *env, uint64_t insn)
{
	uint64_t where[2] = { env->psa + offsetof(LowCore, stfl_fac_list), 0 };
	uint64_t list;
	uint32_t first;

	pv_facilities(env, &list, 1);
	first = cpu_to_be32(list >> 32);
	if (!pv_copy(env, where, &first, sizeof(first), true))
		pv_host_fault(env);
	pv_finish(env, insn, -1);
}

/* TEST PROTECTION; storage keys play no part */
static void test_protection(CPUS390XState *env, uint64_t insn)
{
	uint64_t addr = sie_base_disp(env, insn), absolute, teid;
	int idx = s390x_env_mmu_index(env, false) - SIE_MMU_BASE, prot, exc;

	exc = sie_translate(env, addr, MMU_DATA_STORE, idx, &absolute, &prot,
			    &teid);
	if (!exc)
		pv_finish(env, insn, 0);
	if (exc == PGM_PROTECTION)
		exc = sie_translate(env, addr, MMU_DATA_LOAD, idx, &absolute,
				    &prot, &teid);
	if (!exc)
		pv_finish(env, insn, 1);
	if (exc == SIE_HOST_FAULT || exc == PGM_ADDRESSING ||
	    exc == PGM_TRANS_SPEC)
		pv_translated(env, insn, exc);
	pv_finish(env, insn, 3);
}

/* There are no storage keys: they are all zeros, of each page that there is. */
static void check_key_address(CPUS390XState *env, uint64_t insn)
{
	uint64_t addr = sie_address(env, env->regs[sie_rre_r2(insn)]);

	if (mmu_real2abs(env, addr & TARGET_PAGE_MASK) > env->sie.limit - env->sie.mso)
		pv_exception(env, insn, PGM_ADDRESSING);
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
	pv_exception(env, insn, PGM_PROTECTION);
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
		pv_exception(env, insn, PGM_SPECIFICATION);
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
		pv_exception(env, insn, PGM_SPECIFICATION);
	}
	for (; where[0] < end; where[0] += TARGET_PAGE_SIZE) {
		pv_translated(env, insn, sie_stage2(env, where[0], true, &absolute, &prot));
		if (function & PFMF_CLEAR)
			pv_copy(env, where, (void *)zeros, sizeof(zeros), true);
		if ((function & PFMF_FRAME) != PFMF_FRAME_4K)
			*r2 += TARGET_PAGE_SIZE;
	}
	pv_finish(env, insn, -1);
}

/**
 * pv_instruction() - SIEFormat.instruction
 * @env: the CPU; PSW and condition code are stored
 * @insn: the instruction, left-aligned, and SIE_INSN_*
 * @opcode: first byte and second part of the opcode
 * @ra: return address into translated code
 *
 * Returns if the instruction shall execute.
 */
void pv_instruction(CPUS390XState *env, uint64_t insn, uint16_t opcode,
		    uintptr_t ra)
{
	int action = pv_action(opcode);

	switch (action) {
	case PV_EXECUTE:
		return;
	case PV_SERVICE:
	case PV_DIAGNOSE:
	case PV_SERVICE_CALL:
	case PV_CHSC:
	case PV_STSI:
	case PV_STHYI:
		pv_ask(env, insn, opcode, action, ra);
	case PV_SIGP:
		pv_sigp(env, insn);
	case PV_SET_PREFIX:
		set_prefix(env, insn, opcode, ra);
		break;
	case PV_CPU_ADDRESS:
		store_cpu_address(env, insn, ra);
		break;
	case PV_STFL:
		store_facility_list(env, insn);
		break;
	case PV_TPROT:
		test_protection(env, insn);
		break;
	case PV_UVC:
		pv_uvc(env, insn, ra);
	case PV_INSERT_KEY:
		check_key_address(env, insn);
		env->regs[sie_rre_r1(insn)] &= ~0xffull;
		pv_finish(env, insn, -1);
	case PV_SET_KEY:
		check_key_address(env, insn);
		pv_finish(env, insn, -1);
	case PV_RESET_KEY:
		check_key_address(env, insn);
		pv_finish(env, insn, 0);
	case PV_PFMF:
		manage_frames(env, insn);
		break;
	case PV_CC_0:
	case PV_CC_1:
	case PV_CC_3:
		pv_finish(env, insn, action - PV_CC_0);
	default:
		pv_exception(env, insn, PGM_OPERATION);
	}
}

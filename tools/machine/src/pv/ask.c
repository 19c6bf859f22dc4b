// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Instructions of a protected guest that the host emulates: how it is asked.
 *
 * The host gets an instruction text with fixed registers instead of the
 * guest's, the values of just these registers, and the operand in storage by
 * way of the SIDA. The guest's PSW stays where it is; complete.c has the rest.
 */
#include "qemu/osdep.h"
#include "exec/exec-all.h"
#include "hw/s390x/sclp.h"
#include "internal.h"

/* Operands of I/O instructions, bytes. */
#define SCHIB_LEN	52
#define ORB_LEN		32
#define IRB_LEN		64
#define CRW_LEN		4

/* Of a request of CHSC: header, and what the length is a multiple of; bytes. */
#define CHSC_HEADER	16
#define CHSC_UNIT	8

/* Of a subchannel-identification word: must be zeros, must be one. */
#define SCHID_ZEROS	0xfff80000u
#define SCHID_ONE	0x00010000u

#define DIAG_TIME_SLICE_END		0x44
#define DIAG_TIME_SLICE_END_DIRECTED	0x9c
#define DIAG_CONTROL_PROGRAM_CODES	0x318

/* DIAGNOSE 308: subcodes */
#define IPL_CLEAR	0
#define IPL_LOAD_NORMAL	3
#define IPL_SET		5
#define IPL_STORE	6

/* Offset of the response code in a service-call control block. */
#define SCCB_RESPONSE	6
#define SCCB_HEADER	8
#define SCCB_ZEROS	(~0x7ffffff8ull)

static const PVService services[] = {
	/* opcode  in         out        regs schid  has_cc */
	{ 0xb230, 0,         0,         1,   true,  true  },	/* CSCH */
	{ 0xb231, 0,         0,         1,   true,  true  },	/* HSCH */
	{ 0xb232, SCHIB_LEN, 0,         1,   true,  true  },	/* MSCH */
	{ 0xb233, ORB_LEN,   0,         1,   true,  true  },	/* SSCH */
	{ 0xb234, 0,         SCHIB_LEN, 1,   true,  true  },	/* STSCH */
	{ 0xb235, 0,         IRB_LEN,   1,   true,  true  },	/* TSCH */
	{ 0xb237, 0,         0,         1,   false, false },	/* SAL */
	{ 0xb238, 0,         0,         1,   true,  true  },	/* RSCH */
	{ 0xb239, 0,         CRW_LEN,   0,   false, true  },	/* STCRW */
	{ 0xb23a, 0,         0,         0,   false, false },	/* STCPS */
	{ 0xb23b, 0,         0,         1,   false, true  },	/* RCHP */
	{ 0xb23c, 0,         0,         2,   false, false },	/* SCHM */
	{ 0xb274, 0,         0,         0,   false, true  },	/* SIGA */
	{ 0xb276, 0,         0,         1,   true,  true  },	/* XSCH */
};

/* The line of an instruction whose action is PV_SERVICE. */
const PVService *pv_service(uint16_t opcode)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(services); i++)
		if (services[i].opcode == opcode)
			return &services[i];
	g_assert_not_reached();
}

static uint8_t *sida(CPUS390XState *env, unsigned int len)
{
	uint8_t *at = pv_sida(env, len);

	if (!at)
		pv_invalid(env, VALIDITY_SIDA);
	return at;
}

static void fetch(CPUS390XState *env, const uint64_t where[2], void *buf,
		  unsigned int len)
{
	if (!pv_copy(env, where, buf, len, false))
		pv_host_fault(env);
}

/* Remember what the host has to complete. */
static void hold(CPUS390XState *env, uint64_t insn, uint16_t opcode,
		 const uint64_t where[2], unsigned int len)
{
	uint64_t *pending = pv_state(env)->state.pending;

	pending[PENDING_INSN] = insn;
	pending[PENDING_OPERAND] = where[0];
	pending[PENDING_OPERAND_2] = where[1];
	pending[PENDING_REST] = (uint64_t)opcode << 32 | len;
}

static G_NORETURN void ask(CPUS390XState *env, uint16_t ipa, uint32_t ipb)
{
	sd_st16(env, SD_IPA, ipa);
	sd_st32(env, SD_IPB, ipb);
	sie_intercept(env, ICPT_PV_INSTR);
}

static void service(CPUS390XState *env, uint64_t insn, uint16_t opcode,
		    uintptr_t ra)
{
	const PVService *service = pv_service(opcode);
	PVState *p = pv_state(env);
	uint64_t where[2] = { 0, 0 };
	uint64_t addr = sie_base_disp(env, insn);
	unsigned int len = MAX(service->in, service->out), i;

	if (len && (addr & 3))
		pv_exception(env, insn, PGM_SPECIFICATION);
	if (len)
		pv_probe(env, insn, addr, len, service->out,
			 s390x_env_mmu_index(env, false), where, ra);
	if (service->schid &&
	    ((env->regs[1] & SCHID_ZEROS) || !(env->regs[1] & SCHID_ONE)))
		pv_exception(env, insn, PGM_OPERAND);
	if (service->in)
		fetch(env, where, sida(env, service->in), service->in);
	for (i = 1; i <= service->regs; i++)
		p->shown[i] = (uint32_t)env->regs[i];
	hold(env, insn, opcode, where, service->out);
	ask(env, opcode, 0);
}

/*
 * CHANNEL SUBSYSTEM CALL: the response lies behind the request, in its page. The
 * host gets nothing but the request.
 */
static void channel_subsystem_call(CPUS390XState *env, uint64_t insn,
				   uint16_t opcode, uintptr_t ra)
{
	uint64_t addr = sie_address(env, env->regs[sie_rre_r1(insn)]);
	uint8_t block[TARGET_PAGE_SIZE], *area;
	uint64_t where[2] = { 0, 0 };
	uint16_t request;

	if (addr & ~TARGET_PAGE_MASK)
		pv_exception(env, insn, PGM_SPECIFICATION);
	pv_probe(env, insn, addr, TARGET_PAGE_SIZE, true,
		 s390x_env_mmu_index(env, false), where, ra);
	/* At once, as other CPUs of the guest may change it, and the host the area. */
	fetch(env, where, block, sizeof(block));
	request = lduw_be_p(block);
	if (request < CHSC_HEADER || request > sizeof(block) - CHSC_UNIT ||
	    request % CHSC_UNIT)
		pv_exception(env, insn, PGM_OPERAND);
	area = sida(env, sizeof(block));
	memcpy(area, block, request);
	where[0] += request;
	hold(env, insn, opcode, where, TARGET_PAGE_SIZE - request);
	ask(env, opcode, 0);
}

static void store_system_information(CPUS390XState *env, uint64_t insn,
				     uint16_t opcode, uintptr_t ra)
{
	int function = env->regs[0] >> 28 & 0xf;
	uint64_t addr = sie_base_disp(env, insn);
	uint64_t where[2] = { 0, 0 };
	unsigned int len = 0;

	/* The other function codes are none, or have no operand. */
	if ((function >= 1 && function <= 3) || function == 15) {
		len = TARGET_PAGE_SIZE;
		if (addr & ~TARGET_PAGE_MASK)
			pv_exception(env, insn, PGM_SPECIFICATION);
		pv_probe(env, insn, addr, len, true,
			 s390x_env_mmu_index(env, false), where, ra);
	}
	pv_state(env)->shown[0] = (uint32_t)env->regs[0];
	pv_state(env)->shown[1] = (uint32_t)env->regs[1];
	hold(env, insn, opcode, where, len);
	ask(env, opcode, 0);
}

/* STORE HYPERVISOR INFORMATION; shown as STHYI 2,4 */
static void store_hypervisor_information(CPUS390XState *env, uint64_t insn,
					 uint16_t opcode, uintptr_t ra)
{
	int r1 = sie_rre_r1(insn), r2 = sie_rre_r2(insn);
	uint64_t addr = sie_address(env, env->regs[r2]);
	uint64_t where[2] = { 0, 0 };

	if (r1 == r2 || ((r1 | r2) & 1) || (addr & ~TARGET_PAGE_MASK))
		pv_exception(env, insn, PGM_SPECIFICATION);
	pv_probe(env, insn, addr, TARGET_PAGE_SIZE, true,
		 s390x_env_mmu_index(env, false), where, ra);
	pv_state(env)->shown[2] = env->regs[r1];
	hold(env, insn, opcode, where, TARGET_PAGE_SIZE);
	ask(env, opcode, 0x00240000);
}

/*
 * SERVICE CALL, shown as SERVC 2,3. Mistakes that concern the block's address
 * are answered here, as the host does not get to know it. The host is notified
 * of the end in any case: that is when it may interrupt.
 */
static void service_call(CPUS390XState *env, uint64_t insn, uint16_t opcode)
{
	PVState *p = pv_state(env);
	uint64_t where[2] = { env->regs[sie_rre_r2(insn)], 0 };
	uint64_t absolute;
	uint16_t len;
	uint8_t *sccb;
	bool crosses;
	int prot;

	if ((where[0] & SCCB_ZEROS) || where[0] < 2 * TARGET_PAGE_SIZE ||
	    (where[0] & ~0x1fffull) == env->psa)
		pv_exception(env, insn, PGM_SPECIFICATION);
	pv_translated(env, insn, sie_stage2(env, where[0], true, &absolute, &prot));
	sccb = sie_ram(absolute, SCCB_HEADER);
	len = lduw_be_p(sccb);
	if (len < SCCB_HEADER)
		pv_exception(env, insn, PGM_SPECIFICATION);
	crosses = (where[0] & ~TARGET_PAGE_MASK) + len > TARGET_PAGE_SIZE;
	if (!crosses)
		memcpy(sida(env, len), sccb, len);

	if (!uv_sccb_keep(s390_uv, p->cpu, where[0]))
		pv_finish(env, insn, 2);
	if (crosses) {
		uv_sccb_answered(s390_uv, p->cpu);
		stw_be_p(sccb + SCCB_RESPONSE, SCLP_RC_SCCB_BOUNDARY_VIOLATION);
		env->cc_op = 0;
		sie_advance(env, insn);
		pv_notify(env, opcode, 0);
	}
	p->shown[2] = (uint32_t)env->regs[sie_rre_r1(insn)];
	hold(env, insn, opcode, where, len);
	ask(env, opcode, 0x00230000);
}

/* The block of DIAGNOSE 308: a page, at an absolute address. */
static unsigned int ipl_block(CPUS390XState *env, uint64_t insn, uint64_t subcode,
			      uint64_t where[2])
{
	bool store = subcode == IPL_STORE;
	uint64_t absolute;
	uint8_t *block;
	uint32_t len;
	int prot;

	where[0] = env->regs[sie_r1(insn)];
	if (where[0] & ~TARGET_PAGE_MASK)
		pv_exception(env, insn, PGM_SPECIFICATION);
	pv_translated(env, insn, sie_stage2(env, where[0], store, &absolute, &prot));
	if (store)
		return TARGET_PAGE_SIZE;
	block = sie_ram(absolute, TARGET_PAGE_SIZE);
	len = MIN(ldl_be_p(block), TARGET_PAGE_SIZE);
	memcpy(sida(env, TARGET_PAGE_SIZE), block, MAX(len, sizeof(uint32_t)));
	return 0;
}

/* Shown as DIAG 0,2,0(5), whatever its registers are. */
#define DIAGNOSE_IPA	0x8302
#define DIAGNOSE_IPB	0x50000000u

static G_NORETURN void diagnose_notify(CPUS390XState *env, uint64_t insn)
{
	sie_advance(env, insn);
	pv_notify(env, DIAGNOSE_IPA, DIAGNOSE_IPB);
}

/*
 * DIAGNOSE 308. A guest that asks for a reset or a load gets it, or does not run any
 * more: the ultravisor sees to that. What concerns protected guests' images is
 * nothing for a guest that is one already.
 */
static unsigned int ipl(CPUS390XState *env, uint64_t insn, uint64_t where[2])
{
	uint64_t subcode = env->regs[sie_r3(insn)];
	PVState *p = pv_state(env);
	int r1 = sie_r1(insn);

	if (subcode <= IPL_LOAD_NORMAL) {
		uv_guest_reset(s390_uv, p->cpu, subcode == IPL_CLEAR ? UV_RESET_CLEAR :
								       UV_RESET_INITIAL);
	} else if ((r1 & 1) || (subcode != IPL_SET && subcode != IPL_STORE)) {
		pv_exception(env, insn, PGM_SPECIFICATION);
	}
	p->shown[0] = env->regs[r1];
	p->shown[1] = env->regs[r1 | 1];
	p->shown[2] = subcode;
	if (subcode <= IPL_LOAD_NORMAL)
		diagnose_notify(env, insn);
	return ipl_block(env, insn, subcode, where);
}

static void diagnose(CPUS390XState *env, uint64_t insn, uint16_t opcode)
{
	uint16_t code = sie_base_disp(env, insn);
	PVState *p = pv_state(env);
	uint64_t where[2] = { 0, 0 };
	unsigned int len = 0, i;
	int r1 = sie_r1(insn);

	p->shown[5] = code;
	switch (code) {
	case DIAG_TIME_SLICE_END:
		diagnose_notify(env, insn);
	case DIAG_TIME_SLICE_END_DIRECTED:
		p->shown[0] = env->regs[r1];
		diagnose_notify(env, insn);
	case DIAG_IPL:
		len = ipl(env, insn, where);
		break;
	case DIAG_WATCHDOG:
		p->shown[1] = env->regs[(r1 + 1) & 0xf];
		p->shown[2] = env->regs[sie_r3(insn)];
		/* fallthrough */
	case DIAG_CONTROL_PROGRAM_CODES:
		p->shown[0] = env->regs[r1];
		break;
	case DIAG_VIRTIO:
		for (i = 1; i <= 4; i++)
			p->shown[i] = env->regs[i];
		break;
	default:
		pv_exception(env, insn, PGM_SPECIFICATION);
	}
	hold(env, insn, opcode, where, len);
	ask(env, DIAGNOSE_IPA, DIAGNOSE_IPB);
}

/**
 * pv_ask() - let the host emulate an instruction
 * @env: the CPU; PSW and condition code are stored
 * @insn: the instruction, left-aligned, and SIE_INSN_*
 * @opcode: as in the table
 * @action: from the table
 * @ra: return address into translated code
 */
void pv_ask(CPUS390XState *env, uint64_t insn, uint16_t opcode,
	    int action, uintptr_t ra)
{
	switch (action) {
	case PV_DIAGNOSE:
		diagnose(env, insn, opcode);
		break;
	case PV_SERVICE_CALL:
		service_call(env, insn, opcode);
		break;
	case PV_CHSC:
		channel_subsystem_call(env, insn, opcode, ra);
		break;
	case PV_STSI:
		store_system_information(env, insn, opcode, ra);
		break;
	case PV_STHYI:
		store_hypervisor_information(env, insn, opcode, ra);
		break;
	default:
		service(env, insn, opcode, ra);
	}
	/* All of them have left the guest. */
	g_assert_not_reached();
}

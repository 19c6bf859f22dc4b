// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SIE: instructions of a protected guest that the host emulates.
 *
 * The host gets an instruction text with fixed registers instead of the
 * guest's, the values of just these registers, and the operand in storage by
 * way of the SIDA. The guest's PSW stays where it is; when the CPU enters SIE
 * again the instruction is completed with what the host provides, or ends with
 * one of the exceptions that the host may choose.
 */
#include "qemu/osdep.h"
#include "exec/exec-all.h"
#include "hw/s390x/sclp.h"
#include "sie-protected.h"

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
#define DIAG_WATCHDOG			0x288
#define DIAG_IPL			0x308
#define DIAG_CONTROL_PROGRAM_CODES	0x318
#define DIAG_VIRTIO			0x500

/* DIAGNOSE 308: subcodes, and the response that the operation is complete. */
#define IPL_CLEAR	0
#define IPL_LOAD_NORMAL	3
#define IPL_SET		5
#define IPL_STORE	6
#define IPL_OK		1

/* Offset of the response code in a service-call control block. */
#define SCCB_RESPONSE	6
#define SCCB_HEADER	8
#define SCCB_ZEROS	(~0x7ffffff8ull)

/* What an instruction has that is a host's to emulate, by opcode. */
static const struct service {
	uint16_t opcode;
	uint8_t in;		/* bytes of storage that the host gets */
	uint8_t out;		/* bytes that it may provide */
	uint8_t regs;		/* how many registers it gets, from 1 on */
	bool schid;		/* register 1 identifies a subchannel */
	bool has_cc;		/* the host sets the condition code */
} services[] = {
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

static const struct service *find_service(uint16_t opcode)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(services); i++)
		if (services[i].opcode == opcode)
			return &services[i];
	g_assert_not_reached();
}

static uint8_t *sida(CPUS390XState *env, unsigned int len)
{
	uint8_t *at = sie_protected_sida(env, len);

	if (!at)
		sie_protected_invalid(env, VALIDITY_SIDA);
	return at;
}

static void fetch(CPUS390XState *env, const uint64_t where[2], void *buf,
		  unsigned int len)
{
	if (!sie_protected_copy(env, where, buf, len, false))
		sie_protected_host_fault(env);
}

/* Remember what the host has to complete. */
static void hold(CPUS390XState *env, uint64_t insn, uint16_t opcode,
		 const uint64_t where[2], unsigned int len)
{
	uint64_t *pending = env->sie.protected->state.pending;

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
	const struct service *service = find_service(opcode);
	SIEProtected *p = env->sie.protected;
	uint64_t where[2] = { 0, 0 };
	uint64_t addr = sie_base_disp(env, insn);
	unsigned int len = MAX(service->in, service->out), i;

	if (len && (addr & 3))
		sie_protected_exception(env, insn, PGM_SPECIFICATION);
	if (len)
		sie_protected_probe(env, insn, addr, len, service->out,
				    s390x_env_mmu_index(env, false), where, ra);
	if (service->schid &&
	    ((env->regs[1] & SCHID_ZEROS) || !(env->regs[1] & SCHID_ONE)))
		sie_protected_exception(env, insn, PGM_OPERAND);
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
		sie_protected_exception(env, insn, PGM_SPECIFICATION);
	sie_protected_probe(env, insn, addr, TARGET_PAGE_SIZE, true,
			    s390x_env_mmu_index(env, false), where, ra);
	/* At once, as other CPUs of the guest may change it, and the host the area. */
	fetch(env, where, block, sizeof(block));
	request = lduw_be_p(block);
	if (request < CHSC_HEADER || request > sizeof(block) - CHSC_UNIT ||
	    request % CHSC_UNIT)
		sie_protected_exception(env, insn, PGM_OPERAND);
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
			sie_protected_exception(env, insn, PGM_SPECIFICATION);
		sie_protected_probe(env, insn, addr, len, true,
				    s390x_env_mmu_index(env, false), where, ra);
	}
	env->sie.protected->shown[0] = (uint32_t)env->regs[0];
	env->sie.protected->shown[1] = (uint32_t)env->regs[1];
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
		sie_protected_exception(env, insn, PGM_SPECIFICATION);
	sie_protected_probe(env, insn, addr, TARGET_PAGE_SIZE, true,
			    s390x_env_mmu_index(env, false), where, ra);
	env->sie.protected->shown[2] = env->regs[r1];
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
	SIEProtected *p = env->sie.protected;
	uint64_t where[2] = { env->regs[sie_rre_r2(insn)], 0 };
	uint64_t absolute;
	uint16_t len;
	uint8_t *sccb;
	bool crosses;
	int prot;

	if ((where[0] & SCCB_ZEROS) || where[0] < 2 * TARGET_PAGE_SIZE ||
	    (where[0] & ~0x1fffull) == env->psa)
		sie_protected_exception(env, insn, PGM_SPECIFICATION);
	sie_protected_translated(env, insn, sie_stage2(env, where[0], true, &absolute, &prot));
	sccb = sie_ram(absolute, SCCB_HEADER);
	len = lduw_be_p(sccb);
	if (len < SCCB_HEADER)
		sie_protected_exception(env, insn, PGM_SPECIFICATION);
	crosses = (where[0] & ~TARGET_PAGE_MASK) + len > TARGET_PAGE_SIZE;
	if (!crosses)
		memcpy(sida(env, len), sccb, len);

	if (!uv_sccb_keep(s390_uv, p->cpu, where[0]))
		sie_protected_finish(env, insn, 2);
	if (crosses) {
		uv_sccb_answered(s390_uv, p->cpu);
		stw_be_p(sccb + SCCB_RESPONSE, SCLP_RC_SCCB_BOUNDARY_VIOLATION);
		env->cc_op = 0;
		sie_advance(env, insn);
		sie_protected_notify(env, opcode, 0);
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
		sie_protected_exception(env, insn, PGM_SPECIFICATION);
	sie_protected_translated(env, insn, sie_stage2(env, where[0], store, &absolute, &prot));
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
	sie_protected_notify(env, DIAGNOSE_IPA, DIAGNOSE_IPB);
}

/*
 * DIAGNOSE 308. A guest that asks for a reset or a load gets it, or does not run any
 * more: the ultravisor sees to that. What concerns protected guests' images is
 * nothing for a guest that is one already.
 */
static unsigned int ipl(CPUS390XState *env, uint64_t insn, uint64_t where[2])
{
	uint64_t subcode = env->regs[sie_r3(insn)];
	SIEProtected *p = env->sie.protected;
	int r1 = sie_r1(insn);

	if (subcode <= IPL_LOAD_NORMAL) {
		uv_guest_reset(s390_uv, p->cpu, subcode == IPL_CLEAR ? UV_RESET_CLEAR :
								       UV_RESET_INITIAL);
	} else if ((r1 & 1) || (subcode != IPL_SET && subcode != IPL_STORE)) {
		sie_protected_exception(env, insn, PGM_SPECIFICATION);
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
	SIEProtected *p = env->sie.protected;
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
		sie_protected_exception(env, insn, PGM_SPECIFICATION);
	}
	hold(env, insn, opcode, where, len);
	ask(env, DIAGNOSE_IPA, DIAGNOSE_IPB);
}

/**
 * sie_protected_ask() - let the host emulate an instruction
 * @env: the CPU; PSW and condition code are stored
 * @insn: the instruction, left-aligned, and SIE_INSN_*
 * @opcode: as in the table
 * @action: from the table
 * @ra: return address into translated code
 */
void sie_protected_ask(CPUS390XState *env, uint64_t insn, uint16_t opcode,
		       int action, uintptr_t ra)
{
	switch (action) {
	case SIE_DIAGNOSE:
		diagnose(env, insn, opcode);
		break;
	case SIE_SERVICE_CALL:
		service_call(env, insn, opcode);
		break;
	case SIE_CHSC:
		channel_subsystem_call(env, insn, opcode, ra);
		break;
	case SIE_STSI:
		store_system_information(env, insn, opcode, ra);
		break;
	case SIE_STHYI:
		store_hypervisor_information(env, insn, opcode, ra);
		break;
	default:
		service(env, insn, opcode, ra);
	}
	/* All of them have left the guest. */
	g_assert_not_reached();
}

/* Bits of @reg that the host provides as its register @from. */
static void answer_low(CPUS390XState *env, int reg, int from)
{
	env->regs[reg] = deposit64(env->regs[reg], 0, 32,
				   sie_protected_answer(env, from));
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

	switch (sie_intercept_lookup(opcode)->secure) {
	case SIE_SERVICE:
		if (!find_service(opcode)->has_cc)
			return;
		env->cc_op = cc;
		if (cc == 3)
			*len = 0;
		return;
	case SIE_DIAGNOSE:
		code = sie_base_disp(env, insn);
		if (code == DIAG_VIRTIO)
			env->regs[2] = sie_protected_answer(env, 2);
		if (code == DIAG_IPL)
			env->regs[sie_r1(insn) | 1] = sie_protected_answer(env, 1);
		area = *len ? sie_protected_sida(env, *len) : NULL;
		if (sie_protected_answer(env, 1) != IPL_OK)
			*len = 0;
		else if (area)
			*len = MIN(ldl_be_p(area), *len);
		return;
	case SIE_SIGP:
		env->cc_op = cc ? cc : sie_protected_sigp_done(env, insn);
		if (cc == 1)
			answer_low(env, sie_r1(insn), 2);
		return;
	case SIE_SERVICE_CALL:
		env->cc_op = 0;
		*notify = true;
		return;
	case SIE_CHSC:
		env->cc_op = cc;
		/* The request is the guest's; only the response is not. */
		*offset = TARGET_PAGE_SIZE - *len;
		return;
	case SIE_STSI:
		env->cc_op = cc;
		if (cc == 0)
			answer_low(env, 0, 0);
		else
			*len = 0;
		return;
	case SIE_STHYI:
		env->cc_op = cc;
		env->regs[sie_rre_r2(insn) + 1] = sie_protected_answer(env, 5);
		if (cc)
			*len = 0;
		return;
	}
}

/* DIAGNOSE 288, which has no operand exception. */
static bool is_watchdog(CPUS390XState *env, uint64_t insn, uint16_t opcode)
{
	return sie_intercept_lookup(opcode)->secure == SIE_DIAGNOSE &&
	       (uint16_t)sie_base_disp(env, insn) == DIAG_WATCHDOG;
}

/* An exception that the host has chosen instead of completion. */
static bool end_with_exception(CPUS390XState *env, uint64_t insn, uint8_t iictl)
{
	uint64_t *pending = env->sie.protected->state.pending;

	env->int_pgm_code = iictl == IICTL_OPERAND ? PGM_OPERAND :
						     PGM_SPECIFICATION;
	env->int_pgm_ilen = insn & SIE_INSN_LENGTH;
	sie_program_interruption(env);
	if (!env->sie.active)
		return false;
	pending[PENDING_INSN] = 0;
	env->sie.protected->incomplete = false;
	sd_st8(env, SD_IICTL, IICTL_NONE);
	return true;
}

/**
 * sie_protected_complete() - complete the instruction that the host emulated
 * @env: the CPU, whose guest is loaded
 *
 * Nothing of the guest has changed yet when a fault of the host comes between;
 * the host enters again then, with the same answer.
 *
 * Return: false if the CPU left the guest.
 */
bool sie_protected_complete(CPUS390XState *env)
{
	SIEProtected *p = env->sie.protected;
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
		area = sie_protected_sida(env, offset + len);
		if (!area || !sie_protected_copy(env, where, area + offset, len, true)) {
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

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Entering and leaving a protected guest.
 *
 * All registers of the guest live in storage that belongs to the ultravisor
 * and are in CPUArchState only while the guest runs. The host gets its own
 * registers back, and of the guest's what it needs: interruption masks, the
 * clocks, and the operands of an instruction that it has to emulate.
 */
#include "qemu/osdep.h"
#include "exec/exec-all.h"
#include "exec/helper-proto.h"
#include "qemu/module.h"
#include "tcg/s390-tod.h"
#include "internal.h"

/* Interruption subclass masks, and the sign of the clock comparator. */
#define CR0_SHOWN	0x002000000000fff0ull
#define CR6_SHOWN	0x00000000ff000000ull
#define CR14_SHOWN	0x000000001f000000ull

#define PSW_MASK_INTERRUPTIONS	(PSW_MASK_EXT | PSW_MASK_IO | PSW_MASK_MCHECK)

/* Rounds of waiting for somebody who looks at the CPU from outside, see SIGP. */
#define BUSY_ROUNDS	1000
#define BUSY_US		20

static const struct {
	uint8_t nr;
	uint16_t lctl;
	uint64_t mask;
} shown_crs[] = {
	{ 0, 0x8000, CR0_SHOWN },
	{ 6, 0x0200, CR6_SHOWN },
	{ 14, 0x0002, CR14_SHOWN },
};

static enum uv_enter enter(SIEState *sie, PVState *p)
{
	struct uv_guest guest;
	enum uv_enter result = uv_guest_info(s390_uv, p->config, &guest);

	if (result != UV_ENTER_OK)
		return result;
	sie->asce = guest.asce;
	sie->mso = guest.origin;
	sie->limit = guest.origin + guest.len - 1;
	return uv_cpu_enter(s390_uv, p->config, p->cpu, sie->block_addr, &p->state);
}

/*
 * The host sets the clock that the guest begins with, and what it leaves out of
 * the facilities of the machine. From then on both are the ultravisor's, for
 * each CPU that the guest ever has. False if there is no list.
 */
static bool begin_first(CPUS390XState *env, PVState *p)
{
	uint64_t guest[UV_KEPT] = { [GUEST_STARTED] = STARTED };

	if (!pv_host_facilities(env, guest + GUEST_FACILITIES,
				GUEST_FACILITIES_END - GUEST_FACILITIES))
		return false;
	if (sd_ld32(env, SD_ECA) & ECA_VX)
		guest[GUEST_STARTED] |= STARTED_VX;
	guest[GUEST_CLOCK] = sie_clock_base() + sd_ld64(env, SD_EPOCH);
	uv_keep(s390_uv, p->cpu, guest);
	memcpy(p->state.machine + KEPT_OF_GUEST, guest, sizeof(guest));
	return true;
}

static uint64_t tod_units(CPUS390XState *env)
{
	return time2tod(sie_clock(env));
}

/*
 * The CPU timer goes on while the host runs, if the host wants it to: what it offers is
 * what it was shown or less, by no more than has passed since then. A CPU that was reset
 * begins with what the reset left.
 */
static bool timer_fits(CPUS390XState *env, PVState *p)
{
	uint64_t *kept = p->state.machine, offered = sd_ld64(env, SD_CPUTM);
	uint64_t since = tod_units(env) - kept[KEPT_LEFT_AT];

	if (!kept[KEPT_LEFT_AT] || kept[KEPT_TIMER] != p->state.cpu_timer)
		return true;
	if (kept[KEPT_TIMER] - offered > since)
		return false;
	p->state.cpu_timer = offered;
	return true;
}

/* The CPU is not entered, which is an exit all the same. */
static bool give_back(CPUS390XState *env, PVState *p, uint16_t why)
{
	if (p->state.machine[KEPT_LEFT_AT])
		p->state.machine[KEPT_LEFT_AT] = tod_units(env);
	uv_cpu_leave(s390_uv, p->cpu, &p->state);
	explicit_bzero(&p->state, sizeof(p->state));
	sie_validity(env, why);
	return false;
}

/* SIEFormat.begin: take the secure CPU from the ultravisor. */
static bool pv_begin(CPUS390XState *env)
{
	static const uint16_t reason[] = {
		[UV_ENTER_BUSY] = VALIDITY_CPU_BUSY,
		[UV_ENTER_CONFIG] = VALIDITY_CONFIG_HANDLE,
		[UV_ENTER_CPU] = VALIDITY_CPU_HANDLE,
		[UV_ENTER_STATE_DESC] = VALIDITY_OTHER_STATE_DESC,
		[UV_ENTER_NOT_VERIFIED] = VALIDITY_NOT_VERIFIED,
		[UV_ENTER_STOPPED] = VALIDITY_CPU_STOPPED,
		[UV_ENTER_RESET] = VALIDITY_RESET,
	};
	SIEState *sie = &env->sie;
	enum uv_enter result = UV_ENTER_BUSY;
	PVState *p;
	int round;

	if (!s390_uv_present()) {
		sie_validity(env, VALIDITY_FORMAT);
		return false;
	}
	/* The registers that are shown are at a fixed place of the page. */
	if ((sie->block_addr & ~TARGET_PAGE_MASK) ||
	    !sie_ram(sie->block_addr, SD_PROTECTED_SIZE)) {
		sie_validity(env, VALIDITY_ALIGNMENT);
		return false;
	}
	if (!sie->format_state)
		sie->format_state = g_new0(PVState, 1);
	p = sie->format_state;
	p->config = sd_ld64(env, SD_PV_CONFIG);
	p->cpu = sd_ld64(env, SD_PV_CPU);
	for (round = 0; result == UV_ENTER_BUSY && round < BUSY_ROUNDS; round++) {
		if (round)
			g_usleep(BUSY_US);
		result = enter(sie, p);
	}
	if (result != UV_ENTER_OK) {
		sie_validity(env, reason[result]);
		return false;
	}
	/* Even if another one's tables lead to the same pages. */
	if (env->cregs[1] != sie->asce)
		return give_back(env, p, VALIDITY_ASCE);
	if (!timer_fits(env, p))
		return give_back(env, p, VALIDITY_CPU_TIMER);
	if (!pv_kept(p, GUEST_STARTED) && !begin_first(env, p))
		return give_back(env, p, VALIDITY_FACILITIES);
	p->incomplete = false;
	memset(p->shown, 0, sizeof(p->shown));
	sie->handles[0] = p->config;
	sie->handles[1] = p->cpu;
	sie->vx = pv_kept(p, GUEST_STARTED) & STARTED_VX;
	/* Nobody else decides than the guest. */
	sie->iep = s390_has_feat(S390_FEAT_INSTRUCTION_EXEC_PROT);
	return true;
}

/* SIEFormat.load: exchange the host's registers for the guest's. */
static void pv_load(CPUS390XState *env, uint64_t psw[2])
{
	PVState *p = pv_state(env);
	struct uv_cpu_state *state = &p->state;
	unsigned int i;

	memcpy(p->host_regs, env->regs, sizeof(p->host_regs));
	memcpy(p->host_vregs, env->vregs, sizeof(p->host_vregs));
	memcpy(p->host_aregs, env->aregs, sizeof(p->host_aregs));
	p->host_fpc = env->fpc;
	p->host_fpu_status = env->fpu_status;

	memcpy(env->regs, state->gprs, sizeof(env->regs));
	memcpy(env->vregs, state->vrs, sizeof(env->vregs));
	memcpy(env->aregs, state->acrs, sizeof(env->aregs));
	memcpy(env->cregs, state->crs, sizeof(env->cregs));
	helper_sfpc(env, state->fpc);
	env->psa = state->prefix;
	env->gbea = state->gbea;
	env->pp = state->pp;
	env->todpr = state->todpr;
	for (i = 0; i < ARRAY_SIZE(shown_crs); i++)
		p->known_crs[i] = env->cregs[shown_crs[i].nr];

	sie_timers_load(env, pv_kept(p, GUEST_CLOCK), state->clock_comparator,
			state->cpu_timer);
	psw[0] = state->psw_mask;
	psw[1] = state->psw_addr;
}

/* What the host sees in its state description. */
static void show(CPUS390XState *env, const struct uv_cpu_state *state)
{
	PVState *p = pv_state(env);
	uint64_t mask = state->psw_mask & (PSW_MASK_INTERRUPTIONS | PSW_MASK_WAIT);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(shown_crs); i++)
		sd_st64(env, SD_GCR + shown_crs[i].nr * 8,
			state->crs[shown_crs[i].nr] & shown_crs[i].mask);
	sd_st64(env, SD_CKC, state->clock_comparator);
	sd_st64(env, SD_CPUTM, state->cpu_timer);
	/* A CPU in a disabled wait is at its end; the address is the code that says why. */
	sd_st64(env, SD_GPSW + 8, mask == PSW_MASK_WAIT ? state->psw_addr : 0);
	/* No interruption comes between an instruction and its completion. */
	if (state->pending[PENDING_INSN])
		mask = 0;
	/* What the host has provided stays, for the next try. */
	if (p->incomplete) {
		sd_st64(env, SD_GPSW, mask | (sd_ld64(env, SD_GPSW) & PSW_MASK_CC));
		return;
	}
	sd_st64(env, SD_GPSW, mask);
	sd_st64(env, SD_GG14, 0);
	sd_st64(env, SD_GG15, 0);
	for (i = 0; i < 16; i++)
		sd_st64(env, SD_GRREGS + i * 8, i < SHOWN_REGS ? p->shown[i] : 0);
}

/* The guest's registers go to the ultravisor, the host sees what it needs. */
static void give_guest(CPUS390XState *env)
{
	PVState *p = pv_state(env);
	struct uv_cpu_state *state = &p->state;

	memcpy(state->gprs, env->regs, sizeof(state->gprs));
	memcpy(state->vrs, env->vregs, sizeof(state->vrs));
	memcpy(state->acrs, env->aregs, sizeof(state->acrs));
	memcpy(state->crs, env->cregs, sizeof(state->crs));
	state->fpc = env->fpc;
	state->prefix = env->psa;
	state->gbea = env->gbea;
	state->pp = env->pp;
	state->todpr = env->todpr;
	state->psw_mask = s390_cpu_get_psw_mask(env);
	state->psw_addr = env->psw.addr;
	state->cpu_timer = sie_cpu_timer(env);
	state->clock_comparator = env->sie.ckc;
	state->epoch = sie_epoch(env);
	state->machine[KEPT_LEFT_AT] = tod_units(env);
	state->machine[KEPT_TIMER] = state->cpu_timer;
	show(env, state);
	uv_cpu_leave(s390_uv, p->cpu, state);
}

/* SIEFormat.store: the host's registers come back; nothing of the guest stays behind. */
static void pv_store(CPUS390XState *env)
{
	PVState *p = pv_state(env);

	give_guest(env);
	memcpy(env->regs, p->host_regs, sizeof(p->host_regs));
	memcpy(env->vregs, p->host_vregs, sizeof(p->host_vregs));
	memcpy(env->aregs, p->host_aregs, sizeof(p->host_aregs));
	env->fpc = p->host_fpc;
	env->fpu_status = p->host_fpu_status;
	env->cc_src = 0;
	env->cc_dst = 0;
	env->cc_vr = 0;
	env->ex_target = 0;
	memset(env->sie.pgm_info, 0, sizeof(env->sie.pgm_info));
	memset(p, 0, sizeof(*p));
}

/**
 * pv_sida() - the area through which operands travel
 * @env: the CPU, interpreting a protected guest
 * @len: number of bytes that are going to be used
 *
 * Looked up for each use, as the host may give the page away meanwhile.
 *
 * Return: pointer to it; NULL if the host must not touch it either, or if it
 * is shorter.
 */
uint8_t *pv_sida(CPUS390XState *env, size_t len)
{
	uint64_t sidad = sd_ld64(env, SD_SIDAD);
	uint64_t addr = sidad & TARGET_PAGE_MASK;

	if (len > ((sidad & 0xff) + 1) * TARGET_PAGE_SIZE ||
	    !sie_ram(addr, len) || !s390_uv_allows(addr, len))
		return NULL;
	return sie_ram(addr, len);
}

/* A register as the host provides it to complete an instruction. */
uint64_t pv_answer(CPUS390XState *env, int reg)
{
	return sd_ld64(env, SD_GRREGS + reg * 8);
}

/* SIEFormat.opened: machine checks, and the subclasses that the host has named. */
static uint8_t pv_opened(CPUS390XState *env)
{
	PVState *p = pv_state(env);
	uint16_t lctl = sd_ld16(env, SD_LCTL);
	unsigned int i;

	if ((env->psw.mask & PSW_MASK_MCHECK) && (sd_ld32(env, SD_ICTL) & ICTL_LPSW))
		return ICPT_MCHKREQ;
	for (i = 0; i < ARRAY_SIZE(shown_crs); i++)
		if ((lctl & shown_crs[i].lctl) &&
		    ((env->cregs[shown_crs[i].nr] ^ p->known_crs[i]) &
		     shown_crs[i].mask))
			return ICPT_INT_ENABLE;
	return 0;
}

/*
 * Nothing can be done for a guest whose prefix area is not secure: it may be
 * needed at any time. The host is told before it is asked for anything else.
 */
static bool prefix_is_secure(CPUS390XState *env)
{
	uint64_t page, absolute;
	int exc, prot;

	for (page = env->psa; page < env->psa + sizeof(LowCore);
	     page += TARGET_PAGE_SIZE) {
		exc = sie_stage2(env, page, true, &absolute, &prot);
		if (!exc)
			continue;
		if (exc == SIE_HOST_FAULT) {
			sd_st32(env, SD_PREFIX, env->psa |
				(sd_ld32(env, SD_PREFIX) & ~0x7fffe000u));
			sie_set_icpt(env, ICPT_PV_PREF);
		} else {
			sie_validity(env, VALIDITY_PREFIX);
		}
		/* An instruction keeps what the host has provided for it. */
		pv_state(env)->incomplete =
			pv_state(env)->state.pending[PENDING_INSN];
		sie_leave(env, true);
		return false;
	}
	return true;
}

/*
 * A load after a reset of the guest begins with what the guest has at absolute
 * 0, which is in the prefix area, as the CPU was reset. False if it left.
 */
static bool load_short_psw(CPUS390XState *env)
{
	struct uv_cpu_state *state = &pv_state(env)->state;
	uint8_t *lowcore;
	uint64_t psw;

	if (state->start != UV_START_SHORT_PSW)
		return true;
	lowcore = sie_lowcore(env);
	if (!lowcore)
		return false;
	psw = ldq_be_p(lowcore);
	/* Its bit 12 is one where a PSW in registers has a zero. */
	s390_cpu_set_psw(env, (psw & PSW_MASK_SHORT_CTRL) ^ PSW_MASK_SHORTPSW,
			 psw & PSW_MASK_SHORT_ADDR);
	state->start = UV_START_ALLOWED;
	return true;
}

/*
 * SIEFormat.moved: where the CPU ran last is kept by the ultravisor, too, as the host
 * could write anything into its description.
 */
static bool pv_moved(CPUS390XState *env, uint16_t id)
{
	uint64_t *kept = &pv_state(env)->state.machine[KEPT_RAN_ON];
	bool moved = *kept != id;

	*kept = id;
	return moved;
}

/* SIEFormat.access */
static int pv_access(CPUS390XState *env, uint64_t absolute, uint64_t vaddr, bool store,
		     uint64_t *teid)
{
	*teid |= S390_UV_TEID_ADDRESS_VALID;
	return uv_access(s390_uv, absolute, pv_state(env)->config, vaddr, store);
}

/* SIEFormat.resume */
static bool pv_resume(CPUS390XState *env)
{
	return prefix_is_secure(env) && load_short_psw(env) &&
	       pv_complete(env) && pv_inject(env);
}

static const SIEFormat pv_format = {
	.hidden = true,
	.validity = VALIDITY_PROTECTED,
	.begin = pv_begin,
	.load = pv_load,
	.store = pv_store,
	.facilities = pv_facilities,
	.access = pv_access,
	.resume = pv_resume,
	.stops = pv_stops,
	.opened = pv_opened,
	.moved = pv_moved,
	.instruction = pv_instruction,
};

static void pv_register(void)
{
	pv_check_actions();
	sie_add_format(SDF_PROTECTED, &pv_format);
	s390_uv_above.translate_guest_home = pv_home;
}
type_init(pv_register)

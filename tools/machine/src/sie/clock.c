// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SIE: the guest's clocks, and the interruptions that they cause.
 */
#include "qemu/osdep.h"
#include "exec/helper-proto.h"
#include "hw/s390x/tod.h"
#include "tcg/s390-tod.h"
#include "internal.h"

/*
 * Where instructions are counted for time, only an instruction that is marked for
 * it may read the clock, since a block is counted when it begins. A guest is
 * entered and left by any instruction; what is left of the block does not matter.
 */
int64_t sie_clock(CPUS390XState *env)
{
	CPUState *cs = env_cpu(env);
	bool allowed = cs->neg.can_do_io;
	int64_t now;

	cs->neg.can_do_io = true;
	now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
	cs->neg.can_do_io = allowed;
	return now;
}

/* The host's TOD clock when the machine was started, as the host has set it. */
uint64_t sie_clock_base(void)
{
	return s390_get_todstate()->base.low;
}

/*
 * What a guest's TOD clock is ahead of the host's. A hidden guest's does not move
 * when the host sets its own.
 */
uint64_t sie_epoch(CPUS390XState *env)
{
	if (!env->sie.active)
		return 0;
	return env->sie.epoch - (sie_hidden(env) ? sie_clock_base() : 0);
}

static uint64_t guest_tod(CPUS390XState *env)
{
	return sie_clock_base() + sie_epoch(env) + time2tod(sie_clock(env));
}

/* STORE CPU TIMER */
uint64_t sie_cpu_timer(CPUS390XState *env)
{
	return env->sie.cputm - time2tod(sie_clock(env) - env->sie.cputm_base);
}

static bool has_multiple_epochs(CPUS390XState *env)
{
	return !sie_hidden(env) && (sd_ld32(env, SD_ECD) & ECD_MEF);
}

/*
 * STORE CLOCK EXTENDED: @clock, the guest's TOD clock without its last byte,
 * with the epoch index before it. The host is in its first epoch.
 */
uint64_t HELPER(epoch_index)(CPUS390XState *env, uint64_t clock)
{
	uint8_t index;

	if (!env->sie.active || !has_multiple_epochs(env))
		return clock;
	index = sd_ld8(env, SD_EPDX) + (clock < env->sie.epoch >> 8);
	return clock | (uint64_t)index << 56;
}

/* With multiple epochs, the guest may have both taken for signed numbers. */
static bool comparator_is_signed(CPUS390XState *env)
{
	return (env->cregs[0] & CR0_CKC_SIGN) && has_multiple_epochs(env);
}

static bool comparator_passed(CPUS390XState *env)
{
	uint64_t tod = guest_tod(env), sign = 0;

	if (comparator_is_signed(env))
		sign = 1ull << 63;
	return (tod ^ sign) > (env->sie.ckc ^ sign);
}

static bool clock_comparator_due(CPUS390XState *env)
{
	return (env->cregs[0] & CR0_CKC_SC) && comparator_passed(env);
}

static bool cpu_timer_due(CPUS390XState *env)
{
	return (env->cregs[0] & CR0_CPU_TIMER_SC) &&
	       (int64_t)sie_cpu_timer(env) < 0;
}

/* Would a timer interrupt the guest, were its PSW open? */
bool sie_timers_due(CPUS390XState *env)
{
	return clock_comparator_due(env) || cpu_timer_due(env);
}

static void guest_timer_expired(void *opaque)
{
	CPUS390XState *env = opaque;

	qatomic_set(&env->sie.armed, INT64_MAX);
	cpu_interrupt(env_cpu(env), CPU_INTERRUPT_HARD);
}

/*
 * See to it that the CPU is interrupted no later than when a timer of the
 * guest is due.  A QEMU timer that is set already for an earlier time stays:
 * most entries find it so, and setting it wakes the main loop.
 */
static void arm_timer(CPUS390XState *env)
{
	int64_t now = sie_clock(env);
	int64_t when = INT64_MAX;
	uint64_t tod = guest_tod(env);

	if (env->cregs[0] & CR0_CKC_SC) {
		if (comparator_passed(env))
			when = now;
		else if (env->sie.ckc != UINT64_MAX || comparator_is_signed(env))
			when = now + tod2time(env->sie.ckc - tod) + 1;
	}
	if (env->cregs[0] & CR0_CPU_TIMER_SC) {
		int64_t left = sie_cpu_timer(env);

		if (left < 0)
			when = now;
		else
			when = MIN(when, now + (int64_t)tod2time(left) + 1);
	}
	if (when == now) {
		sie_attention(env);
		return;
	}
	/* Overflow: a comparator in the distant future. */
	if (when < now || when >= qatomic_read(&env->sie.armed))
		return;
	if (!env->sie.timer)
		env->sie.timer = timer_new_ns(QEMU_CLOCK_VIRTUAL,
					      guest_timer_expired, env);
	qatomic_set(&env->sie.armed, when);
	timer_mod(env->sie.timer, when);
}

/* The guest's control registers are loaded already. */
void sie_timers_load(CPUS390XState *env, uint64_t epoch, uint64_t ckc,
		     uint64_t cputm)
{
	if (!env->sie.timer)
		env->sie.armed = INT64_MAX;
	env->sie.epoch = epoch;
	env->sie.ckc = ckc;
	sie_set_cpu_timer(env, cputm);
}

/* SET CLOCK COMPARATOR */
void sie_store_clock_comparator(CPUS390XState *env, uint64_t ckc)
{
	env->sie.ckc = ckc;
	arm_timer(env);
}

/* SET CPU TIMER */
void sie_set_cpu_timer(CPUS390XState *env, uint64_t cputm)
{
	env->sie.cputm = cputm;
	env->sie.cputm_base = sie_clock(env);
	arm_timer(env);
}

/**
 * sie_deliver_timer() - interrupt the guest for a timer that is due
 * @env: the CPU, interpreting a guest
 *
 * The interruption is intercepted when the host asked for external
 * interruptions, so that it can decide which comes first (it does not for a
 * hidden guest), and when the new PSW would let it happen again at once.
 *
 * The guest's PSW is open for external interruptions.
 */
void sie_deliver_timer(CPUS390XState *env)
{
	uint16_t code = clock_comparator_due(env) ? EXT_CLOCK_COMP :
						    EXT_CPU_TIMER;
	uint8_t *lowcore = sie_lowcore(env);

	if (!lowcore)
		return;
	if ((ldq_be_p(lowcore + offsetof(LowCore, external_new_psw)) &
	     PSW_MASK_EXT) ||
	    (!sie_hidden(env) && (sd_cpuflags(env) & CPUFLAG_EXT_INT))) {
		sd_st16(env, SD_EIC, code);
		sie_set_icpt(env, ICPT_EXTINT);
		sie_leave(env, true);
		return;
	}
	stw_be_p(lowcore + offsetof(LowCore, ext_int_code), code);
	stw_be_p(lowcore + offsetof(LowCore, cpu_addr), 0);
	sie_swap_psw(env, lowcore, offsetof(LowCore, external_old_psw),
		     offsetof(LowCore, external_new_psw));
}

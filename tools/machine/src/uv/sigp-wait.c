/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SIGP orders that are executed by the addressed CPU's thread.
 *
 * The issuer waits for that thread. If it went on counting as an executing CPU
 * meanwhile, and the other thread (or a third) waited for all CPUs to stop
 * executing (start_exclusive), both would wait for ever. So the issuer stops
 * counting as one. As translated code may then be thrown away, it must not
 * return into it: its state is brought up to date first, and the CPU loop
 * entered anew afterwards, behind the instruction.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "uv.h"
#include "s390x-internal.h"
#include "exec/exec-all.h"

static bool waits(uint8_t order)
{
	switch (order) {
	case SIGP_START:
	case SIGP_STOP:
	case SIGP_RESTART:
	case SIGP_STOP_STORE_STATUS:
	case SIGP_STORE_STATUS_ADDR:
	case SIGP_STORE_ADTL_STATUS:
	case SIGP_SET_PREFIX:
	case SIGP_INITIAL_CPU_RESET:
	case SIGP_CPU_RESET:
		return true;
	default:
		return false;
	}
}

void s390_sigp_wait(CPUS390XState *env, uint8_t order, uint32_t r1, uint32_t r3, uintptr_t ra)
{
	CPUState *cs = env_cpu(env);
	int cc;

	if (!waits(order) || !(cs->tcg_cflags & CF_PARALLEL) || cpu_in_exclusive_context(cs))
		return;
	cpu_restore_state(cs, ra);
	/* Before the order: it may be addressed to this CPU and change the PSW. */
	env->psw.addr += env->int_pgm_ilen;
	bql_lock();
	cpu_exec_end(cs);
	cc = handle_sigp(env, order, r1, r3);
	bql_unlock();
	cpu_exec_start(cs);
	env->cc_op = cc;
	cpu_loop_exit(cs);
}

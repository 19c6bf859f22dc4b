// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Operands of a protected guest's instructions, and how these end when
 * they are interpreted outside of translated code.
 */
#include "qemu/osdep.h"
#include "exec/exec-all.h"
#include "internal.h"

/* The instruction is interpreted; a negative @cc leaves the guest's. */
void pv_finish(CPUS390XState *env, uint64_t insn, int cc)
{
	if (cc >= 0)
		env->cc_op = cc;
	sie_advance(env, insn);
	cpu_loop_exit(env_cpu(env));
}

void pv_exception(CPUS390XState *env, uint64_t insn, int code)
{
	env->int_pgm_ilen = insn & SIE_INSN_LENGTH;
	trigger_pgm_exception(env, code);
	cpu_loop_exit(env_cpu(env));
}

void pv_host_fault(CPUS390XState *env)
{
	sie_leave_host_fault(env);
	cpu_loop_exit(env_cpu(env));
}

void pv_invalid(CPUS390XState *env, uint16_t why)
{
	sie_validity(env, why);
	sie_leave(env, true);
	cpu_loop_exit(env_cpu(env));
}

/* Leaves, or presents the exception, if a translation ended with one. */
void pv_translated(CPUS390XState *env, uint64_t insn, int exc)
{
	if (exc == SIE_HOST_FAULT)
		pv_host_fault(env);
	if (exc)
		pv_exception(env, insn, exc);
}

/**
 * pv_probe() - find an operand that the guest names by its address
 * @env: the CPU, interpreting a protected guest
 * @insn: the instruction
 * @addr: logical address
 * @len: bytes, at most a page
 * @store: whether it is going to be stored into
 * @idx: MMU index of the guest
 * @where: set to the guest absolute addresses of both parts, when it crosses a
 *	page; the second is undefined when it does not
 * @ra: return address into translated code
 *
 * Access exceptions and faults of the host leave from here.
 */
void pv_probe(CPUS390XState *env, uint64_t insn, uint64_t addr,
	      unsigned int len, bool store, int idx, uint64_t where[2],
	      uintptr_t ra)
{
	unsigned int part = MIN(len, -(addr | TARGET_PAGE_MASK)), i;
	uint64_t real, teid;
	int prot;

	for (i = 0; i < 2 && len; i++) {
		if (store)
			probe_write(env, addr, part, idx, ra);
		else
			probe_read(env, addr, part, idx, ra);
		pv_translated(env, insn, sie_translate(env, addr, MMU_S390_LRA,
						       idx - SIE_MMU_BASE, &real,
						       &prot, &teid));
		where[i] = mmu_real2abs(env, real) | (addr & ~TARGET_PAGE_MASK);
		addr = sie_address(env, addr + part);
		len -= part;
		part = len;
	}
}

/**
 * pv_copy() - from or to the guest's storage
 * @env: the CPU, interpreting a protected guest
 * @where: guest absolute addresses, as pv_probe() found them
 * @buf: the other side, which may be any storage
 * @len: bytes, at most a page
 * @store: copy to the guest
 *
 * Return: false after a fault of the host or an address that is no storage of
 * the guest's; nothing was copied, and sie_stage2() has said why.
 */
bool pv_copy(CPUS390XState *env, const uint64_t where[2], void *buf,
	     unsigned int len, bool store)
{
	unsigned int first = MIN(len, -(where[0] | TARGET_PAGE_MASK)), i;
	unsigned int part[2] = { first, len - first };
	uint8_t *at[2] = { NULL, NULL };
	uint64_t absolute;
	int prot;

	for (i = 0; i < 2 && part[i]; i++) {
		if (sie_stage2(env, where[i], store, &absolute, &prot))
			return false;
		at[i] = sie_ram(absolute, part[i]);
		if (store)
			tb_invalidate_phys_range(absolute, absolute + part[i] - 1);
	}
	for (i = 0; i < 2 && part[i]; i++) {
		memcpy(store ? at[i] : buf, store ? buf : at[i], part[i]);
		buf = (uint8_t *)buf + part[i];
	}
	return true;
}

/* Tell the host what is done; it has nothing to add. */
void pv_notify(CPUS390XState *env, uint16_t ipa, uint32_t ipb)
{
	sd_st16(env, SD_IPA, ipa);
	sd_st32(env, SD_IPB, ipb);
	sie_intercept(env, ICPT_PV_NOTIFY);
}

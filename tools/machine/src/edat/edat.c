/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Enhanced-DAT facility 1. QEMU translates by large segments already; here are
 * the two instructions that know of frames, so that the facility can be announced:
 * hosts have transparent huge pages and hugetlbfs then, as on any IBM Z.
 *
 * z/Architecture Principles of Operation, "Perform Frame Management Function" and
 * "Set Storage Key Extended".
 */
#include "qemu/osdep.h"
#include "qemu/units.h"
#include "cpu.h"
#include "s390x-internal.h"
#include "tcg/tcg_s390x.h"
#include "exec/cpu_ldst.h"
#include "exec/cputlb.h"
#include "exec/exec-all.h"
#include "exec/helper-proto.h"
#include "hw/s390x/storage-keys.h"

/* Bits of PFMF's first operand. */
#define PFMF_RESERVED	0xfffc0101u
#define PFMF_SET_KEY	0x00020000u
#define PFMF_CLEAR	0x00010000u
#define PFMF_FRAME	0x00007000u
#define PFMF_FRAME_4K	0x00000000u
#define PFMF_FRAME_1M	0x00001000u

#define KEY_BITS	0xfe

static uint64_t in_mode(const CPUS390XState *env, uint64_t addr)
{
	if (env->psw.mask & PSW_MASK_64)
		return addr;
	return addr & (env->psw.mask & PSW_MASK_32 ? 0x7fffffff : 0x00ffffff);
}

/* The second operand goes to the next page; what the mode does not use stays. */
static void next_page(const CPUS390XState *env, uint64_t *r2)
{
	uint64_t mask = in_mode(env, ~0ull);

	*r2 = (*r2 & ~mask) | ((*r2 + TARGET_PAGE_SIZE) & mask);
}

static void set_key(CPUS390XState *env, uint64_t absolute, uint8_t key, uintptr_t ra)
{
	static S390SKeysState *keys;
	S390SKeysClass *class;

	if (!mmu_absolute_addr_valid(absolute, false))
		tcg_s390_program_interrupt(env, PGM_ADDRESSING, ra);
	if (!keys)
		keys = s390_get_skeys_device();
	class = S390_SKEYS_GET_CLASS(keys);
	if (class->enable_skeys)
		class->enable_skeys(keys);
	key &= KEY_BITS;
	class->set_skeys(keys, absolute / TARGET_PAGE_SIZE, 1, &key);
}

/* Checked as any store is: low-address protection, secure storage. */
static void clear(CPUS390XState *env, uint64_t absolute, uintptr_t ra)
{
	/* Prefixing is its own inverse. */
	uint64_t real = mmu_real2abs(env, absolute), at;
	void *host;

	if (!mmu_absolute_addr_valid(absolute, true))
		tcg_s390_program_interrupt(env, PGM_ADDRESSING, ra);
	host = probe_write(env, real, TARGET_PAGE_SIZE, MMU_REAL_IDX, ra);
	if (host) {
		memset(host, 0, TARGET_PAGE_SIZE);
		return;
	}
	/* Somebody watches the page's content. */
	for (at = 0; at < TARGET_PAGE_SIZE; at += 8)
		cpu_stq_mmuidx_ra(env, real + at, 0, MMU_REAL_IDX, ra);
}

void HELPER(pfmf)(CPUS390XState *env, uint32_t r1, uint32_t r2)
{
	uint32_t function = env->regs[r1];
	uint64_t addr, end;
	bool large;

	if (!s390_has_feat(S390_FEAT_EDAT))
		tcg_s390_program_interrupt(env, PGM_OPERATION, GETPC());
	large = (function & PFMF_FRAME) == PFMF_FRAME_1M;
	if ((function & PFMF_RESERVED) || (!large && (function & PFMF_FRAME) != PFMF_FRAME_4K))
		tcg_s390_program_interrupt(env, PGM_SPECIFICATION, GETPC());

	addr = in_mode(env, env->regs[r2]) & TARGET_PAGE_MASK;
	if (!large)
		addr = mmu_real2abs(env, addr);
	end = large ? (addr | (MiB - 1)) + 1 : addr + TARGET_PAGE_SIZE;
	for (; addr != end; addr += TARGET_PAGE_SIZE) {
		if (function & PFMF_SET_KEY)
			set_key(env, addr, function, GETPC());
		if (function & PFMF_CLEAR)
			clear(env, addr, GETPC());
		/* An exception finds the instruction where it has come to. */
		if (large)
			next_page(env, &env->regs[r2]);
	}
	if (function & PFMF_SET_KEY)
		tlb_flush_all_cpus_synced(env_cpu(env));
}

void HELPER(sske_frame)(CPUS390XState *env, uint32_t r1, uint32_t r2)
{
	uint64_t addr = in_mode(env, env->regs[r2]) & TARGET_PAGE_MASK;
	uint64_t end = (addr | (MiB - 1)) + 1;

	for (; addr != end; addr += TARGET_PAGE_SIZE) {
		set_key(env, addr, env->regs[r1], GETPC());
		next_page(env, &env->regs[r2]);
	}
	tlb_flush_all_cpus_synced(env_cpu(env));
}

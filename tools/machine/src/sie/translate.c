// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SIE: translation of guest addresses.
 *
 * A guest virtual address is translated by the guest's tables (stage 1) to a
 * guest absolute address, which plus the main-storage origin is a virtual
 * address of the host's primary space, translated by the host's tables
 * (stage 2). Entries of stage-1 tables are fetched through stage 2.
 */
#include "qemu/osdep.h"
#include "exec/cputlb.h"
#include "exec/exec-all.h"
#include "uv/uv.h"
#include "internal.h"

/* CR0 bits that translation depends on. */
#define CR0_TRANSLATION	(CR0_LOWPROT | CR0_EDAT | CR0_IEP | CR0_FETCH_PROTECTION_OVERRIDE | \
			 CR0_STORAGE_PROTECTION_OVERRIDE)

static bool is_low_address(uint64_t addr)
{
	return (addr & ~0x1000ull) < 512;
}

/**
 * sie_translate() - translate a guest logical or real address
 * @env: the CPU, interpreting a guest
 * @vaddr: address, wrapped to the addressing mode
 * @access: MMU_DATA_LOAD, MMU_DATA_STORE, MMU_INST_FETCH, or MMU_S390_LRA to
 *          get the guest real address without access checks
 * @idx: MMU_PRIMARY_IDX, MMU_SECONDARY_IDX, MMU_HOME_IDX or MMU_REAL_IDX
 * @absolute: the result, page-aligned
 * @prot: PAGE_* bits for a TLB entry
 * @teid: translation-exception identification of a guest exception
 *
 * Return: 0, the guest's program-interruption code or SIE_HOST_FAULT.
 */
int sie_translate(CPUS390XState *env, uint64_t vaddr, int access, int idx,
		  uint64_t *absolute, int *prot, uint64_t *teid)
{
	static const struct {
		uint8_t cr;
		uint8_t as;
	} space[] = {
		[MMU_PRIMARY_IDX] = { 1, AS_PRIMARY },
		[MMU_SECONDARY_IDX] = { 7, AS_SECONDARY },
		[MMU_HOME_IDX] = { 13, AS_HOME },
	};
	bool dat = idx != MMU_REAL_IDX;
	bool store = access == MMU_DATA_STORE;
	uint64_t asce = dat ? env->cregs[space[idx].cr] : 0;
	uint64_t cr0 = env->cregs[0], page = vaddr & TARGET_PAGE_MASK;
	SIEWalk w = {
		.env = env,
		.edat1 = (cr0 & CR0_EDAT) && s390_has_feat(S390_FEAT_EDAT),
		.iep = (cr0 & CR0_IEP) && env->sie.iep,
		.prot = PAGE_READ | PAGE_WRITE | PAGE_EXEC,
	};
	int exc, host_prot;

	w.edat2 = w.edat1 && s390_has_feat(S390_FEAT_EDAT_2);
	*teid = page | (dat ? space[idx].as : 0) |
		(store ? TEID_STORE : TEID_FETCH);

	/*
	 * Of the protected pages only the first 512 bytes are; have every
	 * store come here.
	 */
	if ((cr0 & CR0_LOWPROT) && is_low_address(page) &&
	    !(dat && (asce & ASCE_PRIVATE_SPACE))) {
		w.prot |= PAGE_WRITE_INV;
		if (store && is_low_address(vaddr)) {
			*teid |= TEID_LOWPROT;
			return PGM_PROTECTION;
		}
	}

	if (dat) {
		exc = sie_walk(&w, asce, page, &page);
		if (exc)
			return exc;
		/* Prefixing is its own inverse: the real address of it. */
		if (w.is_absolute)
			page = mmu_real2abs(env, page);
		if (store && !(w.prot & PAGE_WRITE)) {
			*teid |= TEID_PROTECTED;
			return PGM_PROTECTION;
		}
		if (access == MMU_INST_FETCH && !(w.prot & PAGE_EXEC)) {
			*teid |= TEID_IEP;
			return PGM_PROTECTION;
		}
	}
	*prot = w.prot;
	*absolute = page;
	if (access == MMU_S390_LRA)
		return 0;

	exc = sie_stage2(env, mmu_real2abs(env, page), store, absolute,
			 &host_prot);
	*prot &= host_prot | PAGE_WRITE_INV;
	if (!exc && !s390_key_access(env, vaddr, asce, *absolute, access, prot))
		return PGM_PROTECTION;
	return exc;
}

/* An instruction ends with what sie_translate() or mmu_translate() found. */
void sie_access_exception(CPUS390XState *env, int exc, uint64_t teid,
			  uintptr_t ra)
{
	CPUState *cs = env_cpu(env);

	if (exc == SIE_HOST_FAULT) {
		/* Nullifies the instruction, even one that only probes. */
		cpu_restore_state(cs, ra);
		sie_leave_host_fault(env);
		cpu_loop_exit(cs);
	}
	if (exc != PGM_ADDRESSING)
		s390_set_teid(env, exc, teid);
	/* Unwinding sets the length unless an instruction fetch failed. */
	env->int_pgm_ilen = 2;
	trigger_pgm_exception(env, exc);
	cpu_loop_exit_restore(cs, ra);
}

/* QEMU's TLB asks for an entry; see TCGCPUOps.tlb_fill. */
bool sie_tlb_fill(CPUState *cs, vaddr address, int access, int mmu_idx,
		  bool probe, uintptr_t ra)
{
	CPUS390XState *env = cpu_env(cs);
	uint64_t vaddr = address, absolute, teid;
	int prot, exc;

	if (!(env->psw.mask & PSW_MASK_64))
		vaddr &= 0x7fffffff;
	exc = sie_translate(env, vaddr, access, mmu_idx - SIE_MMU_BASE,
			    &absolute, &prot, &teid);
	if (exc == SIE_HOST_FAULT)
		sie_access_exception(env, exc, teid, ra);

	env->tlb_fill_exc = exc;
	env->tlb_fill_tec = teid;
	if (!exc) {
		mmu_handle_skey(absolute, access, &prot);
		s390_uv_translated(cs, address, absolute);
		tlb_set_page(cs, address & TARGET_PAGE_MASK, absolute, prot,
			     mmu_idx, s390_key_reach(env, vaddr));
		return true;
	}
	if (probe)
		return false;
	sie_access_exception(env, exc, teid, ra);
}

/**
 * sie_load_real_address() - LOAD REAL ADDRESS of a guest
 * @env: the CPU, interpreting a guest
 * @vaddr: address to translate
 * @asc: address-space control, as in the PSW
 * @real: the guest real address, page-aligned
 * @teid: unused by the caller, but set
 * @ra: return address into translated code
 *
 * Does not return if the host has to act first.
 *
 * Return: 0 or the program-interruption code that a translation would give.
 */
int sie_load_real_address(CPUS390XState *env, uint64_t vaddr, uint64_t asc,
			  uint64_t *real, uint64_t *teid, uintptr_t ra)
{
	int idx = MMU_PRIMARY_IDX, prot, exc;

	if (asc == PSW_ASC_SECONDARY)
		idx = MMU_SECONDARY_IDX;
	else if (asc == PSW_ASC_HOME)
		idx = MMU_HOME_IDX;
	exc = sie_translate(env, vaddr, MMU_S390_LRA, idx, real, &prot, teid);
	if (exc == SIE_HOST_FAULT)
		sie_access_exception(env, exc, *teid, ra);
	return exc;
}

/* The control register behind each MMU index, by SIE_SEEN_*. */
static const struct {
	uint8_t nr;
	uint8_t idx;
} space_register[] = {
	[SIE_SEEN_CR1] = { 1, MMU_PRIMARY_IDX },
	[SIE_SEEN_CR7] = { 7, MMU_SECONDARY_IDX },
	[SIE_SEEN_CR13] = { 13, MMU_HOME_IDX },
};

/**
 * sie_flush_stale() - the TLB is going to be used
 * @env: the CPU
 * @used: MMU indexes, as bits
 *
 * Empties those that have entries of another space than their control register
 * now designates.
 */
void sie_flush_stale(CPUS390XState *env, unsigned int used)
{
	typeof(&env->sie.seen[0]) seen = &env->sie.seen[!!env->sie.mmu_base];
	unsigned int map = env->sie.stale & used, i;

	if (!map)
		return;
	for (i = SIE_SEEN_CR1; i < SIE_SEEN_MAX; i++)
		if (map >> env->sie.mmu_base & 1 << space_register[i].idx)
			seen->cr[i] = env->cregs[space_register[i].nr];
	env->sie.stale &= ~map;
	tlb_flush_by_mmuidx(env_cpu(env), map);
}

/* The MMU index of an operand whose space the instruction names. */
int sie_operand_index(CPUS390XState *env, int idx)
{
	idx += env->sie.mmu_base;
	sie_flush_stale(env, 1 << idx);
	return idx;
}

/**
 * sie_cr_flush() - control registers were loaded
 * @env: the CPU
 *
 * TLB entries go when they are in the way of another space's, not before: in
 * the course of a system call, or of an exit from a guest, the primary space
 * changes several times without being used, and is the old one in the end.
 */
void sie_cr_flush(CPUS390XState *env)
{
	typeof(&env->sie.seen[0]) seen = &env->sie.seen[!!env->sie.mmu_base];
	uint64_t cr0 = env->cregs[0] & CR0_TRANSLATION;
	unsigned int bit, i;

	/* CR0 may have let a timer through. */
	if (env->sie.active)
		sie_attention(env);
	if (!seen->valid || cr0 != seen->cr[SIE_SEEN_CR0]) {
		seen->valid = true;
		seen->cr[SIE_SEEN_CR0] = cr0;
		env->sie.stale |= SIE_HOST_IDXMAP << env->sie.mmu_base;
		sie_flush_stale(env, SIE_HOST_IDXMAP << env->sie.mmu_base);
		return;
	}
	for (i = SIE_SEEN_CR1; i < SIE_SEEN_MAX; i++) {
		bit = 1 << (space_register[i].idx + env->sie.mmu_base);
		if (env->cregs[space_register[i].nr] == seen->cr[i])
			env->sie.stale &= ~bit;
		else
			env->sie.stale |= bit;
	}
	sie_flush_stale(env, sie_used_indexes(env));
}

/* PURGE TLB, or INVALIDATE DAT TABLE ENTRY with local clearing. */
void sie_flush(CPUS390XState *env)
{
	if (env->sie.active) {
		tlb_flush_by_mmuidx(env_cpu(env), SIE_GUEST_IDXMAP);
		return;
	}
	tlb_flush(env_cpu(env));
	sie_host_tables_changed(env, true);
}

/* IDTE, COMPARE AND SWAP AND PURGE: clears the TLBs of all CPUs. */
void sie_flush_all_cpus(CPUS390XState *env)
{
	CPUState *cs = env_cpu(env);

	if (env->sie.active) {
		tlb_flush_by_mmuidx_all_cpus_synced(cs, SIE_GUEST_IDXMAP);
		return;
	}
	sie_host_tables_changed(env, false);
	tlb_flush_all_cpus_synced(cs);
}

/**
 * sie_tag_tlb() - keep or drop what the TLB knows of a guest
 * @env: the CPU, about to interpret the guest
 *
 * Entries are good if this CPU was the last to run the state description
 * (which it notes there; software stores 0xffff to have them dropped) and
 * nothing that they depend on changed.  0 is what new descriptions hold, so
 * CPU 0 must not be known by that number.
 */
void sie_tag_tlb(CPUS390XState *env)
{
	uint16_t id = env->core_id + 1;
	bool moved = sd_ld16(env, SD_IHCPU) != id;
	typeof(env->sie.tag) tag;

	memset(&tag, 0, sizeof(tag));
	tag.block_addr = env->sie.block_addr;
	tag.mso = env->sie.mso;
	tag.limit = env->sie.limit;
	tag.prefix = env->psa;
	tag.asce = env->sie.asce;
	memcpy(tag.handles, env->sie.handles, sizeof(tag.handles));
	if (env->sie.format->moved)
		moved |= env->sie.format->moved(env, id);

	if (moved ||
	    memcmp(&tag, &env->sie.tag, sizeof(tag)) != 0) {
		sie_guest_tlb_clear(env);
		env->sie.tag = tag;
		sd_st16(env, SD_IHCPU, id);
	}
	sie_cr_flush(env);
}

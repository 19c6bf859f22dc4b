// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SIE: translation of guest addresses.
 *
 * A guest virtual address is translated by the guest's tables (stage 1) to a
 * guest absolute address, which plus the main-storage origin is a virtual
 * address of the host's primary space, translated by the host's tables
 * (stage 2).  Entries of stage-1 tables are fetched through stage 2.
 *
 * Results of stage 2 are kept in a cache of the CPU, because guests change
 * their own address spaces far more often than the host changes the tables
 * below them.  The cache and the guest's part of the TLB are emptied together
 * when the host invalidates something that they may contain; to tell, each
 * CPU remembers in two small Bloom filters which host page-table entries and
 * which host pages it used since it was emptied last.
 */
#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "exec/exec-all.h"
#include "exec/address-spaces.h"
#include "hw/boards.h"
#include "uv/uv.h"
#include "sie-protected.h"

#define STAGE2_WAYS	1024
#define FILTER_BITS	4096

struct SIEStage2 {
	struct {
		uint64_t guest;		/* guest absolute page | 1: in use */
		uint64_t host;
		uint32_t generation;
		int prot;
	} way[STAGE2_WAYS];
	uint32_t generation;
	unsigned long ptes[BITS_TO_LONGS(FILTER_BITS)];
	unsigned long pages[BITS_TO_LONGS(FILTER_BITS)];
};

/* Everything a walk through one set of tables needs. */
typedef struct SIEWalk {
	CPUS390XState *env;
	bool host;		/* stage 2: tables are at host addresses */
	bool edat1;
	bool edat2;
	bool iep;
	int prot;
} SIEWalk;

/* Bits 2-4 of the exception code's fault indication. */
#define TEID_FETCH	0x800
#define TEID_STORE	0x400
#define TEID_LOWPROT	0x80
#define TEID_PROTECTED	0x04
#define TEID_IEP	0x84

/* CR0 bits that translation depends on. */
#define CR0_TRANSLATION	(CR0_LOWPROT | CR0_EDAT | CR0_IEP)

static unsigned int filter_bit(uint64_t number)
{
	return (number * 0x9e3779b97f4a7c15ull) >> 52;
}

/**
 * sie_ram() - host pointer to main storage of the machine
 * @absolute: absolute address
 * @len: number of bytes that have to be there
 *
 * Storage of the machine is one block that starts at zero.
 *
 * Return: the pointer, or NULL if any byte lies outside.
 */
uint8_t *sie_ram(uint64_t absolute, uint64_t len)
{
	MachineState *ms = current_machine;

	if (absolute >= ms->ram_size || ms->ram_size - absolute < len)
		return NULL;
	return (uint8_t *)memory_region_get_ram_ptr(ms->ram) + absolute;
}

static SIEStage2 *stage2_of(CPUS390XState *env)
{
	if (unlikely(!env->sie.stage2)) {
		SIEStage2 *new = g_new0(SIEStage2, 1);

		new->generation = 1;
		qatomic_store_release(&env->sie.stage2, new);
	}
	return env->sie.stage2;
}

/* Empty the cache and forget what it was made of. */
static void stage2_clear(CPUS390XState *env)
{
	SIEStage2 *s2 = env->sie.stage2;

	if (!s2)
		return;
	if (!++s2->generation) {
		memset(s2->way, 0, sizeof(s2->way));
		s2->generation = 1;
	}
	bitmap_zero(s2->ptes, FILTER_BITS);
	bitmap_zero(s2->pages, FILTER_BITS);
}

static void guest_tlb_clear(CPUS390XState *env)
{
	tlb_flush_by_mmuidx(env_cpu(env), SIE_GUEST_IDXMAP);
	stage2_clear(env);
}

static void guest_tlb_clear_work(CPUState *cs, run_on_cpu_data unused)
{
	guest_tlb_clear(cs->env_ptr);
}

/*
 * Fetch a table entry.  Return 0, the exception of the fetch or
 * SIE_HOST_FAULT.
 */
static int walk_fetch(SIEWalk *w, uint64_t addr, uint64_t *entry)
{
	int unused, exc;

	if (!w->host) {
		exc = sie_stage2(w->env, addr, false, &addr, &unused);
		if (exc)
			return exc;
	}
	if (!sie_ram(addr, sizeof(*entry)))
		return PGM_ADDRESSING;
	if (w->host && !s390_uv_allows(addr, sizeof(*entry)))
		return s390_uv_table_access(addr);
	*entry = be64_to_cpu(qatomic_read((uint64_t *)
					  sie_ram(addr, sizeof(*entry))));
	return 0;
}

/* Translation exceptions by level: segment and the three regions. */
static const uint16_t level_exception[] = {
	PGM_SEGMENT_TRANS, PGM_REG_THIRD_TRANS, PGM_REG_SEC_TRANS,
	PGM_REG_FIRST_TRANS,
};

static unsigned int level_index(uint64_t vaddr, int level)
{
	static const uint8_t shift[] = { 20, 31, 42, 53 };

	return (vaddr >> shift[level]) & 0x7ff;
}

/*
 * Walk from the table that @asce designates to the page of @vaddr, as
 * described for dynamic address translation in the Principles of Operation.
 * w->prot loses what the tables forbid.  Return 0, the program-interruption
 * code or SIE_HOST_FAULT.
 */
static int walk(SIEWalk *w, uint64_t asce, uint64_t vaddr, uint64_t *result)
{
	int level = (asce & ASCE_TYPE_MASK) >> 2;
	int first = 0, last = asce & ASCE_TABLE_LENGTH;
	uint64_t table = asce & ASCE_ORIGIN;
	uint64_t entry, mask;
	int exc;

	if (asce & ASCE_REAL_SPACE) {
		*result = vaddr;
		return 0;
	}
	if (level < 3 && vaddr >> (level * 11 + 31))
		return PGM_ASCE_TYPE;

	for (;; level--) {
		unsigned int index = level_index(vaddr, level);

		/* Tables come in four parts, of which some may be absent. */
		if (index >> 9 < first || index >> 9 > last)
			return level_exception[level];
		exc = walk_fetch(w, table + index * 8, &entry);
		if (exc)
			return exc;
		if (entry & REGION_ENTRY_I)
			return level_exception[level];
		if ((entry & REGION_ENTRY_TT) >> 2 != level)
			return PGM_TRANS_SPEC;
		if ((!level || w->edat1) && (entry & REGION_ENTRY_P))
			w->prot &= ~PAGE_WRITE;

		/* Frames of 1 MiB and 2 GiB end the walk early. */
		if ((!level && w->edat1 && (entry & SEGMENT_ENTRY_FC)) ||
		    (level == 1 && w->edat2 && (entry & REGION3_ENTRY_FC))) {
			mask = level ? REGION3_ENTRY_RFAA : SEGMENT_ENTRY_SFAA;
			if (w->iep && (entry & SEGMENT_ENTRY_IEP))
				w->prot &= ~PAGE_EXEC;
			*result = (entry & mask) | (vaddr & ~mask);
			return 0;
		}
		if (!level)
			break;
		first = (entry & REGION_ENTRY_TF) >> 6;
		last = entry & REGION_ENTRY_TL;
		table = entry & REGION_ENTRY_ORIGIN;
	}
	if ((asce & ASCE_PRIVATE_SPACE) && (entry & SEGMENT_ENTRY_CS))
		return PGM_TRANS_SPEC;

	table = (entry & SEGMENT_ENTRY_ORIGIN) + VADDR_PAGE_TX(vaddr) * 8;
	if (w->host) {
		/*
		 * Known before it is read: a CPU that invalidates the entry
		 * either finds the bit or has its change seen here.
		 */
		set_bit_atomic(filter_bit(table >> 3),
			       stage2_of(w->env)->ptes);
		smp_mb();
	}
	exc = walk_fetch(w, table, &entry);
	if (exc)
		return exc;
	if (entry & PAGE_ENTRY_I)
		return PGM_PAGE_TRANS;
	if (entry & PAGE_ENTRY_0)
		return PGM_TRANS_SPEC;
	if (entry & PAGE_ENTRY_P)
		w->prot &= ~PAGE_WRITE;
	if (w->iep && (entry & PAGE_ENTRY_IEP))
		w->prot &= ~PAGE_EXEC;
	*result = (entry & TARGET_PAGE_MASK) | (vaddr & ~TARGET_PAGE_MASK);
	return 0;
}

static int host_fault(CPUS390XState *env, int code, uint64_t teid)
{
	env->sie.host_fault.code = code;
	env->sie.host_fault.teid = teid;
	return SIE_HOST_FAULT;
}

/**
 * sie_stage2() - translate a guest absolute address
 * @env: the CPU, interpreting a guest
 * @guest: guest absolute address
 * @store: whether the access stores
 * @absolute: the result, an address of the machine
 * @prot: PAGE_* bits that the host's tables allow; loads, stores and fetches
 *        are all allowed unless the page is protected
 *
 * Instruction-execution protection of the host does not apply to guests.
 *
 * Return: 0; PGM_ADDRESSING if the address is outside of the guest's storage;
 * SIE_HOST_FAULT if the host has to act, with env->sie.host_fault filled in.
 */
int sie_stage2(CPUS390XState *env, uint64_t guest, bool store,
	       uint64_t *absolute, int *prot)
{
	SIEStage2 *s2 = stage2_of(env);
	uint64_t page = guest & TARGET_PAGE_MASK;
	uint64_t vaddr, teid, asce = env->sie.host_cregs[1];
	uint64_t cr0 = env->sie.host_cregs[0];
	typeof(&s2->way[0]) way = &s2->way[(guest >> 12) % STAGE2_WAYS];
	SIEWalk w = {
		.env = env,
		.host = true,
		.prot = PAGE_READ | PAGE_WRITE | PAGE_EXEC,
	};
	int exc;

	if (likely(way->guest == (page | 1) &&
		   way->generation == s2->generation &&
		   (!store || (way->prot & PAGE_WRITE)))) {
		*absolute = way->host | (guest & ~TARGET_PAGE_MASK);
		*prot = way->prot;
		return 0;
	}

	vaddr = page + env->sie.mso;
	if (vaddr < page || vaddr > env->sie.limit)
		return PGM_ADDRESSING;
	teid = vaddr | (store ? TEID_STORE : TEID_FETCH);

	/* A protected guest is where its configuration says. */
	if (env->sie.protected)
		asce = env->sie.protected->asce;
	if (env->sie.protected || (env->sie.host_psw_mask & PSW_MASK_DAT)) {
		w.edat1 = (cr0 & CR0_EDAT) && s390_has_feat(S390_FEAT_EDAT);
		w.edat2 = w.edat1 && s390_has_feat(S390_FEAT_EDAT_2);
		exc = walk(&w, asce, vaddr, &vaddr);
		if (exc)
			return host_fault(env, exc, teid);
		if (store && !(w.prot & PAGE_WRITE))
			return host_fault(env, PGM_PROTECTION,
					  teid | TEID_PROTECTED);
	}
	if (!sie_ram(vaddr, TARGET_PAGE_SIZE))
		return host_fault(env, PGM_ADDRESSING, teid);

	set_bit_atomic(filter_bit(vaddr >> 12), s2->pages);
	smp_mb();
	if (env->sie.protected) {
		exc = uv_access(s390_uv, vaddr, env->sie.protected->config,
				page + env->sie.mso, store);
		teid |= S390_UV_TEID_ADDRESS_VALID;
	} else {
		exc = s390_uv_cpu_access(vaddr, store ? MMU_DATA_STORE :
					 MMU_DATA_LOAD, &teid);
	}
	if (exc)
		return host_fault(env, exc, teid);

	way->guest = page | 1;
	way->host = vaddr;
	way->prot = w.prot;
	way->generation = s2->generation;
	*absolute = vaddr | (guest & ~TARGET_PAGE_MASK);
	*prot = w.prot;
	return 0;
}

/**
 * sie_guest_page() - where a page of guest absolute storage is
 * @env: the CPU, interpreting a guest
 * @guest: guest absolute address, page-aligned
 * @store: whether the page will be stored into
 * @exception: if NULL is returned, what sie_stage2() found
 *
 * Return: pointer to the page, good until the CPU runs other code.
 */
uint8_t *sie_guest_page(CPUS390XState *env, uint64_t guest, bool store,
			int *exception)
{
	uint64_t absolute;
	int unused;

	*exception = sie_stage2(env, guest, store, &absolute, &unused);
	return *exception ? NULL : sie_ram(absolute, TARGET_PAGE_SIZE);
}

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
		.iep = (cr0 & CR0_IEP) && (sd_ld8(env, SD_ECB2) & ECB2_IEP),
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
		exc = walk(&w, asce, page, &page);
		if (exc)
			return exc;
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
	return exc;
}

/* QEMU's TLB asks for an entry; see TCGCPUOps.tlb_fill. */
bool sie_tlb_fill(CPUState *cs, vaddr address, int access, int mmu_idx,
		  bool probe, uintptr_t ra)
{
	CPUS390XState *env = cs->env_ptr;
	uint64_t vaddr = address, absolute, teid;
	int prot, exc;

	if (!(env->psw.mask & PSW_MASK_64))
		vaddr &= 0x7fffffff;
	exc = sie_translate(env, vaddr, access, mmu_idx - SIE_MMU_BASE,
			    &absolute, &prot, &teid);
	if (exc == SIE_HOST_FAULT) {
		/* Nullifies the instruction, even one that only probes. */
		cpu_restore_state(cs, ra);
		sie_leave_host_fault(env);
		cpu_loop_exit(cs);
	}

	env->tlb_fill_exc = exc;
	env->tlb_fill_tec = teid;
	if (!exc) {
		mmu_handle_skey(absolute, access, &prot);
		tlb_set_page(cs, address & TARGET_PAGE_MASK, absolute, prot,
			     mmu_idx, TARGET_PAGE_SIZE);
		return true;
	}
	if (probe)
		return false;

	if (exc != PGM_ADDRESSING)
		sie_lowcore_store(env, offsetof(LowCore, trans_exc_code), 8,
				  teid);
	/* Unwinding sets the length unless an instruction fetch failed. */
	env->int_pgm_ilen = 2;
	trigger_pgm_exception(env, exc);
	cpu_loop_exit_restore(cs, ra);
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
	CPUState *cs = env_cpu(env);
	int idx = MMU_PRIMARY_IDX, prot, exc;

	if (asc == PSW_ASC_SECONDARY)
		idx = MMU_SECONDARY_IDX;
	else if (asc == PSW_ASC_HOME)
		idx = MMU_HOME_IDX;
	exc = sie_translate(env, vaddr, MMU_S390_LRA, idx, real, &prot, teid);
	if (exc == SIE_HOST_FAULT) {
		cpu_restore_state(cs, ra);
		sie_leave_host_fault(env);
		cpu_loop_exit(cs);
	}
	return exc;
}

/**
 * sie_cr_flush() - control registers were loaded
 * @env: the CPU
 *
 * TLB entries need not go when a control register gets the value that it
 * already had, nor those of the spaces whose register did not change.
 */
void sie_cr_flush(CPUS390XState *env)
{
	int side = env->sie.mmu_base ? 1 : 0;
	typeof(&env->sie.seen[0]) seen = &env->sie.seen[side];
	uint64_t now[SIE_SEEN_MAX] = {
		[SIE_SEEN_CR0] = env->cregs[0] & CR0_TRANSLATION,
		[SIE_SEEN_CR1] = env->cregs[1],
		[SIE_SEEN_CR7] = env->cregs[7],
		[SIE_SEEN_CR13] = env->cregs[13],
	};
	uint16_t map = 0;

	/* CR0 may have let a timer through. */
	if (env->sie.active)
		sie_attention(env);
	if (!seen->valid || now[SIE_SEEN_CR0] != seen->cr[SIE_SEEN_CR0])
		map = SIE_HOST_IDXMAP;
	if (now[SIE_SEEN_CR1] != seen->cr[SIE_SEEN_CR1])
		map |= 1 << MMU_PRIMARY_IDX;
	if (now[SIE_SEEN_CR7] != seen->cr[SIE_SEEN_CR7])
		map |= 1 << MMU_SECONDARY_IDX;
	if (now[SIE_SEEN_CR13] != seen->cr[SIE_SEEN_CR13])
		map |= 1 << MMU_HOME_IDX;
	if (!map)
		return;
	memcpy(seen->cr, now, sizeof(now));
	seen->valid = true;
	tlb_flush_by_mmuidx(env_cpu(env), map << env->sie.mmu_base);
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
 * sie_host_pte_invalidated() - INVALIDATE PAGE TABLE ENTRY was executed
 * @env: the CPU that executed it
 * @pte: real address of the entry, already invalid
 * @local: whether only this CPU's TLB has to be cleared
 *
 * The instruction names the host's virtual address, which says nothing about
 * guests' addresses of the page.  Work for other CPUs is done before this
 * CPU's next instruction, because the caller then flushes with
 * tlb_flush_page_all_cpus_synced().
 */
void sie_host_pte_invalidated(CPUS390XState *env, uint64_t pte, bool local)
{
	unsigned int bit = filter_bit(mmu_real2abs(env, pte) >> 3);
	CPUState *cs;

	if (env->sie.active)
		return;
	smp_mb();
	CPU_FOREACH(cs) {
		CPUS390XState *other = cs->env_ptr;
		SIEStage2 *s2 = qatomic_load_acquire(&other->sie.stage2);

		if (!s2 || !test_bit(bit, s2->ptes))
			continue;
		if (other == env)
			guest_tlb_clear(env);
		else if (!local)
			async_run_on_cpu(cs, guest_tlb_clear_work,
					 RUN_ON_CPU_NULL);
	}
}

/* The host changed more of its tables than one page-table entry. */
void sie_host_tables_changed(CPUS390XState *env, bool local)
{
	CPUState *cs;

	CPU_FOREACH(cs) {
		CPUS390XState *other = cs->env_ptr;

		if (!qatomic_load_acquire(&other->sie.stage2))
			continue;
		if (other == env)
			guest_tlb_clear(env);
		else if (!local)
			async_run_on_cpu(cs, guest_tlb_clear_work,
					 RUN_ON_CPU_NULL);
	}
}

/*
 * The host gave away the page of a state description that is in use. The CPU
 * goes on with a copy, as what it stores must not get into the page any more.
 */
static void lose_block(SIEState *sie)
{
	uint8_t *page;

	if (!sie->lost_block)
		sie->lost_block = g_malloc(TARGET_PAGE_SIZE);
	page = sie->block - (sie->block_addr & ~TARGET_PAGE_MASK);
	memcpy(sie->lost_block, page, TARGET_PAGE_SIZE);
	page = sie->lost_block + (sie->block_addr & ~TARGET_PAGE_MASK);
	if (sie->poll == sie->block)
		sie->poll = page;
	sie->block = page;
}

/**
 * sie_forget_pages() - pages changed their owner or their protection
 * @pages: absolute addresses
 * @count: how many
 *
 * To be called while no other CPU executes, by somebody who clears the TLBs.
 */
void sie_forget_pages(const uint64_t *pages, size_t count)
{
	CPUState *cs;
	size_t i;

	CPU_FOREACH(cs) {
		CPUS390XState *env = cs->env_ptr;
		SIEStage2 *s2 = env->sie.stage2;

		for (i = 0; env->sie.active && i < count; i++)
			if ((env->sie.block_addr & TARGET_PAGE_MASK) == pages[i])
				lose_block(&env->sie);
		for (i = 0; s2 && i < count; i++) {
			if (test_bit(filter_bit(pages[i] >> 12), s2->pages)) {
				stage2_clear(env);
				break;
			}
		}
	}
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
	typeof(env->sie.tag) tag;

	memset(&tag, 0, sizeof(tag));
	tag.block_addr = env->sie.block_addr;
	tag.mso = env->sie.mso;
	tag.limit = env->sie.limit;
	tag.prefix = env->psa;
	tag.host_asce = env->sie.host_cregs[1];
	if (env->sie.protected) {
		tag.host_asce = env->sie.protected->asce;
		tag.config = env->sie.protected->config;
	}

	if (sd_ld16(env, SD_IHCPU) != id ||
	    memcmp(&tag, &env->sie.tag, sizeof(tag)) != 0) {
		guest_tlb_clear(env);
		env->sie.tag = tag;
		sd_st16(env, SD_IHCPU, id);
	}
	sie_cr_flush(env);
}

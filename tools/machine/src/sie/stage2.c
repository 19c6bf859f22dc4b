// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SIE: stage 2, from guest absolute addresses to storage.
 *
 * Results are kept in a cache of the CPU, because guests change their own
 * address spaces far more often than the host changes the tables below them.
 * The cache and the guest's part of the TLB are emptied together when the host
 * invalidates something that they may contain; to tell, each CPU remembers in
 * two small Bloom filters which host page-table entries and which host pages it
 * used since it was emptied last.
 */
#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "exec/cputlb.h"
#include "exec/exec-all.h"
#include "exec/address-spaces.h"
#include "hw/boards.h"
#include "internal.h"

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

void sie_guest_tlb_clear(CPUS390XState *env)
{
	tlb_flush_by_mmuidx(env_cpu(env), SIE_GUEST_IDXMAP);
	stage2_clear(env);
}

static void guest_tlb_clear_work(CPUState *cs, run_on_cpu_data unused)
{
	sie_guest_tlb_clear(cpu_env(cs));
}

/*
 * A page-table entry of the host is going to be read. Known before it is: a CPU
 * that invalidates the entry either finds the bit or has its change seen.
 */
void sie_stage2_note_entry(CPUS390XState *env, uint64_t entry)
{
	set_bit_atomic(filter_bit(entry >> 3), stage2_of(env)->ptes);
	smp_mb();
}

static int host_fault(CPUS390XState *env, int code, uint64_t teid)
{
	env->sie.host_fault.code = code;
	env->sie.host_fault.teid = teid;
	return SIE_HOST_FAULT;
}

/* The host's tables, below any guest. */
static SIEWalk host_walk(CPUS390XState *env)
{
	bool edat1 = (env->sie.host_cregs[0] & CR0_EDAT) && s390_has_feat(S390_FEAT_EDAT);

	return (SIEWalk) {
		.env = env,
		.host = true,
		.edat1 = edat1,
		.edat2 = edat1 && s390_has_feat(S390_FEAT_EDAT_2),
		.prot = PAGE_READ | PAGE_WRITE | PAGE_EXEC,
	};
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
	uint64_t vaddr, teid;
	typeof(&s2->way[0]) way = &s2->way[(guest >> 12) % STAGE2_WAYS];
	SIEWalk w;
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

	w = host_walk(env);
	exc = sie_walk(&w, env->sie.asce, vaddr, &vaddr);
	if (exc)
		return host_fault(env, exc, teid);
	if (store && !(w.prot & PAGE_WRITE))
		return host_fault(env, PGM_PROTECTION, teid | TEID_PROTECTED);
	if (!sie_ram(vaddr, TARGET_PAGE_SIZE))
		return host_fault(env, PGM_ADDRESSING, teid);

	set_bit_atomic(filter_bit(vaddr >> 12), s2->pages);
	smp_mb();
	exc = env->sie.format->access(env, vaddr, page + env->sie.mso, store, &teid);
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
 * sie_host_entry() - what of the host's tables translates a guest absolute address
 * @env: the CPU, interpreting a guest
 * @guest: guest absolute address
 * @invalid: set if the host has to make the page available
 *
 * Return: address of the entry with PEI_* bits, as a partial-execution interception
 * stores it.
 */
uint64_t sie_host_entry(CPUS390XState *env, uint64_t guest, bool *invalid)
{
	uint64_t vaddr = (guest & TARGET_PAGE_MASK) + env->sie.mso, unused;
	SIEWalk w = host_walk(env);

	*invalid = false;
	if (env->sie.asce & ASCE_REAL_SPACE)
		return vaddr | PEI_REAL_SPACE;
	switch (sie_walk(&w, env->sie.asce, vaddr, &unused)) {
	case PGM_PAGE_TRANS:
	case PGM_SEGMENT_TRANS:
	case PGM_REG_FIRST_TRANS ... PGM_REG_THIRD_TRANS:
		*invalid = true;
	}
	return w.entry | (w.is_page_entry ? 0 : PEI_NO_PAGE_ENTRY) |
	       (w.prot & PAGE_WRITE ? 0 : PEI_PROTECTED);
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

/*
 * The guests' TLB of this CPU is emptied, and of the others if not @local: of those that
 * have read the entry with the filter's bit @entry, or any with NO_ENTRY.
 */
#define NO_ENTRY UINT_MAX
static void guest_tlbs_clear(CPUS390XState *env, bool local, unsigned int entry)
{
	CPUState *cs;

	CPU_FOREACH(cs) {
		CPUS390XState *other = cpu_env(cs);
		SIEStage2 *s2 = qatomic_load_acquire(&other->sie.stage2);

		if (!s2 || (entry != NO_ENTRY && !test_bit(entry, s2->ptes)))
			continue;
		if (other == env)
			sie_guest_tlb_clear(env);
		else if (!local)
			async_run_on_cpu(cs, guest_tlb_clear_work,
					 RUN_ON_CPU_NULL);
	}
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
	if (env->sie.active)
		return;
	smp_mb();
	guest_tlbs_clear(env, local, filter_bit(mmu_real2abs(env, pte) >> 3));
}

/* The host changed more of its tables than one page-table entry. */
void sie_host_tables_changed(CPUS390XState *env, bool local)
{
	guest_tlbs_clear(env, local, NO_ENTRY);
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
		CPUS390XState *env = cpu_env(cs);
		SIEStage2 *s2 = env->sie.stage2;

		for (i = 0; env->sie.active && i < count; i++) {
			if ((env->sie.block_addr & TARGET_PAGE_MASK) == pages[i])
				lose_block(&env->sie);
			/* The count goes with the page. */
			if ((env->sie.interlock & TARGET_PAGE_MASK) == pages[i])
				env->sie.interlock = 0;
		}
		for (i = 0; s2 && i < count; i++) {
			if (test_bit(filter_bit(pages[i] >> 12), s2->pages)) {
				stage2_clear(env);
				break;
			}
		}
	}
}

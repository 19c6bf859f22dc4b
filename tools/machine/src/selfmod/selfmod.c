// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Instructions that store many bytes into code. For these the emulator looks up
 * the page first, by a function that does not know how many bytes it will be, and
 * so throws away only what was translated of the first one. QEMU before 8.0 has
 * that on all hosts: a loader that uses MOVE runs what was there before.
 */
#include "qemu/osdep.h"
#include "cpu.h"
#include "exec/exec-all.h"
#include "exec/cpu_ldst.h"
#include "selfmod/selfmod.h"

/**
 * s390_code_overwritten() - throw away translations of what will be stored into
 * @env: the CPU, with a TLB entry that lets it store
 * @addr: address of the operand, which does not cross a page
 * @size: its length
 * @mmu_idx: its MMU index
 *
 * Only pages with translated code are marked in the TLB.
 */
void s390_code_overwritten(CPUS390XState *env, target_ulong addr, int size,
			   int mmu_idx)
{
	ram_addr_t ram;

	if (likely(!(tlb_addr_write(tlb_entry(env, mmu_idx, addr)) & TLB_NOTDIRTY)))
		return;
	ram = addr + env_tlb(env)->d[mmu_idx]
			     .fulltlb[tlb_index(env, mmu_idx, addr)].xlat_section;
	tb_invalidate_phys_range(ram, ram + size);
}

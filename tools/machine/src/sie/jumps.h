/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cache of jumps: translated code by its virtual address. It holds as long as the TLB
 * entries do by which the code was found. QEMU empties it with any part of the TLB; here an
 * entry counts if the MMU index that it is fetched by was not emptied since, so that a
 * guest's jumps outlive what its host does, and a kernel's the change of a process.
 */
#ifndef TARGET_S390X_SIE_JUMPS_H
#define TARGET_S390X_SIE_JUMPS_H

#include "cpu.h"

/* What marks entries of code that was translated with @flags, beside their address. */
static inline uint64_t sie_jumps_tag(CPUState *cs, uint32_t flags)
{
	int idx = MMU_REAL_IDX;

	if (flags & FLAG_MASK_DAT)
		idx = (flags & FLAG_MASK_ASC) == PSW_ASC_HOME >> FLAG_MASK_PSW_SHIFT ?
		      MMU_HOME_IDX : MMU_PRIMARY_IDX;
	return cpu_env(cs)->sie.jumps[sie_mem_index(flags, idx)];
}

/* MMU indexes that had entries are empty. An index without entries has led to no code. */
static inline void sie_jumps_forget(CPUState *cs, unsigned int indexes)
{
	for (; indexes; indexes &= indexes - 1)
		cpu_env(cs)->sie.jumps[ctz32(indexes)]++;
}

#endif

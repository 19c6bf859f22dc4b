/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TARGET_S390X_SELFMOD_H
#define TARGET_S390X_SELFMOD_H

void s390_code_overwritten(CPUS390XState *env, target_ulong addr, int size,
			   int mmu_idx);

#endif

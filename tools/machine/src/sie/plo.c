// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * PERFORM LOCKED OPERATION, which QEMU lacks, without any function code.
 * KVM's module asks for the codes with the form that only tests.
 */
#include "qemu/osdep.h"
#include "cpu.h"
#include "exec/exec-all.h"
#include "exec/helper-proto.h"
#include "tcg/tcg_s390x.h"

#define PLO_TEST_BIT	0x100

uint32_t HELPER(plo)(CPUS390XState *env)
{
	if (!(env->regs[0] & PLO_TEST_BIT))
		tcg_s390_program_interrupt(env, PGM_SPECIFICATION, GETPC());
	return 3;
}

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stage 2, entry: the PSW in the encrypted header points here, in protected
 * mode, 64-bit, everything disabled.
 */
#include "loader.h"

	.section .start, "ax"
	.globl	stage2_start
stage2_start:
	j	1f
	.org	stage2_start + STAGE2_PARMS
stage2_parms:
	.quad	0, 0, 0, 0, 0, 0, 0, 0	/* struct stage2_parms, filled in by pvimg */
1:	larl	%r15,stack_end-160	/* the ABI's register save area */
	larl	%r2,stage2_parms
	brasl	%r14,stage2_main
	larl	%r1,stage2_parms+48	/* psw_mask, psw_addr */
	lpswe	0(%r1)

	.section .bss
	.balign	8
stack:	.skip	1024
stack_end:

	.section .note.GNU-stack, "", @progbits

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stage 1: DIAGNOSE 0x308.
 */
	.text
/*
 * uint64_t diag308(uint64_t subcode, void *parm): R1 is an even/odd pair, the
 * even register holds the address and the odd one gets the return code.
 */
	.globl	diag308
diag308:
	lgr	%r4,%r3
	lghi	%r5,0
	diag	%r4,%r2,0x308
	lgr	%r2,%r5
	br	%r14

	.section .note.GNU-stack, "", @progbits

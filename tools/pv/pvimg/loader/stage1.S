/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stage 1, entries: how the plain text part of a protected image gets control.
 */
#include "loader.h"

	.section .init, "ax"
	.globl	stage1_init
/*
 * 0x10000: entry for boot loaders that start every image here. The CPU may be
 * in 31-bit mode, and in ESA/390 mode on a machine that still has it.
 */
stage1_init:
	xr	%r0,%r0			/* CPU address */
	lhi	%r1,2			/* z/Architecture, all CPUs */
	sigp	%r1,%r0,0x12		/* set architecture; refused if it is on */
	sam64
	jg	stage1_start

	.section .start, "ax"
	.globl	stage1_start
/* 0x11000: 64-bit entry, named by the PSW at address 0 */
stage1_start:
	j	1f
	.org	stage1_start + STAGE1_PARMS - STAGE1_ENTRY
stage1_parms:
	.quad	0, 0, 0			/* struct stage1_parms, filled in by pvimg */
1:	larl	%r15,stack_end-160	/* the ABI's register save area */
	larl	%r2,stage1_parms
	brasl	%r14,stage1_main
	/* not reached: stage1_main ends in another PSW */
	j	.

	.section .bss
	.balign	8
stack:	.skip	4096
stack_end:

	.section .note.GNU-stack, "", @progbits

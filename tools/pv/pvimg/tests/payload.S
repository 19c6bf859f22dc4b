/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A kernel for the tests of stage 2: it tells what it was given.
 */
	.section .init, "ax"
	.globl	payload_start
payload_start:
	j	1f
	.org	payload_start + 8
	.ascii	"S390EP"
	.org	payload_start + 16
1:	larl	%r15,stack_end-160
	brasl	%r14,payload_main

	.section .parmarea, "aw"
	.globl	parmarea
parmarea:
	.quad	0			/* IPL device */
	.quad	0, 0			/* initial RAM disk: address, size */
	.quad	0, 0, 0
	.quad	4096			/* longest command line with its zero byte */
	.org	parmarea + 0x80
	.asciz	"built in"
	.org	parmarea + 0x1080

	/* More than a page of known contents: was the kernel moved whole? */
	.section .rodata
	.globl	pattern, pattern_end
	.balign	4
pattern:
	.set	i, 0
	.rept	30011
	.long	(i * 0x9e3779b9) & 0xffffffff
	.set	i, i + 1
	.endr
pattern_end:

	.section .bss
	.balign	8
	.skip	4096
stack_end:

	.section .note.GNU-stack, "", @progbits

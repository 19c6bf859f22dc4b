/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The protected guest of the tests looks like a kernel to image tools: entry
 * at 0x10000, a mark, and a parameter area at 0x10400.
 */
#include "protocol.h"

#define SAVE	160			/* the ABI's register save area */
#define EXT_NEW_ADDR	0x1b8		/* address part of the external new PSW */

	.section .init, "ax"
	.globl	guest_start
guest_start:
	j	1f
	.org	guest_start + 8
	.ascii	"S390EP"
	.org	guest_start + 16
1:	larl	%r15,stack_end-SAVE
	lghi	%r2,0
	brasl	%r14,guest_main

	/* The second CPU, started by SIGP */
	.globl	second_start
second_start:
	larl	%r15,second_stack_end-SAVE
	lghi	%r2,1
	brasl	%r14,guest_main

	.section .parmarea, "a"
parmarea:
	.org	parmarea + 0x30
	.quad	4096			/* longest command line with its zero byte */
	.org	parmarea + 0x1080

	.text
/*
 * unsigned long ask_host(unsigned long why, unsigned long cpu)
 * Everything that the host must not see holds HIDDEN_VALUE meanwhile, and has
 * to hold it afterwards.
 */
	.globl	ask_host
ask_host:
	stmg	%r6,%r15,48(%r15)
	lgr	%r4,%r15
	larl	%r1,hidden
	.irp	r, 0, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	lg	%r\r,0(%r1)
	.endr
	ld	%f0,0(%r1)
	ld	%f9,0(%r1)
	lghi	%r1,ASK_FUNCTION
	diag	%r2,%r4,DIAG_ASK
	larl	%r1,hidden
	.irp	r, 0, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	cg	%r\r,0(%r1)
	jne	1f
	.endr
	std	%f0,16(%r4)		/* the caller's frame has room there */
	std	%f9,24(%r4)
	clc	0(8,%r1),16(%r4)
	jne	1f
	clc	0(8,%r1),24(%r4)
	jne	1f
	lgr	%r15,%r4
	lmg	%r6,%r15,48(%r15)
	br	%r14
1:	lghi	%r1,ASK_FUNCTION
	lghi	%r2,WHY_SPOILED
	diag	%r2,%r4,DIAG_ASK
	j	1b

/*
 * void wait_external(void): waits, enabled, for one external interruption.
 * It resumes behind the instruction that loaded the PSW.
 */
	.globl	wait_external
wait_external:
	larl	%r1,1f
	lghi	%r2,EXT_NEW_ADDR
	stg	%r1,0(%r2)
	larl	%r1,enabled_wait
	lpswe	0(%r1)
1:	br	%r14

	.globl	program_entry
program_entry:
	larl	%r15,stack_end-SAVE
	brasl	%r14,program_interruption

	.globl	disabled_wait
disabled_wait:
	larl	%r1,2f
	lpswe	0(%r1)

	.section .rodata
	.balign	8
hidden:	.quad	HIDDEN_VALUE
enabled_wait:
	.quad	0x0102000180000000, 0
2:	.quad	0x0002000180000000, 0xdead

	.section .bss
	.balign	8
	.skip	4096
stack_end:
	.skip	4096
second_stack_end:

	.section .note.GNU-stack, "", @progbits

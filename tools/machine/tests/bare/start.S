/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Start-up of a bare-metal program: stack, new PSWs, main(), and the way back
 * from an expected program interruption.
 *
 * Free bytes of each CPU's prefix area hold what catch() needs:
 * 0xc00 registers 6-15 of the caller, 0xc50 non-zero while catch() is active.
 */
#define SAVED	0xc00
#define CATCHING 0xc50
#define PGM_CODE 0x8e

	.section .init, "ax"
	.globl _start
_start:
	larl	%r15, boot_stack_end
	aghi	%r15, -160
	larl	%r1, new_psws
	mvc	0x1a0(0x60, %r0), 0(%r1)
	lctlg	%c0, %c0, 0(%r0)		/* zeroes: nothing is enabled */
	larl	%r1, control0
	lctlg	%c0, %c0, 0(%r1)
	xc	CATCHING(8, %r0), CATCHING(%r0)
	brasl	%r14, main
	brasl	%r14, finish

/* A second CPU: prefix area and stack of its own, then second_main(). */
second_start:
	larl	%r1, second_prefix
	spx	0(%r1)
	larl	%r1, control0
	lctlg	%c0, %c0, 0(%r1)
	larl	%r15, second_stack_end
	aghi	%r15, -160
	xc	CATCHING(8, %r0), CATCHING(%r0)
	larl	%r1, second_main
	lg	%r1, 0(%r1)
	basr	%r14, %r1
0:	j	0b

	.text
/* unsigned int catch(void (*fn)(void *), void *arg): program interruption or 0 */
	.globl catch
catch:
	stmg	%r6, %r15, SAVED(%r0)
	mvi	CATCHING(%r0), 1
	lgr	%r1, %r2
	lgr	%r2, %r3
	aghi	%r15, -160
	basr	%r14, %r1
	lghi	%r2, 0
caught:
	mvi	CATCHING(%r0), 0
	lmg	%r6, %r15, SAVED(%r0)
	br	%r14

program_interrupt:
	llgh	%r2, PGM_CODE(%r0)
	nill	%r2, 0x7f
	cli	CATCHING(%r0), 0
	jne	caught
	larl	%r15, boot_stack_end
	aghi	%r15, -160
	lg	%r3, 0x158(%r0)
	brasl	%r14, unexpected

	.balign 16
new_psws:			/* restart, external, SVC, program, machine check, I/O */
	.quad	0x0000000180000000, second_start
	.quad	0x0002000180000000, 0xdead1
	.quad	0x0002000180000000, 0xdead2
	.quad	0x0000000180000000, program_interrupt
	.quad	0x0002000180000000, 0xdead4
	.quad	0x0002000180000000, 0xdead5
control0:
	.quad	0x60000		/* AFP registers, vector instructions */
second_prefix:
	.long	second_lowcore

	.globl second_main, second_lowcore
	.bss
	.balign 0x2000
second_lowcore:
	.skip	0x2000
	.skip	0x8000
boot_stack_end:
	.skip	0x4000
second_stack_end:
second_main:
	.skip	8

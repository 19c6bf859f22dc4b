/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stage 1: everything that loads a PSW or has one loaded by an interruption.
 */
#include "loader.h"

/* Lowcore: assigned storage locations, z/Architecture */
#define LC_EXT_CODE		0x86
#define LC_EXT_NEW_PSW		0x1b0
#define LC_PGM_NEW_PSW		0x1d0

#define EXT_SERVICE_SIGNAL	0x2401

	.text
/*
 * void wait_service_signal(void): waits enabled until the service processor
 * has raised its interruption. Every other external interruption is masked
 * off by control register 0; one that comes nevertheless is let pass.
 */
	.globl	wait_service_signal
wait_service_signal:
	larl	%r1,saved_cr0
	stctg	%c0,%c0,0(%r1)
	larl	%r2,service_cr0
	lctlg	%c0,%c0,0(%r2)
	larl	%r3,resume_psw
	larl	%r4,.Lresume
	stg	%r4,8(%r3)
	mvc	LC_EXT_NEW_PSW(16,%r0),0(%r3)
	larl	%r3,wait_psw
.Lwait:	lpswe	0(%r3)
.Lresume:
	llgh	%r4,LC_EXT_CODE(%r0)
	cghi	%r4,EXT_SERVICE_SIGNAL
	jne	.Lwait
	lctlg	%c0,%c0,0(%r1)
	br	%r14

/*
 * void catch_program_checks(void): from now on a program interruption calls
 * stage1_program_check.
 */
	.globl	catch_program_checks
catch_program_checks:
	larl	%r1,check_psw
	larl	%r2,.Lcheck
	stg	%r2,8(%r1)
	mvc	LC_PGM_NEW_PSW(16,%r0),0(%r1)
	br	%r14
.Lcheck:
	larl	%r15,check_stack_end-160
	brasl	%r14,stage1_program_check
	/* falls through should it return */

/* void disabled_wait(void): the machine's way to stop for good */
	.globl	disabled_wait
disabled_wait:
	larl	%r1,stop_psw
	lpswe	0(%r1)

	.data
	.balign	8
resume_psw:
	.quad	PSW_MASK_64, 0
check_psw:
	.quad	PSW_MASK_64, 0
/* enabled for external interruptions (bit 7), waiting (bit 14) */
wait_psw:
	.quad	0x0102000000000000 | PSW_MASK_64, 0
/* waiting with everything disabled; the address marks it as ours */
stop_psw:
	.quad	0x0002000000000000 | PSW_MASK_64, STAGE1_ENTRY
/* bit 54: service signal subclass */
service_cr0:
	.quad	0x200
saved_cr0:
	.quad	0

	.section .bss
	.balign	8
	.skip	2048
check_stack_end:

	.section .note.GNU-stack, "", @progbits

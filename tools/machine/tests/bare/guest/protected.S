/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The protected guest of ../protected.c, a kernel to image tools. It does one
 * thing after the other; what it found it shows by REPORT, in registers 2 to 4.
 */
	.macro	REPORT
	diag	%r0,%r0,0x500
	.endm
	.macro	CC reg
	ipm	\reg
	srl	\reg,28
	llgfr	\reg,\reg
	.endm
	.macro	UVC block
	larl	%r5,\block
	lghi	%r6,0
	.insn	rrf,0xb9a40000,%r6,%r5,0,0
	.endm

	.text
	.org	0x10000
	jg	main
	.org	0x10008
	.ascii	"S390EP"
	.org	0x10430
	.quad	4096			/* longest command line with its zero byte */
	.org	0x11480

main:
	larl	%r1,new_psws
	mvc	0x1a0(0x60,%r0),0(%r1)
	larl	%r1,control0
	lctlg	%c0,%c0,0(%r1)

	/* Nothing of this may be seen, all of it must survive. */
	larl	%r1,hidden
	ld	%f9,0(%r1)
	lam	%a5,%a5,0(%r1)
	lctlg	%c5,%c5,0(%r1)
	.irp	r,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
	lgrl	%r\r,hidden
	.endr
	diag	%r0,%r0,0x44
	.irp	r,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
	clgrl	%r\r,hidden
	jne	spoiled
	.endr
	lgdr	%r2,%f9
	clgrl	%r2,hidden
	jne	spoiled
	ear	%r2,%a5
	clrl	%r2,hidden
	jne	spoiled
	larl	%r1,block
	stctg	%c5,%c5,0(%r1)
	clc	0(8,%r1),hidden-block(%r1)
	jne	spoiled

	/* A subchannel; one that is not there; one that cannot be. */
	lgfi	%r1,0x00010005
	larl	%r2,block
	stsch	0(%r2)
	CC	%r2
	llgfrl	%r3,block
	llgfrl	%r4,block+48
	REPORT
	lgfi	%r1,0x00010006
	larl	%r2,block+1024
	tsch	0(%r2)
	CC	%r2
	llgfrl	%r3,block+1024
	REPORT
	larl	%r2,block
	msch	0(%r2)
	lghi	%r1,5
	larl	%r2,block
	stsch	0(%r2)

	/* What the CPU says of itself */
	larl	%r1,block
	stap	0(%r1)
	llgh	%r2,0(%r1)
	lghi	%r0,3
	stfle	0(%r1)
	lg	%r3,16(%r1)
	tprot	0(%r1),0
	CC	%r4
	REPORT

	/* Another prefix area */
	lgfi	%r5,0x40000
	mvc	0x1a0(0x60,%r5),0x1a0(%r0)
	larl	%r1,prefix
	spx	0(%r1)
	larl	%r1,block
	stpx	0(%r1)
	llgf	%r2,0(%r1)
	REPORT

	/* A service call, and the interruption that ends it */
	larl	%r3,sccb
	lgfi	%r2,0x00760005
	.insn	rre,0xb2200000,%r2,%r3
	CC	%r2
	lgrl	%r3,sccb+8
	REPORT
	larl	%r1,service
	lctlg	%c0,%c0,0(%r1)
	bras	%r14,wait
	bras	%r14,wait

	/* Ultravisor calls: both that need the page, a query, none that there is */
	lgfi	%r1,0x50000
	lgrl	%r2,hidden
	stg	%r2,0(%r1)
	UVC	share
	CC	%r2
	UVC	share_unseen
	CC	%r3
	REPORT
	UVC	query
	CC	%r2
	lgrl	%r3,query+0x10
	UVC	unknown
	llgh	%r4,4(%r5)
	REPORT
	UVC	unshare
	CC	%r2
	REPORT

	/* The clock comparator, enabled: no exit but a report */
	larl	%r1,clock
	lctlg	%c0,%c0,0(%r1)
	stck	8(%r1)
	sckc	8(%r1)
	larl	%r14,1f
	stosm	16(%r1),0x01
0:	j	0b
1:	sckc	24(%r1)

	/* A program new PSW that is none */
	xc	0x1d0(16,%r0),0x1d0(%r0)
	mvi	0x1d0,0xff
	.word	0

spoiled:
	lghi	%r2,0xbad
	REPORT
	j	spoiled

wait:	larl	%r1,enabled_wait
	lpswe	0(%r1)

external:
	llgh	%r2,0x86(%r0)
	llgf	%r3,0x80(%r0)
	larl	%r4,sccb
	REPORT
	br	%r14

program:
	llgh	%r2,0x8e(%r0)
	llgh	%r3,0x8c(%r0)
	REPORT
	lpswe	0x150(%r0)

	.balign	16
new_psws:			/* restart, external, SVC, program, machine check, I/O */
	.quad	0x0000000180000000, spoiled
	.quad	0x0000000180000000, external
	.quad	0x0000000180000000, spoiled
	.quad	0x0000000180000000, program
	.quad	0x0000000180000000, spoiled
	.quad	0x0000000180000000, spoiled
enabled_wait:
	.quad	0x0102000180000000, 0
control0:
	.quad	0x40000			/* AFP registers */
service:
	.quad	0x40200
clock:	.quad	0x40800, 0, 0, -1
prefix:	.long	0x40000
	.balign	8
share:	.short	0x30, 0x1000, 0, 0
	.quad	0, 0, 0, 0x50000, 0
share_unseen:
	.short	0x30, 0x1000, 0, 0
	.quad	0, 0, 0, 0x51000, 0
unshare:
	.short	0x30, 0x1001, 0, 0
	.quad	0, 0, 0, 0x50000, 0
unknown:
	.short	0x30, 0x0200, 0, 0
	.quad	0, 0, 0, 0, 0
query:	.short	0xd8, 0x0001, 0, 0
	.skip	0xd0
sccb:	.short	16
	.skip	6
	.quad	0xa8a9aaabacadaeaf
	.balign	2048
block:	.skip	1536
	.long	0
	.balign	8
hidden:	.quad	0x5ec2e7015ec2e701
	.skip	64

	.section .note.GNU-stack, "", @progbits

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

	/* The host may want a guest that does nothing else. */
	lghi	%r2,0
	lgrl	%r3,witness
	REPORT
	ltgr	%r2,%r2
	jnz	spin

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

	/* A request of CHSC has 16 bytes, or none that there could be */
	lgfi	%r5,0x5a000
	larl	%r1,request
	mvc	0(32,%r5),0(%r1)
	.insn	rre,0xb25f0000,%r5,%r0
	CC	%r2
	lg	%r3,16(%r5)
	REPORT
	.irp	len,0,12,17,4096-7
	mvhhi	0(%r5),\len
	.insn	rre,0xb25f0000,%r5,%r0
	.endr

	/* DIAGNOSE of other kinds */
	lghi	%r6,0x11
	lghi	%r7,0x22
	lghi	%r8,0x33
	diag	%r6,%r0,0x9c
	diag	%r6,%r8,0x288
	diag	%r6,%r0,0x318
	lgfi	%r6,0x5b000
	lghi	%r8,6
	diag	%r6,%r8,0x308
	lgr	%r2,%r7
	lg	%r3,0(%r6)
	lg	%r4,8(%r6)
	REPORT
	lghi	%r8,7
	diag	%r6,%r8,0x308

	/* The clock, twice */
	.rept	2
	larl	%r1,block
	stck	0(%r1)
	lg	%r2,0(%r1)
	REPORT
	.endr

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

	/* Keys of pages that are not there; that low-address protection is respected */
	lgfi	%r5,0x70000000
	iske	%r4,%r5
	sske	%r4,%r5
	rrbe	%r4,%r5
	larl	%r1,low_protection
	lctlg	%c0,%c0,0(%r1)
	lgrl	%r2,hidden
	stg	%r2,0x800(%r0)
	lgfi	%r1,0x10000
	lghi	%r5,0
	pfmf	%r1,%r5
	larl	%r1,control0
	lctlg	%c0,%c0,0(%r1)
	lg	%r2,0x800(%r0)
	lg	%r3,0xa8(%r0)
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

	/* Service calls that are none: the block is too short, the address too long */
	lgfi	%r2,0x00760005
	larl	%r3,short_sccb
	.insn	rre,0xb2200000,%r2,%r3
	larl	%r3,sccb
	iihl	%r3,1
	.insn	rre,0xb2200000,%r2,%r3

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

	/*
	 * Attestation: no request in two pages that were never there. The secret
	 * store, listed into two such pages; locked; then nothing is added any more.
	 */
	UVC	attest
	CC	%r2
	llgh	%r3,4(%r5)
	lgrl	%r4,query+0xe8
	REPORT
	lgfi	%r1,0x57800
	lghi	%r4,-1
	stg	%r4,0(%r1)
	UVC	list
	CC	%r2
	llgh	%r3,4(%r5)
	lg	%r4,0(%r1)
	REPORT
	UVC	retrieve
	llgh	%r2,4(%r5)
	UVC	lock
	llgh	%r3,4(%r5)
	UVC	add
	llgh	%r4,4(%r5)
	REPORT

	/* Another CPU that is stopped: a prefix; its status; more of it */
	lghi	%r6,1
	lgfi	%r5,0x60000
	sigp	%r4,%r6,0x0d(%r0)
	CC	%r2
	lgfi	%r5,0x52000
	sigp	%r4,%r6,0x0e(%r0)
	CC	%r3
	lgfi	%r5,0x52400
	lgrl	%r7,hidden
	stg	%r7,0(%r5)
	sigp	%r4,%r6,0x17(%r0)
	CC	%r4
	rosbg	%r3,%r4,56,59,4
	REPORT
	lgfi	%r5,0x52000
	llgf	%r2,0x118(%r5)
	lg	%r3,0x180(%r5)
	lg	%r4,0x400(%r5)
	REPORT
	/* This CPU runs; another is not there; an area is not; an order is not */
	.irp	what,0x0e0000,0x0e0007,0x010007,0x0e0101,0x170201,0x090001
	lghi	%r4,0
	lghi	%r6,\what & 0xff
	lgfi	%r5,0x52000
	.if	\what & 0x100
	lgfi	%r5,0x70000000
	lghi	%r6,1
	.endif
	.if	\what & 0x200
	aghi	%r5,0x200
	.endif
	sigp	%r4,%r6,\what >> 16(%r0)
	CC	%r2
	lgr	%r3,%r4
	REPORT
	.endr
	lgfi	%r5,0x61000
	llgf	%r2,0x318(%r5)
	REPORT

	/* The other CPU: reset, its prefix; restart; reset; restart */
	lghi	%r6,1
	sigp	%r4,%r6,0x0b(%r0)
	CC	%r2
	lgfi	%r5,0x52000
	sigp	%r4,%r6,0x0e(%r0)
	llgf	%r3,0x118(%r5)
	REPORT
	lgfi	%r5,0x40000		/* absolute address 0 */
	larl	%r1,second_psw
	mvc	0x1a0(16,%r5),0(%r1)
	sigp	%r4,%r6,0x06(%r0)
	sigp	%r4,%r6,0x0c(%r0)
	CC	%r2
	REPORT
	sigp	%r4,%r6,0x06(%r0)
	CC	%r2
	REPORT
	sigp	%r4,%r6,0x09(%r0)
	CC	%r2
	lg	%r3,0x1308(%r5)
	REPORT

	/* Frames of 4 KiB and of 1 MiB are cleared; a reserved bit */
	lgfi	%r5,0x53000
	lgrl	%r2,hidden
	stg	%r2,0xff8(%r5)
	stg	%r2,0x1000(%r5)
	stg	%r2,0x5000(%r5)
	lgfi	%r1,0x10000
	pfmf	%r1,%r5
	lgr	%r4,%r5
	lg	%r2,0xff8(%r5)
	lg	%r3,0x1000(%r5)
	REPORT
	lgfi	%r1,0x11000
	lgfi	%r5,0x54000
	pfmf	%r1,%r5
	lgr	%r4,%r5
	lgfi	%r5,0x54000
	lg	%r2,0(%r5)
	lg	%r3,0x4000(%r5)
	REPORT
	lgfi	%r1,0x10001
	pfmf	%r1,%r5

	/* A machine check, when everything is open for it */
	bras	%r14,wait_for_mcheck
	larl	%r1,reports
	lctlg	%c14,%c14,0(%r1)
	lghi	%r4,0x777
	bras	%r14,wait_for_mcheck

	/* The clock comparator, enabled: no exit but a report */
	larl	%r1,clock
	lctlg	%c0,%c0,0(%r1)
	stck	8(%r1)
	sckc	8(%r1)
	larl	%r14,1f
	stosm	16(%r1),0x01
0:	j	0b
1:	sckc	24(%r1)

	/* Where it begins after a reset: absolute address 0 */
	lgfi	%r5,0x40000
	larl	%r1,short_psw
	mvc	0(8,%r5),0(%r1)

	/* A program new PSW that is none */
	xc	0x1d0(16,%r0),0x1d0(%r0)
	mvi	0x1d0,0xff
	.word	0

spoiled:
	lghi	%r2,0xbad
	REPORT
	j	spoiled

again:	lghi	%r2,0x308
	REPORT
	lghi	%r2,0x309
	REPORT
	lgrl	%r3,resets
	la	%r1,1(%r3)
	stgrl	%r1,resets
	diag	%r2,%r3,0x308
	j	spoiled

second_cpu:
	lghi	%r0,3
	larl	%r1,second_facilities
	stfle	0(%r1)
	lg	%r3,16(%r1)
	lghi	%r2,0x222
	REPORT
	larl	%r1,disabled_wait
	lpswe	0(%r1)

spin:	larl	%r1,hidden
	ld	%f9,0(%r1)
	lctlg	%c5,%c5,0(%r1)
	.irp	r,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
	lgrl	%r\r,hidden
	.endr
0:	j	0b

wait:	larl	%r1,enabled_wait
	lpswe	0(%r1)

wait_for_mcheck:
	larl	%r1,mcheck_wait
	lpswe	0(%r1)

	/* The code; registers 4 of then, and the new prefix area's */
machine_check:
	lg	%r2,0xe8(%r0)
	lg	%r3,0x1280+32(%r0)
	llgf	%r4,0x1318(%r0)
	REPORT
	br	%r14

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
	.quad	0x0000000180000000, machine_check
	.quad	0x0000000180000000, spoiled
short_psw:
	.long	0x00080000, 0x80000000 + again
second_psw:
	.quad	0x0000000180000000, second_cpu
enabled_wait:
	.quad	0x0102000180000000, 0
disabled_wait:
	.quad	0x0002000180000000, 0x2fff
mcheck_wait:
	.quad	0x0006000180000000, 0
reports:
	.quad	0x10000000		/* channel reports */
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
query:	.short	0x120, 0x0001, 0, 0
	.skip	0x118
attest:	.short	0x188, 0x1020, 0, 0
	.quad	0, 0, 0x55ff0
	.skip	0x180 - 0x18
list:	.short	0x48, 0x1033, 0, 0
	.quad	0, 0, 0, 0x57800, 0, 0, 0, 0
lock:	.short	0x40, 0x1034, 0, 0
	.quad	0, 0, 0, 0, 0, 0, 0
add:	.short	0x48, 0x1031, 0, 0
	.quad	0, 0, 0, 0x55ff0, 0, 0, 0, 0
retrieve:
	.short	0x48, 0x1035, 0, 0
	.quad	0, 0, 0, 0x58000, 0, 0, 0, 0
short_sccb:
	.short	7, 0, 0, 0
low_protection:
	.quad	0x10040000		/* AFP registers, low-address protection */
sccb:	.short	16
	.skip	6
	.quad	0xa8a9aaabacadaeaf
	.balign	2048
block:	.skip	1536
	.long	0
	.balign	8
hidden:	.quad	0x5ec2e7015ec2e701
	.skip	64
request:
	.short	16, 0x0010, 0, 0
	.quad	0
	.quad	0x5ec2e7015ec2e701, 0x5ec2e7015ec2e701
second_facilities:
	.skip	32
resets:	.quad	0

	/* The first doubleword of a page; its frame has a life of its own in interlock.c */
	.org	0x13000
witness:
	.quad	0x5ec2e7015ec2e701
	.skip	4088

	.section .note.GNU-stack, "", @progbits

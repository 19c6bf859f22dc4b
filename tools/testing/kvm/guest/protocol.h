/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the protected guest of the tests and the program that runs it agree on.
 * The guest asks for an order with DIAGNOSE 0x500, carries it out, leaves the
 * result in the shared page and asks again.
 */
#ifndef GUEST_PROTOCOL_H
#define GUEST_PROTOCOL_H

/* Guest absolute addresses; the image lies below the first of them. */
#define GUEST_SHARED	0x400000	/* struct shared, shared from the beginning */
#define GUEST_BUFFER	0x401000	/* shared, too: what STSI and SERVC brought */
#define GUEST_LOWCORE	0x600000	/* prefix area of the second CPU */
#define GUEST_PRIVATE	0x700000	/* from here on pages are free for orders */
#define GUEST_SIZE	0x1000000
#define GUEST_CPUS	2

#define GUEST_ALIVE	0x616c697665UL	/* shared.alive, once the guest is there */

/* DIAGNOSE 0x500: GR1 is none of KVM's own functions, GR2 why, GR3 which CPU */
#define DIAG_ASK	0x500
#define ASK_FUNCTION	0x6f75
#define WHY_ORDER	1	/* the order before is done, GR2 brings the next */
#define WHY_SPOILED	2	/* registers have changed over an exit */
#define WHY_PROGRAM	3	/* program interruption; result has its code */

/* No register that the host may not see ever holds anything else at an exit. */
#define HIDDEN_VALUE	0x5ec0ded5ec0ded5e

/* Subclasses of external interruptions in CR0 */
#define SUBCLASS_EMERGENCY	0x4000UL
#define SUBCLASS_CALL		0x2000UL
#define SUBCLASS_CLOCK		0x800UL
#define SUBCLASS_TIMER		0x400UL
#define SUBCLASS_SERVICE	0x200UL

#ifndef __ASSEMBLER__
/* Orders; arguments are in shared.cpu[].arg, results in shared.cpu[].result */
enum {
	ORDER_NONE,		/* ask again */
	ORDER_FILL,		/* arg: address, seed */
	ORDER_COMPARE,		/* arg: address, seed; result: doublewords that differ */
	ORDER_TOUCH,		/* arg: address, pages to store into, pages from one to the next */
	ORDER_SHARE,		/* arg: address; result: cc, rc */
	ORDER_UNSHARE,		/* arg: address; result: cc, rc */
	ORDER_STSI,		/* 3.2.2; result: cc; data in GUEST_BUFFER */
	ORDER_SERVC,		/* arg: command; result: cc; block in GUEST_BUFFER */
	ORDER_EXTERNAL,		/* arg: subclasses in CR0; result: parameter, CPU, code */
	ORDER_CLOCK,		/* arg: microseconds; as ORDER_EXTERNAL, and how late */
	ORDER_TIMER,		/* arg: microseconds; as ORDER_EXTERNAL */
	ORDER_SIGP,		/* arg: CPU, order, parameter; result: cc, status */
	ORDER_SPIN,		/* count in result[0] until arg[0] is not zero */
	ORDER_BREAK,		/* a program interruption */
	ORDER_END,		/* disabled wait */
};

struct shared {
	unsigned long alive;
	unsigned long share_rc;	/* what sharing this very page answered */
	struct {
		volatile unsigned long arg[4];
		volatile unsigned long result[4];
	} cpu[GUEST_CPUS];
};
#endif

#endif /* GUEST_PROTOCOL_H */

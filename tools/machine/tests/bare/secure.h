/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A protected guest, which guest/protected.S is; its image lies at IMAGE. It has
 * two CPUs, of which one does not do much.
 */
#ifndef SECURE_H
#define SECURE_H

#include "uvc.h"

#define IMAGE		0x4000000ul
/* A doubleword: the guest's storage origin, if the machine was told one. */
#define ORIGIN		(IMAGE - 8)

/* In the arena, besides what uvc.c has there. */
#define SD		(ARENA + 8 * PAGE)
#define SIDA		(ARENA + 9 * PAGE)
#define CPU_STORAGE	(ARENA + 10 * PAGE)
#define OTHER_SD	(ARENA + 12 * PAGE)
#define SECOND_SD	(ARENA + 13 * PAGE)
#define SECOND_STORAGE	(ARENA + 14 * PAGE)
/* Of another configuration, or tables of the host's own */
#define OTHER_TABLE	(ARENA + 16 * PAGE)
#define OTHER_SCA	(ARENA + 18 * PAGE)
#define OTHER_BASE	(ARENA + 32 * PAGE)
#define OTHER_STORAGE	(ARENA + 36 * PAGE)

enum {
	UVC_CREATE_CPU = 0x0120, UVC_DESTROY_CPU = 0x0121, UVC_UNPACK = 0x0301,
	UVC_CPU_RESET_INITIAL = 0x0311, UVC_PREPARE_RESET = 0x0320, UVC_CPU_RESET_CLEAR = 0x0321, UVC_SET_STATE = 0x0330, UVC_UNSHARE_ALL = 0x0340, UVC_PIN = 0x0341,
	UVC_UNPIN = 0x0342,
};

#define OPERATING	1
#define STOPPED		2
#define LOAD		5

/* Interceptions, and why one is a validity interception */
enum {
	PROGRAM = 0x08, WAIT = 0x1c, VALIDITY = 0x20, STOP = 0x28, INT_ENABLE = 0x64,
	MCHK_OPEN = 0x60, INSTRUCTION = 0x68, NOTIFY = 0x6c, PREFIX = 0x70,
};

struct description {
	uint32_t cpuflags;		/* 000 */
	uint32_t prefix;
	uint64_t reserved08;
	uint64_t cpu;			/* 010 */
	uint64_t config;
	uint64_t reserved20;
	uint64_t cputm;			/* 028 */
	uint8_t reserved30[0x14];
	uint16_t lctl;			/* 044 */
	uint8_t reserved46[2];
	uint32_t ictl;			/* 048 */
	uint8_t reserved4c[4];
	uint8_t icptcode;		/* 050 */
	uint8_t icptstatus;
	uint16_t ihcpu;
	uint8_t reserved54;
	uint8_t iictl;			/* 055 */
	uint16_t ipa;
	uint32_t ipb;			/* 058 */
	uint8_t reserved5c[0xc];
	uint8_t sdf;			/* 068 */
	uint8_t reserved69[0x27];
	uint64_t psw_mask;		/* 090 */
	uint64_t psw_addr;
	uint64_t gg14;			/* 0a0 */
	uint64_t gg15;
	uint8_t reservedb0[0x10];
	union {
		struct {
			uint32_t eiparams;	/* 0c0 */
			uint16_t extcpu;
			uint16_t eic;
		};
		uint64_t mcic;
	};
	uint8_t reservedc8[0x38];
	uint64_t cr[16];		/* 100 */
	uint64_t sidad;			/* 180 */
	uint8_t reserved188[0x18];
	uint32_t fac;			/* 1a0 */
	uint8_t reserved1a4[0x1dc];
	uint64_t gr[16];		/* 380 */
};

_Static_assert(sizeof(struct description) == 0x400, "layout");

static volatile struct description *const sd = (void *)SD;
static volatile struct description *const second_sd = (void *)SECOND_SD;
static uint8_t *const sida = (void *)SIDA;

/* Handles, and the host's registers before and after: 0 to 13, an FPR, an AR. */
extern uint64_t config, cpu, second;
extern uint64_t before[18];
extern uint64_t after[18];

/* The facility list that the guest is given at first */
extern uint64_t facilities[256];

/* Loads control register 1 with the address space of a guest: its segment table. */
void guest_space(uint64_t table);
/* Creates the configuration and its CPUs, unpacks the image; not verified yet. */
bool secure_start(void);
/* Verifies the image; the return value is the call's condition code. */
unsigned int secure_verify(void);
unsigned int set_state(uint8_t state);
unsigned int set_state_of(uint64_t handle, uint8_t state);
/* Executes SIE once. */
void enter(void *description);
/* Runs until there is more to do than to import a page. */
unsigned int run(void);
unsigned int run_second(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bare-metal programs: what they have instead of a C library. */
#ifndef BARE_H
#define BARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE		4096ul
#define MIB		0x100000ul

/* Storage that the programs may use: two pieces that nothing else is in. */
#define ARENA		0x1000000ul	/* 16 MiB, up to 2 GiB */
#define HIGH		0x80000000ul	/* 2 GiB, up to the end of storage */

/* Program interruption codes. */
#define PGM_OPERATION		0x01
#define PGM_PRIVILEGED		0x02
#define PGM_PROTECTION		0x04
#define PGM_ADDRESSING		0x05
#define PGM_SPECIFICATION	0x06
#define PGM_SECURE_ACCESS	0x3d

void say(const char *text);
void say_hex(uint64_t value);
/* A test's result. The number is shown when it failed. */
void result(const char *name, bool passed, uint64_t number);
/* Passes when @have equals @want. */
void equal(const char *name, uint64_t have, uint64_t want);
__attribute__((noreturn)) void finish(void);

/* Calls @fn; the code of the program interruption that ended it, or 0. */
unsigned int catch(void (*fn)(void *), void *arg);
/* For catch(): loads the doubleword at @at. */
void fetch(void *at);
/* Translation-exception identification of the last one. */
uint64_t teid(void);

unsigned int sclp(uint32_t command, uint64_t sccb);
bool facility(unsigned int bit);
/* Condition code; the status, if one is stored, in *@status. */
unsigned int sigp(unsigned int cpu, unsigned int order, uint64_t parameter, uint64_t *status);
#define SIGP_NOT_OPERATIONAL	3
#define SIGP_SENSE		0x01
#define SIGP_RESTART		0x06
#define SIGP_STOP		0x05
#define SIGP_STORE_STATUS	0x0e
#define SIGP_SET_PREFIX		0x0d
/* Lets CPU 1 run @main; it does not return. */
extern void (*second_main)(void);
void second_start(void (*main)(void));

uint64_t clock_us(void);
void *memset(void *to, int c, size_t len);
void *memcpy(void *to, const void *from, size_t len);
int memcmp(const void *a, const void *b, size_t len);

#endif

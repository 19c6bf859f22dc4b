/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A guest, mostly with one CPU. Of most of them their user, not KVM, handles every
 * interception: KVM's "user controlled" machines. The state description is
 * mapped, so that a test sees and sets all of it.
 */
#ifndef KVM_TEST_GUEST_H
#define KVM_TEST_GUEST_H

#include <stdint.h>
#include <linux/kvm.h>
#include <stdbool.h>
#include <stdint.h>

/* The state description as far as tests look at it. */
struct state_description {
	uint32_t cpuflags;		/* 000 */
	uint32_t prefix;		/* 004 */
	uint8_t reserved08[0x20];
	uint64_t cputm;			/* 028 */
	uint64_t ckc;			/* 030 */
	uint64_t epoch;			/* 038 */
	uint32_t svcc;			/* 040 */
	uint16_t lctl;			/* 044 */
	uint16_t icpua;			/* 046 */
	uint32_t ictl;			/* 048 */
	uint32_t eca;			/* 04c */
	uint8_t icptcode;		/* 050 */
	uint8_t icptstatus;		/* 051 */
	uint16_t ihcpu;			/* 052 */
	uint8_t reserved54;
	uint8_t iictl;			/* 055 */
	uint16_t ipa;			/* 056 */
	uint32_t ipb;			/* 058 */
	uint8_t reserved5c[4];
	uint8_t fpf;			/* 060 */
	uint8_t ecb;			/* 061 */
	uint8_t ecb2;			/* 062 */
	uint8_t ecb3;			/* 063 */
	uint8_t reserved64[4];
	uint8_t sdf;			/* 068 */
	uint8_t epdx;			/* 069 */
	uint8_t reserved6a[0x16];
	uint64_t mso;			/* 080 */
	uint64_t msl;			/* 088 */
	uint64_t psw_mask;		/* 090 */
	uint64_t psw_addr;		/* 098 */
	uint64_t gg14;			/* 0a0 */
	uint64_t gg15;			/* 0a8 */
	uint8_t reservedb0[0x16];
	uint16_t eic;			/* 0c6 */
	uint8_t reservedc8[4];
	uint16_t pgmilc;		/* 0cc */
	uint16_t iprcc;			/* 0ce */
	uint32_t dxc;			/* 0d0 */
	uint16_t mcn;			/* 0d4 */
	uint8_t perc;			/* 0d6 */
	uint8_t peratmid;		/* 0d7 */
	uint64_t peraddr;		/* 0d8 */
	uint8_t eai;			/* 0e0 */
	uint8_t peraid;			/* 0e1 */
	uint8_t oai;			/* 0e2 */
	uint8_t reservede3[5];
	uint64_t tecmc;			/* 0e8 */
	uint8_t reservedf0[0x10];
	uint64_t gcr[16];		/* 100 */
	uint64_t gbea;			/* 180 */
	uint8_t reserved188[0x18];
	uint32_t fac;			/* 1a0 */
	uint8_t reserved1a4[0x24];
	uint32_t ecd;			/* 1c8 */
	uint8_t reserved1cc[0x34];
} __attribute__((packed, aligned(512)));

_Static_assert(sizeof(struct state_description) == 512, "layout");

#define CPUFLAG_STOP_INT	0x04000000u
#define CPUFLAG_IO_INT		0x02000000u
#define CPUFLAG_EXT_INT		0x01000000u
#define CPUFLAG_ZARCH		0x00000800u
#define CPUFLAG_UNLIMITED	0x00000080u	/* storage; KVM sets it */

#define ICTL_OPEREXC	0x80000000u
#define ICTL_PINT	0x20000000u
#define ICTL_LPSW	0x00400000u
#define ICTL_STCTL	0x00040000u
#define ECB_SPECI	0x08
#define ECD_MEF		0x08000000u

#define PSW_64		0x0000000180000000ull
#define PSW_DAT		0x0400000000000000ull
#define PSW_IO		0x0200000000000000ull
#define PSW_EXT		0x0100000000000000ull
#define PSW_WAIT	0x0002000000000000ull
#define PSW_PROBLEM	0x0001000000000000ull
#define PSW_AR		0x0000400000000000ull

/* Where things are in the guest's storage. */
#define GUEST_CODE	0x10000ull
#define GUEST_DATA	0x20000ull
#define GUEST_HANDLER	0x8000ull	/* new PSWs lead to +0x100 * kind */
#define GUEST_SIZE	0x400000ull

struct guest {
	int vm;
	int cpu;
	unsigned int number;		/* of the CPU */
	int stats;			/* what KVM has counted for it */
	struct kvm_run *run;
	int run_size;
	struct state_description *sd;	/* NULL if KVM handles interceptions */
	uint8_t *mem;
	uint64_t gprs[16];		/* loaded by guest_run(), stored after */
};

/* Lowcore of the guest. */
struct lowcore {
	uint8_t reserved00[0x84];
	uint16_t ext_cpu_addr;		/* 084 */
	uint16_t ext_code;		/* 086 */
	uint16_t svc_ilc;		/* 088 */
	uint16_t svc_code;		/* 08a */
	uint16_t pgm_ilc;		/* 08c */
	uint16_t pgm_code;		/* 08e */
	uint32_t data_code;		/* 090 */
	uint16_t mon_class;		/* 094 */
	uint16_t per_code;		/* 096 */
	uint64_t per_addr;		/* 098 */
	uint8_t exc_access;		/* 0a0 */
	uint8_t reserveda1[7];
	uint64_t teid;			/* 0a8 */
	uint64_t mon_code;		/* 0b0 */
	uint8_t reservedb8[0x58];
	uint64_t breaking_event;	/* 110 */
	uint8_t reserved118[8];
	uint64_t old_psw[6][2];		/* 120: by kind */
	uint8_t reserved180[0x20];
	uint64_t new_psw[6][2];		/* 1a0 */
};

enum { OLD_RESTART, OLD_EXT, OLD_SVC, OLD_PGM, OLD_MCK, OLD_IO };

/* Makes a guest with cleared storage and new PSWs that lead to DIAG 0x50n. */
void guest_make(struct guest *g);
/* One whose interceptions KVM handles, with all features that it offers. */
void guest_make_ordinary(struct guest *g);
/* The lowcore's new PSWs and what they lead to, for storage at @mem. */
void guest_handlers(void *mem);
void guest_free(struct guest *g);
/* One more CPU of the guest that has @first, KVM handling its interceptions. */
void guest_add_cpu(struct guest *g, const struct guest *first, unsigned int number);
void guest_free_cpu(struct guest *g);
/* One of KVM's statistics of the CPU. */
uint64_t guest_stat(struct guest *g, const char *name);
/* Copies code to GUEST_CODE and lets the PSW designate it. */
void guest_code(struct guest *g, const void *code, const void *end, uint64_t psw_mask);
/*
 * Runs until something else than a host fault happens. Returns the exit
 * reason of KVM, or -errno.
 */
int guest_run(struct guest *g);
/* The same, but a host fault ends it too. */
int guest_run_once(struct guest *g);
struct lowcore *guest_lowcore(struct guest *g);

/* TAP output. */
void test_begin(const char *name);
void test_end(void);
void test_skip(const char *name, const char *why);
void test_plan(void);
void expect_u64(const char *what, uint64_t got, uint64_t want, int line);
#define EXPECT(got, want) expect_u64(#got, (uint64_t)(got), (uint64_t)(want), __LINE__)

/* What every instruction interception has in common. */
void expect_instruction(struct guest *g, uint16_t ipa, uint32_t ipb, uint64_t next,
			uint8_t status);
/* The guest ended in the handler of an interruption of this kind. */
void expect_handler(struct guest *g, int kind);

/* Code of a guest, assembled with the program. */
#define GUEST(name, ...)						\
	asm(".pushsection .rodata\n\t.balign 8\n" #name ":\n\t"		\
	    __VA_ARGS__ "\n" #name "_end:\n\t.popsection");		\
	extern const char name[], name##_end[]

#define LOAD(g, name, mask) guest_code(g, name, name##_end, mask)

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * START INTERPRETIVE EXECUTION (SIE): per-CPU state and the functions that
 * the rest of target/s390x calls.  Documentation/machine-sie.rst explains the
 * model.
 *
 * While a CPU interprets a guest, the guest's PSW, control registers, prefix
 * and registers 14 and 15 are in CPUArchState where every other part of the
 * emulator expects them; what they displaced of the host is in SIEState.
 */
#ifndef TARGET_S390X_SIE_H
#define TARGET_S390X_SIE_H

#include "qemu/timer.h"

typedef struct CPUArchState CPUS390XState;

/*
 * Guests have MMU indexes of their own, in the order of the host's
 * (primary, secondary, home, real), so that neither side's TLB entries are
 * lost when the other one runs.
 */
#define SIE_MMU_BASE	4
#define SIE_HOST_IDXMAP	0x0f
#define SIE_GUEST_IDXMAP 0xf0

/* TB flags, at the places of PSW bits that are no part of the TB flags. */
#define FLAG_MASK_SIE		0x10000000u	/* guest code */
#define FLAG_MASK_SIE_NOVX	0x04000000u	/* ECA.VX is zero */

/* The MMU index that translated code uses where the host's would be @idx. */
static inline int sie_mem_index(uint32_t flags, int idx)
{
	return flags & FLAG_MASK_SIE ? idx + SIE_MMU_BASE : idx;
}

/*
 * Beyond every program-interruption code: the translation met an exception
 * that is the host's, SIEState.host_fault describes it.
 */
#define SIE_HOST_FAULT	0x10000

/* Control registers that say how a TLB entry came to be, see sie_cr_flush(). */
enum { SIE_SEEN_CR0, SIE_SEEN_CR1, SIE_SEEN_CR7, SIE_SEEN_CR13, SIE_SEEN_MAX };

/* Bytes of a lowcore that describe a program interruption: 0x80 to 0xbf. */
#define SIE_PGM_INFO_START	0x80
#define SIE_PGM_INFO_SIZE	0x40

typedef struct SIEStage2 SIEStage2;
typedef struct SIEFormat SIEFormat;

typedef struct SIEState {
	/* What translated code and other files look at. */
	bool active;			/* a guest is being interpreted */
	uint8_t mmu_base;		/* 0, or SIE_MMU_BASE when active */
	bool per;			/* the host wants program-event recording */
	uint8_t stale;			/* MMU indexes, see sie_cr_flush() */
	uint32_t tb_flags;		/* for cpu_get_tb_cpu_state() */
	const uint8_t *poll;		/* byte to test at the start of a TB */

	/* The host, as it will be after the exit. */
	uint64_t host_psw_mask;
	uint64_t host_psw_addr;		/* of the SIE instruction */
	uint64_t host_cregs[16];
	uint64_t host_r14;
	uint64_t host_r15;
	uint64_t host_psa;
	uint64_t host_gbea;
	uint64_t host_pp;
	uint32_t host_todpr;

	/* The state description: absolute address and where it is mapped. */
	uint64_t block_addr;
	uint8_t *block;
	uint8_t *lost_block;		/* in its place, see sie_forget_pages() */
	uint64_t interlock;		/* absolute address of the one that is held, or 0 */

	/* The guest, as its format describes it. */
	const SIEFormat *format;
	void *format_state;		/* of the format, which has allocated it */
	uint64_t handles[2];		/* which guest and CPU, where the format has such */
	uint64_t mso;
	uint64_t limit;			/* last valid guest absolute + mso */
	uint64_t asce;			/* of the host's space in which its storage is */
	bool vx;			/* it has vector registers */
	bool iep;			/* and instruction-execution protection */

	/* The guest's clocks. */
	uint64_t epoch;			/* of a hidden one: its clock's base */
	uint64_t ckc;
	uint64_t cputm;			/* CPU timer at cputm_base */
	int64_t cputm_base;		/* ns, virtual clock */
	int64_t armed;			/* expiry of @timer, ns */
	QEMUTimer *timer;

	uint8_t operand_key;		/* instead of the PSW's, if not zero */
	bool psw_is_new;		/* loaded since the last sie_evaluate() */

	/* Stores to the lowcore that precede a program interruption. */
	uint8_t pgm_info[SIE_PGM_INFO_SIZE];

	struct {
		uint16_t code;
		uint64_t teid;
	} host_fault;

	/* Whose translations are in the guest's part of the TLB. */
	struct {
		uint64_t block_addr;
		uint64_t mso;
		uint64_t limit;
		uint64_t prefix;
		uint64_t asce;
		uint64_t handles[2];
	} tag;
	struct {
		bool valid;
		uint64_t cr[SIE_SEEN_MAX];
	} seen[2];
	SIEStage2 *stage2;
} SIEState;

/* entry.c */
void sie_reset(CPUS390XState *env);
void sie_psw_loaded(CPUS390XState *env);
bool sie_per_is_on(CPUS390XState *env);
bool sie_evaluate(CPUS390XState *env);
uint64_t sie_host_psw_mask(CPUS390XState *env);
uint64_t sie_host_creg(CPUS390XState *env, int nr);
bool sie_is_active(CPUS390XState *env);

/* stop.c */
void sie_back_to_host(CPUState *cs);
bool sie_is_hidden(CPUState *cs);
void sie_class_init(CPUClass *class);

/* translate.c */
bool sie_tlb_fill(CPUState *cs, vaddr address, int access, int mmu_idx,
		  bool probe, uintptr_t ra);
int sie_translate(CPUS390XState *env, uint64_t vaddr, int access, int idx,
		  uint64_t *absolute, int *prot, uint64_t *teid);
int sie_load_real_address(CPUS390XState *env, uint64_t vaddr, uint64_t asc,
			  uint64_t *real, uint64_t *teid, uintptr_t ra);
void sie_cr_flush(CPUS390XState *env);
void sie_flush_stale(CPUS390XState *env, unsigned int used);
int sie_operand_index(CPUS390XState *env, int idx);
void sie_flush(CPUS390XState *env);
void sie_flush_all_cpus(CPUS390XState *env);

/* keys.c */
bool s390_key_access(CPUS390XState *env, uint64_t vaddr, uint64_t asce,
		     uint64_t absolute, int access, int *prot);
uint64_t s390_key_reach(CPUS390XState *env, uint64_t vaddr);
int s390_key_test(CPUS390XState *env, uint64_t addr, uint64_t key, bool store, uintptr_t ra);
void s390_key_loaded(CPUS390XState *env);
void s390_key_operand(CPUS390XState *env, uint8_t key, uint64_t addr,
		      uint64_t len, int access, uint8_t as, uintptr_t ra);

/* stage2.c */
void sie_host_pte_invalidated(CPUS390XState *env, uint64_t pte, bool local);
void sie_host_tables_changed(CPUS390XState *env, bool local);

/* interrupt.c */
void sie_load_psw_done(CPUS390XState *env);
bool sie_do_interrupt(CPUState *cs);
bool sie_exec_interrupt(CPUState *cs, int request, bool *changed);
void sie_lowcore_store(CPUS390XState *env, unsigned int offset, int size,
		       uint64_t value);
void s390_set_teid(CPUS390XState *env, int exc, uint64_t teid);

/* clock.c */
void sie_store_clock_comparator(CPUS390XState *env, uint64_t ckc);
uint64_t sie_epoch(CPUS390XState *env);
uint64_t sie_cpu_timer(CPUS390XState *env);
void sie_set_cpu_timer(CPUS390XState *env, uint64_t cputm);

/* intercept.c */
uint32_t sie_store_facilities(CPUS390XState *env, uint64_t addr, uintptr_t ra);

/* lpar/diagnose.c: what a host asks the hypervisor below it, for its guests */
bool s390_lpar_diagnose(CPUS390XState *env, uint32_t r1, uint32_t r3, uint32_t code,
			uintptr_t ra);

#endif

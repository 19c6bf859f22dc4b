/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files that model SIE share among themselves and with formats of the state
 * description that are modelled elsewhere: its layout (as Linux'
 * arch/s390/include/asm/kvm_host.h relies on it) and functions.
 */
#ifndef TARGET_S390X_SIE_INTERNAL_H
#define TARGET_S390X_SIE_INTERNAL_H

#include "qemu/bswap.h"
#include "cpu.h"
#include "s390x-internal.h"
#include "sie/sie.h"

/* Offsets into the state description. */
enum {
	SD_CPUFLAGS	= 0x00,
	SD_PREFIX	= 0x04,
	SD_CPUTM	= 0x28,
	SD_CKC		= 0x30,
	SD_EPOCH	= 0x38,
	SD_LCTL		= 0x44,
	SD_ICPUA	= 0x46,
	SD_ICTL		= 0x48,
	SD_ECA		= 0x4c,
	SD_ICPTCODE	= 0x50,
	SD_ICPTSTATUS	= 0x51,
	SD_IHCPU	= 0x52,
	SD_IPA		= 0x56,
	SD_IPB		= 0x58,
	SD_SCAOH	= 0x5c,
	SD_ECB		= 0x61,
	SD_ECB2		= 0x62,
	SD_SCAOL	= 0x64,
	SD_SDF		= 0x68,
	SD_EPDX		= 0x69,
	SD_TODPR	= 0x6c,
	SD_MSO		= 0x80,
	SD_MSL		= 0x88,
	SD_GPSW		= 0x90,
	SD_GG14		= 0xa0,
	SD_GG15		= 0xa8,
	SD_EXTCPUADDR	= 0xc4,
	SD_EIC		= 0xc6,
	SD_PGMILC	= 0xcc,
	SD_PEI_TARGET	= 0xc0,		/* of MOVE PAGE */
	SD_PEI_SOURCE	= 0xc8,
	SD_IPRCC	= 0xce,
	SD_DXC		= 0xd0,
	SD_MCN		= 0xd4,
	SD_PERC		= 0xd6,
	SD_PERATMID	= 0xd7,
	SD_PERADDR	= 0xd8,
	SD_EAI		= 0xe0,
	SD_PERAID	= 0xe1,
	SD_OAI		= 0xe2,
	SD_TECMC	= 0xe8,
	SD_GCR		= 0x100,
	SD_GBEA		= 0x180,
	SD_FAC		= 0x1a0,
	SD_ECD		= 0x1c8,
	SD_PP		= 0x1de,
	SD_SIZE		= 0x200,
};

#define CPUFLAG_STOPPED		0x80000000u
#define CPUFLAG_WAIT		0x10000000u
#define CPUFLAG_ECALL		0x08000000u	/* external call, see sca.c */
#define CPUFLAG_STOP_INT	0x04000000u
#define CPUFLAG_IO_INT		0x02000000u
#define CPUFLAG_EXT_INT		0x01000000u
#define CPUFLAG_REQUESTS	\
	(CPUFLAG_STOP_INT | CPUFLAG_IO_INT | CPUFLAG_EXT_INT)
#define CPUFLAG_ZARCH		0x00000800u
#define CPUFLAG_SLSR		0x00000080u	/* no limits of storage */
#define CPUFLAG_P		0x00000001u	/* guest PER enhancement */

#define ICTL_OPEREXC	0x80000000u
#define ICTL_PINT	0x20000000u
#define ICTL_LPSW	0x00400000u
#define ICTL_STCTL	0x00040000u

#define ECA_SIGPI	0x10000000u	/* external call is interpreted */
#define ECA_MVPGI	0x01000000u	/* MOVE PAGE is interpreted */
#define ECA_VX		0x00020000u
#define ECA_SII		0x00000001u	/* IPTE and its kind are interlocked */
#define ECB_SPECI	0x08	/* specification exceptions are interpreted */
#define ECD_MEF		0x08000000u	/* multiple epochs */
#define ECB2_IEP	0x20
#define ECB2_ESCA	0x04

enum SIEInterception {
	ICPT_INST	= 0x04,
	ICPT_PROGI	= 0x08,
	ICPT_EXTREQ	= 0x10,
	ICPT_EXTINT	= 0x14,
	ICPT_IOREQ	= 0x18,
	ICPT_WAIT	= 0x1c,
	ICPT_VALIDITY	= 0x20,
	ICPT_STOP	= 0x28,
	ICPT_OPEREXC	= 0x2c,
	ICPT_PARTEXEC	= 0x38,
};

/*
 * Reasons of a validity interception.  0x0037 and 0x1090 are those that Linux'
 * nested SIE uses for a prefix and a facility list that are not addressable;
 * machines do not publish the others, so these are ours.
 */
enum SIEValidity {
	VALIDITY_PREFIX		= 0x0037,
	VALIDITY_FACILITIES	= 0x1090,
	VALIDITY_ARCHITECTURE	= 0x0010,
	VALIDITY_FORMAT		= 0x0011,
	VALIDITY_STORAGE	= 0x0013,
};

/* Instruction text of a validity interception. */
#define VALIDITY_IPA	0x1000

static inline uint8_t sd_ld8(CPUS390XState *env, int offset)
{
	return env->sie.block[offset];
}

static inline uint16_t sd_ld16(CPUS390XState *env, int offset)
{
	return lduw_be_p(env->sie.block + offset);
}

static inline uint32_t sd_ld32(CPUS390XState *env, int offset)
{
	return ldl_be_p(env->sie.block + offset);
}

static inline uint64_t sd_ld64(CPUS390XState *env, int offset)
{
	return ldq_be_p(env->sie.block + offset);
}

static inline void sd_st8(CPUS390XState *env, int offset, uint8_t value)
{
	env->sie.block[offset] = value;
}

static inline void sd_st16(CPUS390XState *env, int offset, uint16_t value)
{
	stw_be_p(env->sie.block + offset, value);
}

static inline void sd_st32(CPUS390XState *env, int offset, uint32_t value)
{
	stl_be_p(env->sie.block + offset, value);
}

static inline void sd_st64(CPUS390XState *env, int offset, uint64_t value)
{
	stq_be_p(env->sie.block + offset, value);
}

/*
 * The flags that other CPUs set to get this one out of the guest.  Read in
 * one access, since they change at any time.
 */
static inline uint32_t sd_cpuflags(CPUS390XState *env)
{
	return be32_to_cpu(qatomic_read((uint32_t *)env->sie.block));
}

/* With the address of an entry that partial-execution interception stores. */
#define PEI_REAL_SPACE		1
#define PEI_PROTECTED		2
#define PEI_NO_PAGE_ENTRY	4

/* Clock-comparator sign control. */
#define CR0_CKC_SIGN	0x0020000000000000ull
#define CR0_FETCH_PROTECTION_OVERRIDE	0x02000000ull
#define CR0_STORAGE_PROTECTION_OVERRIDE	0x01000000ull

/*
 * What a format of the state description does its own way. Functions are called by the
 * CPU's own thread; those that return false after @begin have left the guest.
 */
struct SIEFormat {
	/*
	 * The guest is not the host's business: no interception of its interruptions that
	 * the host asks for, no storage keys, interlock or clock that the host could set,
	 * no registers for who looks from outside.
	 */
	bool hidden;
	/* Of reasons of validity interceptions only the last byte counts, behind this. */
	uint16_t validity;
	/*
	 * Check what can be checked before anything is changed, and fill in what SIEState
	 * has of the guest. False with a validity interception set.
	 */
	bool (*begin)(CPUS390XState *env);
	/* Registers of the guest, and @psw that is going to be loaded. */
	void (*load)(CPUS390XState *env, uint64_t psw[2]);
	/* The other way round. What the format has changed of the host comes back. */
	void (*store)(CPUS390XState *env);
	/* Facility list, @count doublewords. False if the host's cannot be read. */
	bool (*facilities)(CPUS390XState *env, uint64_t *list, unsigned int count);
	/*
	 * May the guest access the page @absolute, at @vaddr of the host's space? 0 or the
	 * host's program-interruption code, with what it adds to @teid.
	 */
	int (*access)(CPUS390XState *env, uint64_t absolute, uint64_t vaddr, bool store,
		      uint64_t *teid);

	/* The following are NULL where there is nothing to do. */

	/* What comes before the guest's first instruction. */
	bool (*resume)(CPUS390XState *env);
	/* The host stops the CPU. */
	bool (*stops)(CPUS390XState *env);
	/* Interception for a mask that the host waits for, if the guest has opened it. */
	uint8_t (*opened)(CPUS390XState *env);
	/* Has it run on another CPU than @id since the last time? Notes @id. */
	bool (*moved)(CPUS390XState *env, uint16_t id);
	/* In place of interceptions; see sie_intercept(). Returns if it shall execute. */
	void (*instruction)(CPUS390XState *env, uint64_t insn, uint16_t opcode,
			    uintptr_t ra);
};

/* Values of field SDF. */
#define SIE_FORMAT_2	0
#define SIE_FORMATS	8

/* ordinary.c */
extern const SIEFormat sie_format_2;

static inline bool sie_hidden(CPUS390XState *env)
{
	return env->sie.active && env->sie.format->hidden;
}

/* entry.c */
void sie_add_format(unsigned int sdf, const SIEFormat *format);
void sie_attention(CPUS390XState *env);
void sie_leave(CPUS390XState *env, bool completed);
void sie_leave_host_fault(CPUS390XState *env);
void sie_set_icpt(CPUS390XState *env, uint8_t code);
G_NORETURN void sie_intercept(CPUS390XState *env, uint8_t code);
void sie_validity(CPUS390XState *env, uint16_t reason);

/* Bits 2-4 of the exception code's fault indication. */
#define TEID_FETCH	0x800
#define TEID_STORE	0x400
#define TEID_LOWPROT	0x80
#define TEID_PROTECTED	0x04
#define TEID_IEP	0x84

/* Everything a walk through one set of tables needs. */
typedef struct SIEWalk {
	CPUS390XState *env;
	bool host;		/* stage 2: tables are at host addresses */
	bool edat1;
	bool edat2;
	bool iep;
	int prot;
	/* Where it has come to: address of the entry, and whether of a page table. */
	uint64_t entry;
	bool is_page_entry;
	bool is_absolute;	/* the result, in a large frame, which has no prefix area */
} SIEWalk;

/* walk.c */
int sie_walk(SIEWalk *w, uint64_t asce, uint64_t vaddr, uint64_t *result);

/* stage2.c */
uint8_t *sie_ram(uint64_t absolute, uint64_t len);
void sie_guest_tlb_clear(CPUS390XState *env);
void sie_stage2_note_entry(CPUS390XState *env, uint64_t entry);
int sie_stage2(CPUS390XState *env, uint64_t guest, bool store,
	       uint64_t *absolute, int *prot);
uint64_t sie_host_entry(CPUS390XState *env, uint64_t guest, bool *invalid);
uint8_t *sie_guest_page(CPUS390XState *env, uint64_t guest, bool store,
			int *exception);
void sie_forget_pages(const uint64_t *pages, size_t count);

/* The MMU indexes that instructions use, to fetch them and for operands. */
static inline unsigned int sie_used_indexes(CPUS390XState *env)
{
	return 1 << s390x_env_mmu_index(env, false) | 1 << s390x_env_mmu_index(env, true);
}

/* translate.c */
void mmu_handle_skey(target_ulong addr, int rw, int *flags);
G_NORETURN void sie_access_exception(CPUS390XState *env, int exc, uint64_t teid,
				     uintptr_t ra);
void sie_tag_tlb(CPUS390XState *env);

/* clock.c */
int64_t sie_clock(CPUS390XState *env);	/* nanoseconds */
uint64_t sie_clock_base(void);
bool sie_timers_due(CPUS390XState *env);
void sie_deliver_timer(CPUS390XState *env);
void sie_timers_load(CPUS390XState *env, uint64_t epoch, uint64_t ckc,
		     uint64_t cputm);

/* interrupt.c */
void sie_swap_psw(CPUS390XState *env, uint8_t *lowcore, unsigned int old_psw,
		  unsigned int new_psw);
void sie_program_interruption(CPUS390XState *env);
bool sie_psw_is_invalid(CPUS390XState *env);
uint8_t *sie_lowcore(CPUS390XState *env);

/* sca.c */
enum sie_call {
	SIE_CALL_HOST,		/* the host has to see to it */
	SIE_CALL_DONE,
	SIE_CALL_WAITS,		/* done, and the host has to wake the CPU */
};

enum sie_call sie_external_call(CPUS390XState *env, uint16_t number);
bool sie_external_call_due(CPUS390XState *env);
void sie_deliver_external_call(CPUS390XState *env);
bool sie_interlock(CPUS390XState *env);
void sie_interlock_end(CPUS390XState *env);

/*
 * What translated code adds to an instruction in the bits behind it: the
 * length by which the PSW advances, and whether it is EXECUTE's target.
 */
#define SIE_INSN_LENGTH		0xf
#define SIE_INSN_EXECUTED	0x10

/* Fields of an instruction that is left-aligned in a doubleword. */
static inline int sie_r1(uint64_t insn)
{
	return insn >> 52 & 0xf;
}

static inline int sie_r3(uint64_t insn)
{
	return insn >> 48 & 0xf;
}

static inline int sie_rre_r1(uint64_t insn)
{
	return insn >> 36 & 0xf;
}

static inline int sie_rre_r2(uint64_t insn)
{
	return insn >> 32 & 0xf;
}

/* intercept.c */
typedef struct SIEIntercept {
	uint16_t opcode;
	uint8_t action;
	bool privileged;
} SIEIntercept;

const SIEIntercept *sie_intercept_lookup(uint16_t opcode);
bool sie_is_interlocked(const SIEIntercept *line);
const uint8_t *sie_facility_list(CPUS390XState *env);
uint64_t sie_address(CPUS390XState *env, uint64_t addr);
uint64_t sie_base_disp(CPUS390XState *env, uint64_t insn);
void sie_advance(CPUS390XState *env, uint64_t insn);

#endif

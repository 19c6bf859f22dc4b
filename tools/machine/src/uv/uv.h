/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine's ultravisor, as the rest of target/s390x and hw/s390x sees it.
 *
 * There is at most one (-object s390-ultravisor). Without it every function
 * here answers at once that nothing is protected.
 */
#ifndef TARGET_S390X_UV_H
#define TARGET_S390X_UV_H

#include "cpu.h"

/* STFLE bit of the ultravisor-call facility. */
#define S390_UV_FACILITY 158

/* Program interruption codes; the second and third are a guest's to cause. */
#define PGM_SECURE_STORAGE_ACCESS	0x3d
#define PGM_NONSECURE_STORAGE_ACCESS	0x3e
#define PGM_SECURE_STORAGE_VIOLATION	0x3f

/* TEID bit 61: the address in the TEID is the one that was accessed. */
#define S390_UV_TEID_ADDRESS_VALID 0x4

struct uv;
extern struct uv *s390_uv;

/*
 * What those who know of guests do for the ultravisor, set before there is a CPU.
 *
 * @forget: pages changed their owner or their protection; no CPU executes
 * @translate_guest_home: of a protected guest, as in struct uv_ops
 */
extern struct s390_uv_above {
	void (*forget)(const uint64_t *pages, size_t count);
	int (*translate_guest_home)(CPUS390XState *env, uint64_t vaddr, bool write,
				    uint64_t *guest);
} s390_uv_above;

static inline bool s390_uv_present(void)
{
	return s390_uv != NULL;
}

/* Sets the facility bit in a STFLE block that is at least 20 bytes long. */
void s390_uv_facilities(uint8_t *stfle);

/* Every kind of reset: secure and donated storage is cleared and released. */
void s390_uv_reset(void);

/*
 * May the host (or an unprotected guest) touch these bytes of absolute
 * storage? Refusals are counted as refused device accesses.
 */
bool s390_uv_allows(hwaddr absolute, hwaddr len);

/*
 * The same for an operand of a service instruction (SCLP, diagnose) that is
 * given by its absolute address; on refusal the TEID is stored.
 * Returns 0 or the program interruption code to present.
 */
int s390_uv_service_operand(CPUS390XState *env, hwaddr absolute, hwaddr len, bool write);

/*
 * A CPU's access to the page of absolute storage at @raddr has passed all
 * other checks: may it be? Adds to @tec what the TEID has to say.
 * Returns 0 or the program interruption code.
 */
int s390_uv_cpu_access(target_ulong raddr, int rw, uint64_t *tec);

/* As above for a real address; @tec is made from nothing. */
int s390_uv_real_access(target_ulong raddr, target_ulong absolute, int rw, uint64_t *tec);

/*
 * A table entry at @absolute could not be read. Returns the program
 * interruption code: the table lies outside of storage or is protected. (Bit 61
 * of the TEID stays zero then: its address is not the protected one.)
 */
int s390_uv_table_access(hwaddr absolute);

/* LOAD REAL ADDRESS met such a table: program interruption, not condition code 3. */
G_NORETURN void s390_uv_load_real_refused(CPUS390XState *env, uint64_t tec, uintptr_t ra);

/*
 * The TLB of @cs gets an entry: virtual @address leads to absolute @page. To be
 * called by the CPU's own thread.
 */
extern bool s390_uv_notes_wanted;
void s390_uv_note_translation(CPUState *cs, uint64_t address, uint64_t page);

static inline void s390_uv_translated(CPUState *cs, uint64_t address, uint64_t page)
{
	if (s390_uv_notes_wanted)
		s390_uv_note_translation(cs, address, page);
}

/*
 * A prefix area that is protected cannot take an interruption: it could not be
 * mapped. These give the CPU one of their own that ends in a disabled wait; NULL
 * when protection is not the reason.
 */
struct LowCore *s390_uv_lowcore(void);
bool s390_uv_lowcore_done(struct LowCore *lowcore);
/* Registers were saved in the second page of the prefix area. */
void s390_lowcore_saved(CPUS390XState *env);

/*
 * SIGP orders that wait for another CPU. Returns if @order is none of them;
 * else executes it without counting as a running CPU and leaves the helper.
 */
void s390_sigp_wait(CPUS390XState *env, uint8_t order, uint32_t r1, uint32_t r3, uintptr_t ra);

#endif

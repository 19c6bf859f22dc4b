/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Protected guests (SIE format 4): what the files that model them share.
 */
#ifndef TARGET_S390X_SIE_PROTECTED_H
#define TARGET_S390X_SIE_PROTECTED_H

#include "ultravisor.h"
#include "uv/uv.h"
#include "sie-internal.h"

/* Fields of a state description of format 4, and behind it in its page. */
enum {
	SD_PV_CPU	= 0x10,
	SD_PV_CONFIG	= 0x18,
	SD_IICTL	= 0x55,
	SD_EIPARAMS	= 0xc0,
	SD_EXTCPU	= 0xc4,
	SD_MCIC		= 0xc0,
	SD_EDC		= 0xcc,
	SD_FADDR	= 0xd0,
	SD_SUBCHANNEL	= 0xe8,
	SD_IO_PARM	= 0xec,
	SD_IO_WORD	= 0xf0,
	SD_SIDAD	= 0x180,
	SD_GRREGS	= 0x380,
	SD_PROTECTED_SIZE = 0x400,
};

enum {
	IICTL_NONE		= 0x00,
	IICTL_MCHK		= 0x01,
	IICTL_EXT		= 0x02,
	IICTL_IO		= 0x03,
	IICTL_RESTART		= 0x04,
	IICTL_SPECIFICATION	= 0x10,
	IICTL_OPERAND		= 0x11,
};

/*
 * An intercepted instruction that the host has not completed yet, in
 * uv_cpu_state.pending: the instruction as translated code gave it (zero:
 * none), where its operand is, and its opcode and the operand's length.
 */
enum { PENDING_INSN, PENDING_OPERAND, PENDING_OPERAND_2, PENDING_REST };

/* What the machine keeps in uv_cpu_state.machine. */
enum {
	KEPT_LEFT_AT,		/* virtual clock, TOD units; zero: has not run yet */
	KEPT_TIMER,		/* the CPU timer that the host was shown then */
	KEPT_RAN_ON,		/* where it ran last, as in the description; zero: nowhere */
	KEPT_OF_GUEST,		/* what its configuration has, see below */
};

/* What it keeps of a configuration, by uv_keep(); zeros before a CPU has run. */
enum {
	GUEST_STARTED,		/* bits STARTED_* */
	GUEST_CLOCK,		/* its TOD clock when the machine was started */
	GUEST_FACILITIES,	/* doublewords of its facility list */
	GUEST_FACILITIES_END = GUEST_FACILITIES + 4,
};

#define STARTED		1
#define STARTED_VX	2	/* it has vector registers */

/* Registers of the guest whose values an interception shows. */
#define SHOWN_REGS	6

_Static_assert(GUEST_FACILITIES_END <= UV_KEPT, "what is kept of a configuration");

struct SIEProtected {
	uint64_t config;
	uint64_t cpu;
	uint64_t asce;
	uint64_t origin;
	/* What the emulator keeps in CPUArchState is valid only in storage. */
	struct uv_cpu_state state;
	uint64_t shown[SHOWN_REGS];
	/* The host still has to provide what completes an instruction. */
	bool incomplete;
	/* Control registers 0, 6 and 14 as the host was shown them. */
	uint64_t known_crs[3];

	/* The host's registers that SIE shares with other guests. */
	uint64_t host_regs[16];
	uint64_t host_vregs[32][2];
	uint32_t host_aregs[16];
	uint32_t host_fpc;
	float_status host_fpu_status;
};

/* One of the values that the machine keeps of the CPU's configuration. */
static inline uint64_t sie_protected_kept(const SIEProtected *p, int index)
{
	return p->state.machine[KEPT_OF_GUEST + index];
}

/* sie-protected.c */
bool sie_protected_begin(CPUS390XState *env);
void sie_protected_load(CPUS390XState *env);
void sie_protected_store(CPUS390XState *env);
void sie_protected_end(CPUS390XState *env);
bool sie_protected_resume(CPUS390XState *env);
bool sie_protected_masks_changed(CPUS390XState *env);
uint8_t *sie_protected_sida(CPUS390XState *env, size_t len);
uint64_t sie_protected_answer(CPUS390XState *env, int reg);

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

/* sie-protected-operand.c */
uint64_t sie_address(CPUS390XState *env, uint64_t addr);
uint64_t sie_base_disp(CPUS390XState *env, uint64_t insn);
void sie_advance(CPUS390XState *env, uint64_t insn);
G_NORETURN void sie_protected_finish(CPUS390XState *env, uint64_t insn, int cc);
G_NORETURN void sie_protected_exception(CPUS390XState *env, uint64_t insn,
					int code);
G_NORETURN void sie_protected_host_fault(CPUS390XState *env);
G_NORETURN void sie_protected_invalid(CPUS390XState *env, enum SIEValidity why);
G_NORETURN void sie_protected_notify(CPUS390XState *env, uint16_t ipa, uint32_t ipb);
void sie_protected_translated(CPUS390XState *env, uint64_t insn, int exc);
void sie_protected_probe(CPUS390XState *env, uint64_t insn, uint64_t addr,
			 unsigned int len, bool store, int idx, uint64_t where[2],
			 uintptr_t ra);
bool sie_protected_copy(CPUS390XState *env, const uint64_t where[2], void *buf,
			unsigned int len, bool store);

/* sie-protected-insn.c */
void sie_protected_insn(CPUS390XState *env, uint64_t insn, uint16_t opcode,
			int action, uintptr_t ra);

/* sie-protected-host.c */
G_NORETURN void sie_protected_ask(CPUS390XState *env, uint64_t insn,
				  uint16_t opcode, int action, uintptr_t ra);
bool sie_protected_complete(CPUS390XState *env);

/* sie-protected-uvc.c */
enum uv_xlat sie_protected_home(CPUS390XState *env, uint64_t vaddr, bool write,
				uint64_t *guest);
G_NORETURN void sie_protected_uvc(CPUS390XState *env, uint64_t insn,
				  uintptr_t ra);

/* sie-protected-sigp.c */
G_NORETURN void sie_protected_sigp(CPUS390XState *env, uint64_t insn);
int sie_protected_sigp_done(CPUS390XState *env, uint64_t insn);

/* sie-protected-inject.c */
bool sie_protected_inject(CPUS390XState *env);
bool sie_protected_stops(CPUS390XState *env);

#endif

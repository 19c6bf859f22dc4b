/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Protected guests (SIE format 4): what the files that model them share.
 */
#ifndef TARGET_S390X_PV_INTERNAL_H
#define TARGET_S390X_PV_INTERNAL_H

#include "ultravisor.h"
#include "uv/uv.h"
#include "sie/internal.h"

/* Format 4 in field SDF */
#define SDF_PROTECTED	2

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

/* Interceptions beside those of ordinary guests. */
enum {
	ICPT_MCHKREQ	= 0x60,
	ICPT_INT_ENABLE	= 0x64,
	ICPT_PV_INSTR	= 0x68,
	ICPT_PV_NOTIFY	= 0x6c,
	ICPT_PV_PREF	= 0x70,
};

/*
 * Reasons of a validity interception: those of ordinary guests have this first byte, too.
 * These are not published either.
 */
enum {
	VALIDITY_PROTECTED		= 0x2000,
	/* The CPU cannot be entered. */
	VALIDITY_ALIGNMENT		= 0x2020,
	VALIDITY_CPU_BUSY		= 0x2021,
	VALIDITY_CONFIG_HANDLE		= 0x2022,
	VALIDITY_CPU_HANDLE		= 0x2023,
	VALIDITY_OTHER_STATE_DESC	= 0x2024,
	VALIDITY_NOT_VERIFIED		= 0x2025,
	VALIDITY_CPU_STOPPED		= 0x2026,
	VALIDITY_ASCE			= 0x2027,
	VALIDITY_RESET			= 0x2028,
	/* The host provides what it must not or does not what it must. */
	VALIDITY_CPU_TIMER		= 0x2029,
	VALIDITY_SIDA			= 0x202a,
	VALIDITY_INJECT_CODE		= 0x202b,
	VALIDITY_INJECT_DISABLED	= 0x202c,
	VALIDITY_INJECT_INCOMPLETE	= 0x202d,
	VALIDITY_INJECT_SCCB		= 0x202e,
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

/* Of a CPU that interprets a protected guest; cleared at the exit. */
typedef struct PVState {
	uint64_t config;
	uint64_t cpu;
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
} PVState;

static inline PVState *pv_state(CPUS390XState *env)
{
	return env->sie.format_state;
}

/* One of the values that the machine keeps of the CPU's configuration. */
static inline uint64_t pv_kept(const PVState *p, int index)
{
	return p->state.machine[KEPT_OF_GUEST + index];
}

/* entry.c */
uint8_t *pv_sida(CPUS390XState *env, size_t len);
uint64_t pv_answer(CPUS390XState *env, int reg);

/* operand.c */
G_NORETURN void pv_finish(CPUS390XState *env, uint64_t insn, int cc);
G_NORETURN void pv_exception(CPUS390XState *env, uint64_t insn,
			     int code);
G_NORETURN void pv_host_fault(CPUS390XState *env);
G_NORETURN void pv_invalid(CPUS390XState *env, uint16_t why);
G_NORETURN void pv_notify(CPUS390XState *env, uint16_t ipa, uint32_t ipb);
void pv_translated(CPUS390XState *env, uint64_t insn, int exc);
void pv_probe(CPUS390XState *env, uint64_t insn, uint64_t addr,
	      unsigned int len, bool store, int idx, uint64_t where[2],
	      uintptr_t ra);
bool pv_copy(CPUS390XState *env, const uint64_t where[2], void *buf,
	     unsigned int len, bool store);

/* facilities.c */
bool pv_host_facilities(CPUS390XState *env, uint64_t *list, unsigned int count);
bool pv_facilities(CPUS390XState *env, uint64_t *list, unsigned int count);

/* What happens to an instruction. */
enum PVAction {
	PV_EXECUTE,		/* as in the host */
	PV_OPERATION,		/* operation exception */
	PV_CC_0,		/* nothing but a condition code */
	PV_CC_1,
	PV_CC_2,
	PV_CC_3,
	PV_SERVICE,		/* the host emulates it, see services[] */
	PV_DIAGNOSE,
	PV_SIGP,
	PV_SERVICE_CALL,
	PV_CHSC,
	PV_STSI,
	PV_STHYI,
	PV_SET_PREFIX,		/* interpreted, and the host is told */
	PV_CPU_ADDRESS,
	PV_STFL,
	PV_TPROT,
	PV_INSERT_KEY,
	PV_SET_KEY,
	PV_RESET_KEY,
	PV_PFMF,
	PV_UVC,
};

/* instruction.c */
int pv_action(uint16_t opcode);
void pv_check_actions(void);
void pv_instruction(CPUS390XState *env, uint64_t insn, uint16_t opcode,
		    uintptr_t ra);

/* DIAGNOSE codes whose answers differ. */
#define DIAG_WATCHDOG			0x288
#define DIAG_IPL			0x308
#define DIAG_VIRTIO			0x500

/* What an instruction has that is a host's to emulate, by opcode. */
typedef struct PVService {
	uint16_t opcode;
	uint8_t in;		/* bytes of storage that the host gets */
	uint8_t out;		/* bytes that it may provide */
	uint8_t regs;		/* how many registers it gets, from 1 on */
	bool schid;		/* register 1 identifies a subchannel */
	bool has_cc;		/* the host sets the condition code */
} PVService;

/* ask.c */
const PVService *pv_service(uint16_t opcode);
G_NORETURN void pv_ask(CPUS390XState *env, uint64_t insn, uint16_t opcode,
		       int action, uintptr_t ra);

/* complete.c */
bool pv_complete(CPUS390XState *env);

/* uvc.c */
int pv_home(CPUS390XState *env, uint64_t vaddr, bool write,
	    uint64_t *guest);
G_NORETURN void pv_uvc(CPUS390XState *env, uint64_t insn,
		       uintptr_t ra);

/* sigp.c */
G_NORETURN void pv_sigp(CPUS390XState *env, uint64_t insn);
int pv_sigp_done(CPUS390XState *env, uint64_t insn);

/* inject.c */
bool pv_inject(CPUS390XState *env);
bool pv_stops(CPUS390XState *env);

#endif

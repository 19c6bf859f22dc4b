// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SIE: the system control area (SCA), which the CPUs of a guest have in common.
 *
 * With SIGP interpretation a CPU calls another one of its guest without the host:
 * the call waits in the other one's entry, a flag in its state description says so.
 * With the shared IPTE interlock a word of the SCA keeps instructions that
 * invalidate the guest's page tables and a host that walks through these apart.
 *
 * There are two formats. The basic SCA has 64 entries; the extended one, which
 * ECB2 names, has more.
 */
#include "qemu/osdep.h"
#include "exec/exec-all.h"
#include "exec/helper-proto.h"
#include "tcg/tcg_s390x.h"
#include "uv/uv.h"
#include "internal.h"

typedef struct SCAFormat {
	unsigned int cpus;
	unsigned int mcn;		/* bits: which CPUs there are */
	unsigned int entries;
	unsigned int entry_size;
	uint32_t origin_low;		/* bits of the origin's second word */
} SCAFormat;

static const SCAFormat basic = { 64, 0x30, 0x40, 0x20, ~0xfu };
static const SCAFormat extended = { 248, 0x40, 0x100, 0x40, ~0x3fu };

/* The address of a CPU's state description, in both formats' entries. */
#define ENTRY_SDA	8

/* The word of the interlock: the host's bit, and the count of the guest's CPUs. */
#define INTERLOCK_HOST	0x8000000000000000ull
#define INTERLOCK_GUEST	0x00000000ffffffffull

static const SCAFormat *sca_format(CPUS390XState *env)
{
	return sd_ld8(env, SD_ECB2) & ECB2_ESCA ? &extended : &basic;
}

/* Address of the SCA; 0 if there is none, or the host could not access it itself. */
static uint64_t sca_origin(CPUS390XState *env, const SCAFormat *format)
{
	uint64_t size = format->entries + format->cpus * format->entry_size;
	uint64_t origin = (uint64_t)sd_ld32(env, SD_SCAOH) << 32 |
			  (sd_ld32(env, SD_SCAOL) & format->origin_low);

	return sie_ram(origin, size) && s390_uv_allows(origin, size) ? origin : 0;
}

/* Where it is until the CPU runs other code, or NULL. */
static uint8_t *sca(CPUS390XState *env, const SCAFormat *format)
{
	uint64_t origin = sca_origin(env, format);

	return origin ? sie_ram(origin, 1) : NULL;
}

/*
 * Note a call in an entry: bit 0 says that there is one, behind it is who calls.
 * False if there is one already.
 */
static bool call_pends(const SCAFormat *format, uint8_t *entry, uint16_t from)
{
	if (format == &extended) {
		uint16_t old = qatomic_read((uint16_t *)entry);

		return !(be16_to_cpu(old) & 0x8000) &&
		       qatomic_cmpxchg((uint16_t *)entry, old,
				       cpu_to_be16(0x8000 | (from & 0xff))) == old;
	}
	uint8_t old = qatomic_read(entry + 1);

	return !(old & 0x80) &&
	       qatomic_cmpxchg(entry + 1, old, 0x80 | (from & 0x3f)) == old;
}

/* Take the call out of an entry. False if there was none. */
static bool call_taken(const SCAFormat *format, uint8_t *entry, uint16_t *from)
{
	if (format == &extended) {
		uint16_t old = be16_to_cpu(qatomic_xchg((uint16_t *)entry, 0));

		*from = old & 0xff;
		return old & 0x8000;
	}
	uint8_t old = qatomic_xchg(entry + 1, 0);

	*from = old & 0x3f;
	return old & 0x80;
}

/**
 * sie_external_call() - SIGP EXTERNAL CALL
 * @env: the CPU, interpreting a guest that is not hidden
 * @number: address of the CPU to call
 *
 * Everything but a call that becomes pending is the host's.
 */
enum sie_call sie_external_call(CPUS390XState *env, uint16_t number)
{
	const SCAFormat *format = sca_format(env);
	uint8_t *area, *entry, *block;
	uint64_t sda;
	uint32_t flags;

	if (!(sd_ld32(env, SD_ECA) & ECA_SIGPI) || number >= format->cpus)
		return SIE_CALL_HOST;
	area = sca(env, format);
	if (!area || !(area[format->mcn + number / 8] & 0x80 >> number % 8))
		return SIE_CALL_HOST;
	entry = area + format->entries + number * format->entry_size;
	sda = ldq_be_p(entry + ENTRY_SDA);
	if (!sda || (sda & (SD_SIZE - 1)) || !s390_uv_allows(sda, SD_SIZE))
		return SIE_CALL_HOST;
	block = sie_ram(sda, SD_SIZE);
	if (!block || (be32_to_cpu(qatomic_read((uint32_t *)block)) & CPUFLAG_STOPPED) ||
	    !call_pends(format, entry, sd_ld16(env, SD_ICPUA)))
		return SIE_CALL_HOST;
	flags = be32_to_cpu(qatomic_fetch_or((uint32_t *)block,
					     cpu_to_be32(CPUFLAG_ECALL)));
	return flags & CPUFLAG_WAIT ? SIE_CALL_WAITS : SIE_CALL_DONE;
}

/* Can the guest be interrupted by a call? */
bool sie_external_call_due(CPUS390XState *env)
{
	return (sd_cpuflags(env) & CPUFLAG_ECALL) && !sie_hidden(env) &&
	       (sd_ld32(env, SD_ECA) & ECA_SIGPI) &&
	       (env->psw.mask & PSW_MASK_EXT) &&
	       (env->cregs[0] & CR0_EXTERNAL_CALL_SC);
}

/**
 * sie_deliver_external_call() - interrupt the guest for a call
 * @env: the CPU, for which sie_external_call_due()
 *
 * The flag goes before the call does, as the next caller sets them the other way
 * round. If the host has another external interruption for the guest, it is the
 * host that finds out which comes first.
 */
void sie_deliver_external_call(CPUS390XState *env)
{
	const SCAFormat *format = sca_format(env);
	unsigned int number = sd_ld16(env, SD_ICPUA);
	uint8_t *area = sca(env, format), *lowcore = sie_lowcore(env);
	uint16_t from;

	if (!lowcore)
		return;
	qatomic_and((uint32_t *)env->sie.block, cpu_to_be32(~CPUFLAG_ECALL));
	if (!area || number >= format->cpus ||
	    !call_taken(format, area + format->entries + number * format->entry_size,
			&from)) {
		/* The host has withdrawn it; what else is there to do? */
		sie_attention(env);
		return;
	}
	if (sd_cpuflags(env) & CPUFLAG_EXT_INT) {
		sd_st16(env, SD_EIC, EXT_EXTERNAL_CALL);
		sd_st16(env, SD_EXTCPUADDR, from);
		sie_set_icpt(env, ICPT_EXTINT);
		sie_leave(env, true);
		return;
	}
	stw_be_p(lowcore + offsetof(LowCore, ext_int_code), EXT_EXTERNAL_CALL);
	stw_be_p(lowcore + offsetof(LowCore, cpu_addr), from);
	sie_swap_psw(env, lowcore, offsetof(LowCore, external_old_psw),
		     offsetof(LowCore, external_new_psw));
}

/* Address of the interlock's word; 0 if the host does not want it. */
static uint64_t interlock(CPUS390XState *env)
{
	if (sie_hidden(env) || !(sd_ld32(env, SD_ECA) & ECA_SII))
		return 0;
	return sca_origin(env, sca_format(env));
}

/**
 * sie_interlock() - an instruction will invalidate entries of the guest's tables
 * @env: the CPU, interpreting a guest
 *
 * Return: false if the host keeps these instructions off. After true the caller
 * is counted until sie_interlock_end(), or until the word is the host's no more:
 * the emulator may begin the instruction anew meanwhile, for a watchpoint, and other
 * CPUs execute calls to the ultravisor between the two times.
 */
bool sie_interlock(CPUS390XState *env)
{
	uint64_t at = env->sie.interlock ? 0 : interlock(env), old, seen;
	uint64_t *word = (uint64_t *)sie_ram(at, sizeof(*word));

	if (!at)
		return true;
	for (old = qatomic_read(word);; old = seen) {
		if (be64_to_cpu(old) & INTERLOCK_HOST)
			return false;
		seen = qatomic_cmpxchg(word, old, cpu_to_be64(be64_to_cpu(old) + 1));
		if (seen == old)
			break;
	}
	env->sie.interlock = at;
	return true;
}

/* The instruction has ended. Exceptions of it end it, too. */
void HELPER(sie_interlock_end)(CPUS390XState *env)
{
	sie_interlock_end(env);
}

void sie_interlock_end(CPUS390XState *env)
{
	uint64_t *word, old, seen;

	if (likely(!env->sie.interlock))
		return;
	word = (uint64_t *)sie_ram(env->sie.interlock, sizeof(*word));
	env->sie.interlock = 0;
	for (old = qatomic_read(word);; old = seen) {
		if (!(be64_to_cpu(old) & INTERLOCK_GUEST))
			return;
		seen = qatomic_cmpxchg(word, old, cpu_to_be64(be64_to_cpu(old) - 1));
		if (seen == old)
			return;
	}
}

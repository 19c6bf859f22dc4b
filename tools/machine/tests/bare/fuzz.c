// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * State descriptions, guest storage and guest code of any content: the machine goes on,
 * each entry ends in an interception or exception that there is, and storage that a
 * guest cannot reach stays as it was. Half of what is made up is half right.
 *
 * Then the same with the description of a protected guest, if the machine was given
 * one (see secure.h). Two doublewords at OPTIONS say for how many seconds each part
 * runs, and a seed.
 */
#include "secure.h"

#define OPTIONS		((volatile uint64_t *)(IMAGE - 32))

#define GUEST		0x6000000ul	/* 1 MiB, all that a guest reaches */
#define GUARD		0xa5		/* what the MiB before and behind are full of */
#define FUZZ_SD		(ARENA + 40 * PAGE)
#define FUZZ_SCA	(ARENA + 41 * PAGE)
#define FUZZ_FAC	(ARENA + 42 * PAGE)
#define SEGMENTS	((volatile uint64_t *)(ARENA + 44 * PAGE))
#define GUEST_PTES	((volatile uint64_t *)(ARENA + 45 * PAGE))
/* Offsets in the state description */
#define MSO		0x80
#define MSL		0x88
#define SCAO_HIGH	0x5c
#define SCAO_LOW	0x64

/* Reasons of validity interceptions */
#define VALIDITY_STOPPED	0x2026
#define VALIDITY_RESET		0x2028
#define VALIDITY_TIMER		0x2029

#define LIMIT_US	200		/* for one entry */
#define TIMEOUT		0x7fff		/* what catch() tells then */

static uint64_t state = 0x0123456789abcdef;

static uint64_t next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static uint64_t word(void)
{
	switch (next() % 8) {
	case 0:
		return next();
	case 1:
		return 1ul << next() % 64;
	case 2:
		return ~(1ul << next() % 64);
	case 3:
		return 0;
	default:
		return next() % 256 * PAGE + (next() % 2 ? 0 : next() % PAGE);
	}
}

/*
 * The entry: the host is in home space, which is real storage, so that a guest has the
 * primary space for itself; a clock comparator brings it back.
 */
static void fuzz_enter(void *description)
{
	uint64_t psw[2] = { 0x0500c00180000000, 0 };
	uint64_t when;

	asm volatile("stck %0" : "=Q" (when) : : "cc");
	when += LIMIT_US << 12;
	asm volatile("sckc %0" : : "Q" (when));
	asm volatile("	larl	%%r1,0f\n"
		     "	stg	%%r1,8(%0)\n"
		     "	lpswe	0(%0)\n"
		     "0:\n" : : "a" (psw) : "1", "cc", "memory");
	enter(description);
	psw[0] = 0x0000000180000000;
	asm volatile("	larl	%%r1,0f\n"
		     "	stg	%%r1,8(%0)\n"
		     "	lpswe	0(%0)\n"
		     "0:\n" : : "a" (psw) : "1", "cc", "memory");
}

/* An external interruption ends catch(), as a program interruption does (start.S). */
asm("	.text\n"
    "timed_out:\n"
    "	mvi	0xc50(%r0),0\n"
    "	lghi	%r2,0x7fff\n"
    "	lmg	%r6,%r15,0xc00(%r0)\n"
    "	br	%r14\n");

static void host_make(void)
{
	extern const uint8_t timed_out[];
	const uint64_t new_psw[2] = { 0x0000000180000000, (uint64_t)timed_out };
	uint64_t real_space = 0x20, control0;
	unsigned int i;

	asm volatile("mvc 0x1b0(16),0(%0)" : : "a" (new_psw) : "memory");
	asm volatile("stctg %%c0,%%c0,%0" : "=Q" (control0));
	control0 |= 0x800;
	asm volatile("lctlg %%c0,%%c0,%0" : : "Q" (control0));
	asm volatile("lctlg %%c13,%%c13,%0" : : "Q" (real_space));
	/* All of its first 2 GiB lead to the guest's MiB, but for some holes. */
	for (i = 0; i < 256; i++)
		GUEST_PTES[i] = GUEST + i * PAGE;
	GUEST_PTES[77] = 0x400;
	GUEST_PTES[78] |= 0x200;
	for (i = 0; i < 512; i++)
		SEGMENTS[i] = i % 16 == 9 ? 0x20 : (uint64_t)GUEST_PTES;
	memset((void *)(GUEST - MIB), GUARD, MIB);
	memset((void *)(GUEST + MIB), GUARD, MIB);
}

static uint64_t guard_broken(void)
{
	const uint64_t whole = GUARD * 0x0101010101010101ul;
	uint64_t at;

	for (at = GUEST - MIB; at < GUEST + 2 * MIB; at += 8)
		if ((at < GUEST || at >= GUEST + MIB) && *(volatile uint64_t *)at != whole)
			return at;
	return 0;
}

/* First bytes of instructions that do more than to compute. */
static const uint16_t opcodes[] = {
	0xb202, 0xb204, 0xb205, 0xb206, 0xb207, 0xb208, 0xb209, 0xb20a, 0xb20b, 0xb20d,
	0xb210, 0xb211, 0xb212, 0xb214, 0xb220, 0xb221, 0xb223, 0xb226, 0xb227, 0xb229,
	0xb22a, 0xb22b, 0xb22c, 0xb234, 0xb238, 0xb240, 0xb24a, 0xb250, 0xb254, 0xb256,
	0xb25f, 0xb276, 0xb27d, 0xb280, 0xb2b0, 0xb2b1, 0xb2b2, 0xb98a, 0xb98e, 0xb9a2,
	0xb9a4, 0xb9aa, 0xb9ab, 0xb9af, 0x8000, 0x8200, 0x8300, 0xac00, 0xad00, 0xae00,
	0xaf00, 0xb600, 0xb700, 0xd200, 0x4400, 0x0a00, 0xe501, 0xe50f, 0xeb25, 0xeb2f,
	0xc600, 0xc800, 0xee00, 0x9a00, 0xb100, 0xb248,
};

static void code_make(uint16_t *code, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		code[i] = next();
		if (next() % 3 == 0)
			code[i] = opcodes[next() % (sizeof(opcodes) / sizeof(opcodes[0]))] |
				  (next() % 4 ? 0 : next() % 256);
	}
}

static const uint64_t psw_masks[] = {
	0x0000000180000000, 0x0400000180000000, 0x0706000180000000, 0x0404c00180000000,
	0x0001000180000000, 0x4000000180000000, 0x0002000180000000, 0x0000000080000000,
};

static void description_make(void)
{
	volatile struct description *const d = (void *)FUZZ_SD;
	volatile uint8_t *bytes = (void *)FUZZ_SD;
	unsigned int i;

	memset((void *)d, 0, PAGE);
	d->cpuflags = next() % 8 ? 0x801 : next();
	d->prefix = next() % 8 ? (next() % 64) << 13 : next();
	*(volatile uint64_t *)(bytes + MSO) = next() % 4 ? 0 : word();
	*(volatile uint64_t *)(bytes + MSL) = next() % 4 ? 0x7fffffff : word();
	d->psw_mask = psw_masks[next() % (sizeof(psw_masks) / sizeof(psw_masks[0]))];
	d->psw_addr = next() % 8 ? next() % 256 * PAGE : word();
	for (i = 0; i < 16; i++)
		d->cr[i] = word();
	if (next() % 2)
		d->cr[0] = 0xe0;
	if (next() % 2)
		d->cr[1] = 0x20;
	d->ictl = next() % 4 ? 0 : next();
	d->fac = next() % 4 ? 0 : FUZZ_FAC;
	for (i = next() % 8; i; i--)
		bytes[next() % 0x200] = next();
	/* Where the machine stores for the host, who would be to blame. */
	*(volatile uint32_t *)(bytes + SCAO_HIGH) = next() % 8 ? 0 : 0x7f000000;
	*(volatile uint32_t *)(bytes + SCAO_LOW) = next() % 4 ? 0 : FUZZ_SCA;
	/* Entries of both formats lead to this description, or nowhere. */
	for (i = 0; i < PAGE / 8; i++)
		((volatile uint64_t *)FUZZ_SCA)[i] = next() % 2 ? FUZZ_SD : 1ul << 50;
	for (i = 0; i < 14; i++)
		before[i] = word();
}

static bool is_one_of(unsigned int code, const uint8_t *codes, unsigned int count)
{
	while (count--)
		if (codes[count] == code)
			return true;
	return false;
}

static const uint8_t interceptions[] = {
	0x04, 0x08, 0x10, 0x14, 0x18, 0x1c, 0x20, 0x28, 0x2c, 0x38, 0x60, 0x64, 0x68, 0x6c, 0x70,
};
/* Those of translation, addressing, protection, secure storage */
static const uint8_t host_exceptions[] = {
	0x04, 0x05, 0x10, 0x11, 0x12, 0x38, 0x39, 0x3a, 0x3b, 0x3d, 0x3e, 0x3f,
};

/* How often entries ended in what way. */
static struct {
	uint64_t entries, refused, intercepted, excepted, timeouts;
	uint64_t unknown;		/* the last way that there is not */
} seen;

static unsigned int one(volatile struct description *of)
{
	unsigned int code;

	of->icptcode = 0xff;
	code = catch(fuzz_enter, (void *)of);
	seen.entries++;
	if (code == TIMEOUT)
		seen.timeouts++;
	else if (code && is_one_of(code, host_exceptions, sizeof(host_exceptions)))
		seen.excepted++;
	else if (!code && of->icptcode == VALIDITY)
		seen.refused++;
	else if (!code && is_one_of(of->icptcode, interceptions, sizeof(interceptions)))
		seen.intercepted++;
	else
		seen.unknown = 0x100000 | code << 8 | of->icptcode;
	return code;
}

/* @least: as many have to be neither refused nor ended by the clock. */
static void summary(const char *name, uint64_t least)
{
	say("# entries ");
	say_hex(seen.entries);
	say(" refused ");
	say_hex(seen.refused);
	say(" interceptions ");
	say_hex(seen.intercepted);
	say(" exceptions ");
	say_hex(seen.excepted);
	say(" timeouts ");
	say_hex(seen.timeouts);
	say("\n");
	equal(name, seen.unknown, 0);
	result("enough of them do more than to be refused or ended by the clock",
	       seen.intercepted + seen.excepted >= least, seen.intercepted);
	memset(&seen, 0, sizeof(seen));
}

static void ordinary(uint64_t us)
{
	uint64_t end = clock_us() + us, i;

	guest_space((uint64_t)SEGMENTS);
	memset((void *)GUEST, 0, MIB);
	while (clock_us() < end) {
		code_make((uint16_t *)GUEST + next() % 256 * (PAGE / 2), 64);
		code_make((uint16_t *)GUEST + next() % 256 * (PAGE / 2), 64);
		description_make();
		/* The same guest goes on from where it was, too. */
		for (i = next() % 4; i != 4; i++)
			one((void *)FUZZ_SD);
	}
	summary("ordinary guests: each entry ends in a way that there is", seen.entries / 8);
	equal("storage beside the guest's is as it was", guard_broken(), 0);
}

static unsigned int call(uint16_t command, uint64_t handle)
{
	struct uvcb block = { 0 };

	FIELD(&block, 0x18) = handle;
	return uvc_call(&block, command, 0x40);
}

/*
 * Does the guest begin once more? It has asked for that, or it waits, for what the host
 * hardly ever has, or says that nothing is as it should be, for the rest of the time. Or the host does not know its CPU timer any more: the clock has come
 * between before the entry, when the description had another one.
 */
static bool is_at_end(void)
{
	unsigned int why = sd->ipb >> 16;

	if (sd->icptcode == WAIT)
		return next() % 8 == 0;
	if (sd->icptcode == INSTRUCTION)
		return next() % 64 == 0;
	return sd->icptcode == VALIDITY &&
	       (why == VALIDITY_RESET || why == VALIDITY_STOPPED || why == VALIDITY_TIMER);
}

static void begin_again(void)
{
	set_state(STOPPED);
	set_state_of(second, STOPPED);
	call(UVC_UNSHARE_ALL, config);
	call(UVC_PREPARE_RESET, config);
	call(UVC_CPU_RESET_INITIAL, cpu);
	set_state(LOAD);
	set_state(OPERATING);
}

static void protected(uint64_t us)
{
	static uint8_t good[PAGE] __attribute__((aligned(8)));
	volatile uint8_t *bytes = (void *)SD;
	uint64_t end, begun = 0;
	unsigned int code, i;

	if (!uv_start() || !secure_start() || secure_verify() || set_state(LOAD) || set_state(OPERATING)) {
		result("a protected guest starts", false, 0);
		return;
	}
	guest_space((uint64_t)guest_tables[0]);
	memcpy(good, (void *)SD, PAGE);
	end = clock_us() + us;
	while (clock_us() < end) {
		uint64_t cputm = sd->cputm;

		for (i = next() % 4; i; i--)
			bytes[next() % 0x400] = next();
		/* Where the machine stores for the host, see above. */
		if (sd->sidad != SIDA)
			sd->sidad = 1ul << 50;
		code = one(sd);
		if (code == 0x3e)
			import_page(config, (teid() - guest_origin) / PAGE, NULL);
		else if (!code && sd->icptcode == PREFIX)
			for (i = 0; i < 2; i++)
				import_page(config, (sd->prefix & 0x7fffe000) / PAGE + i, NULL);
		if (!code && is_at_end()) {
			begin_again();
			begun++;
		}
		/* It goes on only with the CPU timer that it was left with. */
		if (code || sd->icptcode != VALIDITY)
			cputm = sd->cputm;
		if (next() % 2 || code || sd->icptcode == VALIDITY) {
			memcpy((void *)SD, good, PAGE);
			sd->cputm = cputm;
		}
	}
	say("# begun again ");
	say_hex(begun);
	say("\n");
	summary("a protected guest: each entry ends in a way that there is", seen.entries / 8);
	equal("storage beside a guest's is as it was", guard_broken(), 0);
}

int main(void)
{
	uint64_t us = OPTIONS[0] * 1000000;

	if (OPTIONS[1])
		state = OPTIONS[1];
	host_make();
	ordinary(us);
	if (*(volatile uint64_t *)IMAGE)
		protected(us);
	finish();
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SIE of a protected guest, step by step: what the host gets to see, what it
 * may provide, and what is refused. The guest is guest/protected.S; its image
 * lies at IMAGE.
 */
#include "uvc.h"

#define IMAGE		0x4000000ul

/* In the arena, besides what uvc.c has there. */
#define SD		(ARENA + 8 * PAGE)
#define SIDA		(ARENA + 9 * PAGE)
#define CPU_STORAGE	(ARENA + 10 * PAGE)
#define OTHER_SD	(ARENA + 12 * PAGE)

/* Stage 1's parameter block and the IPL parameter block in the image. */
#define PARMS		0x11008
#define IPIB_COUNT	112
#define IPIB_ENTRIES	136

enum {
	UVC_CREATE_CPU = 0x0120, UVC_SET_PARAMETERS = 0x0300, UVC_UNPACK = 0x0301,
	UVC_CPU_RESET_CLEAR = 0x0321, UVC_SET_STATE = 0x0330, UVC_PIN = 0x0341,
	UVC_UNPIN = 0x0342,
};

#define OPERATING	1
#define STOPPED		2
#define LOAD		5

/* Interceptions, and why one is a validity interception */
enum {
	PROGRAM = 0x08, WAIT = 0x1c, VALIDITY = 0x20, STOP = 0x28, INT_ENABLE = 0x64,
	INSTRUCTION = 0x68, NOTIFY = 0x6c, PREFIX = 0x70,
};

enum {
	V_FORMAT = 0x11, V_ALIGNMENT = 0x20, V_CONFIG = 0x22, V_CPU = 0x23, V_OTHER_SD = 0x24,
	V_NOT_VERIFIED = 0x25, V_STOPPED = 0x26, V_SIDA = 0x27, V_CODE = 0x28,
	V_DISABLED = 0x29, V_INCOMPLETE = 0x2a, V_SCCB = 0x2b,
};

struct description {
	uint32_t cpuflags;		/* 000 */
	uint32_t prefix;
	uint64_t reserved08;
	uint64_t cpu;			/* 010 */
	uint64_t config;
	uint8_t reserved20[0x24];
	uint16_t lctl;			/* 044 */
	uint8_t reserved46[0xa];
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
	uint32_t eiparams;		/* 0c0 */
	uint16_t extcpu;
	uint16_t eic;
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
static uint8_t *const sida = (void *)SIDA;
static uint64_t facilities[256] __attribute__((aligned(8)));

/* The host's registers before and after; 0 to 13, then an FPR and an AR. */
const uint64_t before[18] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18 };
uint64_t after[18];
void enter(void *description);
asm("	.pushsection .text\n"
    "enter:\n"
    "	stmg	%r6,%r15,48(%r15)\n"
    "	larl	%r1,before\n"
    "	ld	%f9,112(%r1)\n"
    "	lam	%a5,%a5,124(%r1)\n"
    "	lgr	%r14,%r2\n"
    "	lmg	%r0,%r13,0(%r1)\n"
    "	.insn	s,0xb2140000,0(%r14)\n"
    "	larl	%r14,after\n"
    "	stmg	%r0,%r13,0(%r14)\n"
    "	std	%f9,112(%r14)\n"
    "	stam	%a5,%a5,124(%r14)\n"
    "	lmg	%r6,%r15,48(%r15)\n"
    "	br	%r14\n"
    "	.popsection\n");

static uint64_t config, cpu;

/* Runs until there is more to do than to import a page. */
static unsigned int run(void)
{
	unsigned int code, tries;

	for (tries = 0; tries < 1000; tries++) {
		sd->icptcode = 0;
		code = catch(enter, (void *)sd);
		if (code == 0x3e && (teid() & 4)) {
			import_page(config, teid() / PAGE, NULL);
		} else if (code) {
			return 0x100 | code;
		} else if (sd->icptcode == PREFIX) {
			import_page(config, (sd->prefix & 0x7fffe000) / PAGE, NULL);
			import_page(config, (sd->prefix & 0x7fffe000) / PAGE + 1, NULL);
		} else {
			return sd->icptcode;
		}
	}
	return 0;
}

static void icpt(const char *name, unsigned int code, uint16_t ipa, uint32_t ipb)
{
	unsigned int have = run();

	equal(name, (uint64_t)have << 48 | (uint64_t)sd->ipa << 32 | sd->ipb,
	      (uint64_t)code << 48 | (uint64_t)ipa << 32 | ipb);
}

/* The guest shows what it found; this is what it must be. */
static void report(const char *name, uint64_t r2, uint64_t r3)
{
	icpt(name, INSTRUCTION, 0x8324, 0x05000000);
	equal("- the first value", sd->gr[2], r2);
	equal("- the second", sd->gr[3], r3);
}

static void report_one(const char *name, uint64_t r2)
{
	icpt(name, INSTRUCTION, 0x8324, 0x05000000);
	equal("- the value", sd->gr[2], r2);
}

static void invalid(const char *name, uint16_t why)
{
	unsigned int have = run();

	equal(name, (uint64_t)have << 16 | sd->ipb >> 16, VALIDITY << 16 | why);
}

static unsigned int set_state(uint8_t state)
{
	struct uvcb block = { 0 };

	FIELD(&block, 0x18) = cpu;
	FIELD(&block, 0x20) = state;
	return uvc_call(&block, UVC_SET_STATE, 0x50);
}

static uint64_t image_word(uint64_t offset)
{
	return *(uint64_t *)(IMAGE + offset);
}

static bool unpack(void)
{
	uint64_t ipib = PARMS + image_word(PARMS + 16), i, offset;
	uint32_t count = (uint32_t)image_word(ipib + IPIB_COUNT);

	for (i = 0; i < count; i++) {
		uint64_t entry = ipib + IPIB_ENTRIES + 24 * i;
		uint64_t addr = image_word(entry + 8), size = image_word(entry + 16);

		for (offset = 0; offset < size; offset += PAGE) {
			struct uvcb block = { 0 };

			FIELD(&block, 0x18) = config;
			FIELD(&block, 0x20) = addr + offset;
			FIELD(&block, 0x28) = image_word(entry);
			FIELD(&block, 0x30) = offset;
			if (uvc_call(&block, UVC_UNPACK, 0x50))
				return false;
		}
	}
	return true;
}

static bool start(void)
{
	struct uvcb block = { 0 };
	bool good;

	memcpy(guest_frame(0), (void *)IMAGE, GUEST_PAGES * PAGE);
	config = guest_create();
	FIELD(&block, 0x18) = config;
	FIELD(&block, 0x20) = IMAGE + PARMS + image_word(PARMS);
	FIELD(&block, 0x28) = image_word(PARMS + 8) << 32;
	good = !uvc_call(&block, UVC_SET_PARAMETERS, 0x50) && unpack();

	memset((void *)sd, 0, PAGE);
	memset(&block, 0, sizeof(block));
	FIELD(&block, 0x20) = config;
	FIELD(&block, 0x28) = CPU_STORAGE;
	FIELD(&block, 0x38) = SD;
	good = good && !uvc_call(&block, UVC_CREATE_CPU, 0x60);
	cpu = FIELD(&block, 0x18);
	sd->config = config;
	sd->cpu = cpu;
	sd->sdf = 2;
	sd->sidad = SIDA;
	facilities[2] = 1ul << (63 - 161 % 64) | 1ul << (63 - 140 % 64);
	sd->fac = (uint32_t)(uint64_t)facilities;
	return good;
}

static void verify(void)
{
	struct uvcb block = { 0 };

	invalid("before the image is verified", V_NOT_VERIFIED);
	FIELD(&block, 0x18) = config;
	equal("verify", uvc_call(&block, UVC_VERIFY, 0x40), 0);
	invalid("a CPU that is stopped", V_STOPPED);
	equal("load and operate", set_state(LOAD) | set_state(OPERATING), 0);
}

/* Descriptions that lead nowhere. */
static void wrong_descriptions(void)
{
	volatile struct description *const other = (void *)OTHER_SD;

	sd->config ^= 1ul << 40;
	invalid("a handle of no configuration", V_CONFIG);
	sd->config = config;
	sd->cpu ^= 1ul << 16;
	invalid("a handle of no CPU", V_CPU);
	sd->cpu = cpu;
	sd->sdf = 1;
	invalid("a format that there is not", V_FORMAT);
	sd->sdf = 2;
	memcpy((void *)other, (void *)sd, PAGE);
	enter((void *)other);
	equal("another state description", other->ipb >> 16, V_OTHER_SD);
	memcpy((void *)other + 0x200, (void *)sd, 0x200);
	enter((void *)other + 0x200);
	equal("one that does not begin a page",
	      ((volatile struct description *)(OTHER_SD + 0x200))->ipb >> 16, V_ALIGNMENT);
	sd->iictl = 0x44;
	invalid("an interruption that there is not", V_CODE);
	sd->iictl = 0x10;
	invalid("a program interruption out of nowhere", V_CODE);
	sd->iictl = 0;
}

static void hidden(void)
{
	uint64_t shown = 0;
	unsigned int i;

	sd->cr[5] = 0x1234;
	icpt("DIAG 44", INSTRUCTION, 0x8324, 0x00440000);
	for (i = 0; i < 16; i++)
		shown |= sd->gr[i];
	equal("no register is shown", shown | sd->gg14 | sd->gg15, 0);
	equal("nor is the PSW", sd->psw_mask | sd->psw_addr, 0);
	equal("control registers neither", sd->cr[5], 0x1234);
	result("the host's own registers come back", !memcmp(before, after, 14 * 8 + 8), after[0]);
	equal("access registers, too", (uint32_t)after[15], (uint32_t)before[15]);
	sd->iictl = 2;
	sd->eic = 0x1004;
	invalid("no interruption before the instruction is complete", V_INCOMPLETE);
	sd->iictl = 0;
}

static void channel(void)
{
	icpt("STSCH", INSTRUCTION, 0xb234, 0);
	equal("its subchannel", sd->gr[1], 0x10005);
	memset(sida, 0x5a, PAGE);
	sd->psw_mask = 1ul << 44;
	report("is complete with cc 1 and its block", 1, 0x5a5a5a5a);
	equal("all of it", sd->gr[4], 0x5a5a5a5a);
	icpt("TSCH", INSTRUCTION, 0xb235, 0);
	sd->psw_mask = 3ul << 44;
	report("is complete with cc 3 and without a block", 3, 0);
	icpt("MSCH", INSTRUCTION, 0xb232, 0);
	equal("its block", *(uint32_t *)sida, 0x5a5a5a5a);
	sd->iictl = 0x11;
	report("ends with the operand exception that the host chose", 0x15, 4);
	equal("which is taken", sd->iictl, 0);
	report("a subchannel that cannot be is no matter of the host's", 0x15, 4);
}

static void itself(void)
{
	report("CPU 0; facility 158, but neither 161 nor 140", 0, 1ul << (63 - 158 % 64));
	equal("TPROT", sd->gr[4], 0);
	icpt("SPX", NOTIFY, 0xb210, 0);
	equal("the new prefix", *(uint32_t *)sida, 0x40000);
	export_page(guest_frame(0x41), NULL);
	enter((void *)sd);
	equal("an area that is not secure is what comes first", sd->icptcode, PREFIX);
	equal("the description says where it is", sd->prefix & 0x7fffe000, 0x40000);
	report_one("the prefix is the CPU's", 0x40000);
}

static void service_call(void)
{
	icpt("SERVC", INSTRUCTION, 0xb220, 0x00230000);
	equal("its command", sd->gr[2], 0x00760005);
	equal("not the address of its block", sd->gr[3], 0);
	equal("but the block", *(uint64_t *)(sida + 8), 0xa8a9aaabacadaeaf);
	sida[8] = 0x99;
	sd->sidad = CPU_STORAGE;
	invalid("a SIDA that the host must not touch itself", V_SIDA);
	sd->sidad = SIDA;
	icpt("is complete, and the host is told", NOTIFY, 0xb220, 0);
	report("cc 0 and the answer", 0, 0x99a9aaabacadaeaf);
	sd->iictl = 2;
	sd->eic = 0x2401;
	sd->eiparams = 0x4000;
	invalid("no interruption of a guest that is not enabled", V_INCOMPLETE);
	sd->iictl = 0;
	sd->lctl = 0x8000;
	equal("the guest enables, which the host waits for", run(), INT_ENABLE);
	equal("CR0 is shown as far as it is needed", sd->cr[0], 0x200);
	sd->lctl = 0;
	sd->iictl = 2;
	invalid("no interruption before the PSW is open, too", V_DISABLED);
	sd->iictl = 0;
	equal("an enabled wait", run(), WAIT);
	equal("is shown as such", sd->psw_mask, 0x0102ul << 48);
	sd->cpuflags = 0x04000000;
	equal("a stop request comes first", run(), STOP);
	sd->cpuflags = 0;
	sd->eic = 0x1201;
	sd->iictl = 2;
	invalid("no interruption that is not enabled", V_DISABLED);
	sd->eic = 0x2401;
	icpt("the service signal", INSTRUCTION, 0x8324, 0x05000000);
	equal("is one", sd->gr[2], 0x2401);
	result("with the guest's address", sd->gr[3] == sd->gr[4], sd->gr[3]);
	equal("a wait again", run(), WAIT);
	sd->iictl = 2;
	invalid("no second one with an address", V_SCCB);
	sd->eiparams = 1;
	report("one without", 0x2401, 1);
}

static void pages(void)
{
	struct uvcb block = { 0 };

	icpt("share calls", INSTRUCTION, 0x8324, 0x05000000);
	equal("succeed for a page in storage", sd->gr[2], 0);
	equal("and one that the host has to import first", sd->gr[3], 0);
	equal("the host reads it", *(uint64_t *)guest_frame(0x50), 0x5ec2e7015ec2e701);
	report_one("a query", 0);
	equal("offers share and unshare", sd->gr[3] >> 54 & 3, 3);
	equal("import is no call of a guest's: rc 2", sd->gr[4], 2);
	FIELD(&block, 0x18) = (uint64_t)guest_frame(0x50);
	equal("the host pins a page", uvc_call(&block, UVC_PIN, 0x20), 0);
	icpt("the guest unshares it", NOTIFY, 0xb9a4, 0);
	equal("the block is shown", *(uint64_t *)(sida + 0x20), 0x50000);
	icpt("once more, as long as it is pinned", NOTIFY, 0xb9a4, 0);
	FIELD(&block, 0x18) = config;
	FIELD(&block, 0x20) = 0x50000;
	equal("the host unpins it", uvc_call(&block, UVC_UNPIN, 0x28), 0);
	icpt("the call ends", INSTRUCTION, 0x8324, 0x05000000);
	equal("well", sd->gr[2], 0);
}

static void ends(void)
{
	report_one("the clock comparator interrupts without the host", 0x1004);
	equal("specification exceptions in a loop", run(), PROGRAM);
	equal("the host stops it", set_state(STOPPED), 0);
	invalid("for good", V_STOPPED);
}

/* Whatever the host writes into the description, the machine goes on. */
static void garbage(void)
{
	uint64_t seed = 1, i, rounds;
	unsigned int codes = 0;

	set_state(OPERATING);
	for (rounds = 0; rounds < 2000; rounds++) {
		for (i = 0; i < PAGE / 8; i++) {
			seed = seed * 6364136223846793005ul + 1442695040888963407ul;
			((volatile uint64_t *)SD)[i] = seed ^ seed >> 29;
		}
		sd->cpuflags |= 0x04000000;
		sd->iictl &= seed >> 60 ? 7 : 0x17;
		sd->sdf = 2;
		sd->config = config;
		sd->cpu = cpu;
		codes |= 1u << (run() >> 2 & 0x1f);
	}
	result("2000 descriptions of random bytes end in interceptions", codes, codes);
}

int main(void)
{
	if (!uv_start() || !start()) {
		result("a protected guest", false, 0);
		finish();
	}
	verify();
	wrong_descriptions();
	hidden();
	channel();
	itself();
	service_call();
	pages();
	ends();
	garbage();
	finish();
}

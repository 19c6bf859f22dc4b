// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SIE of a protected guest, step by step: what the host gets to see, what it
 * may provide, and what is refused. The guest is guest/protected.S.
 */
#include "secure.h"

enum {
	V_FORMAT = 0x11, V_ALIGNMENT = 0x2020, V_CONFIG = 0x2022, V_CPU, V_OTHER_SD,
	V_NOT_VERIFIED, V_STOPPED, V_ASCE, V_RESET, V_TIMER, V_SIDA, V_CODE,
	V_DISABLED, V_INCOMPLETE, V_SCCB,
};

/* What every DIAGNOSE is shown as; its code is in register 5. */
#define DIAG_IPA	0x8302
#define DIAG_IPB	0x50000000

static void icpt(const char *name, unsigned int code, uint16_t ipa, uint32_t ipb)
{
	unsigned int have = run();

	equal(name, (uint64_t)have << 48 | (uint64_t)sd->ipa << 32 | sd->ipb,
	      (uint64_t)code << 48 | (uint64_t)ipa << 32 | ipb);
}

static void diagnose(const char *name, unsigned int code, uint16_t function)
{
	icpt(name, code, DIAG_IPA, DIAG_IPB);
	equal("- its code", sd->gr[5], function);
}

/* The guest shows what it found; this is what it must be. */
static void report(const char *name, uint64_t r2, uint64_t r3)
{
	diagnose(name, INSTRUCTION, 0x500);
	equal("- the first value", sd->gr[2], r2);
	equal("- the second", sd->gr[3], r3);
}

static void report_one(const char *name, uint64_t r2)
{
	diagnose(name, INSTRUCTION, 0x500);
	equal("- the value", sd->gr[2], r2);
}

static void invalid(const char *name, uint16_t why)
{
	unsigned int have = run();

	equal(name, (uint64_t)have << 16 | sd->ipb >> 16, VALIDITY << 16 | why);
}

static void verify(void)
{
	invalid("before the image is verified", V_NOT_VERIFIED);
	equal("verify", secure_verify(), 0);
	invalid("a CPU that is stopped", V_STOPPED);
	equal("load and operate", set_state(LOAD) | set_state(OPERATING), 0);
}

/* Every bit of a handle is compared. */
static void handles(const char *name, volatile uint64_t *handle, uint16_t why)
{
	const uint64_t right = *handle;
	uint64_t accepted = 0;
	unsigned int i;

	for (i = 0; i < 64; i++) {
		*handle = right ^ 1ul << i;
		if (run() != VALIDITY || sd->ipa != 0x1000 || sd->ipb != (uint32_t)why << 16)
			accepted |= 1ul << i;
	}
	*handle = right;
	equal(name, accepted, 0);
}

/* Another configuration with a CPU 0, whose handles are right by themselves. */
static void another_guest(void)
{
	struct uvcb block = { 0 };
	uint64_t other, other_cpu;

	memset((void *)OTHER_TABLE, 0, PAGE);
	FIELD(&block, 0x20) = OTHER_BASE;
	FIELD(&block, 0x28) = CONFIG_VAR + MIB;
	FIELD(&block, 0x40) = MIB;
	FIELD(&block, 0x48) = OTHER_SCA;
	FIELD(&block, 0x50) = OTHER_TABLE | ASCE_PRIVATE;
	equal("another configuration", uvc_call(&block, UVC_CREATE, 0x80), 0);
	other = FIELD(&block, 0x18);
	memset(&block, 0, sizeof(block));
	FIELD(&block, 0x20) = other;
	FIELD(&block, 0x28) = OTHER_STORAGE;
	FIELD(&block, 0x38) = OTHER_SD;
	equal("with a CPU", uvc_call(&block, UVC_CREATE_CPU, 0x60), 0);
	other_cpu = FIELD(&block, 0x18);
	sd->cpu = other_cpu;
	invalid("a CPU of another configuration", V_CPU);
	sd->cpu = cpu;
	sd->config = other;
	equal("a configuration of another CPU", run() << 8 | sd->ipb >> 24, VALIDITY << 8 | 0x20);
	sd->config = config;
	memset(&block, 0, sizeof(block));
	FIELD(&block, 0x18) = other_cpu;
	equal("the CPU goes", uvc_call(&block, UVC_DESTROY_CPU, 0x40), 0);
	equal("its configuration goes", guest_destroy(other), 0);
}

/* The host's primary space is the guest's, not one that only looks like it. */
static void address_space(void)
{
	memcpy((void *)OTHER_TABLE, guest_tables[0], PAGE);
	guest_space(OTHER_TABLE);
	invalid("tables of the host's own that lead to the same pages", V_ASCE);
	guest_space((uint64_t)guest_tables[0]);
}

/*
 * Of the CPU timer: ten seconds, more than may pass until the entry, as the computer has
 * other things to do.
 */
#define UNITS	(10 * 4096000000ull)

static uint64_t tod(void)
{
	uint64_t now;

	asm volatile("stck %0" : "=Q" (now) : : "cc");
	return now;
}

/* The CPU timer goes on as long as the host has the CPU, not longer and not back. */
static void cpu_timer(void)
{
	uint64_t start = tod(), shown = sd->cputm;

	sd->cputm = shown + UNITS;
	invalid("a CPU timer that has gone back", V_TIMER);
	sd->cputm = shown - (tod() - start) - UNITS;
	invalid("one that has gone on for longer than the time did", V_TIMER);
	sd->cputm = shown;
}

/* Descriptions that lead nowhere. */
static void wrong_descriptions(void)
{
	volatile struct description *const other = (void *)OTHER_SD;

	handles("each bit of the configuration's handle counts", &sd->config, V_CONFIG);
	handles("each bit of the CPU's", &sd->cpu, V_CPU);
	another_guest();
	address_space();
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

	report_one("the guest asks whether it shall spin", 0);
	cpu_timer();
	sd->cr[5] = 0x1234;
	diagnose("DIAG 44", NOTIFY, 0x44);
	for (i = 0; i < 16; i++)
		shown |= i == 5 ? 0 : sd->gr[i];
	equal("no register is shown", shown | sd->gg14 | sd->gg15, 0);
	equal("nor is the PSW", sd->psw_mask | sd->psw_addr, 0);
	equal("control registers neither", sd->cr[5], 0x1234);
	result("the host's own registers come back", !memcmp(before, after, 14 * 8 + 8), after[0]);
	equal("access registers, too", (uint32_t)after[15], (uint32_t)before[15]);
	sd->iictl = 0x10;
	invalid("it has no exception that the host could choose", V_CODE);
	sd->iictl = 0;
}

static void channel(void)
{
	icpt("STSCH", INSTRUCTION, 0xb234, 0);
	equal("its subchannel", sd->gr[1], 0x10005);
	sd->iictl = 2;
	sd->eic = 0x1004;
	invalid("no interruption before the instruction is complete", V_INCOMPLETE);
	sd->iictl = 0;
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

static void channel_subsystem_call(void)
{
	memset(sida, 0x5a, PAGE);
	icpt("CHSC", INSTRUCTION, 0xb25f, 0);
	equal("its request", *(uint64_t *)sida, 0x0010001000000000);
	equal("nothing that is behind it", *(uint64_t *)(sida + 16), 0x5a5a5a5a5a5a5a5a);
	sd->psw_mask = 0;
	report("is complete with cc 0 and the host's response", 0, 0x5a5a5a5a5a5a5a5a);
	report("no request: operand exception", 0x15, 4);
	report("one that ends in its header", 0x15, 4);
	report("no doublewords", 0x15, 4);
	report("one without room for a response", 0x15, 4);
}

static void diagnoses(void)
{
	diagnose("DIAG 9c", NOTIFY, 0x9c);
	equal("its CPU address", sd->gr[0], 0x11);
	diagnose("DIAG 288", INSTRUCTION, 0x288);
	result("its registers", sd->gr[0] == 0x11 && sd->gr[1] == 0x22 && sd->gr[2] == 0x33,
	       sd->gr[0]);
	sd->iictl = 0x11;
	invalid("it has no operand exception", V_INCOMPLETE);
	sd->iictl = 0x10;
	report("but a specification exception", 6, 4);
	diagnose("DIAG 318", INSTRUCTION, 0x318);
	equal("its register", sd->gr[0], 0x11);
	diagnose("DIAG 308, store", INSTRUCTION, 0x308);
	result("its registers", sd->gr[0] == 0x5b000 && sd->gr[1] == 0x22 && sd->gr[2] == 6,
	       sd->gr[2]);
	memset(sida, 0x5a, PAGE);
	*(uint32_t *)sida = 8;
	sd->gr[1] = 1;
	report("is complete with its response and its block", 1, 0x85a5a5a5a);
	equal("which is not longer than it says", sd->gr[4], 0);
	report("DIAG 308 7, for who is not protected yet: specification exception", 6, 4);
}

/* SET CLOCK; @us: microseconds */
static void clock_forward(int64_t us)
{
	uint64_t tod = (clock_us() + us) << 12;

	asm volatile("sck %0" : : "Q" (tod) : "cc");
}

#define HOUR_US	3600000000l

static void clock(void)
{
	uint64_t before;

	icpt("the guest looks at its clock", INSTRUCTION, DIAG_IPA, DIAG_IPB);
	before = sd->gr[2] >> 12;
	clock_forward(HOUR_US);
	icpt("again, when the host has set its own", INSTRUCTION, DIAG_IPA, DIAG_IPB);
	clock_forward(-HOUR_US);
	result("the guest's goes on as before", (sd->gr[2] >> 12) - before < HOUR_US,
	       (sd->gr[2] >> 12) - before);
}

/* The third doubleword of the facility list, whatever the host has provided of 158 and 169 */
#define LIST_2	(1ul << (63 - 158 % 64) | 1ul << (63 - 169 % 64) | 1ul << (63 - 129 % 64))

static void itself(void)
{
	/* Too late: the guest has begun. */
	facilities[2] = 0;
	report("CPU 0; facilities 158, 169 and 129, but neither 161 nor 140 nor 139", 0, LIST_2);
	equal("TPROT", sd->gr[4], 0);
	report("ISKE of no page: addressing exception", 5, 4);
	report("SSKE of no page: addressing exception", 5, 4);
	report("RRBE of no page: addressing exception", 5, 4);
	report("PFMF of page 0, protected low addresses: protection exception", 4, 4);
	report("its TEID, and the page", 0x5ec2e7015ec2e701, 0x480);
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
	report("a block that has no header: specification exception", 6, 4);
	report("an address beyond 2 GiB: specification exception", 6, 4);
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
	icpt("the service signal", INSTRUCTION, DIAG_IPA, DIAG_IPB);
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

	icpt("share calls", INSTRUCTION, DIAG_IPA, DIAG_IPB);
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
	FIELD(&block, 0x20) = guest_origin + 0x50000;
	equal("the host unpins it", uvc_call(&block, UVC_UNPIN, 0x28), 0);
	icpt("the call ends", INSTRUCTION, DIAG_IPA, DIAG_IPB);
	equal("well", sd->gr[2], 0);
}

static void secrets(void)
{
	report("an attestation request of zeroes: cc 1, rc 106", 1, 0x106);
	equal("flags of attestation", sd->gr[4], 0x7800000000000000);
	report("the list of secrets: cc 0, rc 1", 0, 1);
	equal("no secret in it", sd->gr[4], 0);
	report("none can be retrieved: rc 10f; the lock: rc 1", 0x10f, 1);
	equal("nothing is added then: rc 102", sd->gr[4], 0x102);
	equal("the list is not for the host", catch(fetch, guest_frame(0x57)), 0x3d);
}

static void signals(void)
{
	icpt("SIGP set prefix", INSTRUCTION, 0xae24, 0x000d0000);
	equal("its parameter", sd->gr[3], 0x60000);
	equal("its CPU", sd->gr[4], 1);
	sd->psw_mask = 0;
	report("is complete; both orders that store status do not come here", 0, 0);
	report("the prefix that was set, and the control registers of a CPU after its reset",
	       0x60000, 0xe0);
	equal("vector registers are zeros", sd->gr[4], 0);
	report("SIGP store status: incorrect state of the CPU itself", 1, 0x200);
	report("no CPU of that number: not operational", 3, 0);
	report("SIGP sense: no CPU of that number either", 3, 0);
	report("outside of storage: invalid parameter", 1, 0x100);
	report("additional status at no multiple of 1024: invalid parameter", 1, 0x100);
	report("SIGP stop and store status of a CPU that is stopped", 0, 0);
	report_one("its prefix area has its prefix", 0x60000);
}

/* The second CPU: the host cannot keep what a reset or a restart ends. */
static void second_cpu(void)
{
	icpt("SIGP initial CPU reset", INSTRUCTION, 0xae24, 0x000b0000);
	sd->psw_mask = 0;
	report("is done, whatever the host did: no prefix any more", 0, 0);
	icpt("SIGP restart is shown as start", INSTRUCTION, 0xae24, 0x00040000);
	equal("the host starts the CPU", set_state_of(second, OPERATING), 0);
	sd->psw_mask = 0;
	icpt("SIGP CPU reset", INSTRUCTION, 0xae24, 0x000c0000);
	sd->psw_mask = 0;
	report_one("a host that does not stop the CPU: busy", 2);
	equal("the second CPU runs", run_second(), INSTRUCTION);
	equal("- from where the guest wants", second_sd->gr[2], 0x222);
	equal("- with the facilities of the guest, not those of the host of now", second_sd->gr[3],
	      LIST_2);
	equal("the host stops it within an instruction", set_state_of(second, STOPPED), 0);
	icpt("SIGP restart once more", INSTRUCTION, 0xae24, 0x00040000);
	equal("the host starts it", set_state_of(second, OPERATING), 0);
	sd->psw_mask = 0;
	report_one("- the guest is told", 0);
	second_sd->gr[2] = 0x666;
	equal("the second CPU runs again", run_second(), INSTRUCTION);
	equal("- without what the host had for that instruction", second_sd->gr[2], 0x222);
	equal("it ends in a disabled wait", run_second(), WAIT);
	equal("- whose mask is shown", second_sd->psw_mask, 0x0002ul << 48);
	equal("- and whose address, which says why", second_sd->psw_addr, 0x2fff);
	icpt("SIGP stop and store status is shown as stop", INSTRUCTION, 0xae24, 0x00050000);
	second_sd->cpuflags = 0x04000000;
	equal("the host stops it", run_second(), STOP);
	equal("for good", set_state_of(second, STOPPED), 0);
	sd->psw_mask = 0;
	report("its PSW is in its prefix area", 0, 0x2fff);
}

static void frames(void)
{
	report("PFMF clears a page and not the next", 0, 0x5ec2e7015ec2e701);
	equal("and its address stays", sd->gr[4], 0x53000);
	report("PFMF clears all that is left of a MiB", 0, 0);
	equal("and its address is behind that", sd->gr[4], 0x100000);
	report("PFMF with a reserved bit: specification exception", 6, 4);
}

static void machine_checks(void)
{
	/* The host says what has happened; registers 0 to 15 of each kind are valid. */
	const uint64_t report_pending = 0x00400f0100000000, valid = 0x0000005c40330000;

	sd->ictl = 0x00400000;
	equal("the guest opens for machine checks, which the host waits for", run(), MCHK_OPEN);
	sd->ictl = 0;
	equal("it waits", run(), WAIT);
	sd->iictl = 1;
	sd->mcic = report_pending;
	invalid("no machine check that control register 14 does not allow", V_DISABLED);
	sd->mcic = 0x00000f0108000000;
	icpt("one that no register masks", INSTRUCTION, DIAG_IPA, DIAG_IPB);
	equal("is taken", sd->iictl, 0);
	equal("the code", sd->gr[2], 0x00000f0100000000 | valid);
	equal("it waits again", run(), WAIT);
	sd->iictl = 1;
	sd->mcic = report_pending;
	report("a channel report, and a register saved", report_pending | valid, 0x777);
	equal("the prefix saved", sd->gr[4], 0x40000);
	equal("the host sees no more than the mask", sd->psw_addr | sd->cr[14], 0x10000000);
}

static void ends(void)
{
	report_one("the clock comparator interrupts without the host", 0x1004);
	equal("specification exceptions in a loop", run(), PROGRAM);
	equal("the host stops it", set_state(STOPPED), 0);
	invalid("for good", V_STOPPED);
}

static unsigned int call(uint16_t command, uint64_t handle)
{
	struct uvcb block = { 0 };

	FIELD(&block, 0x18) = handle;
	return uvc_call(&block, command, 0x40);
}

/* A reset of the guest: it goes on where it wants, not where the host wants. */
static void reset(void)
{
	equal("a loaded guest is not loaded again", call(UVC_CPU_RESET_INITIAL, second) ||
	      set_state_of(second, LOAD) != 1, 0);
	equal("a CPU that was reset is not started by the host", set_state_of(second, OPERATING), 1);
	equal("prepare reset", call(UVC_PREPARE_RESET, config), 0);
	equal("the CPU must not go on", set_state(OPERATING), 1);
	equal("nor be loaded before its reset", set_state(LOAD), 1);
	equal("initial CPU reset", call(UVC_CPU_RESET_INITIAL, cpu), 0);
	equal("load and operate", set_state(LOAD) | set_state(OPERATING), 0);
	report_one("the guest's short PSW is where it begins", 0x308);
	equal("stopped and started it goes on", set_state(STOPPED) | set_state(OPERATING), 0);
	report_one("where it was", 0x309);
}

/* The guest asks for a reset, and does not run before it is done. */
static void reset_by_guest(unsigned int subcode)
{
	uint16_t cpu_reset = subcode ? UVC_CPU_RESET_INITIAL : UVC_CPU_RESET_CLEAR;

	diagnose("DIAG 308, reset", NOTIFY, 0x308);
	equal("its subcode", sd->gr[2], subcode);
	invalid("the guest does not go on", V_RESET);
	equal("its CPU is stopped", set_state(STOPPED), 0);
	invalid("a CPU that is stopped", V_RESET);
	equal("unshare all", call(UVC_UNSHARE_ALL, config), 0);
	invalid("nothing shared", V_RESET);
	equal("prepare reset", call(UVC_PREPARE_RESET, config), 0);
	invalid("a reset that is prepared", V_RESET);
	equal("reset of the CPU", call(cpu_reset, cpu), 0);
	invalid("a CPU that is reset", V_RESET);
	equal("load", set_state(LOAD), 0);
	report_one("it begins with the short PSW", 0x308);
	report_one("and goes on", 0x309);
}

/* Whatever the host writes into the description, the machine goes on. */
static void garbage(void)
{
	uint64_t seed = 1, i, rounds, timer;
	unsigned int codes = 0;

	set_state(OPERATING);
	for (rounds = 0; rounds < 2000; rounds++) {
		timer = sd->cputm;
		for (i = 0; i < PAGE / 8; i++) {
			seed = seed * 6364136223846793005ul + 1442695040888963407ul;
			((volatile uint64_t *)SD)[i] = seed ^ seed >> 29;
		}
		sd->cpuflags |= 0x04000000;
		sd->iictl &= seed >> 60 ? 7 : 0x17;
		sd->sdf = 2;
		sd->config = config;
		sd->cpu = cpu;
		sd->cputm = timer;
		codes |= 1u << (run() >> 2 & 0x1f);
	}
	result("2000 descriptions of random bytes end in interceptions", codes, codes);
}

int main(void)
{
	if (!uv_start() || !secure_start()) {
		result("a protected guest", false, 0);
		finish();
	}
	verify();
	wrong_descriptions();
	hidden();
	channel();
	channel_subsystem_call();
	diagnoses();
	clock();
	itself();
	service_call();
	pages();
	secrets();
	signals();
	second_cpu();
	frames();
	machine_checks();
	ends();
	reset();
	reset_by_guest(0);
	reset_by_guest(1);
	garbage();
	finish();
}

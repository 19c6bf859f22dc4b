// SPDX-License-Identifier: GPL-2.0-or-later
/* A secure page is refused to every kind of access by the CPUs. */
#include "uvc.h"

#define PAGE_UNDER_TEST	5
#define TEID_FETCH	0x800
#define TEID_STORE	0x400
#define TEID_VALID	0x4

#define SIGP_EXTERNAL_CALL	0x02
#define SIGP_INITIAL_CPU_RESET	0x0b
#define SIGP_SENSE_RUNNING	0x15
#define SIGP_NOT_RUNNING	0x400
#define LIMIT_US	1000000

#define ACCESS(name, ...) \
	static void name(void *arg) \
	{ \
		asm volatile(__VA_ARGS__ : : "a" (arg) \
			     : "0", "1", "2", "3", "4", "5", "v1", "cc", "memory"); \
	}

ACCESS(store, "stg %%r0,0(%0)")
ACCESS(fetch_byte, "ic %%r0,4095(%0)")
ACCESS(store_byte, "stc %%r0,4095(%0)")
ACCESS(compare_and_swap, "csg %%r0,%%r1,8(%0)")
ACCESS(compare_double_and_swap, "cdsg %%r0,%%r2,16(%0)")
ACCESS(load_and_add, "laag %%r0,%%r1,8(%0)")
ACCESS(or_immediate, "oi 3(%0),1")
ACCESS(test_and_set, "ts 3(%0)")
ACCESS(vector_load, ".machine push\n.machine z13\nvl %%v1,32(%0)\n.machine pop")
ACCESS(vector_store, ".machine push\n.machine z13\nvst %%v1,32(%0)\n.machine pop")
/* The operands begin or end in the accessible neighbours. */
ACCESS(load_across, "lghi %%r1,-4\n lg %%r0,0(%%r1,%0)")
ACCESS(store_across, "lghi %%r1,-4\n stg %%r0,0(%%r1,%0)")
ACCESS(move_into, "lgr %%r1,%0\n aghi %%r1,-100\n lay %%r2,4096(%0)\n mvc 0(200,%%r1),0(%%r2)")
ACCESS(move_out_of, "lgr %%r1,%0\n aghi %%r1,-4096\n mvc 0(200,%%r1),4000(%0)")
ACCESS(move_long, "lgr %%r2,%0\n aghi %%r2,-4096\n lghi %%r3,8192\n"
	"lghi %%r0,0\n lghi %%r1,0\n mvcl %%r2,%%r0")
ACCESS(move_page, "lghi %%r0,0\n lgr %%r1,%0\n aghi %%r1,-4096\n mvpg %%r1,%0")
ACCESS(xor_storage, "xc 0(8,%0),0(%0)")
ACCESS(compare_storage, "lgr %%r1,%0\n aghi %%r1,-4096\n clc 0(8,%%r1),0(%0)")
ACCESS(branch_into, "basr %%r1,%0")
/* LOAD HALFWORD IMMEDIATE, of which half is there. */
ACCESS(branch_across, "lgr %%r1,%0\n aghi %%r1,-2\n mvhhi 0(%%r1),-0x58d7\n basr %%r1,%%r1")
ACCESS(execute, "lghi %%r0,0\n ex %%r0,0(%0)")
ACCESS(store_multiple, "lgr %%r1,%0\n aghi %%r1,-16\n stmg %%r0,%%r3,0(%%r1)")
ACCESS(store_multiple_32, "lgr %%r1,%0\n aghi %%r1,-8\n stm %%r0,%%r3,0(%%r1)")
ACCESS(store_multiple_high, "lgr %%r1,%0\n aghi %%r1,-8\n stmh %%r0,%%r3,0(%%r1)")
ACCESS(store_access_multiple, "lgr %%r1,%0\n aghi %%r1,-8\n stam %%a0,%%a3,0(%%r1)")
ACCESS(store_control, "lgr %%r1,%0\n aghi %%r1,-8\n stctg %%c0,%%c1,0(%%r1)")
ACCESS(store_control_32, "lgr %%r1,%0\n aghi %%r1,-8\n stctl %%c0,%%c3,0(%%r1)")
ACCESS(store_clock, "stck 0(%0)")
ACCESS(load_psw, "lpswe 0(%0)")
ACCESS(load_control, "lctlg %%c9,%%c9,0(%0)")
ACCESS(store_real, "sturg %%r0,%0")
ACCESS(load_real, "lurag %%r0,%0")
ACCESS(set_prefix, "spx 0(%0)")
ACCESS(test_protection, "tprot 0(%0),0")
ACCESS(load_pair, "lpq %%r2,16(%0)")
ACCESS(store_pair, "stpq %%r2,16(%0)")
ACCESS(compare_and_replace, "lghi %%r0,0\n lgr %%r1,%0\n aghi %%r1,-4096\n csst 0(%%r1),0(%0),%%r2")
ACCESS(compare_and_purge, "lgr %%r4,%0\n csp %%r2,%%r4")
ACCESS(vector_load_length, ".machine push\n.machine z13\nlghi %%r3,15\n"
	"vll %%v1,%%r3,40(%0)\n.machine pop")
ACCESS(vector_store_across, ".machine push\n.machine z13\nlgr %%r1,%0\n aghi %%r1,-8\n"
	"lghi %%r3,15\n vstl %%v1,%%r3,0(%%r1)\n.machine pop")
ACCESS(vector_store_multiple, ".machine push\n.machine z13\nlgr %%r1,%0\n aghi %%r1,-16\n"
	"vstm %%v0,%%v1,0(%%r1)\n.machine pop")
ACCESS(move_page_into, "lghi %%r0,0\n lgr %%r1,%0\n aghi %%r1,-4096\n mvpg %0,%%r1")
ACCESS(move_string, "lghi %%r0,0\n lgr %%r2,%0\n lgr %%r4,%0\n aghi %%r4,-4096\n mvst %%r2,%%r4")
ACCESS(move_extended, "lgr %%r2,%0\n lghi %%r3,16\n lghi %%r4,0\n lghi %%r5,0\n mvcle %%r2,%%r4,0")
ACCESS(compare_long, "lgr %%r2,%0\n lghi %%r3,16\n lghi %%r4,0\n lghi %%r5,16\n clcl %%r2,%%r4")
ACCESS(compare_string, "lghi %%r0,0\n lgr %%r2,%0\n lghi %%r4,0\n clst %%r2,%%r4")
ACCESS(search_string, "lghi %%r0,0\n lgr %%r2,%0\n la %%r4,64(%0)\n srst %%r4,%%r2")
ACCESS(translate, "lgr %%r1,%0\n aghi %%r1,-4096\n tr 0(8,%0),0(%%r1)")
ACCESS(translate_and_test, "lgr %%r3,%0\n aghi %%r3,-4096\n trt 0(8,%0),0(%%r3)")
ACCESS(checksum, "lghi %%r1,0\n lgr %%r2,%0\n lghi %%r3,16\n cksm %%r1,%%r2")
ACCESS(unpack_packed, "lgr %%r1,%0\n aghi %%r1,-4096\n unpk 0(16,%0),0(8,%%r1)")
ACCESS(digest_query, "lghi %%r0,0\n lgr %%r1,%0\n kimd %%r0,%%r2")
ACCESS(random_number, "lghi %%r0,114\n lghi %%r2,0\n lghi %%r3,0\n lgr %%r4,%0\n lghi %%r5,16\n"
	".insn rre,0xb93c0000,%%r2,%%r4")
ACCESS(store_clock_extended, "stcke 0(%0)")
ACCESS(load_word_real, "lura %%r0,%0")
ACCESS(store_word_real, "stura %%r0,%0")
ACCESS(test_block, "lghi %%r0,0\n tb %%r0,%0")
ACCESS(invalidate_page_entry, "lghi %%r1,0\n ipte %0,%%r1")
ACCESS(invalidate_segment_entry, "lghi %%r1,0\n .insn rrf,0xb98e0000,%0,%%r1,0,0")
ACCESS(load_psw_short, "lpsw 0(%0)")
ACCESS(prefetch_and_address, "pfd 1,0(%0)")

static const struct {
	const char *name;
	void (*access)(void *page);
	uint64_t teid;
} accesses[] = {
	{ "load", fetch, TEID_FETCH },
	{ "store", store, TEID_STORE },
	{ "load of the last byte", fetch_byte, TEID_FETCH },
	{ "store of the last byte", store_byte, TEID_STORE },
	{ "COMPARE AND SWAP", compare_and_swap, 0 },
	{ "COMPARE DOUBLE AND SWAP", compare_double_and_swap, 0 },
	{ "LOAD AND ADD", load_and_add, 0 },
	{ "OR IMMEDIATE", or_immediate, 0 },
	{ "TEST AND SET", test_and_set, 0 },
	{ "VECTOR LOAD", vector_load, TEID_FETCH },
	{ "VECTOR STORE", vector_store, TEID_STORE },
	{ "load that crosses into the page", load_across, TEID_FETCH },
	{ "store that crosses into the page", store_across, TEID_STORE },
	{ "MOVE into the page", move_into, TEID_STORE },
	{ "MOVE out of the page", move_out_of, TEID_FETCH },
	{ "MOVE LONG into the page", move_long, TEID_STORE },
	{ "MOVE PAGE out of the page", move_page, TEID_FETCH },
	{ "EXCLUSIVE OR of storage", xor_storage, 0 },
	{ "COMPARE LOGICAL of storage", compare_storage, TEID_FETCH },
	{ "instruction fetch", branch_into, TEID_FETCH },
	{ "fetch of an instruction that crosses into the page", branch_across, TEID_FETCH },
	{ "target of EXECUTE", execute, TEID_FETCH },
	{ "STORE MULTIPLE across", store_multiple, TEID_STORE },
	{ "STORE CLOCK", store_clock, TEID_STORE },
	{ "LOAD PSW EXTENDED", load_psw, TEID_FETCH },
	{ "LOAD CONTROL", load_control, TEID_FETCH },
	{ "STORE USING REAL ADDRESS", store_real, TEID_STORE },
	{ "LOAD USING REAL ADDRESS", load_real, TEID_FETCH },
	{ "SET PREFIX from the page", set_prefix, TEID_FETCH },
	{ "TEST PROTECTION", test_protection, 0 },
	{ "LOAD PAIR FROM QUADWORD", load_pair, TEID_FETCH },
	{ "STORE PAIR TO QUADWORD", store_pair, TEID_STORE },
	{ "COMPARE AND SWAP AND STORE", compare_and_replace, TEID_STORE },
	{ "COMPARE AND SWAP AND PURGE", compare_and_purge, 0 },
	{ "VECTOR LOAD WITH LENGTH", vector_load_length, TEID_FETCH },
	{ "VECTOR STORE WITH LENGTH across", vector_store_across, TEID_STORE },
	{ "VECTOR STORE MULTIPLE across", vector_store_multiple, TEID_STORE },
	{ "MOVE PAGE into the page", move_page_into, TEID_STORE },
	{ "MOVE STRING", move_string, TEID_STORE },
	{ "MOVE LONG EXTENDED", move_extended, TEID_STORE },
	{ "COMPARE LOGICAL LONG", compare_long, TEID_FETCH },
	{ "COMPARE LOGICAL STRING", compare_string, TEID_FETCH },
	{ "SEARCH STRING", search_string, TEID_FETCH },
	{ "TRANSLATE", translate, 0 },
	{ "TRANSLATE AND TEST", translate_and_test, TEID_FETCH },
	{ "CHECKSUM", checksum, TEID_FETCH },
	{ "UNPACK", unpack_packed, TEID_STORE },
	{ "COMPUTE INTERMEDIATE MESSAGE DIGEST, query", digest_query, TEID_STORE },
	{ "PERFORM RANDOM NUMBER OPERATION", random_number, TEID_STORE },
	{ "STORE CLOCK EXTENDED", store_clock_extended, TEID_STORE },
	{ "LOAD USING REAL ADDRESS, word", load_word_real, TEID_FETCH },
	{ "STORE USING REAL ADDRESS, word", store_word_real, TEID_STORE },
	{ "TEST BLOCK", test_block, TEID_STORE },
	{ "INVALIDATE PAGE TABLE ENTRY", invalidate_page_entry, 0 },
	{ "INVALIDATE DAT TABLE ENTRY", invalidate_segment_entry, 0 },
	{ "LOAD PSW", load_psw_short, TEID_FETCH },
};

static void every_access(uint8_t *page)
{
	unsigned int i;

	for (i = 0; i < sizeof(accesses) / sizeof(accesses[0]); i++) {
		unsigned int code = catch(accesses[i].access, page);
		uint64_t id = teid();
		bool fits = code == PGM_SECURE_ACCESS && (id & ~0xffful) == (uint64_t)page &&
			    (id & TEID_VALID);

		if (accesses[i].teid)
			fits = fits && (id & 0xc00) == accesses[i].teid;
		result(accesses[i].name, fits, code ? code == PGM_SECURE_ACCESS ? id : code : 0);
	}
	equal("PREFETCH DATA is no access", catch(prefetch_and_address, page), 0);
}

/* Nothing is stored by an instruction that could not store everything. */
static void nothing_stored(uint8_t *page)
{
	static const struct {
		const char *name;
		void (*access)(void *page);
	} stores[] = {
		{ "MOVE across stored nothing", move_into },
		{ "STORE MULTIPLE (64) across stored nothing", store_multiple },
		{ "STORE MULTIPLE (32) across stored nothing", store_multiple_32 },
		{ "STORE MULTIPLE HIGH across stored nothing", store_multiple_high },
		{ "STORE ACCESS MULTIPLE across stored nothing", store_access_multiple },
		{ "STORE CONTROL (64) across stored nothing", store_control },
		{ "STORE CONTROL (32) across stored nothing", store_control_32 },
		{ "VECTOR STORE WITH LENGTH across stored nothing", vector_store_across },
		{ "VECTOR STORE MULTIPLE across stored nothing", vector_store_multiple },
	};
	uint64_t *before = (uint64_t *)page - 2;
	unsigned int i;

	for (i = 0; i < sizeof(stores) / sizeof(stores[0]); i++) {
		before[0] = before[1] = 0x1111111111111111;
		equal("access exception", catch(stores[i].access, page), PGM_SECURE_ACCESS);
		equal(stores[i].name, before[0] & before[1], 0x1111111111111111);
	}
}

/* Where no exception is in the way they store everything. */
static void everything_stored(uint8_t *page)
{
	uint64_t *at = (uint64_t *)page - 2;
	unsigned int i;

	for (i = 0; i < 4; i++)
		at[i] = ~0ul;
	asm volatile("	lghi	%%r0,1\n"
		     "	lghi	%%r1,2\n"
		     "	lghi	%%r2,3\n"
		     "	lghi	%%r3,4\n"
		     "	stmg	%%r0,%%r3,0(%0)\n"
		     : : "a" (at) : "0", "1", "2", "3", "memory");
	for (i = 0; i < 4; i++)
		equal("STORE MULTIPLE across accessible pages", at[i], i + 1);
}

/* Access through DAT, and tables that are protected themselves. */
static uint64_t segment_table[512] __attribute__((aligned(4096)));
static uint64_t page_table[256] __attribute__((aligned(4096)));

static uint64_t asce;

static void fetch_with_dat(void *arg)
{
	uint64_t keep;

	asm volatile("	stctg	%%c1,%%c1,%0\n"
		     "	lctlg	%%c1,%%c1,%1\n"
		     "	stosm	%2,4\n"
		     "	lg	%%r0,0(%3)\n"
		     "	stnsm	%2,0xfb\n"
		     "	lctlg	%%c1,%%c1,%0\n"
		     : "=Q" (keep) : "Q" (asce), "Q" (*(uint8_t *)&segment_table[511]), "a" (arg)
		     : "0", "memory");
}

static void fetch_with_dat_as_it_is(void *arg)
{
	asm volatile("	stosm	%0,4\n"
		     "	lg	%%r0,0(%1)\n"
		     "	stnsm	%0,0xfb\n"
		     : : "Q" (*(uint8_t *)&segment_table[511]), "a" (arg) : "0", "memory");
}

static void load_real_address(void *arg)
{
	uint64_t keep;

	asm volatile("	stctg	%%c1,%%c1,%0\n"
		     "	lctlg	%%c1,%%c1,%1\n"
		     "	stosm	%2,4\n"
		     "	lrag	%%r0,0(%3)\n"
		     "	stnsm	%2,0xfb\n"
		     "	lctlg	%%c1,%%c1,%0\n"
		     : "=Q" (keep) : "Q" (asce), "Q" (*(uint8_t *)&segment_table[511]), "a" (arg)
		     : "0", "cc", "memory");
}

#define VIRTUAL 0x1f00000ul	/* segment 31, of which few pages are mapped */

static void translation(uint8_t *page)
{
	uint64_t virtual = VIRTUAL;
	unsigned int i;

	for (i = 0; i < 512; i++)
		segment_table[i] = 0x20;
	/* The program itself and the arena, one to one, as large frames are not needed. */
	static uint64_t low_table[256] __attribute__((aligned(4096)));

	for (i = 0; i < 256; i++) {
		low_table[i] = i * PAGE;
		page_table[i] = 0x400;
	}
	segment_table[0] = (uint64_t)low_table;
	segment_table[31] = (uint64_t)page_table;
	page_table[0] = (uint64_t)page;
	asce = (uint64_t)segment_table;
	equal("load through DAT", catch(fetch_with_dat, (void *)virtual), PGM_SECURE_ACCESS);
	equal("TEID has the virtual address", teid() & ~0xffful, virtual);
	equal("LOAD REAL ADDRESS of the page is no access",
	      catch(load_real_address, (void *)virtual), 0);
	segment_table[31] = (uint64_t)page;
	equal("page table in a secure page",
	      catch(fetch_with_dat, (void *)virtual), PGM_SECURE_ACCESS);
	equal("TEID does not claim the address", teid() & TEID_VALID, 0);
	equal("LOAD REAL ADDRESS needs a table in a secure page",
	      catch(load_real_address, (void *)virtual), PGM_SECURE_ACCESS);
	equal("its TEID does not claim the address", teid(), virtual | TEID_FETCH);
}

/*
 * A page that the CPU has reached by @count addresses is out of reach by each of
 * them after the import. CR1 stays as it is, so no translation goes before.
 */
static void aliases(uint64_t handle, uint8_t *page, unsigned int count)
{
	unsigned int i, reached = 0, refused = 0;
	uint64_t keep;

	segment_table[31] = (uint64_t)page_table;
	for (i = 0; i < count; i++)
		page_table[i] = (uint64_t)page;
	asm volatile("stctg %%c1,%%c1,%0\nlctlg %%c1,%%c1,%1" : "=Q" (keep) : "Q" (asce));
	for (i = 0; i < count; i++)
		reached += !catch(fetch_with_dat_as_it_is, (void *)(VIRTUAL + i * PAGE));
	equal("import", import_page(handle, PAGE_UNDER_TEST + 1, NULL), 0);
	for (i = 0; i < count; i++)
		refused += catch(fetch_with_dat_as_it_is, (void *)(VIRTUAL + i * PAGE)) ==
			   PGM_SECURE_ACCESS;
	asm volatile("lctlg %%c1,%%c1,%0" : : "Q" (keep));
	equal("page under several addresses: in reach by each", reached, count);
	equal("page under several addresses: out of reach by each", refused, count);
	equal("export", export_page(page, NULL), 0);
}

static volatile unsigned int second_is_up, second_may_go;

/*
 * The code of a monitor event, in storage that the configuration has donated, makes
 * this guest page a destroyed one.
 */
#define PAGE_OF_MONITOR_CODE	9
#define MONITOR_CODE		0x05000000ul

static void second(void)
{
	static const uint64_t masks = 0xffff;
	static const uint32_t prefix = CONFIG_VAR;

	second_is_up = 1;
	while (!second_may_go)
		asm volatile("nopr");
	second_is_up = 2;
	asm volatile("	lctlg	%%c8,%%c8,%0\n"
		     "	spx	%1\n"
		     "	mc	0(%2),0\n"
		     : : "Q" (masks), "Q" (prefix), "a" (MONITOR_CODE) : "memory");
	for (;;)
		asm volatile("nopr");
}

/* An interruption stores into the prefix area before it is one. */
static void prefix_in_donated_storage(uint64_t handle)
{
	uint64_t start;

	second_may_go = 1;
	while (second_is_up < 2)
		;
	for (start = clock_us(); clock_us() - start < 10000;)
		;
	equal("a monitor event does not change donated storage",
	      import_page(handle, PAGE_OF_MONITOR_CODE, NULL), 0);
	destroy_page(guest_frame(PAGE_OF_MONITOR_CODE));
}

static uint32_t secure_prefix;

static void with_secure_prefix(void (*interruption)(void))
{
	asm volatile("spx %0" : : "Q" (secure_prefix) : "memory");
	second_is_up = 3;
	interruption();
	/* Not reached. */
	second_is_up = 4;
	for (;;)
		asm volatile("nopr");
}

static void supervisor_call(void)
{
	asm volatile("svc 0" : : : "memory");
}

static void program_exception(void)
{
	asm volatile(".insn e,0x0000" : : : "memory");
}

static void external_call(void)
{
	uint64_t cr0 = 0x62000;
	uint8_t mask;

	asm volatile("	lctlg	%%c0,%%c0,%1\n"
		     "	stosm	%0,1\n"
		     : "=Q" (mask) : "Q" (cr0) : "memory");
	for (;;)
		asm volatile("nopr");
}

static void takes_supervisor_call(void)
{
	with_secure_prefix(supervisor_call);
}

static void takes_program_exception(void)
{
	with_secure_prefix(program_exception);
}

static void takes_external_call(void)
{
	with_secure_prefix(external_call);
}

/* The other CPU stands still; whether it does by itself. */
static bool stands_still(void)
{
	uint64_t start = clock_us(), status = 0;

	while (!(status & SIGP_NOT_RUNNING) && clock_us() - start < LIMIT_US)
		if (!sigp(1, SIGP_SENSE_RUNNING, 0, &status))
			status = 0;
	return status & SIGP_NOT_RUNNING;
}

static void stop_other(void)
{
	sigp(1, SIGP_STOP, 0, NULL);
	while (!sigp(1, SIGP_SENSE, 0, NULL))
		;
}

/* A CPU that takes an interruption there comes to no harm but its own. */
static void prefix_in_secure_page(uint8_t *page)
{
	static const struct {
		const char *name;
		void (*takes)(void);
	} interruptions[] = {
		{ "supervisor call with a secure prefix area: the CPU waits",
		  takes_supervisor_call },
		{ "program exception with a secure prefix area: the CPU waits",
		  takes_program_exception },
		{ "external call with a secure prefix area: the CPU waits",
		  takes_external_call },
	};
	unsigned int i;

	secure_prefix = (uint64_t)page;
	equal("SIGP set prefix is accepted", sigp(1, SIGP_SET_PREFIX, secure_prefix, NULL), 0);
	sigp(1, SIGP_RESTART, 0, NULL);
	result("restart with a secure prefix area: the CPU waits", stands_still(), 0);
	for (i = 0; i < sizeof(interruptions) / sizeof(interruptions[0]); i++) {
		/* Its prefix is zero then, too. */
		sigp(1, SIGP_INITIAL_CPU_RESET, 0, NULL);
		second_is_up = 0;
		second_start(interruptions[i].takes);
		while (second_is_up < 3)
			;
		sigp(1, SIGP_EXTERNAL_CALL, 0, NULL);
		result(interruptions[i].name, stands_still(), 0);
		equal("and did nothing else", second_is_up, 3);
	}
	stop_other();
}

static void other_cpus(uint64_t handle, uint8_t *page)
{
	uint64_t status;

	second_start(second);
	while (!second_is_up)
		;
	prefix_in_donated_storage(handle);
	stop_other();
	equal("SIGP store status into the page: status stored",
	      sigp(1, SIGP_STORE_STATUS, (uint64_t)page, &status), 1);
	equal("SIGP store status into the page: invalid parameter", status, 0x100);
	prefix_in_secure_page(page);
}

int main(void)
{
	uint64_t handle;
	uint8_t *page;

	if (!uv_start()) {
		result("ultravisor starts", false, 0);
		return 0;
	}
	equal("donated storage: load", catch(fetch, (void *)HIGH), PGM_SECURE_ACCESS);
	equal("donated storage: store", catch(store, (void *)HIGH), PGM_SECURE_ACCESS);
	handle = guest_create();
	/* SIGP set prefix takes multiples of 8 KiB. */
	page = guest_frame(PAGE_UNDER_TEST + 1);
	equal("import", import_page(handle, PAGE_UNDER_TEST + 1, NULL), 0);
	every_access(page);
	nothing_stored(page);
	translation(page);
	other_cpus(handle, page);
	equal("export", export_page(page, NULL), 0);
	aliases(handle, page, 3);
	aliases(handle, page, 9);
	equal("accessible again: load", catch(fetch, page), 0);
	equal("accessible again: store", catch(store, page), 0);
	everything_stored(page);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ULTRAVISOR CALL (UVC), and the checks that a CPU's own accesses need.
 *
 * A call that may change the protection of a page, or that follows the host's
 * translation tables, is executed while no other CPU executes: no store of
 * another CPU can slip between the check of a page and its encryption, no table
 * can change under the ultravisor, and when the other CPUs go on they find no
 * translation that is older than the call. Calls that do neither (a query, and
 * whatever the header alone refuses) need none of this and stay in the
 * translated code.
 *
 * Before the wait for the other CPUs the instruction has had no effect. The CPU
 * no longer counts as an executing one then, so translated code can be thrown
 * away; therefore it does not return into it, see sigp-wait.c.
 */
#include "qemu/osdep.h"
#include "internal.h"
#include "s390x-internal.h"
#include "tcg/tcg_s390x.h"
#include "exec/exec-all.h"
#include "exec/helper-proto.h"

#define UVC_QUERY 0x0001

/* A control block in storage: one piece, or two when it crosses a page. */
typedef struct UVBlock {
	uint64_t vaddr[2];
	uint32_t len[2];
	uint8_t *host[2];
} UVBlock;

static uint64_t wrap(const CPUS390XState *env, uint64_t addr)
{
	if (env->psw.mask & PSW_MASK_64)
		return addr;
	return addr & (env->psw.mask & PSW_MASK_32 ? 0x7fffffff : 0x00ffffff);
}

/*
 * Host address of a virtual one in the current space, without side effects; NULL when
 * not accessible. Access-register mode is taken for primary-space mode, as for operands.
 */
static uint8_t *block_page(CPUS390XState *env, uint64_t vaddr)
{
	uint64_t asc = env->psw.mask & PSW_MASK_ASC, tec;
	target_ulong page;
	int prot;

	if (asc == PSW_ASC_ACCREG)
		asc = PSW_ASC_PRIMARY;
	if (mmu_translate(env, vaddr, MMU_DATA_STORE, asc, &page, &prot, &tec))
		return NULL;
	return s390_uv_storage.host + (page | (vaddr & ~TARGET_PAGE_MASK));
}

/* Bytes from @addr to the end of its page. */
static uint32_t rest_of_page(uint64_t addr)
{
	return -(addr | TARGET_PAGE_MASK);
}

/*
 * Finds the block. Presents an access exception when @len bytes at @addr cannot
 * be fetched and stored. What is found stays valid until the CPU waits.
 *
 * Access is permitted or not to a page as a whole, so as much of it is made
 * accessible as a block can have: the first page is then found once.
 */
static void block_find(CPUS390XState *env, UVBlock *block, uint64_t addr, uint32_t len,
		       uintptr_t ra)
{
	int idx = s390x_env_mmu_index(env, false);
	uint32_t first = MIN(len, rest_of_page(addr));
	int i;

	block->vaddr[0] = wrap(env, addr);
	block->len[0] = first;
	block->vaddr[1] = wrap(env, addr + first);
	block->len[1] = len - first;
	for (i = 0; i < 2 && block->len[i]; i++) {
		uint64_t vaddr = block->vaddr[i];
		uint8_t *host = probe_write(env, vaddr, MIN(rest_of_page(vaddr), UV_BLOCK_MAX),
					    idx, ra);

		/* Not what a device offers at addresses of its own. */
		if (host < s390_uv_storage.host ||
		    host >= s390_uv_storage.host + s390_uv_storage.size)
			tcg_s390_program_interrupt(env, PGM_ADDRESSING, ra);
		block->host[i] = host;
	}
}

/* After a wait: is the block still where it was found? */
static bool block_in_place(CPUS390XState *env, const UVBlock *block)
{
	int i;

	for (i = 0; i < 2 && block->len[i]; i++)
		if (block_page(env, block->vaddr[i]) != block->host[i])
			return false;
	return true;
}

static void block_read(const UVBlock *block, uint8_t *buf)
{
	int i;

	for (i = 0; i < 2 && block->len[i]; buf += block->len[i++])
		memcpy(buf, block->host[i], block->len[i]);
}

/* A call may have protected the page of its own block: that is then lost. */
static void block_write(const UVBlock *block, const uint8_t *buf)
{
	int i;

	for (i = 0; i < 2 && block->len[i]; i++) {
		uint64_t absolute = block->host[i] - s390_uv_storage.host;

		if (!uv_access(s390_uv, absolute, 0, 0, true)) {
			memcpy(block->host[i], buf, block->len[i]);
			s390_uv_written(absolute, block->len[i]);
		}
		buf += block->len[i];
	}
}

static int execute(CPUS390XState *env, const UVBlock *block)
{
	uint32_t len = block->len[0] + block->len[1];
	uint8_t buf[UV_BLOCK_MAX];
	int cc;

	block_read(block, buf);
	cc = uv_host_call(s390_uv, env_cpu(env)->cpu_index, buf, len);
	if (cc != UV_CC_BUSY)
		block_write(block, buf);
	return cc;
}

/*
 * Executes the call while no other CPU executes, and leaves the helper. If the
 * block has moved during the wait, the instruction is executed again.
 */
static G_NORETURN void execute_alone(CPUS390XState *env, const UVBlock *block, uintptr_t ra)
{
	CPUState *cs = env_cpu(env);

	cpu_restore_state(cs, ra);
	cpu_exec_end(cs);
	start_exclusive();
	if (block_in_place(env, block)) {
		env->cc_op = execute(env, block);
		env->psw.addr += env->int_pgm_ilen;
	}
	end_exclusive();
	cpu_exec_start(cs);
	cpu_loop_exit(cs);
}

uint32_t HELPER(uvc)(CPUS390XState *env, uint64_t addr)
{
	uintptr_t ra = GETPC();
	CPUState *cs = env_cpu(env);
	uint8_t header[UV_HEADER_LEN];
	UVBlock block = {};
	uint32_t len;
	int cc;

	block_find(env, &block, addr, UV_HEADER_LEN, ra);
	block_read(&block, header);
	cc = uv_host_check(s390_uv, header, &len);
	if (cc) {
		block_write(&block, header);
		return cc;
	}
	if (len <= rest_of_page(addr))
		block.len[0] = len;
	else
		block_find(env, &block, addr, len, ra);
	if (lduw_be_p(header + 2) != UVC_QUERY && (cs->tcg_cflags & CF_PARALLEL) &&
	    !cpu_in_exclusive_context(cs))
		execute_alone(env, &block, ra);
	return execute(env, &block);
}

int s390_uv_cpu_access(target_ulong raddr, int rw, uint64_t *tec)
{
	int excp;

	if (likely(!s390_uv_present()))
		return 0;
	excp = uv_access(s390_uv, raddr & TARGET_PAGE_MASK, 0, 0, rw == MMU_DATA_STORE);
	if (unlikely(excp))
		*tec |= S390_UV_TEID_ADDRESS_VALID;
	return excp;
}

/* Fetch and store indication of the TEID, as DAT sets them. */
#define TEID_FETCH 0x800
#define TEID_STORE 0x400

int s390_uv_real_access(target_ulong raddr, target_ulong absolute, int rw, uint64_t *tec)
{
	int excp = s390_uv_cpu_access(absolute, rw, tec);

	if (unlikely(excp)) {
		*tec = (raddr & TARGET_PAGE_MASK) | S390_UV_TEID_ADDRESS_VALID |
		       (rw == MMU_DATA_STORE ? TEID_STORE : TEID_FETCH);
	}
	return excp;
}

int s390_uv_table_access(hwaddr absolute)
{
	if (s390_uv_present() && absolute < s390_uv_storage.size &&
	    uv_access(s390_uv, absolute & TARGET_PAGE_MASK, 0, 0, false))
		return PGM_SECURE_STORAGE_ACCESS;
	return PGM_ADDRESSING;
}

int s390_uv_service_operand(CPUS390XState *env, hwaddr absolute, hwaddr len, bool write)
{
	uint64_t tec;

	if (likely(s390_uv_allows(absolute, len)))
		return 0;
	tec = (absolute & TARGET_PAGE_MASK) | S390_UV_TEID_ADDRESS_VALID |
	      (write ? TEID_STORE : TEID_FETCH);
	s390_set_teid(env, PGM_SECURE_STORAGE_ACCESS, tec);
	return PGM_SECURE_STORAGE_ACCESS;
}

void s390_uv_load_real_refused(CPUS390XState *env, uint64_t tec, uintptr_t ra)
{
	s390_set_teid(env, PGM_SECURE_STORAGE_ACCESS, tec);
	tcg_s390_program_interrupt(env, PGM_SECURE_STORAGE_ACCESS, ra);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Key-controlled protection, of hosts and of guests. Hosts of guests with
 * storage keys rely on it: KVM accesses the guest's storage with the guest's
 * key, by MOVE WITH OPTIONAL SPECIFICATIONS or with that key in the PSW.
 *
 * TLB entries are made for the key in the PSW. Key zero is allowed everything,
 * so entries made for any other key can stay when it comes; another key finds
 * an empty TLB. SET STORAGE KEY EXTENDED empties TLBs by itself.
 */
#include "qemu/osdep.h"
#include "exec/cputlb.h"
#include "exec/exec-all.h"
#include "exec/helper-proto.h"
#include "hw/s390x/storage-keys.h"
#include "tcg/tcg_s390x.h"
#include "uv/uv.h"
#include "internal.h"

#define OVERRIDE_KEY	9
/* Fetch-protection override reaches as far, and so do TLB entries where it is on. */
#define OVERRIDE_SIZE	2048
/* In SIEState.operand_key, to tell key zero from none. */
#define OPERAND_KEY	0x10

/* The key of a page; false if no storage key was ever set or used. */
static bool storage_key(uint64_t absolute, uint8_t *key)
{
	static S390SKeysClass *class;
	static S390SKeysState *ss;

	if (unlikely(!ss)) {
		ss = s390_get_skeys_device();
		class = S390_SKEYS_GET_CLASS(ss);
	}
	return class->skeys_are_enabled(ss) &&
	       !class->get_skeys(ss, absolute >> TARGET_PAGE_BITS, 1, key);
}

static uint8_t psw_key(CPUS390XState *env)
{
	return (env->psw.mask & PSW_MASK_KEY) >> PSW_SHIFT_KEY;
}

/**
 * s390_key_access() - does an access pass key-controlled protection?
 * @env: the CPU
 * @vaddr: logical or real address
 * @asce: what translated it, 0 for a real address
 * @absolute: absolute address
 * @access: MMU_DATA_LOAD, MMU_DATA_STORE or MMU_INST_FETCH
 * @prot: PAGE_* bits, of which PAGE_WRITE goes if a store would not pass
 *
 * The key is the PSW's, or that of an operand, see s390_key_operand().
 */
bool s390_key_access(CPUS390XState *env, uint64_t vaddr, uint64_t asce,
		     uint64_t absolute, int access, int *prot)
{
	uint8_t key, own = env->sie.operand_key;

	own = own ? own & 0xf : psw_key(env);
	/* A hidden guest's keys are not where the host could set them. */
	if (likely(!own) || sie_hidden(env) || !storage_key(absolute, &key))
		return true;
	if (key >> 4 == own)
		return true;
	if (key >> 4 == OVERRIDE_KEY &&
	    (env->cregs[0] & CR0_STORAGE_PROTECTION_OVERRIDE))
		return true;
	*prot &= ~PAGE_WRITE;
	if (access == MMU_DATA_STORE)
		return false;
	return !(key & SK_F) ||
	       (vaddr < OVERRIDE_SIZE && !(asce & ASCE_PRIVATE_SPACE) &&
		(env->cregs[0] & CR0_FETCH_PROTECTION_OVERRIDE));
}

/* For how much of a page may a TLB entry be used? */
uint64_t s390_key_reach(CPUS390XState *env, uint64_t vaddr)
{
	if (unlikely(vaddr < TARGET_PAGE_SIZE && psw_key(env) &&
		     (env->cregs[0] & CR0_FETCH_PROTECTION_OVERRIDE)))
		return OVERRIDE_SIZE;
	return TARGET_PAGE_SIZE;
}

/* The PSW has a new key: what the TLB allows may be too much. */
void s390_key_loaded(CPUS390XState *env)
{
	uint8_t unused;

	if (psw_key(env) && storage_key(0, &unused))
		tlb_flush_by_mmuidx(env_cpu(env),
				    SIE_HOST_IDXMAP << env->sie.mmu_base);
}

void HELPER(key_loaded)(CPUS390XState *env)
{
	s390_key_loaded(env);
}

static void check_operand_at(CPUS390XState *env, uint8_t key, uint64_t vaddr,
			       int access, uint8_t as, uintptr_t ra)
{
	static const uint8_t index[] = {
		[AS_PRIMARY] = MMU_PRIMARY_IDX,
		[AS_SECONDARY] = MMU_SECONDARY_IDX,
		[AS_HOME] = MMU_HOME_IDX,
	};
	uint64_t absolute, teid;
	int prot, exc;

	env->sie.operand_key = OPERAND_KEY | key;
	if (env->sie.active)
		exc = sie_translate(env, vaddr, access, index[as], &absolute,
				    &prot, &teid);
	else
		exc = mmu_translate(env, vaddr, access,
				    (uint64_t)as << PSW_SHIFT_ASC, &absolute,
				    &prot, &teid);
	env->sie.operand_key = 0;
	if (exc)
		sie_access_exception(env, exc, teid, ra);
}

/**
 * s390_key_operand() - check an operand that has a key of its own
 * @env: the CPU
 * @key: its key
 * @addr: address of the operand
 * @len: its length, at most that of a page
 * @access: MMU_DATA_LOAD or MMU_DATA_STORE
 * @as: its address space, not AS_ACCREG
 * @ra: return address into translated code
 *
 * Does not return if it is not accessible. The access itself comes later and
 * has to pass with the PSW's key, too, which is zero wherever this matters.
 */
void s390_key_operand(CPUS390XState *env, uint8_t key, uint64_t addr,
		      uint64_t len, int access, uint8_t as, uintptr_t ra)
{
	uint64_t end = addr + len, at, next;
	uint8_t unused;

	if (!key || !len || !storage_key(0, &unused))
		return;
	for (at = addr; at != end; at = next) {
		next = at + MIN(OVERRIDE_SIZE - at % OVERRIDE_SIZE, end - at);
		check_operand_at(env, key, env->psw.mask & PSW_MASK_64 ? at : at & 0x7fffffff,
				   access, as, ra);
	}
}

/**
 * s390_key_test() - TEST PROTECTION: may a byte be accessed with a key?
 * @env: the CPU, not interpreting a guest
 * @addr: its address
 * @key: the second operand
 * @store: or fetched
 * @ra: return address into translated code
 *
 * A page that is secure is none that is there: does not return then.
 *
 * Return: 0; else there is an exception, pending.
 */
int s390_key_test(CPUS390XState *env, uint64_t addr, uint64_t key, bool store, uintptr_t ra)
{
	S390CPU *cpu = env_archcpu(env);
	int exc;

	env->sie.operand_key = OPERAND_KEY | (key >> 4 & 0xf);
	exc = s390_cpu_virt_mem_rw(cpu, addr, 0, NULL, 1, store);
	env->sie.operand_key = 0;
	if (exc == PGM_SECURE_STORAGE_ACCESS)
		s390_cpu_virt_mem_handle_exc(cpu, ra);
	return exc;
}

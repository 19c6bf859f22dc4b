// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * DIAGNOSE 204 and 224: the partitions of the machine and their CPUs. There is one
 * partition, the one that STORE SYSTEM INFORMATION tells of; its CPUs are dedicated
 * to it. KVM answers a guest's STORE HYPERVISOR INFORMATION from this, and ends the
 * guest when it cannot.
 *
 * The blocks are as Linux reads them, arch/s390/include/asm/diag.h.
 */
#include "qemu/osdep.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "cpu.h"
#include "s390x-internal.h"
#include "tcg/tcg_s390x.h"
#include "exec/cpu_ldst.h"
#include "exec/exec-all.h"
#include "hw/boards.h"
#include "hw/s390x/ebcdic.h"
#include "hw/s390x/tod.h"

#define DIAG_PARTITIONS		0x204
#define DIAG_CPU_TYPES		0x224

/* Subcodes of DIAGNOSE 204, and what the subcode is when it is not known. */
#define STORE_SIMPLE		4
#define PAGES_NEEDED		5
#define STORE			6
#define STORE_ALL_CPUS		7
#define EXTENDED_BLOCKS		0x10000
#define SUBCODE_UNKNOWN		4

#define PHYSICAL_CPUS_FOLLOW	0x80
#define CPU_ONLINE		0x20
#define WEIGHT_DEDICATED	0xffff
#define CPU_TYPE_NAME_SIZE	16

/* Sizes of the blocks. Those of physical CPUs have the same as those of a partition. */
typedef struct Form {
	size_t header;
	size_t partition;
	size_t cpu;
} Form;

static const Form simple = { 16, 16, 24 };
static const Form extended = { 64, 96, 96 };

static unsigned int count_cpus(void)
{
	unsigned int count = 0;
	CPUState *cs;

	CPU_FOREACH(cs)
		count++;
	return count;
}

static size_t size_of_all(const Form *form, unsigned int cpus)
{
	return form->header + 2 * (form->partition + cpus * form->cpu);
}

static uint64_t tod_now(void)
{
	S390TODState *td = s390_get_todstate();
	S390TOD tod;

	S390_TOD_GET_CLASS(td)->get(td, &tod, &error_abort);
	return tod.low;
}

static uint8_t *put_header(const Form *form, uint8_t *at, unsigned int cpus)
{
	uint64_t tod = tod_now();

	at[0] = 1;
	at[1] = PHYSICAL_CPUS_FOLLOW;
	stw_be_p(at + 4, cpus);
	stw_be_p(at + 6, form->header);
	stq_be_p(at + 8, tod);
	if (form == &extended)
		stq_be_p(at + 16, tod);
	return at + form->header;
}

static uint8_t *put_partition(const Form *form, uint8_t *at, unsigned int cpus)
{
	uint64_t up = qemu_clock_get_us(QEMU_CLOCK_VIRTUAL);
	uint8_t *cpu = at + form->partition;
	CPUState *cs;

	at[1] = cpus;
	ebcdic_put(at + 8, "QEMU    ", 8);
	if (form == &extended) {
		at[2] = cpus;
		stq_be_p(at + 32, current_machine->ram_size / MiB);
	}
	CPU_FOREACH(cs) {
		stw_be_p(cpu, cpu_env(cs)->core_id);
		cpu[5] = CPU_ONLINE;
		stw_be_p(cpu + 6, WEIGHT_DEDICATED);
		stq_be_p(cpu + 8, up);
		stq_be_p(cpu + 16, up);
		if (form == &extended) {
			stw_be_p(cpu + 24, WEIGHT_DEDICATED);
			stw_be_p(cpu + 26, WEIGHT_DEDICATED);
			stw_be_p(cpu + 28, WEIGHT_DEDICATED);
			stq_be_p(cpu + 32, up);
		}
		cpu += form->cpu;
	}
	return cpu;
}

static void put_physical_cpus(const Form *form, uint8_t *at, unsigned int cpus)
{
	uint8_t *cpu = at + form->partition;
	CPUState *cs;

	at[1] = cpus;
	ebcdic_put(at + 8, "PHYSICAL", 8);
	CPU_FOREACH(cs) {
		stw_be_p(cpu, cpu_env(cs)->core_id);
		if (form == &extended)
			stw_be_p(cpu + 6, WEIGHT_DEDICATED);
		cpu += form->cpu;
	}
}

/* Does not return if the operand is not accessible. */
static void store(CPUS390XState *env, uint64_t addr, int idx, const uint8_t *from,
		  size_t size, uintptr_t ra)
{
	size_t i;

	for (i = 0; i < size; i += 8)
		cpu_stq_mmuidx_ra(env, addr + i, ldq_be_p(from + i), idx, ra);
}

/* Of the subcode's register and the next one, which has the operand's size in pages. */
static void partitions(CPUS390XState *env, uint64_t addr, uint64_t *regs, uintptr_t ra)
{
	const Form *form = regs[0] & EXTENDED_BLOCKS ? &extended : &simple;
	unsigned int subcode = regs[0] & ~EXTENDED_BLOCKS, cpus = count_cpus();
	size_t size = size_of_all(form, cpus);
	size_t pages = DIV_ROUND_UP(size, TARGET_PAGE_SIZE);
	/* On the stack: the stores may leave by a jump. */
	uint8_t all[64 + 2 * (96 + S390_MAX_CPUS * 96)] = { 0 }, *at;
	int idx = s390x_env_mmu_index(env, false);

	if (subcode == PAGES_NEEDED) {
		regs[0] = 0;
		regs[1] = pages;
		return;
	}
	if (subcode == STORE_SIMPLE && form == &simple) {
		idx = MMU_REAL_IDX;
	} else if ((subcode != STORE && subcode != STORE_ALL_CPUS) || form == &simple) {
		regs[0] = SUBCODE_UNKNOWN;
		return;
	}
	if (addr & ~TARGET_PAGE_MASK || regs[1] < pages)
		tcg_s390_program_interrupt(env, PGM_SPECIFICATION, ra);
	at = put_header(form, all, cpus);
	at = put_partition(form, at, cpus);
	put_physical_cpus(form, at, cpus);
	store(env, addr, idx, all, size, ra);
	regs[0] = 0;
	regs[1] = pages;
}

/* Names by type, behind an entry that begins with the number of the last. */
static void cpu_types(CPUS390XState *env, uint64_t addr, uintptr_t ra)
{
	uint8_t names[2 * CPU_TYPE_NAME_SIZE] = { 0 };

	if (addr & ~TARGET_PAGE_MASK)
		tcg_s390_program_interrupt(env, PGM_SPECIFICATION, ra);
	ebcdic_put(names + CPU_TYPE_NAME_SIZE, "CP              ", CPU_TYPE_NAME_SIZE);
	store(env, addr, MMU_REAL_IDX, names, sizeof(names), ra);
}

/**
 * s390_lpar_diagnose() - DIAGNOSE
 * @env: the CPU
 * @r1: of DIAGNOSE 204: register with the address of the operand, real with simple
 *      blocks, logical with extended ones; of DIAGNOSE 224: register with the format, 0
 * @r3: of DIAGNOSE 204: the first of two registers, subcode and size in pages, which
 *      are 0 and the pages needed afterwards, or 4 for a subcode that is not known; of
 *      DIAGNOSE 224: register with the real address of the operand
 * @code: which one
 * @ra: return address into translated code
 *
 * Does not return if the operand is not accessible, not on a page boundary or too short.
 *
 * Return: false if it is none of those here, or its registers are wrong.
 */
bool s390_lpar_diagnose(CPUS390XState *env, uint32_t r1, uint32_t r3, uint32_t code,
			uintptr_t ra)
{
	switch (code) {
	case DIAG_PARTITIONS:
		if (r3 & 1)
			return false;
		partitions(env, env->regs[r1], &env->regs[r3], ra);
		return true;
	case DIAG_CPU_TYPES:
		if (env->regs[r1])
			return false;
		cpu_types(env, env->regs[r3], ra);
		return true;
	}
	return false;
}

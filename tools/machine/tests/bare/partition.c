// SPDX-License-Identifier: GPL-2.0-or-later
/* DIAGNOSE 204 and 224: the partition that the program runs in, and its CPUs. */
#include "bare.h"

#define EXTENDED	0x10000ul
#define BUFFER		ARENA

struct partitions {
	uint64_t subcode;	/* 0 afterwards, or why not */
	uint64_t pages;
	uint64_t to;
};

static void partitions(void *arg)
{
	struct partitions *p = arg;
	register uint64_t subcode asm("2") = p->subcode;
	register uint64_t pages asm("3") = p->pages;

	asm volatile("diag %2,%0,0x204" : "+d" (subcode), "+d" (pages) : "d" (p->to) : "memory");
	p->subcode = subcode;
	p->pages = pages;
}

static void odd_register(void *arg)
{
	register uint64_t subcode asm("3") = 5 | EXTENDED;

	asm volatile("diag %1,%0,0x204" : "+d" (subcode) : "d" (arg) : "4", "memory");
}

static void cpu_types(void *to)
{
	asm volatile("diag %0,%1,0x224" : : "d" (0ul), "d" (to) : "memory");
}

static void other_format(void *to)
{
	asm volatile("diag %0,%1,0x224" : : "d" (1ul), "d" (to) : "memory");
}

/* EBCDIC. */
static const uint8_t cp[] = { 0xc3, 0xd7, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40 };
static const uint8_t qemu[] = { 0xd8, 0xc5, 0xd4, 0xe4, 0x40, 0x40, 0x40, 0x40 };

int main(void)
{
	struct partitions p = { 5 | EXTENDED, 0, 0 };
	uint8_t *all = (void *)BUFFER, *part = all + 64, *cpu = part + 96;

	equal("pages needed", catch(partitions, &p), 0);
	equal("is known", p.subcode, 0);
	equal("one for two CPUs", p.pages, 1);

	p = (struct partitions) { 7 | EXTENDED, 1, BUFFER };
	equal("extended blocks", catch(partitions, &p), 0);
	equal("are known", p.subcode, 0);
	equal("one partition", all[0], 1);
	equal("physical CPUs are told", all[1], 0x80);
	equal("two of them", *(uint16_t *)(all + 4), 2);
	equal("the partition is this one", *(uint16_t *)(all + 6), 64);
	equal("its CPUs", part[1], 2);
	result("its name is that of STSI", !memcmp(part + 8, qemu, sizeof(qemu)), 0);
	equal("its storage, in MiB", *(uint64_t *)(part + 32), 3072);
	equal("address of its second CPU", *(uint16_t *)(cpu + 96), 1);
	equal("which is online", cpu[96 + 5], 0x20);
	equal("and dedicated", *(uint16_t *)(cpu + 96 + 6), 0xffff);
	equal("physical CPUs", cpu[2 * 96 + 1], 2);

	p = (struct partitions) { 4, 1, BUFFER };
	equal("simple blocks", catch(partitions, &p), 0);
	equal("the partition is behind a shorter header", *(uint16_t *)(all + 6), 16);

	p = (struct partitions) { 7, 1, BUFFER };
	equal("a subcode that is not known", catch(partitions, &p), 0);
	equal("is said to be so", p.subcode, 4);
	p = (struct partitions) { 7 | EXTENDED, 0, BUFFER };
	equal("too short an operand", catch(partitions, &p), PGM_SPECIFICATION);
	p = (struct partitions) { 7 | EXTENDED, 1, BUFFER + 8 };
	equal("no page", catch(partitions, &p), PGM_SPECIFICATION);
	p = (struct partitions) { 7 | EXTENDED, 1, 1ul << 50 };
	equal("no storage", catch(partitions, &p), PGM_ADDRESSING);
	equal("an odd register", catch(odd_register, NULL), PGM_SPECIFICATION);

	equal("names of CPU types", catch(cpu_types, all), 0);
	equal("the last is number 0", all[0], 0);
	result("it is CP", !memcmp(all + 16, cp, sizeof(cp)), all[16]);
	equal("another format", catch(other_format, all), PGM_SPECIFICATION);
	finish();
}

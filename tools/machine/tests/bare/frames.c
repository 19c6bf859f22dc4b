// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Enhanced-DAT facility 1: frames are cleared and get keys, 4 KiB or up to the MiB;
 * translation by frames of 1 MiB.
 */
#include "uvc.h"

#define PFMF_SET_KEY	0x00020000u
#define PFMF_CLEAR	0x00010000u
#define PFMF_FRAME_1M	0x00001000u
#define PFMF_FRAME_2G	0x00002000u
#define PFMF_RESERVED	0x00040000u

#define BLOCK		((uint8_t *)(ARENA + 8 * MIB))
#define PATTERN		0x1122334455667788

static struct frames {
	uint64_t function;
	uint64_t at;	/* comes back as the instruction leaves it */
} frames;

static void pfmf(void *arg)
{
	struct frames *f = arg;

	asm volatile("	.insn	rre,0xb9af0000,%1,%0\n"
		     : "+a" (f->at) : "a" (f->function) : "memory");
}

static void set_blocks(uint64_t key, uint64_t *at)
{
	asm volatile(".insn	rrf,0xb22b0000,%1,%0,1,0" : "+a" (*at) : "d" (key) : "memory", "cc");
}

static uint64_t key_of(const void *page)
{
	uint64_t key = 0;

	asm volatile("iske %0,%1" : "+d" (key) : "a" (page));
	return key & 0xf0;
}

static uint64_t word(unsigned long page, unsigned int offset)
{
	return *(uint64_t *)(BLOCK + page * PAGE + offset);
}

static void fill(void)
{
	uint64_t *at;

	for (at = (uint64_t *)BLOCK; at < (uint64_t *)(BLOCK + 2 * MIB); at++)
		*at = PATTERN;
}

/* Pages of the two MiB that are all zeros. */
static unsigned int cleared(void)
{
	unsigned int i, j, n = 0;

	for (i = 0; i < 512; i++) {
		for (j = 0; j < PAGE && !word(i, j); j += 8)
			;
		n += j == PAGE;
	}
	return n;
}

static void clears(void)
{
	fill();
	frames = (struct frames) { PFMF_CLEAR, (uint64_t)BLOCK + 3 * PAGE + 5 };
	equal("PFMF clears a frame", catch(pfmf, &frames), 0);
	equal("this one and no other", cleared(), 1);
	equal("all of it", word(3, 0) | word(3, PAGE - 8), 0);
	equal("the operand stays", frames.at, (uint64_t)BLOCK + 3 * PAGE + 5);
	fill();
	frames = (struct frames) { PFMF_CLEAR | PFMF_FRAME_1M, (uint64_t)BLOCK + 250 * PAGE };
	equal("PFMF clears up to the end of the MiB", catch(pfmf, &frames), 0);
	equal("six frames", cleared(), 6);
	equal("not the one before", word(249, PAGE - 8), PATTERN);
	equal("nor the one after", word(256, 0), PATTERN);
	equal("the operand is the next MiB", frames.at, (uint64_t)BLOCK + MIB);
}

static void keys(void)
{
	uint64_t at = (uint64_t)BLOCK + 254 * PAGE;

	frames = (struct frames) { PFMF_SET_KEY | 0x30, (uint64_t)BLOCK + 7 * PAGE };
	fill();
	equal("PFMF sets a key", catch(pfmf, &frames), 0);
	equal("the key", key_of(BLOCK + 7 * PAGE), 0x30);
	equal("not of the next", key_of(BLOCK + 8 * PAGE), 0);
	equal("and clears nothing", cleared(), 0);
	set_blocks(0x50, &at);
	equal("SSKE of several blocks: the first", key_of(BLOCK + 254 * PAGE), 0x50);
	equal("SSKE of several blocks: the last", key_of(BLOCK + 255 * PAGE), 0x50);
	equal("SSKE of several blocks: not before", key_of(BLOCK + 253 * PAGE), 0);
	equal("SSKE of several blocks: not after", key_of(BLOCK + 256 * PAGE), 0);
	equal("SSKE of several blocks: the next", at, (uint64_t)BLOCK + MIB);
}

static void refused(void)
{
	frames = (struct frames) { PFMF_CLEAR | PFMF_RESERVED, (uint64_t)BLOCK };
	equal("a reserved bit", catch(pfmf, &frames), PGM_SPECIFICATION);
	frames = (struct frames) { PFMF_CLEAR | PFMF_FRAME_2G, (uint64_t)BLOCK };
	equal("frames of 2 GiB", catch(pfmf, &frames), PGM_SPECIFICATION);
	frames = (struct frames) { PFMF_CLEAR, 1ul << 50 };
	equal("no storage there", catch(pfmf, &frames), PGM_ADDRESSING);
	frames = (struct frames) { PFMF_SET_KEY, 1ul << 50 };
	equal("no key there", catch(pfmf, &frames), PGM_ADDRESSING);
}

static void secure(void)
{
	uint64_t handle;
	uint8_t *page;

	if (!uv_start()) {
		result("ultravisor starts", false, 0);
		return;
	}
	handle = guest_create();
	page = guest_frame(5);
	equal("import", import_page(handle, 5, NULL), 0);
	frames = (struct frames) { PFMF_CLEAR, (uint64_t)page };
	equal("a secure page is not cleared", catch(pfmf, &frames), PGM_SECURE_ACCESS);
	equal("TEID", teid() & ~0xffful, (uint64_t)page);
	frames = (struct frames) { PFMF_CLEAR | PFMF_FRAME_1M, (uint64_t)page - PAGE };
	equal("nor among others", catch(pfmf, &frames), PGM_SECURE_ACCESS);
	equal("export", export_page(page, NULL), 0);
	equal("PFMF clears the page now", catch(pfmf, &frames), 0);
}

/* Four pages of a segment table, each entry of which is a frame at its own address. */
#define SEGMENTS	((volatile uint64_t *)(ARENA + 12 * MIB))
#define ENTRY_FRAME	0x400
#define ASCE_SEGMENTS	3	/* a segment table of four pages */
#define CR0_EDAT	0x800000ul
/* No field of the prefix area is there. */
#define UNUSED		0x1e00ul

static uint64_t fetch_word(uint64_t at)
{
	uint64_t value;

	asm volatile("lg %0,0(%1)" : "=d" (value) : "a" (at) : "memory");
	return value;
}

static uint64_t fetch_translated(uint64_t at)
{
	uint64_t value;
	uint8_t was;

	asm volatile("	stosm	%1,4\n"
		     "	lg	%0,0(%2)\n"
		     "	stnsm	%1,0xfb\n"
		     : "=&d" (value), "=Q" (was) : "a" (at) : "memory");
	return value;
}

static void set_prefix(uint64_t area)
{
	uint32_t prefix = area;

	asm volatile("spx %0" : : "Q" (prefix) : "memory");
}

/* A frame of 1 MiB is at an absolute address, a page at a real one. */
static void prefixing(void)
{
	uint64_t asce = (uint64_t)SEGMENTS | ASCE_SEGMENTS, control0, old0, i, at = UNUSED;

	for (i = 0; i < 2048; i++)
		SEGMENTS[i] = i * MIB | ENTRY_FRAME;
	asm volatile("stctg %%c0,%%c0,%0" : "=Q" (old0));
	control0 = old0 | CR0_EDAT;
	asm volatile("lctlg %%c0,%%c0,%0" : : "Q" (control0));
	asm volatile("lctlg %%c1,%%c1,%0" : : "Q" (asce));
	asm volatile("stg %0,0(%1)" : : "d" (1ul), "a" (at) : "memory");
	memcpy(BLOCK, (void *)0, 2 * PAGE);
	asm volatile("stg %0,0(%1)" : : "d" (2ul), "a" (BLOCK + at) : "memory");
	set_prefix((uint64_t)BLOCK);
	equal("prefixing applies to a real address", fetch_word(at), 2);
	equal("and the other way round", fetch_word((uint64_t)BLOCK + at), 1);
	equal("not to an address in a large frame", fetch_translated(at), 1);
	equal("nor the other way round", fetch_translated((uint64_t)BLOCK + at), 2);
	set_prefix(0);
	asm volatile("lctlg %%c0,%%c0,%0" : : "Q" (old0));
}

int main(void)
{
	equal("the facility is announced", facility(8), 1);
	prefixing();
	clears();
	keys();
	refused();
	secure();
	return 0;
}

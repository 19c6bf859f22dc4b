// SPDX-License-Identifier: GPL-2.0-or-later
/* Ultravisor calls, and a configuration to play with. */
#include "uvc.h"

/* Where things are in the arena. */
#define SEGMENT_TABLE	(ARENA)			/* 512 entries, a page */
#define PAGE_TABLE	(ARENA + PAGE)		/* 256 entries, half a page */
#define SCA		(ARENA + 2 * PAGE)
#define FRAMES		(ARENA + 4 * MIB)


unsigned int uvc(void *block)
{
	unsigned int cc;

	asm volatile("	.insn	rrf,0xb9a40000,%1,%2,0,0\n"
		     "	ipm	%0\n"
		     "	srl	%0,28\n"
		     : "=d" (cc) : "d" (0ul), "a" (block) : "cc", "memory");
	return cc;
}

unsigned int uvc_call(struct uvcb *block, uint16_t command, uint16_t length)
{
	unsigned int cc;

	block->command = command;
	block->length = length;
	do {
		block->rc = block->rrc = 0;
		cc = uvc(block);
	} while (cc >= 2);
	return cc;
}

void fill_query(struct uvcb *block)
{
	memset(block, 0, sizeof(*block));
	uvc_call(block, UVC_QUERY, QUERY_LENGTH);
}

bool uv_start(void)
{
	struct uvcb query, block = { 0 };

	fill_query(&query);
	FIELD(&block, 0x18) = HIGH;
	FIELD(&block, 0x20) = FIELD(&query, 0x40);
	return uvc_call(&block, UVC_INITIALIZE, 0x48) == 0;
}

uint64_t guest_origin;

uint8_t *guest_frame(unsigned int page)
{
	return (uint8_t *)(FRAMES + page * PAGE);
}

uint8_t *const guest_tables[2] = { (void *)SEGMENT_TABLE, (void *)PAGE_TABLE };

void guest_map(unsigned int page, const void *frame)
{
	((volatile uint64_t *)PAGE_TABLE)[page] = (uint64_t)frame;
}

uint64_t guest_create(void)
{
	struct uvcb block = { 0 };
	unsigned int i;

	for (i = 0; i < 512; i++)
		((uint64_t *)SEGMENT_TABLE)[i] = 0x20;
	((uint64_t *)SEGMENT_TABLE)[guest_origin / MIB] = PAGE_TABLE;
	for (i = 0; i < GUEST_PAGES; i++)
		guest_map(i, guest_frame(i));
	FIELD(&block, 0x20) = CONFIG_BASE;
	FIELD(&block, 0x28) = CONFIG_VAR;
	FIELD(&block, 0x38) = guest_origin;
	FIELD(&block, 0x40) = GUEST_PAGES * PAGE;
	FIELD(&block, 0x48) = SCA;
	FIELD(&block, 0x50) = SEGMENT_TABLE | ASCE_PRIVATE;
	if (uvc_call(&block, UVC_CREATE, 0x80)) {
		result("create configuration", false, block.rc);
		finish();
	}
	return FIELD(&block, 0x18);
}

unsigned int guest_destroy(uint64_t handle)
{
	struct uvcb block = { 0 };

	FIELD(&block, 0x18) = handle;
	return uvc_call(&block, UVC_DESTROY, 0x40);
}

unsigned int import_page(uint64_t handle, unsigned int page, uint16_t *rc)
{
	struct uvcb block = { 0 };
	unsigned int cc;

	FIELD(&block, 0x18) = handle;
	FIELD(&block, 0x20) = guest_origin + page * PAGE;
	cc = uvc_call(&block, UVC_IMPORT, 0x28);
	if (rc)
		*rc = block.rc;
	return cc;
}

static unsigned int leave(uint16_t command, const void *frame, uint16_t *rc)
{
	struct uvcb block = { 0 };
	unsigned int cc;

	FIELD(&block, 0x18) = (uint64_t)frame;
	cc = uvc_call(&block, command, 0x20);
	if (rc)
		*rc = block.rc;
	return cc;
}

unsigned int export_page(const void *frame, uint16_t *rc)
{
	return leave(UVC_EXPORT, frame, rc);
}

unsigned int destroy_page(const void *frame)
{
	return leave(UVC_DESTROY_PAGE, frame, NULL);
}

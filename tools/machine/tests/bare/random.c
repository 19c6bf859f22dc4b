// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random control blocks from both CPUs: whatever they contain, the machine goes
 * on, and its own storage is not touched. Half of the blocks are half right: a
 * known command, addresses of the arena.
 */
#include "uvc.h"

#define BLOCKS	60000

static const uint16_t commands[] = {
	0x0001, 0x000f, 0x0100, 0x0101, 0x0102, 0x0120, 0x0121, 0x0200, 0x0201, 0x0202,
	0x0300, 0x0301, 0x0302, 0x0310, 0x0311, 0x0320, 0x0321, 0x0330, 0x0340, 0x0341,
	0x0342, 0x0400, 0x0401, 0x0402, 0x0403, 0x1000, 0x1001,
};

static volatile unsigned int running;
static volatile uint64_t handle;

static uint64_t next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static uint64_t word(uint64_t *state)
{
	switch (next(state) % 6) {
	case 0:
		return next(state);
	case 1:
		return next(state) % 0x40;
	case 2:
		return handle;
	case 3:
		return HIGH + (next(state) % 256 << 20);
	default:
		/* Frames only, not what this program itself is in. */
		return ARENA + 8 * MIB + (next(state) % 512 << 12);
	}
}

static void call(void *block)
{
	uvc(block);
}

static void throw(uint64_t *state, struct uvcb *block, unsigned int count)
{
	unsigned int i, j;

	for (i = 0; i < count; i++) {
		for (j = 0; j < 0x23; j++)
			block->word[j] = word(state);
		block->command = next(state) % 8 ?
			commands[next(state) % (sizeof(commands) / sizeof(commands[0]))] :
			next(state);
		block->length = next(state) % 4 ? 0x120 : next(state) % 0x200;
		catch(call, block);
	}
}

static void second(void)
{
	static struct uvcb block;
	uint64_t state = 0x0123456789abcdef;

	throw(&state, &block, BLOCKS);
	running = 0;
	for (;;)
		asm volatile("nopr");
}

int main(void)
{
	static struct uvcb block;
	uint64_t state = 0xfedcba9876543210;

	throw(&state, &block, 1000);
	result("random blocks before initialization", true, 0);
	if (!uv_start())
		say("# a random block has initialized the ultravisor\n");
	handle = guest_create();
	running = 1;
	second_start(second);
	throw(&state, &block, BLOCKS);
	while (running)
		;
	result("random blocks from two CPUs", true, 0);
	fill_query(&block);
	equal("the ultravisor still answers", block.rc, 1);
	return 0;
}

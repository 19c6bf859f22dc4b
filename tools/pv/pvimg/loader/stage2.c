// SPDX-License-Identifier: GPL-2.0
/*
 * Stage 2: puts kernel, command line and initial RAM disk where a kernel looks
 * for them. It is encrypted and verified like all other components, so what
 * its parameter block says can be trusted.
 */
#include "loader.h"

/* The kernel's parameter area */
#define KERNEL_INITRD_START	0x10408
#define KERNEL_INITRD_SIZE	0x10410
#define KERNEL_CMDLINE		0x10480

#define CHUNK			256	/* what one MVC moves */

void stage2_main(const struct stage2_parms *parms);

/*
 * Moves towards lower addresses; the areas may overlap if they are at least a
 * chunk apart. pvimg places the kernel behind stage 1, which is much more.
 */
static void move_down(uint8_t *to, const uint8_t *from, uint64_t size)
{
	for (; size >= CHUNK; size -= CHUNK) {
		__builtin_memcpy(to, from, CHUNK);
		to += CHUNK;
		from += CHUNK;
	}
	while (size--)
		*to++ = *from++;
}

void stage2_main(const struct stage2_parms *parms)
{
	move_down((uint8_t *)KERNEL_START, (const uint8_t *)parms->kernel_addr + KERNEL_START,
		  parms->kernel_size - KERNEL_START);
	*(uint64_t *)KERNEL_INITRD_START = parms->initrd_addr;
	*(uint64_t *)KERNEL_INITRD_SIZE = parms->initrd_size;
	/* It ends with a zero byte. Without one the kernel keeps what was built into it. */
	move_down((uint8_t *)KERNEL_CMDLINE, (const uint8_t *)parms->cmdline_addr,
		  parms->cmdline_size);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A virtio balloon, the first channel device, is given storage that the host does
 * not have: it must not throw away what is there. Zeros in the ultravisor's own
 * table would make pages accessible.
 */
#include "queue.h"
#include "uvc.h"

#define TARGET_PAGE	40	/* secure all the time */
#define LIMIT_US	5000000

static struct descriptor desc[QUEUE_SIZE] __attribute__((aligned(16)));
static struct avail avail __attribute__((aligned(2)));
static struct used used __attribute__((aligned(4)));
static uint64_t indicators;

/* The device takes this page; has it answered? */
static bool inflate(const void *page)
{
	static uint32_t number;
	uint64_t start = clock_us();
	uint16_t done = *(volatile uint16_t *)&used.index;
	uint16_t nr = __builtin_bswap16(done);

	number = __builtin_bswap32((uint64_t)page / PAGE);
	queue_describe(desc, 0, &number, sizeof(number), 0);
	avail.ring[nr % QUEUE_SIZE] = 0;
	avail.index = __builtin_bswap16(nr + 1);
	queue_notify();
	while (*(volatile uint16_t *)&used.index == done)
		if (clock_us() - start > LIMIT_US)
			return false;
	return true;
}

int main(void)
{
	uint8_t *target = guest_frame(TARGET_PAGE);
	uint64_t handle;
	uint16_t rc;

	handle = device_beside_guest(TARGET_PAGE);
	if (!handle)
		return 0;
	queue_start(desc, &avail, &used, &indicators);

	result("the balloon takes base storage",
	       inflate((uint8_t *)HIGH + (uint64_t)target / PAGE * 8), 0);
	equal("whose content stays: a page is as protected as before",
	      catch(fetch, target), PGM_SECURE_ACCESS);

	destroy_page(guest_frame(1));
	import_page(handle, 1, NULL);
	destroy_page(guest_frame(1));
	result("the balloon takes storage of a configuration", inflate((void *)CONFIG_VAR), 0);
	equal("whose content stays: a destroyed page does not come back, rc 108",
	      (import_page(handle, 1, &rc), rc), 0x108);
	equal("export", export_page(target, NULL), 0);
	equal("destroy configuration", guest_destroy(handle), 0);
	return 0;
}

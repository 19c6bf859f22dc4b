// SPDX-License-Identifier: GPL-2.0-or-later
/* Pages come and go: real encryption, and what a host must not get away with. */
#include "uvc.h"

static uint8_t copy[2][4096] __attribute__((aligned(4096)));

static bool all_zero(const uint8_t *page)
{
	unsigned int i;

	for (i = 0; i < PAGE; i++)
		if (page[i])
			return false;
	return true;
}

/* Bits set in a page of ciphertext: about half of them. */
static bool looks_random(const uint8_t *page)
{
	unsigned int i, bits = 0;

	for (i = 0; i < PAGE; i++)
		bits += __builtin_popcount(page[i]);
	return bits > PAGE * 8 * 45 / 100 && bits < PAGE * 8 * 55 / 100;
}

static void round_trip(uint64_t handle)
{
	uint8_t *page = guest_frame(1);

	memset(page, 0xa5, PAGE);
	equal("import of a page never seen", import_page(handle, 1, NULL), 0);
	equal("it is out of reach", catch(fetch, page), PGM_SECURE_ACCESS);
	equal("import again is fine", import_page(handle, 1, NULL), 0);
	equal("export", export_page(page, NULL), 0);
	result("the host sees ciphertext", looks_random(page), 0);
	memcpy(copy[0], page, PAGE);
	equal("export again is fine", export_page(page, NULL), 0);
	result("and changes nothing", !memcmp(copy[0], page, PAGE), 0);
	equal("import of the exported page", import_page(handle, 1, NULL), 0);
	equal("second export", export_page(page, NULL), 0);
	result("no ciphertext appears twice", memcmp(copy[0], page, PAGE) != 0, 0);
	memcpy(copy[1], page, PAGE);
}

static void attacks(uint64_t handle)
{
	uint8_t *page = guest_frame(1);
	uint16_t rc;

	memcpy(page, copy[0], PAGE);
	equal("replay of an older export: cc 1", import_page(handle, 1, &rc), 1);
	equal("replay of an older export: rc 107", rc, 0x107);
	memcpy(page, copy[1], PAGE);
	page[1234] ^= 1;
	equal("one bit changed: rc 107", (import_page(handle, 1, &rc), rc), 0x107);
	page[1234] ^= 1;
	equal("unchanged: cc 0", import_page(handle, 1, NULL), 0);

	equal("another page", import_page(handle, 2, NULL), 0);
	export_page(page, NULL);
	export_page(guest_frame(2), NULL);
	memcpy(copy[0], page, PAGE);
	memcpy(page, guest_frame(2), PAGE);
	equal("page swapped with another: rc 107", (import_page(handle, 1, &rc), rc), 0x107);
	memcpy(page, copy[0], PAGE);
	equal("swapped back: cc 0", import_page(handle, 1, NULL), 0);

	guest_map(3, page);
	equal("one frame as two guest pages: rc 105", (import_page(handle, 3, &rc), rc), 0x105);
	guest_map(3, guest_frame(3));
	guest_map(1, guest_frame(4));
	equal("one guest page in two frames: rc 106", (import_page(handle, 1, &rc), rc), 0x106);
	guest_map(1, page);
	guest_map(4, (void *)HIGH);
	equal("import of donated storage: rc 103", (import_page(handle, 4, &rc), rc), 0x103);
	guest_map(4, (void *)0x400);
	equal("page not mapped: rc 10a", (import_page(handle, 4, &rc), rc), 0x10a);
	guest_map(4, guest_frame(4) + 0x200);
	equal("page mapped read-only: rc 10a", (import_page(handle, 4, &rc), rc), 0x10a);
	guest_map(4, guest_frame(4));
	equal("page outside of the guest: rc 101", (import_page(handle, 256, &rc), rc), 0x101);
}

/* Else the answers to imports would tell the host what is in a protected page. */
static void protected_tables(uint64_t handle)
{
	static const char *const protected[] = {
		"a protected segment table is not followed: rc 10a",
		"a protected page table is not followed: rc 10a",
	};
	unsigned int i;
	uint16_t rc;

	for (i = 0; i < 2; i++) {
		memcpy(copy[0], guest_tables[i], PAGE);
		guest_map(10 + i, guest_tables[i]);
		equal("a table can be a guest's page", import_page(handle, 10 + i, NULL), 0);
		equal(protected[i], (import_page(handle, 12, &rc), rc), 0x10a);
		export_page(guest_tables[i], NULL);
		memcpy(guest_tables[i], copy[0], PAGE);
	}
	equal("tables that are the host's again: cc 0", import_page(handle, 12, NULL), 0);
	destroy_page(guest_frame(12));
}

static void destruction(uint64_t handle)
{
	uint8_t *page = guest_frame(1);
	uint16_t rc;

	export_page(page, NULL);
	memcpy(copy[0], page, PAGE);
	import_page(handle, 1, NULL);
	equal("destroy page", destroy_page(page), 0);
	result("it is accessible and zero", all_zero(page), 0);
	memcpy(page, copy[0], PAGE);
	equal("a destroyed page does not come back: rc 108",
	      (import_page(handle, 1, &rc), rc), 0x108);
	equal("destroy of a page that is not secure is fine", destroy_page(guest_frame(9)), 0);
	equal("export of donated storage: cc 1", export_page((void *)HIGH, NULL), 1);

	import_page(handle, 7, NULL);
	equal("destroy configuration", guest_destroy(handle), 0);
	equal("its handle is gone: rc 20", (import_page(handle, 7, &rc), rc), 0x20);
	equal("its page is accessible", catch(fetch, guest_frame(7)), 0);
	result("and zero", all_zero(guest_frame(7)), 0);
	result("donated storage comes back cleared", all_zero((void *)(ARENA + MIB)), 0);
}

/* The fast form leaves the pages for later. */
static void fast_destruction(uint64_t handle)
{
	struct uvcb block = { 0 };

	import_page(handle, 7, NULL);
	FIELD(&block, 0x18) = handle;
	equal("destroy configuration fast", uvc_call(&block, UVC_DESTROY_FAST, 0x48), 0);
	equal("its page stays secure", catch(fetch, guest_frame(7)), PGM_SECURE_ACCESS);
	equal("until it is exported", export_page(guest_frame(7), NULL), 0);
	result("which yields nothing", all_zero(guest_frame(7)), 0);
}

int main(void)
{
	uint64_t handle;

	if (!uv_start()) {
		result("ultravisor starts", false, 0);
		return 0;
	}
	handle = guest_create();
	round_trip(handle);
	attacks(handle);
	protected_tables(handle);
	destruction(handle);
	handle = guest_create();
	fast_destruction(handle);
	handle = guest_create();
	import_page(handle, 1, NULL);
	export_page(guest_frame(1), NULL);
	guest_destroy(handle);
	handle = guest_create();
	equal("another configuration does not know the page", import_page(handle, 1, NULL), 0);
	destroy_page(guest_frame(1));
	equal("destroy it", guest_destroy(handle), 0);
	return 0;
}

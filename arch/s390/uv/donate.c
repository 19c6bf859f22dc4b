// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that the host donates to the ultravisor for a configuration or a CPU.
 * Until the ultravisor gives it back any access of the host is an exception.
 */
#define pr_fmt(fmt) "prot_virt: " fmt

#include <linux/atomic.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include "uv.h"

/* Bytes that were donated and not given back */
static atomic_long_t uv_donations_kept;

#ifdef CONFIG_CONTIG_ALLOC

/*
 * Moves whatever can be moved out of a range. It also serves sizes beyond what
 * the buddy allocator has (4 MiB), but does not charge the memory to a cgroup.
 */
static void *uv_donation_by_moving(size_t len)
{
	unsigned long pages = roundup_pow_of_two(len) >> PAGE_SHIFT;
	unsigned long wanted = len >> PAGE_SHIFT;
	struct page *page;

	/* aligned to its size, for a power of two only */
	page = alloc_contig_pages(pages, GFP_KERNEL | __GFP_NOWARN, numa_node_id(), NULL);
	if (!page)
		return NULL;
	if (pages > wanted)
		free_contig_range(page_to_pfn(page) + wanted, pages - wanted);
	return page_to_virt(page);
}

#else

static void *uv_donation_by_moving(size_t len)
{
	return NULL;
}

#endif

static void *uv_donation_from_buddies(size_t len, gfp_t how)
{
	if (get_order(len) > MAX_PAGE_ORDER)
		return NULL;
	return alloc_pages_exact(len, GFP_KERNEL_ACCOUNT | __GFP_NOWARN | how);
}

/**
 * uv_donation_alloc - allocate memory to donate to the ultravisor
 * @len: bytes, as the ultravisor asked for; whole pages are allocated
 *
 * The memory is physically contiguous, aligned to its size rounded up to a
 * power of two, and not cleared. Nothing but a lack of memory should keep a VM
 * from starting, however fragmented memory is: first the buddy allocator is
 * asked for what it has at hand, then pages are moved out of the way, and at
 * last the buddy allocator reclaims and compacts as long as that gets anywhere.
 *
 * Context: process context, may sleep.
 * Return: kernel address in the direct mapping, or NULL
 */
void *uv_donation_alloc(size_t len)
{
	void *addr;

	UV_STATIC_STUB(uv_donation_alloc, len);
	if (!len)
		return NULL;
	len = PAGE_ALIGN(len);
	addr = uv_donation_from_buddies(len, __GFP_NORETRY);
	if (!addr)
		addr = uv_donation_by_moving(len);
	if (!addr)
		addr = uv_donation_from_buddies(len, __GFP_RETRY_MAYFAIL);
	return addr;
}
EXPORT_SYMBOL_GPL(uv_donation_alloc);

/**
 * uv_donation_free - free memory that the ultravisor has given back
 * @addr: from uv_donation_alloc(), or NULL
 * @len: as given there
 */
void uv_donation_free(void *addr, size_t len)
{
	UV_STATIC_STUB(uv_donation_free, addr, len);
	if (addr)
		free_pages_exact(addr, PAGE_ALIGN(len));
}
EXPORT_SYMBOL_GPL(uv_donation_free);

/**
 * uv_donation_keep - take note that the ultravisor does not give memory back
 * @len: bytes
 *
 * Such memory must never be used again: its next user would get an exception.
 * So its owner forgets where it is, and all that is left is this number.
 */
void uv_donation_keep(size_t len)
{
	atomic_long_add(PAGE_ALIGN(len), &uv_donations_kept);
	pr_err_once("the ultravisor kept %zu bytes of a protected VM; such memory is lost until the next boot\n",
		    PAGE_ALIGN(len));
}
EXPORT_SYMBOL_GPL(uv_donation_keep);

/**
 * uv_donation_kept - how much memory the ultravisor did not give back
 *
 * Return: bytes
 */
unsigned long uv_donation_kept(void)
{
	return atomic_long_read(&uv_donations_kept);
}
EXPORT_SYMBOL_GPL(uv_donation_kept);

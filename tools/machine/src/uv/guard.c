/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Protected storage against everything that goes through the memory API:
 * devices, channel programs, SCLP, diagnose blocks, DAT tables, prefix areas.
 *
 * Single accesses are checked when they happen. A buffer that a device has
 * mapped (address_space_map) is checked when it is mapped and then counted, a
 * page at a time; a page cannot become protected while a device has it mapped.
 * Mappings that live as long as a device does (virtio rings) are not made at
 * all when there is an ultravisor: each access to them goes through the API.
 * Nothing is discarded from below either. No device has a thread of its own: see
 * s390_uv_wait_accesses().
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "internal.h"
#include "exec/memory.h"
#include "exec/memory-internal.h"

bool memory_guarded;
uint64_t s390_uv_dma_refused;

/*
 * Number of mappings of each page by devices. Every descriptor of a request can lead
 * to the same page: 64 requests of 1024 descriptors are as many as 16 bits hold.
 */
static uint32_t *mapped;

/* What single loads and stores reach instead of a protected page: nothing. */
static MemoryRegion refused;

void s390_uv_guard_start(void)
{
	mapped = g_new0(uint32_t, s390_uv_storage.size / TARGET_PAGE_SIZE);
	memory_region_init_io(&refused, NULL, &unassigned_mem_ops, NULL, "protected-storage",
			      s390_uv_storage.size);
	memory_guarded = true;
	/* A balloon would throw away protected storage, too: it gives nothing back. */
	if (ram_block_discard_disable(true)) {
		error_report("s390-ultravisor: a device needs to discard storage");
		exit(EXIT_FAILURE);
	}
}

bool s390_uv_allows(hwaddr absolute, hwaddr len)
{
	hwaddr page, end = MIN(absolute + len, s390_uv_storage.size);

	if (!s390_uv_present())
		return true;
	for (page = absolute & TARGET_PAGE_MASK; page < end; page += TARGET_PAGE_SIZE) {
		if (unlikely(uv_access(s390_uv, page, 0, 0, true))) {
			qatomic_inc(&s390_uv_dma_refused);
			return false;
		}
	}
	return true;
}

bool memory_guard_allows(MemoryRegion *mr, hwaddr addr, hwaddr len)
{
	return mr != s390_uv_storage.region || s390_uv_allows(addr, len);
}

bool memory_guard_reads(MemoryRegion *mr, hwaddr addr, void *buf, hwaddr len)
{
	if (memory_guard_allows(mr, addr, len))
		return true;
	/* Many callers do not look at the result: nothing of ours may leak. */
	memset(buf, 0, len);
	return false;
}

MemoryRegion *memory_guard_region(MemoryRegion *mr, const hwaddr *addr, hwaddr len)
{
	if (likely(!memory_guarded || memory_guard_allows(mr, *addr, len)))
		return mr;
	return &refused;
}

static void count_mapping(hwaddr addr, hwaddr len, int by)
{
	hwaddr page;

	for (page = addr / TARGET_PAGE_SIZE;
	     page * TARGET_PAGE_SIZE < MIN(addr + len, s390_uv_storage.size); page++)
		qatomic_add(&mapped[page], by);
}

/*
 * The page is counted before it is checked here, and protected before its
 * count is looked at in s390_uv_page_mapped(): one of the two sees the other.
 */
bool memory_guard_map(MemoryRegion *mr, hwaddr addr, hwaddr len)
{
	if (mr != s390_uv_storage.region)
		return true;
	count_mapping(addr, len, 1);
	smp_mb();
	if (s390_uv_allows(addr, len))
		return true;
	count_mapping(addr, len, -1);
	return false;
}

void memory_guard_unmap(MemoryRegion *mr, hwaddr addr, hwaddr len)
{
	if (mr == s390_uv_storage.region)
		count_mapping(addr, len, -1);
}

bool memory_guard_thread(Error **errp)
{
	if (!s390_uv_expected())
		return true;
	error_setg(errp, "with an s390-ultravisor, devices cannot have I/O threads");
	error_append_hint(errp, "Leave out the device's property iothread.\n");
	return false;
}

bool s390_uv_page_mapped(uint64_t page)
{
	smp_mb();
	return qatomic_read(&mapped[page / TARGET_PAGE_SIZE]) != 0;
}

/*
 * New accesses are refused already. Those that began before that are made by the
 * main loop under its lock, so taking the lock once waits for them.
 */
void s390_uv_wait_accesses(void)
{
	if (!bql_locked()) {
		bql_lock();
		bql_unlock();
	}
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory API's questions to whoever protects storage. Included by
 * exec/memory.h.
 */
#ifndef EXEC_MEMORY_GUARD_H
#define EXEC_MEMORY_GUARD_H

/* False: nothing is protected, none of the questions needs to be asked. */
extern bool memory_guarded;

/* May @len bytes at @addr of the region be written (or read)? */
bool memory_guard_allows(MemoryRegion *mr, hwaddr addr, hwaddr len);

/* May they be read into @buf? If not, @buf is filled with zeros. */
bool memory_guard_reads(MemoryRegion *mr, hwaddr addr, void *buf, hwaddr len);

/* A buffer is mapped: true until memory_guard_unmap(), or false: not allowed. */
bool memory_guard_map(MemoryRegion *mr, hwaddr addr, hwaddr len);
void memory_guard_unmap(MemoryRegion *mr, hwaddr addr, hwaddr len);

/* May a device use storage in a thread of its own, without the main loop's lock? */
bool memory_guard_thread(Error **errp);

/* What a dump shows of at most a page at @host: that, or zeros. */
uint8_t *memory_guard_dump(uint8_t *host, size_t len);

/* The region to go on with: @mr, or one where every access fails. */
MemoryRegion *memory_guard_region(MemoryRegion *mr, const hwaddr *addr, hwaddr len);

#endif

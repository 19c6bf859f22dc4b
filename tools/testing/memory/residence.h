/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the pages of this process are, and how to get them elsewhere.
 */
#ifndef MEMORY_RESIDENCE_H
#define MEMORY_RESIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZRAM	"/dev/zram0"

/* Entries of /proc/self/pagemap for these pages, to be freed */
unsigned long *pagemap(const void *page, unsigned long pages);

/* How many of them are not where they were */
unsigned long frames_that_differ(const unsigned long *before, const unsigned long *after,
				 unsigned long pages);

/* Swap space in ZRAM, which is not in use */
bool make_swap(void);

/* Pages that are in swap space, and what sends them there */
unsigned long swapped(const void *page, unsigned long pages);
bool page_out(const void *page, unsigned long pages);

/* Memory with holes all over: what is allocated next lies in them, and is compacted. */
uint8_t *allocate_holes(size_t len);

#endif /* MEMORY_RESIDENCE_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What has become of a VM's secure pages.
 */
#ifndef MEMORY_EXPORTED_H
#define MEMORY_EXPORTED_H

#include "guest.h"

/* Pages that tests with small VMs have */
#define SOME	256UL

/*
 * Reads all pages: each is encrypted and, unless this is the first time, the same
 * as then. The first time fills @sums, one for each page.
 */
bool all_exported(const struct guest *guest, uint64_t *sums, bool first);

/* So many pages are secure in the whole machine, if it can tell */
bool secure_pages_are(unsigned long want);

#endif /* MEMORY_EXPORTED_H */

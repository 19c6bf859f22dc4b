/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MEMORY_ACCESS_H
#define MEMORY_ACCESS_H

/* Starts the process that looks at others; before any VM is made. */
void access_open(void);

/* Every kind of access, each to secure pages of a VM of its own */
void accesses(void);

#endif /* MEMORY_ACCESS_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parts of secure-memory; each leaves results, and nothing else behind.
 */
#ifndef MEMORY_PARTS_H
#define MEMORY_PARTS_H

/* access.c: starts the process that looks at others, before any VM is made */
void access_open(void);

/* access.c: every kind of access, each to secure pages of a VM of its own */
void accesses(void);

/* files.c: memory that is a file's, and memory with large folios */
void files(void);
/* files.c: memory of a file on the scratch disk, which has an XFS */
void large_files(void);
/* files.c: before any VM is made */
void huge_pages(void);

/* ends.c: a process with secure memory ends; many is for the large VMs */
void core_dump(void);
void ends(unsigned long many);

#endif /* MEMORY_PARTS_H */

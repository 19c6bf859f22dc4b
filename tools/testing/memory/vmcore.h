/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the programs crash and vmcore know of each other.
 */
#ifndef MEMORY_VMCORE_H
#define MEMORY_VMCORE_H

/* In an ordinary page of the host that crashed */
#define ORDINARY_TEXT	"openuv: an ordinary page"

/* One for each way to read it, when the ultravisor exports no more and when it does */
#define SECURE_PAGES	4
#define REFUSED_EXPORTS	2

#endif /* MEMORY_VMCORE_H */

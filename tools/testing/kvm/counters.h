/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the driver counts, in debugfs: -1 where the kernel does not tell.
 */
#ifndef TESTS_COUNTERS_H
#define TESTS_COUNTERS_H

/* Bytes of donated memory that the ultravisor has not given back */
long counters_kept(void);

/* Calls of a command, by its code, that the ultravisor has refused */
long counters_refused(unsigned int command);

#endif /* TESTS_COUNTERS_H */

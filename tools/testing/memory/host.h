/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is behind the host that a test runs on: its kernel's log and counters,
 * and, on the emulated machine, the ultravisor's own view through a QMP monitor
 * at a serial port. Without that port there is no such view and no injection.
 */
#ifndef MEMORY_HOST_H
#define MEMORY_HOST_H

#include <stdbool.h>
#include <stdint.h>

void host_open(void);
bool host_is_machine(void);

/* A number of the ultravisor's, -1 if it cannot be had */
long machine_get(const char *property);

/* The next @count calls of a command answer so and are not executed */
bool machine_inject(unsigned int cmd, unsigned int cc, unsigned int rc, unsigned int count);

/* Resets leave protected storage as it is. */
bool machine_keep_storage(void);

/* Answers given by machine_inject() so far */
long machine_injected(void);

/* A line of a file of numbers, /sys/kernel/debug/uv/events or /proc/vmstat */
long counter(const char *file, const char *name);

/* Writes a word to a file of /proc or /sys */
bool set(const char *file, const char *value);

/*
 * One result: no secure page, configuration or secure CPU is left, the
 * ultravisor's metadata hold, the kernel has lost no memory to it, and its log
 * has no warning or worse since the last time.
 */
void nothing_left(const char *after);

/*
 * The ultravisor was made to keep something: from here on nothing_left() means
 * nothing beyond what there is now.
 */
void accept_what_is_left(void);

/* Bytes that the kernel has lost to the ultravisor */
long bytes_kept(void);

/* The kernel's log since the last time has no warning or worse. */
bool log_is_clean(void);

#endif /* MEMORY_HOST_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * KVM's binary statistics of a VM, as kvm_stat and others read them.
 */
#ifndef TESTS_STATS_H
#define TESTS_STATS_H

#include <stdbool.h>
#include <stdint.h>

/* The number of that name, of a VM's file descriptor; false if there is none */
bool stats_read(int vm_fd, const char *name, uint64_t *value);

#endif /* TESTS_STATS_H */

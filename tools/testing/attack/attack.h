/* SPDX-License-Identifier: GPL-2.0 */
/* pv-attack: what the root user of a host can try with a VMM's memory. */
#ifndef ATTACK_H
#define ATTACK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PAGE	4096ul

/* Exit status of a search */
#define NOT_FOUND	0
#define TROUBLE		1
#define FOUND		3

/*
 * search VIEW TARGET SEED|@FILE [ADDRESS LENGTH]: looks for the secret of that seed, or
 * for the first 32 bytes of that file, in one view of the memory and says how much it
 * has read and what it found. The views are "mem" (/proc/PID/mem), "readv"
 * (process_vm_readv) and "ptrace", whose target is a process, and "file", whose target
 * is a file, a device or "-". Without an address all readable mappings of the process
 * are searched.
 */
int search(const char *view, const char *target, const char *secret, uint64_t addr,
	   uint64_t len);

/* Writing into the memory of a process, always through /proc/PID/mem. */
int flip(pid_t pid, uint64_t addr);
int save(pid_t pid, uint64_t addr, const char *file);
int restore(pid_t pid, uint64_t addr, const char *file);
int exchange(pid_t pid, uint64_t one, uint64_t other);

/* Swaps a range of a process out; says how much of it has gone. */
int pageout(pid_t pid, uint64_t addr, uint64_t len);

/* Descriptor of /proc/PID/NAME, or -1 after a message. */
int proc_open(pid_t pid, const char *name, int flags);

#endif /* ATTACK_H */

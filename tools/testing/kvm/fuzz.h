/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the fuzzer's parts share: random numbers that a seed repeats, and the
 * CPUs that it runs.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include "vm.h"

/**
 * struct fuzzer - what a thread is
 * @state:	of its random numbers
 * @calls:	how often it asked the kernel for something that could be refused
 * @done:	how often it was not
 */
struct fuzzer {
	uint64_t state;
	long calls;
	long done;
};

uint64_t random_bits(struct fuzzer *fuzzer);
uint64_t below(struct fuzzer *fuzzer, uint64_t end);
bool one_in(struct fuzzer *fuzzer, uint64_t n);

/* Numbers at which programs go wrong, or one that is nearly right */
uint64_t odd_number(struct fuzzer *fuzzer, uint64_t right);

/* Both do nothing most of the time. */
void mutate(struct fuzzer *fuzzer, __u64 *number);
void mutate_bytes(struct fuzzer *fuzzer, void *data, size_t len);

/* The thread is sent a signal now and then, which ends KVM_RUN; see signal(7). */
void fuzz_signals(void);

/* Instructions that end a guest's run, with odd operands, where CPUs may begin */
void fuzz_code(struct fuzzer *fuzzer, const struct vm *vm);

/* The guest of a protected VM begins at the PSW of its image. */
void fuzz_load(struct fuzzer *fuzzer, const struct vm *vm);

/* A CPU runs for a while, with odd contents of what it shares with user space. */
void fuzz_run(struct fuzzer *fuzzer, const struct vm *vm);

/* An interruption of any kind, for the VM or a CPU */
void fuzz_interrupt(struct fuzzer *fuzzer, const struct vm *vm);

#endif /* TESTS_FUZZ_H */

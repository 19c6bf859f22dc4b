/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Does the host lose memory while something is done again and again? One
 * number before and one after say little: caches and per-CPU lists come and go
 * by hundreds of kilobytes. A leak, however, grows with each round.
 */
#ifndef TESTS_LEAK_H
#define TESTS_LEAK_H

#include <stdbool.h>

#define LEAK_ROUNDS 64

/**
 * struct leak - memory of the host after each round
 * @rounds:	how many
 * @available:	in kB
 */
struct leak {
	int rounds;
	long available[LEAK_ROUNDS];
};

/*
 * Is free memory a measure on this kernel? KASAN keeps what is freed, by megabytes, and
 * so does its shadow of vmalloc(). A kernel of that kind looks for leaks by itself.
 */
bool leak_shows(void);

/* To be called after each round. */
void leak_round(struct leak *leak);

/*
 * What is lost from the second quarter to the last one, in kB: the best of
 * each counts, the first quarter only warms up. At least eight rounds are needed.
 */
long leak_lost(const struct leak *leak);

#endif /* TESTS_LEAK_H */

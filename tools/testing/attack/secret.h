/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A secret that guest and attacker can both compute from a number, so that the
 * attacker knows what to look for while the bytes themselves are in no image,
 * on no command line and in no message.
 */
#ifndef SECRET_H
#define SECRET_H

#include <stdint.h>
#include <string.h>

#define SECRET_PAGE	4096
#define SECRET_WORDS	(SECRET_PAGE / 8)
#define SECRET_MARKER	4	/* words that begin every page of one secret */
#define SECRET_REGS	4	/* words that a program keeps in registers */

/* Word number n of the sequence that belongs to a seed (a 64-bit mixer). */
static inline uint64_t secret_word(uint64_t seed, uint64_t n)
{
	uint64_t x = seed * 0xd1342543de82ef95ull + n * 0xaf251af3b0f025b5ull + 0x2545f491;

	x = (x ^ (x >> 32)) * 0xdaba0b6eb09322e3ull;
	x = (x ^ (x >> 29)) * 0xdaba0b6eb09322e3ull;
	return x ^ (x >> 32);
}

/* What the attacker searches: the first 32 bytes of every page. */
static inline void secret_marker(uint64_t seed, uint64_t marker[SECRET_MARKER])
{
	int i;

	for (i = 0; i < SECRET_MARKER; i++)
		marker[i] = secret_word(seed, i);
}

/* What a program keeps in registers. */
static inline uint64_t secret_register(uint64_t seed, int i)
{
	return secret_word(seed, 1000 + i);
}

/* Page number index, as it was made the generation-th time. */
static inline void secret_page(uint64_t seed, uint32_t index, uint32_t generation,
			       uint64_t page[SECRET_WORDS])
{
	uint64_t own = secret_word(seed, (uint64_t)generation << 32 | (index + 1) << 8);
	int i;

	secret_marker(seed, page);
	for (i = SECRET_MARKER; i < SECRET_WORDS; i++)
		page[i] = own = own * 0x5851f42d4c957f2dull + i;
}

#endif /* SECRET_H */

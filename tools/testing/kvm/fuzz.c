// SPDX-License-Identifier: GPL-2.0
#include <string.h>
#include "fuzz.h"

/* Steele and others' SplitMix64 */
uint64_t random_bits(struct fuzzer *fuzzer)
{
	uint64_t z = fuzzer->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

uint64_t below(struct fuzzer *fuzzer, uint64_t end)
{
	return random_bits(fuzzer) % end;
}

bool one_in(struct fuzzer *fuzzer, uint64_t n)
{
	return !below(fuzzer, n);
}

uint64_t odd_number(struct fuzzer *fuzzer, uint64_t right)
{
	switch (below(fuzzer, 8)) {
	case 0:
		return 0;
	case 1:
		return -below(fuzzer, 8192);
	case 2:
		return 1UL << below(fuzzer, 64);
	case 3:
		return right ^ 1UL << below(fuzzer, 64);
	case 4:
		return random_bits(fuzzer);
	case 5:
		return right - 1;
	case 6:
		return right + 1;
	default:
		return right + GUEST_PAGE;
	}
}

void mutate(struct fuzzer *fuzzer, __u64 *number)
{
	if (one_in(fuzzer, 12))
		*number = odd_number(fuzzer, *number);
}

void mutate_bytes(struct fuzzer *fuzzer, void *data, size_t len)
{
	if (one_in(fuzzer, 16))
		((uint8_t *)data)[below(fuzzer, len)] ^= (uint8_t)(1 << below(fuzzer, 8));
}

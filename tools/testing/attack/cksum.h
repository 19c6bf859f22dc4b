/* SPDX-License-Identifier: GPL-2.0 */
/* The checksum of POSIX cksum. */
#ifndef CKSUM_H
#define CKSUM_H

#include <stddef.h>
#include <stdint.h>

struct cksum {
	uint32_t crc;
	uint64_t len;
};

static inline void cksum_byte(struct cksum *sum, unsigned char byte)
{
	static uint32_t table[256];
	uint32_t i, bit, value;

	for (i = 1; i < 256 && !table[255]; i++) {
		value = i << 24;
		for (bit = 0; bit < 8; bit++)
			value = value << 1 ^ (value >> 31 ? 0x04c11db7 : 0);
		table[i] = value;
	}
	sum->crc = sum->crc << 8 ^ table[sum->crc >> 24 ^ byte];
}

static inline void cksum_add(struct cksum *sum, const unsigned char *data, size_t len)
{
	size_t i;

	sum->len += len;
	for (i = 0; i < len; i++)
		cksum_byte(sum, data[i]);
}

static inline uint32_t cksum_end(struct cksum *sum)
{
	uint64_t len;

	for (len = sum->len; len; len >>= 8)
		cksum_byte(sum, len);
	return ~sum->crc;
}

#endif /* CKSUM_H */

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fields of control blocks, which are big-endian */
#ifndef UV_BYTES_H
#define UV_BYTES_H

#include <stdint.h>
#include <string.h>

static inline uint64_t get_be(const uint8_t *p, unsigned int len)
{
	uint64_t value = 0;

	while (len--)
		value = value << 8 | *p++;
	return value;
}

static inline uint64_t get_be64(const void *p)
{
	uint64_t value;

	memcpy(&value, p, sizeof(value));
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	value = __builtin_bswap64(value);
#endif
	return value;
}

static inline void put_be64(void *p, uint64_t value)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	value = __builtin_bswap64(value);
#endif
	memcpy(p, &value, sizeof(value));
}

static inline void put_be32(uint8_t *p, uint32_t value)
{
	p[0] = value >> 24;
	p[1] = value >> 16 & 0xff;
	p[2] = value >> 8 & 0xff;
	p[3] = value & 0xff;
}

static inline void put_be16(uint8_t *p, uint16_t value)
{
	p[0] = value >> 8;
	p[1] = value & 0xff;
}

static inline uint16_t get_be16(const uint8_t *p)
{
	return p[0] << 8 | p[1];
}

#endif

// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel for the tests of stage 2, in C: prints lengths and Adler-32 sums of
 * its command line and initial RAM disk on the SCLP console. tests/run knows
 * what they must be.
 */
#include "stage1.h"

struct parmarea {
	uint64_t ipl_device;
	uint64_t initrd_start;
	uint64_t initrd_size;
	uint64_t oldmem[2];
	uint64_t version;
	uint64_t max_cmdline;
	uint8_t pad[0x80 - 0x38];
	char cmdline[4096];
};

extern const struct parmarea parmarea;
extern const uint32_t pattern[], pattern_end[];

void payload_main(void);

static char line[256];
static size_t length;

static void put(const char *s)
{
	while (*s && length + 1 < sizeof(line))
		line[length++] = *s++;
}

static void put_hex(uint64_t value)
{
	char s[17];
	int i;

	for (i = 0; i < 16; i++)
		s[i] = "0123456789abcdef"[(value >> (60 - 4 * i)) & 0xf];
	s[16] = '\0';
	put(s);
}

/* As in zlib; after so many bytes the sums must be reduced (RFC 1950). */
#define ADLER_BASE	65521
#define ADLER_STEP	5552

static uint64_t adler32(const uint8_t *p, uint64_t size)
{
	uint32_t a = 1, b = 0;

	while (size) {
		uint64_t n = size < ADLER_STEP ? size : ADLER_STEP;

		for (size -= n; n; n--) {
			a += *p++;
			b += a;
		}
		a %= ADLER_BASE;
		b %= ADLER_BASE;
	}
	return (uint64_t)b << 16 | a;
}

static int pattern_good(void)
{
	uint32_t i;

	for (i = 0; pattern + i < pattern_end; i++)
		if (pattern[i] != i * 0x9e3779b9U)
			return 0;
	return 1;
}

void payload_main(void)
{
	uint64_t n = 0;

	while (n < sizeof(parmarea.cmdline) && parmarea.cmdline[n])
		n++;
	put(pattern_good() ? "kernel whole" : "kernel damaged");
	put(", cmdline ");
	put_hex(n);
	put(" ");
	put_hex(adler32((const uint8_t *)parmarea.cmdline, n));
	put(", initrd ");
	put_hex(parmarea.initrd_size);
	put(" ");
	put_hex(adler32((const uint8_t *)parmarea.initrd_start, parmarea.initrd_size));
	put("\n");
	sclp_print(line);
	disabled_wait();
}

void stage1_program_check(void)
{
	sclp_print("program check in the payload\n");
	disabled_wait();
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Is this file a kernel that can be started at 0x10000, and how long a command
 * line does it take?
 */
#include <endian.h>
#include <inttypes.h>
#include <string.h>

#include "pvimg.h"

/* An s390x kernel image: its mark, and fields of its parameter area */
#define KERNEL_MARK_OFFSET	0x10008
#define KERNEL_MARK		"S390EP"
#define KERNEL_MAX_CMDLINE	0x10430
#define KERNEL_CMDLINE		0x10480
#define KERNEL_MIN_SIZE		0x11000

/* For kernels that leave KERNEL_MAX_CMDLINE zero (before 5.16) */
#define LEGACY_CMDLINE_SIZE	896

/* Files that users take for a kernel image, and what they should know */
static const struct {
	size_t offset;
	const char *magic;
	size_t size;
	const char *words;
} impostors[] = {
	{ 0, "\177ELF", 4, "an ELF file (vmlinux?); the compressed image (bzImage) is needed" },
	{ 0, "\037\213", 2, "a gzip file; unpack it" },
	{ 0, "\3757zXZ", 5, "an xz file; unpack it" },
	{ 0, "\050\265\057\375", 4, "a zstd file; unpack it" },
	{ 0, "BZh", 3, "a bzip2 file; unpack it" },
	{ 0, "\004\042\115\030", 4, "an lz4 file; unpack it" },
	{ 0, "\135\0\0", 3, "an lzma file; unpack it" },
	{ 0x202, "HdrS", 4, "a kernel for x86" },
	{ 0, "MZ", 2, "an EFI program (a unified kernel image?); take the kernel inside" },
	{ 0xc000, IMAGE_MARK, 8, "a protected image already" },
	{ 0, "070701", 6, "an initial RAM disk (cpio archive)" },
};

static const char *kernel_impostor(const uint8_t *buf, size_t size)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(impostors); i++)
		if (impostors[i].offset + impostors[i].size <= size &&
		    !memcmp(buf + impostors[i].offset, impostors[i].magic, impostors[i].size))
			return impostors[i].words;
	return NULL;
}

int kernel_check(const struct input *kernel, size_t cmdline_size)
{
	uint8_t begin[0xc100] = { 0 };
	char mark[sizeof(KERNEL_MARK) - 1] = { 0 };
	uint64_t max;
	const char *words;

	if (input_read(kernel, 0, begin,
		       kernel->size < sizeof(begin) ? kernel->size : sizeof(begin)))
		return -1;
	if (kernel->size >= KERNEL_MIN_SIZE &&
	    input_read(kernel, KERNEL_MARK_OFFSET, mark, sizeof(mark)))
		return -1;
	if (memcmp(mark, KERNEL_MARK, sizeof(mark)) != 0) {
		words = kernel_impostor(begin, sizeof(begin));
		if (words)
			pv_error("'%s' is not an s390x kernel image but %s", kernel->path, words);
		else if (kernel->size < KERNEL_MIN_SIZE)
			pv_error("'%s' is not an s390x kernel image: it has only %" PRIu64 " bytes",
				 kernel->path, kernel->size);
		else
			pv_warn("'%s' does not look like an s390x kernel image (no %s at 0x%x)",
				kernel->path, KERNEL_MARK, KERNEL_MARK_OFFSET);
		return words || kernel->size < KERNEL_MIN_SIZE ? -1 : 0;
	}

	if (input_read(kernel, KERNEL_MAX_CMDLINE, &max, sizeof(max)))
		return -1;
	max = max ? be64toh(max) : LEGACY_CMDLINE_SIZE;
	/* A damaged field must not let the command line run over the kernel. */
	if (max > kernel->size - KERNEL_CMDLINE) {
		pv_error("'%s' is damaged: room for a command line of %" PRIu64 " bytes beyond "
			 "its end", kernel->path, max);
		return -1;
	}
	/* Both numbers count the zero byte at the end. */
	if (cmdline_size > max) {
		pv_error("the command line is too long: %zu bytes, this kernel takes at most "
			 "%" PRIu64, cmdline_size - 1, max - 1);
		return -1;
	}
	return 0;
}

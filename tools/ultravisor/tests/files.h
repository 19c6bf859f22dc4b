/* SPDX-License-Identifier: GPL-2.0 */
/* Files that mkimage.py made, in the folder that $UV_DATA names. */
#ifndef UV_TESTS_FILES_H
#define UV_TESTS_FILES_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct file {
	uint8_t *data;
	size_t len;
};

static inline struct file file_read(const char *name)
{
	const char *folder = getenv("UV_DATA");
	struct file file = { 0 };
	char path[4096];
	long size;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder ? folder : ".", name);
	f = fopen(path, "rb");
	if (!f) {
		perror(path);
		abort();
	}
	/* A stream's buffer would be a copy of a key. */
	setvbuf(f, NULL, _IONBF, 0);
	fseek(f, 0, SEEK_END);
	size = ftell(f);
	if (size < 0 || fseek(f, 0, SEEK_SET))
		abort();
	file.len = (size_t)size;
	file.data = malloc(file.len + 1);
	if (!file.data || fread(file.data, 1, file.len, f) != file.len)
		abort();
	fclose(f);
	return file;
}

/* One page in NAME.pages. */
struct image_page {
	uint8_t address[8];
	uint8_t prefix[8];
	uint8_t offset[8];
	uint8_t stored[4096];
	uint8_t plain[4096];
};

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Runs verify.py, which knows OpenSSL only. */
#ifndef UV_TESTS_OPENSSL_H
#define UV_TESTS_OPENSSL_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct scratch {
	char folder[64];
};

static inline void scratch_start(struct scratch *scratch)
{
	snprintf(scratch->folder, sizeof(scratch->folder), "/tmp/uv-test-XXXXXX");
	if (!mkdtemp(scratch->folder))
		abort();
}

static inline void scratch_path(char path[128], const struct scratch *scratch, const char *name)
{
	snprintf(path, 128, "%s/%s", scratch->folder, name);
}

static inline void scratch_write(const struct scratch *scratch, const char *name, const void *data,
				 size_t len)
{
	char path[128];
	FILE *file;

	scratch_path(path, scratch, name);
	file = fopen(path, "wb");
	if (!file || fwrite(data, 1, len, file) != len || fclose(file))
		abort();
}

static inline void scratch_read(const struct scratch *scratch, const char *name, void *data,
				size_t len)
{
	char path[128];
	FILE *file;

	scratch_path(path, scratch, name);
	file = fopen(path, "rb");
	if (!file || fread(data, 1, len, file) != len || fclose(file))
		abort();
}

static inline void scratch_end(const struct scratch *scratch)
{
	const char *names[] = { "plain", "encrypted", "sealed", "out" };
	char path[128];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		scratch_path(path, scratch, names[i]);
		unlink(path);
	}
	rmdir(scratch->folder);
}

static inline void hex(char *to, const uint8_t *from, size_t len)
{
	while (len--)
		to += sprintf(to, "%02x", *from++);
}

/* Return: the exit status of `verify.py ARGUMENTS` in the scratch folder. */
static inline int openssl_verify(const struct scratch *scratch, const char *arguments)
{
	const char *folder = getenv("UV_TESTS");
	char command[1024];

	snprintf(command, sizeof(command), "cd %s && /usr/bin/python3 %s/verify.py %s 2>/dev/null",
		 scratch->folder, folder ? folder : ".", arguments);
	return system(command);
}

#endif

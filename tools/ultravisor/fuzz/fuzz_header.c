// SPDX-License-Identifier: GPL-2.0
/*
 * The parser of image headers. An input is a header, or (first byte odd) a list
 * of changes to a good one: offset (2 bytes), value to exclusive-or.
 */
#include <stdlib.h>

#include "files.h"
#include "uv.h"

static struct keyring keyring;
static struct file good;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct file file = file_read("host.pem");
	const struct uv_key key = { file.data, file.len };
	const struct uv_config config = { .host_keys = &key, .nr_host_keys = 1 };

	(void)argc;
	(void)argv;
	good = file_read("one.hdr");
	if (locked_start())
		abort();
	locked_gcrypt();
	gcry_check_version(NULL);
	gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
	gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
	if (keyring_load(&keyring, &config))
		abort();
	free(file.data);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint16_t rc = 0, rrc = 0;
	struct image image;
	uint8_t *header;
	size_t size;
	bool ok, changed = false;

	if (!len)
		return 0;
	if (*data & 1) {
		/* In a buffer of its own size, so that reading beyond it is noticed. */
		size = good.len;
		header = malloc(size);
		memcpy(header, good.data, size);
		for (data++, len--; len >= 3; data += 3, len -= 3)
			header[(data[0] << 8 | data[1]) % size] ^= data[2];
		changed = memcmp(header, good.data, size) != 0;
	} else {
		size = len - 1;
		header = malloc(size + !size);
		memcpy(header, data + 1, size);
	}
	ok = header_open(&keyring, UV_HEADER_VERSIONS, header, size, &image, &rc, &rrc);
	/* Nobody forges a header, and every refusal has a reason. */
	if (ok ? changed : !rc)
		abort();
	free(header);
	return 0;
}

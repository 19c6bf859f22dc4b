// SPDX-License-Identifier: GPL-2.0
/*
 * Every parser of the tools on bytes of a fuzzer. The first byte chooses the parser,
 * so that one corpus and one program do for all.
 */
#include <fcntl.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../pvsecret/pvsecret.h"
#include "../attest.h"
#include "../document.h"
#include "../report.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int fuzz_take_cert(void *arg, void *object)
{
	(void)arg;
	X509_free(object);
	return 0;
}

static int fuzz_take_crl(void *arg, void *object)
{
	(void)arg;
	X509_CRL_free(object);
	return 0;
}

/* Files that are parsed as files: in memory, with a name below /proc */
static void fuzz_file(const struct bytes *file, bool header)
{
	uint8_t *buf = malloc(HEADER_MAX_SIZE);
	struct image *image = malloc(sizeof(*image));
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct host_keys keys = { 0 };
	char path[32];
	size_t size;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (write(fd, file->data, file->size) == (ssize_t)file->size) {
		if (header) {
			image_header_load(path, buf, &size);
			host_keys_load(&keys, path);
			host_keys_free(&keys);
		} else if (!image_open(image, path)) {
			image_end(image);
			image_close(image);
		}
	}
	close(fd);
	free(image);
	free(buf);
}

static void fuzz_request(const struct bytes *file)
{
	struct bytes user;

	if (!asrcb_check(file, "fuzz"))
		user_data_verify(file, NULL, "fuzz", &user);
}

static void fuzz_exchange(const struct bytes *file)
{
	static const uint8_t key[AES256_KEY_SIZE];
	struct exchange exchange = { .file = *file };
	struct arcb_area area;

	if (exchange_parse(&exchange, "fuzz"))
		return;
	exchange_is_answer(&exchange);
	arcb_open(&exchange.arcb, key, &area);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return crypto_init();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy of its own, so that reading beyond it is noticed; with a zero behind it
	 * as input_load() leaves one.
	 */
	struct bytes file = { .size = size ? size - 1 : 0 };
	struct store_list list = { 0 };

	if (!size)
		return 0;
	file.data = calloc(1, file.size + 1);
	memcpy(file.data, data + 1, file.size);
	switch (data[0] % 8) {
	case 0:
		document_parse("fuzz", &file, DOCUMENT_CERT, "one", fuzz_take_cert, NULL);
		break;
	case 1:
		document_parse("fuzz", &file, DOCUMENT_CRL, "one", fuzz_take_crl, NULL);
		break;
	case 2:
		fuzz_file(&file, true);
		break;
	case 3:
		fuzz_file(&file, false);
		break;
	case 4:
		fuzz_exchange(&file);
		break;
	case 5:
		fuzz_request(&file);
		break;
	case 6:
		list.raw = file;
		store_parse(&list, "fuzz");
		break;
	default:
		free(report_find((const char *)file.data, "cuid"));
	}
	free(file.data);
	return 0;
}

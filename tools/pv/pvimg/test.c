// SPDX-License-Identifier: GPL-2.0
/*
 * pvimg test: is an image for this host key? With a certificate the key slots
 * tell; with the private key everything is verified that the ultravisor would
 * verify.
 */
#include <endian.h>
#include <inttypes.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/options.h"
#include "pvimg.h"

#define COMMAND		"pvimg test"
#define KEY_HASHES	15	/* in what the firmware tells of its keys */
#define KEY_HASHES_FILE	"/sys/firmware/uv/keys/all"

static void help(void)
{
	printf("Usage: " COMMAND " [OPTIONS] IMAGE\n\n"
	       "Tells whether an image was made for a host key.\n\n"
	       "  -k, --host-key-document FILE  the host's certificate: looks for its key slot;\n"
	       "                                may be given more than once\n"
	       "      --key-hashes[=FILE]       the hashes of a host's keys\n"
	       "                                [" KEY_HASHES_FILE "]:\n"
	       "                                looks for a key slot for one of them\n"
	       "  -K, --key FILE                the host's private key: decrypts the header and\n"
	       "                                verifies all components\n\n"
	       "Exit status: 0 yes, 3 no (not for this key, or damaged), 1 error, 2 usage.\n");
}

/* Returns an exit status. */
static int test_cert(const struct image *image, const char *path)
{
	struct host_keys keys = { 0 };
	int rc = PV_EXIT_OK;
	size_t i;

	if (host_keys_load(&keys, path))
		rc = PV_EXIT_ERROR;
	for (i = 0; rc == PV_EXIT_OK && i < keys.count; i++) {
		if (header_find_slot(image->header, keys.keys[i].hash)) {
			printf("'%s': the image has a key slot for this host key\n", path);
		} else {
			printf("'%s': the image is not for this host key\n", path);
			rc = PV_EXIT_MISMATCH;
		}
	}
	host_keys_free(&keys);
	return rc;
}

static int digest_component(const struct image *image, const struct ipib_component *comp,
			    struct pages *pages)
{
	uint64_t addr = be64toh(comp->addr), size = PAGE_ALIGN(be64toh(comp->size));
	uint64_t pos;

	for (pos = 0; pos < size; pos += PAGES_CHUNK) {
		size_t n = size - pos < PAGES_CHUNK ? size - pos : PAGES_CHUNK;

		if (input_read(&image->file, addr + pos, pages_buffer(pages), n) ||
		    pages_update(pages, addr + pos, be64toh(comp->prefix), pos, n))
			return -1;
	}
	return 0;
}

/* The digests are over encrypted pages, so nothing has to be decrypted. */
static int digest_image(const struct image *image, struct page_digests *digests)
{
	struct pages *pages = pages_new(NULL);
	uint32_t i;
	int rc = pages ? 0 : -1;

	for (i = 0; !rc && i < be32toh(image->ipib.head.count); i++)
		rc = digest_component(image, &image->ipib.comp[i], pages);
	if (!rc)
		rc = pages_final(pages, digests);
	pages_free(pages);
	return rc;
}

/* Does the image start inside what was verified? */
static bool psw_in_component(const struct image *image, uint64_t addr)
{
	uint32_t i;

	for (i = 0; i < be32toh(image->ipib.head.count); i++) {
		uint64_t begin = be64toh(image->ipib.comp[i].addr);

		if (addr >= begin && addr < begin + be64toh(image->ipib.comp[i].size))
			return true;
	}
	return false;
}

static int compare(const struct image *image, const struct encrypted_area *area,
		   const struct page_digests *digests)
{
	const struct pv_header *hdr = (const struct pv_header *)image->header;
	const struct {
		bool good;
		const char *what;
	} checks[] = {
		{ be64toh(hdr->pages) == digests->count, "number of pages" },
		{ !memcmp(hdr->ald, digests->ald, SHA512_SIZE), "address list" },
		{ !memcmp(hdr->tld, digests->tld, SHA512_SIZE), "tweak list" },
		{ !memcmp(hdr->pld, digests->pld, SHA512_SIZE), "page contents" },
		{ psw_in_component(image, be64toh(area->psw_addr)), "start address" },
	};
	int rc = PV_EXIT_OK;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(checks); i++) {
		if (!checks[i].good) {
			printf("damaged: the %s does not match the header\n", checks[i].what);
			rc = PV_EXIT_MISMATCH;
		}
	}
	return rc;
}

static void print_opened(const struct image *image, const struct encrypted_area *area)
{
	uint64_t flags = be64toh(area->scf);
	size_t i;

	printf("  starts at 0x%" PRIx64 ", PSW mask 0x%016" PRIx64 "\n", be64toh(area->psw_addr),
	       be64toh(area->psw_mask));
	printf("  secret control flags 0x%016" PRIx64 "\n", flags);
	for (i = 0; i < scf_flags_count; i++)
		if (flags & CONTROL_FLAG(scf_flags[i].bit))
			printf("  %s\n", scf_flags[i].words);
	printf("  %" PRIu64 " pages in %u components verified\n",
	       be64toh(((const struct pv_header *)image->header)->pages),
	       be32toh(image->ipib.head.count));
}

/*
 * What is not encrypted decides nothing about the guest's secrets, but a guest
 * does not start if it was changed. Other tools write something else here.
 */
static int check_plain(const struct image *image)
{
	struct component comps[MAX_COMPONENTS] = { 0 };
	uint32_t i, count = be32toh(image->ipib.head.count);
	uint8_t *want = malloc(plain_size()), *have = malloc(plain_size());
	bool known = false;
	int rc = -1;

	if (!want || !have) {
		pv_perror("%s", image->file.path);
		goto out;
	}
	if (image->header_addr == plain_size() && count <= MAX_COMPONENTS) {
		for (i = 0; i < count; i++) {
			comps[i].addr = be64toh(image->ipib.comp[i].addr);
			comps[i].size = be64toh(image->ipib.comp[i].size);
			comps[i].prefix = be64toh(image->ipib.comp[i].prefix);
		}
		plain_build(want, image->header_size, comps, count);
		if (input_read(&image->file, 0, have, plain_size()))
			goto out;
		known = !memcmp(want, have, plain_size());
	}
	if (!known)
		pv_warn("'%s': the part that is not encrypted is not what this pvimg writes",
			image->file.path);
	rc = 0;
out:
	free(have);
	free(want);
	return rc;
}

/* Returns an exit status. */
static int test_opened(const struct image *image, const struct encrypted_area *area)
{
	struct page_digests digests;
	int rc;

	if (image_end(image) > image->file.size) {
		printf("damaged: the image is shorter than its components\n");
		return PV_EXIT_MISMATCH;
	}
	if (check_plain(image) || digest_image(image, &digests))
		return PV_EXIT_ERROR;
	rc = compare(image, area, &digests);
	if (rc == PV_EXIT_OK)
		print_opened(image, area);
	return rc;
}

/* Returns an exit status. */
static int test_key(const struct image *image, const char *path)
{
	struct encrypted_area *area = secret_alloc(sizeof(*area));
	const struct key_slot *slot;
	struct ec_public public;
	EVP_PKEY *secret = host_private_key_load(path, &public);
	uint8_t hash[SHA256_SIZE];
	int rc = PV_EXIT_ERROR;

	if (!secret || !area || ec_hash(&public, hash))
		goto out;
	slot = header_find_slot(image->header, hash);
	if (!slot) {
		printf("'%s': the image is not for this host key\n", path);
		rc = PV_EXIT_MISMATCH;
		goto out;
	}
	rc = header_open(image->header, slot, secret, area);
	if (rc < 0) {
		rc = PV_EXIT_ERROR;
	} else if (rc > 0) {
		printf("damaged: the header was changed\n");
		rc = PV_EXIT_MISMATCH;
	} else {
		rc = test_opened(image, area);
		if (rc == PV_EXIT_OK)
			printf("'%s': the image is for this host key and intact\n", path);
	}
out:
	secret_free(area);
	EVP_PKEY_free(secret);
	return rc;
}

/* Line by line as in the file of a host's firmware: 64 digits each, zeroes for none */
static int test_parse_hashes(const char *path, const struct bytes *file,
			     uint8_t hashes[KEY_HASHES][SHA256_SIZE])
{
	const char *p = (const char *)file->data;
	size_t i, j;

	for (i = 0; i < KEY_HASHES; i++) {
		for (j = 0; j < SHA256_SIZE; j++, p += 2) {
			int high = OPENSSL_hexchar2int((unsigned char)p[0]);
			int low = high < 0 ? -1 : OPENSSL_hexchar2int((unsigned char)p[1]);

			if (low < 0)
				goto wrong;
			hashes[i][j] = (uint8_t)(high << 4 | low);
		}
		if (*p == '\n')
			p++;
		else if (i + 1 < KEY_HASHES)
			goto wrong;
	}
	if (!*p)
		return 0;
wrong:
	pv_error("'%s' is not a list of %d hashes of host keys", path, KEY_HASHES);
	return -1;
}

/* Is there a slot for one of a host's keys? Returns an exit status. */
static int test_hashes(const struct image *image, const char *path)
{
	static const uint8_t none[SHA256_SIZE];
	uint8_t hashes[KEY_HASHES][SHA256_SIZE];
	struct bytes file;
	size_t i;
	int rc = PV_EXIT_ERROR;

	if (input_load(path, KEY_HASHES * (2 * SHA256_SIZE + 1), &file))
		return PV_EXIT_ERROR;
	if (!test_parse_hashes(path, &file, hashes)) {
		rc = PV_EXIT_MISMATCH;
		for (i = 0; i < KEY_HASHES && rc == PV_EXIT_MISMATCH; i++)
			if (memcmp(hashes[i], none, SHA256_SIZE) != 0 &&
			    header_find_slot(image->header, hashes[i]))
				rc = PV_EXIT_OK;
		printf(rc == PV_EXIT_OK ? "'%s': the image has a key slot for a key of this host\n" :
					  "'%s': the image is for no key of this host\n", path);
	}
	secret_free(file.data);
	return rc;
}

static int test_image(const char *path, const struct name_list *certs, const char *hashes,
		      const char *key)
{
	struct image image;
	int rc = PV_EXIT_OK;
	size_t i;

	if (image_open(&image, path))
		return PV_EXIT_ERROR;
	for (i = 0; i < certs->count && rc != PV_EXIT_ERROR; i++) {
		int one = test_cert(&image, certs->names[i]);

		if (one != PV_EXIT_OK)
			rc = one;
	}
	if (hashes && rc == PV_EXIT_OK)
		rc = test_hashes(&image, hashes);
	if (key && rc == PV_EXIT_OK)
		rc = test_key(&image, key);
	image_close(&image);
	return rc;
}

struct test {
	struct name_list certs;
	const char *key;
	const char *hashes;
};

static int test_key_hashes(void *arg, const char *name, const char *value)
{
	struct test *test = arg;

	(void)name;
	test->hashes = value ? value : KEY_HASHES_FILE;
	return 0;
}

int cmd_test(int argc, char **argv)
{
	struct test test = { 0 };
	const struct tool_option options[] = {
		{ "host-key-document", 'k', .files = &test.certs },
		{ "key-hashes", .take = test_key_hashes, .has_arg = optional_argument },
		{ "key", 'K', .in = &test.key },
		{ 0 }
	};
	const struct command_line line = {
		COMMAND, help, options, &test, PV_EXIT_USAGE, 1, 1,
		"one image is needed, and --host-key-document, --key-hashes or --key"
	};
	int rc = options_take(argc, argv, &line);

	if (rc < 0 && !test.certs.count && !test.key && !test.hashes) {
		pv_error("%s", line.needs);
		rc = options_wrong(&line);
	} else if (rc < 0) {
		rc = test_image(argv[optind], &test.certs, test.hashes, test.key);
	}
	name_list_free(&test.certs);
	return rc;
}

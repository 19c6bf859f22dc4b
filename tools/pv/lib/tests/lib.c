// SPDX-License-Identifier: GPL-2.0
/*
 * lib-tests VECTORS: tests of the library by its public headers: what the tools' own
 * tests reach only by way of files; and a header that another implementation made.
 */
#include <endian.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../attest.h"
#include "../report.h"
#include "../secret.h"

static unsigned int passed, failed;

static void expect(bool good, const char *name)
{
	printf("%s  %s\n", good ? "ok    " : "not ok", name);
	*(good ? &passed : &failed) += 1;
}

/* A header of no slot whose digests and tag are these bytes again and again */
static void fake_header(uint8_t header[HEADER_MAX_SIZE])
{
	struct pv_header *hdr = (struct pv_header *)header;

	memset(header, 0, HEADER_MAX_SIZE);
	memcpy(hdr->magic, HEADER_MAGIC, HEADER_MAGIC_SIZE);
	hdr->size = htobe32(sizeof(*hdr) + GCM_TAG_SIZE);
	memset(hdr->pld, 1, SHA512_SIZE);
	memset(hdr->ald, 2, SHA512_SIZE);
	memset(hdr->tld, 3, SHA512_SIZE);
	memset(hdr + 1, 4, GCM_TAG_SIZE);
}

/* Values that other implementations have in their tests, too */
static void test_measurement(void)
{
	static const uint8_t plain[] = { 0xc5, 0xc3, 0x4c, 0x93 };
	static const uint8_t full[] = { 0x88, 0x79, 0x4c, 0x62 };
	uint8_t *header = malloc(HEADER_MAX_SIZE), measurement[ATTEST_MEASUREMENT_SIZE];
	uint8_t uid[ATTEST_UID_SIZE], user[ATTEST_USER_MAX], additional[128];
	struct arcb_head head = { 0 };
	struct arcb_area area;
	struct exchange exchange = {
		.arcb = { (uint8_t *)&head, sizeof(head) },
		.uid = { uid, sizeof(uid) },
	};

	fake_header(header);
	memset(area.key, 0x41, sizeof(area.key));
	memset(area.nonce, 8, sizeof(area.nonce));
	memset(uid, 5, sizeof(uid));
	memset(user, 7, sizeof(user));
	memset(additional, 9, sizeof(additional));
	expect(!attest_measure(&exchange, header, &area, measurement) &&
	       !memcmp(measurement, plain, sizeof(plain)), "measurement without anything");
	head.flags = htobe64(ATTEST_NONCE);
	exchange.user = (struct bytes){ user, sizeof(user) };
	exchange.additional = (struct bytes){ additional, sizeof(additional) };
	expect(!attest_measure(&exchange, header, &area, measurement) &&
	       !memcmp(measurement, full, sizeof(full)),
	       "measurement with user data, nonce and additional data");
	free(header);
}

static bool found(const char *text, const char *key, const char *value)
{
	char *have = report_find(text, key);
	bool same = value ? have && !strcmp(have, value) : !have;

	free(have);
	return same;
}

static void test_report(void)
{
	static const enum report_format formats[] = { REPORT_YAML, REPORT_JSON };
	static const uint8_t bytes[] = { 0x01, 0xff };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		struct report report;
		char *text = NULL;
		size_t size = 0;
		FILE *to = open_memstream(&text, &size);

		report_begin(&report, to, formats[i]);
		report_hex(&report, "bytes", bytes, sizeof(bytes));
		report_open(&report, "inner", false);
		report_text(&report, "words", "plain");
		report_close(&report, false);
		report_open(&report, "items", true);
		report_item(&report);
		report_number(&report, "first", 7);
		report_bool(&report, "second", true);
		report_item_end(&report);
		report_close(&report, true);
		report_end(&report);
		fclose(to);
		expect(found(text, "bytes", "0x01ff") && found(text, "words", "plain") &&
		       found(text, "first", "7") && found(text, "second", "true") &&
		       found(text, "word", NULL) && found(text, "third", NULL),
		       formats[i] == REPORT_JSON ? "what JSON says is found again" :
						   "what YAML says is found again");
		free(text);
	}
}

static void test_names(void)
{
	struct name_list list = { 0 };

	expect(!name_list_add_files(&list, "/nonexistent/a,/nonexistent/b") && list.count == 2 &&
	       !strcmp(list.names[1], "/nonexistent/b"), "a list of files has commas");
	name_list_free(&list);
	expect(!name_list_add_files(&list, "one") && list.count == 1, "a list of one");
	name_list_free(&list);
}

static void test_crypto(void)
{
	/* RFC 4231, case 1 */
	uint8_t key[20], mac[SHA512_SIZE];
	const struct bytes part = { (uint8_t *)"Hi There", 8 };
	static const uint8_t want[] = { 0x87, 0xaa, 0x7c, 0xde };
	uint8_t aes[AES256_KEY_SIZE] = { 1 }, iv[GCM_IV_SIZE] = { 2 }, tag[GCM_TAG_SIZE];
	uint8_t data[5] = "abcd";

	memset(key, 0x0b, sizeof(key));
	expect(!hmac_sha512(key, sizeof(key), &part, 1, mac) && !memcmp(mac, want, sizeof(want)),
	       "HMAC-SHA-512");
	expect(!gcm_seal(aes, iv, "aad", 3, data, 4, tag) && memcmp(data, "abcd", 4) != 0 &&
	       !gcm_open(aes, iv, "aad", 3, data, 4, tag) && !memcmp(data, "abcd", 4),
	       "what AES-GCM seals it opens");
	gcm_seal(aes, iv, "aad", 3, data, 4, tag);
	tag[0] ^= 1;
	expect(gcm_open(aes, iv, "aad", 3, data, 4, tag) == 1 && !data[0] && !data[3],
	       "with a wrong tag nothing is left of it");
}

static void test_curve(void)
{
	EVP_PKEY *a = ec_generate(), *b = ec_generate();
	uint8_t one[AES256_KEY_SIZE], two[AES256_KEY_SIZE];
	struct ec_public pa = { 0 }, pb = { 0 };

	expect(!ec_public(a, &pa) && !ec_public(b, &pb) && !ec_wrap_key(a, &pb, one) &&
	       !ec_wrap_key(b, &pa, two) && !memcmp(one, two, sizeof(one)),
	       "both sides agree on a key");
	pb.y[COORD_SIZE - 1] ^= 1;
	expect(ec_wrap_key(a, &pb, one) == 1 && !ec_import(&pb), "a point off the curve is refused");
	memset(&pb, 0, sizeof(pb));
	expect(ec_wrap_key(a, &pb, one) == 1, "so is zero");
	pa.x[0] = 1;
	expect(!ec_import(&pa), "so is what does not fit the field");
	EVP_PKEY_free(a);
	EVP_PKEY_free(b);
}

static void test_ipib(void)
{
	struct ipib *ipib = calloc(1, sizeof(*ipib));

	ipib->head = (struct ipib_head){
		.size = htobe32(0xffffffff),
		.version = IPIB_VERSION,
		.type = IPIB_TYPE_PV,
		.count = htobe32(1),
	};
	expect(!ipib_is(ipib), "an IPL parameter block larger than a page is none");
	ipib->head.size = htobe32(PAGE_SIZE);
	ipib->head.block_size = htobe32(IPIB_OTHER_BLOCK);
	expect(ipib_is(ipib), "one of a page with a short first block is one");
	ipib->comp[0] = (struct ipib_component){ .size = htobe64(UINT64_MAX) };
	expect(ipib_check(ipib, "test"), "a component of 2^64 - 1 bytes is refused");
	free(ipib);
}

static const char *vector(const char *folder, const char *name)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

/* The header of another implementation, of which all keys are known */
static void test_vector(const char *folder)
{
	uint8_t *header = malloc(HEADER_MAX_SIZE), hash[SHA256_SIZE];
	struct image_keys keys = { 0 };
	struct encrypted_area by_host = { 0 }, by_key = { 0 };
	struct ec_public public;
	EVP_PKEY *host = host_private_key_load(vector(folder, "host.key"), &public);
	const struct key_slot *slot = NULL;
	size_t size;

	if (host && !image_header_load(vector(folder, "se.hdr"), header, &size) &&
	    !input_load_key(vector(folder, "hdrkey"), keys.header, sizeof(keys.header)) &&
	    !input_load_key(vector(folder, "imgkey"), keys.image, sizeof(keys.image)) &&
	    !input_load_key(vector(folder, "cck"), keys.cck, sizeof(keys.cck)) &&
	    !ec_hash(&public, hash))
		slot = header_find_slot(header, hash);
	expect(slot && !header_open(header, slot, host, &by_host), "their header opens for the host");
	expect(slot && !header_open_with(header, keys.header, &by_key), "and by its key");
	expect(!memcmp(by_host.image_key, keys.image, sizeof(keys.image)) &&
	       !memcmp(by_key.cck, keys.cck, sizeof(keys.cck)) &&
	       !memcmp(&by_host, &by_key, sizeof(by_host)), "it has the keys it was made with");
	keys.header[0] ^= 1;
	expect(slot && header_open_with(header, keys.header, &by_key) == 1, "not by another key");
	EVP_PKEY_free(host);
	free(header);
}

int main(int argc, char **argv)
{
	if (argc != 2 || crypto_init())
		return 1;
	test_measurement();
	test_report();
	test_names();
	test_crypto();
	test_curve();
	test_ipib();
	test_vector(argv[1]);
	printf("%u passed, %u failed, 0 skipped\n", passed, failed);
	crypto_exit();
	return failed || !passed;
}

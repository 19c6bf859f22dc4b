// SPDX-License-Identifier: GPL-2.0
/*
 * pvsecret retrieve: in the guest, gets a secret: data as they were given, keys
 * wrapped for this guest's processor.
 */
#include <endian.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/device.h"
#include "../lib/report.h"
#include "pvsecret.h"

#define COMMAND		"pvsecret retrieve"

struct retrieve {
	const char *secret;
	const char *inform;
	const char *outform;
	const char *output;
	const char *list;	/* files in place of /dev/uv */
	const char *result;
};

static void help(void)
{
	printf("Usage: " COMMAND " [OPTIONS] SECRET\n\n"
	       "Gets a secret from this guest's store.\n\n"
	       "  -o, --output FILE                [standard output]\n"
	       "      --inform yaml|idx|name|hex   what SECRET is: a file of 'pvsecret create' [this],\n"
	       "                                   its index, its name or its ID in hex\n"
	       "      --outform pem|bin            [pem]\n\n"
	       "For tests:\n"
	       "      --x-list FILE, --x-result FILE  from these files in place of /dev/uv\n");
}

/* Returns -1 without a message. */
static int retrieve_hex(const char *hex, uint8_t id[SECRET_ID_SIZE])
{
	uint8_t *buf;
	long size = 0;
	int rc = -1;

	hex += !strncmp(hex, "0x", 2) ? 2 : 0;
	buf = strlen(hex) == 2UL * SECRET_ID_SIZE ? OPENSSL_hexstr2buf(hex, &size) : NULL;
	if (buf) {
		memcpy(id, buf, SECRET_ID_SIZE);
		rc = 0;
	}
	OPENSSL_free(buf);
	return rc;
}

static int retrieve_yaml(const char *path, uint8_t id[SECRET_ID_SIZE])
{
	struct bytes file;
	char *hex;
	int rc = -1;

	if (input_load(path, PAGE_SIZE, &file))
		return -1;
	hex = report_find((const char *)file.data, "id");
	if (hex)
		rc = retrieve_hex(hex, id);
	if (rc)
		pv_error("'%s' does not tell the ID of a secret", path);
	free(hex);
	secret_free(file.data);
	return rc;
}

static const struct store_entry *retrieve_find(const struct retrieve *r,
					       const struct store_list *list)
{
	uint8_t id[SECRET_ID_SIZE], plain[SECRET_ID_SIZE] = { 0 };
	uint64_t index = UINT64_MAX;
	size_t i;

	if (!strcmp(r->inform, "idx")) {
		if (parse_u64("inform idx", r->secret, &index))
			return NULL;
	} else if (!strcmp(r->inform, "name")) {
		/* The ID is the name's hash, or the name itself. */
		if (secret_name_id(r->secret, false, id))
			return NULL;
		if (strlen(r->secret) < SECRET_ID_SIZE)
			memcpy(plain, r->secret, strlen(r->secret));
		else
			memcpy(plain, id, sizeof(plain));
	} else {
		if (!strcmp(r->inform, "yaml") && retrieve_yaml(r->secret, id))
			return NULL;
		if (!strcmp(r->inform, "hex") && retrieve_hex(r->secret, id)) {
			pv_error("'%s' is not an ID of %d bytes in hex", r->secret, SECRET_ID_SIZE);
			return NULL;
		}
		memcpy(plain, id, sizeof(plain));
	}
	for (i = 0; i < list->count; i++) {
		const struct store_entry *entry = &list->entries[i];

		if (index == UINT64_MAX ? !memcmp(entry->id, id, sizeof(id)) ||
					  !memcmp(entry->id, plain, sizeof(plain)) :
					  be16toh(entry->index) == index)
			return entry;
	}
	pv_error("there is no secret '%s' in this guest's store", r->secret);
	return NULL;
}

static int retrieve_value(const struct retrieve *r, const struct store_entry *entry,
			  struct bytes *value)
{
	struct device_answer answer;
	int rc;

	if (r->result)
		return input_load(r->result, SECRET_VALUE_MAX, value);
	/* The index goes in and the secret comes out in one buffer. */
	value->size = be32toh(entry->size) < sizeof(entry->index) ? sizeof(entry->index) :
		      be32toh(entry->size);
	if (value->size > SECRET_VALUE_MAX)
		value->size = SECRET_VALUE_MAX;
	value->data = secret_alloc(value->size);
	if (!value->data)
		return -1;
	memcpy(value->data, &entry->index, sizeof(entry->index));
	rc = device_call(DEVICE_RETRIEVE_SECRET, value->data, value->size, &answer);
	if (!rc && answer.rc != DEVICE_DONE) {
		device_refused(DEVICE_RETRIEVE_SECRET, &answer);
		rc = -1;
	}
	return rc;
}

static int retrieve_save(const struct retrieve *r, const struct store_entry *entry,
			 const struct bytes *value)
{
	bool plain = be16toh(entry->type) == SECRET_PLAINTEXT;
	struct bytes data = *value;
	BIO *bio;
	char *text;
	long size;
	int rc = -1;

	if (plain) {
		uint16_t length = 0;

		if (data.size >= sizeof(length))
			memcpy(&length, data.data, sizeof(length));
		if (!length || be16toh(length) > data.size - sizeof(length)) {
			pv_error("the secret '%s' is damaged: it says that it has %u bytes of %zu",
				 r->result ? r->result : r->secret, be16toh(length), data.size);
			return -1;
		}
		data = (struct bytes){ data.data + sizeof(length), be16toh(length) };
	}
	if (!strcmp(r->outform, "bin"))
		return output_save(r->output, 0600, data.data, data.size);
	bio = BIO_new(BIO_s_secmem());
	if (bio && PEM_write_bio(bio, plain ? "PLAINTEXT SECRET" : "IBM PROTECTED KEY", "",
				 data.data, (long)data.size) > 0) {
		size = BIO_get_mem_data(bio, &text);
		rc = output_save(r->output, 0600, text, (size_t)size);
	} else {
		crypto_failed("cannot write the secret as PEM");
	}
	BIO_free(bio);
	return rc;
}

static int retrieve(const struct retrieve *r)
{
	const struct store_entry *entry;
	struct store_list list;
	struct bytes value = { 0 };
	int rc = -1;

	if (store_load(&list, r->list))
		return -1;
	entry = retrieve_find(r, &list);
	if (entry && !retrieve_value(r, entry, &value))
		rc = retrieve_save(r, entry, &value);
	secret_free(value.data);
	store_free(&list);
	return rc;
}

static bool retrieve_knows(const char *option, const char *value, const char *const *known)
{
	for (; *known; known++)
		if (!strcmp(value, *known))
			return true;
	pv_error("--%s: '%s' is not known", option, value);
	return false;
}

int cmd_retrieve(int argc, char **argv)
{
	static const char *const informs[] = { "yaml", "idx", "name", "hex", NULL };
	static const char *const outforms[] = { "pem", "bin", NULL };
	struct retrieve r = { .inform = "yaml", .outform = "pem", .output = "-" };
	const struct tool_option options[] = {
		{ "output", 'o', .out = &r.output },
		{ "inform", .text = &r.inform },
		{ "outform", .text = &r.outform },
		{ "x-list", .in = &r.list },
		{ "x-result", .in = &r.result },
		{ 0 }
	};
	const struct command_line line = {
		COMMAND, help, options, NULL, PV_EXIT_USAGE, 1, 1, "one secret is needed"
	};
	int rc = options_take(argc, argv, &line);

	if (rc >= 0)
		return rc;
	if (!retrieve_knows("inform", r.inform, informs) ||
	    !retrieve_knows("outform", r.outform, outforms))
		return options_wrong(&line);
	r.secret = argv[optind];
	if (options_check_files(&line, strcmp(r.inform, "yaml") ? NULL : r.secret, NULL))
		return PV_EXIT_ERROR;
	return retrieve(&r) ? PV_EXIT_ERROR : PV_EXIT_OK;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * pvattest create: a request, and the key that verifying the answer will need.
 */
#include <stdio.h>
#include <string.h>

#include "pvattest.h"

#define COMMAND		"pvattest create"

struct attest_create {
	struct host_options hosts;
	const char *output;
	const char *arpk;
	uint64_t flags;
};

static void help(void)
{
	printf("Usage: " COMMAND " -k FILE -o FILE -a FILE [OPTIONS]\n\n"
	       "Makes a request for attestation.\n\n"
	       "  -o, --output FILE    the request\n"
	       "  -a, --arpk FILE      the request's key: keep it, secret; verify needs it\n"
	       "      --add-data LIST  also ask for (more than one with commas):\n"
	       "                       phkh-img, phkh-att: hash of the host key that opened the\n"
	       "                       image, the request; secret-store-hash: of all secrets that\n"
	       "                       were added; firmware-state\n\n%s", host_options_help);
}

/* Names with commas between them */
static int attest_add_data(uint64_t *flags, const char *list)
{
	while (*list) {
		size_t i, size = strcspn(list, ",");

		for (i = 0; i < attest_fields_count; i++)
			if (strlen(attest_fields[i].option) == size &&
			    !strncmp(list, attest_fields[i].option, size))
				break;
		if (i == attest_fields_count) {
			pv_error("--add-data: '%.*s' is not known", (int)size, list);
			return -1;
		}
		*flags |= attest_fields[i].flag;
		list += size;
		list += *list == ',';
	}
	return 0;
}

static int attest_create(const struct attest_create *create)
{
	struct host_keys hosts = { 0 };
	uint8_t *arpk = secret_alloc(AES256_KEY_SIZE);
	struct exchange exchange = {
		.measurement.size = ATTEST_MEASUREMENT_SIZE,
		.additional.size = attest_additional_size(create->flags),
	};
	int rc = -1;

	if (arpk && !host_options_load(&create->hosts, &hosts) &&
	    !arcb_build(create->flags, &hosts, arpk, &exchange.arcb) &&
	    !output_save(create->arpk, 0600, arpk, AES256_KEY_SIZE))
		rc = exchange_write(&exchange, create->output);
	secret_free(exchange.arcb.data);
	secret_free(arpk);
	host_keys_free(&hosts);
	return rc;
}

int cmd_create(int argc, char **argv)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "arpk", required_argument, NULL, 'a' },
		{ "add-data", required_argument, NULL, 'd' },
		HOST_OPTIONS,
		COMMON_OPTIONS,
		{ 0 }
	};
	struct attest_create create = { .flags = ATTEST_NONCE };
	int c, rc;

	while ((c = next_option(argc, argv, "o:a:" HOST_SHORT COMMON_SHORT, options, help, COMMAND,
				&rc)) != -1) {
		int done = 0;

		if (c == 'o')
			create.output = optarg;
		else if (c == 'a')
			create.arpk = optarg;
		else if (c == 'd')
			done = attest_add_data(&create.flags, optarg);
		else
			done = c == -2 ? -2 : host_option(&create.hosts, c, optarg);
		if (!done)
			continue;
		if (done == -1)
			rc = usage_error(COMMAND);
		goto out;
	}
	rc = PV_EXIT_USAGE;
	if (optind < argc || !create.output || !create.arpk) {
		pv_error("--output and --arpk are needed, and no other argument");
		usage_error(COMMAND);
	} else if (output_same(create.output, create.arpk)) {
		pv_error("request and key must be two files");
	} else if (host_options_check(&create.hosts)) {
		usage_error(COMMAND);
	} else {
		rc = attest_create(&create) ? PV_EXIT_ERROR : PV_EXIT_OK;
	}
out:
	host_options_free(&create.hosts);
	return rc;
}

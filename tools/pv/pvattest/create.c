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
static int attest_add_data(void *arg, const char *name, const char *list)
{
	struct attest_create *create = arg;

	while (*list) {
		size_t i, size = strcspn(list, ",");

		for (i = 0; i < attest_fields_count; i++)
			if (strlen(attest_fields[i].option) == size &&
			    !strncmp(list, attest_fields[i].option, size))
				break;
		if (i == attest_fields_count) {
			pv_error("--%s: '%.*s' is not known", name, (int)size, list);
			return -1;
		}
		create->flags |= attest_fields[i].flag;
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
	struct bytes file = { 0 };
	int rc = -1;

	if (arpk && !host_options_load(&create->hosts, &hosts) &&
	    !arcb_build(create->flags, &hosts, arpk, &exchange.arcb) &&
	    !exchange_build(&exchange, &file)) {
		const struct output_file files[] = {
			{ create->arpk, 0600, { arpk, AES256_KEY_SIZE } },
			{ create->output, 0666, file },
		};

		rc = outputs_save(files, ARRAY_SIZE(files), true);
	}
	secret_free(file.data);
	secret_free(exchange.arcb.data);
	secret_free(arpk);
	host_keys_free(&hosts);
	return rc;
}

int cmd_create(int argc, char **argv)
{
	struct attest_create create = { .flags = ATTEST_NONCE };
	const struct tool_option options[] = {
		{ "output", 'o', .out = &create.output },
		{ "arpk", 'a', .out = &create.arpk },
		{ "add-data", .take = attest_add_data, .has_arg = required_argument },
		HOST_OPTIONS(&create.hosts),
		{ 0 }
	};
	const struct command_line line = {
		COMMAND, help, options, &create, PV_EXIT_USAGE, 0, 0, NULL
	};
	int rc = options_take(argc, argv, &line);

	if (rc >= 0)
		goto out;
	if (!create.output || !create.arpk) {
		pv_error("--output and --arpk are needed");
		rc = options_wrong(&line);
	} else if (host_options_check(&create.hosts)) {
		rc = options_wrong(&line);
	} else {
		rc = options_check_files(&line, NULL, NULL) || attest_create(&create) ?
			PV_EXIT_ERROR : PV_EXIT_OK;
	}
out:
	host_options_free(&create.hosts);
	return rc;
}

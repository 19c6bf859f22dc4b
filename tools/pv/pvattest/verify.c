// SPDX-License-Identifier: GPL-2.0
/*
 * pvattest verify: is a response from a guest that was started from this image, on
 * a host that could open the request?
 */
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/report.h"
#include "pvattest.h"

#define COMMAND		"pvattest verify"

struct verify {
	const char *input;
	const char *header;
	const char *arpk;
	const char *output;
	const char *user;
	enum report_format format;
};

static void help(void)
{
	printf("Usage: " COMMAND " -i RESPONSE --hdr FILE -a FILE [OPTIONS]\n\n"
	       "Verifies a response, and shows what it says.\n\n"
	       "  -i, --input FILE         the response\n"
	       "      --hdr FILE           the image that the guest was started from, or its header\n"
	       "  -a, --arpk FILE          the request's key\n"
	       "  -o, --output FILE        the result [standard output]\n"
	       "      --format yaml|json   [yaml]\n"
	       "  -u, --user-data FILE     write the user data of the response there\n\n"
	       "Exit status: 0 verified, 2 the measurement is another one, 1 error.\n");
}

static void verify_report(struct report *report, const struct exchange *exchange)
{
	uint64_t flags = arcb_flags(&exchange->arcb);
	const uint8_t *p = exchange->additional.data;
	size_t i;

	report_hex(report, "cuid", exchange->uid.data, exchange->uid.size);
	if (exchange->additional.size) {
		report_hex(report, "add", exchange->additional.data, exchange->additional.size);
		report_open(report, "add_fields", false);
		for (i = 0; i < attest_fields_count; i++) {
			if (!(flags & attest_fields[i].flag))
				continue;
			report_hex(report, attest_fields[i].key, p, attest_fields[i].size);
			p += attest_fields[i].size;
		}
		report_close(report, false);
	}
	if (exchange->user.size)
		report_hex(report, "user_data", exchange->user.data, exchange->user.size);
}

static int verify_print(const struct verify *verify, const struct exchange *exchange)
{
	struct report report;
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	int rc = -1;

	if (!to) {
		pv_perror("cannot make the result");
		return -1;
	}
	report_begin(&report, to, verify->format);
	verify_report(&report, exchange);
	report_end(&report);
	if (fclose(to)) {
		pv_perror("cannot make the result");
	} else {
		const struct output_file files[] = {
			{ verify->output, 0666, { (uint8_t *)text, size } },
			{ verify->user, 0666, exchange->user },
		};

		rc = outputs_save(files, ARRAY_SIZE(files), true);
	}
	free(text);
	return rc;
}

/* Returns an exit status. */
static int verify_measurement(const struct verify *verify, const struct exchange *exchange,
			      const uint8_t *header)
{
	uint8_t *arpk = secret_alloc(AES256_KEY_SIZE);
	struct arcb_area *area = secret_alloc(sizeof(*area));
	uint8_t measurement[ATTEST_MEASUREMENT_SIZE];
	int rc = PV_EXIT_ERROR, opened;

	if (!arpk || !area || input_load_key(verify->arpk, arpk, AES256_KEY_SIZE))
		goto out;
	opened = arcb_open(&exchange->arcb, arpk, area);
	if (opened > 0)
		pv_error("'%s' is not the key of the request in '%s'", verify->arpk, verify->input);
	if (opened || attest_measure(exchange, header, area, measurement))
		goto out;
	rc = PV_EXIT_OK;
	if (CRYPTO_memcmp(measurement, exchange->measurement.data, sizeof(measurement)) != 0) {
		pv_error("'%s' is not verified: its measurement is not that of a guest started "
			 "from '%s'", verify->input, verify->header);
		rc = PV_EXIT_UNEQUAL;
	}
out:
	secret_free(area);
	secret_free(arpk);
	return rc;
}

static int verify(const struct verify *verify)
{
	struct exchange exchange;
	uint8_t *header;
	size_t size;
	int rc = PV_EXIT_ERROR;

	if (exchange_load(&exchange, verify->input))
		return PV_EXIT_ERROR;
	header = malloc(HEADER_MAX_SIZE);
	if (!header)
		pv_perror("'%s'", verify->header);
	else if (!exchange_is_answer(&exchange))
		pv_error("'%s' is a request without an answer; run 'pvattest perform' in the guest",
			 verify->input);
	else if (!image_header_load(verify->header, header, &size))
		rc = verify_measurement(verify, &exchange, header);
	if (rc == PV_EXIT_OK && verify_print(verify, &exchange))
		rc = PV_EXIT_ERROR;
	free(header);
	secret_free(exchange.file.data);
	return rc;
}

static int verify_format(void *arg, const char *name, const char *value)
{
	struct verify *verify = arg;

	(void)name;
	return report_parse_format(value, true, false, &verify->format);
}

int cmd_verify(int argc, char **argv)
{
	struct verify v = { .output = "-", .format = REPORT_YAML };
	const struct tool_option options[] = {
		{ "input", 'i', .in = &v.input },
		{ "hdr", .in = &v.header },
		{ "arpk", 'a', .in = &v.arpk },
		{ "output", 'o', .out = &v.output },
		{ "format", .take = verify_format, .has_arg = required_argument },
		{ "user-data", 'u', .out = &v.user },
		{ 0 }
	};
	/* Status 2 is said of a measurement only. */
	const struct command_line line = {
		COMMAND, help, options, &v, PV_EXIT_ERROR, 0, 0, NULL
	};
	int rc = options_take(argc, argv, &line);

	if (rc >= 0)
		return rc;
	if (!v.input || !v.header || !v.arpk) {
		pv_error("--input, --hdr and --arpk are needed");
		return options_wrong(&line);
	}
	return options_check_files(&line, NULL, NULL) ? PV_EXIT_ERROR : verify(&v);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * pvattest perform: in the guest, hands the request to the ultravisor and adds
 * what it answers.
 */
#include <stdio.h>
#include <string.h>

#include "../lib/device.h"
#include "pvattest.h"

#define COMMAND		"pvattest perform"

struct perform {
	const char *input;
	const char *output;
	const char *user;
	const char *result;	/* a file in place of /dev/uv */
};

static void help(void)
{
	printf("Usage: " COMMAND " [OPTIONS] [REQUEST [RESPONSE]]\n\n"
	       "Has the ultravisor answer a request. To be run in the protected guest.\n\n"
	       "  -i, --input FILE      the request ['-': standard input]\n"
	       "  -o, --output FILE     the response\n"
	       "  -u, --user-data FILE  up to 256 bytes that the response shall vouch for\n\n"
	       "For tests:\n"
	       "      --x-result FILE   measurement, configuration UID and additional data from\n"
	       "                        this file in place of /dev/uv\n");
}

static int perform_from_file(struct exchange *exchange, const char *path)
{
	size_t size = ATTEST_MEASUREMENT_SIZE + ATTEST_UID_SIZE + exchange->additional.size;
	struct bytes file;
	int rc = -1;

	if (input_load(path, size, &file))
		return -1;
	if (file.size != size) {
		pv_error("'%s' must have %zu bytes, but has %zu", path, size, file.size);
	} else {
		memcpy(exchange->measurement.data, file.data, ATTEST_MEASUREMENT_SIZE);
		memcpy(exchange->uid.data, file.data + ATTEST_MEASUREMENT_SIZE, ATTEST_UID_SIZE);
		memcpy(exchange->additional.data,
		       file.data + ATTEST_MEASUREMENT_SIZE + ATTEST_UID_SIZE,
		       exchange->additional.size);
		rc = 0;
	}
	secret_free(file.data);
	return rc;
}

static int perform_by_device(struct exchange *exchange)
{
	struct device_attest attest = {
		.arcb = (uint64_t)(uintptr_t)exchange->arcb.data,
		.arcb_size = (uint32_t)exchange->arcb.size,
		.measurement = (uint64_t)(uintptr_t)exchange->measurement.data,
		.measurement_size = (uint32_t)exchange->measurement.size,
		.additional_size = (uint32_t)exchange->additional.size,
		.user_size = (uint16_t)exchange->user.size,
	};
	struct device_answer answer;

	if (exchange->additional.size)
		attest.additional = (uint64_t)(uintptr_t)exchange->additional.data;
	if (exchange->user.size)
		memcpy(attest.user, exchange->user.data, exchange->user.size);
	if (device_call(DEVICE_ATTEST, &attest, sizeof(attest), &answer))
		return -1;
	if (answer.rc != DEVICE_DONE) {
		device_refused(DEVICE_ATTEST, &answer);
		return -1;
	}
	memcpy(exchange->uid.data, attest.uid, ATTEST_UID_SIZE);
	return 0;
}

static int perform(const struct perform *perform)
{
	struct exchange exchange;
	struct bytes user = { 0 }, file = { 0 };
	struct answer {
		uint8_t measurement[ATTEST_MEASUREMENT_SIZE];
		uint8_t uid[ATTEST_UID_SIZE];
		uint8_t additional[ATTEST_ADDITIONAL_MAX];
	} *answer = secret_alloc(sizeof(*answer));
	int rc = -1;

	if (!answer || exchange_load(&exchange, perform->input)) {
		secret_free(answer);
		return -1;
	}
	if (perform->user && input_load(perform->user, ATTEST_USER_MAX, &user))
		goto out;
	/* What an earlier answer held is not of this run. */
	exchange.user = user;
	exchange.measurement.data = answer->measurement;
	exchange.additional.data = answer->additional;
	exchange.uid = (struct bytes){ answer->uid, sizeof(answer->uid) };
	rc = perform->result ? perform_from_file(&exchange, perform->result) :
			       perform_by_device(&exchange);
	if (!rc)
		rc = exchange_build(&exchange, &file);
	if (!rc)
		rc = output_save(perform->output, 0666, file.data, file.size);
out:
	secret_free(file.data);
	secret_free(user.data);
	secret_free(exchange.file.data);
	secret_free(answer);
	return rc;
}

int cmd_perform(int argc, char **argv)
{
	struct perform p = { 0 };
	const struct tool_option options[] = {
		{ "input", 'i', .in = &p.input },
		{ "output", 'o', .out = &p.output },
		{ "user-data", 'u', .in = &p.user },
		{ "x-result", .in = &p.result },
		{ 0 }
	};
	const struct command_line line = {
		COMMAND, help, options, NULL, PV_EXIT_USAGE, 0, 2, NULL
	};
	int rc = options_take(argc, argv, &line);

	if (rc >= 0)
		return rc;
	/* What no option has named */
	if (!p.input)
		p.input = optind < argc ? argv[optind++] : "-";
	if (!p.output)
		p.output = optind < argc ? argv[optind++] : "-";
	if (optind < argc) {
		pv_error("unexpected argument '%s'", argv[optind]);
		return options_wrong(&line);
	}
	return options_check_files(&line, NULL, NULL) || perform(&p) ? PV_EXIT_ERROR : PV_EXIT_OK;
}

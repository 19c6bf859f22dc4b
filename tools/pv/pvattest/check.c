// SPDX-License-Identifier: GPL-2.0
/*
 * pvattest check: does what `pvattest verify` has found obey the user's rules?
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/report.h"
#include "../lib/secret.h"
#include "pvattest.h"

#define COMMAND		"pvattest check"
#define RESULT_MAX	65536

struct check {
	const char *input;
	const char *output;
	enum report_format format;
	struct host_options hosts;
	uint64_t host_keys;		/* ATTEST_IMAGE_KEY, ATTEST_REQUEST_KEY */
	const char *user;
	struct name_list secrets;	/* add-secret requests, in order */
	int locked;			/* -1: not asked for */
};

/* What was found, for the report */
struct findings {
	struct report report;
	bool failed;
};

static void help(void)
{
	printf("Usage: " COMMAND " [OPTIONS] RESULT OUTPUT\n\n"
	       "Checks rules on the RESULT of 'pvattest verify'; writes what was found to OUTPUT\n"
	       "('-': standard output).\n\n"
	       "      --format yaml|json             [yaml]\n"
	       "      --host-key-check LIST          phkh-img, phkh-att: the image, the request was\n"
	       "                                     opened by the key of one of these documents\n"
	       "      --user-data FILE               the user data are these\n"
	       "      --secret FILE                  this add-secret request was accepted, after\n"
	       "                                     those named before, and none but the named\n"
	       "      --secret-store-locked true|false\n\n%s\n"
	       "Exit status: 0 all rules are met, 2 one is not, 1 error.\n", host_options_help);
}

static void check_finding(struct findings *findings, const char *rule, bool met, const char *words)
{
	report_item(&findings->report);
	report_text(&findings->report, "rule", rule);
	report_bool(&findings->report, "met", met);
	if (!met)
		report_text(&findings->report, "why", words);
	report_item_end(&findings->report);
	findings->failed |= !met;
}

/* A value of the result: NULL data if it is not there */
static int check_value(const char *result, const char *key, struct bytes *value)
{
	char *text = report_find(result, key);
	long size = 0;

	*value = (struct bytes){ 0 };
	if (!text)
		return 0;
	if (!strncmp(text, "0x", 2))
		value->data = OPENSSL_hexstr2buf(text + 2, &size);
	value->size = (size_t)size;
	free(text);
	if (value->data)
		return 0;
	pv_error("the value of '%s' in the result is not a number in hex", key);
	return -1;
}

static int check_host_keys(const struct check *check, const char *result,
			   struct findings *findings)
{
	struct host_keys hosts = { 0 };
	size_t i, j;
	int rc = host_options_load(&check->hosts, &hosts);

	for (i = 0; !rc && i < attest_fields_count; i++) {
		struct bytes hash;
		bool met = false;

		if (!(check->host_keys & attest_fields[i].flag))
			continue;
		rc = check_value(result, attest_fields[i].key, &hash);
		for (j = 0; hash.size == SHA256_SIZE && j < hosts.count; j++)
			met |= !memcmp(hash.data, hosts.keys[j].hash, SHA256_SIZE);
		if (!rc)
			check_finding(findings, attest_fields[i].option, met, hash.data ?
				      "the host key is of none of the documents" :
				      "the response does not tell the host key");
		OPENSSL_free(hash.data);
	}
	host_keys_free(&hosts);
	return rc;
}

static int check_user(const struct check *check, const char *result, struct findings *findings)
{
	struct bytes want, have;
	int rc;

	if (input_load(check->user, ATTEST_USER_MAX, &want))
		return -1;
	rc = check_value(result, "user_data", &have);
	if (!rc)
		check_finding(findings, "user-data",
			      want.size == have.size &&
			      (!want.size || !memcmp(want.data, have.data, want.size)),
			      "the user data are others");
	OPENSSL_free(have.data);
	secret_free(want.data);
	return rc;
}

/* SHA-512 over the tags of all accepted requests, and a byte for the lock */
static int check_store_hash(const struct check *check, uint8_t digest[SHA512_SIZE])
{
	size_t i, size = check->secrets.count * GCM_TAG_SIZE;
	uint8_t *buf = secret_alloc(size + 1);
	int rc = buf ? 0 : -1;

	for (i = 0; !rc && i < check->secrets.count; i++) {
		struct bytes request;

		rc = asrcb_load(check->secrets.names[i], &request);
		if (!rc)
			memcpy(buf + i * GCM_TAG_SIZE, request.data + request.size - GCM_TAG_SIZE,
			       GCM_TAG_SIZE);
		if (!rc)
			secret_free(request.data);
	}
	if (!rc) {
		buf[size] = check->locked == 1;
		rc = sha512(buf, size + 1, digest);
	}
	secret_free(buf);
	return rc;
}

static int check_secrets(const struct check *check, const char *result,
			 struct findings *findings)
{
	uint8_t want[SHA512_SIZE];
	struct bytes have;

	if (check_store_hash(check, want) || check_value(result, "secret_store_hash", &have))
		return -1;
	check_finding(findings, "secret-store",
		      have.size == sizeof(want) && !memcmp(have.data, want, sizeof(want)),
		      have.data ? "other secrets were added, in another order, or the lock differs" :
				  "the response does not tell of the secret store");
	OPENSSL_free(have.data);
	return 0;
}

static int check_rules(const struct check *check, const char *result, struct findings *findings)
{
	if (check->host_keys && check_host_keys(check, result, findings))
		return -1;
	if (check->user && check_user(check, result, findings))
		return -1;
	if (check->locked >= 0 && check_secrets(check, result, findings))
		return -1;
	return 0;
}

/* Returns an exit status. */
static int check(const struct check *check)
{
	struct findings findings = { 0 };
	struct bytes result;
	char *text = NULL, *uid;
	size_t size = 0;
	FILE *to;
	int rc;

	if (input_load(check->input, RESULT_MAX, &result))
		return PV_EXIT_ERROR;
	uid = report_find((const char *)result.data, "cuid");
	to = uid ? open_memstream(&text, &size) : NULL;
	if (!to) {
		pv_error("'%s' is no result of 'pvattest verify'", check->input);
		free(uid);
		secret_free(result.data);
		return PV_EXIT_ERROR;
	}
	report_begin(&findings.report, to, check->format);
	report_text(&findings.report, "cuid", uid);
	report_open(&findings.report, "rules", true);
	rc = check_rules(check, (const char *)result.data, &findings);
	report_close(&findings.report, true);
	report_bool(&findings.report, "successful", !findings.failed);
	report_end(&findings.report);
	if (fclose(to) && !rc) {
		pv_perror("cannot make the result");
		rc = -1;
	}
	if (!rc)
		rc = output_save(check->output, 0666, text, size);
	free(text);
	free(uid);
	secret_free(result.data);
	if (rc)
		return PV_EXIT_ERROR;
	return findings.failed ? PV_EXIT_UNEQUAL : PV_EXIT_OK;
}

static int check_host_list(void *arg, const char *name, const char *list)
{
	struct check *check = arg;

	while (*list) {
		size_t size = strcspn(list, ",");

		if (size == 8 && !strncmp(list, "phkh-img", size)) {
			check->host_keys |= ATTEST_IMAGE_KEY;
		} else if (size == 8 && !strncmp(list, "phkh-att", size)) {
			check->host_keys |= ATTEST_REQUEST_KEY;
		} else {
			pv_error("--%s: '%.*s' is not known", name, (int)size, list);
			return -1;
		}
		list += size;
		list += *list == ',';
	}
	return 0;
}

static int check_format(void *arg, const char *name, const char *value)
{
	struct check *check = arg;

	(void)name;
	return report_parse_format(value, true, false, &check->format);
}

static int check_locked(void *arg, const char *name, const char *value)
{
	struct check *check = arg;

	if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0) {
		pv_error("--%s: 'true' or 'false', not '%s'", name, value);
		return -1;
	}
	check->locked = !strcmp(value, "true");
	return 0;
}

static int check_firmware(void *arg, const char *name, const char *value)
{
	(void)arg;
	(void)value;
	pv_error("--%s: only a service of the maker can judge firmware; it is not asked by this "
		 "tool", name);
	return -1;
}

static int check_options(const struct check *check)
{
	if (check->secrets.count && check->locked < 0) {
		pv_error("--secret needs --secret-store-locked");
		return -1;
	}
	if (!check->host_keys && !check->user && check->locked < 0) {
		pv_error("no rule was given");
		return -1;
	}
	return check->host_keys ? host_options_check(&check->hosts) : 0;
}

int cmd_check(int argc, char **argv)
{
	struct check ck = { .format = REPORT_YAML, .locked = -1 };
	const struct tool_option options[] = {
		{ "format", .take = check_format, .has_arg = required_argument },
		{ "host-key-check", .take = check_host_list, .has_arg = required_argument },
		{ "user-data", 'u', .in = &ck.user },
		{ "secret", .files = &ck.secrets },
		{ "secret-store-locked", .take = check_locked, .has_arg = required_argument },
		{ "firmware", .take = check_firmware },
		HOST_OPTIONS(&ck.hosts),
		{ 0 }
	};
	/* Status 2 is said of a rule only. */
	const struct command_line line = {
		COMMAND, help, options, &ck, PV_EXIT_ERROR, 2, 2,
		"a result and a file for the output are needed"
	};
	int rc = options_take(argc, argv, &line);

	if (rc >= 0)
		goto out;
	if (check_options(&ck)) {
		rc = options_wrong(&line);
	} else {
		ck.input = argv[optind];
		ck.output = argv[optind + 1];
		rc = options_check_files(&line, ck.input, ck.output) ? PV_EXIT_ERROR : check(&ck);
	}
out:
	host_options_free(&ck.hosts);
	name_list_free(&ck.secrets);
	return rc;
}

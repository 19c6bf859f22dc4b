// SPDX-License-Identifier: GPL-2.0
/*
 * pvsecret add: in the guest, hands a request to the ultravisor.
 */
#include <stdio.h>

#include "../lib/device.h"
#include "pvsecret.h"

#define COMMAND		"pvsecret add"

static void help(void)
{
	printf("Usage: " COMMAND " REQUEST\n\n"
	       "Has the ultravisor add the secret of a request to this guest's store.\n");
}

static int add(const char *path)
{
	struct device_answer answer;
	struct bytes request;
	int rc;

	if (asrcb_load(path, &request))
		return -1;
	rc = device_call(DEVICE_ADD_SECRET, request.data, request.size, &answer);
	if (!rc && answer.rc != DEVICE_DONE) {
		device_refused(DEVICE_ADD_SECRET, &answer);
		rc = -1;
	}
	secret_free(request.data);
	return rc;
}

int cmd_add(int argc, char **argv)
{
	static const struct option options[] = { COMMON_OPTIONS, { 0 } };
	int status;

	if (next_option(argc, argv, COMMON_SHORT, options, help, COMMAND, &status) != -1)
		return status;
	if (optind + 1 != argc) {
		pv_error("one request is needed");
		return usage_error(COMMAND);
	}
	return add(argv[optind]) ? PV_EXIT_ERROR : PV_EXIT_OK;
}

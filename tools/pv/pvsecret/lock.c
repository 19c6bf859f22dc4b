// SPDX-License-Identifier: GPL-2.0
/*
 * pvsecret lock: in the guest, no request is taken any more until it restarts.
 */
#include <stdio.h>

#include "../lib/device.h"
#include "pvsecret.h"

#define COMMAND		"pvsecret lock"

static void help(void)
{
	printf("Usage: " COMMAND "\n\n"
	       "Locks this guest's store: no secret can be added until it restarts.\n");
}

int cmd_lock(int argc, char **argv)
{
	static const struct option options[] = { COMMON_OPTIONS, { 0 } };
	struct device_answer answer;
	int status;

	if (next_option(argc, argv, COMMON_SHORT, options, help, COMMAND, &status) != -1)
		return status;
	if (optind != argc) {
		pv_error("unexpected argument '%s'", argv[optind]);
		return usage_error(COMMAND);
	}
	if (device_call(DEVICE_LOCK_SECRETS, NULL, 0, &answer))
		return PV_EXIT_ERROR;
	if (answer.rc == DEVICE_DONE)
		return PV_EXIT_OK;
	device_refused(DEVICE_LOCK_SECRETS, &answer);
	return PV_EXIT_ERROR;
}

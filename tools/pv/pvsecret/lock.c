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
	static const struct tool_option options[] = { { 0 } };
	const struct command_line line = {
		COMMAND, help, options, NULL, PV_EXIT_USAGE, 0, 0, NULL
	};
	struct device_answer answer;
	int rc = options_take(argc, argv, &line);

	if (rc >= 0)
		return rc;
	if (device_call(DEVICE_LOCK_SECRETS, NULL, 0, &answer))
		return PV_EXIT_ERROR;
	if (answer.rc == DEVICE_DONE)
		return PV_EXIT_OK;
	device_refused(DEVICE_LOCK_SECRETS, &answer);
	return PV_EXIT_ERROR;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * pvimg: dispatches to its commands. Under the name genprotimg it is its create.
 */
#include <errno.h>
#include <string.h>

#include "../lib/options.h"
#include "pvimg.h"

static const struct command commands[] = {
	{ "create", cmd_create, "prepare an image for the named hosts" },
	{ "info", cmd_info, "show what is readable of an image" },
	{ "test", cmd_test, "check whether an image is for a host key, and intact" },
	{ "disk", cmd_disk, "put an image on a disk that the boot firmware starts" },
	{ "keygen", cmd_keygen, "make a host key and its certificate for a machine of your own" },
};

int main(int argc, char **argv)
{
	int rc;

	if (!strcmp(program_invocation_short_name, "genprotimg")) {
		if (crypto_init())
			return PV_EXIT_ERROR;
		rc = cmd_create(argc, argv);
		crypto_exit();
		return pv_finish(rc);
	}
	return tool_main(argc, argv,
			 "Prepares virtual machine images that only the named IBM Z hosts can start,\n"
			 "in protected mode (Secure Execution).", commands, ARRAY_SIZE(commands));
}

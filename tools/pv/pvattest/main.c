// SPDX-License-Identifier: GPL-2.0
/*
 * pvattest: dispatches to its commands.
 */
#include "pvattest.h"

static const struct command commands[] = {
	{ "create", cmd_create, "make a request for the guest's host" },
	{ "perform", cmd_perform, "in the guest: have the ultravisor answer the request" },
	{ "verify", cmd_verify, "is the answer from a guest that was started from this image?" },
	{ "check", cmd_check, "does what was verified obey these rules?" },
};

int main(int argc, char **argv)
{
	return tool_main(argc, argv,
			 "Proves that a guest runs protected, on a host that you name, and was "
			 "started\nfrom your image (attestation).", commands, ARRAY_SIZE(commands));
}

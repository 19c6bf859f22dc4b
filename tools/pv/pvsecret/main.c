// SPDX-License-Identifier: GPL-2.0
/*
 * pvsecret: dispatches to its commands.
 */
#include "pvsecret.h"

static const struct command commands[] = {
	{ "create", cmd_create, "make a request that adds a secret" },
	{ "add", cmd_add, "in the guest: have the ultravisor take a request" },
	{ "list", cmd_list, "in the guest: show what secrets there are" },
	{ "lock", cmd_lock, "in the guest: no more secrets until it restarts" },
	{ "retrieve", cmd_retrieve, "in the guest: get a secret" },
	{ "verify", cmd_verify, "verify who has signed a request" },
};

int main(int argc, char **argv)
{
	return tool_main(argc, argv,
			 "Gives secrets to a protected guest that neither its host nor a network "
			 "can read.", commands, ARRAY_SIZE(commands));
}

// SPDX-License-Identifier: GPL-2.0
/*
 * pvimg: dispatches to its commands.
 */
#include <stdio.h>
#include <string.h>

#include "pvimg.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} commands[] = {
	{ "create", cmd_create, "prepare an image for the named hosts" },
	{ "info", cmd_info, "show what is readable of an image" },
	{ "test", cmd_test, "check whether an image is for a host key, and intact" },
	{ "disk", cmd_disk, "put an image on a disk that the boot firmware starts" },
	{ "keygen", cmd_keygen, "make a host key and its certificate for a machine of your own" },
};

static void help(FILE *to)
{
	size_t i;

	fprintf(to, "Usage: pvimg COMMAND [OPTIONS]\n\n"
		    "Prepares virtual machine images that only the named IBM Z hosts can start,\n"
		    "in protected mode (Secure Execution).\n\nCommands:\n");
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(to, "  %-8s %s\n", commands[i].name, commands[i].help);
	fprintf(to, "\n'pvimg COMMAND --help' tells a command's options.\n");
}

int main(int argc, char **argv)
{
	size_t i;
	int rc;

	if (argc < 2) {
		help(stderr);
		return PV_EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		help(stdout);
		return pv_finish(PV_EXIT_OK);
	}
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!strcmp(argv[1], commands[i].name)) {
			if (crypto_init())
				return PV_EXIT_ERROR;
			rc = commands[i].run(argc - 1, argv + 1);
			crypto_exit();
			return pv_finish(rc);
		}
	}
	pv_error("there is no command '%s'", argv[1]);
	return usage_error("pvimg");
}

// SPDX-License-Identifier: GPL-2.0
/*
 * What the tools' command lines have in common.
 */
#include "options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int usage_error(const char *command)
{
	fprintf(stderr, "Try '%s --help' for more information.\n", command);
	return PV_EXIT_USAGE;
}

int parse_u64(const char *option, const char *text, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);
	if (errno || end == text || *end || text[0] == '-') {
		pv_error("--%s: '%s' is not a number", option, text);
		return -1;
	}
	return 0;
}

static void options_version(void)
{
	printf("%s (openuv-tools) %s\n", program_invocation_short_name, PV_VERSION);
}

int common_option(int c)
{
	switch (c) {
	case 'q':
		pv_quiet();
		return 0;
	case 'v':
		pv_verbose();
		return 0;
	default:
		return 1;
	}
}

int next_option(int argc, char **argv, const char *short_options, const struct option *options,
		void (*help)(void), const char *command, int *status)
{
	int c;

	do {
		c = getopt_long(argc, argv, short_options, options, NULL);
	} while (!common_option(c));
	switch (c) {
	case 'h':
		help();
		*status = PV_EXIT_OK;
		return -2;
	case 'V':
		options_version();
		*status = PV_EXIT_OK;
		return -2;
	case '?':
		*status = usage_error(command);
		return -2;
	default:
		return c;
	}
}

static void tool_help(FILE *to, const char *about, const struct command *commands, size_t count)
{
	size_t i;

	fprintf(to, "Usage: %s COMMAND [OPTIONS]\n\n%s\n\nCommands:\n",
		program_invocation_short_name, about);
	for (i = 0; i < count; i++)
		fprintf(to, "  %-12s %s\n", commands[i].name, commands[i].help);
	fprintf(to, "\n'%s COMMAND --help' tells a command's options.\n",
		program_invocation_short_name);
}

int tool_main(int argc, char **argv, const char *about, const struct command *commands,
	      size_t count)
{
	size_t i;
	int rc;

	/* Options may come before the command, too. */
	while (argc > 1 && (!strcmp(argv[1], "-v") || !strcmp(argv[1], "-q") ||
			    !strcmp(argv[1], "--verbose") || !strcmp(argv[1], "--quiet"))) {
		common_option(argv[1][argv[1][1] == '-' ? 2 : 1]);
		argv++;
		argc--;
	}
	if (argc < 2) {
		tool_help(stderr, about, commands, count);
		return PV_EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		tool_help(stdout, about, commands, count);
		return pv_finish(PV_EXIT_OK);
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		options_version();
		return pv_finish(PV_EXIT_OK);
	}
	for (i = 0; i < count; i++) {
		if (!strcmp(argv[1], commands[i].name)) {
			if (crypto_init())
				return PV_EXIT_ERROR;
			rc = commands[i].run(argc - 1, argv + 1);
			crypto_exit();
			return pv_finish(rc);
		}
	}
	pv_error("there is no command '%s'", argv[1]);
	return usage_error(program_invocation_short_name);
}

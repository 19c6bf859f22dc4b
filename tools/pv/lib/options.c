// SPDX-License-Identifier: GPL-2.0
/*
 * What the tools' command lines have in common.
 */
#include "options.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int parse_u64(const char *option, const char *text, uint64_t *value)
{
	char *end;

	errno = 0;
	/* It takes spaces and signs, too. */
	*value = strtoull(text, &end, 0);
	if (errno || end == text || *end || !isdigit((unsigned char)text[0])) {
		pv_error("--%s: '%s' is not a number", option, text);
		return -1;
	}
	return 0;
}

static void options_version(void)
{
	printf("%s (openuv-tools) %s\n", program_invocation_short_name, PV_VERSION);
}

/* The command's own options, these, and the end */
#define OPTIONS_MAX	64
static const struct option common_options[] = {
	{ "help", no_argument, NULL, 'h' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 }
};
#define OPTIONS_OWN	0x100	/* getopt's number of the command's first option */

static bool options_common(int c)
{
	if (c == 'q')
		pv_quiet();
	else if (c == 'v')
		pv_verbose();
	return c == 'q' || c == 'v';
}

static int options_has_arg(const struct tool_option *option)
{
	if (option->take)
		return option->has_arg;
	return option->flag ? no_argument : required_argument;
}

static int options_store(const struct command_line *line, const struct tool_option *option)
{
	const char **value = option->text ? option->text : option->in ? option->in : option->out;

	if (value)
		*value = optarg;
	else if (option->flag)
		*option->flag = true;
	else if (option->files)
		return name_list_add_files(option->files, optarg);
	else
		return option->take(line->arg, option->name, optarg);
	return 0;
}

/* What getopt_long() wants to know of the table */
static void options_describe(const struct command_line *line, struct option *names, char *letters)
{
	int i;

	letters += sprintf(letters, ":hqvV");
	for (i = 0; line->options[i].name; i++) {
		const struct tool_option *option = &line->options[i];
		int has_arg = options_has_arg(option);

		assert((size_t)i + ARRAY_SIZE(common_options) < OPTIONS_MAX);
		names[i] = (struct option){ option->name, has_arg, NULL, OPTIONS_OWN + i };
		if (option->letter)
			letters += sprintf(letters, "%c%s", option->letter,
					   has_arg == required_argument ? ":" : "");
	}
	memcpy(names + i, common_options, sizeof(common_options));
}

static void options_point_to_help(const char *command)
{
	fprintf(stderr, "Try '%s --help' for more information.\n", command);
}

int options_wrong(const struct command_line *line)
{
	options_point_to_help(line->command);
	return line->wrong;
}

/* The option that getopt_long() has found; NULL: one that does not exist */
static const struct tool_option *options_find(const struct command_line *line, int c)
{
	const struct tool_option *option;

	if (c >= OPTIONS_OWN)
		return &line->options[c - OPTIONS_OWN];
	for (option = line->options; option->name; option++)
		if (option->letter == c)
			return option;
	return NULL;
}

/* getopt_long() has returned @c, '?' or ':', for this word of the line. */
static void options_complain(int c, const char *word)
{
	if (c == ':')
		pv_error("option '%s' needs a value", word);
	else if (strncmp(word, "--", 2) != 0)
		pv_error("option '-%c' is not known", optopt);
	else if (optopt)
		pv_error("option '%s': it takes no value", word);
	else
		pv_error("option '%s' is not known, or short for several", word);
}

int options_take(int argc, char **argv, const struct command_line *line)
{
	struct option names[OPTIONS_MAX];
	char letters[2 * OPTIONS_MAX];
	const struct tool_option *option;
	int c;

	options_describe(line, names, letters);
	opterr = 0;
	while ((c = getopt_long(argc, argv, letters, names, NULL)) != -1) {
		if (options_common(c))
			continue;
		if (c == 'h' || c == 'V') {
			c == 'h' ? line->help() : options_version();
			return PV_EXIT_OK;
		}
		option = options_find(line, c);
		if (!option)
			options_complain(c, argv[optind - 1]);
		if (!option || options_store(line, option))
			return options_wrong(line);
	}
	if (argc - optind > line->most)
		pv_error("unexpected argument '%s'", argv[optind + line->most]);
	else if (argc - optind < line->least)
		pv_error("%s", line->needs);
	else
		return -1;
	return options_wrong(line);
}

static int options_not_read(const char *out, const char *in)
{
	if (!in || !strcmp(in, "-") || !output_same(out, in))
		return 0;
	pv_error("the output '%s' would overwrite the input '%s'", out, in);
	return -1;
}

static int options_check_output(const struct command_line *line, const char *out, const char *in)
{
	const struct tool_option *option;
	struct stat st;
	size_t i;

	/* What is no regular file is not replaced. */
	if (!out || !strcmp(out, "-") || (!stat(out, &st) && !S_ISREG(st.st_mode)))
		return 0;
	if (options_not_read(out, in))
		return -1;
	for (option = line->options; option->name; option++) {
		if (option->in && options_not_read(out, *option->in))
			return -1;
		for (i = 0; option->files && i < option->files->count; i++)
			if (options_not_read(out, option->files->names[i]))
				return -1;
		if (!option->out || !*option->out || *option->out == out ||
		    !output_same(out, *option->out))
			continue;
		pv_error("the outputs '%s' and '%s' must be two files", out, *option->out);
		return -1;
	}
	return 0;
}

int options_check_files(const struct command_line *line, const char *in, const char *out)
{
	const struct tool_option *option;

	for (option = line->options; option->name; option++)
		if (option->out && options_check_output(line, *option->out, in))
			return -1;
	return options_check_output(line, out, in);
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
		options_common(argv[1][argv[1][1] == '-' ? 2 : 1]);
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
	options_point_to_help(program_invocation_short_name);
	return PV_EXIT_USAGE;
}

/* SPDX-License-Identifier: GPL-2.0 */
/* Options that several commands have, see options.c and hosts.c */
#ifndef PV_OPTIONS_H
#define PV_OPTIONS_H

#include <getopt.h>

#include "pv.h"

/*
 * One option of a command. Its value is stored at what is not NULL: @text; @in and @out,
 * files that are read and written; @files, read too (names with commas between them, and
 * it may be given more than once); @flag (set to true). Or @take takes it, which returns
 * -1 after an error.
 */
struct tool_option {
	const char *name;
	char letter;		/* 0: only by name */
	const char **text;
	const char **in;
	const char **out;
	struct name_list *files;
	bool *flag;
	int (*take)(void *arg, const char *name, const char *value);
	int has_arg;		/* of @take: as in struct option */
};

/* A command's line; all take --help, --quiet, --verbose and --version, too. */
struct command_line {
	const char *command;			/* "pvimg create" */
	void (*help)(void);
	const struct tool_option *options;	/* the last one has no name */
	void *arg;				/* for their take() */
	int wrong;				/* exit status of wrong usage */
	int least, most;			/* arguments behind the options */
	const char *needs;			/* said if there are fewer than @least */
};
/*
 * Takes the options and leaves optind at the first argument behind them. Returns -1, or
 * the exit status with which the command ends now.
 */
int options_take(int argc, char **argv, const struct command_line *line);
/*
 * Is no file that is written one that is read, or another one that is written? @in and
 * @out are those of the command's arguments; NULL: none.
 */
int options_check_files(const struct command_line *line, const char *in, const char *out);
/* Exit status of wrong usage, when pv_error() has said what is wrong */
int options_wrong(const struct command_line *line);

/* For --help, behind a command's own */
extern const char host_options_help[];

struct host_options {
	struct name_list documents;
	struct chain_options chain;
	bool no_verify;
};

/* Entries of a table of options */
#define HOST_OPTIONS(opt) \
	{ "host-key-document", 'k', .files = &(opt)->documents }, \
	{ "cert", 'C', .files = &(opt)->chain.certs }, \
	{ "crl", .files = &(opt)->chain.crls }, \
	{ "root-ca", .in = &(opt)->chain.root_ca }, \
	{ "signer", .text = &(opt)->chain.signer }, \
	{ "offline", .flag = &(opt)->chain.offline }, \
	{ "no-verify", .flag = &(opt)->no_verify }
/* Do they go together? */
int host_options_check(const struct host_options *opt);
/* Reads all documents, and verifies them unless the user does not want it. */
int host_options_load(const struct host_options *opt, struct host_keys *keys);
void host_options_free(struct host_options *opt);

/* A tool's commands */
struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
};
/*
 * main() of a tool: finds the command, runs it, and makes sure that all output was
 * written. @about is what the tool is for.
 */
int tool_main(int argc, char **argv, const char *about, const struct command *commands,
	      size_t count);

#endif /* PV_OPTIONS_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* Options that several commands have, see options.c and hosts.c */
#ifndef PV_OPTIONS_H
#define PV_OPTIONS_H

#include <getopt.h>

#include "pv.h"

/* Numbers of long options that a command must not use itself */
enum shared_option {
	OPT_CRL = 0x200,
	OPT_ROOT_CA,
	OPT_SIGNER,
	OPT_OFFLINE,
	OPT_NO_VERIFY,
};

#define COMMON_SHORT	"hqvV"
#define COMMON_OPTIONS \
	{ "help", no_argument, NULL, 'h' }, \
	{ "quiet", no_argument, NULL, 'q' }, \
	{ "verbose", no_argument, NULL, 'v' }, \
	{ "version", no_argument, NULL, 'V' }

#define HOST_SHORT	"k:C:"
#define HOST_OPTIONS \
	{ "host-key-document", required_argument, NULL, 'k' }, \
	{ "cert", required_argument, NULL, 'C' }, \
	{ "crl", required_argument, NULL, OPT_CRL }, \
	{ "root-ca", required_argument, NULL, OPT_ROOT_CA }, \
	{ "signer", required_argument, NULL, OPT_SIGNER }, \
	{ "offline", no_argument, NULL, OPT_OFFLINE }, \
	{ "no-verify", no_argument, NULL, OPT_NO_VERIFY }

/* For --help, behind a command's own */
extern const char host_options_help[];

struct host_options {
	struct name_list documents;
	struct chain_options chain;
	bool no_verify;
};

/* Each returns 0 when the option was one of these, 1 when not, -1 after an error. */
int common_option(int c);
int host_option(struct host_options *opt, int c, const char *arg);
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

/*
 * The next option, for a command that handles its own: common ones are dealt with,
 * --help by @help. -1 at the end, -2 when the command has to end with *status.
 */
int next_option(int argc, char **argv, const char *short_options, const struct option *options,
		void (*help)(void), const char *command, int *status);

#endif /* PV_OPTIONS_H */

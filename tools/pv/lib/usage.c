// SPDX-License-Identifier: GPL-2.0
/*
 * What the commands' option parsers have in common.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "pv.h"

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

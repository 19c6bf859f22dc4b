// SPDX-License-Identifier: GPL-2.0
/*
 * Messages for the user.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "pv.h"

static bool msg_quiet, msg_verbose;

void pv_quiet(void)
{
	msg_quiet = true;
}

bool pv_is_quiet(void)
{
	return msg_quiet;
}

void pv_verbose(void)
{
	msg_verbose = true;
}

static void msg_print(const char *kind, const char *fmt, va_list ap, int err)
{
	fprintf(stderr, "%s: %s", program_invocation_short_name, kind);
	vfprintf(stderr, fmt, ap);
	if (err)
		fprintf(stderr, ": %s", strerror(err));
	fputc('\n', stderr);
}

void pv_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	msg_print("error: ", fmt, ap, 0);
	va_end(ap);
}

void pv_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (!msg_quiet)
		msg_print("warning: ", fmt, ap, 0);
	va_end(ap);
}

void pv_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (msg_verbose && !msg_quiet)
		msg_print("", fmt, ap, 0);
	va_end(ap);
}

void pv_perror(const char *fmt, ...)
{
	int err = errno;
	va_list ap;

	va_start(ap, fmt);
	msg_print("error: ", fmt, ap, err);
	va_end(ap);
}

int pv_finish(int status)
{
	if (!fflush(stdout) && !ferror(stdout) && (!fclose(stdout) || errno == EBADF))
		return status;
	pv_perror("cannot write the output");
	return PV_EXIT_ERROR;
}

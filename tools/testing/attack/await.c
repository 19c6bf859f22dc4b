// SPDX-License-Identifier: GPL-2.0
/*
 * vmm-await LOG LINES TEXT SECONDS PID: waits until the console log has a line
 * with TEXT behind its first LINES lines, and prints it. Exit status 1 when it is
 * not there after SECONDS, 3 when the process has ended without it.
 *
 * A shell that looked ten times a second would take a good part of a CPU from the
 * guests that it waits for.
 */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define POLL_US		5000
#define LAST_WORDS	40	/* times POLL_US: whoever copies the console may be late */

static bool has_ended(const char *pid)
{
	char path[64], line[256] = "", *state;
	FILE *in;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	in = fopen(path, "r");
	if (!in)
		return true;
	if (!fgets(line, sizeof(line), in))
		line[0] = 0;
	fclose(in);
	/* PID (NAME) STATE ...; zombies and dead processes do not run */
	state = strrchr(line, ')');
	return !state || state[2] == 'Z' || state[2] == 'X';
}

/* Looks at the whole lines that have come since the last time. */
static bool look(FILE *log, unsigned long *skip, const char *text)
{
	static char *line;
	static size_t size;
	long start;

	clearerr(log);
	while ((start = ftell(log)) >= 0 && getline(&line, &size, log) > 0) {
		if (!strchr(line, '\n')) {
			if (fseek(log, start, SEEK_SET))
				break;
			return false;
		}
		if (*skip) {
			(*skip)--;
			continue;
		}
		line[strcspn(line, "\r\n")] = 0;
		if (strstr(line, text)) {
			puts(line);
			return true;
		}
	}
	if (feof(log))
		return false;
	perror("vmm-await");
	exit(2);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	int left = LAST_WORDS, status = 0;
	unsigned long skip;
	bool ended = false;
	double end;
	FILE *log;

	if (argc != 6) {
		fprintf(stderr, "usage: vmm-await LOG LINES TEXT SECONDS PID\n");
		return 2;
	}
	skip = strtoul(argv[2], NULL, 10);
	end = now() + strtod(argv[4], NULL);
	log = fopen(argv[1], "r");
	if (!log) {
		perror(argv[1]);
		return 2;
	}
	while (!look(log, &skip, argv[3])) {
		ended = ended || has_ended(argv[5]);
		if (ended && !left--)
			status = 3;
		else if (!ended && now() >= end)
			status = 1;
		if (status)
			break;
		usleep(POLL_US);
	}
	fclose(log);
	return status;
}

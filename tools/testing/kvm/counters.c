// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "counters.h"

#define DEBUGFS	"/sys/kernel/debug/uv/"

/* The number at a place (from 0) of the line that begins with a word, or -1 */
static long number(const char *path, const char *word, int place)
{
	FILE *f = fopen(path, "re");
	char line[128], *text;
	long value = -1;

	while (f && value < 0 && fgets(line, sizeof(line), f)) {
		if (strncmp(line, word, strlen(word)) != 0)
			continue;
		text = line + strlen(word);
		for (int i = 0; i <= place; i++)
			value = strtol(text, &text, 10);
	}
	if (f)
		fclose(f);
	return value;
}

long counters_kept(void)
{
	return number(DEBUGFS "events", "kept_bytes ", 0);
}

long counters_refused(unsigned int command)
{
	char word[8];

	snprintf(word, sizeof(word), "%04x ", command);
	return number(DEBUGFS "calls", word, 1);
}

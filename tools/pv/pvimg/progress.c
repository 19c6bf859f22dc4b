// SPDX-License-Identifier: GPL-2.0
/*
 * How far an image is, for whoever waits at a terminal for more than a second.
 */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "pvimg.h"

#define PROGRESS_WIDTH	40

static int64_t progress_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

void progress_begin(struct progress *progress, uint64_t total)
{
	*progress = (struct progress){
		.total = total ? total : 1,
		.begin = progress_now(),
		.terminal = !pv_is_quiet() && isatty(STDERR_FILENO),
	};
}

void progress_add(struct progress *progress, uint64_t done)
{
	unsigned int i, percent;

	progress->done += done;
	percent = (unsigned int)(progress->done * 100 / progress->total);
	if (!progress->terminal || percent == progress->shown ||
	    progress_now() - progress->begin < 1000)
		return;
	progress->shown = percent;
	fputs("\r[", stderr);
	for (i = 0; i < PROGRESS_WIDTH; i++)
		fputc(i * 100 < percent * PROGRESS_WIDTH ? '#' : ' ', stderr);
	fprintf(stderr, "] %3u %%", percent);
}

void progress_end(struct progress *progress)
{
	if (progress->shown)
		fprintf(stderr, "\r%*s\r", PROGRESS_WIDTH + 8, "");
}

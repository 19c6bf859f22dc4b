// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <fcntl.h>
#include <unistd.h>
#include "leak.h"
#include "vm.h"

/*
 * What can be dropped is not lost. Only root may, others measure less well.
 * 4 keeps the kernel from telling.
 */
static void drop_caches(void)
{
	int fd = open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, "7", 1) != 1)
		sync();
	close(fd);
}

bool leak_shows(void)
{
	return access("/sys/kernel/debug/kmemleak", F_OK) != 0;
}

void leak_round(struct leak *leak)
{
	drop_caches();
	if (leak->rounds < LEAK_ROUNDS)
		leak->available[leak->rounds++] = memory_available();
}

static long best(const struct leak *leak, int from, int to)
{
	long most = 0;

	for (int i = from; i < to; i++)
		if (leak->available[i] > most)
			most = leak->available[i];
	return most;
}

long leak_lost(const struct leak *leak)
{
	const int n = leak->rounds;

	return best(leak, n / 4, n / 2) - best(leak, n - n / 4, n);
}

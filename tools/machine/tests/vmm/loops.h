/* SPDX-License-Identifier: GPL-2.0 */
/* The loops that are measured in the host and in a guest. */
#ifndef LOOPS_H
#define LOOPS_H

#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Numbers that depend on each other, and a table in the cache of any computer */
static inline void loop_count(unsigned long n)
{
	static volatile unsigned long table[1024];
	unsigned long x = n;

	while (n--) {
		x = x * 0x5851f42d4c957f2d + 0x14057b7ef767814f;
		table[x >> 54] += x ^ n;
		if (x & 0x100000)
			x += table[n & 1023];
	}
}

static inline double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static inline void loop_syscalls(void)
{
	int i;

	for (i = 0; i < 50000; i++)
		syscall(SYS_getppid);
}

static inline void loop_touch(void)
{
	char *area;
	long i;
	int round;

	for (round = 0; round < 4; round++) {
		area = mmap(NULL, 16 << 20, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		for (i = 0; i < 16 << 20; i += 4096)
			area[i] = 1;
		munmap(area, 16 << 20);
	}
}

static inline void loop_numbers(void)
{
	loop_count(30000000);
}

/* The best of some rounds: whatever else the computer does only adds time. */
static inline void loops_measure(const char *where)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} loop[] = {
		{ "loop", loop_numbers },
		{ "getppid", loop_syscalls },
		{ "touch", loop_touch },
	};
	double start, took, best;
	unsigned int i, round;

	for (i = 0; i < sizeof(loop) / sizeof(loop[0]); i++) {
		best = 1e9;
		for (round = 0; round < 8; round++) {
			start = seconds();
			loop[i].run();
			took = seconds() - start;
			if (took < best)
				best = took;
		}
		printf("bench %s %s %.4f\n", where, loop[i].name, best);
	}
}

#endif

// SPDX-License-Identifier: GPL-2.0
/*
 * In a guest that a real VMM runs: uses every CPU, the disk, the network, the
 * timer and the console, says so in one line. With "bench" on the kernel's command
 * line it measures instead. "net=NUMBER" there is the number of its network.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loops.h"
#include "network.h"

#define DISK_SIZE	(1 << 20)

/* Each CPU computes, sleeps and answers; the sum says that all of them did. */
static int use_cpus(int cpus)
{
	int i, status, sum = 0;

	for (i = 0; i < cpus; i++) {
		if (fork())
			continue;
		cpu_set_t set;

		CPU_ZERO(&set);
		CPU_SET(i, &set);
		if (sched_setaffinity(0, sizeof(set), &set))
			_exit(0);
		loop_count(1000000);
		usleep(20000);
		_exit(sched_getcpu() == i ? 1 : 0);
	}
	while (wait(&status) > 0)
		sum += WIFEXITED(status) ? WEXITSTATUS(status) : 0;
	return sum;
}

/* Number of bytes that are wrong after reading, inverting and reading again. */
static int use_disk(void)
{
	static unsigned char data[DISK_SIZE];
	int fd = open("/dev/vda", O_RDWR), i, wrong = 0;

	if (fd < 0 || read(fd, data, sizeof(data)) != sizeof(data))
		return DISK_SIZE;
	for (i = 0; i < DISK_SIZE; i++) {
		wrong += data[i] != (unsigned char)(i * 7 + (i >> 8));
		data[i] = ~data[i];
	}
	if (pwrite(fd, data, sizeof(data), 0) != sizeof(data) || fsync(fd))
		return DISK_SIZE;
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	if (pread(fd, data, sizeof(data), 0) != sizeof(data))
		return DISK_SIZE;
	for (i = 0; i < DISK_SIZE; i++)
		wrong += data[i] != (unsigned char)~(i * 7 + (i >> 8));
	return wrong;
}

int main(void)
{
	char line[512] = "", *net;
	int fd = open("/proc/cmdline", O_RDONLY), cpus = sysconf(_SC_NPROCESSORS_ONLN);

	if (fd < 0 || read(fd, line, sizeof(line) - 1) <= 0)
		return 1;
	if (strstr(line, "bench")) {
		loops_measure("guest");
		return 0;
	}
	net = strstr(line, "net=");
	printf("guest: %d cpus, %d answered, %d and %d bytes wrong\n", cpus, use_cpus(cpus),
	       use_disk(), network_use(net ? strtol(net + 4, NULL, 10) : 0));
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * pv-teardown [-m MIB] IMAGE: the pages of a large guest are destroyed by all
 * CPUs of the host, each of them doing its part, also when its VMM is killed.
 * The work that a CPU does is counted, not the time that it takes: CPUs of an
 * emulated machine share those of another one. The number of CPUs is changed by
 * taking them offline.
 *
 * The ultravisor must be known to destroy no configuration with all its pages;
 * the header of IMAGE, made for this host, is all that is needed of it.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "image.h"

#define TRACING		"/sys/kernel/tracing/"
#define EVENT		TRACING "events/uv/uv_page/"
#define WORKERS		"/sys/devices/virtual/workqueue/uv_range/"
#define MAX_CPUS	4
#define DEFAULT_MIB	400	/* what keeps four CPUs busy, see arch/s390/uv/range.c */
#define TRIES		20

static struct image image;

static bool write_text(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");
	bool good;

	if (!f)
		return false;
	good = fputs(text, f) >= 0;
	return !fclose(f) && good;
}

static bool set_online(int cpu, bool online)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/online", cpu);
	return write_text(path, online ? "1" : "0");
}

/* Events of a CPU, whether they are in its buffer still or not */
static unsigned long events_of(int cpu)
{
	unsigned long sum = 0;
	char path[80], line[128];
	FILE *f;

	snprintf(path, sizeof(path), TRACING "per_cpu/cpu%d/stats", cpu);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, "entries:", 8) || !strncmp(line, "overrun:", 8))
			sum += strtoul(line + 8, NULL, 10);
	if (f)
		fclose(f);
	return sum;
}

/* Nobody verifies what is unpacked: any memory will do. */
static bool make_secure(struct vm *vm)
{
	struct kvm_s390_pv_unp all = { .size = vm->len, .tweak = image.part[0].tweak };

	return !pv(vm, KVM_PV_ENABLE, NULL) && !image_header(&image, vm) &&
	       !pv(vm, KVM_PV_UNPACK, &all);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* A process that has a guest of this size, and does nothing; -1 if that failed */
static pid_t start_vmm(size_t len)
{
	int ready[2];
	char c = 0;
	pid_t pid;

	if (pipe(ready))
		return -1;
	pid = fork();
	if (!pid) {
		struct vm vm;

		vm_open(&vm, len, 1);
		c = make_secure(&vm) ? 'y' : 'n';
		if (write(ready[1], &c, 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]);
	if (pid > 0 && (read(ready[0], &c, 1) != 1 || c != 'y')) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		pid = -1;
	}
	close(ready[0]);
	return pid;
}

static bool end_vmm(pid_t pid)
{
	return !kill(pid, SIGKILL) && waitpid(pid, NULL, 0) == pid;
}

/* The largest part that a CPU has done, 0 if something went wrong */
static unsigned long destroy_all(struct vm *vm, bool by_kill, unsigned long *total)
{
	unsigned long before[MAX_CPUS], most = 0, events;
	double seconds;
	pid_t pid = 0;

	if (by_kill) {
		/* The host has no memory for two of them. */
		madvise(vm->mem, vm->len, MADV_DONTNEED);
		pid = start_vmm(vm->len);
	}
	if (pid < 0 || (!pid && !make_secure(vm)) || !write_text(EVENT "enable", "1"))
		return 0;
	for (int cpu = 0; cpu < MAX_CPUS; cpu++)
		before[cpu] = events_of(cpu);
	seconds = now();
	if (pid ? !end_vmm(pid) : pv(vm, KVM_PV_DISABLE, NULL))
		return 0;
	seconds = now() - seconds;
	write_text(EVENT "enable", "0");
	*total = 0;
	printf("# %.2f s, pages of each CPU:", seconds);
	for (int cpu = 0; cpu < MAX_CPUS; cpu++) {
		events = events_of(cpu) - before[cpu];
		printf(" %lu", events);
		*total += events;
		if (events > most)
			most = events;
	}
	putchar('\n');
	return most;
}

/*
 * An emulated CPU may get no time for a while, of a computer with other work most of the time:
 * so it is tried until the others had theirs, too. What is done on one CPU never gets there.
 */
static void teardown(struct vm *vm, unsigned long cpus, bool by_kill)
{
	const char *how = by_kill ? "SIGKILL" : "DISABLE";
	unsigned long total = 0, most;
	int tries = 0;

	do {
		most = destroy_all(vm, by_kill, &total);
	} while (most && most * cpus * 8 > total * 10 && ++tries < TRIES);
	ok(vm, total == vm->len / GUEST_PAGE, "%s: each of %lu pages is destroyed once", how,
	   vm->len / GUEST_PAGE);
	ok(NULL, most && most * cpus * 8 <= total * 10,
	   "%s: of %lu CPUs none has more to do than 1/(0.8 * %lu) of it", how, cpus, cpus);
}

int main(int argc, char **argv)
{
	size_t len = DEFAULT_MIB * MIB;
	struct vm vm;

	puts("TAP version 13");
	if (argc == 4 && !strcmp(argv[1], "-m")) {
		len = strtoul(argv[2], NULL, 0) * MIB;
		argv += 2;
		argc -= 2;
	}
	if (argc != 2 || !image_load(&image, argv[1]))
		skip_all("no image (pv-teardown [-m MIB] IMAGE)");
	if (!kvm_open())
		skip_all("no /dev/kvm");
	if (!host_is_protected())
		skip_all("this host cannot run protected VMs (prot_virt=1?)");
	if (sysconf(_SC_NPROCESSORS_ONLN) != MAX_CPUS)
		skip_all("a host with 4 CPUs is needed");
	if (!write_text(EVENT "filter", "act == \"destroy\""))
		skip_all("the kernel does not trace pages");
	ok(NULL, write_text(WORKERS "nice", "5") && write_text(WORKERS "nice", "0"),
	   "administrators say how much the helpers may get");
	vm_open(&vm, len, 1);
	/* With one CPU there is nothing to be seen. */
	for (unsigned long cpus = MAX_CPUS; cpus > 1; cpus /= 2) {
		for (int cpu = (int)cpus; cpu < MAX_CPUS; cpu++)
			set_online(cpu, false);
		ok(NULL, sysconf(_SC_NPROCESSORS_ONLN) == (long)cpus, "%lu CPUs are online", cpus);
		teardown(&vm, cpus, false);
		teardown(&vm, cpus, true);
	}
	for (int cpu = 1; cpu < MAX_CPUS; cpu++)
		set_online(cpu, true);
	vm_close(&vm);
	return finish();
}

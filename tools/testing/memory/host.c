// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <ctype.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../kvm/vm.h"
#include "host.h"

#define MONITOR	"/dev/vport*p1"	/* the only serial port */
#define EVENTS	"/sys/kernel/debug/uv/events"

static int kmsg = -1;
static FILE *monitor;

/* Only lines that answer a command; the greeting and events are passed over. */
static bool ask(const char *command, char *answer, int len)
{
	if (!monitor || fputs(command, monitor) < 0 || fflush(monitor))
		return false;
	while (fgets(answer, len, monitor)) {
		if (!strncmp(answer, "{\"return\"", 9))
			return true;
		if (!strncmp(answer, "{\"error\"", 8)) {
			printf("# %s# %s", command, answer);
			return false;
		}
	}
	return false;
}

static FILE *open_monitor(void)
{
	FILE *f = NULL;
	glob_t paths;

	if (!glob(MONITOR, 0, NULL, &paths)) {
		f = fopen(paths.gl_pathv[0], "r+e");
		globfree(&paths);
	}
	return f;
}

void host_open(void)
{
	char answer[512];

	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (kmsg >= 0)
		lseek(kmsg, 0, SEEK_END);
	monitor = open_monitor();
	if (monitor && !ask("{\"execute\":\"qmp_capabilities\"}\n", answer, sizeof(answer))) {
		fclose(monitor);
		monitor = NULL;
	}
}

bool host_is_machine(void)
{
	return monitor;
}

static bool get(const char *property, char *answer, int len)
{
	char command[160];

	snprintf(command, sizeof(command),
		 "{\"execute\":\"qom-get\",\"arguments\":{\"path\":\"/objects/uv0\",\"property\":\"%s\"}}\n",
		 property);
	return ask(command, answer, len);
}

long machine_get(const char *property)
{
	static const char before[] = "{\"return\": ";
	char answer[512], *end;
	long value;

	if (!get(property, answer, sizeof(answer)) ||
	    strncmp(answer, before, strlen(before)) != 0)
		return -1;
	value = strtol(answer + strlen(before), &end, 10);
	return *end == '}' ? value : -1;
}

static bool invariants_hold(void)
{
	char answer[512];

	if (get("invariants", answer, sizeof(answer)) && strstr(answer, "\"hold\""))
		return true;
	printf("# %s", answer);
	return false;
}

bool machine_inject(unsigned int cmd, unsigned int cc, unsigned int rc, unsigned int count)
{
	char command[256], answer[512];

	snprintf(command, sizeof(command),
		 "{\"execute\":\"qom-set\",\"arguments\":{\"path\":\"/objects/uv0\",\"property\":\"inject\","
		 "\"value\":{\"command\":%u,\"cc\":%u,\"rc\":%u,\"rrc\":0,\"count\":%u}}}\n",
		 cmd, cc, rc, count);
	return ask(command, answer, sizeof(answer));
}

bool machine_keep_storage(void)
{
	char answer[512];

	return ask("{\"execute\":\"qom-set\",\"arguments\":{\"path\":\"/objects/uv0\","
		   "\"property\":\"keep-storage\",\"value\":true}}\n",
		   answer, sizeof(answer));
}

long machine_injected(void)
{
	return machine_get("injected");
}

long counter(const char *file, const char *name)
{
	FILE *f = fopen(file, "re");
	size_t len = strlen(name);
	char line[128];
	long found = -1;

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, name, len) && isspace((unsigned char)line[len]))
			found = strtol(line + len, NULL, 10);
	if (f)
		fclose(f);
	return found;
}

bool set(const char *file, const char *value)
{
	int fd = open(file, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, value, strlen(value)) == (ssize_t)strlen(value);

	if (fd >= 0)
		close(fd);
	return done;
}

bool log_is_clean(void)
{
	static const char * const bad[] = {
		"WARNING", "BUG", "Oops", "Call Trace", "lockup", "stall", "blocked for more",
		"User process fault", "KASAN", "UBSAN", "kmemleak", "Bad page", "page:",
		"Unable to handle",
	};
	char record[2048];
	bool clean = true;
	ssize_t len;

	while ((len = read(kmsg, record, sizeof(record) - 1)) > 0) {
		record[len] = '\0';
		for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
			if (strstr(record, bad[i])) {
				printf("# kernel log: %s", record);
				clean = false;
				break;
			}
	}
	return clean;
}

/* What the ultravisor has when no VM is there */
static struct {
	const char *name;
	long normal;
} numbers[] = {
	{ "configurations", 0 },
	{ "cpus", 0 },
	{ "pages-secure", 0 },
	{ "pages-shared", 0 },
	{ "pages-pinned", 0 },
	{ "pages-ownerless", 0 },
};

static long kept;

#define NUMBERS	(sizeof(numbers) / sizeof(numbers[0]))

/* The kernel may be at work still on what a process left. */
static bool normal_within_seconds(size_t i)
{
	long have = 0;

	for (int try = 0; try < 100; try++) {
		have = machine_get(numbers[i].name);
		if (have == numbers[i].normal)
			return true;
		usleep(50000);
	}
	printf("# %s: %ld, not %ld\n", numbers[i].name, have, numbers[i].normal);
	return false;
}

void accept_what_is_left(void)
{
	kept = bytes_kept();
	for (size_t i = 0; i < NUMBERS && host_is_machine(); i++)
		numbers[i].normal = machine_get(numbers[i].name);
}

long bytes_kept(void)
{
	return counter(EVENTS, "kept_bytes");
}

void nothing_left(const char *after)
{
	bool good = log_is_clean();

	if (bytes_kept() != kept) {
		printf("# %ld bytes are lost\n", bytes_kept() - kept);
		good = false;
	}
	if (host_is_machine()) {
		for (size_t i = 0; i < NUMBERS; i++)
			good &= normal_within_seconds(i);
		good &= invariants_hold();
	}
	ok(NULL, good, "%s: nothing is left behind, the log is clean", after);
}

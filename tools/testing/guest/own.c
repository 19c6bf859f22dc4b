// SPDX-License-Identifier: GPL-2.0
/*
 * own: first program of a guest as a user may bring it: it knows nothing of the run,
 * says on its console what it is in, and ends.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <unistd.h>

static void read_text(const char *name, char *text, size_t size)
{
	int fd = open(name, O_RDONLY);
	ssize_t len = fd < 0 ? 0 : read(fd, text, size - 1);

	text[len > 0 ? len : 0] = 0;
	text[strcspn(text, "\n")] = 0;
	if (fd >= 0)
		close(fd);
}

int main(void)
{
	char protected[16], words[1024];
	struct sysinfo info;
	const char *own;

	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	read_text("/sys/firmware/uv/prot_virt_guest", protected, sizeof(protected));
	read_text("/proc/cmdline", words, sizeof(words));
	own = strstr(words, "own.word=yes");
	sysinfo(&info);
	printf("own: prot_virt_guest %s, %ld CPUs, %lu MiB, %.12s\n", protected,
	       sysconf(_SC_NPROCESSORS_ONLN), info.totalram * info.mem_unit >> 20,
	       own ? own : "no words");
	fflush(stdout);
	sleep(5);	/* whoever started the guest looks at it */
	reboot(RB_POWER_OFF);
	return 1;
}

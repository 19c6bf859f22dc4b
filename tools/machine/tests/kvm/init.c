// SPDX-License-Identifier: GPL-2.0
/*
 * First program of the host under test: loads the modules in /modules, if it has
 * some, runs every program in /tests one after the other and powers off. The
 * programs cannot be the first one themselves, since they are linked to use KVM
 * (the kernel cannot start such a program as init). "bench" on the kernel's
 * command line is passed on.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int bench;

static int is_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void run(const char *name)
{
	char path[512];
	int status;
	pid_t pid;

	snprintf(path, sizeof(path), "/tests/%s", name);
	printf("# program %s\n", name);
	pid = fork();
	if (!pid) {
		execl(path, path, bench ? "bench" : NULL, NULL);
		perror(path);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	if (status)
		printf("not ok 0 - %s ended with status 0x%x\n", name, status);
}

/* Modules do not see their parameters on the kernel's command line by themselves. */
static void load(const char *name)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "/modules/%s", name);
	fd = open(path, O_RDONLY);
	if (syscall(SYS_finit_module, fd, strstr(name, "-kvm.ko") ? "nested=1" : "", 0))
		perror(path);
	close(fd);
}

static int asked_for(const char *word)
{
	FILE *file = fopen("/proc/cmdline", "r");
	char line[1024] = "";
	int yes;

	if (!file)
		return 0;
	yes = fgets(line, sizeof(line), file) && strstr(line, word);
	fclose(file);
	return yes;
}

int main(void)
{
	struct dirent **entries;
	int i, n;

	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mkdir("/dev", 0755);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	n = scandir("/modules", &entries, is_file, alphasort);
	for (i = 0; i < n; i++)
		load(entries[i]->d_name);
	/* A disk, if there is one, brings programs and their libraries. */
	mkdir("/vmm", 0755);
	if (!mount("/dev/vda", "/vmm", "squashfs", MS_RDONLY, NULL) &&
	    (symlink("vmm/usr", "/usr") || symlink("vmm/lib", "/lib")))
		perror("/usr, /lib");
	bench = asked_for("bench");
	setvbuf(stdout, NULL, _IOLBF, 0);
	n = scandir("/tests", &entries, is_file, alphasort);
	for (i = 0; i < n; i++)
		run(entries[i]->d_name);
	printf("# all programs ran\n");
	sync();
	reboot(RB_POWER_OFF);
	return 1;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * First program of the host under test: runs the kernel's own KVM selftests.
 * /list has a line each: seconds, program, arguments. What a program prints is
 * shown behind its name, and "# status NAME EXIT-STATUS" ends it; 128 and more
 * is a signal.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_WORDS	16

/* The program's output, line by line, so that nobody takes it for ours. */
static void show(int fd, const char *name)
{
	FILE *from = fdopen(fd, "r");
	char line[512];

	while (from && fgets(line, sizeof(line), from)) {
		line[strcspn(line, "\r\n")] = '\0';
		printf("%s: %s\n", name, line);
	}
	if (from)
		fclose(from);
}

static void run(char **words)
{
	unsigned int seconds = strtoul(words[0], NULL, 10);
	const char *slash = strrchr(words[1], '/');
	const char *name = slash ? slash + 1 : words[1];
	int ends[2], status;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC))
		return;
	child = fork();
	if (!child) {
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		/* All its threads and children end with it. */
		setpgid(0, 0);
		alarm(seconds);
		execv(words[1], words + 1);
		perror(words[1]);
		_exit(127);
	}
	close(ends[1]);
	show(ends[0], name);
	waitpid(child, &status, 0);
	kill(-child, SIGKILL);
	printf("# status %s %d\n", name,
	       WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

int main(void)
{
	char line[256], *words[MAX_WORDS + 1], *rest;
	unsigned int n;
	FILE *list;

	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	list = fopen("/list", "re");
	while (list && fgets(line, sizeof(line), list)) {
		n = 0;
		for (words[n] = strtok_r(line, " \n", &rest); words[n] && n < MAX_WORDS;)
			words[++n] = strtok_r(NULL, " \n", &rest);
		words[n] = NULL;
		if (n >= 2)
			run(words);
	}
	if (list)
		fclose(list);
	printf("# all programs ran\n");
	sync();
	reboot(RB_POWER_OFF);
	return 1;
}

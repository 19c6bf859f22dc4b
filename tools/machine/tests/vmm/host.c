// SPDX-License-Identifier: GPL-2.0
/*
 * Runs guests with the distribution's QEMU and compares what they say. Argument
 * "bench": measures here and in a guest.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loops.h"

#define DISK_SIZE	(1 << 20)

static int tests;

static void result(int good, const char *what)
{
	printf("%s %d - %s\n", good ? "ok" : "not ok", ++tests, what);
	fflush(stdout);
}

static void make_disk(const char *name)
{
	FILE *disk = fopen(name, "w");
	int i;

	for (i = 0; i < DISK_SIZE; i++)
		fputc((unsigned char)(i * 7 + (i >> 8)), disk);
	fclose(disk);
}

/* Starts a VMM; what the guest's console says comes from the descriptor. */
static int start(const char *cpus, const char *disk, const char *append)
{
	char drive[128], command_line[128];
	int out[2];

	snprintf(drive, sizeof(drive), "file=%s,format=raw,if=virtio", disk);
	snprintf(command_line, sizeof(command_line), "console=ttyS0 quiet panic=-1 %s", append);
	make_disk(disk);
	if (pipe(out))
		exit(1);
	if (!fork()) {
		dup2(open("/dev/null", O_RDONLY), 0);
		dup2(out[1], 1);
		close(out[0]);
		close(out[1]);
		execl("/usr/bin/qemu-system-s390x", "qemu-system-s390x",
		      "-machine", "s390-ccw-virtio", "-accel", "kvm", "-cpu", "host",
		      "-m", "256", "-smp", cpus, "-nographic", "-nodefaults", "-no-reboot",
		      "-chardev", "stdio,id=c0,signal=off",
		      "-device", "sclpconsole,chardev=c0", "-drive", drive,
		      "-L", "/usr/share/qemu", "-kernel", "/guest/kernel",
		      "-initrd", "/guest/initrd", "-append", command_line, NULL);
		perror("qemu-system-s390x");
		_exit(127);
	}
	close(out[1]);
	return out[0];
}

/* All that the VMM prints, and its exit status. */
static int finish(int out, char *text, size_t size)
{
	size_t have = 0;
	ssize_t n;
	int status;

	while (have < size - 1 && (n = read(out, text + have, size - 1 - have)) > 0)
		have += n;
	text[have] = 0;
	close(out);
	wait(&status);
	return status;
}

static void guest_with(const char *cpus)
{
	char text[65536], want[80], name[80];
	int status = finish(start(cpus, "/tmp/disk0", ""), text, sizeof(text));

	snprintf(want, sizeof(want), "guest: %s cpus, %s answered, 0 bytes wrong", cpus, cpus);
	snprintf(name, sizeof(name), "a guest with %s CPUs boots, computes, uses its disk, ends",
		 cpus);
	if (status || !strstr(text, want))
		printf("# status 0x%x, console:\n# %s\n", status, text);
	result(!status && strstr(text, want), name);
}

static void two_at_once(void)
{
	static const char want[] = "guest: 2 cpus, 2 answered, 0 bytes wrong";
	char one[65536], other[65536];
	int a = start("2", "/tmp/disk0", ""), b = start("2", "/tmp/disk1", "");
	int status = finish(a, one, sizeof(one)) | finish(b, other, sizeof(other));

	if (status || !strstr(one, want) || !strstr(other, want))
		printf("# status 0x%x, consoles:\n# %s\n# %s\n", status, one, other);
	result(!status && strstr(one, want) && strstr(other, want),
	       "two guests at the same time do not disturb each other");
}

int main(int argc, char **argv)
{
	char text[65536], *line;

	if (argc > 1 && !strcmp(argv[1], "bench")) {
		loops_measure("host");
		finish(start("1", "/tmp/disk0", "bench"), text, sizeof(text));
		for (line = strtok(text, "\r\n"); line; line = strtok(NULL, "\r\n"))
			if (!strncmp(line, "bench", 5))
				puts(line);
		return 0;
	}
	guest_with("1");
	guest_with("2");
	guest_with("4");
	two_at_once();
	printf("1..%d\n", tests);
	return 0;
}

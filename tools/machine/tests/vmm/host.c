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
#include "network.h"

#define DISK_SIZE	(1 << 20)
#define HOST_DISK	"/dev/vda"
#define BENCH_TURNS	4

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

	if (!disk) {
		perror(name);
		exit(1);
	}
	for (i = 0; i < DISK_SIZE; i++)
		fputc((unsigned char)(i * 7 + (i >> 8)), disk);
	fclose(disk);
}

/* What differs from guest to guest. */
struct guest {
	const char *cpus;
	const char *memory;	/* MiB */
	const char *disk;	/* made here if it is not the host's own */
	const char *initrd;
	const char *append;
	int number;		/* of its network */
};

/* Starts a VMM; what the guest's console says comes from the descriptor. */
static int start(const struct guest *g)
{
	int own = !strcmp(g->disk, HOST_DISK), out[2];
	char drive[128], network[128], command_line[128];

	snprintf(drive, sizeof(drive), "file=%s,format=raw,if=virtio%s", g->disk,
		 own ? ",readonly=on" : "");
	snprintf(network, sizeof(network), "tap,id=net,ifname=tap%d,script=no,downscript=no",
		 g->number);
	snprintf(command_line, sizeof(command_line), "console=ttyS0 quiet panic=-1 net=%d %s",
		 g->number, g->append);
	if (!own)
		make_disk(g->disk);
	if (pipe(out))
		exit(1);
	if (!fork()) {
		int null = open("/dev/null", O_RDONLY);

		if (null < 0 || dup2(null, 0) < 0 || dup2(out[1], 1) < 0)
			_exit(1);
		close(out[0]);
		close(out[1]);
		execl("/usr/bin/qemu-system-s390x", "qemu-system-s390x",
		      "-machine", "s390-ccw-virtio", "-accel", "kvm", "-cpu", "host",
		      "-m", g->memory, "-smp", g->cpus, "-nographic", "-nodefaults",
		      "-no-reboot", "-chardev", "stdio,id=c0,signal=off",
		      "-device", "sclpconsole,chardev=c0", "-drive", drive,
		      "-netdev", network, "-device", "virtio-net-ccw,netdev=net",
		      "-L", "/usr/share/qemu", "-kernel", "/guest/kernel",
		      "-initrd", g->initrd, "-append", command_line, NULL);
		perror("qemu-system-s390x");
		_exit(127);
	}
	close(out[1]);
	return out[0];
}

/* A guest with so many CPUs, with the disk and the network of that number. */
static int start_small(const char *cpus, int number, const char *append)
{
	struct guest g = {
		.cpus = cpus, .memory = "256", .initrd = "/guest/initrd",
		.disk = number ? "/tmp/disk1" : "/tmp/disk0",
		.append = append, .number = number,
	};

	return start(&g);
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
	int status = finish(start_small(cpus, 0, ""), text, sizeof(text));

	snprintf(want, sizeof(want), "guest: %s cpus, %s answered, 0 and 0 bytes wrong", cpus,
		 cpus);
	snprintf(name, sizeof(name),
		 "a guest with %s CPUs boots, computes, uses disk and network, ends", cpus);
	if (status || !strstr(text, want))
		printf("# status 0x%x, console:\n# %s\n", status, text);
	result(!status && strstr(text, want), name);
}

static void two_at_once(void)
{
	static const char want[] = "guest: 2 cpus, 2 answered, 0 and 0 bytes wrong";
	char one[65536], other[65536];
	int a = start_small("2", 0, ""), b = start_small("2", 1, "");
	int status = finish(a, one, sizeof(one)) | finish(b, other, sizeof(other));

	if (status || !strstr(one, want) || !strstr(other, want))
		printf("# status 0x%x, consoles:\n# %s\n# %s\n", status, one, other);
	result(!status && strstr(one, want) && strstr(other, want),
	       "two guests at the same time do not disturb each other");
}

/*
 * A guest that is a host itself: with this disk, the same programs and the word
 * "inner". Its guest is a guest in a guest.
 */
static void nested(void)
{
	struct guest g = {
		.cpus = "1", .memory = "768", .initrd = "/nested/initrd",
		.disk = HOST_DISK, .append = "inner",
	};
	char text[65536];
	int status = finish(start(&g), text, sizeof(text));
	int good = !status && strstr(text, "\nok 1 - a guest") &&
		   strstr(text, "# all programs ran");

	if (!good)
		printf("# status 0x%x, console:\n# %s\n", status, text);
	result(good, "a guest is the host of a guest that boots, computes, uses disk and network");
}

static int asked_for(const char *word)
{
	FILE *file = fopen("/proc/cmdline", "r");
	char line[1024] = "";
	int yes = file && fgets(line, sizeof(line), file) && strstr(line, word);

	if (file)
		fclose(file);
	return yes;
}

int main(int argc, char **argv)
{
	char text[65536], *line;
	int turn;

	if (network_offer(0) || network_offer(1)) {
		perror("Bail out! tap devices");
		return 1;
	}
	if (argc > 1 && !strcmp(argv[1], "bench")) {
		/* In turns: the computer's own speed may change. */
		for (turn = 0; turn < BENCH_TURNS; turn++) {
			loops_measure("host");
			finish(start_small("1", 0, "bench"), text, sizeof(text));
			for (line = strtok(text, "\r\n"); line; line = strtok(NULL, "\r\n"))
				if (!strncmp(line, "bench", 5))
					puts(line);
		}
		return 0;
	}
	if (asked_for("nested-host")) {
		nested();
	} else {
		guest_with("1");
		if (!asked_for("inner")) {
			guest_with("2");
			guest_with("4");
			two_at_once();
		}
	}
	printf("1..%d\n", tests);
	return 0;
}

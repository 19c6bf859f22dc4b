// SPDX-License-Identifier: GPL-2.0
/*
 * agent: first program of the guest that the end-to-end run looks into. It says
 * what it is, then does what the lines on its console ask for, and answers each
 * with a line "guest: WORD ...".
 *
 *   hold SEED PAGES   keep a secret in memory; where the first two pages are
 *   change            make the secret anew (its next generation)
 *   check             is every byte of the secret what it should be?
 *   spin SEED         the last CPU computes with a secret in its registers
 *   rest              end that
 *   disk              write the whole disk, read it back, compare
 *   net PORT          read what the host offers at 10.0.2.2, tell its sum
 *   sh WORDS          the shell does them: exit status, the last line that was said
 *   shell             an interactive shell, if there is one; in a VM whose name is
 *                     "shell" it comes by itself
 *   reboot, off
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "../attack/cksum.h"
#include "../attack/secret.h"

#define DISK		"/dev/vda"

#define SETTLED_NS	(50 * 1000 * 1000)	/* a new process is where it goes by then */

static uint64_t seed;
static uint32_t pages, generation;
static uint64_t *secret;
static pid_t spinner;

static void read_word(const char *name, char *text, size_t size)
{
	int fd = open(name, O_RDONLY);
	ssize_t len = fd < 0 ? 0 : read(fd, text, size - 1);

	text[len > 0 ? len : 0] = 0;
	text[strcspn(text, "\n")] = 0;
	if (!text[0])
		snprintf(text, size, "none");
	if (fd >= 0)
		close(fd);
}

/* The guest-absolute address of a page of ours, as the kernel tells it. */
static uint64_t absolute(const void *page)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	uint64_t entry = 0;

	if (fd < 0 || pread(fd, &entry, 8, (uintptr_t)page / SECRET_PAGE * 8) != 8)
		entry = 0;
	if (fd >= 0)
		close(fd);
	return (entry & ((1ull << 55) - 1)) * SECRET_PAGE;
}

static void make_secret(void)
{
	uint32_t i;

	for (i = 0; i < pages; i++)
		secret_page(seed, i, generation, secret + (size_t)i * SECRET_WORDS);
}

static void hold(const char *args)
{
	char *next;

	if (secret)
		munmap(secret, (size_t)pages * SECRET_PAGE);
	generation = 0;
	seed = strtoull(args, &next, 10);
	pages = strtoul(next, NULL, 10);
	if (pages < 2) {
		printf("guest: hold what?\n");
		return;
	}
	secret = mmap(NULL, (size_t)pages * SECRET_PAGE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (secret == MAP_FAILED || mlock(secret, (size_t)pages * SECRET_PAGE)) {
		secret = NULL;
		printf("guest: no memory for %u pages\n", pages);
		return;
	}
	make_secret();
	printf("guest: holds %u pages, at 0x%lx 0x%lx\n", pages, absolute(secret),
	       absolute(secret + SECRET_WORDS));
}

static void check(void)
{
	static uint64_t want[SECRET_WORDS];
	uint32_t i, wrong = 0;

	for (i = 0; i < pages; i++) {
		secret_page(seed, i, generation, want);
		wrong += !!memcmp(want, secret + (size_t)i * SECRET_WORDS, SECRET_PAGE);
	}
	printf("guest: check %u of %u pages wrong\n", wrong, pages);
}

/* A loop that never leaves its registers. */
static void spin(const char *args)
{
	uint64_t own = strtoull(args, NULL, 0), a, b, c, d;
	int cpu = sysconf(_SC_NPROCESSORS_ONLN) - 1;
	struct timespec used;
	clockid_t clock;
	cpu_set_t set;

	spinner = fork();
	if (spinner) {
		do
			usleep(1000);
		while (!clock_getcpuclockid(spinner, &clock) && !clock_gettime(clock, &used) &&
		       !used.tv_sec && used.tv_nsec < SETTLED_NS);
		printf("guest: spins on CPU %d\n", cpu);
		return;
	}
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	a = secret_register(own, 0);
	b = secret_register(own, 1);
	c = secret_register(own, 2);
	d = secret_register(own, 3);
	asm volatile("lgr	%%r6,%0\n"
		     "	lgr	%%r7,%1\n"
		     "	lgr	%%r8,%2\n"
		     "	lgr	%%r9,%3\n"
		     "0:	brct	%%r10,0b\n"
		     "	j	0b\n"
		     : : "d" (a), "d" (b), "d" (c), "d" (d)
		     : "r6", "r7", "r8", "r9", "r10");
}

static void rest(void)
{
	if (spinner > 0) {
		kill(spinner, SIGKILL);
		waitpid(spinner, NULL, 0);
		spinner = 0;
	}
	printf("guest: rests\n");
}

static void disk(void)
{
	static uint64_t data[(1 << 20) / 8];
	struct cksum written = { 0 }, back = { 0 };
	int fd = open(DISK, O_RDWR | O_CLOEXEC);
	uint64_t size = 0, at, i;
	char used[32];

	if (fd >= 0)
		size = lseek(fd, 0, SEEK_END);
	for (at = 0; at + sizeof(data) <= size; at += sizeof(data)) {
		for (i = 0; i < sizeof(data) / 8; i++)
			data[i] = secret_word(at + 1, i);
		if (pwrite(fd, data, sizeof(data), at) != sizeof(data))
			break;
		cksum_add(&written, (unsigned char *)data, sizeof(data));
	}
	/* What is read now comes from the disk. */
	if (fd >= 0) {
		fsync(fd);
		ioctl(fd, BLKFLSBUF);
	}
	for (at = 0; at + sizeof(data) <= size; at += sizeof(data)) {
		if (pread(fd, data, sizeof(data), at) != sizeof(data))
			break;
		cksum_add(&back, (unsigned char *)data, sizeof(data));
	}
	if (fd >= 0)
		close(fd);
	read_word("/sys/kernel/debug/swiotlb/io_tlb_used_hiwater", used, sizeof(used));
	printf("guest: disk %lu bytes, written %u, read %u, bounce slots %s\n", back.len,
	       cksum_end(&written), cksum_end(&back), used);
}

/* The first network device gets the address that the host expects. */
static bool net_up(int sock)
{
	struct ifreq req = { .ifr_name = "" };
	struct sockaddr_in *addr = (struct sockaddr_in *)&req.ifr_addr;
	struct dirent *entry;
	DIR *dir = opendir("/sys/class/net");

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.' && strcmp(entry->d_name, "lo") != 0)
			snprintf(req.ifr_name, sizeof(req.ifr_name), "%.15s", entry->d_name);
	if (dir)
		closedir(dir);
	addr->sin_family = AF_INET;
	addr->sin_addr.s_addr = inet_addr("10.0.2.15");
	if (!req.ifr_name[0] || ioctl(sock, SIOCSIFADDR, &req))
		return false;
	addr->sin_addr.s_addr = inet_addr("255.255.255.0");
	if (ioctl(sock, SIOCSIFNETMASK, &req) || ioctl(sock, SIOCGIFFLAGS, &req))
		return false;
	req.ifr_flags |= IFF_UP;
	return !ioctl(sock, SIOCSIFFLAGS, &req);
}

static void net(const char *args)
{
	struct sockaddr_in host = {
		.sin_family = AF_INET,
		.sin_port = htons(strtoul(args, NULL, 10)),
		.sin_addr.s_addr = inet_addr("10.0.2.2"),
	};
	int sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	static unsigned char data[65536];
	struct cksum sum = { 0 };
	ssize_t n;

	if (sock < 0 || !net_up(sock) || connect(sock, (struct sockaddr *)&host, sizeof(host))) {
		printf("guest: net: %m\n");
	} else {
		while ((n = read(sock, data, sizeof(data))) > 0)
			cksum_add(&sum, data, n);
		printf("guest: net %lu bytes, checksum %u\n", sum.len, cksum_end(&sum));
	}
	if (sock >= 0)
		close(sock);
}

static void shell(void)
{
	pid_t child = fork();

	if (!child) {
		mkdir("/bin", 0755);
		setsid();
		ioctl(0, TIOCSCTTY, 1);
		execl("/bin/busybox", "sh", NULL);
		printf("guest: no shell in this RAM disk\n");
		_exit(1);
	}
	waitpid(child, NULL, 0);
	printf("guest: the shell has ended; 'shell' starts another, 'off' ends the guest\n");
}

static void shell_line(const char *words)
{
	static char line[8192], last[sizeof(line)];
	int ends[2], status = -1;
	FILE *said;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC)) {
		printf("guest: sh: %m\n");
		return;
	}
	child = fork();
	if (!child) {
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		execl("/bin/busybox", "sh", "-c", words, NULL);
		_exit(127);
	}
	close(ends[1]);
	said = fdopen(ends[0], "r");
	last[0] = 0;
	while (said && fgets(line, sizeof(line), said))
		memcpy(last, line, sizeof(last));
	if (said)
		fclose(said);
	waitpid(child, &status, 0);
	last[strcspn(last, "\n")] = 0;
	printf("guest: sh status %d: %s\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1, last);
}

static void modules(void)
{
	struct dirent **entries;
	int n = scandir("/modules", &entries, NULL, alphasort), i, fd;
	char path[300];

	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "/modules/%s", entries[i]->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (entries[i]->d_name[0] != '.' && syscall(SYS_finit_module, fd, "", 0))
			printf("guest: module %s: %m\n", entries[i]->d_name);
		close(fd);
	}
}

static void quiet_console(void)
{
	struct termios mode;

	if (tcgetattr(0, &mode))
		return;
	mode.c_lflag &= ~ECHO;
	tcsetattr(0, TCSANOW, &mode);
}

static void command(const char *line)
{
	if (!strncmp(line, "hold ", 5))
		hold(line + 5);
	else if (!strcmp(line, "change"))
		generation++, make_secret(), printf("guest: changed\n");
	else if (!strcmp(line, "check"))
		check();
	else if (!strncmp(line, "spin ", 5))
		spin(line + 5);
	else if (!strcmp(line, "rest"))
		rest();
	else if (!strcmp(line, "disk"))
		disk();
	else if (!strncmp(line, "net ", 4))
		net(line + 4);
	else if (!strncmp(line, "sh ", 3))
		shell_line(line + 3);
	else if (!strcmp(line, "shell"))
		shell();
	else if (!strcmp(line, "reboot"))
		reboot(RB_AUTOBOOT);
	else if (!strcmp(line, "off"))
		reboot(RB_POWER_OFF);
	else if (line[0])
		printf("guest: what is '%s'? The words are: hold, change, check, spin, rest, disk, net, sh, shell, reboot, off\n",
		       line);
}

/* Whoever started the VM has named it so: the command line of an image is the owner's. */
static bool named_shell(void)
{
	static const char name[] = "VM00 Name:";
	FILE *info = fopen("/proc/sysinfo", "r");
	char line[256], value[16];
	bool found = false;

	while (info && !found && fgets(line, sizeof(line), info))
		found = !strncmp(line, name, sizeof(name) - 1) &&
			sscanf(line + sizeof(name) - 1, "%15s", value) == 1 &&
			!strcasecmp(value, "shell");
	if (info)
		fclose(info);
	return found;
}

int main(void)
{
	char line[256], words[1024];
	struct utsname name;
	char protected[16];

	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mkdir("/dev", 0755);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	quiet_console();
	modules();
	uname(&name);
	read_word("/sys/firmware/uv/prot_virt_guest", protected, sizeof(protected));
	read_word("/proc/cmdline", words, sizeof(words));
	printf("guest: ready, Linux %s, %ld CPUs, prot_virt_guest %s\n", name.release,
	       sysconf(_SC_NPROCESSORS_ONLN), protected);
	if (strstr(words, "agent=shell") || named_shell())
		command("shell");
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\r\n")] = 0;
		command(line);
	}
	reboot(RB_POWER_OFF);
	return 1;
}

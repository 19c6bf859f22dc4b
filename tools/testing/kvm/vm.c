// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "vm.h"

int kvm_fd = -1;
static unsigned int results, failures;

static void die(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

bool kvm_open(void)
{
	kvm_fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	return kvm_fd >= 0;
}

bool kvm_has(unsigned long cap)
{
	return ioctl(kvm_fd, KVM_CHECK_EXTENSION, cap) == 1;
}

bool host_is_protected(void)
{
	return kvm_has(KVM_CAP_S390_PROTECTED);
}

int vm_set_memory(struct vm *vm, int slot, size_t addr, size_t len)
{
	struct kvm_userspace_memory_region region = {
		.slot = (uint32_t)slot,
		.guest_phys_addr = addr,
		.memory_size = len,
		.userspace_addr = (uint64_t)vm->mem,
	};

	return ioctl(vm->fd, KVM_SET_USER_MEMORY_REGION, &region);
}

int vm_add_cpu(struct vm *vm)
{
	int fd = ioctl(vm->fd, KVM_CREATE_VCPU, vm->cpus);

	if (fd >= 0)
		vm->cpu[vm->cpus++] = fd;
	return fd;
}

/* Memory slots begin and end at a megabyte, in the process as in the guest. */
uint8_t *vm_alloc(size_t len)
{
	uint8_t *raw = mmap(NULL, len + MIB, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	uint8_t *aligned;

	if (raw == MAP_FAILED)
		die("mmap");
	aligned = (uint8_t *)(((uintptr_t)raw + MIB - 1) & ~(MIB - 1));
	if (aligned > raw)
		munmap(raw, (size_t)(aligned - raw));
	munmap(aligned + len, (size_t)(raw + MIB - aligned));
	return aligned;
}

void vm_open(struct vm *vm, size_t len, int cpus)
{
	memset(vm, 0, sizeof(*vm));
	vm->fd = ioctl(kvm_fd, KVM_CREATE_VM, 0);
	if (vm->fd < 0)
		die("KVM_CREATE_VM");
	vm->len = len;
	if (len) {
		vm->mem = vm_alloc(len);
		if (vm_set_memory(vm, 0, 0, len))
			die("KVM_SET_USER_MEMORY_REGION");
	}
	while (vm->cpus < cpus)
		if (vm_add_cpu(vm) < 0)
			die("KVM_CREATE_VCPU");
}

void vm_close(struct vm *vm)
{
	while (vm->cpus)
		close(vm->cpu[--vm->cpus]);
	close(vm->fd);
	vm->fd = -1;
	if (vm->len)
		munmap(vm->mem, vm->len);
}

static int command(struct vm *vm, int fd, unsigned long request, uint32_t cmd, void *arg,
		   uint32_t flags)
{
	struct kvm_pv_cmd pv_cmd = { .cmd = cmd, .data = (uint64_t)arg, .flags = flags };
	int ret = ioctl(fd, request, &pv_cmd);

	vm->rc = pv_cmd.rc;
	vm->rrc = pv_cmd.rrc;
	return ret;
}

int pv_flags(struct vm *vm, uint32_t cmd, void *arg, uint32_t flags)
{
	return command(vm, vm->fd, KVM_S390_PV_COMMAND, cmd, arg, flags);
}

int pv(struct vm *vm, uint32_t cmd, void *arg)
{
	return pv_flags(vm, cmd, arg, 0);
}

int pv_cpu(struct vm *vm, int cpu, uint32_t cmd, void *arg)
{
	return command(vm, vm->cpu[cpu], KVM_S390_PV_CPU_COMMAND, cmd, arg, 0);
}

/* The child's end of a pipe, until the stage is reached */
static int stage_fd = -1;

void stage_reached(void)
{
	if (stage_fd < 0)
		return;
	if (write(stage_fd, "x", 1) != 1)
		_exit(1);
	close(stage_fd);
	stage_fd = -1;
}

bool killed_at(int stage, void (*live)(int stage))
{
	int fds[2], status;
	bool reached;
	pid_t pid;
	char c;

	if (pipe(fds))
		return false;
	fflush(stdout);
	pid = fork();
	if (!pid) {
		close(fds[0]);
		stage_fd = fds[1];
		live(stage);
		stage_reached();
		for (;;)
			pause();
	}
	close(fds[1]);
	reached = pid > 0 && read(fds[0], &c, 1) == 1;
	close(fds[0]);
	return reached && !kill(pid, SIGKILL) && waitpid(pid, &status, 0) == pid &&
	       WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

/* The sum of the numbers of all lines that begin so */
static long sum(const char *file, const char *name)
{
	FILE *f = fopen(file, "re");
	char line[128], *text;
	long total = 0;

	while (f && fgets(line, sizeof(line), f)) {
		text = line + strspn(line, " ");
		if (!strncmp(text, name, strlen(name)))
			total += strtol(text + strlen(name), NULL, 10);
	}
	if (f)
		fclose(f);
	return total;
}

long memory_available(void)
{
	/* Free pages in the lists of a CPU are not among the available ones. */
	return sum("/proc/meminfo", "MemAvailable:") + 4 * sum("/proc/zoneinfo", "count:");
}

bool ok(struct vm *vm, bool good, const char *fmt, ...)
{
	const int error = errno;
	va_list args;

	printf("%s %u - ", good ? "ok" : "not ok", ++results);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
	if (!good) {
		failures++;
		printf("# errno %d (%s)", error, strerror(error));
		if (vm)
			printf(", rc 0x%x, rrc 0x%x", vm->rc, vm->rrc);
		putchar('\n');
	}
	fflush(stdout);
	return good;
}

void skip_all(const char *why)
{
	printf("1..0 # SKIP %s\n", why);
	exit(4);	/* as the kernel's selftests do */
}

int finish(void)
{
	printf("1..%u\n", results);
	return failures != 0;
}

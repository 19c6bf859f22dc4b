// SPDX-License-Identifier: GPL-2.0
/*
 * pv-lifetime IMAGE [ROUNDS]: what ends while something else goes on. The end of one
 * VM and the secure pages of another in the same process; a configuration that was
 * set aside and its VM's next life; a VM whose last descriptors are another
 * process', which closes them while the VM's address space goes.
 *
 * IMAGE holds the guest of guest/, made for the host that this runs on.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "counters.h"
#include "image.h"

#define ROUNDS		500
#define RACE_CPUS	200
#define DESTROY_CPU	0x121

/* What a page of ciphertext has at least: of 4096 random bytes 16 are zero. */
#define RANDOM		4000

static struct image image;

static void open_vm(struct vm *vm, int cpus)
{
	vm_open(vm, (image.len + MIB - 1) & ~(MIB - 1), cpus);
}

static unsigned int pages_of_image(void)
{
	unsigned int pages = 0;

	for (unsigned int i = 0; i < image.parts; i++)
		pages += image.part[i].size / GUEST_PAGE;
	return pages;
}

/* Pages of the image that are not ciphertext, as the host sees them */
static unsigned int pages_destroyed(const struct vm *vm)
{
	unsigned int destroyed = 0;

	for (unsigned int i = 0; i < image.parts; i++) {
		for (uint64_t offset = 0; offset < image.part[i].size; offset += GUEST_PAGE) {
			const uint8_t *page = vm->mem + image.part[i].addr + offset;
			size_t bytes = 0;

			for (size_t byte = 0; byte < GUEST_PAGE; byte++)
				bytes += page[byte] != 0;
			destroyed += bytes < RANDOM;
		}
	}
	return destroyed;
}

static bool end_ordinary(struct vm *vm)
{
	vm_close(vm);
	return true;
}

static bool end_protected(struct vm *vm)
{
	bool good = !image_start(&image, vm);

	vm_close(vm);
	return good;
}

static bool end_disabled(struct vm *vm)
{
	bool good = !image_start(&image, vm) && !pv(vm, KVM_PV_DISABLE, NULL);

	vm_close(vm);
	return good;
}

static bool end_aside(struct vm *vm)
{
	bool good = !image_start(&image, vm) && !pv(vm, PV_SET_ASIDE, NULL) &&
		    !pv(vm, PV_DESTROY_ASIDE, NULL);

	vm_close(vm);
	return good;
}

static bool end_with_aside(struct vm *vm)
{
	bool good = !image_start(&image, vm) && !pv(vm, PV_SET_ASIDE, NULL);

	vm_close(vm);
	return good;
}

static const struct end {
	const char *name;
	bool (*end)(struct vm *vm);
} ends[] = {
	{ "ordinary VM is closed", end_ordinary },
	{ "protected VM is closed", end_protected },
	{ "protected VM is disabled", end_disabled },
	{ "configuration is set aside and destroyed", end_aside },
	{ "VM is closed whose configuration was set aside", end_with_aside },
};

/* The ultravisor protects pages of a configuration only when that has CPUs. */
static void two_vms(const struct end *end, int cpus)
{
	const unsigned int pages = pages_of_image();
	struct vm vm, other;
	unsigned int lost;

	open_vm(&vm, cpus);
	if (ok(&vm, !image_start(&image, &vm), "a protected VM with %d CPUs", cpus)) {
		open_vm(&other, 1);
		ok(&other, end->end(&other), "another %s", end->name);
		lost = pages_destroyed(&vm);
		ok(NULL, !lost, "%u of %u pages of the first one are lost", lost, pages);
	}
	vm_close(&vm);
}

/* The pages of a configuration are where its memory slots were. */
static void slot_goes(void)
{
	struct vm vm;

	open_vm(&vm, 1);
	ok(&vm, !image_start(&image, &vm) && !pv(&vm, PV_SET_ASIDE, NULL),
	   "a configuration is set aside");
	ok(&vm, !vm_set_memory(&vm, 0, 0, 0), "its memory slot goes");
	ok(&vm, !pv(&vm, PV_DESTROY_ASIDE, NULL), "it is destroyed");
	ok(NULL, pages_destroyed(&vm) == pages_of_image(), "and so are its %u pages",
	   pages_of_image());
	vm_close(&vm);
}

/* Without CPUs nothing would tell the pages of the next life from those before. */
static void life_without_cpus(void)
{
	struct vm vm;

	open_vm(&vm, 0);
	ok(&vm, !image_start(&image, &vm) && !pv(&vm, PV_SET_ASIDE, NULL),
	   "a configuration without CPUs is set aside");
	ok(&vm, pv(&vm, KVM_PV_ENABLE, NULL) == -1 && errno == EBUSY,
	   "there is no next one without CPUs as long as it is there");
	ok(&vm, !pv(&vm, PV_DESTROY_ASIDE, NULL) && !image_start(&image, &vm),
	   "but when it has been destroyed");
	ok(NULL, !pages_destroyed(&vm), "the next one has its pages");
	vm_close(&vm);
}

static void send_fds(int to, const struct vm *vm)
{
	char buffer[CMSG_SPACE(sizeof(int) * (RACE_CPUS + 1))] = { 0 }, byte = 0;
	const size_t len = sizeof(int) * (size_t)(vm->cpus + 1);
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = buffer,
		.msg_controllen = CMSG_SPACE(len),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	*cmsg = (struct cmsghdr){ CMSG_LEN(len), SOL_SOCKET, SCM_RIGHTS };
	memcpy(CMSG_DATA(cmsg), &vm->fd, sizeof(int));
	memcpy(CMSG_DATA(cmsg) + sizeof(int), vm->cpu, sizeof(int) * (size_t)vm->cpus);
	if (sendmsg(to, &msg, 0) < 0)
		_exit(1);
}

/* The descriptor of the VM; those of its CPUs have been closed. -1: there was none */
static int receive_vm(int from)
{
	char buffer[CMSG_SPACE(sizeof(int) * (RACE_CPUS + 1))], byte;
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = buffer,
		.msg_controllen = sizeof(buffer),
	};
	struct cmsghdr *cmsg;
	int fds[RACE_CPUS + 1];
	size_t count;

	if (recvmsg(from, &msg, 0) <= 0)
		return -1;
	cmsg = CMSG_FIRSTHDR(&msg);
	if (!cmsg)
		return -1;
	count = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	memcpy(fds, CMSG_DATA(cmsg), count * sizeof(int));
	for (size_t i = 1; i < count; i++)
		close(fds[i]);
	return fds[0];
}

static void run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* The process whose memory the VM has: it has given its descriptors away. */
static void hand_over_and_exit(int to, const volatile int *go)
{
	struct vm vm;

	run_on(0);
	if (!kvm_open())
		_exit(1);
	vm_open(&vm, 16 * MIB, RACE_CPUS);
	if (pv(&vm, KVM_PV_ENABLE, NULL))
		_exit(1);
	send_fds(to, &vm);
	while (vm.cpus)
		close(vm.cpu[--vm.cpus]);
	close(vm.fd);
	while (!*go)
		;
	_exit(0);
}

/* The last descriptor is closed when the address space goes, or a little later. */
static bool race_once(int round, volatile int *go)
{
	volatile int delay = (round % 64) * 3000;
	int sockets[2], fd, status;
	pid_t pid;

	*go = 0;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sockets))
		return false;
	fflush(stdout);
	pid = fork();
	if (!pid) {
		close(sockets[0]);
		hand_over_and_exit(sockets[1], go);
	}
	close(sockets[1]);
	fd = receive_vm(sockets[0]);
	usleep(20000);
	*go = 1;
	while (delay)
		delay--;
	close(fd);
	close(sockets[0]);
	return pid > 0 && waitpid(pid, &status, 0) == pid && fd >= 0 && !status;
}

static void close_and_exit(int rounds)
{
	const long refused = counters_refused(DESTROY_CPU), kept = counters_kept();
	volatile int *go = mmap(NULL, GUEST_PAGE, PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int round = 0;

	run_on(1);
	while (go != MAP_FAILED && round < rounds && race_once(round, go))
		round++;
	ok(NULL, round == rounds, "%d VMs are closed when their address space goes", round);
	if (kept < 0)
		return;
	ok(NULL, counters_refused(DESTROY_CPU) == refused, "no CPU is destroyed twice (%ld are)",
	   counters_refused(DESTROY_CPU) - refused);
	ok(NULL, counters_kept() == kept, "and no memory is lost (%ld bytes are)",
	   counters_kept() - kept);
}

int main(int argc, char **argv)
{
	const int rounds = argc > 2 ? (int)strtol(argv[2], NULL, 0) : ROUNDS;

	puts("TAP version 13");
	if (argc < 2 || !image_load(&image, argv[1]))
		skip_all("no image (pv-lifetime IMAGE [ROUNDS])");
	if (!kvm_open())
		skip_all("no /dev/kvm");
	if (!host_is_protected())
		skip_all("this host cannot run protected VMs (prot_virt=1?)");
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		for (int cpus = 0; cpus < 2; cpus++)
			two_vms(&ends[i], cpus);
	slot_goes();
	life_without_cpus();
	close_and_exit(rounds);
	return finish();
}

// SPDX-License-Identifier: GPL-2.0
/*
 * protected IMAGE CPUS [FILE]: what a VMM does with a protected guest short of
 * running it. One "ok - NAME" or "not ok - NAME" a line. With FILE it keeps the
 * guest, protected, and makes FILE when it is.
 *
 * IMAGE is as a boot loader leaves it in storage, beginning with address 0; its
 * parameter block says where header and components are.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE		4096ul
#define MIB		0x100000ul
#define GUEST_SIZE	(64 * MIB)
#define PARMS		0x11008		/* stage 1's parameter block */
#define MADV_OUT	21		/* MADV_PAGEOUT */

/* Offsets in the IPL parameter block of a protected image. */
#define IPIB_COUNT	112
#define IPIB_ENTRIES	136
#define IPIB_ENTRY_LEN	24

static int failed;

static void result(const char *name, bool passed)
{
	printf("%s - %s\n", passed ? "ok" : "not ok", name);
	if (!passed) {
		printf("#   errno %d\n", errno);
		failed = 1;
	}
	fflush(stdout);
}

struct guest {
	int kvm;
	int vm;
	uint8_t *mem;
	uint8_t *image;
	size_t image_len;
};

static uint64_t word(const struct guest *guest, uint64_t offset)
{
	uint64_t value;

	memcpy(&value, guest->image + offset, sizeof(value));
	return value;
}

static int pv(const struct guest *guest, uint32_t cmd, void *data)
{
	struct kvm_pv_cmd call = { .cmd = cmd, .data = (uintptr_t)data };
	int rc;

	/* Creating a large guest may be interrupted by the memory management. */
	do {
		rc = ioctl(guest->vm, KVM_S390_PV_COMMAND, &call);
	} while (rc && errno == EINTR);
	if (rc)
		printf("#   command %u: rc %#x rrc %#x\n", cmd, call.rc, call.rrc);
	return rc;
}

static void load(struct guest *guest, const char *path)
{
	int fd = open(path, O_RDONLY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st)) {
		perror(path);
		exit(1);
	}
	guest->image_len = st.st_size;
	guest->image = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
}

static void make(struct guest *guest, int cpus)
{
	struct kvm_userspace_memory_region region = { .memory_size = GUEST_SIZE };
	uint8_t *room;
	int i;

	guest->vm = ioctl(guest->kvm, KVM_CREATE_VM, 0);
	room = mmap(NULL, GUEST_SIZE + MIB, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	guest->mem = (uint8_t *)(((uintptr_t)room + MIB - 1) & ~(MIB - 1));
	region.userspace_addr = (uintptr_t)guest->mem;
	if (guest->vm < 0 || ioctl(guest->vm, KVM_SET_USER_MEMORY_REGION, &region)) {
		result("a VM with memory", false);
		exit(1);
	}
	for (i = 0; i < cpus; i++)
		if (ioctl(guest->vm, KVM_CREATE_VCPU, i) < 0)
			result("a CPU", false);
	memcpy(guest->mem, guest->image, guest->image_len);
}

static int unpack(const struct guest *guest)
{
	uint64_t ipib = PARMS + word(guest, PARMS + 16), i;
	/* The count is the right half of a doubleword. */
	uint32_t count = (uint32_t)word(guest, ipib + IPIB_COUNT);

	for (i = 0; i < count; i++) {
		uint64_t entry = ipib + IPIB_ENTRIES + IPIB_ENTRY_LEN * i;
		struct kvm_s390_pv_unp part = {
			.tweak = word(guest, entry),
			.addr = word(guest, entry + 8),
			.size = (word(guest, entry + 16) + PAGE - 1) & ~(PAGE - 1),
		};

		if (pv(guest, KVM_PV_UNPACK, &part))
			return -1;
	}
	return 0;
}

static int start(struct guest *guest, int cpus)
{
	struct kvm_s390_pv_sec_parm parms;

	make(guest, cpus);
	parms.origin = (uintptr_t)guest->image + PARMS + word(guest, PARMS);
	parms.length = word(guest, PARMS + 8);
	if (pv(guest, KVM_PV_ENABLE, NULL) || pv(guest, KVM_PV_SET_SEC_PARMS, &parms))
		return -1;
	if (unpack(guest))
		return -1;
	return pv(guest, KVM_PV_VERIFY, NULL);
}

static uint64_t first_component(const struct guest *guest)
{
	return word(guest, PARMS + word(guest, PARMS + 16) + IPIB_ENTRIES + 8);
}

/* Host accesses to secure memory work and show ciphertext that is not the image's. */
static void accesses(const struct guest *guest)
{
	uint64_t addr = first_component(guest);
	uint8_t *page = guest->mem + addr;
	static uint8_t copy[4096], kernel[4096];
	int pipes[2];
	bool through;

	memcpy(copy, page, PAGE);
	result("user space reads a secure page, encrypted",
	       memcmp(copy, guest->image + addr, PAGE) != 0);
	result("and reads the same again", !memcmp(copy, page, PAGE));
	through = pipe(pipes) == 0 && write(pipes[1], page + PAGE, PAGE) == (ssize_t)PAGE &&
		  read(pipes[0], kernel, PAGE) == (ssize_t)PAGE;
	result("the kernel reads a secure page", through);
	result("encrypted, too", memcmp(kernel, guest->image + addr + PAGE, PAGE) != 0);
	page[3 * PAGE + 5] ^= 1;
	result("user space writes to a secure page", true);
	result("the kernel writes to a secure page",
	       write(pipes[1], copy, PAGE) == (ssize_t)PAGE &&
	       read(pipes[0], page + 4 * PAGE, PAGE) == (ssize_t)PAGE);
	close(pipes[0]);
	close(pipes[1]);
}

/* Secure pages go to swap space and come back. */
static void swapping(const struct guest *guest)
{
	size_t first = first_component(guest), len = 512 * PAGE, i, out = 0, same = 0;
	unsigned char resident[512];
	static uint8_t copy[4096];

	result("the kernel swaps secure pages out", !madvise(guest->mem + first, len, MADV_OUT));
	if (!mincore(guest->mem + first, len, resident))
		for (i = 0; i < 512; i++)
			out += !(resident[i] & 1);
	result("most of them are out", out > 256);
	printf("#   %zu of 512 pages are out\n", out);
	for (i = 0; i < 512; i++) {
		memcpy(copy, guest->mem + first + i * PAGE, PAGE);
		same += !memcmp(copy, guest->image + first + i * PAGE, PAGE);
	}
	result("they come back, none in the clear or as in the image", same == 0);
}

int main(int argc, char **argv)
{
	struct guest guest = { 0 };
	int cpus = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 0, status;
	pid_t child;

	if (argc < 2)
		return 2;
	load(&guest, argv[1]);
	guest.kvm = open("/dev/kvm", O_RDWR);
	result("/dev/kvm opens", guest.kvm >= 0);
	result("KVM offers protected guests",
	       ioctl(guest.kvm, KVM_CHECK_EXTENSION, KVM_CAP_S390_PROTECTED) == 1);
	if (failed)
		return 1;
	result("enable, parameters, unpack, verify", !start(&guest, cpus));
	if (failed && argc <= 3)
		return 1;
	if (argc > 3) {
		close(open(argv[3], O_CREAT | O_WRONLY, 0600));
		pause();
	}
	swapping(&guest);
	accesses(&guest);
	result("disable", !pv(&guest, KVM_PV_DISABLE, NULL));
	close(guest.vm);
	result("another one", !start(&guest, cpus));
	close(guest.vm);
	child = fork();
	if (!child)
		_exit(start(&guest, cpus) ? 1 : 0);
	result("a process exits while its guest is protected",
	       waitpid(child, &status, 0) == child && !status);
	return failed;
}

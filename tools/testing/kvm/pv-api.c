// SPDX-License-Identifier: GPL-2.0
/*
 * pv-api [VMS]: KVM's interface for protected VMs: what each command says in
 * each state, and to arguments that are wrong. No guest runs, no image is
 * needed. Then long headers, commands that race with each other, and VMS short lives
 * of VMs. With 0 these are left out: other kernels refuse a header above 8 KiB, and
 * lose memory when DISABLE meets a CPU that is being created.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "leak.h"
#include "vm.h"

#define GUEST_LEN	(16 * MIB)
#define NOWHERE		((void *)8UL)	/* an address that cannot be read */

static const char * const names[] = {
	"ENABLE", "DISABLE", "SET_SEC_PARMS", "UNPACK", "VERIFY", "PREP_RESET", "UNSHARE_ALL",
	"INFO", "DUMP", "ASYNC_CLEANUP_PREPARE", "ASYNC_CLEANUP_PERFORM",
};

static bool refused(int ret, int error)
{
	return ret == -1 && errno == error;
}

static void capabilities(void)
{
	static const struct {
		long cap;
		const char *name;
	} caps[] = {
		{ KVM_CAP_S390_PROTECTED, "PROTECTED" },
		{ KVM_CAP_S390_VCPU_RESETS, "VCPU_RESETS" },
	};

	for (size_t i = 0; i < sizeof(caps) / sizeof(caps[0]); i++)
		ok(NULL, ioctl(kvm_fd, KVM_CHECK_EXTENSION, caps[i].cap) == 1,
		   "KVM_CAP_S390_%s is there", caps[i].name);
}

static void ordinary_vm(void)
{
	/* Commands of asynchronous teardown are newer than the others. */
	const bool aside = kvm_has(CAP_PROTECTED_ASYNC);
	const uint32_t last = aside ? PV_SET_ASIDE : KVM_PV_DUMP;
	static uint8_t arg[4096];
	struct vm vm;

	vm_open(&vm, GUEST_LEN, 2);
	for (uint32_t cmd = KVM_PV_DISABLE; cmd <= last; cmd++)
		if (cmd != KVM_PV_INFO) {
			ok(&vm, refused(pv(&vm, cmd, arg), EINVAL) && !vm.rc,
			   "an ordinary VM refuses %s", names[cmd]);
			ok(&vm, refused(pv(&vm, cmd, NOWHERE), EINVAL) && !vm.rc,
			   "and looks at no argument of %s", names[cmd]);
		}
	ok(&vm, refused(pv(&vm, PV_DESTROY_ASIDE, NULL), aside ? EINVAL : ENOTTY),
	   "nothing has been set aside that could be destroyed");
	ok(&vm, refused(pv(&vm, PV_DESTROY_ASIDE + 1, arg), ENOTTY), "there is no next command");
	ok(&vm, refused(pv(&vm, UINT32_MAX, arg), ENOTTY), "there is no last command");
	ok(&vm, refused(pv_flags(&vm, KVM_PV_ENABLE, NULL, 1), EINVAL), "there are no flags");
	ok(&vm, refused(ioctl(vm.fd, KVM_S390_PV_COMMAND, NOWHERE), EFAULT),
	   "a command that cannot be read is a fault");
	ok(&vm, refused(pv_cpu(&vm, 0, KVM_PV_DUMP, arg), EINVAL), "an ordinary CPU refuses DUMP");
	ok(&vm, refused(pv_cpu(&vm, 0, KVM_PV_ENABLE, arg), EINVAL), "a CPU refuses ENABLE");
	vm_close(&vm);
}

static void info(void)
{
	struct kvm_s390_pv_info info = { .header.id = KVM_PV_INFO_VM };
	const uint32_t vm_len = sizeof(info.header) + sizeof(info.vm);
	const uint32_t dump_len = sizeof(info.header) + sizeof(info.dump);
	struct vm vm;

	vm_open(&vm, 0, 0);
	info.header.len_max = vm_len;
	ok(&vm, !pv(&vm, KVM_PV_INFO, &info) && info.header.len_written == vm_len,
	   "INFO of a VM without memory and CPUs");
	ok(&vm, info.vm.max_cpus > 1 && info.vm.max_guests > 0 && info.vm.max_guest_addr >> 31,
	   "its numbers are sensible");
	ok(&vm, info.vm.inst_calls_list[0] >> 60 == 0xf, "the basic calls are installed");
	info.header.len_max = vm_len - 1;
	ok(&vm, refused(pv(&vm, KVM_PV_INFO, &info), EINVAL), "INFO into a buffer too short");
	info.header.len_max = sizeof(info);
	info.header.id = KVM_PV_INFO_DUMP;
	ok(&vm, !pv(&vm, KVM_PV_INFO, &info) && info.header.len_written == dump_len,
	   "INFO for dumps");
	info.header.id = 2;
	ok(&vm, refused(pv(&vm, KVM_PV_INFO, &info), EINVAL), "INFO of something else");
	ok(&vm, refused(pv(&vm, KVM_PV_INFO, NOWHERE), EFAULT), "INFO to nowhere");
	vm_close(&vm);
}

static void header(struct vm *vm)
{
	struct kvm_s390_pv_sec_parm parm = { .origin = (uint64_t)vm->mem, .length = MIB + 1 };

	ok(vm, refused(pv(vm, KVM_PV_SET_SEC_PARMS, NOWHERE), EFAULT),
	   "SET_SEC_PARMS without argument");
	ok(vm, refused(pv(vm, KVM_PV_SET_SEC_PARMS, &parm), EINVAL) && !vm->rc,
	   "a header above 1 MiB never gets to the ultravisor");
	parm.length = 4096;
	parm.origin = 8;
	ok(vm, refused(pv(vm, KVM_PV_SET_SEC_PARMS, &parm), EFAULT) && !vm->rc,
	   "a header that cannot be read is a fault");
	memset(vm->mem, 0x5a, GUEST_PAGE);
	parm.origin = (uint64_t)vm->mem;
	ok(vm, refused(pv(vm, KVM_PV_SET_SEC_PARMS, &parm), EINVAL) && vm->rc > 1,
	   "the ultravisor refuses a header of nonsense and says why");
}

#define CGROUP	"/sys/fs/cgroup/"

static bool write_text(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");

	if (!f)
		return false;
	fputs(text, f);
	return !fclose(f);
}

/* The most that was ever charged to the memory cgroup of the test, or -1 */
static long charged(void)
{
	FILE *f = fopen(CGROUP "pv-api/memory.peak", "re");
	char line[32];
	long bytes = -1;

	if (f && fgets(line, sizeof(line), f))
		bytes = strtol(line, NULL, 10);
	if (f)
		fclose(f);
	return bytes;
}

/* Headers have grown with the keys and secrets that they carry. */
static void long_header(void)
{
	struct kvm_s390_pv_sec_parm parm = { .length = MIB };
	struct vm vm;
	bool moved;
	long before;

	vm_open(&vm, GUEST_LEN, 0);
	parm.origin = (uint64_t)vm.mem;
	memset(vm.mem, 0x5a, MIB);
	ok(&vm, !pv(&vm, KVM_PV_ENABLE, NULL), "ENABLE");
	mkdir(CGROUP "pv-api", 0755);
	moved = write_text(CGROUP "cgroup.subtree_control", "+memory") &&
		write_text(CGROUP "pv-api/cgroup.procs", "0");
	before = charged();
	ok(&vm, refused(pv(&vm, KVM_PV_SET_SEC_PARMS, &parm), EINVAL) && vm.rc > 1,
	   "a header of 1 MiB gets to the ultravisor");
	/* Some is charged in advance. */
	if (moved && before >= 0)
		ok(NULL, charged() >= before + (long)MIB / 2,
		   "the copy is charged to the memory cgroup (%ld bytes)", charged() - before);
	write_text(CGROUP "cgroup.procs", "0");
	rmdir(CGROUP "pv-api");
	vm_close(&vm);
}

static void unpack(struct vm *vm)
{
	static const struct {
		uint64_t addr;
		uint64_t size;
		int error;
		const char *what;
	} cases[] = {
		{ 0, 0, EINVAL, "nothing" },
		{ 1, 4096, EINVAL, "a page that does not begin at one" },
		{ 0, 4095, EINVAL, "less than a page" },
		{ GUEST_LEN, 4096, EFAULT, "beyond memory" },
		{ -4096UL, 4096, EFAULT, "the last page that there could be" },
	};
	struct kvm_s390_pv_unp unp;

	ok(vm, refused(pv(vm, KVM_PV_UNPACK, NOWHERE), EFAULT), "UNPACK without argument");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unp = (struct kvm_s390_pv_unp){ .addr = cases[i].addr, .size = cases[i].size };
		ok(vm, refused(pv(vm, KVM_PV_UNPACK, &unp), cases[i].error), "UNPACK of %s",
		   cases[i].what);
	}
	unp = (struct kvm_s390_pv_unp){ .size = GUEST_PAGE };
	ok(vm, refused(pv(vm, KVM_PV_UNPACK, &unp), EINVAL) && vm->rc > 1,
	   "UNPACK before there is a header");
}

static void protected_vm(void)
{
	struct kvm_s390_pv_dmp dump = { .subcmd = KVM_PV_DUMP_COMPLETE, .buff_len = 1 << 20 };
	struct vm vm;

	vm_open(&vm, GUEST_LEN, 2);
	dump.buff_addr = (uint64_t)vm.mem;
	if (!ok(&vm, !pv(&vm, KVM_PV_ENABLE, NULL) && vm.rc == 1, "ENABLE"))
		goto out;
	ok(&vm, refused(pv(&vm, KVM_PV_ENABLE, NULL), EINVAL), "ENABLE of a protected VM");
	header(&vm);
	unpack(&vm);
	ok(&vm, refused(pv(&vm, KVM_PV_VERIFY, NULL), EINVAL) && vm.rc > 1,
	   "VERIFY before there is an image");
	ok(&vm, refused(pv(&vm, KVM_PV_DUMP, &dump), EINVAL) && !vm.rc,
	   "no dump to complete");
	dump.subcmd = KVM_PV_DUMP_CONFIG_STOR_STATE;
	ok(&vm, refused(pv(&vm, KVM_PV_DUMP, &dump), EINVAL) && !vm.rc, "no dump to go on with");
	dump.subcmd = KVM_PV_DUMP_CPU;
	ok(&vm, refused(pv(&vm, KVM_PV_DUMP, &dump), ENOTTY), "a VM is not a CPU to dump");
	ok(&vm, refused(pv_cpu(&vm, 0, KVM_PV_DUMP, &dump), EINVAL), "no dump of a CPU");
	ok(&vm, refused(vm_set_memory(&vm, 1, GUEST_LEN, GUEST_LEN), EINVAL),
	   "a protected VM gets no more memory");
	ok(&vm, refused(vm_set_memory(&vm, 0, 0, 0), EINVAL), "nor less");
	ok(&vm, vm_add_cpu(&vm) >= 0, "it gets a third CPU");
	ok(&vm, !pv(&vm, KVM_PV_DISABLE, NULL) && vm.rc == 1, "DISABLE");
	ok(&vm, refused(pv(&vm, KVM_PV_DISABLE, NULL), EINVAL), "DISABLE of an ordinary VM");
	ok(&vm, !vm_set_memory(&vm, 1, 2 * GUEST_LEN, GUEST_LEN), "it gets memory again");
	ok(&vm, !pv(&vm, KVM_PV_ENABLE, NULL), "ENABLE with more memory and CPUs");
out:
	vm_close(&vm);
	ok(NULL, true, "closed while protected");
}

static void *destroy_aside(void *arg)
{
	return (void *)(long)pv(arg, PV_DESTROY_ASIDE, NULL);
}

static void set_aside(void)
{
	struct vm vm, copy;
	pthread_t thread;
	void *ret;

	vm_open(&vm, GUEST_LEN, 2);
	ok(&vm, !pv(&vm, KVM_PV_ENABLE, NULL), "ENABLE");
	ok(&vm, !pv(&vm, PV_SET_ASIDE, NULL) && vm.rc == 1, "ASYNC_CLEANUP_PREPARE");
	ok(&vm, refused(pv(&vm, KVM_PV_DISABLE, NULL), EINVAL), "the VM is ordinary");
	ok(&vm, !pv(&vm, KVM_PV_ENABLE, NULL), "ENABLE with one set aside");
	ok(&vm, refused(pv(&vm, PV_SET_ASIDE, NULL), EINVAL), "a second one is not set aside");
	copy = vm;
	pthread_create(&thread, NULL, destroy_aside, &copy);
	pthread_join(thread, &ret);
	ok(&copy, !ret, "ASYNC_CLEANUP_PERFORM in another thread");
	ok(&vm, refused(pv(&vm, PV_DESTROY_ASIDE, NULL), EINVAL), "nothing is left to destroy");
	ok(&vm, !pv(&vm, KVM_PV_DISABLE, NULL), "DISABLE");
	ok(&vm, !pv(&vm, KVM_PV_ENABLE, NULL), "ENABLE once more");
	ok(&vm, !pv(&vm, PV_SET_ASIDE, NULL), "set aside for the end of the VM");
	vm_close(&vm);
}

static int live(int count)
{
	struct vm vm;
	int life;

	for (life = 0; life < count; life++) {
		vm_open(&vm, GUEST_LEN, 2);
		if (pv(&vm, KVM_PV_ENABLE, NULL) ||
		    (life & 1 && pv(&vm, KVM_PV_DISABLE, NULL)))
			break;
		vm_close(&vm);
	}
	return life;
}

/*
 * The kernel keeps freed pages in lists of each CPU, a MiB or two that come and
 * go by themselves; what is leaked is lost in every round. A leak of the
 * smallest donation would be 4 kB for each VM.
 */
static void lives(int count)
{
	long lost = LONG_MAX;
	bool all;

	/* The first ones fill the kernel's caches. */
	all = live(count) == count;
	for (int round = 0; round < 3 && all && lost >= 2L * count; round++) {
		lost = memory_available();
		all = live(count) == count;
		lost -= memory_available();
	}
	ok(NULL, all, "%d VMs come and go", count);
	if (leak_shows())
		ok(NULL, lost < 2L * count, "and the host has its memory back (%ld kB less)", lost);
}

static void live_to_stage(int stage)
{
	static const uint32_t commands[] = { KVM_PV_ENABLE, PV_SET_ASIDE, KVM_PV_ENABLE };
	struct vm vm;

	vm_open(&vm, GUEST_LEN, 2);
	memset(vm.mem, 1, vm.len);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]) && (int)i < stage; i++)
		if (pv(&vm, commands[i], NULL))
			_exit(1);
}

/* The parent sees only that the host goes on. */
static void kill_stages(void)
{
	const int stages = kvm_has(CAP_PROTECTED_ASYNC) ? 4 : 2;

	for (int stage = 0; stage < stages; stage++)
		ok(NULL, killed_at(stage, live_to_stage), "killed at stage %d", stage);
}

struct race {
	struct vm *vm;
	volatile bool stop;
	long turns;
	long odd;	/* errors that no order of events explains */
};

static void *toggle(void *arg)
{
	struct race *race = arg;
	struct vm vm = *race->vm;

	while (!race->stop) {
		if (pv(&vm, race->turns & 1 ? KVM_PV_DISABLE : KVM_PV_ENABLE, NULL) &&
		    errno != EINVAL && errno != EBUSY)
			race->odd++;
		race->turns++;
	}
	return NULL;
}

static void races(void)
{
	struct race race[2];
	pthread_t thread[2];
	struct vm vm;

	vm_open(&vm, GUEST_LEN, 1);
	for (int i = 0; i < 2; i++) {
		race[i] = (struct race){ .vm = &vm };
		pthread_create(&thread[i], NULL, toggle, &race[i]);
	}
	while (vm.cpus < 32)
		if (vm_add_cpu(&vm) < 0) {
			ok(&vm, false, "CPU %d", vm.cpus);
			break;
		}
	usleep(200000);
	for (int i = 0; i < 2; i++) {
		race[i].stop = true;
		pthread_join(thread[i], NULL);
		ok(NULL, !race[i].odd && race[i].turns, "thread %d: %ld turns, %ld odd errors", i,
		   race[i].turns, race[i].odd);
	}
	pv(&vm, KVM_PV_DISABLE, NULL);
	ok(&vm, !pv(&vm, KVM_PV_ENABLE, NULL), "ENABLE after the races");
	ok(&vm, !pv(&vm, KVM_PV_DISABLE, NULL), "DISABLE after the races");
	vm_close(&vm);
}

int main(int argc, char **argv)
{
	const int vms = argc > 1 ? (int)strtol(argv[1], NULL, 0) : 300;

	puts("TAP version 13");
	if (!kvm_open())
		skip_all("no /dev/kvm");
	if (!host_is_protected())
		skip_all("this host cannot run protected VMs (prot_virt=1?)");
	capabilities();
	ordinary_vm();
	info();
	protected_vm();
	if (kvm_has(CAP_PROTECTED_ASYNC))
		set_aside();
	kill_stages();
	if (vms > 0) {
		long_header();
		races();
		lives(vms);
	}
	return finish();
}

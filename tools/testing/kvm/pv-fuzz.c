// SPDX-License-Identifier: GPL-2.0
/*
 * pv-fuzz [-s SEED] [-t SECONDS] IMAGE: throws random and mutated commands at
 * KVM's interface for protected VMs, from several threads at VMs that they
 * share, while CPUs of these run. Every round is a process of its own, and some are killed.
 *
 * The same seed makes each thread do the same; what comes of it depends on how
 * threads meet. IMAGE must be made for the host that this runs on.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "fuzz.h"
#include "image.h"
#include "leak.h"

#define THREADS		4
#define VMS		3
#define MAX_CPUS	12
#define GUEST_LEN	(8 * MIB)	/* room for what the guest shares */
#define ROUND_TURNS	300	/* of each thread */
#define MAX_TIMES	1000000	/* that a read-only page is written to in vain */
#define LOST_KB		1024	/* noise; a leak in each round would be more */

static struct image image;

/* A VM that threads share: they may find it closed, and its CPUs too. */
static struct vm vms[VMS];
static pthread_mutex_t vms_lock = PTHREAD_MUTEX_INITIALIZER;

static int command(struct fuzzer *fuzzer, int fd, unsigned long request, uint32_t cmd, void *arg)
{
	struct kvm_pv_cmd pv_cmd = { .cmd = cmd, .data = (uint64_t)arg };
	int ret;

	if (one_in(fuzzer, 50))
		mutate(fuzzer, &pv_cmd.data);
	if (one_in(fuzzer, 50))
		mutate_bytes(fuzzer, &pv_cmd, sizeof(pv_cmd));
	ret = ioctl(fd, request, &pv_cmd);
	fuzzer->calls++;
	fuzzer->done += !ret;
	return ret;
}

static int pv_fuzz(struct fuzzer *fuzzer, const struct vm *vm, uint32_t cmd, void *arg)
{
	return command(fuzzer, vm->fd, KVM_S390_PV_COMMAND, cmd, arg);
}

static void do_header(struct fuzzer *fuzzer, const struct vm *vm)
{
	uint8_t header[2 * GUEST_PAGE];
	struct kvm_s390_pv_sec_parm parm = { .length = image.header_len };

	memcpy(header, image.data + image.header, image.header_len);
	mutate_bytes(fuzzer, header, image.header_len);
	parm.origin = (uint64_t)header;
	mutate(fuzzer, &parm.origin);
	mutate(fuzzer, &parm.length);
	pv_fuzz(fuzzer, vm, KVM_PV_SET_SEC_PARMS, &parm);
}

static void do_unpack(struct fuzzer *fuzzer, const struct vm *vm)
{
	struct kvm_s390_pv_unp unp = image.part[below(fuzzer, image.parts)];

	mutate(fuzzer, &unp.addr);
	mutate(fuzzer, &unp.size);
	mutate(fuzzer, &unp.tweak);
	pv_fuzz(fuzzer, vm, KVM_PV_UNPACK, &unp);
}

static void do_info(struct fuzzer *fuzzer, const struct vm *vm)
{
	struct kvm_s390_pv_info info = {
		.header.id = (uint32_t)below(fuzzer, 3),
		.header.len_max = sizeof(info),
	};

	mutate_bytes(fuzzer, &info, sizeof(info));
	pv_fuzz(fuzzer, vm, KVM_PV_INFO, &info);
}

static void do_dump(struct fuzzer *fuzzer, const struct vm *vm)
{
	static const uint64_t lengths[] = { 0, 1, 4096, 8192, 1 << 16, 1 << 20, 1 << 24 };
	struct kvm_s390_pv_dmp dump = {
		.subcmd = below(fuzzer, 5),
		.buff_addr = (uint64_t)vm->mem,
		.buff_len = lengths[below(fuzzer, 7)],
		.gaddr = below(fuzzer, 4) * MIB,
	};

	mutate(fuzzer, &dump.buff_addr);
	mutate(fuzzer, &dump.buff_len);
	mutate(fuzzer, &dump.gaddr);
	if (vm->cpus && one_in(fuzzer, 2))
		command(fuzzer, vm->cpu[below(fuzzer, (uint64_t)vm->cpus)], KVM_S390_PV_CPU_COMMAND,
			KVM_PV_DUMP, &dump);
	else
		pv_fuzz(fuzzer, vm, KVM_PV_DUMP, &dump);
}

/* The whole way, so that there is something to go wrong later */
static void do_start(struct fuzzer *fuzzer, const struct vm *vm)
{
	struct vm copy = *vm;

	fuzzer->calls++;
	fuzzer->done += !image_start(&image, &copy);
	if (!one_in(fuzzer, 4))
		fuzz_load(fuzzer, vm);
}

static void do_memory(struct fuzzer *fuzzer, struct vm *vm)
{
	const size_t offset = below(fuzzer, vm->len) & -GUEST_PAGE;
	uint8_t *page = vm->mem + offset;
	volatile uint8_t *byte = page;

	switch (below(fuzzer, 5)) {
	case 0:
		madvise(page, vm->len - offset, MADV_DONTNEED);
		break;
	case 1:
		(*byte)++;
		break;
	case 2:
		mprotect(page, GUEST_PAGE, PROT_READ);
		mprotect(page, GUEST_PAGE, PROT_READ | PROT_WRITE);
		break;
	case 3:
		vm_set_memory(vm, (int)below(fuzzer, 2), below(fuzzer, 4) * MIB,
			      one_in(fuzzer, 3) ? vm->len : below(fuzzer, 3) * MIB);
		break;
	case 4:
		memcpy(page, image.data, GUEST_PAGE);
		break;
	}
}

static void do_cpu(struct fuzzer *fuzzer, const struct vm *vm)
{
	static const uint32_t states[] = { KVM_MP_STATE_STOPPED, KVM_MP_STATE_OPERATING,
					   KVM_MP_STATE_LOAD, KVM_MP_STATE_CHECK_STOP };
	static const unsigned long resets[] = { KVM_S390_NORMAL_RESET, KVM_S390_INITIAL_RESET,
						KVM_S390_CLEAR_RESET };
	uint8_t buffer[64] = { 0 };
	struct kvm_s390_mem_op mem_op = {
		.op = KVM_S390_MEMOP_SIDA_READ + (uint32_t)below(fuzzer, 2),
		.size = sizeof(buffer),
		.buf = (uint64_t)buffer,
		.sida_offset = (uint32_t)below(fuzzer, 4200),
	};
	struct kvm_mp_state state = { .mp_state = states[below(fuzzer, 4)] };
	int cpu;

	if (!vm->cpus)
		return;
	cpu = vm->cpu[below(fuzzer, (uint64_t)vm->cpus)];
	switch (below(fuzzer, 3)) {
	case 0:
		ioctl(cpu, KVM_SET_MP_STATE, &state);
		break;
	case 1:
		ioctl(cpu, resets[below(fuzzer, 3)], 0);
		break;
	case 2:
		ioctl(cpu, KVM_S390_MEM_OP, &mem_op);
		break;
	}
}

/* Others, whose file descriptor is out of date, may be quicker than this. */
static void open_vm(struct fuzzer *fuzzer, struct vm *vm)
{
	int cpus = (int)below(fuzzer, 3);

	vm->fd = ioctl(kvm_fd, KVM_CREATE_VM, 0);
	vm_set_memory(vm, 0, 0, vm->len);
	while (cpus-- && vm_add_cpu(vm) >= 0)
		;
}

/* Close a VM, or open one where there is none, or give it another CPU. */
static void change_vm(struct fuzzer *fuzzer, struct vm *vm)
{
	pthread_mutex_lock(&vms_lock);
	if (vm->fd < 0) {
		open_vm(fuzzer, vm);
	} else if (vm->cpus < MAX_CPUS && !one_in(fuzzer, 3)) {
		vm_add_cpu(vm);
	} else {
		while (vm->cpus)
			close(vm->cpu[--vm->cpus]);
		close(vm->fd);
		vm->fd = -1;
	}
	pthread_mutex_unlock(&vms_lock);
}

static void turn(struct fuzzer *fuzzer)
{
	struct vm *shared = &vms[below(fuzzer, VMS)], vm;
	const uint64_t what = below(fuzzer, 100);

	if (what < 6) {
		change_vm(fuzzer, shared);
		return;
	}
	pthread_mutex_lock(&vms_lock);
	vm = *shared;
	pthread_mutex_unlock(&vms_lock);
	if (vm.fd < 0)
		return;
	if (what < 36)
		pv_fuzz(fuzzer, &vm, (uint32_t)below(fuzzer, PV_DESTROY_ASIDE + 1), &vm);
	else if (what < 46)
		do_header(fuzzer, &vm);
	else if (what < 53)
		do_unpack(fuzzer, &vm);
	else if (what < 56)
		do_info(fuzzer, &vm);
	else if (what < 64)
		do_dump(fuzzer, &vm);
	else if (what < 72)
		do_cpu(fuzzer, &vm);
	else if (what < 80)
		do_memory(fuzzer, &vm);
	else if (what < 84)
		fuzz_code(fuzzer, &vm);
	else if (what < 88)
		fuzz_interrupt(fuzzer, &vm);
	else if (what < 94)
		fuzz_run(fuzzer, &vm);
	else
		do_start(fuzzer, &vm);
}

static void *thread(void *arg)
{
	fuzz_signals();
	for (int i = 0; i < ROUND_TURNS; i++)
		turn(arg);
	return NULL;
}

/*
 * Another thread has made a page read-only; it is not for long. And KVM sends
 * this signal when a guest cannot have a page back that was changed.
 */
static void try_again(int sig, siginfo_t *info, void *context)
{
	static atomic_int times;

	(void)context;
	if (info->si_code == SI_USER)
		return;
	if (info->si_code != SEGV_ACCERR || atomic_fetch_add(&times, 1) == MAX_TIMES)
		signal(sig, SIG_DFL);
}

/* In a process of its own; its exit status says how much was accepted. */
static void round_of(uint64_t seed)
{
	const struct sigaction action = {
		.sa_sigaction = try_again,
		.sa_flags = SA_SIGINFO,
	};
	struct fuzzer fuzzer[THREADS];
	pthread_t threads[THREADS];
	long calls = 0, done = 0;

	sigaction(SIGSEGV, &action, NULL);
	for (int i = 0; i < VMS; i++)
		vms[i] = (struct vm){ .fd = -1, .mem = vm_alloc(GUEST_LEN), .len = GUEST_LEN };
	for (int i = 0; i < THREADS; i++) {
		fuzzer[i] = (struct fuzzer){ .state = seed * THREADS + (uint64_t)i };
		pthread_create(&threads[i], NULL, thread, &fuzzer[i]);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		calls += fuzzer[i].calls;
		done += fuzzer[i].done;
	}
	_exit(calls && done ? 0 : 1);
}

static bool run_round(uint64_t seed)
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (!pid)
		round_of(seed);
	/* Every fourth one does not come to its end. */
	if (seed % 4 == 3) {
		usleep((useconds_t)(seed * 7919 % 300000));
		kill(pid, SIGKILL);
	}
	if (waitpid(pid, &status, 0) != pid)
		return false;
	if (!status || (seed % 4 == 3 && WIFSIGNALED(status)))
		return true;
	printf("# seed %lu: status 0x%x\n", seed, status);
	return false;
}

int main(int argc, char **argv)
{
	uint64_t seed = (uint64_t)time(NULL), first, good = 0;
	struct leak leak = { 0 };
	time_t seconds = 20, end, measure;
	long lost;
	int opt;

	puts("TAP version 13");
	while ((opt = getopt(argc, argv, "s:t:")) != -1) {
		if (opt == 's')
			seed = strtoull(optarg, NULL, 0);
		else if (opt == 't')
			seconds = strtol(optarg, NULL, 0);
		else
			return 2;
	}
	if (optind + 1 != argc || !image_load(&image, argv[optind]))
		skip_all("no image (pv-fuzz [-s SEED] [-t SECONDS] IMAGE)");
	if (!kvm_open())
		skip_all("no /dev/kvm");
	if (!host_is_protected())
		skip_all("this host cannot run protected VMs (prot_virt=1?)");
	first = seed;
	printf("# seed %lu, %ld s\n", first, (long)seconds);
	measure = time(NULL);
	end = measure + seconds;
	while (time(NULL) < end || leak.rounds < 8) {
		good += run_round(seed++);
		if (time(NULL) >= measure) {
			leak_round(&leak);
			measure += seconds / (LEAK_ROUNDS - 1);
		}
	}
	ok(NULL, good == seed - first, "%lu rounds, %lu of them good", seed - first, good);
	lost = leak_lost(&leak);
	if (leak_shows())
		ok(NULL, lost < LOST_KB, "the host does not lose memory by that (%ld kB)", lost);
	return finish();
}

// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include "run.h"

static void give_up(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

static void map_cpu(struct guest *guest, int cpu)
{
	const int len = ioctl(kvm_fd, KVM_GET_VCPU_MMAP_SIZE, 0);

	guest->run[cpu] = mmap(NULL, (size_t)len, PROT_READ | PROT_WRITE, MAP_SHARED,
			       guest->vm.cpu[cpu], 0);
	if (guest->run[cpu] == MAP_FAILED)
		give_up("mmap of a CPU");
}

void guest_open(struct guest *guest, int cpus)
{
	struct kvm_enable_cap cap = { .cap = KVM_CAP_S390_USER_STSI };

	vm_open(&guest->vm, GUEST_SIZE, cpus);
	if (ioctl(guest->vm.fd, KVM_ENABLE_CAP, &cap))
		give_up("KVM_CAP_S390_USER_STSI");
	for (int cpu = 0; cpu < cpus; cpu++)
		map_cpu(guest, cpu);
	guest->shared = (struct shared *)(guest->vm.mem + GUEST_SHARED);
}

bool guest_add_cpu(struct guest *guest)
{
	if (vm_add_cpu(&guest->vm) < 0)
		return false;
	map_cpu(guest, guest->vm.cpus - 1);
	return true;
}

void guest_close(struct guest *guest)
{
	for (int cpu = 0; cpu < guest->vm.cpus; cpu++)
		munmap(guest->run[cpu], (size_t)ioctl(kvm_fd, KVM_GET_VCPU_MMAP_SIZE, 0));
	vm_close(&guest->vm);
}

int guest_set_state(struct guest *guest, int cpu, uint32_t state)
{
	struct kvm_mp_state mp_state = { .mp_state = state };

	return ioctl(guest->vm.cpu[cpu], KVM_SET_MP_STATE, &mp_state);
}

int guest_run(struct guest *guest, int cpu)
{
	int ret;

	alarm(PATIENCE);
	do {
		ret = ioctl(guest->vm.cpu[cpu], KVM_RUN, 0);
	} while (ret && errno == EINTR);
	alarm(0);
	return ret ? -errno : (int)guest->run[cpu]->exit_reason;
}

bool guest_exits(const struct guest *guest, int cpu, int icptcode)
{
	const struct kvm_run *run = guest->run[cpu];

	return run->exit_reason == KVM_EXIT_S390_SIEIC && run->s390_sieic.icptcode == icptcode;
}

bool guest_asks(const struct guest *guest, int cpu)
{
	const struct kvm_run *run = guest->run[cpu];
	const __u64 *gprs = run->s.regs.gprs;

	return guest_exits(guest, cpu, ICPT_PV) && run->s390_sieic.ipa == IPA_DIAG &&
	       run->s390_sieic.ipb == IPB_DIAG && gprs[5] == DIAG_ASK &&
	       gprs[1] == ASK_FUNCTION &&
	       gprs[2] == WHY_ORDER && gprs[3] == (uint64_t)cpu;
}

bool guest_start(struct guest *guest, const struct image *image)
{
	/* Firmware wants to know where to begin before that a CPU begins. */
	return !image_start(image, &guest->vm) &&
	       !guest_set_state(guest, 0, KVM_MP_STATE_LOAD) &&
	       !guest_set_state(guest, 0, KVM_MP_STATE_OPERATING) &&
	       guest_run(guest, 0) >= 0 && guest_asks(guest, 0);
}

bool guest_restarts(const struct guest *guest)
{
	return guest_exits(guest, 0, ICPT_PV) && guest->run[0]->s390_sieic.ipa >> 8 == IPA_SIGP;
}

void guest_accept_sigp(struct guest *guest)
{
	guest->run[0]->psw_mask &= ~(3UL << 44);	/* cc 0 */
}

bool guest_start_second(struct guest *guest)
{
	if (!guest_do(guest, 0, ORDER_SIGP, 1, SIGP_PREFIX, GUEST_LOWCORE))
		return false;
	guest_order(guest, 0, ORDER_SIGP, 1, SIGP_RESTART, 0);
	if (guest_run(guest, 0) < 0 || !guest_restarts(guest) ||
	    guest_set_state(guest, 1, KVM_MP_STATE_OPERATING))
		return false;
	guest_accept_sigp(guest);
	return guest_run(guest, 0) >= 0 && guest_asks(guest, 0) && guest_run(guest, 1) >= 0 &&
	       guest_asks(guest, 1);
}

void guest_order(struct guest *guest, int cpu, unsigned long order, unsigned long arg0,
		 unsigned long arg1, unsigned long arg2)
{
	volatile struct shared *shared = guest->shared;

	shared->cpu[cpu].arg[0] = arg0;
	shared->cpu[cpu].arg[1] = arg1;
	shared->cpu[cpu].arg[2] = arg2;
	guest->run[cpu]->s.regs.gprs[2] = order;
	guest->run[cpu]->kvm_dirty_regs |= KVM_SYNC_GPRS;
}

bool guest_do(struct guest *guest, int cpu, unsigned long order, unsigned long arg0,
	      unsigned long arg1, unsigned long arg2)
{
	guest_order(guest, cpu, order, arg0, arg1, arg2);
	return guest_run(guest, cpu) >= 0 && guest_asks(guest, cpu);
}

unsigned long guest_result(const struct guest *guest, int cpu, int number)
{
	return guest->shared->cpu[cpu].result[number];
}

void guest_show(const struct guest *guest, int cpu)
{
	const struct kvm_run *run = guest->run[cpu];

	printf("# CPU %d: exit reason %u, interception 0x%x, ipa 0x%04x, ipb 0x%08x\n", cpu,
	       run->exit_reason, run->s390_sieic.icptcode, run->s390_sieic.ipa,
	       run->s390_sieic.ipb);
	printf("# GR1 %llx, GR2 %llx, GR3 %llx; PSW %llx %llx; result 0x%lx\n",
	       run->s.regs.gprs[1], run->s.regs.gprs[2], run->s.regs.gprs[3], run->psw_mask,
	       run->psw_addr, guest->shared->cpu[cpu].result[0]);
}

uint64_t guest_differences(const struct guest *guest, unsigned long addr, uint64_t seed)
{
	const uint64_t *page = (const uint64_t *)(guest->vm.mem + addr);
	uint64_t count = 0;

	for (size_t i = 0; i < GUEST_PAGE / sizeof(*page); i++) {
		seed = seed * 6364136223846793005UL + 1442695040888963407UL;
		count += page[i] != seed;
	}
	return count;
}

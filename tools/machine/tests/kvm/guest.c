// SPDX-License-Identifier: GPL-2.0
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

static int tests, failed_now;
static const char *current;

static void fatal(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

void test_begin(const char *name)
{
	current = name;
	failed_now = 0;
}

void test_end(void)
{
	printf("%s %d - %s\n", failed_now ? "not ok" : "ok", ++tests, current);
	fflush(stdout);
}

void test_skip(const char *name, const char *why)
{
	printf("ok %d - %s # SKIP %s\n", ++tests, name, why);
}

void test_plan(void)
{
	printf("1..%d\n", tests);
}

void expect_u64(const char *what, uint64_t got, uint64_t want, int line)
{
	if (got == want)
		return;
	failed_now++;
	printf("# %s, line %d: %s is 0x%llx, not 0x%llx\n", current, line, what,
	       (unsigned long long)got, (unsigned long long)want);
}

/* Every interruption leads to a DIAGNOSE that tells which it was. */
void guest_handlers(void *mem)
{
	struct lowcore *lc = mem;
	int kind;

	for (kind = 0; kind < 6; kind++) {
		uint64_t handler = GUEST_HANDLER + kind * 0x100;
		uint16_t diag[] = { 0x8300, 0x0500 + kind };

		lc->new_psw[kind][0] = PSW_64;
		lc->new_psw[kind][1] = handler;
		memcpy((char *)mem + handler, diag, sizeof(diag));
	}
}

static void make_vm(struct guest *g, unsigned long type)
{
	int kvm = open("/dev/kvm", O_RDWR);

	memset(g, 0, sizeof(*g));
	if (kvm < 0)
		fatal("/dev/kvm");
	g->vm = ioctl(kvm, KVM_CREATE_VM, type);
	if (g->vm < 0)
		fatal("KVM_CREATE_VM");
	g->run_size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	close(kvm);
	/* Mappings start and end at segments of 1 MiB. */
	g->mem = mmap((void *)0x200000000, GUEST_SIZE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	if (g->mem == MAP_FAILED)
		fatal("mmap");
	guest_handlers(g->mem);
}

static void make_cpu(struct guest *g)
{
	g->cpu = ioctl(g->vm, KVM_CREATE_VCPU, g->number);
	if (g->cpu < 0)
		fatal("KVM_CREATE_VCPU");
	g->run = mmap(NULL, g->run_size, PROT_READ | PROT_WRITE, MAP_SHARED, g->cpu, 0);
	if (g->run == MAP_FAILED)
		fatal("mmap");
	/* While the CPU runs it is too late for that. */
	g->stats = ioctl(g->cpu, KVM_GET_STATS_FD, NULL);
	if (g->stats < 0)
		fatal("KVM_GET_STATS_FD");
}

void guest_make(struct guest *g)
{
	struct kvm_s390_ucas_mapping map = { 0 };

	make_vm(g, KVM_VM_S390_UCONTROL);
	make_cpu(g);
	g->sd = mmap(NULL, getpagesize(), PROT_READ | PROT_WRITE, MAP_SHARED, g->cpu,
		     KVM_S390_SIE_PAGE_OFFSET * getpagesize());
	if (g->sd == MAP_FAILED)
		fatal("mmap");
	map.user_addr = (uintptr_t)g->mem;
	map.length = GUEST_SIZE;
	if (ioctl(g->cpu, KVM_S390_UCAS_MAP, &map))
		fatal("KVM_S390_UCAS_MAP");
}

void guest_make_ordinary(struct guest *g)
{
	struct kvm_userspace_memory_region region = { .memory_size = GUEST_SIZE };
	struct kvm_s390_vm_cpu_feat features;
	struct kvm_device_attr model = {
		.group = KVM_S390_VM_CPU_MODEL,
		.attr = KVM_S390_VM_CPU_MACHINE_FEAT,
		.addr = (uintptr_t)&features,
	};

	make_vm(g, 0);
	region.userspace_addr = (uintptr_t)g->mem;
	if (ioctl(g->vm, KVM_SET_USER_MEMORY_REGION, &region))
		fatal("KVM_SET_USER_MEMORY_REGION");
	if (ioctl(g->vm, KVM_GET_DEVICE_ATTR, &model))
		fatal("features of the machine");
	model.attr = KVM_S390_VM_CPU_PROCESSOR_FEAT;
	if (ioctl(g->vm, KVM_SET_DEVICE_ATTR, &model))
		fatal("features of the guest");
	make_cpu(g);
}

void guest_add_cpu(struct guest *g, const struct guest *first, unsigned int number)
{
	*g = *first;
	g->number = number;
	make_cpu(g);
}

void guest_free_cpu(struct guest *g)
{
	munmap(g->run, g->run_size);
	close(g->stats);
	close(g->cpu);
}

void guest_free(struct guest *g)
{
	munmap(g->mem, GUEST_SIZE);
	if (g->sd)
		munmap(g->sd, getpagesize());
	guest_free_cpu(g);
	close(g->vm);
}

uint64_t guest_stat(struct guest *g, const char *name)
{
	char desc[sizeof(struct kvm_stats_desc) + 256];
	struct kvm_stats_desc *found = (void *)desc;
	struct kvm_stats_header header;
	int fd = g->stats;
	uint64_t value = 0;
	unsigned int i;
	size_t size;

	if (pread(fd, &header, sizeof(header), 0) != sizeof(header))
		fatal("statistics");
	size = sizeof(*found) + header.name_size;
	for (i = 0; i < header.num_desc; i++) {
		if (pread(fd, desc, size, header.desc_offset + i * size) != (ssize_t)size)
			fatal("statistics");
		if (strcmp(found->name, name) != 0)
			continue;
		if (pread(fd, &value, 8, header.data_offset + found->offset) != 8)
			fatal(name);
		return value;
	}
	errno = ENOENT;
	fatal(name);
	return 0;
}

struct lowcore *guest_lowcore(struct guest *g)
{
	return (struct lowcore *)g->mem;
}

void guest_code(struct guest *g, const void *code, const void *end, uint64_t psw_mask)
{
	memcpy(g->mem + GUEST_CODE, code, (const char *)end - (const char *)code);
	g->run->psw_mask = psw_mask;
	g->run->psw_addr = GUEST_CODE;
}

int guest_run_once(struct guest *g)
{
	int rc;

	memcpy(g->run->s.regs.gprs, g->gprs, sizeof(g->gprs));
	g->run->kvm_dirty_regs |= KVM_SYNC_GPRS;
	rc = ioctl(g->cpu, KVM_RUN, 0);
	if (rc)
		rc = -errno;
	memcpy(g->gprs, g->run->s.regs.gprs, sizeof(g->gprs));
	return rc ? rc : (int)g->run->exit_reason;
}

int guest_run(struct guest *g)
{
	int rc;

	while ((rc = guest_run_once(g)) == KVM_EXIT_S390_UCONTROL)
		if (ioctl(g->cpu, KVM_S390_VCPU_FAULT,
			  g->run->s390_ucontrol.trans_exc_code & ~0xfffull))
			fatal("KVM_S390_VCPU_FAULT");
	return rc;
}

void expect_instruction(struct guest *g, uint16_t ipa, uint32_t ipb, uint64_t next,
			       uint8_t status)
{
	EXPECT(g->run->exit_reason, KVM_EXIT_S390_SIEIC);
	EXPECT(g->run->s390_sieic.icptcode, 0x04);
	EXPECT(g->run->s390_sieic.ipa, ipa);
	EXPECT(g->run->s390_sieic.ipb, ipb);
	EXPECT(g->run->psw_addr, next);
	if (!g->sd)
		return;
	EXPECT(g->sd->icptcode, 0x04);
	EXPECT(g->sd->icptstatus, status);
	EXPECT(g->sd->ipa, ipa);
	EXPECT(g->sd->ipb, ipb);
	EXPECT(g->sd->psw_addr, next);
}

void expect_handler(struct guest *g, int kind)
{
	expect_instruction(g, 0x8300, (0x0500u + kind) << 16, GUEST_HANDLER + kind * 0x100 + 4,
			   0);
}

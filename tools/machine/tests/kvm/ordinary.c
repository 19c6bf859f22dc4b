// SPDX-License-Identifier: GPL-2.0
/*
 * Guests whose interceptions KVM handles: machine checks that its user injects,
 * storage keys, what the hypervisor tells, loops of exceptions.
 */
#include "guest.h"

#include <pthread.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PSW_MCHECK	0x0004000000000000ull
#define CHANNEL_REPORTS	0x10000000ull		/* in control register 14 */
#define REPORT_PENDING	0x00400f1d40330000ull	/* with the usual validity bits */

/* Lets channel reports through, then machine checks; loops. */
GUEST(open_code, "larl 1,1f; lctlg 14,14,0(1); lghi 3,0x777; lpswe 8(1); .balign 8;"
      "1: .quad 0x10000000, 0x0004000180000000, 0x10000 + 2f - open_code; 2: j 2b");

static void inject(struct guest *g)
{
	struct kvm_s390_interrupt report = {
		.type = KVM_S390_MCHK,
		.parm = CHANNEL_REPORTS,
		.parm64 = REPORT_PENDING,
	};

	EXPECT(ioctl(g->vm, KVM_S390_INTERRUPT, &report), 0);
}

static void *inject_soon(void *arg)
{
	usleep(50000);
	inject(arg);
	return NULL;
}

static void expect_machine_check(struct guest *g)
{
	uint64_t code;

	expect_handler(g, OLD_MCK);
	memcpy(&code, g->mem + 0xe8, sizeof(code));
	EXPECT(code, REPORT_PENDING);
	EXPECT(guest_lowcore(g)->old_psw[OLD_MCK][0], PSW_64 | PSW_MCHECK);
	EXPECT(guest_lowcore(g)->old_psw[OLD_MCK][1],
	       GUEST_CODE + (open_code_end - open_code) - 4);
	/* Register 3 in the save area. */
	memcpy(&code, g->mem + 0x1280 + 3 * 8, sizeof(code));
	EXPECT(code, 0x777);
}

static void machine_checks(void)
{
	struct guest g;
	pthread_t thread;

	test_begin("a machine check is pending until register and PSW are open for it");
	guest_make_ordinary(&g);
	inject(&g);
	LOAD(&g, open_code, PSW_64);
	guest_run(&g);
	expect_machine_check(&g);
	test_end();

	test_begin("a machine check interrupts a guest that runs");
	memset(g.mem + 0xe8, 0, 8);
	LOAD(&g, open_code, PSW_64);
	pthread_create(&thread, NULL, inject_soon, &g);
	guest_run(&g);
	pthread_join(thread, NULL);
	expect_machine_check(&g);
	guest_free(&g);
	test_end();
}

/* Sets the key 1 and uses the key 2, to load and to store. */
GUEST(key_code, "lgfi 1,0x20000; lghi 2,0x10; sske 2,1; lghi 3,0; iske 3,1; spka 0x20;"
      "lg 4,0(1); stg 1,0(1); diag 0,0,0x11");
GUEST(own_key_code, "lgfi 1,0x20000; spka 0x10; stg 1,0(1); spka 0; diag 0,0,0x11");

static void storage_keys(void)
{
	struct guest g;

	test_begin("storage keys protect a guest's storage from itself");
	guest_make_ordinary(&g);
	g.mem[GUEST_DATA] = 0x5a;
	LOAD(&g, key_code, PSW_64);
	guest_run(&g);
	expect_handler(&g, OLD_PGM);
	EXPECT(guest_lowcore(&g)->pgm_code, 4);
	EXPECT(guest_lowcore(&g)->old_psw[OLD_PGM][1],
	       GUEST_CODE + (key_code_end - key_code) - 4);
	EXPECT(guest_lowcore(&g)->teid & ~0xfffull, GUEST_DATA);
	EXPECT(guest_lowcore(&g)->teid & 0x8c, 0);
	EXPECT(g.gprs[3] & 0xf8, 0x10);
	EXPECT(g.gprs[4], 0x5a00000000000000);
	EXPECT(g.mem[GUEST_DATA], 0x5a);
	LOAD(&g, own_key_code, PSW_64);
	guest_run(&g);
	expect_instruction(&g, 0x8300, 0x00110000,
			   GUEST_CODE + (own_key_code_end - own_key_code), 0);
	EXPECT(g.mem[GUEST_DATA], 0);
	guest_free(&g);
	test_end();
}

/* STORE HYPERVISOR INFORMATION */
GUEST(sthyi_code, "lgfi 4,0x20000; lghi 2,0; lghi 5,-1; .long 0xb2560024; diag 0,0,0x11");

/* A halfword of the block, which has halfwords with the offsets of its sections. */
static unsigned int block_halfword(struct guest *g, unsigned int section, unsigned int offset)
{
	uint16_t value;

	memcpy(&value, g->mem + GUEST_DATA + section, sizeof(value));
	memcpy(&value, g->mem + GUEST_DATA + value + offset, sizeof(value));
	return value;
}

static void hypervisor_information(void)
{
	const unsigned int machine = 12, partition = 16;
	unsigned int cpus = sysconf(_SC_NPROCESSORS_CONF);
	struct guest g;

	test_begin("STORE HYPERVISOR INFORMATION tells of the host's CPUs");
	guest_make_ordinary(&g);
	LOAD(&g, sthyi_code, PSW_64);
	guest_run(&g);
	expect_instruction(&g, 0x8300, 0x00110000,
			   GUEST_CODE + (sthyi_code_end - sthyi_code), 0);
	EXPECT(g.gprs[5], 0);
	/* Counts and identification are valid. */
	EXPECT(block_halfword(&g, machine, 2) >> 8 & 0x80, 0x80);
	EXPECT(block_halfword(&g, machine, 6), cpus);
	EXPECT(block_halfword(&g, partition, 2) >> 8 & 0x90, 0x90);
	EXPECT(block_halfword(&g, partition, 8), cpus);
	guest_free(&g);
	test_end();
}

GUEST(odd_code, ".short 0x1c12");

static void loop(void)
{
	struct guest g;

	test_begin("a loop of specification exceptions is shown to KVM's user");
	guest_make_ordinary(&g);
	guest_lowcore(&g)->new_psw[OLD_PGM][1] = 1;
	LOAD(&g, odd_code, PSW_64);
	EXPECT(guest_run(&g), KVM_EXIT_S390_SIEIC);
	EXPECT(g.run->s390_sieic.icptcode, 0x08);
	guest_free(&g);
	test_end();
}

int main(void)
{
	machine_checks();
	storage_keys();
	hypervisor_information();
	loop();
	test_plan();
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * pv-guest IMAGE: runs the protected guest of guest/ and looks at all that
 * user space can see of it. IMAGE holds it, made for the host that this runs on.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "run.h"

/* External interruptions */
#define EXT_EMERGENCY	0x1201
#define EXT_CALL	0x1202
#define EXT_CLOCK	0x1004
#define EXT_TIMER	0x1005
#define EXT_SERVICE	0x2401

#define SIGP_IS_STOPPED	0x40	/* in the status that SIGP stores */

#define SCLP_WRITE_EVENT 0x00760005UL
#define SOME_SCCB	0x4000	/* an address is needed, the guest's own is not known */

#define WORD		16	/* differences in a page that is something else */

static struct image image;
static uint8_t sida[GUEST_PAGE];

/* As ok(), and shows the last exit of a CPU if it is not good */
static bool check(struct guest *guest, int cpu, bool good, const char *what)
{
	if (!ok(&guest->vm, good, "%s", what))
		guest_show(guest, cpu);
	return good;
}

static bool mem_op(struct guest *guest, uint32_t op, uint32_t size)
{
	struct kvm_s390_mem_op mem_op = { .op = op, .size = size, .buf = (uint64_t)sida };

	return !ioctl(guest->vm.cpu[0], KVM_S390_MEM_OP, &mem_op);
}

static bool inject_vcpu(struct guest *guest, int cpu, uint64_t type, uint16_t code)
{
	struct kvm_s390_irq irq = { .type = type, .u.emerg.code = code };

	return !ioctl(guest->vm.cpu[cpu], KVM_S390_IRQ, &irq);
}

static void first_exit(struct guest *guest)
{
	const struct kvm_run *run = guest->run[0];
	int hidden = 0, shown = 0;

	check(guest, 0, guest->shared->alive == GUEST_ALIVE && guest->shared->share_rc == 1,
	      "it has shared a page, and user space reads it");
	for (int i = 0; i < 16; i++) {
		hidden += run->s.regs.gprs[i] == HIDDEN_VALUE;
		shown += run->s.regs.crs[i] == 0x40000;
		hidden += run->s.regs.vrs[i][0] == HIDDEN_VALUE;
	}
	check(guest, 0, !hidden, "no register shows what the host is not to know");
	check(guest, 0, !shown, "no control register does");
	check(guest, 0, run->psw_addr - 0x10000 >= 0x10000, "the PSW does not tell where it is");
}

static void private_pages(struct guest *guest)
{
	const unsigned long page = GUEST_PRIVATE;
	uint8_t copy[GUEST_PAGE];

	check(guest, 0, guest_do(guest, 0, ORDER_FILL, page, 1, 0), "it fills a page");
	memcpy(copy, guest->vm.mem + page, GUEST_PAGE);
	check(guest, 0, guest_differences(guest, page, 1) > GUEST_PAGE / 8 - WORD,
	      "user space reads it and finds something else");
	check(guest, 0, guest_do(guest, 0, ORDER_COMPARE, page, 1, 0) &&
	      !guest_result(guest, 0, 0), "the guest finds it unchanged");
	guest_do(guest, 0, ORDER_FILL, page, 1, 0);
	check(guest, 0, memcmp(copy, guest->vm.mem + page, GUEST_PAGE),
	      "the same content never looks the same again");

	check(guest, 0, guest_do(guest, 0, ORDER_SHARE, page, 0, 0) &&
	      !guest_result(guest, 0, 0) && !guest_differences(guest, page, 1),
	      "it shares the page: now user space reads what is in it");
	guest->vm.mem[page + 7] ^= 0xff;
	check(guest, 0, guest_do(guest, 0, ORDER_COMPARE, page, 1, 0) &&
	      guest_result(guest, 0, 0) == 1, "and what user space writes the guest reads");
	check(guest, 0, guest_do(guest, 0, ORDER_UNSHARE, page, 0, 0) &&
	      !guest_result(guest, 0, 0) &&
	      guest_differences(guest, page, 1) > GUEST_PAGE / 8 - WORD,
	      "it unshares the page: user space reads something else again");
	check(guest, 0, guest_do(guest, 0, ORDER_SHARE, GUEST_SIZE, 0, 0) &&
	      guest_result(guest, 0, 0) == 1 && guest_result(guest, 0, 1) == 0x101,
	      "a page that it does not have cannot be shared");
}

/* Where a page cannot become secure, user space is told, and can do something. */
static void no_memory(struct guest *guest)
{
	const unsigned long page = GUEST_PRIVATE + MIB, hole = page + GUEST_PAGE;
	uint8_t *mem = guest->vm.mem;

	guest_do(guest, 0, ORDER_FILL, page, 2, 0);
	check(guest, 0, guest_differences(guest, page, 2) &&
	      !mprotect(mem + page, GUEST_PAGE, PROT_READ), "a page becomes read-only");
	guest_order(guest, 0, ORDER_COMPARE, page, 2, 0);
	check(guest, 0, guest_run(guest, 0) == -EFAULT, "KVM_RUN tells that the guest needs it");
	check(guest, 0, !mprotect(mem + page, GUEST_PAGE, PROT_READ | PROT_WRITE) &&
	      guest_run(guest, 0) >= 0 && guest_asks(guest, 0) && !guest_result(guest, 0, 0),
	      "when it has been made writable the guest goes on");

	check(guest, 0, !munmap(mem + hole, GUEST_PAGE), "there is no page any more");
	guest_order(guest, 0, ORDER_FILL, hole, 3, 0);
	check(guest, 0, guest_run(guest, 0) == -EFAULT, "KVM_RUN tells that, too");
	check(guest, 0, mmap(mem + hole, GUEST_PAGE, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED &&
	      guest_run(guest, 0) >= 0 && guest_asks(guest, 0), "with a page the guest goes on");
}

static void stsi(struct guest *guest)
{
	const struct kvm_run *run = guest->run[0];
	enum { NAME = 2048 };	/* extended names of VMs in the block */
	static const char name[] = "a name by user space";

	guest_order(guest, 0, ORDER_STSI, 0, 0, 0);
	check(guest, 0, guest_run(guest, 0) == KVM_EXIT_S390_STSI && run->s390_stsi.fc == 3 &&
	      run->s390_stsi.sel1 == 2 && run->s390_stsi.sel2 == 2,
	      "STSI 3.2.2 comes to user space");
	check(guest, 0, mem_op(guest, KVM_S390_MEMOP_SIDA_READ, GUEST_PAGE) && sida[31],
	      "KVM's block is in the SIDA");
	memcpy(sida + NAME, name, sizeof(name));
	check(guest, 0, mem_op(guest, KVM_S390_MEMOP_SIDA_WRITE, GUEST_PAGE),
	      "user space writes there");
	check(guest, 0, guest_run(guest, 0) >= 0 && guest_asks(guest, 0) &&
	      !guest_result(guest, 0, 0), "STSI ends with cc 0");
	check(guest, 0, !memcmp(guest->vm.mem + GUEST_BUFFER, sida, GUEST_PAGE),
	      "the guest has the block");
}

static void service_call(struct guest *guest)
{
	static const uint8_t sent[] = { 0, 16, 0, 0, 0, 0, 0, 0,
					0xa8, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf };
	const struct kvm_run *run = guest->run[0];
	struct kvm_s390_interrupt answer = { .type = KVM_S390_INT_SERVICE, .parm = SOME_SCCB };
	const uint8_t *got = guest->vm.mem + GUEST_BUFFER;

	guest_order(guest, 0, ORDER_SERVC, SCLP_WRITE_EVENT, 0, 0);
	check(guest, 0, guest_run(guest, 0) >= 0 && guest_exits(guest, 0, ICPT_PV) &&
	      run->s390_sieic.ipa == IPA_SERVC, "SERVC comes to user space");
	check(guest, 0, run->s.regs.gprs[run->s390_sieic.ipb >> 20 & 0xf] == SCLP_WRITE_EVENT,
	      "with its command in the register that it names");
	check(guest, 0, mem_op(guest, KVM_S390_MEMOP_SIDA_READ, sizeof(sent)) &&
	      !memcmp(sida, sent, sizeof(sent)), "the guest's block is in the SIDA");
	sida[7] = 0x20;
	sida[15] = 0x99;
	check(guest, 0, mem_op(guest, KVM_S390_MEMOP_SIDA_WRITE, sizeof(sent)) &&
	      !ioctl(guest->vm.fd, KVM_S390_INTERRUPT, &answer),
	      "user space answers with a block and an interruption");
	check(guest, 0, guest_run(guest, 0) >= 0 && guest_asks(guest, 0) &&
	      !guest_result(guest, 0, 0), "SERVC ends with cc 0");
	check(guest, 0, got[7] == 0x20 && got[15] == 0x99 && got[8] == 0xa8,
	      "the guest has the answer");
	check(guest, 0, guest_do(guest, 0, ORDER_EXTERNAL, SUBCLASS_SERVICE, 0, 0) &&
	      guest_result(guest, 0, 2) == EXT_SERVICE, "it takes the service interruption");
	check(guest, 0, guest_result(guest, 0, 0) >= 0x10000 &&
	      guest_result(guest, 0, 0) < GUEST_SHARED,
	      "whose parameter is the block's address, not the one that user space made up");
}

static void interruptions(struct guest *guest)
{
	guest_order(guest, 0, ORDER_EXTERNAL, SUBCLASS_EMERGENCY, 0, 0);
	check(guest, 0, inject_vcpu(guest, 0, KVM_S390_INT_EMERGENCY, 1) &&
	      guest_run(guest, 0) >= 0 && guest_asks(guest, 0) &&
	      guest_result(guest, 0, 2) == EXT_EMERGENCY && guest_result(guest, 0, 1) == 1,
	      "an emergency signal, made by user space, from CPU 1");
	check(guest, 0, guest_do(guest, 0, ORDER_CLOCK, 20000, 0, 0) &&
	      guest_result(guest, 0, 2) == EXT_CLOCK, "the clock comparator wakes it");
	check(guest, 0, guest_result(guest, 0, 3) < 10000000, "not too late, and not too early");
	check(guest, 0, guest_do(guest, 0, ORDER_TIMER, 20000, 0, 0) &&
	      guest_result(guest, 0, 2) == EXT_TIMER, "the CPU timer wakes it");
}

static void *run_second(void *arg)
{
	return (void *)(long)guest_run(arg, 1);
}

static bool sigp(struct guest *guest, unsigned long order, unsigned long parameter)
{
	return guest_do(guest, 0, ORDER_SIGP, 1, order, parameter);
}

static void second_cpu(struct guest *guest)
{
	pthread_t thread;
	void *ret;

	check(guest, 0, sigp(guest, SIGP_SENSE, 0) && guest_result(guest, 0, 0) == 1 &&
	      guest_result(guest, 0, 1) == SIGP_IS_STOPPED, "SIGP SENSE: CPU 1 is stopped");
	check(guest, 0, sigp(guest, SIGP_PREFIX, GUEST_LOWCORE) && !guest_result(guest, 0, 0),
	      "SIGP SET PREFIX of CPU 1");
	guest_order(guest, 0, ORDER_SIGP, 1, SIGP_RESTART, 0);
	if (!check(guest, 0, guest_run(guest, 0) >= 0 && guest_restarts(guest),
		   "SIGP RESTART comes to user space"))
		return;
	check(guest, 0, !guest_set_state(guest, 1, KVM_MP_STATE_OPERATING), "which starts CPU 1");
	pthread_create(&thread, NULL, run_second, guest);
	guest_accept_sigp(guest);
	check(guest, 0, guest_run(guest, 0) >= 0 && guest_asks(guest, 0) &&
	      !guest_result(guest, 0, 0), "the order was accepted");
	pthread_join(thread, &ret);
	check(guest, 1, (long)ret >= 0 && guest_asks(guest, 1), "CPU 1 asks for orders");
	check(guest, 0, sigp(guest, SIGP_SENSE, 0) && !guest_result(guest, 0, 0),
	      "SIGP SENSE: CPU 1 is not stopped");

	check(guest, 1, guest_do(guest, 1, ORDER_SIGP, 0, SIGP_CALL, 0) &&
	      !guest_result(guest, 1, 0), "CPU 1 calls CPU 0");
	check(guest, 0, guest_do(guest, 0, ORDER_EXTERNAL, SUBCLASS_CALL, 0, 0) &&
	      guest_result(guest, 0, 2) == EXT_CALL && guest_result(guest, 0, 1) == 1,
	      "which takes the external call from CPU 1");

	check(guest, 0, sigp(guest, SIGP_STOP, 0) && !guest_result(guest, 0, 0),
	      "CPU 0 stops CPU 1");
	guest_order(guest, 1, ORDER_NONE, 0, 0, 0);
	check(guest, 1, guest_run(guest, 1) >= 0 && guest_exits(guest, 1, ICPT_STOP),
	      "which exits to be stopped");
	check(guest, 1, !guest_set_state(guest, 1, KVM_MP_STATE_STOPPED), "user space does it");
	check(guest, 0, sigp(guest, SIGP_SENSE, 0) && guest_result(guest, 0, 0) == 1 &&
	      guest_result(guest, 0, 1) == SIGP_IS_STOPPED, "SIGP SENSE: CPU 1 is stopped");
	check(guest, 1, !guest_set_state(guest, 1, KVM_MP_STATE_OPERATING) &&
	      guest_run(guest, 1) >= 0 && guest_asks(guest, 1), "and goes on where it was");
}

/* A signal gets a CPU out of guest code that never exits. */
static void nothing(int signal)
{
	(void)signal;
}

static void spinning(struct guest *guest)
{
	struct sigaction action = { .sa_handler = nothing };
	unsigned long before;
	pid_t pid;
	int ret;

	sigaction(SIGUSR1, &action, NULL);
	guest_order(guest, 0, ORDER_SPIN, 0, 0, 0);
	pid = fork();
	if (!pid)
		for (;;) {
			usleep(50000);
			kill(getppid(), SIGUSR1);
		}
	alarm(PATIENCE);
	for (int i = 0; i < 3; i++) {
		before = guest_result(guest, 0, 0);
		do {	/* The signal may come before the guest runs. */
			ret = ioctl(guest->vm.cpu[0], KVM_RUN, 0);
		} while (ret && errno == EINTR && guest_result(guest, 0, 0) == before);
		check(guest, 0, ret == -1 && errno == EINTR, "a signal ends KVM_RUN");
	}
	alarm(0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	guest->shared->cpu[0].arg[0] = 1;
	check(guest, 0, guest_run(guest, 0) >= 0 && guest_asks(guest, 0), "it goes on after that");
}

static void program_interruption(struct guest *guest)
{
	guest_order(guest, 0, ORDER_BREAK, 0, 0, 0);
	check(guest, 0, guest_run(guest, 0) >= 0 && guest_exits(guest, 0, ICPT_PV) &&
	      guest->run[0]->s.regs.gprs[2] == WHY_PROGRAM && guest_result(guest, 0, 0) == 1,
	      "an operation exception stays in the guest");
}

static void end(struct guest *guest)
{
	guest_order(guest, 1, ORDER_END, 0, 0, 0);
	check(guest, 1, guest_run(guest, 1) >= 0 && guest_exits(guest, 1, ICPT_WAIT),
	      "a disabled wait comes to user space");
}

/* The guest asks for a reboot, in effect; the VM is the same. */
static void reboot(struct guest *guest)
{
	check(guest, 0, !pv(&guest->vm, KVM_PV_UNSHARE_ALL, NULL), "UNSHARE_ALL");
	check(guest, 0, guest->shared->alive != GUEST_ALIVE, "the shared page is not any more");
	check(guest, 0, !pv(&guest->vm, KVM_PV_PREP_RESET, NULL), "PREP_RESET");
	for (int cpu = 0; cpu < GUEST_CPUS; cpu++)
		check(guest, cpu, !ioctl(guest->vm.cpu[cpu], KVM_S390_CLEAR_RESET, 0),
		      "clear reset of a CPU");
	check(guest, 0, !guest_set_state(guest, 1, KVM_MP_STATE_STOPPED), "CPU 1 is stopped");
	check(guest, 0, !guest_set_state(guest, 0, KVM_MP_STATE_STOPPED) &&
	      !guest_set_state(guest, 0, KVM_MP_STATE_LOAD) &&
	      !guest_set_state(guest, 0, KVM_MP_STATE_OPERATING), "CPU 0 is loaded again");
	check(guest, 0, !pv(&guest->vm, KVM_PV_DISABLE, NULL), "DISABLE");
}

/* Private memory that the host changes, moves or takes back in time */
static void attack(const char *what, void (*act)(struct guest *guest, uint8_t *pages))
{
	struct guest guest;
	int status, fds[2];
	char stage = 0;
	pid_t pid;

	if (pipe(fds))
		return;
	pid = fork();
	if (!pid) {
		guest_open(&guest, GUEST_CPUS);
		if (!guest_start(&guest, &image) ||
		    !guest_do(&guest, 0, ORDER_FILL, GUEST_PRIVATE, 1, 0) ||
		    !guest_do(&guest, 0, ORDER_FILL, GUEST_PRIVATE + GUEST_PAGE, 2, 0))
			_exit(2);
		act(&guest, guest.vm.mem + GUEST_PRIVATE);
		if (write(fds[1], "x", 1) != 1)
			_exit(2);
		/* Any end is good but one: the guest goes on with such a page. */
		_exit(guest_do(&guest, 0, ORDER_COMPARE, GUEST_PRIVATE, 1, 0) ? 3 : 0);
	}
	close(fds[1]);
	waitpid(pid, &status, 0);
	if (!ok(NULL, read(fds[0], &stage, 1) == 1 && stage == 'x' &&
		(WIFSIGNALED(status) || !WEXITSTATUS(status)), "%s", what))
		printf("# child's status 0x%x\n", status);
	close(fds[0]);
}

static void change(struct guest *guest, uint8_t *pages)
{
	(void)guest;
	pages[5] ^= 1;
}

static void swap_pages(struct guest *guest, uint8_t *pages)
{
	uint8_t copy[GUEST_PAGE];

	(void)guest;
	memcpy(copy, pages, GUEST_PAGE);
	memcpy(pages, pages + GUEST_PAGE, GUEST_PAGE);
	memcpy(pages + GUEST_PAGE, copy, GUEST_PAGE);
}

static void replay(struct guest *guest, uint8_t *pages)
{
	uint8_t copy[GUEST_PAGE];

	memcpy(copy, pages, GUEST_PAGE);
	guest_do(guest, 0, ORDER_FILL, GUEST_PRIVATE, 1, 0);
	memcpy(pages, copy, GUEST_PAGE);
}

int main(int argc, char **argv)
{
	struct guest guest;

	puts("TAP version 13");
	if (argc != 2 || !image_load(&image, argv[1]))
		skip_all("no image (pv-guest IMAGE)");
	if (!kvm_open())
		skip_all("no /dev/kvm");
	if (!host_is_protected())
		skip_all("this host cannot run protected VMs (prot_virt=1?)");
	guest_open(&guest, GUEST_CPUS);
	for (int life = 1; life <= 2; life++) {
		if (!check(&guest, 0, guest_start(&guest, &image), "the guest starts"))
			return finish();
		first_exit(&guest);
		private_pages(&guest);
		no_memory(&guest);
		stsi(&guest);
		service_call(&guest);
		interruptions(&guest);
		second_cpu(&guest);
		spinning(&guest);
		end(&guest);
		program_interruption(&guest);
		reboot(&guest);
	}
	guest_close(&guest);
	attack("a page that the host changed ends the guest", change);
	attack("pages that change places do", swap_pages);
	attack("so does an old version of a page", replay);
	return finish();
}

// SPDX-License-Identifier: GPL-2.0
/*
 * uv-faults: makes the calls of a host to the ultravisor fail, one site
 * after the other, by the injection that the emulated machine has: an error, busy
 * or unfinished for a while, and busy for ever. The caller gets an errno or waits
 * until it is killed, nothing is left behind that the ultravisor did not keep, and
 * the log stays quiet.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "guest.h"
#include "host.h"
#include "ways-out.h"

#define PAGES		32UL	/* secure ones of a small VM */
#define ERROR_RC	0x1ff	/* of no command */
#define FOR_EVER	0xffffffffU
#define SHORT		20U	/* answers of busy or partial */

/* Condition codes of a call */
#define CC_ERROR	1
#define CC_BUSY		2
#define CC_PARTIAL	3

/* Commands */
#define CREATE_CONFIG	0x100
#define DESTROY_CONFIG	0x101
#define DESTROY_FAST	0x102
#define CREATE_CPU	0x120
#define DESTROY_CPU	0x121
#define EXPORT		0x201
#define DESTROY_PAGE	0x202
#define SET_PARMS	0x300
#define UNPACK		0x301
#define VERIFY		0x302
#define RESET		0x310
#define RESET_INITIAL	0x311
#define PREPARE_RESET	0x320
#define RESET_CLEAR	0x321
#define SET_STATE	0x330
#define UNSHARE_ALL	0x340
#define PIN		0x341
#define DUMP_INIT	0x400
#define DUMP_STORAGE	0x401
#define DUMP_CPU	0x402
#define DUMP_COMPLETE	0x403

/* How far a VM has come when a site is tried; each does the steps before. */
enum stage { ORDINARY, ENABLED, HAS_HEADER, HAS_PAGES, WHOLE, DUMPING };

static uint8_t buffer[1 << 20] __attribute__((aligned(4096)));

static int do_enable(struct guest *guest)
{
	return pv(&guest->vm, KVM_PV_ENABLE, NULL);
}

static int do_unpack(struct guest *guest)
{
	return guest_unpack(guest, PAGES);
}

static int do_verify(struct guest *guest)
{
	return pv(&guest->vm, KVM_PV_VERIFY, NULL);
}

static int do_prepare(struct guest *guest)
{
	return pv(&guest->vm, KVM_PV_PREP_RESET, NULL);
}

static int do_unshare(struct guest *guest)
{
	return pv(&guest->vm, KVM_PV_UNSHARE_ALL, NULL);
}

static int do_reset(struct guest *guest)
{
	return ioctl(guest->vm.cpu[0], KVM_S390_NORMAL_RESET);
}

static int do_reset_initial(struct guest *guest)
{
	return ioctl(guest->vm.cpu[0], KVM_S390_INITIAL_RESET);
}

static int do_reset_clear(struct guest *guest)
{
	return ioctl(guest->vm.cpu[0], KVM_S390_CLEAR_RESET);
}

static int do_set_state(struct guest *guest)
{
	struct kvm_mp_state state = { KVM_MP_STATE_LOAD };

	return ioctl(guest->vm.cpu[0], KVM_SET_MP_STATE, &state);
}

static int dump(struct guest *guest, uint64_t subcmd, uint64_t len)
{
	struct kvm_s390_pv_dmp arg = {
		.subcmd = subcmd, .buff_addr = (uint64_t)buffer, .buff_len = len,
	};

	return pv(&guest->vm, KVM_PV_DUMP, &arg);
}

static int do_dump_init(struct guest *guest)
{
	return dump(guest, KVM_PV_DUMP_INIT, 0);
}

static bool dump_info(struct guest *guest, struct kvm_s390_pv_info *info)
{
	info->header.id = KVM_PV_INFO_DUMP;
	info->header.len_max = sizeof(*info);
	return !pv(&guest->vm, KVM_PV_INFO, info);
}

static int do_dump_storage(struct guest *guest)
{
	struct kvm_s390_pv_info info = { 0 };

	if (!dump_info(guest, &info))
		return -1;
	return dump(guest, KVM_PV_DUMP_CONFIG_STOR_STATE, info.dump.dump_config_mem_buffer_per_1m);
}

static int do_dump_complete(struct guest *guest)
{
	return dump(guest, KVM_PV_DUMP_COMPLETE, sizeof(buffer));
}

static int do_dump_cpu(struct guest *guest)
{
	struct kvm_s390_pv_dmp arg = { .subcmd = KVM_PV_DUMP_CPU, .buff_addr = (uint64_t)buffer };
	struct kvm_s390_pv_info info = { 0 };

	if (!dump_info(guest, &info))
		return -1;
	arg.buff_len = info.dump.dump_cpu_buffer_len;
	return pv_cpu(&guest->vm, 0, KVM_PV_DUMP, &arg);
}

static int do_disable(struct guest *guest)
{
	return pv(&guest->vm, KVM_PV_DISABLE, NULL);
}

static const struct site {
	const char *name;
	unsigned int cmd;
	enum stage stage;
	int (*act)(struct guest *guest);
	int error;		/* errno when the ultravisor refuses */
	bool waits;		/* until its user is killed */
	bool again;		/* works as often as one likes */
} sites[] = {
	{ "create configuration", CREATE_CONFIG, ORDINARY, do_enable, EIO, true, false },
	{ "create CPU", CREATE_CPU, ORDINARY, do_enable, EIO, true, false },
	{ "set parameters", SET_PARMS, ENABLED, guest_set_header, EINVAL, true, false },
	{ "unpack", UNPACK, HAS_HEADER, do_unpack, EINVAL, true, false },
	{ "verify", VERIFY, WHOLE, do_verify, EINVAL, true, false },
	{ "prepare reset", PREPARE_RESET, WHOLE, do_prepare, EINVAL, true, true },
	{ "unshare all", UNSHARE_ALL, WHOLE, do_unshare, EINVAL, true, true },
	{ "reset", RESET, WHOLE, do_reset, EINVAL, true, true },
	{ "initial reset", RESET_INITIAL, WHOLE, do_reset_initial, EINVAL, true, true },
	{ "clear reset", RESET_CLEAR, WHOLE, do_reset_clear, EINVAL, true, true },
	{ "set CPU state", SET_STATE, WHOLE, do_set_state, EINVAL, false, false },
	{ "dump init", DUMP_INIT, WHOLE, do_dump_init, EINVAL, true, false },
	{ "dump storage state", DUMP_STORAGE, DUMPING, do_dump_storage, EINVAL, true, true },
	{ "dump CPU", DUMP_CPU, DUMPING, do_dump_cpu, EINVAL, true, true },
	{ "dump complete", DUMP_COMPLETE, DUMPING, do_dump_complete, EINVAL, true, false },
};

static bool bring_to(struct guest *guest, enum stage stage)
{
	guest_prepare(guest, PAGES, -1);
	if (stage >= ENABLED && !guest_enable(guest))
		return false;
	if (stage >= HAS_HEADER && guest_set_header(guest))
		return false;
	if (stage == HAS_PAGES && guest_unpack(guest, PAGES))
		return false;
	if (stage >= WHOLE && guest_unpack_all(guest))
		return false;
	/* The site of a verification does it itself. */
	if (stage >= DUMPING && (do_verify(guest) || do_dump_init(guest)))
		return false;
	return true;
}

static bool ready(const struct site *site, struct guest *guest)
{
	bool at = bring_to(guest, site->stage);

	if (at && site->stage == WHOLE && site->act != do_verify)
		at = !do_verify(guest);
	return at || ok(&guest->vm, false, "%s: ready for it", site->name);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void end(struct guest *guest, const char *name)
{
	machine_inject(EXPORT, 0, 0, 0);
	guest_end(guest);
	nothing_left(name);
}

static void refused(const struct site *site, struct guest *guest)
{
	machine_inject(site->cmd, CC_ERROR, ERROR_RC, 1);
	ok(&guest->vm, site->act(guest) == -1 && errno == site->error, "%s, refused: %s",
	   site->name, strerror(site->error));
	ok(&guest->vm, !site->act(guest), "%s: the next time it works", site->name);
}

static void slow(const struct site *site, struct guest *guest, unsigned int cc, const char *what)
{
	long before = machine_injected();

	machine_inject(site->cmd, cc, 0, SHORT);
	ok(&guest->vm, !site->act(guest) && machine_injected() - before == SHORT,
	   "%s, %s for a while: it is waited for", site->name, what);
}

/* The answer once and for a while, each to a VM of its own if it must be */
static void one_by_one(const struct site *site)
{
	struct guest guest;

	if (ready(site, &guest))
		refused(site, &guest);
	if (!site->again) {
		end(&guest, site->name);
		if (!ready(site, &guest))
			exit(1);
	}
	slow(site, &guest, CC_BUSY, "busy");
	if (!site->again) {
		end(&guest, site->name);
		if (!ready(site, &guest))
			exit(1);
	}
	slow(site, &guest, CC_PARTIAL, "unfinished");
	end(&guest, site->name);
}

static void busy_for_ever(const struct site *site)
{
	struct guest guest;
	double start;

	if (ready(site, &guest)) {
		machine_inject(site->cmd, CC_BUSY, 0, FOR_EVER);
		start = now();
		ok(&guest.vm, site->act(&guest) == -1 && now() - start < 30,
		   "%s, busy for ever: %s after %.0f s", site->name, strerror(errno),
		   now() - start);
		machine_inject(site->cmd, CC_BUSY, 0, 0);
	}
	guest_end(&guest);
	nothing_left(site->name);
}

/* A call that was busy all the time has had no effect, so nothing is lost either. */
static void busy_until_killed(const struct site *site)
{
	long before = machine_injected();
	int status = 0;
	pid_t child;

	fflush(stdout);
	machine_inject(site->cmd, CC_BUSY, 0, FOR_EVER);
	child = fork();
	if (!child) {
		struct guest guest;

		if (bring_to(&guest, site->stage) &&
		    (site->stage != WHOLE || site->act == do_verify || !do_verify(&guest)))
			site->act(&guest);
		_exit(0);
	}
	for (int try = 0; try < 200 && machine_injected() == before; try++)
		usleep(50000);
	usleep(300000);
	ok(NULL, !kill(child, SIGKILL) && waitpid(child, &status, 0) == child &&
	   WIFSIGNALED(status) && machine_injected() > before,
	   "%s, busy for ever: until SIGKILL", site->name);
	machine_inject(site->cmd, CC_BUSY, 0, 0);
	nothing_left(site->name);
}

/* Sites below a page fault, a system call, an unmapping */

static sigjmp_buf fault;

static void segv(int sig)
{
	siglongjmp(fault, sig);
}

static bool faults_at(const volatile uint8_t *byte)
{
	bool faulted = sigsetjmp(fault, 1);

	if (!faulted)
		(void)*byte;
	return faulted;
}

/* Who pins a page of user space has it pinned shared first, if it is shared. */
static void pin_fails(struct guest *guest, unsigned long nr, unsigned int cc, unsigned int count,
		      const char *what)
{
	struct iovec here = { buffer, GUEST_PAGE }, there = { guest_page(guest, nr), GUEST_PAGE };
	long before = machine_injected();

	machine_inject(PIN, cc, cc == CC_ERROR ? ERROR_RC : 0, count);
	ok(NULL, process_vm_readv(getpid(), &here, 1, &there, 1, 0) == (ssize_t)GUEST_PAGE &&
	   is_exported(nr, buffer) && machine_injected() > before, "pin %s: exported", what);
	machine_inject(PIN, cc, 0, 0);
}

struct load {
	const volatile uint8_t *byte;
	volatile bool done;
};

static void *load(void *arg)
{
	struct load *load = arg;

	(void)*load->byte;
	load->done = true;
	return NULL;
}

/* Longer than anybody waits who must not sleep */
static void load_that_waits(struct guest *guest, unsigned long nr)
{
	struct load there = { .byte = guest_page(guest, nr) };
	pthread_t thread;

	machine_inject(EXPORT, CC_BUSY, 0, FOR_EVER);
	pthread_create(&thread, NULL, load, &there);
	sleep(5);
	ok(NULL, !there.done, "export busy for a long while: a load waits");
	machine_inject(EXPORT, CC_BUSY, 0, 0);
	pthread_join(thread, NULL);
	ok(NULL, there.done && is_exported(nr, guest_page(guest, nr)), "and works in the end");
}

static void accesses_that_fail(void)
{
	struct sigaction act = { .sa_handler = segv };
	struct guest guest;
	int fds[2];

	sigaction(SIGSEGV, &act, NULL);
	if (pipe(fds))
		exit(1);
	if (ok(NULL, bring_to(&guest, HAS_PAGES), "a VM with secure pages")) {
		machine_inject(EXPORT, CC_ERROR, ERROR_RC, 1);
		ok(NULL, faults_at(guest_page(&guest, 0)), "a load, export refused: SIGSEGV");
		ok(NULL, !faults_at(guest_page(&guest, 0)) &&
		   is_exported(0, guest_page(&guest, 0)), "the next load works");
		machine_inject(EXPORT, CC_ERROR, ERROR_RC, 1);
		ok(NULL, write(fds[1], guest_page(&guest, 1), 8) == -1 && errno == EFAULT,
		   "write() of a page, export refused: EFAULT");
		ok(NULL, write(fds[1], guest_page(&guest, 1), 8) == 8, "the next one works");
		machine_inject(EXPORT, CC_BUSY, 0, SHORT);
		ok(NULL, !faults_at(guest_page(&guest, 2)), "export busy for a while: it works");
		machine_inject(EXPORT, CC_PARTIAL, 0, SHORT);
		ok(NULL, !faults_at(guest_page(&guest, 3)), "export in steps: it works");
		load_that_waits(&guest, 4);
		pin_fails(&guest, 5, CC_ERROR, 1, "refused");
		pin_fails(&guest, 6, CC_BUSY, SHORT, "busy for a while");
		pin_fails(&guest, 7, CC_BUSY, FOR_EVER, "busy for ever");
	}
	close(fds[0]);
	close(fds[1]);
	end(&guest, "accesses that fail");
	signal(SIGSEGV, SIG_DFL);
}

static void disable_with(unsigned int cmd, unsigned int cc, unsigned int count, const char *what)
{
	struct guest guest;

	if (ok(NULL, bring_to(&guest, HAS_PAGES), "a VM with secure pages")) {
		machine_inject(cmd, cc, cc == CC_ERROR ? ERROR_RC : 0, count);
		ok(&guest.vm, !do_disable(&guest), "disable, %s", what);
		machine_inject(cmd, cc, 0, 0);
	}
	end(&guest, what);
}

/* The ultravisor keeps a configuration or a CPU: its memory is not used again. */
static void kept(unsigned int cmd, const char *what)
{
	long before = bytes_kept();
	struct guest guest;

	if (ok(NULL, bring_to(&guest, HAS_PAGES), "a VM with secure pages")) {
		if (cmd == DESTROY_CONFIG)
			machine_inject(DESTROY_FAST, CC_ERROR, ERROR_RC, FOR_EVER);
		machine_inject(cmd, CC_ERROR, ERROR_RC, FOR_EVER);
		ok(&guest.vm, do_disable(&guest) == -1 && errno == EIO, "disable, %s: EIO", what);
	}
	guest_end(&guest);
	machine_inject(cmd, CC_ERROR, 0, 0);
	ok(NULL, bytes_kept() > before, "%ld bytes are not used again", bytes_kept() - before);
	ok(NULL, log_is_clean(), "and the log is clean");
	accept_what_is_left();
	if (ok(NULL, bring_to(&guest, HAS_PAGES), "the next VM works"))
		ok(&guest.vm, !do_disable(&guest), "and can be disabled");
	end(&guest, what);
}

int main(void)
{
	puts("TAP version 13");
	if (!kvm_open() || !host_is_protected())
		skip_all("this host cannot run protected VMs (prot_virt=1?)");
	host_open();
	if (!host_is_machine())
		skip_all("no machine that lets calls fail");
	if (!image_open() || image_pages < PAGES)
		skip_all("no image on a disk");
	for (size_t i = 0; i < sizeof(sites) / sizeof(sites[0]); i++) {
		one_by_one(&sites[i]);
		if (sites[i].waits)
			busy_until_killed(&sites[i]);
		else
			busy_for_ever(&sites[i]);
	}
	accesses_that_fail();
	ways_out();
	disable_with(DESTROY_FAST, CC_ERROR, 1, "fast destroy refused: a slow one");
	disable_with(DESTROY_FAST, CC_BUSY, SHORT, "fast destroy busy for a while");
	disable_with(DESTROY_FAST, CC_PARTIAL, SHORT, "fast destroy in steps");
	disable_with(DESTROY_CPU, CC_BUSY, SHORT, "CPU busy for a while");
	disable_with(DESTROY_PAGE, CC_ERROR, FOR_EVER, "pages not destroyed");
	disable_with(DESTROY_PAGE, CC_BUSY, SHORT, "pages busy for a while");
	kept(DESTROY_CPU, "CPU not given back");
	kept(DESTROY_CONFIG, "configuration not given back");
	return finish();
}

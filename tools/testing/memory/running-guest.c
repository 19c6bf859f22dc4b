// SPDX-License-Identifier: GPL-2.0
/*
 * running-guest IMAGE: a protected guest that runs, and memory of it that goes
 * elsewhere meanwhile: swap space, other frames, the eyes of user space. What is in
 * it must be there when the guest wants it. Then calls that its accesses lead
 * to fail: an error, busy or unfinished for a while, busy for ever. IMAGE holds
 * the guest of kvm/guest/. Needs zram0, not in use.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "../kvm/run.h"
#include "host.h"
#include "residence.h"

#define PAGES		64UL	/* that the guest fills */
#define SHARED_PAGE	(GUEST_PRIVATE + (PAGES + 1) * GUEST_PAGE)
#define MANY_DIFFER	(GUEST_PAGE / 8 - 16)	/* doublewords of a page that is encrypted */

#define ERROR_RC	0x1ff	/* of no command */
#define FOR_EVER	0xffffffffU
#define SHORT		20U	/* answers of busy or partial */

/* Condition codes of a call, and commands */
enum { CC_ERROR = 1, CC_BUSY, CC_PARTIAL };
#define IMPORT		0x200
#define EXPORT		0x201
#define UNPIN		0x342

static struct image image;

static uint8_t *page_at(const struct guest *guest, unsigned long nr)
{
	return guest->vm.mem + GUEST_PRIVATE + nr * GUEST_PAGE;
}

static bool start(struct guest *guest)
{
	bool filled;

	guest_open(guest, 1);
	filled = guest_start(guest, &image);
	for (unsigned long nr = 0; nr < PAGES && filled; nr++)
		filled = guest_do(guest, 0, ORDER_FILL, GUEST_PRIVATE + nr * GUEST_PAGE, nr, 0);
	return ok(&guest->vm, filled, "a guest fills %lu pages", PAGES);
}

static void end(struct guest *guest, const char *name)
{
	guest_close(guest);
	nothing_left(name);
}

static bool guest_finds(struct guest *guest, unsigned long addr, uint64_t seed)
{
	return guest_do(guest, 0, ORDER_COMPARE, addr, seed, 0) && !guest_result(guest, 0, 0);
}

static void guest_finds_all(struct guest *guest, const char *after)
{
	unsigned long good = 0;

	for (unsigned long nr = 0; nr < PAGES; nr++)
		good += guest_finds(guest, GUEST_PRIVATE + nr * GUEST_PAGE, nr);
	ok(&guest->vm, good == PAGES, "%s: the guest finds what it left", after);
}

static void user_sees_nothing(struct guest *guest, const char *when)
{
	unsigned long good = 0;

	for (unsigned long nr = 0; nr < PAGES; nr++)
		good += guest_differences(guest, GUEST_PRIVATE + nr * GUEST_PAGE, nr) >
			MANY_DIFFER;
	ok(NULL, good == PAGES, "%s: user space finds it encrypted", when);
}

static void looked_at(struct guest *guest)
{
	for (int round = 0; round < 2; round++) {
		user_sees_nothing(guest, "touch");
		guest_finds_all(guest, "touch");
	}
}

static void swapped_out(struct guest *guest)
{
	unsigned long out;

	for (int round = 0; round < 2; round++) {
		ok(NULL, page_out(page_at(guest, 0), PAGES), "pages are paged out");
		out = swapped(page_at(guest, 0), PAGES);
		ok(NULL, out > PAGES * 9 / 10, "%lu of %lu are in swap space", out, PAGES);
		if (round)
			user_sees_nothing(guest, "swap");
		guest_finds_all(guest, "swap");
	}
}

static void shared_page_swapped_out(struct guest *guest)
{
	bool good = guest_do(guest, 0, ORDER_FILL, SHARED_PAGE, 7, 0) &&
		    guest_do(guest, 0, ORDER_SHARE, SHARED_PAGE, 0, 0) &&
		    !guest_differences(guest, SHARED_PAGE, 7);

	ok(&guest->vm, good && page_out(guest->vm.mem + SHARED_PAGE, 1) &&
	   swapped(guest->vm.mem + SHARED_PAGE, 1) == 1, "a shared page is paged out");
	ok(NULL, !guest_differences(guest, SHARED_PAGE, 7), "user space finds it plain");
	ok(&guest->vm, page_out(guest->vm.mem + SHARED_PAGE, 1) &&
	   guest_finds(guest, SHARED_PAGE, 7), "so does the guest");
	ok(&guest->vm, guest_do(guest, 0, ORDER_UNSHARE, SHARED_PAGE, 0, 0) &&
	   !guest_result(guest, 0, 0) && guest_finds(guest, SHARED_PAGE, 7) &&
	   guest_differences(guest, SHARED_PAGE, 7) > MANY_DIFFER,
	   "unshared, it is the guest's alone");
}

/* The guest's pages lie in the holes of a large area that is given back. */
static void migrated(void)
{
	const size_t len = 64 * MIB;
	uint8_t *hog = allocate_holes(len);
	unsigned long *before, *after, moved;
	struct guest guest;

	if (start(&guest)) {
		munmap(hog, len);
		before = pagemap(page_at(&guest, 0), PAGES);
		set("/proc/sys/vm/compact_memory", "1");
		after = pagemap(page_at(&guest, 0), PAGES);
		moved = frames_that_differ(before, after, PAGES);
		ok(NULL, moved > 0, "compaction moves %lu of %lu pages", moved, PAGES);
		guest_finds_all(&guest, "migration");
		user_sees_nothing(&guest, "migration");
		free(before);
		free(after);
	}
	end(&guest, "migration");
}

static volatile sig_atomic_t is_over;

static void alarmed(int sig)
{
	(void)sig;
	is_over = 1;
}

/*
 * Runs the guest for a second at most: what KVM_RUN says in the end, as an errno. A
 * signal that comes as it says EAGAIN would be missed by the next one: it ends the run.
 */
static int run_for_a_second(struct guest *guest)
{
	const struct itimerval second = { { 1, 0 }, { 1, 0 } }, never = { { 0, 0 }, { 0, 0 } };
	struct sigaction act = { .sa_handler = alarmed }, old;
	int error = 0;

	is_over = 0;
	sigaction(SIGALRM, &act, &old);
	setitimer(ITIMER_REAL, &second, NULL);
	do {
		if (ioctl(guest->vm.cpu[0], KVM_RUN, 0))
			error = errno;
	} while (error == EAGAIN && !is_over);
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &old, NULL);
	return error == EAGAIN ? EINTR : error;
}

/* A guest touches a page that user space has looked at. */
static bool wants_back(struct guest *guest, unsigned long nr)
{
	bool encrypted = guest_differences(guest, GUEST_PRIVATE + nr * GUEST_PAGE, nr) >
			 MANY_DIFFER;

	guest_order(guest, 0, ORDER_COMPARE, GUEST_PRIVATE + nr * GUEST_PAGE, nr, 0);
	return encrypted;
}

static bool has_it(struct guest *guest)
{
	return guest_run(guest, 0) >= 0 && guest_asks(guest, 0) && !guest_result(guest, 0, 0);
}

static void import_slow(struct guest *guest, unsigned int cc, const char *what)
{
	long before = machine_injected();

	ok(NULL, wants_back(guest, 0), "a page is exported");
	machine_inject(IMPORT, cc, 0, SHORT);
	ok(&guest->vm, has_it(guest) && machine_injected() - before == SHORT,
	   "import %s for a while: the guest goes on", what);
	ok(NULL, wants_back(guest, 1), "a page is exported");
	machine_inject(IMPORT, cc, 0, FOR_EVER);
	ok(&guest->vm, run_for_a_second(guest) == EINTR,
	   "import %s for ever: KVM_RUN ends by a signal", what);
	machine_inject(IMPORT, cc, 0, 0);
	ok(&guest->vm, has_it(guest), "the guest goes on after that");
}

/* A page that is new in the host is imported at once; if not, it is tried again. */
static void first_touch(struct guest *guest)
{
	long before = machine_injected();

	machine_inject(IMPORT, CC_ERROR, ERROR_RC, 1);
	ok(&guest->vm, page_out(page_at(guest, 2), 1) && swapped(page_at(guest, 2), 1) == 1 &&
	   guest_finds(guest, GUEST_PRIVATE + 2 * GUEST_PAGE, 2) &&
	   machine_injected() - before == 1,
	   "import refused once after a fault: the guest goes on");
}

/* Firmware that says no to an import has found something out about the page. */
static void import_refused(void)
{
	int status = 0;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (!child) {
		struct guest guest;

		guest_open(&guest, 1);
		if (!guest_start(&guest, &image) ||
		    !guest_do(&guest, 0, ORDER_FILL, GUEST_PRIVATE, 0, 0) || !wants_back(&guest, 0))
			_exit(1);
		machine_inject(IMPORT, CC_ERROR, ERROR_RC, 1);
		has_it(&guest);
		_exit(2);
	}
	waitpid(child, &status, 0);
	machine_inject(IMPORT, CC_ERROR, 0, 0);
	if (!ok(NULL, WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV,
		"import refused: SIGSEGV for the VMM"))
		printf("# status 0x%x\n", status);
	nothing_left("refused import");
}

/* The host has the page pinned shared when the guest closes it. */
static bool unshares_pinned(struct guest *guest)
{
	uint8_t copy[GUEST_PAGE];
	struct iovec here = { copy, GUEST_PAGE };
	struct iovec there = { guest->vm.mem + SHARED_PAGE, GUEST_PAGE };
	bool good = guest_do(guest, 0, ORDER_FILL, SHARED_PAGE, 9, 0) &&
		    guest_do(guest, 0, ORDER_SHARE, SHARED_PAGE, 0, 0) &&
		    process_vm_readv(getpid(), &here, 1, &there, 1, 0) == (ssize_t)GUEST_PAGE;

	if (good && host_is_machine() && machine_get("pages-pinned") != 1) {
		printf("# %ld pages are pinned\n", machine_get("pages-pinned"));
		good = false;
	}
	guest_order(guest, 0, ORDER_UNSHARE, SHARED_PAGE, 0, 0);
	return good;
}

static bool is_unshared(struct guest *guest)
{
	int ret;

	do {
		ret = guest_run(guest, 0);
	} while (ret == -EAGAIN);
	return ret >= 0 && guest_asks(guest, 0) && !guest_result(guest, 0, 0) &&
	       guest_differences(guest, SHARED_PAGE, 9) > MANY_DIFFER &&
	       guest_finds(guest, SHARED_PAGE, 9);
}

static void unpin_fails(struct guest *guest)
{
	static const struct {
		unsigned int cc;
		const char *what;
	} ways[] = {
		{ CC_ERROR, "refused" }, { CC_BUSY, "busy" }, { CC_PARTIAL, "unfinished" },
	};

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		unsigned int rc = ways[i].cc == CC_ERROR ? ERROR_RC : 0;
		long before = machine_injected();

		ok(NULL, unshares_pinned(guest), "a shared page is pinned");
		machine_inject(UNPIN, ways[i].cc, rc, SHORT);
		ok(&guest->vm, is_unshared(guest) && machine_injected() - before == SHORT,
		   "unpin %s for a while: the guest unshares its page", ways[i].what);
		ok(NULL, unshares_pinned(guest), "a shared page is pinned");
		machine_inject(UNPIN, ways[i].cc, rc, FOR_EVER);
		ok(&guest->vm, run_for_a_second(guest) == EINTR,
		   "unpin %s for ever: KVM_RUN ends by a signal", ways[i].what);
		machine_inject(UNPIN, ways[i].cc, 0, 0);
		ok(&guest->vm, is_unshared(guest), "the guest unshares its page after that");
	}
}

static void export_refused(struct guest *guest)
{
	uint8_t copy[GUEST_PAGE];
	struct iovec here = { copy, GUEST_PAGE }, there = { page_at(guest, 3), GUEST_PAGE };

	machine_inject(EXPORT, CC_ERROR, ERROR_RC, FOR_EVER);
	ok(NULL, process_vm_readv(getpid(), &here, 1, &there, 1, 0) == -1 && errno == EFAULT,
	   "export refused: EFAULT for who looks at a page");
	machine_inject(EXPORT, CC_ERROR, 0, 0);
	ok(&guest->vm, guest_finds(guest, GUEST_PRIVATE + 3 * GUEST_PAGE, 3),
	   "the guest goes on");
}

int main(int argc, char **argv)
{
	struct guest guest;

	puts("TAP version 13");
	if (argc != 2 || !image_load(&image, argv[1]))
		skip_all("no image (running-guest IMAGE)");
	if (!kvm_open() || !host_is_protected())
		skip_all("this host cannot run protected VMs (prot_virt=1?)");
	host_open();
	if (!ok(NULL, make_swap(), "swap space in zram"))
		return finish();
	if (start(&guest)) {
		looked_at(&guest);
		swapped_out(&guest);
		shared_page_swapped_out(&guest);
	}
	end(&guest, "memory that goes elsewhere");
	migrated();
	if (!host_is_machine()) {
		ok(NULL, true, "calls that fail # SKIP no machine that lets them");
		return finish();
	}
	if (start(&guest)) {
		first_touch(&guest);
		import_slow(&guest, CC_BUSY, "busy");
		import_slow(&guest, CC_PARTIAL, "unfinished");
		unpin_fails(&guest);
		export_refused(&guest);
		guest_finds_all(&guest, "calls that failed");
	}
	end(&guest, "calls that failed");
	import_refused();
	return finish();
}

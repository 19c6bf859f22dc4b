// SPDX-License-Identifier: GPL-2.0
/*
 * Every way by which user space, or the kernel for it, gets at a page of a
 * process.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/aio_abi.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "guest.h"
#include "host.h"
#include "parts.h"

#define PAGES		8UL	/* for each kind */

#define PAGE_LEN	((ssize_t)GUEST_PAGE)

/* A process that accesses our memory from outside, on request */
enum prober_act { VM_READ, VM_WRITE, MEM_READ, MEM_WRITE, PEEK, POKE };

static struct prober {
	enum prober_act act;
	uint8_t *addr;		/* in us */
	bool done;
	uint8_t buf[GUEST_PAGE];
} *prober;
static int prober_in = -1, prober_out = -1;

static bool trace(pid_t pid)
{
	unsigned long *words = (unsigned long *)prober->buf;
	bool good = true;

	if (ptrace(PTRACE_SEIZE, pid, 0, 0) || ptrace(PTRACE_INTERRUPT, pid, 0, 0) ||
	    waitpid(pid, NULL, __WALL) != pid)
		return false;
	for (size_t i = 0; i < GUEST_PAGE / sizeof(long); i++) {
		uint8_t *addr = prober->addr + i * sizeof(long);

		if (prober->act == POKE) {
			good &= !ptrace(PTRACE_POKEDATA, pid, addr, words[i]);
			continue;
		}
		errno = 0;
		words[i] = (unsigned long)ptrace(PTRACE_PEEKDATA, pid, addr, 0);
		good &= !errno;
	}
	ptrace(PTRACE_DETACH, pid, 0, 0);
	return good;
}

static bool probe(pid_t pid)
{
	struct iovec here = { prober->buf, GUEST_PAGE }, there = { prober->addr, GUEST_PAGE };
	char path[32];
	bool good;
	int fd;

	switch (prober->act) {
	case VM_READ:
		return process_vm_readv(pid, &here, 1, &there, 1, 0) == PAGE_LEN;
	case VM_WRITE:
		return process_vm_writev(pid, &here, 1, &there, 1, 0) == PAGE_LEN;
	case PEEK:
	case POKE:
		return trace(pid);
	default:
		break;
	}
	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (prober->act == MEM_READ)
		good = pread(fd, prober->buf, GUEST_PAGE, (off_t)prober->addr) == PAGE_LEN;
	else
		good = pwrite(fd, prober->buf, GUEST_PAGE, (off_t)prober->addr) == PAGE_LEN;
	close(fd);
	return good;
}

void access_open(void)
{
	pid_t us = getpid();
	int in[2], out[2];
	char c;

	prober = mmap(NULL, sizeof(*prober), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	if (prober == MAP_FAILED || pipe(in) || pipe(out))
		exit(1);
	if (!fork()) {
		close(in[1]);
		close(out[0]);
		while (read(in[0], &c, 1) == 1) {
			prober->done = probe(us);
			if (write(out[1], &c, 1) != 1)
				break;
		}
		_exit(0);
	}
	close(in[0]);
	close(out[1]);
	prober_in = in[1];
	prober_out = out[0];
}

static bool ask_prober(enum prober_act act, uint8_t *addr)
{
	char c = 0;

	prober->act = act;
	prober->addr = addr;
	return write(prober_in, &c, 1) == 1 && read(prober_out, &c, 1) == 1 && prober->done;
}

/* Things that take a page and give it back */
static int pipe_fd[2], socket_fd[2], file_fd, disk_fd;
static aio_context_t aio;

static bool open_channels(void)
{
	file_fd = open("/tmp/secure-memory", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	disk_fd = open(scratch_disk, O_RDWR | O_DIRECT | O_CLOEXEC);
	return !pipe(pipe_fd) && !socketpair(AF_UNIX, SOCK_STREAM, 0, socket_fd) &&
	       file_fd >= 0 && disk_fd >= 0 && !syscall(SYS_io_setup, 1, &aio);
}

static void close_channels(void)
{
	syscall(SYS_io_destroy, aio);
	close(pipe_fd[0]);
	close(pipe_fd[1]);
	close(socket_fd[0]);
	close(socket_fd[1]);
	close(file_fd);
	close(disk_fd);
}

static bool submit(unsigned int opcode, void *buf)
{
	struct iocb cb = {
		.aio_fildes = (uint32_t)disk_fd, .aio_lio_opcode = (uint16_t)opcode,
		.aio_buf = (uint64_t)buf, .aio_nbytes = GUEST_PAGE,
	};
	struct iocb *list[] = { &cb };
	struct io_event event;

	return syscall(SYS_io_submit, aio, 1, list) == 1 &&
	       syscall(SYS_io_getevents, aio, 1, 1, &event, NULL) == 1 &&
	       event.res == PAGE_LEN;
}

/* Ways to put a page there ... */

static bool load(uint8_t *page)
{
	memcpy(prober->buf, page, GUEST_PAGE);
	return true;
}

static bool write_pipe(uint8_t *page)
{
	return write(pipe_fd[1], page, GUEST_PAGE) == PAGE_LEN;
}

static bool writev_pipe(uint8_t *page)
{
	struct iovec parts[] = { { page, 100 }, { page + 100, GUEST_PAGE - 100 } };

	return writev(pipe_fd[1], parts, 2) == PAGE_LEN;
}

/* The pipe gets the page itself and copies it only when it is read. */
static bool vmsplice_pipe(uint8_t *page)
{
	struct iovec part = { page, GUEST_PAGE };

	return vmsplice(pipe_fd[1], &part, 1, 0) == PAGE_LEN;
}

static bool send_socket(uint8_t *page)
{
	return send(socket_fd[0], page, GUEST_PAGE, 0) == PAGE_LEN;
}

static bool write_file(uint8_t *page)
{
	return pwrite(file_fd, page, GUEST_PAGE, 0) == PAGE_LEN;
}

static bool write_direct(uint8_t *page)
{
	return pwrite(disk_fd, page, GUEST_PAGE, 0) == PAGE_LEN;
}

static bool write_aio(uint8_t *page)
{
	return submit(IOCB_CMD_PWRITE, page);
}

static bool vm_readv(uint8_t *page)
{
	return ask_prober(VM_READ, page);
}

static bool mem_read(uint8_t *page)
{
	return ask_prober(MEM_READ, page);
}

static bool peek(uint8_t *page)
{
	return ask_prober(PEEK, page);
}

/* ... and to get it from there */

static bool store(uint8_t *page)
{
	memcpy(page, prober->buf, GUEST_PAGE);
	return true;
}

static bool read_pipe(uint8_t *page)
{
	return read(pipe_fd[0], page, GUEST_PAGE) == PAGE_LEN;
}

static bool receive_socket(uint8_t *page)
{
	return recv(socket_fd[1], page, GUEST_PAGE, MSG_WAITALL) == PAGE_LEN;
}

static bool read_file(uint8_t *page)
{
	return pread(file_fd, page, GUEST_PAGE, 0) == PAGE_LEN;
}

static bool read_direct(uint8_t *page)
{
	return pread(disk_fd, page, GUEST_PAGE, 0) == PAGE_LEN;
}

static bool read_aio(uint8_t *page)
{
	return submit(IOCB_CMD_PREAD, page);
}

static bool vm_writev(uint8_t *page)
{
	return ask_prober(VM_WRITE, page);
}

static bool mem_write(uint8_t *page)
{
	return ask_prober(MEM_WRITE, page);
}

static bool poke(uint8_t *page)
{
	return ask_prober(POKE, page);
}

static const struct kind {
	const char *name;
	bool (*put)(uint8_t *page);
	bool (*get)(uint8_t *page);
	bool writes;		/* the secure page is what it is got to */
} kinds[] = {
	{ "loads of user space", load, store, false },
	{ "write() to a pipe", write_pipe, read_pipe, false },
	{ "writev() to a pipe", writev_pipe, read_pipe, false },
	{ "vmsplice()", vmsplice_pipe, read_pipe, false },
	{ "send()", send_socket, receive_socket, false },
	{ "write() to a file", write_file, read_file, false },
	{ "O_DIRECT write() to a disk", write_direct, read_direct, false },
	{ "asynchronous write to a disk", write_aio, read_direct, false },
	{ "process_vm_readv()", vm_readv, store, false },
	{ "reads of /proc/PID/mem", mem_read, store, false },
	{ "PTRACE_PEEKDATA", peek, store, false },
	{ "stores of user space", load, store, true },
	{ "read() from a pipe", write_pipe, read_pipe, true },
	{ "recv()", send_socket, receive_socket, true },
	{ "read() from a file", write_file, read_file, true },
	{ "O_DIRECT read() from a disk", write_direct, read_direct, true },
	{ "asynchronous read from a disk", write_direct, read_aio, true },
	{ "process_vm_writev()", load, vm_writev, true },
	{ "writes to /proc/PID/mem", load, mem_write, true },
	{ "PTRACE_POKEDATA", load, poke, true },
};

/* O_DIRECT wants whole pages of ours, too. */
static uint8_t copy[GUEST_PAGE] __attribute__((aligned(GUEST_PAGE)));

/* What was read is encrypted, and the same for the next reader. */
static bool reads(const struct kind *kind, const struct guest *guest, unsigned long nr)
{
	uint8_t *page = guest_page(guest, nr);

	return kind->put(page) && kind->get(copy) && is_exported(nr, copy) &&
	       !memcmp(copy, page, GUEST_PAGE);
}

static bool writes(const struct kind *kind, const struct guest *guest, unsigned long nr)
{
	uint8_t *page = guest_page(guest, nr);

	memset(copy, (int)(nr + 1), GUEST_PAGE);
	return kind->put(copy) && kind->get(page) && !memcmp(copy, page, GUEST_PAGE);
}

static void kind_by_kind(const struct guest *guest)
{
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		long before = machine_get("pages-secure");
		unsigned long nr = k * PAGES, good = 0;

		for (unsigned long i = 0; i < PAGES; i++, nr++)
			good += kinds[k].writes ? writes(&kinds[k], guest, nr) :
						  reads(&kinds[k], guest, nr);
		ok(NULL, good == PAGES, "%s of secure pages: %s", kinds[k].name,
		   kinds[k].writes ? "what was written is there" : "encrypted, no plain text");
		if (host_is_machine())
			ok(NULL, machine_get("pages-secure") == before - (long)PAGES,
			   "%s: exported these pages and no others", kinds[k].name);
	}
}

/* Accesses of the kernel to words, some of them with page faults disabled */

static long futex(uint8_t *word, int op, unsigned int val, uint8_t *word2, unsigned int val3)
{
	return syscall(SYS_futex, word, op, val, NULL, word2, val3);
}

static void futexes(const struct guest *guest, unsigned long nr)
{
	uint32_t *word = (uint32_t *)guest_page(guest, nr + 1), old;
	uint8_t *other = (uint8_t *)&old;

	/* No exported page begins with that, but for once in 2^32 */
	ok(NULL, futex(guest_page(guest, nr), FUTEX_WAIT, 0x12345678, NULL, 0) == -1 &&
	   errno == EAGAIN, "FUTEX_WAIT looks at a secure word");
	ok(NULL, !futex(other, FUTEX_WAKE_OP, 1, (uint8_t *)word,
			FUTEX_OP(FUTEX_OP_SET, 77, FUTEX_OP_CMP_EQ, 1)) && *word == 77,
	   "FUTEX_WAKE_OP changes a secure word");
	word = (uint32_t *)guest_page(guest, nr + 2);
	ok(NULL, !futex((uint8_t *)word, FUTEX_LOCK_PI, 0, NULL, 0) || errno == ESRCH ||
	   errno == EINVAL || errno == EPERM || errno == ENOSYS || errno == EAGAIN,
	   "FUTEX_LOCK_PI compares and swaps a secure word");
}

static volatile sig_atomic_t signals;

static void handler(int sig)
{
	signals = sig;
}

static void signal_frame(const struct guest *guest, unsigned long nr)
{
	stack_t stack = { .ss_sp = guest_page(guest, nr), .ss_size = 16 * GUEST_PAGE };
	struct sigaction act = { .sa_handler = handler, .sa_flags = SA_ONSTACK };

	signals = 0;
	sigaltstack(&stack, NULL);
	sigaction(SIGUSR1, &act, NULL);
	raise(SIGUSR1);
	ok(NULL, signals == SIGUSR1, "a signal handler's stack of secure pages");
	stack.ss_flags = SS_DISABLE;
	sigaltstack(&stack, NULL);
}

/* Other system calls that take or fill structures and strings */
static void structures(const struct guest *guest, unsigned long nr)
{
	struct rlimit_words { uint64_t cur, max; } *limit = (void *)guest_page(guest, nr);
	char *path = (char *)guest_page(guest, nr + 1);
	unsigned char *resident = guest_page(guest, nr + 2);
	int *fds = (int *)guest_page(guest, nr + 3);

	ok(NULL, !syscall(SYS_prlimit64, 0, 7, NULL, limit) && limit->max,
	   "a structure is put into a secure page");
	ok(NULL, open(path, O_RDONLY | O_CLOEXEC) == -1 &&
	   (errno == ENOENT || errno == ENAMETOOLONG), "a path is taken from a secure page");
	ok(NULL, !mincore(guest->vm.mem, GUEST_PAGE, resident) && *resident <= 1,
	   "mincore() puts its result into a secure page");
	ok(NULL, !pipe(fds) && !close(fds[0]) && !close(fds[1]), "pipe() does");
}

void accesses(void)
{
	const unsigned long words = sizeof(kinds) / sizeof(kinds[0]) * PAGES;
	struct guest guest;

	if (!ok(NULL, open_channels(), "pipes, sockets and disks are there"))
		return;
	if (guest_start(&guest, words + 32, -1)) {
		kind_by_kind(&guest);
		futexes(&guest, words);
		structures(&guest, words + 4);
		signal_frame(&guest, words + 8);
	}
	guest_end(&guest);
	close_channels();
	nothing_left("accesses");
}

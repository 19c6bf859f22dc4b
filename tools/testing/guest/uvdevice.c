// SPDX-License-Identifier: GPL-2.0
/*
 * uvdevice: first program of a guest, or of a host, that runs the kernel's own selftest of
 * /dev/uv and then tells what the ultravisor answers there to each call, one line a call.
 */
#include <asm/uvdevice.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Numbers of the ioctls, of which the libc's headers may know only attestation. */
enum { UV_INFO, UV_ATTEST, UV_ADD, UV_LIST, UV_LOCK, UV_RETRIEVE };

/* What UV_INFO gives: bit n is number n, of the device and of its ultravisor. */
struct uv_supported {
	uint64_t ioctls, calls;
};

static int device;

static void show_file(const char *what, const char *name)
{
	FILE *file = fopen(name, "re");
	char line[128];

	if (!file) {
		printf("uvdevice: %s: absent\n", what);
		return;
	}
	while (fgets(line, sizeof(line), file))
		printf("uvdevice: %s: %s", what, line);
	fclose(file);
}

static void selftest(void)
{
	int status;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (!child) {
		execl("/test_uvdevice", "test_uvdevice", NULL);
		_exit(127);
	}
	waitpid(child, &status, 0);
	printf("uvdevice: selftest: status %d\n",
	       WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

static void call(const char *what, unsigned int number, void *argument, uint32_t len)
{
	struct uvio_ioctl_cb cb = { .argument_addr = (uintptr_t)argument, .argument_len = len };

	if (ioctl(device, _IOWR(UVIO_TYPE_UVC, number, struct uvio_ioctl_cb), &cb))
		printf("uvdevice: %s: %m\n", what);
	else
		printf("uvdevice: %s: rc 0x%x rrc 0x%x\n", what, cb.uv_rc, cb.uv_rrc);
}

/* A request that is one in its length only */
static void attest(void)
{
	static uint8_t request[0x180], measurement[64], additional[32];
	static struct uvio_attest arg;

	arg.arcb_addr = (uintptr_t)request;
	arg.arcb_len = sizeof(request);
	arg.meas_addr = (uintptr_t)measurement;
	arg.meas_len = sizeof(measurement);
	arg.add_data_addr = (uintptr_t)additional;
	arg.add_data_len = sizeof(additional);
	call("attest", UV_ATTEST, &arg, sizeof(arg));
}

int main(void)
{
	static uint8_t area[0x2000];
	struct uv_supported info = { 0 };
	struct stat st;

	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mkdir("/dev", 0755);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);

	show_file("guest", "/sys/firmware/uv/prot_virt_guest");
	show_file("host key", "/sys/firmware/uv/keys/host_key");
	device = open("/dev/uv", O_RDWR | O_CLOEXEC);
	if (device < 0 || fstat(device, &st))
		printf("uvdevice: /dev/uv: %m\n");
	else
		printf("uvdevice: /dev/uv: mode %o\n", st.st_mode & 07777);
	selftest();

	call("information", UV_INFO, &info, sizeof(info));
	printf("uvdevice: commands 0x%llx, calls 0x%llx\n", (unsigned long long)info.ioctls,
	       (unsigned long long)info.calls);
	attest();
	call("add", UV_ADD, area, 0x1000);
	call("list", UV_LIST, area, 0x2000);
	call("retrieve", UV_RETRIEVE, area, 0x2000);
	call("lock", UV_LOCK, NULL, 0);
	call("lock again", UV_LOCK, NULL, 0);
	printf("uvdevice: done\n");
	sleep(5);	/* whoever started the guest looks at it */
	reboot(RB_POWER_OFF);
	return 1;
}

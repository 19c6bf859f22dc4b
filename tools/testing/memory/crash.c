// SPDX-License-Identifier: GPL-2.0
/*
 * crash KERNEL INITRD kept|cleared: a host that has a protected VM crashes, and KERNEL
 * dumps it. There the program vmcore is told where pages are. With "kept" the machine's
 * reset leaves secure pages as they are, and the ultravisor refuses the first exports.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/kexec.h>
#include "guest.h"
#include "host.h"
#include "residence.h"
#include "vmcore.h"

#define EXPORT		0x0201
#define NOT_INITIALISED	3

#define FRAME(entry)	((entry) & ((1UL << 55) - 1))

static void must(bool good, const char *what)
{
	if (good)
		return;
	printf("Bail out! %s\n", what);
	exit(1);
}

static bool load(const char *kernel, const char *initrd, const char *words)
{
	int image = open(kernel, O_RDONLY | O_CLOEXEC), ram = open(initrd, O_RDONLY | O_CLOEXEC);

	return image >= 0 && ram >= 0 &&
	       !syscall(SYS_kexec_file_load, image, ram, strlen(words) + 1, words,
			KEXEC_FILE_ON_CRASH);
}

int main(int argc, char **argv)
{
	static uint8_t page[GUEST_PAGE] __attribute__((aligned(4096)));
	unsigned long *plain, *secure;
	struct guest guest;
	char words[512];
	int len;

	must(argc == 4 && kvm_open() && host_is_protected() && image_open(), "no host, no image");
	host_open();
	memcpy(page, ORDINARY_TEXT, sizeof(ORDINARY_TEXT));
	must(guest_begin(&guest, SECURE_PAGES, -1), "no VM with secure pages");
	plain = pagemap(page, 1);
	secure = pagemap(guest.page, SECURE_PAGES);
	len = snprintf(words, sizeof(words),
		       "console=ttyS0 panic=-1 openuv=program program=vmcore,%s,%lx", argv[3],
		       FRAME(plain[0]));
	for (int i = 0; i < SECURE_PAGES; i++)
		len += snprintf(words + len, sizeof(words) - (size_t)len, ",%lx",
				FRAME(secure[i]));
	must(load(argv[1], argv[2], words), "kexec_file_load");
	must(!strcmp(argv[3], "cleared") ||
	     (machine_keep_storage() &&
	      machine_inject(EXPORT, 1, NOT_INITIALISED, REFUSED_EXPORTS)),
	     "the machine keeps no storage");
	fflush(stdout);
	must(set("/proc/sysrq-trigger", "c"), "no crash");
	return 1;
}

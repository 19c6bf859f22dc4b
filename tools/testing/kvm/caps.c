// SPDX-License-Identifier: GPL-2.0
/*
 * kvm-caps: what KVM says of protected VMs, as lines of the host's report.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <linux/kvm.h>

#define CAP_PROTECTED_ASYNC	224	/* older headers lack it */
#define CAP_PROTECTED_DUMP	217

int main(void)
{
	static const struct {
		unsigned long cap;
		const char *name;
	} caps[] = {
		{ KVM_CAP_S390_PROTECTED, "KVM_CAP_S390_PROTECTED" },
		{ CAP_PROTECTED_DUMP, "KVM_CAP_S390_PROTECTED_DUMP" },
		{ CAP_PROTECTED_ASYNC, "KVM_CAP_S390_PROTECTED_ASYNC_DISABLE" },
	};
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	if (kvm < 0) {
		perror("/dev/kvm");
		return 1;
	}
	for (size_t i = 0; i < sizeof(caps) / sizeof(caps[0]); i++)
		printf("report: kvm/%s: %d\n", caps[i].name,
		       ioctl(kvm, KVM_CHECK_EXTENSION, caps[i].cap));
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * pv-refused: what is left when the ultravisor does not give a CPU back. The
 * machine has been told to refuse the next DESTROY SECURE CPU with rc 0x21.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include "counters.h"
#include "vm.h"

#define RC_REFUSED	0x21

int main(void)
{
	long before, between;
	struct vm vm;

	puts("TAP version 13");
	if (!kvm_open())
		skip_all("no /dev/kvm");
	before = counters_kept();
	if (before < 0)
		skip_all("the kernel does not tell what it has lost");
	vm_open(&vm, 16 * MIB, 2);
	ok(&vm, !pv(&vm, KVM_PV_ENABLE, NULL), "ENABLE");
	ok(&vm, pv(&vm, KVM_PV_DISABLE, NULL) == -1 && errno == EIO && vm.rc == RC_REFUSED,
	   "DISABLE fails and says what the ultravisor said");
	between = counters_kept();
	ok(&vm, between > before, "the memory of the CPU is lost (%ld bytes)", between - before);
	ok(&vm, pv(&vm, KVM_PV_ENABLE, NULL) == -1 && errno == EINVAL,
	   "the configuration is still there");
	pv(&vm, KVM_PV_DISABLE, NULL);
	ok(&vm, pv(&vm, KVM_PV_DISABLE, NULL) == -1 && errno == EINVAL,
	   "another DISABLE ends it");
	ok(&vm, !pv(&vm, KVM_PV_ENABLE, NULL) && !pv(&vm, KVM_PV_DISABLE, NULL),
	   "the VM can become protected again");
	vm_close(&vm);
	between = counters_kept();
	vm_open(&vm, 16 * MIB, 2);
	ok(&vm, !pv(&vm, KVM_PV_ENABLE, NULL) && !pv(&vm, KVM_PV_DISABLE, NULL),
	   "so can others");
	vm_close(&vm);
	ok(NULL, counters_kept() == between, "and lose nothing (%ld bytes are lost)", between);
	return finish();
}

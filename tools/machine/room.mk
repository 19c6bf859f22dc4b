# SPDX-License-Identifier: GPL-2.0
# The machine: QEMU with an ultravisor.

MACHINE		:= $(CACHE)/build/machine/qemu-system-s390x

.PHONY: machine
machine: ## build the machine (QEMU with an ultravisor)
	@tools/machine/build

CHECKS += sie
.PHONY: check-sie
check-sie: machine ## SIE: programs that use KVM on a host in the machine
	@tools/machine/check-sie

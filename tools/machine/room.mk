# SPDX-License-Identifier: GPL-2.0
# The machine: QEMU with an ultravisor.

MACHINE		:= $(CACHE)/build/machine/qemu-system-s390x

.PHONY: machine
machine: ## build the machine (QEMU with an ultravisor)
	@tools/machine/build

# SPDX-License-Identifier: GPL-2.0
# The machine: QEMU with an ultravisor.

MACHINE		:= $(CACHE)/build/machine/qemu-system-s390x

CHECKS		+= machine

.PHONY: machine run check-machine
machine: ## build the machine (QEMU with an ultravisor)
	@tools/machine/build

KERNEL		?=
ARGS		?=
run: machine ## boot Debian's kernel (or KERNEL=, ARGS=-i...) on the machine
	@tools/machine/run $(ARGS) $(or $(KERNEL),$$(tools/machine/tests/debian-args))

check-machine: ## test the ultravisor in the machine
	@tools/machine/check

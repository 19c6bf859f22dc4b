# SPDX-License-Identifier: GPL-2.0
# The machine: QEMU with an ultravisor.

MACHINE		:= $(CACHE)/build/machine/qemu-system-s390x

CHECKS		+= machine sie vmm selftests

CHECKS_ALL	+= selftests-long vmm-nested

.PHONY: machine vmm-disk machine-run check-machine check-sie check-vmm check-vmm-nested check-selftests check-selftests-long bench-machine bench-sie fuzz fuzz-machine
machine: ## build the machine (QEMU with an ultravisor)
	@tools/machine/build

vmm-disk: ## fetch the VMM that hosts in the machine run: Debian's QEMU
	@tools/machine/vmm-disk

ARGS		?= $$(tools/machine/tests/debian args)
machine-run: machine ## boot a kernel on the machine: ARGS='[OPTION...] KERNEL'; default Debian's
	@tools/machine/run $(ARGS)

check-machine: ## test the ultravisor in the machine
	@tools/machine/check

check-sie: machine ## test SIE: programs that use KVM on a host in the machine
	@tools/machine/check-sie

fuzz: fuzz-machine
fuzz-machine: machine ## SIE with state descriptions of any content for FUZZ_SECONDS=600; SEED=number repeats
	@tools/machine/check-sie fuzz "$(or $(FUZZ_SECONDS),600)" $(SEED)

check-vmm: machine ## test KVM guests of Debian's QEMU on a host in the machine
	@tools/machine/check-vmm

check-vmm-nested: machine ## the same in a guest, which is a host itself
	@tools/machine/check-vmm nested

check-selftests: machine ## run the kernel's own KVM selftests on a host in the machine
	@tools/machine/check-selftests

check-selftests-long: machine ## the same, those that take minutes
	@tools/machine/check-selftests long

bench-sie: machine ## measure SIE: loops on a host and in its guest
	@tools/machine/bench/sie

bench-machine: ## measure ultravisor calls, and the machine against Debian's QEMU
	@tools/machine/bench/machine

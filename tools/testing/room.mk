# SPDX-License-Identifier: GPL-2.0
# Gates and end-to-end runs.

CHECKS += base kunit sparse style boot boot-machine kvm run run-debian-host kvm-stress kvm-guest
CHECKS += secure-memory uv-faults running-guest uvdevice linux-7
CHECKS_ALL += hooks boot-no-kvm large-files crash kvm-teardown-large debug run-debian-host-all \
	run-debian-guest run-variants run-options linux-7-long

.PHONY: run shell check-run check-run-debian-host check-run-debian-host-all \
	check-run-debian-guest check-run-variants check-run-options check-linux-7 check-linux-7-long
.PHONY: kunit sparse style check-base check-hooks check-bare check-kunit check-sparse check-style check-boot \
	check-boot-no-kvm check-boot-machine check-kvm check-kvm-stress check-kvm-guest \
	check-kvm-teardown-large \
	check-secure-memory check-uv-faults check-uvdevice check-large-files check-crash check-running-guest check-debug fuzz fuzz-kvm
shell: ## the same host with a console for you, and a protected guest ready to start
	@tools/testing/run shell
run: ## the main job: build all, boot a host with prot_virt=1, show what it sees
	@tools/testing/run

kunit: check-kunit ## short for check-kunit; sparse and style likewise
sparse: check-sparse ## short for check-sparse
style: check-style ## short for check-style

check-kunit: ## KUnit suites of the driver; SUITE=glob for some of them
	@tools/testing/kunit/run $(SUITE)
check-sparse: ## sparse and W=1 on the kernel code
	@tools/testing/sparse
check-style: ## checkpatch, kernel-doc, clang-tidy, shellcheck, licence lines
	@tools/testing/style
check-base: ## joining the driver to Linux: overlay, patch, refusals, caches
	@tools/testing/check-base
check-hooks: ## both releases' Coccinelle make the same of every hook
	@tools/testing/check-hooks
check-bare: ## make run and make check on a bare Debian 12 and 13 (RELEASE=one, WHAT='one')
	@tools/testing/check-bare $(RELEASE)
check-boot: ## host kernels of each kind where there is no ultravisor, on Debian's QEMU
	@tools/testing/check-boot
check-boot-no-kvm: ## the same, a kernel without KVM
	@tools/testing/check-boot no-kvm
check-boot-machine: ## hosts on the machine: storage of all sizes, calls that fail at boot
	@tools/testing/check-boot-machine
check-kvm: ## KVM's interface for protected VMs, on a host in the machine
	@tools/testing/check-kvm
check-kvm-stress: ## a thousand protected guests, many CPUs, several at once; the fuzzer for 20 s
	@tools/testing/check-kvm stress
check-kvm-teardown-large: ## the CPUs of a host share the end of a guest of 4 GiB
	@tools/testing/check-kvm teardown 4096
check-kvm-guest: ## a protected guest by raw ioctls, as its user sees it
	@tools/testing/check-kvm guest
check-secure-memory: ## secure pages under swap, compaction, fork, kill, ... on a host in the machine
	@tools/testing/check-memory secure-memory
check-uv-faults: ## each call of a host to the ultravisor fails, on a host in the machine
	@LIMIT=900 tools/testing/check-memory uv-faults
check-large-files: ## secure pages of a file on XFS, on a host in the machine whose kernel has it
	@tools/testing/check-memory large-files xfs
check-crash: ## the dump of a host with secure pages that crashes; its kernel has kexec and kdump
	@tools/testing/check-memory crash kdump
check-running-guest: ## a protected guest whose memory is swapped, moved, looked at; calls fail meanwhile
	@tools/testing/check-memory running-guest
check-uvdevice: ## /dev/uv in a protected guest and on a host: the kernel's selftest, each call
	@tools/testing/check-uvdevice
check-debug: ## secure pages and KVM's interface on a kernel with KASAN, lockdep, ...
	@tools/testing/check-debug
fuzz: fuzz-kvm
fuzz-kvm: ## random commands for KVM's interface for FUZZ_SECONDS=600; SEED=number repeats
	@tools/testing/check-kvm fuzz "$(or $(FUZZ_SECONDS),600)" $(SEED)
check-run: ## the end-to-end run: every line of its report
	@tools/testing/check-run
check-run-debian-host: ## the short form of it with Debian's unmodified kernel as the host
	@tools/testing/check-run debian-host
check-run-debian-host-all: ## all of it with that kernel
	@tools/testing/check-run debian-host all
check-run-debian-guest: ## the same with Debian's unmodified kernel as the guest
	@tools/testing/check-run debian-guest
check-run-variants: ## other ways to start a protected guest, and its dump
	@tools/testing/check-run variants
check-run-options: ## a guest of the user's own, and options that cannot be
	@tools/testing/check-options
check-linux-7: ## the driver's suites and the main job on the newest known Linux 7, if Debian has it
	@tools/testing/check-linux 7 kunit driver-costs kvm secure-memory running-guest run
check-linux-7-long: ## the driver's other suites there
	@tools/testing/check-linux 7 base sparse boot boot-machine kvm-stress kvm-guest uv-faults \
		uvdevice selftests

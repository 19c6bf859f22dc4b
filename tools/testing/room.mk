# SPDX-License-Identifier: GPL-2.0
# Gates and end-to-end runs.

CHECKS += base kunit sparse style boot boot-machine kvm secure-memory

.PHONY: run kunit sparse style check-base check-kunit check-sparse check-style check-boot check-boot-machine check-kvm check-secure-memory
run: ## the main job: build all, boot a host with prot_virt=1, show what it sees
	@tools/testing/run

kunit: check-kunit ## KUnit suites of the driver; SUITE=glob for some of them
sparse: check-sparse ## sparse and W=1 on the kernel code
style: check-style ## checkpatch, kernel-doc, clang-tidy, shellcheck, licence lines

check-kunit:
	@tools/testing/kunit/run $(SUITE)
check-sparse:
	@tools/testing/sparse
check-style:
	@tools/testing/style
check-base:
	@tools/testing/check-base
check-boot:
	@tools/testing/check-boot
check-boot-machine: ## hosts on the machine: storage of all sizes, calls that fail at boot
	@tools/testing/check-boot-machine
check-kvm: ## KVM's interface for protected VMs, on a host in the machine
	@tools/testing/check-kvm
check-secure-memory: ## secure pages under swap, compaction, fork, kill, ... on a host in the machine
	@tools/testing/check-memory secure-memory

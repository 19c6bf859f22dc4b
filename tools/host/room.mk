# SPDX-License-Identifier: GPL-2.0
# A Debian host with libvirt on the machine.

CHECKS		+= host

# Debian's disk takes a quarter of an hour to make, hence not in every run.
CHECKS_ALL	+= libvirt

.PHONY: host host-stop host-status host-ssh host-console check-host check-libvirt check-libvirt-long \
	package-host check-host-package
host: ## a Debian host with libvirt on the machine: HOST_KERNEL= MEM= CPUS= DISK= SHARE= PORTS= BACKGROUND=1
	@tools/host/host $(if $(BACKGROUND),start,run)

host-stop: ## shut it down; NAME= if it has one, ALL=1: all of this cache
	@tools/host/host stop $(if $(ALL),all)

host-status: ## how to reach it
	@tools/host/host status

host-ssh: ## log in to it, or COMMAND='virsh list --all'
	@tools/host/host ssh $(COMMAND)

host-console: ## its console
	@tools/host/host console

check-host: machine ## test what its scripts say to bad input, without its disk
	@tools/host/check

check-libvirt: ## protected guests by libvirt on that host, over ssh: HOST_KERNEL=
	@tools/host/check-libvirt

check-libvirt-long: ## the same in all that libvirt can do with them
	@tools/host/check-libvirt long

package: package-host
package-host: ## openuv-machine and openuv-host only
	@tools/host/package $(CACHE)/packages

check-host-package: ## install the packages in a fresh Debian, use the host there as an ordinary user
	@tools/host/check-package

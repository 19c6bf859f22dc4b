# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154
# The host, the two guests of the run, and what they do with their devices. Sourced by
# the scenarios.

# Debian's virt-host-validate crashes on a kernel without PCI; there it is given an
# empty folder of PCI devices.
validate() {
	if [ -d /sys/bus/pci/devices ]; then
		virt-host-validate qemu
	else
		unshare -m sh -c 'mount -t tmpfs none /sys/bus && mkdir -p /sys/bus/pci/devices &&
			virt-host-validate qemu'
	fi 2>&1 | tee /tmp/virt-host-validate
}

# The host itself.
host_is_ready() {
	_log=$(dmesg | sed -n 's/.*prot_virt: //p' | head -n 1)
	verdict "host: ${_log:-nothing in the log about prot_virt}" \
		test "${_log#Reserving * as ultravisor base storage}" = ''
	verdict "host: /sys/firmware/uv/prot_virt_host is $(cat /sys/firmware/uv/prot_virt_host)" \
		test "$(cat /sys/firmware/uv/prot_virt_host)" = 1
	_caps=$(kvm-caps | sed -n 's|report: kvm/\(.*\): 1$|\1|p' | tr '\n' ' ')
	verdict "host: KVM offers ${_caps:-no protected VMs}" \
		test "${_caps#KVM_CAP_S390_PROTECTED }" != "$_caps"
	_line=$(validate | sed -n 's/.*secure guest support *: //p' | sed 's/\x1b\[[0-9;]*m//g')
	verdict "host: virt-host-validate finds secure guest support: ${_line:-no answer}" \
		same "$_line" PASS
}

devices() {
	_name=$1
	_line=$(vm_ask "$_name" disk 'guest: disk')
	_sum=$(word 6 "$_line")
	_file=$(vmm-peer sum "$vms/$_name.disk")
	_bounced=$(word 11 "$_line")
	verdict \
		"disk: $(($(word 3 "$_line") >> 20)) MiB written and read back, checksum as in the host's file, $_bounced bounce slots" \
		test "$_sum/$(word 8 "$_line")" = "$_file/$_file" -a "${_bounced:-0}" -gt 0
	ip addr add 10.0.2.2/24 dev tap0 && ip link set tap0 up
	vmm-peer send 7000 1000000 >"$vms/$_name.sent" &
	_peer=$!
	_line=$(vm_ask "$_name" 'net 7000' 'guest: net')
	# Nobody has connected if the guest does not answer.
	[ -n "$_line" ] || kill $_peer
	wait $_peer
	verdict "network: ${_line#guest: net }, as the host has sent" \
		same "$(word 6 "$_line")" "$(cat "$vms/$_name.sent")"
}

# The protected guest of the run. What a guest may not show is known from now on.
start_secret() {
	pv-attack registers "$seed" >/tmp/registers
	# Their cores are searched in the end.
	core_size=unlimited
	vm_start secret protected guest.image \
		-netdev tap,id=net0,ifname=tap0,script=no,downscript=no \
		-device virtio-net-ccw,netdev=net0,iommu_platform=on
}

# It and the unprotected one. Without both nothing that is tried later says anything.
both_guests() {
	start_secret
	vm_start plain plain guest
	core_size=0
	host_is_ready

	guest_came_up secret
	_protected=$greeting
	verdict "guest: has gone into secure mode and runs ${greeting#guest: ready, }" \
		test -n "$greeting"
	verdict "guest: finds itself protected (prot_virt_guest ${greeting##* })" \
		same "${greeting##* }" 1
	guest_came_up plain
	verdict "control: the same kernel and RAM disk unprotected beside it" \
		test -n "$greeting" -a "${greeting##* }" != 1
	if [ -z "$_protected" ] || [ -z "$greeting" ]; then
		end
	fi
}

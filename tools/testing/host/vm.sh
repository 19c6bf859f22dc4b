# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Starting and asking VMs of Debian's (or any) s390x QEMU. A VM has a name; its
# files are $vms/NAME.*: log (console), err (the VMM's messages), pid, qmp, disk.
# Sourced by the scenario. Needs only a POSIX shell, QEMU, vmm-monitor and
# vmm-await, so that it works on a real host, too.

vms=${vms:-/tmp/vm}
images=${images:-/images}
# guest=OWN,MEMORY,CPUS on the host's kernel command line: what `make run` was told
_told=$(sed -n 's/.*guest=\([^ ]*\).*/\1/p' /proc/cmdline | tr , ' ')
own=${own:-$(echo "$_told" | awk '$1 == "own"')}
memory=${memory:-$(echo "$_told" | awk '{ print $(NF - 1) }')}
cpus=${cpus:-$(echo "$_told" | awk '{ print $NF }')}
memory=${memory:-64}
cpus=${cpus:-2}
# Only a guest that hangs is waited for so long: one that has ended is noticed.
patience=${patience:-240}
mkdir -p "$vms"

uptime_seconds() {
	read -r _up _ </proc/uptime
	echo "${_up%.*}"
}

# vm_start NAME plain|protected IMAGE [QEMU OPTION...]: IMAGE is a prepared one, or
# `guest` for the same kernel and RAM disk unprotected.
vm_start() {
	_files=$vms/$1
	_kind=$2
	_image=$3
	shift 3
	rm -f "$_files".*
	mkfifo "$_files.in" "$_files.out"
	truncate -s 4M "$_files.disk"
	_iommu=''
	if [ "$_kind" = protected ]; then
		_iommu=,iommu_platform=on
		set -- -object s390-pv-guest,id=pv0 -machine confidential-guest-support=pv0 "$@"
	fi
	if [ "$_image" = guest ]; then
		set -- -kernel "$images/guest.kernel" -initrd "$images/guest.initrd" \
			-append "$(cat "$images/guest.cmdline")" "$@"
	elif [ -n "$_image" ]; then
		set -- -kernel "$images/$_image" "$@"
	fi
	(
		# shellcheck disable=SC3045 # dash and busybox know it
		ulimit -c "${core_size:-0}"
		exec qemu-system-s390x -name "${_files##*/}" -machine s390-ccw-virtio -accel kvm -cpu host \
			-m "$memory" -smp "$cpus" -display none -nodefaults \
			-chardev "pipe,id=console,path=$_files" -device sclpconsole,chardev=console \
			-qmp "unix:$_files.qmp,server=on,wait=off" \
			-drive "if=none,id=disk0,format=raw,file=$_files.disk" \
			-device "virtio-blk-ccw,drive=disk0$_iommu" \
			"$@" 2>"$_files.err"
	) &
	echo $! >"$_files.pid"
	: >"$_files.log"
	cat "$_files.out" >>"$_files.log" &
}

vm_pid() { read -r _pid <"$vms/$1.pid" && echo "$_pid"; }
# A process that has ended and was not waited for does not run.
vm_runs() { grep -q '^State:[[:space:]][^ZX]' "/proc/$(vm_pid "$1")/status" 2>/dev/null; }

# vm_await NAME TEXT [SECONDS]: waits until the console has a line with TEXT that
# was not there when vm_tell was called last; prints it. Fails when the time is over
# or the guest does not run any more and has not said it with its last word.
vm_await() {
	_from=0
	[ ! -f "$vms/$1.seen" ] || read -r _from <"$vms/$1.seen"
	_end=$(($(uptime_seconds) + ${3:-$patience}))
	while :; do
		vmm-await "$vms/$1.log" "$_from" "$2" 2 "$(vm_pid "$1")" && return 0
		# 3: the VMM has ended
		[ $? = 1 ] && [ "$(uptime_seconds)" -lt "$_end" ] || return 1
		case $(vm_state "$1") in
		running | starting) ;;
		*) _end=0 ;;
		esac
	done
}

# vm_tell NAME LINE: types it on the guest's console.
vm_tell() {
	vm_runs "$1" || return 1
	wc -l <"$vms/$1.log" >"$vms/$1.seen"
	printf '%s\n' "$2" >"$vms/$1.in"
}

# vm_ask NAME LINE PATTERN [SECONDS]
vm_ask() {
	vm_tell "$1" "$2" && vm_await "$1" "$3" "${4:-}"
}

# vm_monitor NAME COMMAND
vm_monitor() { vmm-monitor "$vms/$1.qmp" "$2"; }

# vm_where NAME GUEST-ADDRESS: its address in the VMM
vm_where() { vm_monitor "$1" "gpa2hva $2" | sed -n 's/.* is \(0x[0-9a-f]*\).*/\1/p'; }

# vm_state NAME: what the VMM thinks of its guest; `starting` if it does not listen
vm_state() {
	vm_runs "$1" || return 1
	_said=$(vm_monitor "$1" 'info status' 2>/dev/null) || echo starting
	printf '%s\n' "$_said" | sed -n 's/^VM status: //p'
}

# vm_end NAME...: all at once
vm_end() {
	for _vm_name in "$@"; do
		! vm_runs "$_vm_name" || kill "$(vm_pid "$_vm_name")"
	done
	for _vm_name in "$@"; do
		_n=100
		while vm_runs "$_vm_name" && [ $((_n -= 1)) != 0 ]; do sleep 0.1; done
		! vm_runs "$_vm_name" || kill -9 "$(vm_pid "$_vm_name")"
	done
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC1091,SC2034,SC2154
# What the end-to-end runs on a host share: verdicts, answers of guests, the end.

. /run/vm.sh

rm -f /tmp/failed
# verdict TEXT COMMAND...: COMMAND decides. The line goes to whoever started the host.
# May be called in a subshell.
verdict() {
	_text=$1
	shift
	read -r _now _ </proc/uptime
	echo "report: at $_now s"
	if "$@"; then
		echo "report: verdict: PASS $_text"
	else
		echo "report: verdict: FAIL $_text"
		: >/tmp/failed
	fi
}
# word N LINE: the N-th word, without a comma behind it
word() { printf '%s\n' "$2" | cut -d ' ' -f "$1" | tr -d ,; }
same() { [ -n "$1" ] && [ "$1" = "$2" ]; }

# guest_came_up NAME: leaves its greeting in $greeting
guest_came_up() {
	greeting=$(vm_await "$1" 'guest: ready')
	[ -n "$greeting" ]
}

# hold NAME: the guest makes a secret of $pages pages; $NAME_one and $NAME_two are
# the addresses of its first two pages in the VMM.
seed=$(od -An -N6 -tu8 /dev/urandom | tr -d ' ')
pages=1024
hold() {
	_line=$(vm_ask "$1" "hold $seed $pages" 'guest: holds')
	_one=$(vm_where "$1" "$(word 6 "$_line")")
	_two=$(vm_where "$1" "$(word 7 "$_line")")
	eval "$1_one=$_one $1_two=$_two"
	[ -n "$_one" ] && [ -n "$_two" ]
}

# The messages of all VMMs and guests go to the log.
end() {
	set --
	for vm in "$vms"/*.pid; do
		vm=${vm##*/}
		set -- "$@" "${vm%.pid}"
	done
	vm_end "$@"
	for file in /tmp/virt-host-validate "$vms"/*.err "$vms"/*.log; do
		echo "--- ${file##*/}"
		cat "$file"
	done
	echo 'report: all guests have ended'
	# Whoever started this host looks at the ultravisor now.
	read -r _ </dev/console
	[ ! -e /tmp/failed ]
	exit
}

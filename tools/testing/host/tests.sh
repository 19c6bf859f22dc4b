# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# What jobs of the host that run tests share. They are run by host-run.

status=0
dmesg -c >/dev/null

# at_rest NAME: host-run looks whether the ultravisor has anything left
at_rest() {
	echo "openuv: at rest after $1"
	read -r _
}

# inject COMMAND CC RC RRC COUNT: host-run lets the ultravisor answer so many
# calls of a command like that, without doing anything
inject() {
	echo "openuv: inject $*"
	read -r _
}

# run NAME COMMAND...: a program that prints TAP; afterwards the kernel's log has
# nothing that a user would have to worry about, and nothing is left. $usual is a
# regular expression for what the kernel says about a VMM's mistakes.
run() {
	_name=$1
	shift
	"$@" || status=1
	_said=$(dmesg -c | grep -E 'WARNING|BUG|Oops|Call Trace|prot_virt:|kvm-s390:' |
		grep -vE "${usual:-^\$}")
	if [ -z "$_said" ]; then
		echo "ok - $_name: the kernel's log is quiet"
	else
		echo "not ok - $_name: the kernel's log is quiet"
		echo "$_said" | sed 's/^/#   /'
		status=1
	fi
	at_rest "$_name"
}

# no_leaks: says 0 unless the kernel looks for leaks of its own and has found some
no_leaks() {
	_leaks=/sys/kernel/debug/kmemleak
	[ -e "$_leaks" ] || return 0
	# What is not referred to is a leak after some seconds, seen by two scans.
	sleep 6
	echo scan >"$_leaks"
	echo scan >"$_leaks"
	# The base loses its first scheduling domains (8 bytes) if it learns of the CPUs'
	# topology before sched_init_smp() makes them anew.
	! awk -v known=partition_sched_domains_locked '
		function show() { if (leak && leak !~ known) printf "%s", leak; leak = "" }
		/^unreferenced object/ { show() }
		{ leak = leak $0 "\n" }
		END { show() }' "$_leaks" | grep .
}

finish() {
	exit "$status"
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# Dumps of protected guests.

dump() {
	vmm-monitor "$vms/$1.qmp" qmp "{\"execute\": \"dump-guest-memory\", \"arguments\":
		{\"paging\": false, \"protocol\": \"file:$vms/$1.dump\"}}" 2>&1
}

# dump_permitted VM: a guest whose image allows it, and that holds its secret.
dump_permitted() {
	_said=$(dump "$1")
	_found=$(pv-attack search file "$vms/$1.dump" "$seed")
	verdict "dump with permission: ${_found#file: }" \
		test $? = 0 -a "${_said#*return}" != "$_said" -a -s "$vms/$1.dump"
	# Whoever started this host has the key: the one disk that can be written takes the
	# dump there. Which name it has differs from boot to boot.
	for _disk in /sys/block/vd?; do
		[ "$(cat "$_disk/ro")" = 1 ] || cat "$vms/$1.dump" >"/dev/${_disk##*/}"
	done
	sync
	echo "report: dump: $seed $pages"
	rm -f "$vms/$1.dump"
}

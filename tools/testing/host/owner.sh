# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# What the owner of the guest does after it has started. Requests were made where the
# image was made; the host only carries them. Sourced by the scenario.

# The slots of $images/requests.
for_attestation=0 for_other_image=1 secret_of_owner=2 other_extension=3 one_more=4

# owner NAME ASK TEXT WANT: a verdict by the guest's answer
owner_asks() {
	_line=$(vm_ask "$1" "uv $2" "guest: uv ${2%% *} ")
	_line=${_line#guest: uv }
	verdict "owner: $3 (${_line:-no answer})" same "$_line" "$4"
}

# requests NAME FILE: on its disk
requests() { dd if="$images/$2" of="$vms/$1.disk" bs=4096 conv=notrunc 2>/dev/null; }

# attest_and_secrets NAME: kernels whose /dev/uv has less than all of it are left alone.
attest_and_secrets() {
	asked_owner=''
	requests "$1" requests
	_line=$(vm_ask "$1" 'uv commands' 'guest: uv commands')
	[ "${_line##* }" = 3f ] || return 0
	_line=$(vm_ask "$1" "uv attest $for_attestation" 'guest: uv attest')
	echo "report: attested: ${_line#guest: uv attest }"
	owner_asks "$1" "add $for_other_image" 'a secret for another image is refused' 'add 10c'
	owner_asks "$1" "add $secret_of_owner" 'a secret is added' 'add 1'
	owner_asks "$1" "add $other_extension" \
		'another one is refused without the extension secret' 'add 10c'
	owner_asks "$1" list 'the guest lists it' 'list 1, 1 of them'
	asked_owner=1
	owner_asks "$1" lock 'the store is locked' 'lock 1'
	owner_asks "$1" "add $one_more" 'nothing is added any more' 'add 102'
}

# What the VMM's messages, its guest's console and its disk say.
search_files() { cat "$vms/$1.err" "$vms/$1.log" "$vms/$1.disk" | pv-attack search file - "$2"; }

# search_retrieved: the host looks for the very bytes that the guest has retrieved. The
# unprotected guest has read them from its disk. Each keeps them until it is asked again.
search_retrieved() {
	[ -n "$asked_owner" ] || return 0
	owner_asks secret 'retrieve 0' 'the guest retrieves it' \
		"retrieve 1: $(cat "$images/secret.sum")"
	requests plain clear.requests
	vm_ask plain 'uv add 0' 'guest: uv add' >/dev/null
	_seed=$seed
	seed=@$images/secret
	search_both 'owner: it has it, /proc/PID/mem of the VMM' mem
	seed=$_seed
	for _vm in plain secret; do
		{ search_files $_vm "@$images/secret"; echo $?; } >/tmp/found.$_vm
	done
	hidden_files "owner: it has it, the VMM's messages, console and disk" \
		/tmp/found.plain /tmp/found.secret
}

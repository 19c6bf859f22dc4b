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

# attest_and_secrets NAME: kernels whose /dev/uv has less than all of it are left alone.
attest_and_secrets() {
	dd if="$images/requests" of="$vms/$1.disk" bs=4096 conv=notrunc 2>/dev/null
	_line=$(vm_ask "$1" 'uv commands' 'guest: uv commands')
	[ "${_line##* }" = 3f ] || return 0
	_line=$(vm_ask "$1" "uv attest $for_attestation" 'guest: uv attest')
	echo "report: attested: ${_line#guest: uv attest }"
	owner_asks "$1" "add $for_other_image" 'a secret for another image is refused' 'add 10c'
	owner_asks "$1" "add $secret_of_owner" 'a secret is added' 'add 1'
	owner_asks "$1" "add $other_extension" \
		'another one is refused without the extension secret' 'add 10c'
	owner_asks "$1" list 'the guest lists it' 'list 1, 1 of them'
	owner_asks "$1" 'retrieve 0' 'and retrieves it' "retrieve 1: $(cat "$images/secret.sum")"
	owner_asks "$1" lock 'the store is locked' 'lock 1'
	owner_asks "$1" "add $one_more" 'nothing is added any more' 'add 102'
}

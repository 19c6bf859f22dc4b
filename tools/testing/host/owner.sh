# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# What the owner of the guest does after it has started, with the owner's tools in its
# RAM disk. Requests were made where the image was made; the host only carries them.
# Sourced by the scenario.

# owner_sends NAME ARCHIVE: on its disk; the guest unpacks it
owner_sends() {
	dd if="$images/$2.tar" of="$vms/$1.disk" bs=4096 conv=notrunc 2>/dev/null
	vm_ask "$1" 'sh busybox blockdev --flushbufs /dev/vda && busybox tar -xf /dev/vda' \
		'guest: sh ' >/dev/null
}

# guest_does NAME WORDS: prints exit status and last line of what was said
guest_does() {
	_line=$(vm_ask "$1" "sh $2" 'guest: sh ')
	printf '%s\n' "${_line#guest: sh }"
}

# says LINE WANT: LINE begins so
says() { [ -n "$1" ] && [ "${1#"$2"}" != "$1" ]; }

# owner_asks NAME TEXT WANT WORDS: a verdict by the exit status and what was said
owner_asks() {
	_line=$(guest_does "$1" "$4")
	verdict "owner: $2 (${_line:-no answer})" says "$_line" "$3"
}

# attest NAME WHAT: the answer to the owner's request, for whoever has made that
attest() {
	echo "report: $2: $(guest_does "$1" \
		'pvattest perform -i attest -o response -u user && busybox base64 -w 0 response')"
}

# attest_and_secrets NAME: kernels whose /dev/uv has no secrets are left alone.
attest_and_secrets() {
	asked_owner=''
	owner_sends "$1" requests
	case $(guest_does "$1" 'pvsecret list') in
	*"cannot open '/dev/uv'"* | *'does not know this call'*) return 0 ;;
	esac
	attest "$1" attested
	_refused='status 1: pvsecret: error: the ultravisor has refused with rc'
	owner_asks "$1" 'a secret for another image is refused' "$_refused 0x010c" \
		'pvsecret add add.image'
	owner_asks "$1" 'a secret is added' 'status 0:' 'pvsecret add add.secret'
	owner_asks "$1" 'another one is refused without the extension secret' "$_refused 0x010c" \
		'pvsecret add add.extension'
	owner_asks "$1" 'the guest lists it' 'status 0: 1 secret' \
		'pvsecret list list && busybox head -n 1 list'
	asked_owner=1
	owner_asks "$1" 'the store is locked' 'status 0:' 'pvsecret lock'
	owner_asks "$1" 'nothing is added any more' "$_refused 0x0102" 'pvsecret add add.more'
	attest "$1" stored
}

# What the VMM's messages, its guest's console and its disk say.
search_files() { cat "$vms/$1.err" "$vms/$1.log" "$vms/$1.disk" | pv-attack search file - "$2"; }

# search_retrieved: the host looks for the very bytes that the guest has retrieved. The
# unprotected guest has read them from its disk. Each keeps them until it is asked again.
search_retrieved() {
	[ -n "$asked_owner" ] || return 0
	# Not the text: the console is the host's.
	owner_asks secret 'the guest retrieves it' "status 0: $(cat "$images/secret.sum") " \
		'pvsecret retrieve --inform name --outform bin -o retrieved secret && busybox sha256sum retrieved'
	owner_sends plain clear
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

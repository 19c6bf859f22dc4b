# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# What a host tries with its guests. Sourced by the scenario.

# hidden WHAT STATUS-PLAIN TEXT-PLAIN STATUS-SECRET TEXT-SECRET: a search
hidden() {
	_times=${3##*secret }
	_read=${5%% read*}
	verdict "$1: secret not found in ${_read#*: }; unprotected: ${_times%,*}" \
		test "$2/$4" = 3/0
}

# hidden_files WHAT PLAIN SECRET: the same, what a search said and its status being in files
hidden_files() {
	hidden "$1" "$(tail -n 1 "$2")" "$(head -n 1 "$2")" "$(tail -n 1 "$3")" "$(head -n 1 "$3")"
}

search_both() {
	_what=$1
	_view=$2
	for _vm in plain secret; do
		{ pv-attack search "$_view" "$(vm_pid "$_vm")" "$seed"; echo $?; } >/tmp/found.$_vm &
		eval "_job_$_vm=$!"
	done
	wait "$_job_plain" "$_job_secret"
	hidden_files "$_what" /tmp/found.plain /tmp/found.secret
}

save_memory() {
	vmm-monitor "$vms/$1.qmp" qmp "{\"execute\": \"pmemsave\", \"arguments\": {
		\"val\": 0, \"size\": $((memory << 20)), \"filename\": \"$vms/$1.mem\"}}" >/dev/null
	pv-attack search file "$vms/$1.mem" "$seed"
	echo $?
	rm -f "$vms/$1.mem"
}

attack_memory() {
	search_both '/proc/PID/mem of the VMM' mem
	search_both 'process_vm_readv' readv
	_p=$(pv-attack search ptrace "$(vm_pid plain)" "$seed" "$plain_one" 4096)
	_ps=$?
	_s=$(pv-attack search ptrace "$(vm_pid secret)" "$seed" "$secret_one" 4096)
	hidden 'ptrace, at the very page' "$_ps" "$_p" $? "$_s"
	for _vm in plain secret; do
		save_memory "$_vm" >/tmp/found.$_vm &
		eval "_job_$_vm=$!"
	done
	wait "$_job_plain" "$_job_secret"
	hidden_files "the VMM's own view (pmemsave)" /tmp/found.plain /tmp/found.secret
	_line=$(vm_ask secret check 'guest: check')
	verdict "after all this reading the guest's memory is whole (${_line#guest: check })" \
		same "$_line" "guest: check 0 of $pages pages wrong"
}

# registers NAME TRIES: asks that often, or until something is found, and leaves how often
# in $tried
registers() {
	vm_ask "$1" "spin $seed" 'guest: spins' >/dev/null
	: >"$vms/$1.registers"
	tried=0
	while [ "$tried" -lt "$2" ] && ! grep -q -i -f /tmp/registers "$vms/$1.registers"; do
		vm_monitor "$1" 'info registers -a' >>"$vms/$1.registers"
		tried=$((tried + 1))
	done
	vm_ask "$1" rest 'guest: rests' >/dev/null
}

# A CPU that is asked may be in its kernel just then, so the protected guest is asked
# more often than the other one had to be.
attack_registers() {
	registers plain 100
	registers secret $((tried + 3))
	_p=$(grep -c -i -f /tmp/registers "$vms/plain.registers")
	_s=$(grep -c -i -f /tmp/registers "$vms/secret.registers")
	verdict "registers of a running CPU: $_s lines with the secret; unprotected $_p" \
		test "$_p" -gt 0 -a "$_s" = 0 -a -s "$vms/secret.registers"
}

attack_swap() {
	# Room for both guests, since what has come back keeps its place.
	echo $((3 * memory))M >/sys/block/zram0/disksize
	mkswap /dev/zram0 >/dev/null && swapon /dev/zram0
	# The protected guest first: what lies on the device then is its own alone.
	for _vm in secret plain; do
		_base=$(vm_where "$_vm" 0)
		eval "_out_$_vm=\$(pv-attack pageout \$(vm_pid $_vm) \$_base \$((memory << 20)))"
		# What was read of the device before is cached and old.
		blockdev --flushbufs /dev/zram0
		eval "_found_$_vm=\$(pv-attack search file /dev/zram0 $seed); _status_$_vm=\$?"
		eval "_line_$_vm=\$(vm_ask $_vm check 'guest: check')"
	done
	hidden 'the swap device' "$_status_plain" "$_found_plain" "$_status_secret" "$_found_secret"
	verdict "swapped out ($_out_secret) and back: ${_line_secret#guest: check }" \
		test "$_line_secret" = "guest: check 0 of $pages pages wrong" -a "$(word 1 "$_out_secret")" -ge "$pages"
}

# whole NAME: the guest answers, and has its secret as it was.
whole() { same "$(vm_ask "$1" check 'guest: check')" "guest: check 0 of $pages pages wrong"; }

# stops NAME TEXT LIVED: after a page of it was changed the guest must not go on. LIVED says
# that it did until then, as one that had ended before would look the same.
stops() {
	_answer=$(vm_ask "$1" check 'guest: check' 120)
	_state=$(vm_state "$1")
	# It may have ended while it was asked.
	[ "$_state" != starting ] || { sleep 1; _state=$(vm_state "$1"); }
	if [ -z "$_state" ] && ! vm_runs "$1"; then
		wait "$(vm_pid "$1")"
		_state="ended, status $?"
	fi
	[ -n "$3" ] || _state="$_state, but it had not answered before"
	_leak='nothing leaks'
	if cat "$vms/$1.err" "$vms/$1.log" | grep -q -i -f /tmp/registers ||
		{ vm_runs "$1" && ! pv-attack search mem "$(vm_pid "$1")" "$seed" >/dev/null; }; then
		_leak='the secret is seen'
	fi
	verdict "$2: the guest stops (${_answer:-VMM $_state}), $_leak" \
		test -n "$3" -a -z "$_answer" -a "$_state" != running -a "$_state" != starting \
		-a "$_leak" = 'nothing leaks'
}

# In the unprotected guest a changed page is just that.
change_plain() {
	pv-attack flip "$(vm_pid plain)" $((plain_one + 100))
	_line=$(vm_ask plain check 'guest: check')
	verdict "control: one bit changed in the unprotected guest: ${_line#guest: check }" \
		same "$_line" "guest: check 1 of $pages pages wrong"
}

# Ways to give a guest another page than it left at ADDRESS of the VMM, where it holds its
# secret. None of them leaves the guest running.
attack_flip() { # NAME ADDRESS
	_lived=$(whole "$1" && echo yes)
	pv-attack flip "$(vm_pid "$1")" $(($2 + 100))
	stops "$1" 'one bit of an exported page changed' "$_lived"
}

attack_replay() { # NAME ADDRESS
	pv-attack save "$(vm_pid "$1")" "$2" /tmp/page
	_lived=$(vm_ask "$1" change 'guest: changed')
	pv-attack restore "$(vm_pid "$1")" "$2" /tmp/page
	stops "$1" 'an exported page replaced by its older content' "$_lived"
}

# What rc and rrc of a refused start mean (Documentation/protected-guests.rst).
refusal() {
	case $1 in
	'VERIFY 102 1a') echo 'pages are not where the header wants them' ;;
	'VERIFY 102 1b') echo 'contents were changed' ;;
	'VERIFY 102 1c') echo 'tweaks were changed' ;;
	'VERIFY 102 1d') echo 'number of pages was changed' ;;
	'SET_SEC_PARMS 108 5') echo "not for this host's key" ;;
	'SET_SEC_PARMS 108 b') echo 'customer key is not valid' ;;
	*) echo 'no words for it' ;;
	esac
}

# refused IMAGE TEXT CALL: the start fails in that call of the VMM, and the image's
# loader says so.
refused() {
	_vm=${1%.image}
	_line=$(vm_await "$_vm" 'could not be started in protected mode')
	_call=$(sed -n 's/.*(KVM_PV_\([A-Z_]*\)) failed: header rc \([0-9a-f]*\) rrc \([0-9a-f]*\) .*/\1 \2 \3/p' \
		"$vms/$_vm.err" | head -n 1)
	verdict "$2: refused, ${_call% * *} rc 0x$(word 2 "$_call") rrc 0x$(word 3 "$_call"): $(refusal "$_call")" \
		test -n "$_line" -a "$_call" = "$3"
	vm_end "$_vm"
}

attack_images() {
	for _vm in changed other; do vm_start $_vm protected $_vm.image -smp 1; done
	refused changed.image 'image with one bit changed' 'VERIFY 102 1b'
	refused other.image 'image for another host' 'SET_SEC_PARMS 108 5'
}

reboot_secure() {
	vm_tell secret reboot
	greeting=$(vm_await secret 'guest: ready')
	verdict "reboot: the guest is in secure mode again (prot_virt_guest ${greeting##* })" \
		same "${greeting##* }" 1
}

# search_core NAME PID: when the VMM has ended and its core is written
search_core() {
	wait "$2"
	pv-attack search file "/tmp/core.$2" "$seed" >"/tmp/found.$1"
	echo $? >>"/tmp/found.$1"
	rm -f "/tmp/core.$2"
}

# The end of both guests: the protected one by two pages that change places. A core goes
# to a file; a pipe would cost a change of context for each page.
attack_core() {
	echo /tmp/core.%p >/proc/sys/kernel/core_pattern
	_plain=$(vm_pid plain)
	_secret=$(vm_pid secret)
	kill -ABRT "$_plain"
	_lived=$(whole secret && echo yes)
	pv-attack exchange "$_secret" "$secret_one" "$secret_two"
	stops secret 'two exported pages exchanged' "$_lived"
	! vm_runs secret || kill -ABRT "$_secret"
	search_core plain "$_plain"
	search_core secret "$_secret"
	hidden_files 'core dump of the VMM' /tmp/found.plain /tmp/found.secret
}

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

search_both() {
	_what=$1
	_view=$2
	_p=$(pv-attack search "$_view" "$(vm_pid plain)" "$seed")
	_ps=$?
	_s=$(pv-attack search "$_view" "$(vm_pid secret)" "$seed")
	hidden "$_what" "$_ps" "$_p" $? "$_s"
}

attack_memory() {
	search_both '/proc/PID/mem of the VMM' mem
	search_both 'process_vm_readv' readv
	_p=$(pv-attack search ptrace "$(vm_pid plain)" "$seed" "$plain_one" 4096)
	_ps=$?
	_s=$(pv-attack search ptrace "$(vm_pid secret)" "$seed" "$secret_one" 4096)
	hidden 'ptrace, at the very page' "$_ps" "$_p" $? "$_s"
	for _vm in plain secret; do
		vmm-monitor "$vms/$_vm.qmp" qmp "{\"execute\": \"pmemsave\", \"arguments\": {
			\"val\": 0, \"size\": $((memory << 20)), \"filename\": \"$vms/$_vm.mem\"}}" >/dev/null
		_found=$(pv-attack search file "$vms/$_vm.mem" "$seed")
		eval "_status_$_vm=$? _found_$_vm=\$_found"
		rm -f "$vms/$_vm.mem"
	done
	hidden "the VMM's own view (pmemsave)" "$_status_plain" "$_found_plain" \
		"$_status_secret" "$_found_secret"
	_line=$(vm_ask secret check 'guest: check' 30)
	verdict "after all this reading the guest's memory is whole (${_line#guest: check })" \
		same "$_line" "guest: check 0 of $pages pages wrong"
}

attack_registers() {
	pv-attack registers "$seed" >/tmp/registers
	for _vm in plain secret; do
		vm_ask "$_vm" "spin $seed" 'guest: spins' 20 >/dev/null
		sleep 0.3
		vm_monitor "$_vm" 'info registers -a' >"$vms/$_vm.registers"
		vm_ask "$_vm" rest 'guest: rests' 20 >/dev/null
	done
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
		eval "_line_$_vm=\$(vm_ask $_vm check 'guest: check' 60)"
	done
	hidden 'the swap device' "$_status_plain" "$_found_plain" "$_status_secret" "$_found_secret"
	verdict "swapped out ($_out_secret) and back: ${_line_secret#guest: check }" \
		test "$_line_secret" = "guest: check 0 of $pages pages wrong" -a "$(word 1 "$_out_secret")" -ge "$pages"
}

# stops NAME TEXT: after a page of it was changed the guest must not go on.
stops() {
	vm_tell "$1" check
	_answer='' _n=100
	while [ "$_n" -gt 0 ]; do
		_state=$(vm_state "$1")
		case $_state in
		running | starting) ;;
		*) break ;;
		esac
		_answer=$(vm_await "$1" 'guest: check' 0) && break
		_n=$((_n - 1))
		sleep 0.1
	done
	if [ -z "$_state" ] && ! vm_runs "$1"; then
		wait "$(vm_pid "$1")"
		_state="ended, status $?"
	fi
	_leak='nothing leaks'
	if cat "$vms/$1.err" "$vms/$1.log" | grep -q -i -f /tmp/registers ||
		{ vm_runs "$1" && ! pv-attack search mem "$(vm_pid "$1")" "$seed" >/dev/null; }; then
		_leak='the secret is seen'
	fi
	verdict "$2: the guest stops (${_answer:-VMM $_state}), $_leak" \
		test -z "$_answer" -a "$_state" != running -a "$_state" != starting \
		-a "$_leak" = 'nothing leaks'
	vm_end "$1"
}

# The three ways to give a guest another page than it left, the unprotected guest
# first: there they work.
attack_pages() {
	pv-attack flip "$(vm_pid plain)" $((plain_one + 100))
	_line=$(vm_ask plain check 'guest: check' 20)
	verdict "control: one bit changed in the unprotected guest: ${_line#guest: check }" \
		same "$_line" "guest: check 1 of $pages pages wrong"
	for _vm in flipped replayed moved; do vm_start $_vm protected guest.image; done
	for _vm in flipped replayed moved; do guest_came_up $_vm && hold $_vm; done

	pv-attack flip "$(vm_pid flipped)" $((flipped_one + 100))
	stops flipped 'one bit of an exported page changed'
	pv-attack save "$(vm_pid replayed)" "$replayed_one" /tmp/page
	vm_ask replayed change 'guest: changed' 20 >/dev/null
	pv-attack restore "$(vm_pid replayed)" "$replayed_one" /tmp/page
	stops replayed 'an exported page replaced by its older content'

	pv-attack exchange "$(vm_pid moved)" "$moved_one" "$moved_two"
	stops moved 'two exported pages exchanged'
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
	vm_start "$_vm" protected "$1"
	_line=$(vm_await "$_vm" 'could not be started in protected mode' 60)
	_call=$(sed -n 's/.*(KVM_PV_\([A-Z_]*\)) failed: header rc \([0-9a-f]*\) rrc \([0-9a-f]*\) .*/\1 \2 \3/p' \
		"$vms/$_vm.err" | head -n 1)
	verdict "$2: refused, ${_call% * *} rc 0x$(word 2 "$_call") rrc 0x$(word 3 "$_call"): $(refusal "$_call")" \
		test -n "$_line" -a "$_call" = "$3"
	vm_end "$_vm"
}

attack_images() {
	refused changed.image 'image with one bit changed' 'VERIFY 102 1b'
	refused other.image 'image for another host' 'SET_SEC_PARMS 108 5'
}

reboot_secure() {
	vm_tell secret reboot
	greeting=$(vm_await secret 'guest: ready' 120)
	verdict "reboot: the guest is in secure mode again (prot_virt_guest ${greeting##* })" \
		same "${greeting##* }" 1
}

# The core is searched by a program that the kernel pipes it to.
attack_core() {
	for _vm in plain secret; do
		echo "|/run/core-search $_vm $seed" >/proc/sys/kernel/core_pattern
		kill -ABRT "$(vm_pid $_vm)"
		_n=600
		until [ -s /tmp/core.$_vm ] || [ $((_n -= 1)) = 0 ]; do sleep 0.1; done
	done
	hidden 'core dump of the VMM' "$(tail -n 1 /tmp/core.plain)" "$(head -n 1 /tmp/core.plain)" \
		"$(tail -n 1 /tmp/core.secret)" "$(head -n 1 /tmp/core.secret)"
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# For tests/run: counting, and the ways a test can look at pvimg.
#
# PVIMG is the tool, W the folder for files; a failing test shows what pvimg
# said.

passed=0 failed=0 skipped=0

pass() { passed=$((passed + 1)); echo "ok      $1"; }
skip() { skipped=$((skipped + 1)); echo "skipped $1: $2"; }
fail() {
	failed=$((failed + 1))
	echo "not ok  $1: $2"
	sed 's/^/        | /' "$W/log"
}

# holds NAME COMMAND...: the command succeeds.
holds() {
	name=$1
	shift
	if "$@" >"$W/log" 2>&1; then
		pass "$name"
	else
		fail "$name" "exit status $?"
	fi
}

# says NAME STATUS TEXT COMMAND...: pvimg ends with that status, says TEXT (empty:
# whatever it likes), writes no output image and leaves no temporary file.
says() {
	name=$1 status=$2 text=$3
	shift 3
	"$@" >"$W/log" 2>&1 </dev/null
	got=$?
	if [ "$got" != "$status" ]; then
		fail "$name" "exit status $got, not $status"
	elif [ -n "$text" ] && ! grep -qF -e "$text" "$W/log"; then
		fail "$name" "does not say '$text'"
	elif [ -e "$W/out" ] && [ "$status" != 0 ]; then
		fail "$name" "has left an output file"
		rm -f "$W/out"
	elif leftovers; then
		fail "$name" "has left a temporary file"
		rm -f "$W"/.pv-*
	else
		pass "$name"
	fi
}

# What is no good file, each by its name in $H. Commands that hostile() runs write there.
H=$W/hostile
hostile_files() {
	mkdir -p "$H/folder"
	: >"$H/empty"
	head -c 1000 /dev/urandom >"$H/random"
	truncate -s 2G "$H/huge"
	ln -sf loop "$H/loop"
	ln -sf /dev/zero "$H/zero"
}

# hostile_one KIND COMMAND...: with $H/KIND for the word @ it ends with one line that
# names the file, status 1 or 3, and no file that was not there before.
hostile_one() {
	_kind=$1
	shift
	for _word; do
		shift
		case $_word in
		*@) set -- "$@" "${_word%@}$H/$_kind" ;;
		*) set -- "$@" "$_word" ;;
		esac
	done
	timeout -k 1 60 "$@" >"$W/log" 2>"$W/said" </dev/null
	_got=$?
	cat "$W/said" >>"$W/log"
	rm -f "$H/cut"
	if [ "$_got" != 1 ] && [ "$_got" != 3 ]; then
		_why="exit status $_got"
	elif [ "$(wc -l <"$W/said")" != 1 ] || ! grep -q "^[a-z]*: error: .*$H/$_kind" "$W/said"; then
		_why='does not say one line that names the file'
	elif [ "$(ls -A "$H")" != "$hostile_before" ]; then
		_why='has left a file'
	else
		return 0
	fi
	return 1
}

# hostile NAME GOOD HARMLESS COMMAND...: does what it should with the file GOOD for the
# word @, and refuses all others; HARMLESS are kinds that are as good.
hostile() {
	name=$1 good=$2 harmless=" $3 "
	shift 3
	[ -d "$H" ] || hostile_files
	rm -rf "$H"/out*
	ln -sf "$good" "$H/good"
	hostile_before=
	if hostile_one good "$@" || [ "$_got" != 0 ]; then
		fail "$name" 'refuses even a good file'
		return
	fi
	rm -rf "$H"/out* "$H/good"
	hostile_before=$(ls -A "$H")
	for kind in empty random cut huge folder zero loop missing; do
		case $harmless in *" $kind "*) continue ;; esac
		[ "$kind" != cut ] || head -c $(($(stat -Lc %s "$good") / 2)) "$good" >"$H/cut"
		if ! hostile_one "$kind" "$@"; then
			fail "$name, $kind" "$_why"
			rm -rf "$H"/out* "$H"/.pv-*
			return
		fi
	done
	pass "$name"
}

# no_room NAME COMMAND...: the word @ is for files on a full disk: none is left there.
no_room() {
	name=$1
	shift
	if ! unshare -rm true 2>/dev/null; then
		skip "$name" 'this system permits no private mounts'
		return
	fi
	mkdir -p "$W/full"
	# shellcheck disable=SC2016 # expanded by the inner shell
	says "$name" 1 'No space left on device' unshare -rm sh -c '
		mount -t tmpfs -o size=64k none "$W/full" || exit 99
		head -c 1M /dev/zero >"$W/full/fill" 2>/dev/null
		for word; do
			shift
			case $word in
			@*) set -- "$@" "$W/full/${word#@}" ;;
			*) set -- "$@" "$word" ;;
			esac
		done
		"$@"
		status=$?
		[ "$(ls -A "$W/full")" = fill ] || status=98
		exit $status' sh "$@"
}

leftovers() {
	for f in "$W"/.pv-*; do
		[ -e "$f" ] && return 0
	done
	return 1
}

# create OPTION...: an image $W/out of the small kernel for host.crt
create() {
	rm -f "$W/out"
	"$PVIMG" create -i "$W/kernel" -o "$W/out" "$@"
}

# poke FILE OFFSET HEX: writes bytes into a file
poke() {
	printf '%s' "$3" | sed 's/../\\x&/g' >"$W/hex"
	# dash's printf knows octal only
	env printf "$(cat "$W/hex")" |
		dd of="$1" bs=1 seek="$(($2))" conv=notrunc status=none
}

# flip FILE OFFSET BIT: inverts one bit
flip() {
	byte=$(od -An -tu1 -j "$(($2))" -N 1 "$1" | tr -d ' ')
	poke "$1" "$2" "$(printf '%02x' $((byte ^ (1 << $3))))"
}

# u64 FILE OFFSET: a big-endian number, in hex
u64() {
	printf '0x%s' "$(od -An -tx1 -j "$(($2))" -N 8 "$1" | tr -d ' \n')"
}

# boot IMAGE CONSOLE [DISK-DEVICE]: what a stock machine without secure unpack
# prints. The image stops in a disabled wait, which ends QEMU.
boot() {
	if [ -n "${3:-}" ]; then
		set -- -device "$2,chardev=c0" -device virtio-scsi-ccw -device "$3" \
			-drive "if=none,id=d,format=raw,file=$1"
	else
		set -- -device "$2,chardev=c0" -kernel "$1"
	fi
	timeout -k 1 60 qemu-system-s390x -accel tcg -m 256 -display none -nodefaults \
		-chardev stdio,id=c0,signal=off "$@" </dev/null 2>&1
}

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

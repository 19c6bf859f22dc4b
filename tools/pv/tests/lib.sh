# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
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

# takes NAMES VALUE TEXT COMMAND...: by each of its NAMES an option takes VALUE, from the next
# word and from its own one: COMMAND then ends with an error that says TEXT.
takes() {
	names=$1 value=$2 text=$3
	shift 3
	for _name in $names; do
		case $_name in
		--*) _joined=$_name=$value ;;
		*) _joined=$_name$value ;;
		esac
		if "$@" "$_name" "$value" >"$W/log" 2>&1 </dev/null ||
			! grep -qF -e "$text" "$W/log" ||
			"$@" "$_joined" >"$W/log" 2>&1 </dev/null ||
			! grep -qF -e "$text" "$W/log"; then
			fail "option $names" "$_name: not the error '$text'"
			return
		fi
	done
	pass "option $names"
}

# takes_input, takes_output NAMES COMMAND...: a file's name
takes_input() {
	_names=$1
	shift
	takes "$_names" "$W/none" "'$W/none'" "$@"
}
takes_output() {
	_names=$1
	shift
	takes "$_names" "$W/none/out" "'$W/none/out'" "$@"
}

# takes_hosts COMMAND...: the options about host key documents
takes_hosts() {
	for _option in '--host-key-document -k' '--cert -C' --crl --root-ca; do
		takes_input "$_option" "$@"
	done
	takes --signer me '--signer needs --root-ca' "$@"
}

# explained TOOL COMMAND...: what --help names the tool's page names, too, but what it
# leaves to pvimg's
explained() {
	_tool=$1 _hosts='--(host-key-document|cert|crl|offline|root-ca|signer|no-verify)'
	shift
	sed 's/\\-/-/g' "$here/../$_tool.1" >"$W/page"
	for _command; do
		"${PVIMG%pvimg}$_tool" "$_command" --help |
			grep -oE -- '--[a-z][a-z0-9-]*[a-z0-9]([^a-z0-9-]|$)' |
			sed 's/[^a-z0-9]$//' | grep -vxE -e "$_hosts"
	done | sort -u >"$W/names"
	[ -s "$W/names" ] || return 1
	while read -r _name; do
		grep -qE -e "$_name([^a-z0-9-]|\$)" "$W/page" ||
			{ echo "$_name is not in the page"; return 1; }
	done <"$W/names"
}

# What is no good file, and what is a good one of another kind, each by its name in $H.
# Commands that hostile() runs write there.
H=$W/hostile
hostile_valid='document revocations image header key key32 request response result addition
	description secrets'
hostile_make_valid() {
	cp "$vectors/host.crt" "$H/document" && cp "$vectors/host.key" "$H/key" &&
		cp "$vectors/se.hdr" "$H/header" && cp "$W/key32" "$H/key32" &&
		printf '[ca]\ndatabase=/dev/null\ndefault_md=sha256\n' >"$H/ca" &&
		openssl ca -config "$H/ca" -name ca -gencrl -crldays 2 -keyfile "$H/key" \
			-cert "$H/document" -out "$H/revocations" &&
		truncate -s 128K "$H/kernel" && poke "$H/kernel" 0x10008 533339304550 || return 1
	set -- create -q --no-verify -k "$H/document"
	"$PVIMG" "$@" -i "$H/kernel" -o "$H/image" &&
		"$PVATTEST" "$@" -o "$H/request" -a "$H/arpk" &&
		/usr/bin/python3 "$tests/requests.py" answer "$H/request" --key "$H/key" \
			--hdr "$H/header" --out "$H/answer" &&
		"$PVATTEST" perform -i "$H/request" -o "$H/response" --x-result "$H/answer" &&
		"$PVATTEST" verify -i "$H/response" --hdr "$H/header" -a "$H/arpk" -o "$H/result" &&
		"$PVSECRET" "$@" --hdr "$H/header" -o "$H/addition" --stdout association a \
			--input-secret "$H/key32" >"$H/description" &&
		UV_DATA=$H "$out/guest" key header add addition list secrets
	_status=$?
	rm -f "$H/ca" "$H/kernel" "$H/arpk" "$H/answer"
	return $_status
}
hostile_files() {
	mkdir -p "$H/folder"
	: >"$H/empty"
	head -c 1000 /dev/urandom >"$H/random"
	truncate -s 2G "$H/huge"
	ln -sf loop "$H/loop"
	ln -sf /dev/zero "$H/zero"
	holds 'hostile: a file of each kind' hostile_make_valid
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
# word @, and refuses all others; HARMLESS are kinds that are as good ("any": all valid ones).
hostile() {
	[ -d "$H" ] || hostile_files
	name=$1 good=$2 harmless=" $3 "
	shift 3
	rm -rf "$H"/out*
	ln -sf "$good" "$H/good"
	hostile_before=
	if hostile_one good "$@" || [ "$_got" != 0 ]; then
		fail "$name" 'refuses even a good file'
		return
	fi
	rm -rf "$H"/out* "$H/good"
	hostile_before=$(ls -A "$H")
	for kind in empty random cut huge folder zero loop missing $hostile_valid; do
		# These are many; fuzzers and what comes before look for faults in memory.
		if [ "$kind" = "${hostile_valid%% *}" ]; then
			case $harmless in *' any '*) break ;; esac
			_tool=$plain/${1##*/}
			shift
			set -- "$_tool" "$@"
		fi
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

# ended NAME file|input COMMAND...: a signal that comes while it waits at the FIFO, the word @,
# ends it and leaves nothing of its outputs in $W/ended: when it has a temporary file of
# another one there, or when it reads.
ended() {
	name=$1 folder=$W/ended
	[ "$2" = file ] || folder=-
	shift 2
	for _word; do
		shift
		[ "$_word" != @ ] || _word=$W/fifo
		set -- "$@" "$_word"
	done
	for signal in HUP INT QUIT PIPE TERM; do
		rm -rf "$W/ended" "$W/fifo"
		mkdir "$W/ended" && mkfifo "$W/fifo"
		if ! /usr/bin/python3 "$tests/interrupt.py" $signal "$folder" "$@" \
			>"$W/log" 2>&1 </dev/null; then
			fail "$name" "SIG$signal"
		elif [ "$(ls -A "$W/ended")" ]; then
			fail "$name" "SIG$signal leaves $(ls -A "$W/ended")"
		else
			continue
		fi
		return
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

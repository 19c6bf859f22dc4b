# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# The boot loaders, on a stock machine (QEMU as the distribution has it).

create --no-verify -k "$pki/host.crt" -r "$W/initrd" --cmdline 'quiet' >"$W/log" 2>&1
mv "$W/out" "$W/image"

# prints NAME TEXT IMAGE [CONSOLE]
prints() {
	boot "$3" "${4:-sclpconsole}" >"$W/log"
	if grep -qF -e "$2" "$W/log"; then
		pass "boot: $1"
	else
		fail "boot: $1" "does not print '$2'"
	fi
}

nofac='Secure unpack facility is not available'
prints 'no facility, ASCII console' "$nofac" "$W/image"
prints 'no facility, line-mode console' "$nofac" "$W/image" sclplmconsole

# Loaders that know the old protocol start every image at 0x10000.
cp "$W/image" "$W/init"
poke "$W/init" 0 0008000180010000
prints 'entry at 0x10000' "$nofac" "$W/init"

# Stage 1 with a scripted host: keep the parameter block, change the code.
cp "$W/image" "$W/refused"
dd if="$W/image" of="$W/parms" bs=8 skip=$((0x11008 / 8)) count=3 status=none
dd if="$out/stage1-refused.bin" of="$W/refused" bs=4096 seek=16 conv=notrunc status=none
dd if="$W/parms" of="$W/refused" bs=8 seek=$((0x11008 / 8)) conv=notrunc status=none

# refusal NAME SET-RC START-RC TEXT...
refusal() {
	name=$1
	poke "$W/refused" 0x10400 "$2"
	poke "$W/refused" 0x10408 "$3"
	boot "$W/refused" sclpconsole >"$W/log"
	shift 3
	for text in "$@"; do
		if ! grep -qF -e "$text" "$W/log"; then
			fail "refused: $name" "does not print '$text'"
			return
		fi
	done
	pass "refused: $name"
}
ok=0000000000000001
refusal 'parameters' 0000000000000402 $ok 'parameters were refused' \
	'DIAGNOSE 0x308 rc 0x0402: the IPL parameter block is not valid'
refusal 'an old VMM gives no details' $ok 0000000000000a02 \
	'could not be started in protected mode' \
	"DIAGNOSE 0x308 rc 0x0a02: this virtual machine's configuration does not permit it"
refusal 'wrong host key' $ok 0002000501080a02 \
	"SET_SEC_PARMS failed, rc 0x0108 rrc 0x0005: the image was not made for this host's key" \
	'DIAGNOSE 0x308 rc 0x0a02'
refusal 'unpack' $ok 0003001201050a02 'UNPACK failed, rc 0x0105 rrc 0x0012'
refusal 'changed contents' $ok 0004001b01020a02 \
	"VERIFY failed, rc 0x0102 rrc 0x001b: the image's contents were changed"
refusal 'unknown command' $ok 0009000000000a02 'an unknown command failed'

# Stage 2 and what it starts: memory as it is after the transition.
fnv() {
	/usr/bin/python3 -c '
import sys
h = 0xcbf29ce484222325
data = sys.stdin.buffer.read()
for b in data:
    h = (h ^ b) * 0x100000001b3 & 0xffffffffffffffff
print(f"{len(data):016x} {h:016x}")'
}
# started NAME INITRD CMDLINE EXPECTED-CMDLINE
started() {
	create --no-verify -k "$pki/host.crt" ${2:+-r "$2"} --cmdline "$3" >"$W/log" 2>&1
	if ! /usr/bin/python3 "$here/image.py" "$W/out" --key "$pki/host.key" \
		--kernel "$W/kernel" ${2:+--initrd "$2"} --cmdline "$3" --flat "$W/flat" \
		>"$W/log" 2>&1; then
		fail "started: $1" "the image is wrong"
		return
	fi
	prints "stage 2, $1" "kernel whole, cmdline $(printf %s "$4" | fnv), initrd $(
		if [ -n "$2" ]; then fnv <"$2"; else fnv </dev/null; fi)" "$W/flat"
}
long=$(head -c 4095 /dev/urandom | od -An -tx1 | tr -d ' \n' | head -c 4095)
started 'kernel alone' '' '' 'built in'
started 'command line' '' 'root=/dev/vda1 quiet' 'root=/dev/vda1 quiet'
started 'everything' "$W/initrd" 'console=ttysclp0' 'console=ttysclp0'
started 'the longest command line' "$W/initrd" "$long" "$long"
rm -f "$W/out"

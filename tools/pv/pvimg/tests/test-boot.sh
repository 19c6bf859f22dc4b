# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# The boot loaders, on a stock machine (QEMU as the distribution has it).

create --no-verify -k "$pki/host.crt" -r "$W/initrd" --cmdline 'quiet' >"$W/log" 2>&1
mv "$W/out" "$W/image"

# prints NAME TEXT IMAGE [CONSOLE [DISK-DEVICE]]
prints() {
	boot "$3" "${4:-sclpconsole}" "${5:-}" >"$W/log"
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
sum() {
	/usr/bin/python3 -c '
import sys, zlib
data = sys.stdin.buffer.read()
print(f"{len(data):016x} {zlib.adler32(data):016x}")'
}
# given INITRD CMDLINE: what the payload prints when it was given these
given() {
	echo "kernel whole, cmdline $(printf %s "$2" | sum), initrd $(
		if [ -n "$1" ]; then sum <"$1"; else sum </dev/null; fi)"
}
# flatten INITRD CMDLINE|none: $W/out for these, and $W/flat, memory after the switch
flatten() {
	initrd=$1
	if [ "$2" = none ]; then set --; else set -- --cmdline "$2"; fi
	create --no-verify -k "$pki/host.crt" ${initrd:+-r "$initrd"} "$@" &&
		/usr/bin/python3 "$here/image.py" "$W/out" --key "$pki/host.key" \
			--kernel "$W/kernel" ${initrd:+--initrd "$initrd"} "$@" --flat "$W/flat"
}
# started NAME INITRD CMDLINE EXPECTED-CMDLINE
started() {
	if flatten "$2" "$3" >"$W/log" 2>&1; then
		prints "stage 2, $1" "$(given "$2" "$4")" "$W/flat"
	else
		fail "stage 2, $1" "the image is wrong"
	fi
}
long=$(head -c 4095 /dev/urandom | od -An -tx1 | tr -d ' \n' | head -c 4095)
started 'kernel alone' '' none 'built in'
started 'an empty command line' '' '' ''
started 'command line' '' 'root=/dev/vda1 quiet' 'root=/dev/vda1 quiet'
started 'a shorter command line than the one built in' '' x x
started 'everything' "$W/initrd" 'console=ttysclp0' 'console=ttysclp0'
started 'the longest command line' "$W/initrd" "$long" "$long"

# From a disk, by the machine's own boot firmware. The RAM disk is so large that
# the list of its extents needs a second block.
head -c 40000001 /dev/urandom >"$W/large"
flatten "$W/large" quiet >"$W/log" 2>&1
mv "$W/out" "$W/big"
holds 'disk: written' "$PVIMG" disk -o "$W/disk" "$W/big"
says 'disk: exists' 1 'exists; use --overwrite' "$PVIMG" disk -o "$W/disk" "$W/image"
says 'disk: would overwrite the image' 1 'would overwrite the input' \
	"$PVIMG" disk -o "$W/image" --overwrite "$W/image"
says 'disk: not an image' 1 'is not a protected image' \
	"$PVIMG" disk -o "$W/disk2" "$W/kernel"
head -c $(($(stat -c %s "$W/image") - 4096)) "$W/image" >"$W/cut"
says 'disk: an image that is cut' 1 'is cut: ' "$PVIMG" disk -o "$W/disk2" "$W/cut"
says 'disk: no output' 2 'and --output' "$PVIMG" disk "$W/image"
says 'disk: help' 0 'Usage: pvimg disk' "$PVIMG" disk --help
disk_blk='virtio-blk-ccw,drive=d,bootindex=1'
disk_scsi='scsi-hd,drive=d,bootindex=1'
prints 'virtio-blk disk' "$nofac" "$W/disk" sclpconsole "$disk_blk"
prints 'SCSI disk' "$nofac" "$W/disk" sclpconsole "$disk_scsi"
# The same boot map, with memory after the switch in place of the image, shows
# that all of it is loaded.
list=$(($(u64 "$W/disk" $((2 * 512 + 32)))))
data=$(($(u64 "$W/disk" $((list * 512)))))
dd if="$W/flat" of="$W/disk" bs=64K skip=1 seek=$((data * 512)) oflag=seek_bytes \
	conv=notrunc status=none
dd if="$W/flat" of="$W/disk" bs=8 count=1 seek=$(((2 * 512 + 88) / 8)) conv=notrunc status=none
prints 'disk, loaded whole' "$(given "$W/large" quiet)" "$W/disk" sclpconsole "$disk_blk"
rm -f "$W/large" "$W/big" "$W/flat" "$W/disk"

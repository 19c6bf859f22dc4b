# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# pvimg test: for whom an image is, and whether it is as it was made.

create --no-verify -k "$pki/host.crt" -k "$pki/host2.crt" -r "$W/initrd" \
	--cmdline 'quiet' >"$W/log" 2>&1
mv "$W/out" "$W/image"
header=$((0x11008 + $(u64 "$W/image" 0x11008)))
ipib=$((0x11008 + $(u64 "$W/image" 0x11018)))

try() { "$PVIMG" test "$@" "$W/image"; }
says 'by certificate' 0 'has a key slot for this host key' try -k "$pki/host.crt"
says 'by private key' 0 'is for this host key and intact' try -K "$pki/host.key"
says 'by the second private key' 0 'is for this host key and intact' try -K "$pki/host2.key"
says 'certificate of another host' 3 'is not for this host key' try -k "$pki/self-signed.crt"
says 'one of two certificates' 3 'is not for this host key' \
	try -k "$pki/host.crt" -k "$pki/self-signed.crt"
says 'private key on P-256' 1 'is not a key on the curve P-521' try -K "$pki/p256.key"
says 'certificate in place of the private key' 1 'is not a private key' try -K "$pki/host.crt"
says 'private key of another host' 3 'is not for this host key' \
	"$PVIMG" test -K "$pki/self-signed.key" "$W/image"
says 'no key given' 2 'or --key' try
says 'a kernel is no image' 1 'is not a protected image' \
	"$PVIMG" test -K "$pki/host.key" "$W/kernel"

# damage NAME TEXT OFFSET [BIT]: one flipped bit, refused; then flipped back
damage() {
	flip "$W/image" "$3" "${4:-0}"
	"$PVIMG" test -K "$pki/host.key" "$W/image" >"$W/log" 2>&1
	got=$?
	flip "$W/image" "$3" "${4:-0}"
	if [ $got != 3 ] && [ $got != 1 ]; then
		fail "damaged $1" "exit status $got"
	elif ! grep -qF -e "$2" "$W/log"; then
		fail "damaged $1" "does not say '$2'"
	else
		pass "damaged $1"
	fi
}

h='the header was changed'
damage 'magic' 'has no header of a protected image' $header
damage 'header version' 'version 0x101 is not known' $((header + 11))
damage 'header size' 'contradict each other' $((header + 15)) 4
damage 'header IV' "$h" $((header + 16))
damage 'reserved field' "$h" $((header + 31))
damage 'number of slots' 'contradict each other' $((header + 39)) 1
damage 'size of the encrypted area' 'contradict each other' $((header + 47))
damage 'number of pages' "$h" $((header + 55))
damage 'plaintext control flags' "$h" $((header + 63))
damage 'customer key, X' "$h" $((header + 143))
damage 'customer key, padding' "$h" $((header + 64))
damage 'customer key, Y' "$h" $((header + 223))
damage 'page list digest' "$h" $((header + 224))
damage 'address list digest' "$h" $((header + 288))
damage 'tweak list digest' "$h" $((header + 415)) 7
damage 'host key hash' 'is not for this host key' $((header + 416))
damage 'wrapped key' "$h" $((header + 448))
damage 'tag of the slot' "$h" $((header + 495))
damage "another host's slot" "$h" $((header + 540))
damage 'CCK' "$h" $((header + 576))
damage 'image key' "$h" $((header + 608))
damage 'PSW' "$h" $((header + 680))
damage 'secret control flags' "$h" $((header + 688))
damage 'tag of the header' "$h" $((header + 704)) 7
damage 'IPIB length' 'the IPL parameter block is damaged' $((ipib + 3))
damage 'IPIB version' 'the IPL parameter block is damaged' $((ipib + 7))
damage 'number of components' 'the IPL parameter block is damaged' $((ipib + 119))
damage 'tweak prefix' 'the tweak list does not match' $((ipib + 143))
damage 'order of components' 'component 2 of the IPL parameter block is not valid' \
	$((ipib + 136 + 24 + 8 + 4)) 1
damage 'length of a component' 'is not valid' $((ipib + 159)) 6

# The ultravisor does not see what is not encrypted, so this is only a warning.
changed() {
	name=$1
	flip "$W/image" "$2" 0
	says "changed $name" 0 'is not what this pvimg writes' try -K "$pki/host.key"
	flip "$W/image" "$2" 0
}
changed 'PSW at 0' 7
changed 'stage 1' 0x11100
changed "stage 1's parameters" 0x11017
changed 'reserved field of the IPIB' $((ipib + 64))

for i in 0 1 2 3; do
	at=$(($(u64 "$W/image" $((ipib + 136 + 24 * i + 8)))))
	size=$(($(u64 "$W/image" $((ipib + 136 + 24 * i + 16)))))
	damage "component $i, first bit" 'the page contents does not match' $at 7
	damage "component $i, last bit" 'the page contents does not match' $((at + size - 1)) 0
done

says 'afterwards it is whole again' 0 'intact' try -K "$pki/host.key"
quiet() { try -K "$pki/host.key" 2>&1 >/dev/null | grep . && return 1 || return 0; }
holds 'and there is no warning' quiet

# A component elsewhere, two pages exchanged, the end cut off
cp "$W/image" "$W/moved"
poke "$W/moved" $((ipib + 144)) 0000000000001000
says 'address of a component' 3 'the address list does not match' \
	"$PVIMG" test -K "$pki/host.key" "$W/moved"
kernel=$(($(u64 "$W/image" $((ipib + 144)))))
cp "$W/image" "$W/out"
dd if="$W/image" of="$W/out" bs=4096 skip=$((kernel / 4096)) seek=$((kernel / 4096 + 1)) \
	count=1 conv=notrunc status=none
dd if="$W/image" of="$W/out" bs=4096 skip=$((kernel / 4096 + 1)) seek=$((kernel / 4096)) \
	count=1 conv=notrunc status=none
mv "$W/out" "$W/swapped"
says 'exchanged pages' 3 'the page contents does not match' \
	"$PVIMG" test -K "$pki/host.key" "$W/swapped"
head -c $(($(stat -c %s "$W/image") - 4096)) "$W/image" >"$W/short"
says 'end cut off' 3 'shorter than its components' "$PVIMG" test -K "$pki/host.key" "$W/short"

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# Whatever is given in place of a good file is refused in one line, and nothing is left.

# to_create NAME GOOD HARMLESS OPTION...: of create
to_create() {
	name=$1 good=$2 harmless=$3
	shift 3
	hostile "hostile: create $name" "$good" "$harmless" \
		"$PVIMG" create -q -i "$W/kernel" -o "$H/out" "$@"
}
unseen() {
	name=$1 good=$2 harmless=$3
	shift 3
	to_create "$name" "$good" "$harmless" --no-verify -k "$pki/host.crt" "$@"
}
believed() {
	name=$1 good=$2 harmless=$3
	shift 3
	to_create "$name" "$good" "$harmless" --offline -k "$pki/host.crt" "$@"
}
# Nothing in a kernel image says how long it is, and what is nothing else is taken.
unseen 'kernel' "$W/kernel" 'cut huge' -i @
unseen 'RAM disk' "$W/initrd" 'empty random cut huge any' -r @
unseen 'command line' "$W/parm" 'empty cut any' -p @
to_create 'document' "$pki/host.crt" document --no-verify -k @
unseen 'CCK' "$W/key32" key32 --cck @
unseen 'header key' "$W/key32" key32 --hdr-key @
unseen 'image key' "$W/key64" '' --image-key @
lists="--crl $pki/root.crl --crl $pki/inter.crl --crl $pki/signer.crl"
certs="-C $pki/inter.crt -C $pki/signer.crt"
# shellcheck disable=SC2086 # lists of options
{
	believed 'root' "$pki/root.crt" document $certs $lists --root-ca @
	believed 'certificate' "$pki/signer.crt" document -C "$pki/inter.crt" $lists \
		--root-ca "$pki/root.crt" -C @
	believed 'list' "$pki/signer.crl" revocations $certs --root-ca "$pki/root.crt" \
		--crl "$pki/root.crl" --crl "$pki/inter.crl" --crl @
}
create --no-verify -k "$pki/host.crt" --hdr-key "$W/key32" >"$W/log" 2>&1
mv "$W/out" "$W/image"
head=$(od -An -tx1 -j $((0x11008 + $(u64 "$W/image" 0x11008) + 416)) -N 32 "$W/image" | tr -d ' \n')
yes "$head" | head -n 15 >"$W/hashes"
hostile 'hostile: info' "$W/image" 'cut image header' "$PVIMG" info @
head -c $(($(stat -c %s "$W/image") - 1)) "$W/image" >"$W/cut"
says 'hostile: info, cut' 0 'is cut: ' "$PVIMG" info "$W/cut"
hostile 'hostile: info --hdr-key' "$W/key32" key32 "$PVIMG" info --hdr-key @ "$W/image"
hostile 'hostile: test' "$W/image" 'cut image' "$PVIMG" test -K "$pki/host.key" @
says 'hostile: test, cut' 3 'shorter than its components' \
	"$PVIMG" test -K "$pki/host.key" "$W/cut"
hostile 'hostile: test -k' "$pki/host.crt" document "$PVIMG" test -k @ "$W/image"
hostile 'hostile: test -K' "$pki/host.key" key "$PVIMG" test -K @ "$W/image"
hostile 'hostile: test --key-hashes' "$W/hashes" '' "$PVIMG" test --key-hashes=@ "$W/image"
hostile 'hostile: disk' "$W/image" image "$PVIMG" disk @ -o "$H/out"

no_room 'no room: create' "$PVIMG" create -q --no-verify -k "$pki/host.crt" -i "$W/kernel" -o @out
no_room 'no room: disk' "$PVIMG" disk "$W/image" -o @out
no_room 'no room: keygen' "$PVIMG" keygen -K @key -c @crt
no_room 'no room for the certificate only' "$PVIMG" keygen -K "$W/lonely.key" -c @crt
holds 'then no key is left' test ! -e "$W/lonely.key"

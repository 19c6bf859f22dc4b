# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# Each option by all of its names, and the properties of a guest.

to_create() { create -q --no-verify -k "$pki/host.crt" "$@"; }
verified() { create -q --offline -k "$pki/host.crt" "$@"; }
takes_input '--kernel --image -i' to_create
takes_input '--ramdisk -r' to_create
takes_input '--parmfile -p' to_create
takes_input '--cck --comm-key --x-comm-key' to_create
takes_input '--hdr-key --x-header-key' to_create
takes_input '--image-key --x-comp-key' to_create
takes_hosts verified
takes_output '--output -o' to_create
takes --cmdline "$(head -c 5000 /dev/zero | tr '\0' x)" 'this kernel takes at most' to_create
for name in pcf scf psw; do takes "--x-$name" junk "--x-$name: 'junk' is not a number" to_create; done
create -q --no-verify -k "$pki/host.crt" >"$W/log" 2>&1 && mv "$W/out" "$W/image"
takes_input --hdr-key "$PVIMG" info "$W/image"
takes --format junk "'junk' is none of" "$PVIMG" info "$W/image"
takes_input '--host-key-document -k' "$PVIMG" test "$W/image"
takes_input '--key -K' "$PVIMG" test "$W/image"
says 'option --key-hashes' 1 "'$W/none'" "$PVIMG" test "$W/image" --key-hashes="$W/none"
takes_output '--output -o' "$PVIMG" disk "$W/image"
takes_output '--key -K' "$PVIMG" keygen -c "$W/crt"
takes_output '--cert -c' "$PVIMG" keygen -K "$W/key"
takes '--days -d' junk "'junk' is not a number" "$PVIMG" keygen -K "$W/key" -c "$W/crt"
for option in -h --help; do
	for c in create info test disk keygen; do
		says "$option of $c" 0 "Usage: pvimg $c" "$PVIMG" $c $option
	done
done
for option in -v --verbose; do
	says "$option" 0 'not verified' create $option --no-verify -k "$pki/host.crt"
	rm -f "$W/out"
done
for option in -q --quiet; do
	says "$option" 0 '' create $option --no-verify -k "$pki/host.crt"
	holds "$option says nothing" test ! -s "$W/log"
	rm -f "$W/out"
done
holds 'all options are in the page' explained pvimg create info test disk keygen

for name in dump pckmo pckmo-hmac backup-keys backup-target-keys image-encryption \
	cck-extension-secret cck-update; do
	says "--enable-$name and --disable-$name" 2 'exclude each other' \
		to_create --cck "$W/cck" --enable-$name --disable-$name
done
rm -f "$W/out" "$W/image"

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# Images as other tools lay them out are read like ours.

create --no-verify -k "$pki/host.crt" -r "$W/initrd" --cmdline quiet >"$W/log" 2>&1
mv "$W/out" "$W/image"
for mark in '' mark; do
	/usr/bin/python3 "$here/foreign.py" "$W/image" "$W/foreign" $mark
	w=${mark:+, marked}
	says "foreign$w: info" 0 'IPL parameter block at' "$PVIMG" info "$W/foreign"
	says "foreign$w: test" 0 'is for this host key and intact' \
		"$PVIMG" test -K "$pki/host.key" "$W/foreign"
	says "foreign$w: disk" 0 '' "$PVIMG" disk -o "$W/disk" "$W/foreign"
	rm -f "$W/disk"
	size=$(stat -c %s "$W/foreign")
	head -c $((size - 1)) "$W/foreign" >"$W/cut"
	[ -z "$mark" ] || says "foreign$w: cut" 1 'IPL parameter block is' "$PVIMG" info "$W/cut"
done
boot "$W/foreign" sclpconsole >"$W/console"
holds 'foreign: starts' grep -qF 'Secure unpack facility is not available' "$W/console"
poke "$W/foreign" 0xc010 00000002
says 'foreign: a mark of another version' 1 'version 0x2 is not known' "$PVIMG" info "$W/foreign"
poke "$W/foreign" 0xc010 00000001
poke "$W/foreign" 0xc014 ffffffffffffff00
says 'foreign: a mark that points nowhere' 1 'beyond its end' "$PVIMG" info "$W/foreign"
poke "$W/foreign" 0xc014 0000000000000000
says 'foreign: a mark that points elsewhere' 1 'IPL parameter block is damaged' \
	"$PVIMG" info "$W/foreign"

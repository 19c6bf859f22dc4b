# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# The software ultravisor takes what pvimg makes, and nothing else.

# unpacked NAME STATUS TEXT KEY "CREATE OPTIONS" [OFFSET-FROM-HEADER BIT]: the
# image may be damaged by one bit on its way to the ultravisor.
unpacked() {
	rm -f "$W/flat"
	# shellcheck disable=SC2086 # a list of options
	create --no-verify -k "$pki/host.crt" -k "$pki/host2.crt" -r "$W/initrd" \
		--cmdline quiet $5 >"$W/log" 2>&1
	/usr/bin/python3 "$here/image.py" "$W/out" --key "$pki/host.key" --kernel "$W/kernel" \
		--initrd "$W/initrd" --cmdline quiet --pcf "${8:-0xe0}" --scf "${9:-0}" \
		--flat "$W/flat" >"$W/log" 2>&1
	mv "$W/out" "$W/image"
	header=$((0x11008 + $(u64 "$W/image" 0x11008)))
	[ -z "${6:-}" ] || flip "$W/image" $((header + $6)) "$7"
	says "ultravisor: $1" "$2" "$3" "$out/unpack" "$W/image" "$pki/$4.key" "$W/flat"
}

unpacked 'an image' 0 'verified' host ''
unpacked 'second host key' 0 'verified' host2 ''
unpacked 'dump allowed' 0 'verified' host "--enable-dump --cck $W/cck" '' '' 0x200000e0
unpacked 'not encrypted' 0 'verified' host '--disable-image-encryption' '' '' 0x100000e0
unpacked 'extension secret' 0 'verified' host "--enable-cck-extension-secret --cck $W/cck" '' '' \
	0xe0 0x4000000000000000
unpacked 'CCK update' 0 'verified' host '--enable-cck-update' '' '' 0xe0 0x2000000000000000
unpacked 'both together' 3 'SET_SEC_PARMS refused, rc 0x0109 rrc 0x0000' host \
	'--x-scf 0x6000000000000000' '' '' 0xe0 0x6000000000000000
unpacked 'another host' 3 'SET_SEC_PARMS refused, rc 0x0108 rrc 0x0005' self-signed ''
unpacked 'header changed' 3 'SET_SEC_PARMS refused' host '' 224 0
# The IPL parameter block lies a page below the header, the kernel a page above.
unpacked 'contents changed' 3 'VERIFY refused, rc 0x0102 rrc 0x001b' host '' 8192 0
unpacked 'tweak prefix changed' 3 'VERIFY refused, rc 0x0102 rrc 0x001c' host '' \
	$((-4096 + 136 + 7)) 0

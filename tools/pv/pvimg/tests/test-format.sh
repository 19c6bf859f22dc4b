# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# The image's format, as an independent reader sees it.

verify() {
	/usr/bin/python3 "$here/image.py" "$W/out" --kernel "$W/kernel" --key "$pki/host.key" "$@"
}

# format NAME "CREATE OPTIONS" "READER OPTIONS"
format() {
	name=$1
	# shellcheck disable=SC2086 # lists of options
	if ! create --no-verify -k "$pki/host.crt" $2 >"$W/log" 2>&1; then
		fail "$name" "pvimg create failed"
	else
		# shellcheck disable=SC2086
		holds "$name" verify $3
	fi
}

format 'kernel alone' '' ''
format 'kernel and initial RAM disk' "-r $W/initrd" "--initrd $W/initrd"
format 'all components' "-r $W/initrd --cmdline console=ttysclp0" \
	"--initrd $W/initrd --cmdline console=ttysclp0"
format 'a RAM disk of exactly a page' "-r $W/page" "--initrd $W/page"
format 'a RAM disk of exactly a chunk' "-r $W/chunk" "--initrd $W/chunk"
format 'certificate in DER' "-k $pki/host2.crt" ''
format 'several host keys' "-k $pki/host2.crt -k $pki/self-signed.crt" ''
format 'given keys are used' "--x-header-key $W/key32 --x-comp-key $W/key64 --cck $W/cck" \
	"--header-key $W/key32 --image-key $W/key64 --cck $W/cck"
format 'dump allowed' '--enable-dump' '--pcf 0x200000e0'
format 'no PCKMO' '--disable-pckmo' '--pcf 0'
format 'PCKMO for HMAC' '--enable-pckmo-hmac' '--pcf 0xf0'
format 'backup host keys' '--enable-backup-target-keys' '--pcf 0xe2'
format 'components not encrypted' "--disable-image-encryption -r $W/initrd" \
	"--pcf 0x100000e0 --initrd $W/initrd"
format 'extension secret' '--enable-cck-extension-secret' '--scf 0x4000000000000000'
format 'CCK update' '--enable-cck-update' '--scf 0x2000000000000000'
format 'flags as numbers' '--x-pcf 0x123 --x-scf 7' '--pcf 0x123 --scf 7'
format 'initial PSW' '--x-psw 0x180000001,0x12345678' '--psw 0x180000001,0x12345678'
format 'a flag switched on and off again' '--enable-dump --disable-dump' ''

create --no-verify -k "$pki/host.crt" -p "$W/parm" >"$W/log" 2>&1
holds 'command line from a file, without its newline' verify --cmdline 'from=file quiet'

create --no-verify -k "$pki/host.der" >"$W/log" 2>&1
holds 'host key document in DER' verify

many=$(for i in $(seq -w 0 93); do printf -- '-k %s/many/%s.crt ' "$pki" "$i"; done)
format 'as many host keys as a header holds' "$many" ''
# shellcheck disable=SC2086 # a list of options
says 'one host key too many' 1 'a header has room for 95' \
	create --no-verify $many -k "$pki/many/94.crt" -k "$pki/many/95.crt"

# The same inputs must give different keys and nonces each time.
create --no-verify -k "$pki/host.crt" >"$W/log" 2>&1 && mv "$W/out" "$W/first"
create --no-verify -k "$pki/host.crt" >"$W/log" 2>&1
different() {
	# both images: IV, customer key, wrapped key, first page of the kernel
	for at in 16 88 448 4096; do
		a=$(od -An -tx1 -j $((header + at)) -N 12 "$W/first")
		b=$(od -An -tx1 -j $((header + at)) -N 12 "$W/out")
		[ "$a" != "$b" ] || return 1
	done
}
header=$((0x11008 + $(u64 "$W/out" 0x11008)))
holds 'keys and nonces are fresh each time' different

reads() { "$PVIMG" info "$W/out" >"$W/log" && grep -qE "$1" "$W/log"; }
create --no-verify -k "$pki/host.crt" --enable-dump -r "$W/initrd" >"$W/log" 2>&1
holds 'info: flags in words' reads 'dumping by the host is allowed'
holds 'info: components' reads 'component 1 .* 1003520 bytes'
hash=$(openssl x509 -in "$pki/host.crt" -noout -pubkey |
	openssl ec -pubin -outform DER 2>/dev/null | tail -c 132 |
	/usr/bin/python3 -c 'import hashlib, sys
d = sys.stdin.buffer.read()
print(hashlib.sha256(bytes(14) + d[:66] + bytes(14) + d[66:]).hexdigest())')
holds 'info: the hash of the host key' reads "host key 0 *$hash\$"
rm -f "$W/out"
says 'info: not an image' 1 'is not a protected image: it has no header' \
	"$PVIMG" info "$W/kernel"

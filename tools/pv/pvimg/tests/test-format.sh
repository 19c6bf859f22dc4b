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
format 'an empty command line' "--parmfile /dev/null" "--cmdline="
format 'dump allowed' "--enable-dump --cck $W/cck" '--pcf 0x200000e0'
format 'dump allowed, CCK to come' '--enable-dump --enable-cck-update' \
	'--pcf 0x200000e0 --scf 0x2000000000000000'
format 'no PCKMO' '--disable-pckmo' '--pcf 0'
format 'PCKMO for HMAC' '--enable-pckmo-hmac' '--pcf 0xf0'
format 'backup host keys' '--enable-backup-keys' '--pcf 0xe2'
format 'backup host keys, old name' '--enable-backup-target-keys' '--pcf 0xe2'
format 'components not encrypted' "--disable-image-encryption -r $W/initrd" \
	"--pcf 0x100000e0 --initrd $W/initrd"
format 'extension secret' "--enable-cck-extension-secret --cck $W/cck" '--scf 0x4000000000000000'
format 'CCK update' '--enable-cck-update' '--scf 0x2000000000000000'
format 'what is so anyway' '--disable-dump --enable-pckmo --disable-pckmo-hmac
	--disable-backup-keys --disable-backup-target-keys --enable-image-encryption
	--disable-cck-extension-secret --disable-cck-update' '--pcf 0xe0 --scf 0'
format 'flags as numbers' '--x-pcf 0x123 --x-scf 7' '--pcf 0x123 --scf 7'
format 'initial PSW' '--x-psw 0x180000001,0x12345678' '--psw 0x180000001,0x12345678'
format 'initial PSW, address alone' '--x-psw 0x12345678' '--psw 0x180000000,0x12345678'
format 'keys by their names' "--hdr-key $W/key32 --image-key $W/key64" \
	"--header-key $W/key32 --image-key $W/key64"
format 'documents in a list' "-k $pki/host2.crt,$pki/self-signed.crt" ''

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
create --no-verify -k "$pki/host.crt" --enable-dump --cck "$W/cck" --hdr-key "$W/key32" -r "$W/initrd" >"$W/log" 2>&1
holds 'info: flags in words' reads 'dumping by the host is allowed'
holds 'info: components' reads 'component 1 .* 1003520 bytes'
hash=$(openssl x509 -in "$pki/host.crt" -noout -pubkey |
	openssl ec -pubin -outform DER 2>/dev/null | tail -c 132 |
	/usr/bin/python3 -c 'import hashlib, sys
d = sys.stdin.buffer.read()
print(hashlib.sha256(bytes(14) + d[:66] + bytes(14) + d[66:]).hexdigest())')
holds 'info: the hash of the host key' reads "host key 0 *$hash\$"
mv "$W/out" "$W/shown"
opened() { "$PVIMG" info --hdr-key "$W/key32" "$W/shown" | grep -q 'initial PSW'; }
holds 'info: encrypted area with its key' opened
cck=$(od -An -tx1 "$W/cck" | tr -d ' \n')
secret() { "$PVIMG" info --hdr-key "$W/key32" "$@" "$W/shown" | grep -q "$cck"; }
holds 'info: keys if asked for' secret --show-secrets
holds 'info: keys in JSON' secret --show-secrets --format json
not_secret() { ! secret "$@"; }
holds 'info: keys only if asked for' not_secret
holds 'info: nor in JSON' not_secret --format json
says 'info: wrong header key' 1 'is not the header key' "$PVIMG" info --hdr-key "$W/cck" "$W/shown"
json() {
	"$PVIMG" info --format json "$W/shown" | /usr/bin/python3 -c '
import json, sys
d = json.load(sys.stdin)
assert d["se_header"]["key_slots"][0]["host_key_hash"] == "0x" + sys.argv[1]
assert d["se_header"]["flags"]["dump"] and not d["se_header"]["flags"]["pckmo-hmac"]
assert len(d["components"]) == 3' "$hash"
}
holds 'info: JSON' json
hashes() { { echo "$1"; for i in $(seq 14); do printf '%064d\n' 0; done; } >"$W/hashes"; }
hashes "$hash"
holds 'test: hashes of a host' "$PVIMG" test --key-hashes="$W/hashes" "$W/shown"
hashes "$(printf '%064d' 0)"
says 'test: hashes of another host' 3 'is for no key of this host' \
	"$PVIMG" test --key-hashes="$W/hashes" "$W/shown"
head -n 14 "$W/hashes" >"$W/few"
says 'test: too few hashes' 1 'is not a list of 15 hashes' \
	"$PVIMG" test --key-hashes="$W/few" "$W/shown"
[ -e /sys/firmware/uv/keys/all ] || says 'test: no firmware here' 1 '/sys/firmware/uv/keys/all' \
	"$PVIMG" test --key-hashes "$W/shown"
ln -sf "$PVIMG" "$W/genprotimg"
rm -f "$W/out"
holds 'genprotimg' "$W/genprotimg" --no-verify -k "$pki/host.crt" -i "$W/kernel" -o "$W/out"
holds 'genprotimg makes an image' verify
piped() {
	rm -f "$W/out"
	printf 'from a pipe\n' | create --no-verify -k "$pki/host.crt" -p - || return 1
	verify --cmdline 'from a pipe'
}
holds 'command line from a pipe' piped
rm -f "$W/out"
says 'info: not an image' 1 'is not a protected image: it has no header' \
	"$PVIMG" info "$W/kernel"

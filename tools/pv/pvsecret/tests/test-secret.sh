# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# pvsecret, beside an independent reader and requests of another implementation.

document=$vectors/host.crt hostkey=$vectors/host.key hdr=$vectors/se.hdr
cd "$W" || exit 1
reader() { /usr/bin/python3 "$tests/requests.py" asrcb --key "$hostkey" --hdr "$hdr" "$@"; }
request() { "$PVSECRET" create --no-verify -k "$document" --hdr "$hdr" -o "$W/req" "$@"; }
id() { printf %s "$1" | sha256sum | cut -d ' ' -f 1; }

# made NAME "READER OPTIONS" OPTION...: the reader opens what was made
made() {
	name=$1 reading=$2
	shift 2
	if ! request "$@" >"$W/log" 2>&1; then
		fail "$name" 'pvsecret create failed'
	else
		# shellcheck disable=SC2086 # a list of options
		holds "$name" reader $reading "$W/req"
	fi
}
printf 'some text' >"$W/text"
head -c 8190 /dev/urandom >"$W/most"
head -c 8191 /dev/urandom >"$W/toomuch"
made 'meta' '--type 1' meta
made 'meta that forbids dumps' '--type 1 --flags 8000000000000000' meta --flags disable-dump
made 'association' "--type 2 --id $(id disk) --value $W/key32" association disk \
	--input-secret "$W/key32"
made 'association with a new secret' "--type 2 --id $(id disk) --value $W/new" association disk \
	--output-secret "$W/new"
holds 'mode of a new secret' test "$(stat -c %a "$W/new")" = 600
made 'plaintext' "--type 3 --id $(id note) --value $W/text" retrievable note --secret "$W/text"
made 'the longest plaintext' "--type 3 --id $(id note) --value $W/most" retrievable note \
	--secret "$W/most" --type plain
for key in aes:16:4 aes:24:5 aes:32:6 aes-xts:32:7 aes-xts:64:8 hmac-sha:64:9 hmac-sha:128:a; do
	type=${key%%:*} rest=${key#*:}
	head -c "${rest%:*}" /dev/urandom >"$W/raw"
	made "$type, ${rest%:*} bytes" "--type ${rest#*:} --id $(id k) --value $W/raw" \
		retrievable k --type "$type" --secret "$W/raw"
done
for c in P-256:11:32 P-384:12:48 P-521:13:80; do
	openssl ecparam -genkey -noout -name "$(echo "${c%%:*}" |
		sed 's/P-256/prime256v1/; s/P-384/secp384r1/; s/P-521/secp521r1/')" -out "$W/pem"
	/usr/bin/python3 -c '
import sys
from cryptography.hazmat.primitives.serialization import load_pem_private_key
n = load_pem_private_key(open(sys.argv[1], "rb").read(), None).private_numbers().private_value
open(sys.argv[2], "wb").write(n.to_bytes(int(sys.argv[3]), "big"))' "$W/pem" "$W/raw" "${c##*:}"
	rest=${c#*:}
	made "key on ${c%%:*}" "--type ${rest%:*} --id $(id ec) --value $W/raw" \
		retrievable ec --type ec --secret "$W/pem"
done
for c in ED25519:14:32 ED448:15:64; do
	openssl genpkey -algorithm "${c%%:*}" -out "$W/pem"
	rest=${c#*:}
	/usr/bin/python3 -c '
import sys
from cryptography.hazmat.primitives.serialization import *
key = load_pem_private_key(open(sys.argv[1], "rb").read(), None)
raw = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
open(sys.argv[2], "wb").write(raw.rjust(int(sys.argv[3]), b"\0"))' "$W/pem" "$W/raw" "${c##*:}"
	made "key on ${c%%:*}" "--type ${rest%:*} --id $(id ed) --value $W/raw" \
		retrievable ed --type ec --secret "$W/pem"
done
made 'new CCK' "--type 16 --value $W/key32" update-cck --secret "$W/key32"
made 'extension secret' "--type 1 --extension $W/key32" meta --extension-secret "$W/key32"
made 'extension secret of a CCK' "--type 1 --cck $vectors/cck" meta --cck "$vectors/cck"
uid=000102030405060708090a0b0c0d0e0f
made 'for one guest' "--type 1 --uid $uid" meta --cuid-hex 0x$uid
printf 'cuid: "0x%s"\n' $uid >"$W/uid.yaml"
made 'for the guest of an attestation' "--type 1 --uid $uid" meta --cuid "$W/uid.yaml"
made 'the name as ID' "--type 2 --value $W/key32 --id $(printf disk | od -An -tx1 | tr -d ' \n')$(printf %056d 0)" \
	association disk --use-name --input-secret "$W/key32"
request association 'a disk' --input-secret "$W/key32" >"$W/log" 2>&1
holds 'the description of a secret' grep -q "^id: \"0x$(id 'a disk')\"" "$W/a_disk.yaml"
says 'the description on standard output' 0 "$(id disk)" request association disk --stdout \
	--input-secret "$W/key32"

# Requests of another implementation
theirs() {
	request=$1
	shift
	holds "their request, $request" reader "$@" "$vectors/$request.req"
	holds "their request, $request, is one for us" "$PVSECRET" verify "$vectors/$request.req"
}
theirs meta --type 1
theirs association --type 2 --id "$(id guest-disk)" --value "$vectors/assoc"
theirs association-ext --type 2 --id "$(id other)" --extension "$vectors/ext" --no-value
theirs retrievable-plain --type 3 --id "$(id note)" --value "$vectors/plain"
hdr=$vectors/se-ext.hdr
theirs association-cck --type 2 --id "$(id third)" --cck "$vectors/cck" --no-value
hdr=$vectors/se.hdr

# User data
made 'user data' "--type 1 --user-kind 1 --user $W/text" meta --user-data "$W/text"
says 'unsigned user data' 0 'some text' "$PVSECRET" verify "$W/req"
# signed NAME KIND KEY-OPTIONS...
signed() {
	name=$1 kind=$2
	shift 2
	openssl genpkey "$@" -out "$W/sign.key" 2>/dev/null
	openssl req -new -x509 -key "$W/sign.key" -subj /CN=owner -days 2 -out "$W/sign.crt" 2>/dev/null
	made "user data signed, $name" "--type 1 --user-kind $kind --user $W/text" meta \
		--user-data "$W/text" --user-sign-key "$W/sign.key"
	says "verified, $name" 0 'some text' "$PVSECRET" verify "$W/req" --user-cert "$W/sign.crt"
	openssl genpkey "$@" -out "$W/o.key" 2>/dev/null
	openssl req -new -x509 -key "$W/o.key" -subj /CN=other -days 2 -out "$W/o.crt" 2>/dev/null
	says "another signer, $name" 2 'were not signed by the key' \
		"$PVSECRET" verify "$W/req" --user-cert "$W/o.crt"
	says "no certificate, $name" 1 'signed by a key of another kind' "$PVSECRET" verify "$W/req"
	cp "$W/req" "$W/changed"
	flip "$W/changed" 0x218 0
	says "changed user data, $name" 2 'were not signed by the key' \
		"$PVSECRET" verify "$W/changed" --user-cert "$W/sign.crt"
}
signed 'EC' 2 -algorithm EC -pkeyopt ec_paramgen_curve:P-521
signed 'RSA 2048' 3 -algorithm RSA -pkeyopt rsa_keygen_bits:2048
signed 'RSA 3072' 4 -algorithm RSA -pkeyopt rsa_keygen_bits:3072
by_openssl() {
	head -c $(($(stat -c %s "$W/req") - 16)) "$W/req" >"$W/body"
	dd if="$W/req" of="$W/signature" bs=1 skip=$((0x218 + 0x80)) count=$((0x180)) status=none
	dd if=/dev/zero of="$W/body" bs=1 seek=$((0x218 + 0x80)) count=$((0x180)) conv=notrunc status=none
	openssl dgst -sha512 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:-2 \
		-verify "$W/pub" -signature "$W/signature" "$W/body"
}
openssl pkey -in "$W/sign.key" -pubout -out "$W/pub"
holds 'signature as openssl sees it' by_openssl
says 'unsigned where a signer is named' 1 'no user data of a known kind' \
	"$PVSECRET" verify "$vectors/meta.req" --user-cert "$W/sign.crt"

# The guest's store, from files
list() { /usr/bin/python3 -c '
import hashlib, struct, sys
out = [(0, 2, 32, b"disk"), (1, 3, 16, b"note"), (2, 6, 64, b"key"), (3, 0x99, 1, b"odd")]
sys.stdout.buffer.write(struct.pack(">HHHHQ", len(out), len(out), 0, 0, 0))
for i, t, n, name in out:
    sys.stdout.buffer.write(struct.pack(">HHIQ", i, t, n, 0) + hashlib.sha256(name).digest())'; }
list >"$W/list"
show() { "$PVSECRET" list --x-result "$W/list" "$@"; }
says 'list' 0 '0 association:' show
says 'list, unknown type' 0 '3 0x0099:' show
says 'list in YAML' 0 "id: \"0x$(id note)\"" show --format yaml
json() {
	show --format json | /usr/bin/python3 -c '
import json, sys
d = json.load(sys.stdin)
assert [s["index"] for s in d["secrets"]] == [0, 1, 2, 3]'
}
holds 'list in JSON' json
show --format bin "$W/bin" >"$W/log" 2>&1
holds 'list as it is' cmp "$W/list" "$W/bin"
head -c 100 "$W/list" >"$W/cut"
says 'list cut' 1 'is no list of secrets, or cut' "$PVSECRET" list --x-result "$W/cut"
printf '\0\13hello world\0\0\0' >"$W/blob"
get() { "$PVSECRET" retrieve --x-list "$W/list" --x-result "$W/blob" "$@"; }
same() { [ "$(get --outform bin "$@")" = 'hello world' ]; }
holds 'retrieve by name' same --inform name note
holds 'retrieve by index' same --inform idx 1
holds 'retrieve by ID' same --inform hex "$(id note)"
request retrievable note --secret "$W/text" >"$W/log" 2>&1
holds 'retrieve by description' same "$W/note.yaml"
says 'retrieve as PEM' 0 'BEGIN PLAINTEXT SECRET' get --inform name note
says 'retrieve a protected key' 0 'BEGIN IBM PROTECTED KEY' get --inform name key
says 'retrieve nothing' 1 "there is no secret 'x'" get --inform name x
printf '\377\377' >"$W/blob"
says 'retrieve something damaged' 1 'is damaged' get --inform name note
if [ ! -e /dev/uv ]; then
	says 'no ultravisor: list' 1 "cannot open '/dev/uv'" "$PVSECRET" list
	says 'no ultravisor: add' 1 "cannot open '/dev/uv'" "$PVSECRET" add "$vectors/meta.req"
	says 'no ultravisor: lock' 1 "cannot open '/dev/uv'" "$PVSECRET" lock
fi

# What goes wrong
rm -f "$W/req"
bad() {
	says "$@"
	[ ! -e "$W/req" ] || fail "$1" 'has left a request'
	rm -f "$W/req"
}
bad 'nothing to do' 2 'what is to be made?' request
bad 'unknown' 2 'what is to be made?' request frob
bad 'name missing' 2 'association takes a name' request association
bad 'secret missing' 2 'needs a file with a secret' request retrievable x
bad 'secret not wanted' 2 'does not take' request meta --secret "$W/text"
bad 'plaintext too long' 1 'is too large' request retrievable x --secret "$W/toomuch"
bad 'plaintext empty' 1 'is empty; a plaintext secret has 1 to 8190 bytes' request retrievable x --secret /dev/null
piped() {
	request retrievable x --type aes --secret - <"$W/key32" &&
		reader --type 6 --id "$(id x)" --value "$W/key32" "$W/req" && rm "$W/req"
}
holds 'a key from standard input' piped
bad 'AES key of a wrong size' 1 'is no key of this type' request retrievable x --type aes \
	--secret "$W/text"
cat "$W/key32" "$W/key32" >"$W/halves"
bad 'XTS key with equal halves' 1 'halves of an XTS key must differ' request retrievable x \
	--type aes-xts --secret "$W/halves"
bad 'unknown type' 2 "'des' is not known" request retrievable x --type des --secret "$W/text"
bad 'a curve key that is none' 1 'is not a private key' request retrievable x --type ec \
	--secret "$W/text"
bad 'two extension secrets' 2 'exclude each other' request meta --extension-secret "$W/key32" \
	--cck "$W/key32"
bad 'a UID that is none' 1 'is not a configuration UID' request meta --cuid-hex 0x12
bad 'a sign key without data' 2 '--user-sign-key needs' request meta --user-sign-key "$W/sign.key"
head -c 200 /dev/urandom >"$W/much"
bad 'too much user data for the key' 1 'too much user data' request meta --user-data "$W/much" \
	--user-sign-key "$W/sign.key"
bad 'name too long for an ID' 1 'cannot be an ID' request association --use-name \
	'a name of more than thirty-one bytes' --input-secret "$W/key32"
bad 'unknown flag' 2 "'frob' is not known" request meta --flags frob
says 'add: not a request' 1 'is no add-secret request' "$PVSECRET" add "$W/most"
# One bit of a request may be changed without notice, but there is no crash.
holds 'changed requests' /usr/bin/python3 "$tests/flip.py" "$vectors/meta.req" "$W/bad" 0 1 \
	"$PVSECRET" verify "$W/bad" -o "$W/got"
for c in create add list lock retrieve verify; do
	says "help of $c" 0 "Usage: pvsecret $c" "$PVSECRET" $c --help
done
cd / || exit 1

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# pvattest, beside an independent reader and requests of another implementation.

document=$vectors/host.crt hostkey=$vectors/host.key hdr=$vectors/se.hdr
reader() { /usr/bin/python3 "$tests/requests.py" "$@"; }
request() {
	"$PVATTEST" create --no-verify -k "$document" -o "$W/req" -a "$W/arpk" "$@"
}

# made NAME FLAGS OPTION...: the reader opens what was made
made() {
	name=$1 flags=$2
	shift 2
	if ! request "$@" >"$W/log" 2>&1; then
		fail "$name" 'pvattest create failed'
	else
		holds "$name" reader arcb "$W/req" --key "$hostkey" --arpk "$W/arpk" --flags "$flags"
	fi
}
made 'request' 4000000000000000
made 'request with host key hashes' 7000000000000000 --add-data phkh-img,phkh-att
made 'request with everything' 7c00000000000000 --add-data phkh-img --add-data phkh-att \
	--add-data secret-store-hash,firmware-state
holds 'mode of the request key' test "$(stat -c %a "$W/arpk")" = 600
"$PVIMG" keygen -K "$W/other.key" -c "$W/other.crt" >"$W/log" 2>&1
made 'request for two hosts' 4000000000000000 -k "$W/other.crt"
says 'no output' 2 '--output and --arpk are needed' "$PVATTEST" create --no-verify -k "$document"
says 'unknown data' 2 "'frob' is not known" request --add-data phkh-img,frob
says 'request and key in one file' 1 'must be two files' \
	"$PVATTEST" create --no-verify -k "$document" -o "$W/req" -a "$W/./req"
says 'document not verified' 1 'no certificate of its issuer' \
	"$PVATTEST" create --offline -k "$document" -o "$W/req" -a "$W/arpk"

# answered FILE [READER OPTION...]: $W/resp, as the ultravisor would have it
answered() {
	file=$1
	shift
	reader answer "$file" --key "$hostkey" --hdr "$hdr" --out "$W/result" "$@" &&
		"$PVATTEST" perform -i "$file" -o "$W/resp" --x-result "$W/result" \
			${user:+-u "$user"}
}
verified() {
	"$PVATTEST" verify -i "$W/resp" --hdr "$hdr" -a "${arpk:-$W/arpk}" -o "$W/yaml" "$@"
}
round() {
	answered "$@" && verified && grep -q '^cuid: "0x00112233445566778899aabbccddeeff"$' "$W/yaml"
}
user=
request >"$W/log" 2>&1
holds 'verified' round "$W/req"
request --add-data phkh-img,phkh-att,secret-store-hash >"$W/log" 2>&1
holds 'verified with additional data' round "$W/req"
head -c 256 /dev/urandom >"$W/user"
user=$W/user
holds 'verified with user data' round "$W/req" --user "$user"
got_user() { verified -u "$W/got" && cmp "$W/got" "$user"; }
holds 'user data are written out' got_user
json() {
	verified --format json && /usr/bin/python3 -c '
import json, sys
d = json.load(open(sys.argv[1]))
assert len(d["add_fields"]["image_phkh"]) == 66 and len(d["user_data"]) == 514' "$W/yaml"
}
holds 'JSON' json
verified >"$W/log" 2>&1

# Requests of another implementation
user=
for v in att-plain att-all; do
	arpk=$vectors/$v.arpk
	holds "their request $v" round "$vectors/$v.req"
done
arpk=

# What is not verified
request --add-data phkh-img,phkh-att,secret-store-hash >"$W/log" 2>&1
user=$W/user
"$PVSECRET" create --no-verify -k "$document" --hdr "$hdr" -o "$W/one" meta >"$W/log" 2>&1
"$PVSECRET" create --no-verify -k "$document" --hdr "$hdr" -o "$W/two" meta >"$W/log" 2>&1
answered "$W/req" --user "$user" --secret "$W/one" --secret "$W/two" --locked >"$W/log" 2>&1
verified >"$W/log" 2>&1
says 'another image' 2 'is not verified: its measurement' \
	"$PVATTEST" verify -i "$W/resp" --hdr "$vectors/se-ext.hdr" -a "$W/arpk"
says 'another request key' 1 'is not the key of the request' \
	"$PVATTEST" verify -i "$W/resp" --hdr "$hdr" -a "$W/key32"
says 'a request key of a wrong size' 1 'must hold a key of 32 bytes' \
	"$PVATTEST" verify -i "$W/resp" --hdr "$hdr" -a "$W/key64"
says 'a request is no response' 1 'a request without an answer' \
	"$PVATTEST" verify -i "$W/req" --hdr "$hdr" -a "$W/arpk"
says 'something else is no response' 1 'is no attestation request or response' \
	"$PVATTEST" verify -i "$hdr" --hdr "$hdr" -a "$W/arpk"
says 'something else is no header' 1 'is not a protected image' \
	"$PVATTEST" verify -i "$W/resp" --hdr "$W/arpk" -a "$W/arpk"
says 'missing options' 1 'are needed' "$PVATTEST" verify -i "$W/resp"
says 'user data too large' 1 'too large' \
	"$PVATTEST" perform -i "$W/req" -o "$W/resp2" --x-result "$W/result" -u "$vectors/se.hdr"
[ -e /dev/uv ] || says 'no ultravisor here' 1 "cannot open '/dev/uv'" \
	"$PVATTEST" perform -i "$W/req" -o "$W/resp2"
holds 'and no response' test ! -e "$W/resp2"

# One bit anywhere is noticed, and never a crash.
size=$(stat -c %s "$W/resp")
flipped() {
	/usr/bin/python3 "$tests/flip.py" "$W/resp" "$W/bad" 1 2 \
		"$PVATTEST" verify -i "$W/bad" --hdr "$hdr" -a "$W/arpk" -o "$W/yaml2"
}
holds "a changed bit is noticed ($size bytes)" flipped

# Rules
ruled() { "$PVATTEST" check "$@" "$W/yaml" -; }
says 'no rule' 1 'no rule was given' ruled
says 'host keys' 0 'successful: true' ruled --no-verify -k "$document" \
	--host-key-check phkh-img,phkh-att
says 'other host keys' 2 'successful: false' ruled --no-verify -k "$W/other.crt" \
	--host-key-check phkh-img
says 'one of these host keys' 0 'successful: true' ruled --no-verify -k "$W/other.crt" \
	-k "$document" --host-key-check phkh-att
says 'user data' 0 'successful: true' ruled --user-data "$user"
says 'other user data' 2 'the user data are others' ruled --user-data "$W/key32"
says 'secrets' 0 'successful: true' ruled --secret "$W/one" --secret "$W/two" \
	--secret-store-locked true
says 'secrets in another order' 2 'successful: false' ruled --secret "$W/two" --secret "$W/one" \
	--secret-store-locked true
says 'a secret less' 2 'successful: false' ruled --secret "$W/one" --secret-store-locked true
says 'not locked' 2 'successful: false' ruled --secret "$W/one" --secret "$W/two" \
	--secret-store-locked false
says 'secrets without lock' 1 'needs --secret-store-locked' ruled --secret "$W/one"
says 'not a request' 1 'is no add-secret request' ruled --secret "$W/req" \
	--secret-store-locked true
says 'firmware' 1 'only a service of the maker' ruled --firmware
says 'not a result' 1 "is no result of 'pvattest verify'" \
	"$PVATTEST" check --user-data "$user" "$W/key32" -
verified --format json >"$W/log" 2>&1
says 'a result in JSON' 0 '"successful": true' ruled --format json --user-data "$user"
for c in create perform verify check; do
	says "help of $c" 0 "Usage: pvattest $c" "$PVATTEST" $c --help
done

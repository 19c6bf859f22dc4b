# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# The software ultravisor answers what pvattest has made, and pvattest believes it.

# attested HEADER COMMAND...: request, its answer in that guest, and what verify says
attested() {
	header=$1
	shift
	rm -f "$W/answer" "$W/resp" "$W/yaml"
	UV_DATA=$W "$out/guest" vectors/host.key "$header" "$@" attest req user answer || return
	"$PVATTEST" perform -i "$W/req" -o "$W/resp" -u "$W/user" --x-result "$W/answer" &&
		"$PVATTEST" verify -i "$W/resp" --hdr "$vectors/se.hdr" -a "$W/arpk" -o "$W/yaml" &&
		grep -q '^cuid: "0x\(05\)\{16\}"$' "$W/yaml"
}
attest_secret() {
	"$PVSECRET" create --no-verify -k "$vectors/host.crt" --hdr "$vectors/se.hdr" --stdout \
		-o "$W/$1" association "$1" --input-secret "$W/key32"
}
obeys() {
	"$PVATTEST" check --no-verify -k "$vectors/host.crt" --host-key-check phkh-img,phkh-att \
		--user-data "$W/user" --secret "$W/one" --secret "$W/two" \
		--secret-store-locked "$1" "$W/yaml" -
}
head -c 100 /dev/urandom >"$W/user"
attest_secret one >"$W/log" 2>&1
attest_secret two >"$W/log" 2>&1
"$PVATTEST" create --no-verify -k "$vectors/host.crt" -o "$W/req" -a "$W/arpk" >"$W/log" 2>&1
holds 'ultravisor: a request is answered' attested vectors/se.hdr
"$PVATTEST" create --no-verify -k "$vectors/host.crt" -o "$W/req" -a "$W/arpk" \
	--add-data phkh-img,phkh-att,secret-store-hash >"$W/log" 2>&1
holds 'ultravisor: with secrets' attested vectors/se.hdr add one add two
says 'ultravisor: not locked, as the rule says' 0 'successful: true' obeys false
says 'ultravisor: not locked, where it should be' 2 'successful: false' obeys true
holds 'ultravisor: with secrets and the lock' attested vectors/se.hdr add one add two lock
says 'ultravisor: locked, as the rule says' 0 'successful: true' obeys true
holds 'ultravisor: with secrets in another order' attested vectors/se.hdr add two add one lock
says 'ultravisor: another order than the rule' 2 'successful: false' obeys true
says 'ultravisor: a guest of another image' 2 'is not verified: its measurement' \
	attested vectors/se-ext.hdr
# Another request has another key and another nonce.
attest_replayed() {
	"$PVATTEST" create --no-verify -k "$vectors/host.crt" -o "$W/req" -a "$W/arpk" \
		--add-data phkh-img,phkh-att,secret-store-hash &&
		"$PVATTEST" perform -i "$W/req" -o "$W/resp" -u "$W/user" --x-result "$W/answer" &&
		"$PVATTEST" verify -i "$W/resp" --hdr "$vectors/se.hdr" -a "$W/arpk"
}
attested vectors/se.hdr >"$W/log" 2>&1
says 'ultravisor: an old answer to a new request' 2 'is not verified: its measurement' attest_replayed
"$PVIMG" keygen -K "$W/elsewhere.key" -c "$W/elsewhere.crt" >"$W/log" 2>&1
"$PVATTEST" create --no-verify -k "$W/elsewhere.crt" -o "$W/req" -a "$W/arpk" >"$W/log" 2>&1
says 'ultravisor: a request for another host' 3 'ATTEST refused, rc 0x010c' \
	attested vectors/se.hdr

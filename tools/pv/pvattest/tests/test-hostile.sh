# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# Whatever is given in place of a good file is refused in one line, and nothing is left.

make_request() {
	"$PVATTEST" create -q --no-verify -k "$vectors/host.crt" -o "$W/req" -a "$W/arpk" \
		--add-data phkh-img,secret-store-hash &&
		/usr/bin/python3 "$tests/requests.py" answer "$W/req" --key "$vectors/host.key" \
			--hdr "$vectors/se.hdr" --out "$W/result" &&
		"$PVATTEST" perform -i "$W/req" -o "$W/resp" --x-result "$W/result" &&
		"$PVATTEST" verify -i "$W/resp" --hdr "$vectors/se.hdr" -a "$W/arpk" -o "$W/yaml"
}
holds 'hostile: a good run' make_request

hostile 'hostile: create -k' "$vectors/host.crt" document "$PVATTEST" create -q --no-verify -k @ \
	-o "$H/out" -a "$H/out.key"
hostile 'hostile: perform' "$W/req" 'request response' "$PVATTEST" perform -i @ -o "$H/out" --x-result "$W/result"
hostile 'hostile: perform -u' "$W/key32" 'empty cut any' \
	"$PVATTEST" perform -i "$W/req" -o "$H/out" --x-result "$W/result" -u @
hostile 'hostile: perform --x-result' "$W/result" '' \
	"$PVATTEST" perform -i "$W/req" -o "$H/out" --x-result @
hostile 'hostile: verify -i' "$W/resp" '' \
	"$PVATTEST" verify -i @ --hdr "$vectors/se.hdr" -a "$W/arpk" -o "$H/out" -u "$H/out.user"
hostile 'hostile: verify --hdr' "$vectors/se.hdr" 'header image' \
	"$PVATTEST" verify -i "$W/resp" --hdr @ -a "$W/arpk" -o "$H/out"
hostile 'hostile: verify -a' "$W/arpk" '' \
	"$PVATTEST" verify -i "$W/resp" --hdr "$vectors/se.hdr" -a @ -o "$H/out"
hostile 'hostile: check' "$W/yaml" 'cut result' \
	"$PVATTEST" check -q --no-verify -k "$vectors/host.crt" --host-key-check phkh-img @ "$H/out"
hostile 'hostile: check -k' "$vectors/host.crt" document \
	"$PVATTEST" check -q --no-verify -k @ --host-key-check phkh-img "$W/yaml" "$H/out"
"$PVSECRET" create -q --no-verify -k "$vectors/host.crt" --hdr "$vectors/se.hdr" -o "$W/one" meta
/usr/bin/python3 "$tests/requests.py" answer "$W/req" --key "$vectors/host.key" \
	--hdr "$vectors/se.hdr" --out "$W/result" --secret "$W/one"
"$PVATTEST" perform -i "$W/req" -o "$W/resp" --x-result "$W/result"
"$PVATTEST" verify -i "$W/resp" --hdr "$vectors/se.hdr" -a "$W/arpk" -o "$W/yaml"
hostile 'hostile: check --secret' "$W/one" addition \
	"$PVATTEST" check --secret-store-locked false --secret @ "$W/yaml" "$H/out"

# An output is no input and no other output.
cp "$W/resp" "$W/both"
says 'output of verify is its input' 1 'would overwrite the input' \
	"$PVATTEST" verify -i "$W/both" --hdr "$vectors/se.hdr" -a "$W/arpk" -o "$W/both"
says 'output of perform is the user data' 1 'would overwrite the input' \
	"$PVATTEST" perform -i "$W/req" --x-result "$W/result" -u "$W/both" "$W/./both"
says 'output of check is its input' 1 'would overwrite the input' \
	"$PVATTEST" check --secret-store-locked true "$W/both" "$W/both"
says 'request in place of a host key document' 1 'would overwrite the input' \
	"$PVATTEST" create --no-verify -k "$W/both" -o "$W/both" -a "$W/new"
says 'result and user data in one file' 1 'must be two files' \
	"$PVATTEST" verify -i "$W/both" --hdr "$vectors/se.hdr" -a "$W/arpk" -o "$W/x" -u "$W/x"
holds 'none of them was' cmp "$W/resp" "$W/both"
# What exists otherwise is replaced, all of it or nothing.
again() {
	echo old >"$W/old.req" && echo old >"$W/old.key" &&
		"$PVATTEST" create -q --no-verify -k "$vectors/host.crt" -o "$W/old.req" -a "$W/old.key" &&
		[ "$(stat -c %s "$W/old.key")" = 32 ] && ! grep -q old "$W/old.req"
}
holds 'a new request takes the place of an old one' again
half() {
	echo old >"$W/old.key"
	"$PVATTEST" create -q --no-verify -k "$vectors/host.crt" -o "$W/nowhere/req" -a "$W/old.key" ||
		grep -qx old "$W/old.key"
}
holds 'and its key only together with it' half

ended 'ended by a signal: create' file "$PVATTEST" create -q --no-verify -k "$vectors/host.crt" \
	-o "$W/ended/out" -a @
ended 'ended by a signal: perform' input "$PVATTEST" perform -i "$W/req" --x-result @ \
	-o "$W/ended/out"
ended 'ended by a signal: verify' file "$PVATTEST" verify -i "$W/resp" --hdr "$vectors/se.hdr" \
	-a "$W/arpk" -o @ -u "$W/ended/out"
ended 'ended by a signal: check' input "$PVATTEST" check --secret-store-locked true @ "$W/ended/out"

no_room 'no room: create' "$PVATTEST" create -q --no-verify -k "$vectors/host.crt" -o @req -a @key
no_room 'no room for the request only' "$PVATTEST" create -q --no-verify -k "$vectors/host.crt" \
	-o @req -a "$W/new.key"
holds 'then no key is left' test ! -e "$W/new.key"
no_room 'no room: perform' "$PVATTEST" perform -i "$W/req" --x-result "$W/result" -o @resp
no_room 'no room: verify' "$PVATTEST" verify -i "$W/resp" --hdr "$vectors/se.hdr" -a "$W/arpk" \
	-o @result
no_room 'no room: check' "$PVATTEST" check --secret-store-locked true "$W/yaml" @out

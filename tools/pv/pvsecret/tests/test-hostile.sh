# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# Whatever is given in place of a good file is refused in one line, and nothing is left.

cd "$W" || exit 1
openssl ecparam -genkey -noout -name secp521r1 -out "$W/sign.key"
openssl req -new -x509 -key "$W/sign.key" -subj /CN=owner -days 2 -out "$W/sign.crt" 2>/dev/null
printf 'some text' >"$W/text"
printf 'cuid: "0x%032d"\n' 5 >"$W/uid.yaml"
# to_create NAME GOOD HARMLESS OPTION...: of create
to_create() {
	name=$1 good=$2 harmless=$3
	shift 3
	hostile "hostile: create, $name" "$good" "$harmless" "$PVSECRET" create -q --no-verify \
		-k "$vectors/host.crt" --hdr "$vectors/se.hdr" -o "$H/out" --stdout "$@"
}
hostile 'hostile: create -k' "$vectors/host.crt" document "$PVSECRET" create -q --no-verify -k @ \
	--hdr "$vectors/se.hdr" -o "$H/out" meta
hostile 'hostile: create --hdr' "$vectors/se.hdr" 'header image' "$PVSECRET" create -q --no-verify \
	-k "$vectors/host.crt" --hdr @ -o "$H/out" meta
to_create 'extension secret' "$W/key32" key32 --extension-secret @ meta
to_create 'CCK' "$W/key32" key32 --cck @ meta
to_create 'UID' "$W/uid.yaml" result --cuid @ meta
to_create 'user data' "$W/text" 'empty cut any' --user-data @ meta
to_create 'sign key' "$W/sign.key" key --user-data "$W/text" --user-sign-key @ meta
to_create 'association' "$W/key32" key32 association a --input-secret @
to_create 'plaintext' "$W/text" 'random cut any' retrievable a --secret @
to_create 'AES' "$W/key32" 'cut key32' retrievable a --type aes --secret @
to_create 'AES-XTS' "$W/key64" 'cut key32' retrievable a --type aes-xts --secret @
to_create 'HMAC' "$W/key64" '' retrievable a --type hmac-sha --secret @
to_create 'curve' "$W/sign.key" key retrievable a --type ec --secret @
to_create 'new CCK' "$W/key32" key32 update-cck --secret @

"$PVSECRET" create -q --no-verify -k "$vectors/host.crt" --hdr "$vectors/se.hdr" -o "$W/signed" \
	--user-data "$W/text" --user-sign-key "$W/sign.key" retrievable note --secret "$W/text"
UV_DATA=$W "$out/guest" vectors/host.key vectors/se.hdr add signed list list retrieve 0 note
hostile 'hostile: add' "$W/signed" addition "$PVSECRET" add --x-list "$W/list" @
hostile 'hostile: list' "$W/list" 'cut secrets' "$PVSECRET" list --x-result @ "$H/out"
hostile 'hostile: retrieve, list' "$W/list" 'cut secrets' "$PVSECRET" retrieve --x-list @ \
	--x-result "$W/note" --inform idx 0 -o "$H/out"
hostile 'hostile: retrieve, value' "$W/note" 'cut secrets' "$PVSECRET" retrieve --x-list "$W/list" \
	--x-result @ --inform idx 0 -o "$H/out"
hostile 'hostile: retrieve, description' "$W/note.yaml" '' "$PVSECRET" retrieve \
	--x-list "$W/list" --x-result "$W/note" @ -o "$H/out"
hostile 'hostile: verify' "$W/signed" '' "$PVSECRET" verify --user-cert "$W/sign.crt" @ -o "$H/out"
hostile 'hostile: verify --user-cert' "$W/sign.crt" document "$PVSECRET" verify --user-cert @ \
	"$W/signed" -o "$H/out"

# An output is no input and no other output.
made() {
	"$PVSECRET" create -q --no-verify -k "$vectors/host.crt" --hdr "$vectors/se.hdr" "$@"
}
cp "$W/key32" "$W/both"
says 'request in place of the secret' 1 'would overwrite the input' \
	made -o "$W/both" association a --input-secret "$W/both"
says 'request in place of the header' 1 'would overwrite the input' \
	"$PVSECRET" create -q --no-verify -k "$vectors/host.crt" --hdr "$W/both" -o "$W/both" meta
says 'request and new secret in one file' 1 'must be two files' \
	made -o "$W/x" association a --output-secret "$W/./x"
says 'request and description in one file' 1 'must be two files' made -o a.yaml association a
ln -sf key32 both.yaml
says 'description in place of the secret' 1 'would overwrite the input' \
	made -o "$W/x" association both --input-secret "$W/key32"
says 'user data in place of the request' 1 'would overwrite the input' \
	"$PVSECRET" verify "$W/signed" -o "$W/signed"
says 'list in place of what it is read from' 1 'would overwrite the input' \
	"$PVSECRET" list --x-result "$W/list" "$W/list"
holds 'none of them was' cmp "$W/key32" "$W/both"

ended 'ended by a signal: create' file "$PVSECRET" create -q --no-verify -k "$vectors/host.crt" \
	--hdr "$vectors/se.hdr" -o "$W/ended/out" --stdout association a --output-secret @
ended 'ended by a signal: add' input "$PVSECRET" add --x-list "$W/list" @
ended 'ended by a signal: list' input "$PVSECRET" list --x-result @ "$W/ended/out"
ended 'ended by a signal: retrieve' input "$PVSECRET" retrieve --x-list "$W/list" --x-result @ \
	--inform idx 0 -o "$W/ended/out"
ended 'ended by a signal: verify' input "$PVSECRET" verify --user-cert @ "$W/signed" \
	-o "$W/ended/out"

no_room 'no room: create' "$PVSECRET" create -q --no-verify -k "$vectors/host.crt" \
	--hdr "$vectors/se.hdr" -o @req --stdout association a --output-secret @new
no_room 'no room for the request only' "$PVSECRET" create -q --no-verify \
	-k "$vectors/host.crt" --hdr "$vectors/se.hdr" -o @req association roomless \
	--output-secret "$W/new-secret"
holds 'then neither secret nor description is left' \
	test ! -e "$W/new-secret" -a ! -e roomless.yaml
no_room 'no room: list' "$PVSECRET" list --x-result "$W/list" @list
no_room 'no room: retrieve' "$PVSECRET" retrieve --x-list "$W/list" --x-result "$W/note" \
	--inform idx 0 -o @note
no_room 'no room: verify' "$PVSECRET" verify --user-cert "$W/sign.crt" "$W/signed" -o @data
cd / || exit 1

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# The software ultravisor takes what pvsecret has made, for the right guest only.

document=$vectors/host.crt hdr=$vectors/se.hdr
printf 'some text' >"$W/text"
# made_for FILE OPTION...: a request in $W/FILE
made_for() {
	file=$1
	shift
	"$PVSECRET" create --no-verify -k "$document" --hdr "$hdr" -o "$W/$file" --stdout "$@" \
		>"$W/log" 2>&1
}
# in_guest NAME STATUS TEXT HEADER COMMAND...
in_guest() {
	name=$1 status=$2 text=$3 header=vectors/$4
	shift 4
	says "ultravisor: $name" "$status" "$text" \
		env UV_DATA="$W" "$out/guest" vectors/host.key "$header" "$@"
}
made_for meta meta
made_for disk association disk --input-secret "$W/key32"
made_for note retrievable note --secret "$W/text"
in_guest 'meta, association, plaintext' 0 '' se.hdr add meta add disk add note list guest-list \
	retrieve 1 guest-note
says 'ultravisor: they are listed' 0 '1 plaintext' "$PVSECRET" list --x-result "$W/guest-list"
guest_note() {
	"$PVSECRET" retrieve --inform name note --outform bin --x-list "$W/guest-list" \
		--x-result "$W/guest-note" | cmp - "$W/text"
}
holds 'ultravisor: the plaintext comes back' guest_note
in_guest 'two secrets with one ID' 0 '' se.hdr add disk add note list guest-list add disk \
	list guest-twice
says 'ultravisor: that is warned of' 0 'has 2 secrets with this ID' \
	"$PVSECRET" add --x-list "$W/guest-twice" "$W/disk"
warned_not() { [ -z "$("$PVSECRET" add --x-list "$W/$1" "$W/$2" 2>&1)" ]; }
holds 'ultravisor: of one it is not' warned_not guest-twice note
holds 'ultravisor: of what is not kept, neither' warned_not guest-twice meta
in_guest 'after the lock' 3 'ADD_SECRET refused, rc 0x0102' se.hdr add meta lock add disk
in_guest 'locked twice' 3 'LOCK_SECRETS refused, rc 0x0102' se.hdr lock lock
in_guest 'a guest of another image' 3 'ADD_SECRET refused, rc 0x010c' se-ext.hdr add meta
made_for ours meta --cuid-hex 05050505050505050505050505050505
made_for others meta --cuid-hex 05050505050505050505050505050506
in_guest 'for this guest' 0 '' se.hdr add ours
in_guest 'for another guest of the image' 3 'ADD_SECRET refused, rc 0x010c' se.hdr add others
made_for extended meta --extension-secret "$W/key32"
in_guest 'the extension secret is set' 3 'ADD_SECRET refused, rc 0x010c' se.hdr add extended add disk
made_for extended-disk association disk --extension-secret "$W/key32" --input-secret "$W/key32"
in_guest 'and demanded' 0 '' se.hdr add extended add extended-disk
hdr=$vectors/se-ext.hdr
made_for derived association disk --cck "$vectors/cck" --input-secret "$W/key32"
in_guest 'the extension secret of the CCK' 0 '' se-ext.hdr add derived
made_for none association disk --input-secret "$W/key32"
in_guest 'without it' 3 'ADD_SECRET refused, rc 0x010c' se-ext.hdr add none
hdr=$vectors/se.hdr
"$PVIMG" keygen -K "$W/elsewhere.key" -c "$W/elsewhere.crt" >"$W/log" 2>&1
document=$W/elsewhere.crt
made_for foreign meta
in_guest 'for another host' 3 'ADD_SECRET refused, rc 0x0108' se.hdr add foreign

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# What the documentation shows of an owner's work, line by line. Commands for the guest go
# to the software ultravisor, which begins anew each time with all requests so far.

flow=$W/flow page=$tests/../../../Documentation/protected-guests.rst
mkdir "$flow"
awk '/^From an image to a secret$/ { here = 1; next } here && /^---*$/ { title++ }
	here && title == 1 && /^\t/ { sub(/^\t/, ""); print; found = 1; next }
	found && NF { exit }' "$page" >"$flow/lines"
cp "$vectors/host.crt" "$vectors/host.key" "$flow/"
truncate -s 128K "$flow/vmlinuz"
poke "$flow/vmlinuz" 0x10008 533339304550
head -c 5000 /dev/urandom >"$flow/initrd.img"
echo 'root=/dev/mapper/data' >"$flow/cmdline.txt"
printf 'correct horse battery staple' >"$flow/passphrase"

pvimg() { "$PVIMG" "$@"; }
pvattest() {
	[ "$1" = perform ] || { "$PVATTEST" "$@"; return; }
	/usr/bin/python3 "$tests/../../testing/owner" header guest.img guest.hdr
	UV_DATA=. "$out/guest" host.key guest.hdr attest "$3" - answer &&
		"$PVATTEST" "$@" --x-result answer
}
pvsecret() {
	case $1 in
	create) "$PVSECRET" "$@" ;;
	add) guest_did="add $2" ;;
	lock) guest_did="$guest_did lock" ;;
	retrieve)
		# shellcheck disable=SC2086 # a list of commands
		UV_DATA=. "$out/guest" host.key guest.hdr $guest_did list list retrieve 0 value >&2 &&
			"$PVSECRET" "$@" --x-list list --x-result value
		;;
	esac
}
cryptsetup() { [ "$*" = 'open /dev/vdb data -' ] && cat >opened; }
# shellcheck source=/dev/null # it comes from the page
follow() { ( cd "$flow" && rm -f opened && . ./lines ); }
followed() { follow && cmp "$flow/opened" "$flow/passphrase"; }
holds 'flow: the lines of the page, from image to secret' followed
holds 'flow: they are ten' test "$(wc -l <"$flow/lines")" = 10
# The same with a guest that was started from something else
stranger() {
	sed -n '1,3p' "$flow/lines" >"$flow/begin" && sed -n '1p; 5,$p' "$flow/lines" >"$flow/end"
	# shellcheck disable=SC1091 # they come from the page
	(
		cd "$flow" && rm -f opened guest.img && . ./begin && mv guest.img mine || exit 1
		cp "$vectors/se.hdr" guest.img
		pvattest perform -i attest.req -o attest.resp && mv mine guest.img && . ./end
	)
}
says 'flow: another guest gets no secret' 2 'is not verified: its measurement' stranger
holds 'flow: and opens nothing' test ! -e "$flow/opened"

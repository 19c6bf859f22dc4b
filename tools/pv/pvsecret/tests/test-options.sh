# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# Each option by all of its names, and where requests are made.

create() {
	"$PVSECRET" create -q -k "$vectors/host.crt" --hdr "$vectors/se.hdr" -o "$W/o.req" --stdout "$@"
}
takes_output '--output -o' create --no-verify meta
for name in hdr extension-secret cck cuid user-data; do takes_input --$name create --no-verify meta; done
takes_input --user-sign-key create --no-verify --user-data "$W/key32" meta
takes_input '--input-secret --secret' create --no-verify association a
takes_output --output-secret create --no-verify association a
takes --cuid-hex junk '--cuid-hex is not a configuration UID' create --no-verify meta
takes --flags junk "--flags: 'junk' is not known" create --no-verify meta
takes --type junk "--type: 'junk' is not known" create --no-verify retrievable a --secret "$W/key32"
takes_hosts create --offline meta

printf '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0' >"$W/o.list"
takes_input --x-result "$PVSECRET" list
takes '--format -f' junk "'junk' is none of" "$PVSECRET" list --x-result "$W/o.list"
retrieve() { "$PVSECRET" retrieve --x-list "$W/o.list" --x-result "$W/key32" "$@" a; }
takes_input --x-list retrieve --inform name
takes --inform junk "--inform: 'junk' is not known" retrieve
takes --outform junk "--outform: 'junk' is not known" retrieve
takes_input --user-cert "$PVSECRET" verify "$vectors/meta.req"

for option in -h --help; do
	for c in create add list lock retrieve verify; do
		says "$option of $c" 0 "Usage: pvsecret $c" "$PVSECRET" $c $option
	done
done
for option in -V --version; do
	says "$option" 0 'pvsecret (openuv-tools)' "$PVSECRET" $option
done
holds 'all options are in the page' explained pvsecret create add list lock retrieve verify

# in_guest COMMAND...: as on a protected guest
in_guest() {
	# shellcheck disable=SC2016 # expanded by the inner shell
	unshare -rm sh -c '
		mount -t tmpfs none /sys/firmware && mkdir /sys/firmware/uv &&
			echo 1 >/sys/firmware/uv/prot_virt_guest && exec "$@"' sh "$@"
}
if unshare -rm true 2>/dev/null; then
	set -- in_guest "$PVSECRET" create -q --no-verify -k "$vectors/host.crt" \
		--hdr "$vectors/se.hdr" -o "$W/o.req" meta
	rm -f "$W/o.req"
	says 'no requests are made on a guest' 1 'not on a protected guest; use --force' "$@"
	holds 'and none is there' test ! -e "$W/o.req"
	for option in -f --force; do says "unless by $option" 0 '' "$@" $option; done
else
	skip 'no requests are made on a guest' 'this system permits no private mounts'
fi

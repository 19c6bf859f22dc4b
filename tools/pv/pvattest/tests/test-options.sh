# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# Each option by all of its names.

create() { "$PVATTEST" create -q -k "$vectors/host.crt" -o "$W/o.req" -a "$W/o.key" "$@"; }
takes_output '--output -o' create --no-verify
takes_output '--arpk -a' create --no-verify
takes --add-data junk "--add-data: 'junk' is not known" create --no-verify
takes_hosts create --offline

"$PVATTEST" create -q --no-verify -k "$vectors/host.crt" -o "$W/o.req" -a "$W/o.key" &&
	/usr/bin/python3 "$tests/requests.py" answer "$W/o.req" --key "$vectors/host.key" \
		--hdr "$vectors/se.hdr" --out "$W/o.answer" &&
	"$PVATTEST" perform -i "$W/o.req" -o "$W/o.resp" --x-result "$W/o.answer"
perform() { "$PVATTEST" perform -i "$W/o.req" -o "$W/o.out" --x-result "$W/o.answer" "$@"; }
takes_input '--input -i' perform
takes_output '--output -o' perform
takes_input '--user-data -u' perform
takes_input --x-result perform

verify() {
	"$PVATTEST" verify -i "$W/o.resp" --hdr "$vectors/se.hdr" -a "$W/o.key" -o "$W/o.yaml" "$@"
}
takes_input '--input -i' verify
takes_input --hdr verify
takes_input '--arpk -a' verify
takes_output '--output -o' verify
takes_output '--user-data -u' verify
takes --format junk "'junk' is none of" verify

verify -o "$W/o.yaml"
check() { "$PVATTEST" check -q -k "$vectors/host.crt" --user-data "$W/key32" "$@" "$W/o.yaml" -; }
takes_input '--user-data -u' check
takes_input --secret check --secret-store-locked true
takes --secret-store-locked junk "'true' or 'false', not 'junk'" check
takes --host-key-check junk "--host-key-check: 'junk' is not known" check
takes --format junk "'junk' is none of" check
takes_hosts check --offline --host-key-check phkh-img

for option in -h --help; do
	for c in create perform verify check; do
		says "$option of $c" 0 "Usage: pvattest $c" "$PVATTEST" $c $option
	done
done
for option in -V --version; do
	says "$option" 0 'pvattest (openuv-tools)' "$PVATTEST" $option
	says "$option of a command" 0 'pvattest (openuv-tools)' "$PVATTEST" verify $option
done
holds 'all options are in the page' explained pvattest create perform verify check

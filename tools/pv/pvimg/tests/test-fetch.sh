# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# Revocation lists are fetched from where the certificates say, and kept.

mkdir "$W/fetch"
asked=$W/asked
: >"$asked"
/usr/bin/python3 "$here/serve.py" "$W/fetch/www" "$W/port" "$asked" &
server=$!
until [ -e "$W/port" ] || ! kill -0 $server; do sleep 0.1; done
/usr/bin/python3 -W ignore "$tests/pki.py" "$W/fetch" "$(cat "$W/port")"

# fetch NAME STATUS TEXT DOCUMENT OPTION...
fetch() {
	name=$1 status=$2 text=$3 document=$4
	shift 4
	rm -f "$W/out"
	says "fetch: $name" "$status" "$text" "$PVIMG" create -i "$W/kernel" -o "$W/out" \
		-k "$W/fetch/$document.crt" --root-ca "$W/fetch/root.crt" \
		-C "$W/fetch/inter.crt" -C "$W/fetch/signer.crt" "$@"
	rm -f "$W/out"
}
count() { [ "$(wc -l <"$asked")" = "$1" ]; }
fetch 'not with --offline' 1 'signer.crl)' host --offline
holds 'fetch: then nothing was asked for' count 0
fetch 'all lists' 0 '' host
holds 'fetch: three lists were asked for' count 3
fetch 'from the cache' 0 '' host
holds 'fetch: nothing more was asked for' count 3
fetch 'revoked' 1 'was revoked according to' revoked
# A list that has expired in the cache is fetched anew.
for f in "$XDG_CACHE_HOME"/openuv-tools/*; do
	grep -q . "$f" && cp "$W/fetch/stale.crl" "$f"
done
fetch 'old lists in the cache' 0 '' host
holds 'fetch: they were asked for again' count 6
mode_of_cache() { [ "$(stat -c %a "$XDG_CACHE_HOME/openuv-tools")" = 700 ]; }
holds 'fetch: the cache is private' mode_of_cache
fetch 'a list that is not there' 1 'get it and give it with --crl' missing
fetch 'a page in its place' 1 'is not a revocation list' page.html
fetch 'a list that is too large' 1 'get it and give it with --crl' huge
fetch 'a list that has moved' 0 '' moved
fetch 'a list that has moved into a file' 1 'get it and give it with --crl' local
fetch 'a list that moves in a circle' 1 'get it and give it with --crl' circle
fetch 'a list without an end' 1 'get it and give it with --crl' flood
begun=$(date +%s)
fetch 'a list that does not come' 1 'get it and give it with --crl' stalled
holds 'fetch: it was not waited for long' test $(($(date +%s) - begun)) -lt 50
kill $server
wait $server 2>/dev/null
rm -rf "$XDG_CACHE_HOME/openuv-tools"
fetch 'no server' 1 'get it and give it with --crl' host
XDG_CACHE_HOME=$W/kernel/none fetch 'no cache and no server' 1 'cannot fetch' host

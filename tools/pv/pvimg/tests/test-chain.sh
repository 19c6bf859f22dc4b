# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# Which host key documents are believed.

# chain NAME STATUS TEXT DOCUMENT OPTION...: with the usual CAs and --root-ca
chain() {
	name=$1 status=$2 text=$3 document=$4
	shift 4
	rm -f "$W/out"
	says "chain: $name" "$status" "$text" \
		"$PVIMG" create -i "$W/kernel" -o "$W/out" -k "$pki/$document.crt" \
		--root-ca "$pki/root.crt" -C "$pki/inter.crt" "$@"
	rm -f "$W/out"
}

signer="-C $pki/signer.crt"
# shellcheck disable=SC2086
{
chain 'good' 0 'no revocation list' host $signer
chain 'good, with revocation lists' 0 '' host $signer --crl "$pki/signer.crl" \
	--crl "$pki/inter.crl"
chain 'order of certificates does not matter' 0 '' host -C "$pki/signer.crt" -C "$pki/root.crt"
chain 'two signing keys of one name' 0 '' host -C "$pki/signer-successor.crt" $signer
chain 'a signing key of that name only' 1 'was signed by the key of no certificate' host \
	-C "$pki/signer-successor.crt"
chain 'the maker has moved' 0 '' host-moved $signer --crl "$pki/moved.crl"
chain 'revoked after the maker has moved' 1 'was revoked' revoked $signer \
	--crl "$pki/moved.crl"
chain 'two documents' 0 '' host $signer -k "$pki/host2.crt" --crl "$pki/signer.crl"
chain 'offline is understood' 0 '' host $signer --offline
chain 'second of two is bad' 1 'expired.crt' host $signer -k "$pki/expired.crt"
chain 'expired' 1 'has expired: it ended' expired $signer
chain 'not yet valid' 1 'is not yet valid' future $signer
chain 'revoked' 1 'was revoked according to' revoked $signer --crl "$pki/signer.crl"
chain 'revoked behind an entry that cannot be read' 1 'was revoked according to' revoked \
	$signer --crl "$pki/strange.crl"
chain 'forged signature' 1 'was signed by the key of no certificate' forged $signer
chain 'self-signed' 1 'was signed by the key of no certificate' self-signed $signer
chain 'signing key missing' 1 "give its signing key's" host
chain 'signing key of somebody else' 1 'is not a host key signing service of International' \
	host-stranger -C "$pki/stranger.crt"
chain 'somebody else is trusted' 0 '' host-stranger -C "$pki/stranger.crt" \
	--signer 'Somebody else'
chain 'then the maker is not' 1 'signing service of Somebody else' host $signer \
	--signer 'Somebody else'
chain 'signing key expired' 1 "the signing key's certificate cannot be trusted" \
	host-old-signer -C "$pki/old-signer.crt"
chain 'signed through what is no CA' 1 "the signing key's certificate cannot be trusted" \
	host-bad-signer -C "$pki/bad-signer.crt" -C "$pki/not-a-ca.crt"
chain 'intermediate expired' 1 "the signing key's certificate cannot be trusted" \
	host-old-inter -C "$pki/signer3.crt" -C "$pki/old-inter.crt"
chain 'signing key revoked' 1 "the signing key's certificate' was revoked" host $signer \
	--crl "$pki/inter-revokes.crl"
chain 'intermediate revoked' 1 "was revoked" host $signer --crl "$pki/root-revokes.crl"
chain 'revocation list too old' 1 'is out of date' host $signer \
	--crl "$pki/stale.crl"
chain 'revocation list forged' 1 'of none of the certificates in use' host $signer \
	--crl "$pki/forged.crl"
chain 'revocation list of others' 1 'of none of the certificates in use' host $signer \
	--crl "$pki/other.crl"
chain 'revocation list is none' 1 'is not a revocation list' host $signer --crl "$pki/root.crt"
chain 'certificate is none' 1 'is not a certificate' host -C "$W/kernel"
}
says 'chain: another root' 1 "cannot be trusted" \
	create -k "$pki/host.crt" --root-ca "$pki/other-root.crt" -C "$pki/inter.crt" \
	-C "$pki/signer.crt"
says 'chain: intermediate missing' 1 'cannot be trusted' \
	create -k "$pki/host.crt" --root-ca "$pki/root.crt" -C "$pki/signer.crt"
says 'chain: root missing' 1 'cannot read a root certificate' \
	create -k "$pki/host.crt" --root-ca "$W/missing" -C "$pki/signer.crt"
says 'chain: the system does not know our root' 1 'trusted' \
	create -k "$pki/host.crt" -C "$pki/inter.crt" -C "$pki/signer.crt"

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# Which host key documents are believed.

# chain NAME STATUS TEXT DOCUMENT OPTION...: with the usual CAs, their lists and --root-ca
chain() {
	name=$1 status=$2 text=$3 document=$4
	shift 4
	rm -f "$W/out"
	says "chain: $name" "$status" "$text" \
		"$PVIMG" create --offline -i "$W/kernel" -o "$W/out" -k "$pki/$document.crt" \
		--root-ca "$pki/root.crt" -C "$pki/inter.crt" --crl "$pki/root.crl" \
		--crl "$pki/inter.crl" "$@"
	rm -f "$W/out"
}

signer="-C $pki/signer.crt"
list="--crl $pki/signer.crl"
# shellcheck disable=SC2086
{
chain 'good' 0 '' host $signer $list
chain 'order of certificates does not matter' 0 '' host $list -C "$pki/signer.crt" -C "$pki/root.crt"
chain 'certificates in one file' 0 '' host $list -C "$pki/bundle.crt"
chain 'a list in DER' 0 '' host $signer --crl "$pki/signer.crl.der"
chain 'lists in one file' 0 '' host $signer --crl "$pki/several.crl"
chain 'the maker has moved' 0 '' host-moved $signer --crl "$pki/moved.crl"
chain 'revoked after the maker has moved' 1 'was revoked' revoked $signer \
	--crl "$pki/moved.crl"
chain 'two documents' 0 '' host $signer -k "$pki/host2.crt" $list
chain 'second of two is bad' 1 'expired.crt' host $signer -k "$pki/expired.crt" $list
chain 'expired' 1 'has expired: it ended' expired $signer $list
chain 'not yet valid' 1 'is not yet valid' future $signer $list
chain 'forged signature' 1 'was not signed by' forged $signer $list
chain 'self-signed' 1 'no certificate of its issuer' self-signed $signer $list
chain 'signing key missing' 1 "no certificate of its issuer" host $list
chain 'certificate is none' 1 'is not a certificate' host -C "$W/kernel" $list

# Every certificate below the root needs a list that is its issuer's, and good now.
chain 'no list of the signing key' 1 "'$pki/host.crt': no revocation list of its issuer" host \
	$signer
chain 'revoked' 1 'was revoked according to' revoked $signer $list
chain 'revoked behind an entry that cannot be read' 1 'was revoked according to' revoked \
	$signer --crl "$pki/strange.crl"
chain 'signing key revoked' 1 "was revoked according to" host $signer $list \
	--crl "$pki/inter-revokes.crl"
chain 'intermediate revoked' 1 "was revoked according to" host $signer $list \
	--crl "$pki/root-revokes.crl"
chain 'list too old' 1 'stale.crl'"' has expired" host $signer --crl "$pki/stale.crl"
chain 'an old list beside a new one' 0 '' host $signer --crl "$pki/stale.crl" $list
chain 'an old list behind a new one' 0 '' host $signer $list --crl "$pki/stale.crl"
chain 'list of the future' 1 "is not yet valid" host $signer --crl "$pki/future.crl"
chain 'list forged' 1 "was not signed by" host $signer --crl "$pki/forged.crl"
chain 'list of others' 1 'no revocation list of its issuer' host $signer --crl "$pki/other.crl"
chain 'list under another name' 1 'no revocation list of its issuer' host $signer \
	--crl "$pki/misnamed.crl"
chain 'list with an unknown critical extension' 1 'critical extension' host $signer \
	--crl "$pki/critical.crl"
chain 'delta list' 1 'only the changes' host $signer --crl "$pki/delta.crl"
for limit in attributes cas reasons indirect elsewhere; do
	chain "list limited: $limit" 1 'does not cover' host $signer --crl "$pki/$limit.crl"
done
chain 'list of user certificates' 0 '' host $signer --crl "$pki/users.crl"
chain 'list with SHA-1' 1 'SHA1' host $signer --crl "$pki/sha1.crl"
chain 'list is none' 1 'is not a revocation list' host $signer --crl "$pki/root.crt"

# Algorithms that are broken
chain 'document with SHA-1' 1 'SHA1' host-sha1 $signer $list
chain 'document with SHA-1 and RSA' 1 'SHA1' host-rsa-sha1 -C "$pki/sha1-lists.crt" \
	--crl "$pki/sha1-lists.crl"
chain 'document with MD5' 1 'MD5' host-rsa-md5 -C "$pki/md5-lists.crt" \
	--crl "$pki/md5-lists.crl"
chain 'signing key with SHA-1' 1 'SHA1' host-signer-sha1 -C "$pki/signer-sha1.crt" \
	--crl "$pki/signer-sha1.crl"
chain 'intermediate with SHA-1' 1 'SHA1' host-inter-sha1 -C "$pki/signer-inter-sha1.crt" \
	-C "$pki/inter-sha1.crt" --crl "$pki/signer-inter-sha1.crl" --crl "$pki/inter-sha1.crl"
chain 'signing key of 1024 bits' 1 'too short' host-small -C "$pki/signer-small.crt" \
	--crl "$pki/signer-small.crl"

# Who may sign
chain 'two signing keys of one name' 1 'more than one signing key' host $list \
	-C "$pki/signer-successor.crt" $signer
chain 'a signing key of that name only' 1 'was not signed by' host $list \
	-C "$pki/signer-successor.crt"
chain 'renewed, old certificate first' 0 '' host $list -C "$pki/signer-expired.crt" $signer
chain 'renewed, old certificate last' 0 '' host $list $signer -C "$pki/signer-expired.crt"
chain 'only the old certificate' 1 'has expired' host $list -C "$pki/signer-expired.crt"
chain 'intermediate renewed' 0 '' host $list $signer -C "$pki/inter-expired.crt"
chain 'found by its key identifier' 0 '' host-id -C "$pki/signer-id.crt" \
	--crl "$pki/signer-id.crl"
chain 'another key identifier' 1 'no certificate of its issuer' host-wrong-id \
	-C "$pki/signer-id.crt" --crl "$pki/signer-id.crl"
chain 'another issuer named' 1 'no certificate of its issuer' host-misnamed $signer $list
chain 'document with an unknown critical extension' 1 'critical extension' host-critical \
	$signer $list
chain 'document whose key signs certificates' 1 'may not be used for key agreement' host-usage \
	$signer $list
chain 'document for key agreement' 0 '' host-agreement $signer $list
chain 'signing key with an unknown critical extension' 1 'critical extension' \
	host-signer-critical -C "$pki/signer-critical.crt" --crl "$pki/signer-critical.crl"
chain 'signing key that may not sign' 1 'may not be used for signatures' host-signer-usage \
	-C "$pki/signer-usage.crt" --crl "$pki/signer-usage.crl"
for good in armonk signs ca; do
	chain "signing key, $good" 0 '' "host-signer-$good" -C "$pki/signer-$good.crt" \
		--crl "$pki/signer-$good.crl"
done
for bad in locality country cn org no-locality more unit; do
	chain "signing key of another subject, $bad" 1 'is not a host key signing key of International' \
		"host-signer-$bad" -C "$pki/signer-$bad.crt" --crl "$pki/signer-$bad.crl"
done
chain 'signing key of somebody else' 1 'is not a host key signing key of International' \
	host-stranger -C "$pki/stranger.crt" --crl "$pki/stranger.crl"
chain 'somebody else is trusted' 0 '' host-stranger -C "$pki/stranger.crt" \
	--signer 'Somebody else' --crl "$pki/stranger.crl"
chain 'then the maker is not' 1 'signing key of Somebody else' host $signer $list \
	--signer 'Somebody else'
chain 'signing key expired' 1 "has expired" host-old-signer -C "$pki/old-signer.crt"
chain 'signed through what is no CA' 1 "cannot be trusted" \
	host-bad-signer -C "$pki/bad-signer.crt" -C "$pki/not-a-ca.crt"
chain 'intermediate expired' 1 "cannot be trusted: certificate has expired" \
	host-old-inter -C "$pki/signer3.crt" -C "$pki/old-inter.crt"

# Several documents in one file
chain 'two documents in one file' 0 '' two $signer $list
}
says 'chain: both of one file are used' 0 '' create --no-verify -k "$pki/two.crt"
holds 'chain: the second, too' "$PVIMG" test -K "$pki/host2.key" "$W/out"
rm -f "$W/out"
says 'chain: a second document that is cut' 1 'is not a host key document' \
	create --no-verify -k "$pki/half.crt"
# without NAME TEXT OPTION...: the same with fewer lists
without() {
	name=$1 text=$2
	shift 2
	says "chain: $name" 1 "$text" create --offline -k "$pki/host.crt" --root-ca "$pki/root.crt" \
		-C "$pki/inter.crt" -C "$pki/signer.crt" --crl "$pki/signer.crl" "$@"
}
without 'no list of the intermediate CA' "no revocation list of its issuer 'CN=Intermediate'" \
	--crl "$pki/root.crl"
without 'no list of the root' "no revocation list of its issuer 'CN=Root'" --crl "$pki/inter.crl"
says 'chain: another root' 1 "cannot be trusted" \
	create -k "$pki/host.crt" --root-ca "$pki/other-root.crt" -C "$pki/inter.crt" \
	-C "$pki/signer.crt" --offline
says 'chain: intermediate missing' 1 'cannot be trusted' \
	create -k "$pki/host.crt" --root-ca "$pki/root.crt" -C "$pki/signer.crt" --offline
says 'chain: root missing' 1 'No such file' \
	create -k "$pki/host.crt" --root-ca "$W/missing" -C "$pki/signer.crt" --offline
says 'chain: root is none' 1 'is not a certificate' \
	create -k "$pki/host.crt" --root-ca "$W/kernel" -C "$pki/signer.crt" --offline
says 'chain: the system does not know our root' 1 'cannot be trusted' \
	create -k "$pki/host.crt" -C "$pki/inter.crt" -C "$pki/signer.crt" --offline

// SPDX-License-Identifier: GPL-2.0
/*
 * Signatures and keys that nobody can forge today, and extensions that are
 * understood.
 */
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <time.h>

#include "trust.h"

#define SECURITY_BITS	112	/* RSA-2048, P-224 and better */

static int quality_pss_digest(const X509_ALGOR *algorithm)
{
	const ASN1_OBJECT *object;
	const void *value;
	RSA_PSS_PARAMS *pss;
	int type, nid = NID_sha1;	/* what PSS has if nothing is said */

	X509_ALGOR_get0(&object, &type, &value, algorithm);
	if (type != V_ASN1_SEQUENCE)
		return NID_undef;
	pss = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(RSA_PSS_PARAMS), algorithm->parameter);
	if (!pss)
		return NID_undef;
	if (pss->hashAlgorithm) {
		X509_ALGOR_get0(&object, NULL, NULL, pss->hashAlgorithm);
		nid = OBJ_obj2nid(object);
	}
	RSA_PSS_PARAMS_free(pss);
	return nid;
}

const char *quality_digest(const X509_ALGOR *algorithm)
{
	const ASN1_OBJECT *object;
	int nid, digest, key;

	X509_ALGOR_get0(&object, NULL, NULL, algorithm);
	nid = OBJ_obj2nid(object);
	if (nid == NID_ED25519 || nid == NID_ED448)
		return NULL;
	if (!OBJ_find_sigid_algs(nid, &digest, &key))
		return "an unknown algorithm";
	if (nid == NID_rsassaPss)
		digest = quality_pss_digest(algorithm);
	switch (digest) {
	case NID_sha256:
	case NID_sha384:
	case NID_sha512:
	case NID_sha3_256:
	case NID_sha3_384:
	case NID_sha3_512:
		return NULL;
	case NID_undef:
		return "an unknown digest";
	default:
		return OBJ_nid2sn(digest);
	}
}

int quality_cert(X509 *cert, const char *path)
{
	const char *broken = quality_digest(X509_get0_tbs_sigalg(cert));
	EVP_PKEY *key = X509_get0_pubkey(cert);

	if (broken) {
		pv_error("'%s' is signed with %s, which proves nothing any more", path, broken);
		return -1;
	}
	if (!key || EVP_PKEY_get_security_bits(key) < SECURITY_BITS) {
		pv_error("'%s': its key of %d bits is too short", path,
			 key ? EVP_PKEY_get_bits(key) : 0);
		ERR_clear_error();
		return -1;
	}
	return 0;
}

int quality_extensions(X509 *cert, const char *path)
{
	/* EXFLAG_INVALID: extensions that cannot be decoded */
	if (!(X509_get_extension_flags(cert) & (EXFLAG_CRITICAL | EXFLAG_INVALID)))
		return 0;
	pv_error("'%s' has a critical extension that is unknown or damaged", path);
	return -1;
}

void quality_time(const ASN1_TIME *time, char text[32])
{
	struct tm tm;

	text[0] = '\0';
	if (ASN1_TIME_to_tm(time, &tm) == 1)
		strftime(text, 32, "%Y-%m-%d %H:%M UTC", &tm);
}

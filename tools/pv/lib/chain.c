// SPDX-License-Identifier: GPL-2.0
/*
 * May a host key document be trusted? It must have been signed by a host key
 * signing key, whose certificate leads to a trusted root, and each certificate
 * below the root needs a revocation list that says nothing of it.
 *
 * The signing key's certificate need not be a CA's (the maker's is not), so
 * this last step of the chain is checked by itself: OpenSSL would refuse it in a
 * chain.
 */
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "trust.h"

#define FILE_MAX	(16UL * 1024 * 1024)
#define CHAIN_MAX	8
#define AUTH_LEVEL	2	/* OpenSSL's for 112 bits of security */

struct trust {
	const struct chain_options *opt;
	STACK_OF(X509) *certs;
	struct crl_list crls;
	X509_STORE *roots;
};

static int chain_take_cert(void *arg, void *object)
{
	struct trust *trust = arg;

	if (sk_X509_push(trust->certs, object) > 0)
		return 0;
	crypto_failed("cannot verify");
	X509_free(object);
	return -1;
}

static int chain_take_root(void *arg, void *object)
{
	struct trust *trust = arg;
	int good = X509_STORE_add_cert(trust->roots, object);

	X509_free(object);
	if (good == 1)
		return 0;
	crypto_failed("cannot verify");
	return -1;
}

static int chain_load_roots(struct trust *trust)
{
	trust->roots = X509_STORE_new();
	if (!trust->roots) {
		crypto_failed("cannot verify");
		return -1;
	}
	if (trust->opt->root_ca)
		return document_load(trust->opt->root_ca, FILE_MAX, DOCUMENT_CERT, "a certificate",
				     chain_take_root, trust);
	if (X509_STORE_set_default_paths(trust->roots) != 1) {
		crypto_failed("cannot read the system's root certificates; use --root-ca");
		return -1;
	}
	return 0;
}

static int chain_load(struct trust *trust)
{
	const struct chain_options *opt = trust->opt;
	size_t i;

	trust->certs = sk_X509_new_null();
	for (i = 0; i < opt->certs.count; i++)
		if (document_load(opt->certs.names[i], FILE_MAX, DOCUMENT_CERT, "a certificate",
				  chain_take_cert, trust))
			return -1;
	for (i = 0; i < opt->crls.count; i++)
		if (crl_load(&trust->crls, opt->crls.names[i]))
			return -1;
	return chain_load_roots(trust);
}

static bool chain_valid_now(X509 *cert)
{
	return X509_cmp_current_time(X509_get0_notBefore(cert)) < 0 &&
	       X509_cmp_current_time(X509_get0_notAfter(cert)) > 0;
}

/* By name, and by key identifier where both have one */
static bool chain_names_issuer(X509 *cert, X509 *issuer)
{
	const ASN1_OCTET_STRING *wanted = X509_get0_authority_key_id(cert);
	const ASN1_OCTET_STRING *have = X509_get0_subject_key_id(issuer);

	return name_same(X509_get_issuer_name(cert), X509_get_subject_name(issuer)) &&
	       (!wanted || !have || !ASN1_OCTET_STRING_cmp(wanted, have));
}

/*
 * A certificate of the issuer whose key has signed this one. Renewed certificates
 * have the same key, so one that is valid today comes first.
 */
static X509 *chain_find_issuer(const struct trust *trust, X509 *cert)
{
	X509 *expired = NULL;
	int i;

	for (i = 0; i < sk_X509_num(trust->certs); i++) {
		X509 *issuer = sk_X509_value(trust->certs, i);

		if (!chain_names_issuer(cert, issuer) ||
		    X509_verify(cert, X509_get0_pubkey(issuer)) != 1)
			continue;
		if (chain_valid_now(issuer))
			return issuer;
		expired = expired ? expired : issuer;
	}
	ERR_clear_error();
	return expired;
}

/* Tells why there is no signing key: none of that name, one of another kind, several. */
static int chain_check_signers(const struct trust *trust, const struct host_key *key)
{
	X509 *first = NULL;
	bool named = false;
	char *name;
	int i;

	for (i = 0; i < sk_X509_num(trust->certs); i++) {
		X509 *cert = sk_X509_value(trust->certs, i);

		if (!chain_names_issuer(key->cert, cert))
			continue;
		named = true;
		if (!name_signs_host_keys(X509_get_subject_name(cert), trust->opt->signer))
			continue;
		if (first && EVP_PKEY_eq(X509_get0_pubkey(first), X509_get0_pubkey(cert)) != 1) {
			pv_error("'%s': more than one signing key of its issuer was given with "
				 "--cert; give the one that has signed it", key->path);
			return -1;
		}
		first = cert;
	}
	if (first)
		return 0;
	name = name_text(X509_get_issuer_name(key->cert));
	if (named)
		pv_error("'%s': its issuer '%s' is not a host key signing key of %s", key->path,
			 name ? name : "", signer_text(trust->opt->signer));
	else
		pv_error("'%s': no certificate of its issuer '%s'; give the signing key's with "
			 "--cert (or use --no-verify)", key->path, name ? name : "");
	free(name);
	return -1;
}

static int chain_check_document(const struct host_key *key)
{
	const ASN1_TIME *begin = X509_get0_notBefore(key->cert);
	const ASN1_TIME *end = X509_get0_notAfter(key->cert);
	char text[32];

	if (X509_cmp_current_time(begin) >= 0) {
		quality_time(begin, text);
		pv_error("'%s' is not yet valid: it begins %s", key->path, text);
		return -1;
	}
	if (X509_cmp_current_time(end) <= 0) {
		quality_time(end, text);
		pv_error("'%s' has expired: it ended %s; get the host's new host key document",
			 key->path, text);
		return -1;
	}
	if (quality_cert(key->cert, key->path) || quality_extensions(key->cert, key->path))
		return -1;
	if (!(X509_get_key_usage(key->cert) & KU_KEY_AGREEMENT)) {
		pv_error("'%s': its key may not be used for key agreement", key->path);
		return -1;
	}
	return 0;
}

static bool chain_is_root(const X509 *cert)
{
	return !X509_NAME_cmp(X509_get_subject_name(cert), X509_get_issuer_name(cert));
}

/* The signer's certificate, and those above it that were given */
static STACK_OF(X509) *chain_build(const struct trust *trust, X509 *signer)
{
	STACK_OF(X509) *chain = sk_X509_new_null();
	X509 *last = signer;

	while (chain && last && sk_X509_num(chain) < CHAIN_MAX) {
		if (sk_X509_push(chain, last) <= 0)
			break;
		/* A root ends the chain. */
		if (chain_is_root(last))
			break;
		last = chain_find_issuer(trust, last);
	}
	return chain;
}

/* Certificate `i` of the chain in messages about the document at `path` */
static int chain_label(char **label, const char *path, X509 *cert)
{
	char *name = name_text(X509_get_subject_name(cert));
	int rc = asprintf(label, "'%s': the certificate of '%s'", path, name ? name : "");

	free(name);
	if (rc < 0) {
		*label = NULL;
		pv_perror("'%s'", path);
		return -1;
	}
	return 0;
}

static int chain_check_lists(struct trust *trust, const struct host_key *key, X509 *signer,
			     STACK_OF(X509) *chain)
{
	char *label;
	int i, rc;

	if (asprintf(&label, "'%s'", key->path) < 0) {
		pv_perror("'%s'", key->path);
		return -1;
	}
	rc = crl_check(&trust->crls, label, key->cert, signer, trust->opt->offline);
	free(label);
	/* The last one is trusted by itself. */
	for (i = 0; !rc && i + 1 < sk_X509_num(chain); i++) {
		X509 *cert = sk_X509_value(chain, i);

		rc = chain_label(&label, key->path, cert);
		if (!rc)
			rc = crl_check(&trust->crls, label, cert, sk_X509_value(chain, i + 1),
				       trust->opt->offline);
		free(label);
	}
	return rc;
}

static int chain_verify_signer(struct trust *trust, const struct host_key *key, X509 *signer)
{
	STACK_OF(X509) *given = chain_build(trust, signer);
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *param;
	int i, rc = -1;

	/* What a root says of itself proves nothing anyway. */
	for (i = 0; i < sk_X509_num(given); i++)
		if (!chain_is_root(sk_X509_value(given, i)) &&
		    quality_cert(sk_X509_value(given, i), key->path))
			goto out;
	if (!ctx || X509_STORE_CTX_init(ctx, trust->roots, signer, given) != 1) {
		crypto_failed("cannot verify");
		goto out;
	}
	param = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_auth_level(param, AUTH_LEVEL);
	/* What --root-ca names is trusted, whoever has signed it. */
	X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
	if (X509_verify_cert(ctx) != 1) {
		pv_error("'%s': its signing key cannot be trusted: %s", key->path,
			 X509_verify_cert_error_string(X509_STORE_CTX_get_error(ctx)));
		goto out;
	}
	rc = chain_check_lists(trust, key, signer, X509_STORE_CTX_get0_chain(ctx));
out:
	ERR_clear_error();
	X509_STORE_CTX_free(ctx);
	sk_X509_free(given);
	return rc;
}

static int chain_verify_one(struct trust *trust, const struct host_key *key)
{
	X509 *signer;

	if (chain_check_document(key) || chain_check_signers(trust, key))
		return -1;
	signer = chain_find_issuer(trust, key->cert);
	if (!signer) {
		pv_error("'%s' was not signed by the key of its issuer", key->path);
		return -1;
	}
	if (quality_extensions(signer, key->path))
		return -1;
	if (!(X509_get_key_usage(signer) & (KU_DIGITAL_SIGNATURE | KU_KEY_CERT_SIGN))) {
		pv_error("'%s': the key of its issuer may not be used for signatures", key->path);
		return -1;
	}
	return chain_verify_signer(trust, key, signer);
}

int chain_verify(const struct chain_options *opt, const struct host_keys *keys)
{
	struct trust trust = { .opt = opt };
	size_t i;
	int rc = chain_load(&trust);

	for (i = 0; !rc && i < keys->count; i++)
		rc = chain_verify_one(&trust, &keys->keys[i]);
	sk_X509_pop_free(trust.certs, X509_free);
	crl_free(&trust.crls);
	X509_STORE_free(trust.roots);
	return rc;
}

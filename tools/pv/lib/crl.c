// SPDX-License-Identifier: GPL-2.0
/*
 * Revocation lists: which one proves today that a certificate was not revoked?
 */
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "trust.h"

#define CRL_MAX		(16UL * 1024 * 1024)

struct crl_loading {
	struct crl_list *list;
	const char *path;
};

static int crl_add(void *arg, void *object)
{
	const struct crl_loading *loading = arg;
	struct crl_list *list = loading->list;
	struct crl crl = { .path = strdup(loading->path), .crl = object };
	struct crl *grown = reallocarray(list->crls, list->count + 1, sizeof(*grown));

	if (grown)
		list->crls = grown;
	if (!grown || !crl.path) {
		pv_perror("'%s'", loading->path);
		free(crl.path);
		X509_CRL_free(crl.crl);
		return -1;
	}
	grown[list->count++] = crl;
	return 0;
}

int crl_load(struct crl_list *list, const char *path)
{
	struct crl_loading loading = { list, path };

	return document_load(path, CRL_MAX, DOCUMENT_CRL, "a revocation list", crl_add, &loading);
}

int crl_take(struct crl_list *list, const char *path, const struct bytes *file)
{
	struct crl_loading loading = { list, path };

	return document_parse(path, file, DOCUMENT_CRL, "a revocation list", crl_add, &loading);
}

void crl_free(struct crl_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		free(list->crls[i].path);
		X509_CRL_free(list->crls[i].crl);
	}
	free(list->crls);
	*list = (struct crl_list){ 0 };
}

/* An issuer that is no CA, as the maker's signing keys, signs lists all the same. */
static bool crl_may_be_signed_by(X509 *issuer)
{
	uint32_t usage = X509_get_key_usage(issuer);

	return usage & KU_CRL_SIGN || (!X509_check_ca(issuer) && usage & KU_DIGITAL_SIGNATURE);
}

/* Critical extensions that crl_covers() understands */
static bool crl_extension_known(int nid)
{
	return nid == NID_issuing_distribution_point || nid == NID_crl_number ||
	       nid == NID_authority_key_identifier;
}

static bool crl_understood(X509_CRL *crl)
{
	STACK_OF(X509_REVOKED) *revoked = X509_CRL_get_REVOKED(crl);
	int i, j;

	for (i = 0; i < X509_CRL_get_ext_count(crl); i++) {
		X509_EXTENSION *ext = X509_CRL_get_ext(crl, i);

		if (X509_EXTENSION_get_critical(ext) &&
		    !crl_extension_known(OBJ_obj2nid(X509_EXTENSION_get_object(ext))))
			return false;
	}
	for (i = 0; i < sk_X509_REVOKED_num(revoked); i++) {
		const X509_REVOKED *entry = sk_X509_REVOKED_value(revoked, i);

		for (j = 0; j < X509_REVOKED_get_ext_count(entry); j++)
			if (X509_EXTENSION_get_critical(X509_REVOKED_get_ext(entry, j)))
				return false;
	}
	return true;
}

static bool crl_names_meet(const GENERAL_NAMES *a, const GENERAL_NAMES *b)
{
	int i, j;

	for (i = 0; i < sk_GENERAL_NAME_num(a); i++)
		for (j = 0; j < sk_GENERAL_NAME_num(b); j++)
			if (!GENERAL_NAME_cmp(sk_GENERAL_NAME_value(a, i),
					      sk_GENERAL_NAME_value(b, j)))
				return true;
	return false;
}

/* Is one of the certificate's distribution points this one? */
static bool crl_point_of(X509 *cert, const DIST_POINT_NAME *point)
{
	CRL_DIST_POINTS *points = X509_get_ext_d2i(cert, NID_crl_distribution_points, NULL, NULL);
	bool found = false;
	int i;

	/* Type 0 is a full name; the other one is relative to the issuer's. */
	for (i = 0; !found && !point->type && i < sk_DIST_POINT_num(points); i++) {
		const DIST_POINT *dp = sk_DIST_POINT_value(points, i);

		found = dp->distpoint && !dp->distpoint->type &&
			crl_names_meet(dp->distpoint->name.fullname, point->name.fullname);
	}
	CRL_DIST_POINTS_free(points);
	return found;
}

/* Does what limits the list leave this certificate in? */
static bool crl_covers(X509_CRL *crl, X509 *cert)
{
	ISSUING_DIST_POINT *idp;
	int critical;
	bool ca = X509_check_ca(cert), covers;

	idp = X509_CRL_get_ext_d2i(crl, NID_issuing_distribution_point, &critical, NULL);
	if (!idp)
		return critical == -1;
	covers = !idp->onlyattr && !idp->onlysomereasons && !idp->indirectCRL &&
		 !(idp->onlyCA && !ca) && !(idp->onlyuser && ca) &&
		 (!idp->distpoint || crl_point_of(cert, idp->distpoint));
	ISSUING_DIST_POINT_free(idp);
	return covers;
}

/*
 * Why a list that carries the issuer's name proves nothing about the certificate;
 * NULL if it does. The words go behind "the revocation list '...'".
 */
static const char *crl_doubt(X509_CRL *crl, X509 *cert, X509 *issuer)
{
	const ASN1_TIME *next = X509_CRL_get0_nextUpdate(crl);
	const X509_ALGOR *algorithm;

	X509_CRL_get0_signature(crl, NULL, &algorithm);
	if (quality_digest(algorithm))
		return "is signed with a digest that proves nothing any more (MD5, SHA1)";
	if (!crl_may_be_signed_by(issuer))
		return "was signed by a key that may not sign lists";
	if (X509_CRL_verify(crl, X509_get0_pubkey(issuer)) != 1)
		return "was not signed by the issuer's key";
	if (X509_cmp_current_time(X509_CRL_get0_lastUpdate(crl)) >= 0)
		return "is not yet valid";
	/* Without a next update a list may not be relied on. */
	if (!next || X509_cmp_current_time(next) <= 0)
		return "has expired; get the new one";
	if (X509_CRL_get_ext_by_NID(crl, NID_delta_crl, -1) >= 0)
		return "has only the changes since another one; get the complete list";
	if (!crl_understood(crl))
		return "has a critical extension that is not known";
	if (!crl_covers(crl, cert))
		return "does not cover this certificate: it is limited to others";
	return NULL;
}

/*
 * Looks through the lists. 1: none proves anything, and *doubt and *doubtful say
 * why the first one of the issuer does not, and which that is.
 */
static int crl_search(struct crl_list *list, const char *what, X509 *cert, X509 *issuer,
		      const char **doubt, const char **doubtful)
{
	const X509_NAME *name = X509_get_subject_name(issuer);
	bool covered = false;
	size_t i;

	*doubt = NULL;
	for (i = 0; i < list->count; i++) {
		X509_REVOKED *entry;
		const char *why;

		if (!name_same(X509_CRL_get_issuer(list->crls[i].crl), name))
			continue;
		why = crl_doubt(list->crls[i].crl, cert, issuer);
		ERR_clear_error();
		if (why) {
			*doubtful = *doubt ? *doubtful : list->crls[i].path;
			*doubt = *doubt ? *doubt : why;
			continue;
		}
		covered = true;
		if (X509_CRL_get0_by_serial(list->crls[i].crl, &entry,
					    X509_get0_serialNumber(cert)) == 1) {
			pv_error("%s was revoked according to '%s'", what, list->crls[i].path);
			return -1;
		}
	}
	return covered ? 0 : 1;
}

/* The addresses of lists that a certificate names; one after the other by *at */
static const char *crl_next_url(const CRL_DIST_POINTS *points, int *at)
{
	while (*at < sk_DIST_POINT_num(points)) {
		const DIST_POINT *dp = sk_DIST_POINT_value(points, (*at)++);
		int i;

		if (!dp->distpoint || dp->distpoint->type)
			continue;
		for (i = 0; i < sk_GENERAL_NAME_num(dp->distpoint->name.fullname); i++) {
			const GENERAL_NAME *name =
				sk_GENERAL_NAME_value(dp->distpoint->name.fullname, i);
			const ASN1_IA5STRING *uri = name->d.uniformResourceIdentifier;

			/* A zero byte inside would hide the rest. */
			if (name->type == GEN_URI && uri->length &&
			    strlen((const char *)uri->data) == (size_t)uri->length)
				return (const char *)uri->data;
		}
	}
	return NULL;
}

/* Adds what the certificate's addresses have: first from the cache, then anew. */
static int crl_fetch(struct crl_list *list, X509 *cert, bool cached)
{
	CRL_DIST_POINTS *points = X509_get_ext_d2i(cert, NID_crl_distribution_points, NULL, NULL);
	const char *url;
	int at = 0, rc = 0;

	while (!rc && (url = crl_next_url(points, &at))) {
		struct bytes file = { 0 };

		rc = fetch_list(url, cached, &file);
		if (!rc && file.data)
			rc = crl_take(list, url, &file);
		if (!rc && file.data && !cached)
			fetch_keep(url, &file);
		secret_free(file.data);
	}
	CRL_DIST_POINTS_free(points);
	return rc;
}

static void crl_missing(const char *what, X509 *cert, X509 *issuer, const char *doubt,
			const char *doubtful)
{
	CRL_DIST_POINTS *points = X509_get_ext_d2i(cert, NID_crl_distribution_points, NULL, NULL);
	char *name = name_text(X509_get_subject_name(issuer));
	int at = 0;
	const char *url = crl_next_url(points, &at);

	if (doubt)
		pv_error("%s: the revocation list '%s' %s%s%s%s", what, doubtful, doubt,
			 url ? " (" : "", url ? url : "", url ? ")" : "");
	else
		pv_error("%s: no revocation list of its issuer '%s'; give it with --crl%s%s%s", what,
			 name ? name : "", url ? " (" : "", url ? url : "", url ? ")" : "");
	free(name);
	CRL_DIST_POINTS_free(points);
}

int crl_check(struct crl_list *list, const char *what, X509 *cert, X509 *issuer, bool offline)
{
	const char *doubt = NULL, *doubtful = NULL;
	int rc = crl_search(list, what, cert, issuer, &doubt, &doubtful);
	int cached;

	for (cached = 1; rc == 1 && !offline && cached >= 0; cached--) {
		rc = crl_fetch(list, cert, cached);
		if (!rc)
			rc = crl_search(list, what, cert, issuer, &doubt, &doubtful);
	}
	if (rc == 1)
		crl_missing(what, cert, issuer, doubt, doubtful);
	return rc ? -1 : 0;
}

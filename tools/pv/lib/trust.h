/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What decides whether a host key document is believed: certificates, names,
 * revocation lists. Private to chain.c, crl.c, fetch.c, name.c and quality.c.
 */
#ifndef PV_TRUST_H
#define PV_TRUST_H

#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>

#include "pv.h"

struct crl {
	char *path;		/* a file, or where it was fetched from */
	X509_CRL *crl;
};

struct crl_list {
	struct crl *crls;
	size_t count;
};

/* name.c */
/* Equal, but for the maker's locality: it has moved between signatures. */
bool name_same(const X509_NAME *a, const X509_NAME *b);
/*
 * Is this the whole subject of a host key signing key: the maker's, or one of the
 * organization @signer if that is not NULL?
 */
bool name_signs_host_keys(const X509_NAME *name, const char *signer);
/* For messages; on one line, as RFC 2253 has it. Freed with free(); NULL without memory. */
char *name_text(const X509_NAME *name);
const char *signer_text(const char *signer);

/* quality.c: each returns 0, or -1 after an error that begins with @path */
/* A signature algorithm and key that nobody can forge today */
int quality_cert(X509 *cert, const char *path);
/* No critical extension that is unknown here */
int quality_extensions(X509 *cert, const char *path);
/* NULL if good, otherwise the name of the broken or unknown digest */
const char *quality_digest(const X509_ALGOR *algorithm);
/* As "2026-11-29 23:53 UTC" */
void quality_time(const ASN1_TIME *time, char text[32]);

/* crl.c */
int crl_load(struct crl_list *list, const char *path);
int crl_take(struct crl_list *list, const char *path, const struct bytes *file);
void crl_free(struct crl_list *list);
/*
 * Is @cert, of issuer @issuer, not revoked, by a list that proves it today?
 * @what is the certificate in messages. With @offline no list is fetched.
 */
int crl_check(struct crl_list *list, const char *what, X509 *cert, X509 *issuer, bool offline);

/* fetch.c: lists by the addresses that certificates name, and a cache of them */
/*
 * @file->data stays NULL when there is none, which is no error; else the caller
 * frees it with secret_free(). @cached: only what fetch_keep() has kept.
 */
int fetch_list(const char *url, bool cached, struct bytes *file);
/* A cache that cannot be written is no error: the list is fetched again then. */
void fetch_keep(const char *url, const struct bytes *file);

#endif /* PV_TRUST_H */

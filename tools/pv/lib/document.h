/* SPDX-License-Identifier: GPL-2.0 */
/* Files with certificates, revocation lists and keys, see document.c */
#ifndef PV_DOCUMENT_H
#define PV_DOCUMENT_H

#include <openssl/x509.h>
#include <stddef.h>
#include <stdint.h>

#include "pv.h"

enum document_kind {
	DOCUMENT_CERT,		/* X509 */
	DOCUMENT_CRL,		/* X509_CRL */
};

/* Takes one object, and owns it from then on. Returns 0, or -1 to end with an error. */
typedef int document_take(void *arg, void *object);

/*
 * Reads everything in a PEM file, or the one object in a DER file, at most @max
 * bytes. A part that is none of @kind is an error, which says that the file is
 * not @what ("a certificate").
 */
int document_load(const char *path, size_t max, enum document_kind kind, const char *what,
		  document_take *take, void *arg);
/* The same with what was read from @path */
int document_parse(const char *path, const struct bytes *file, enum document_kind kind,
		   const char *what, document_take *take, void *arg);

#endif /* PV_DOCUMENT_H */

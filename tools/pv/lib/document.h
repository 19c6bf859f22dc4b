/* SPDX-License-Identifier: GPL-2.0 */
/* Files that GnuTLS reads, see document.c */
#ifndef PV_DOCUMENT_H
#define PV_DOCUMENT_H

#include <gnutls/x509.h>
#include <stddef.h>

/* What GnuTLS has for a kind of document: negative if it is none. */
typedef int document_import(void *into, const gnutls_datum_t *data, gnutls_x509_crt_fmt_t format);

/*
 * Reads the file of at most @max bytes at @path, in either format, with @import.
 * Returns 0, or -1 after an error that says it is not @what ("a certificate").
 */
int document_load(const char *path, size_t max, const char *what, document_import *import,
		  void *into);

#endif /* PV_DOCUMENT_H */

// SPDX-License-Identifier: GPL-2.0
/*
 * Files with certificates, revocation lists or keys: PEM, or DER.
 */
#include "document.h"
#include "pv.h"

int document_load(const char *path, size_t max, const char *what, document_import *import,
		  void *into)
{
	gnutls_datum_t datum;
	uint8_t *data;
	size_t size;
	int rc;

	if (input_load(path, max, &data, &size))
		return -1;
	datum = (gnutls_datum_t){ data, (unsigned int)size };
	rc = import(into, &datum, GNUTLS_X509_FMT_PEM);
	if (rc < 0)
		rc = import(into, &datum, GNUTLS_X509_FMT_DER);
	secret_free(data);
	if (rc < 0) {
		pv_error("'%s' is not %s: %s", path, what, gnutls_strerror(rc));
		return -1;
	}
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Files with certificates, revocation lists or keys: PEM, or DER.
 */
#include "document.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

static void *document_decode(enum document_kind kind, const uint8_t *der, long size)
{
	const uint8_t *p = der;
	void *object;

	if (kind == DOCUMENT_CERT)
		object = d2i_X509(NULL, &p, size);
	else
		object = d2i_X509_CRL(NULL, &p, size);
	/* Nothing may follow. */
	if (object && p != der + size) {
		if (kind == DOCUMENT_CERT)
			X509_free(object);
		else
			X509_CRL_free(object);
		object = NULL;
	}
	return object;
}

static bool document_name_fits(enum document_kind kind, const char *name)
{
	if (kind == DOCUMENT_CERT)
		return !strcmp(name, PEM_STRING_X509) || !strcmp(name, PEM_STRING_X509_OLD);
	return !strcmp(name, PEM_STRING_X509_CRL);
}

/* Returns the number of objects, -1 when a part is none, -2 after an error of `take`. */
static int document_parse_pem(BIO *bio, enum document_kind kind, document_take *take, void *arg)
{
	int count = 0;

	for (;;) {
		char *name = NULL, *header = NULL;
		unsigned char *der = NULL;
		void *object = NULL;
		long size;

		if (PEM_read_bio(bio, &name, &header, &der, &size) != 1) {
			bool end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;

			ERR_clear_error();
			return end ? count : -1;
		}
		if (document_name_fits(kind, name))
			object = document_decode(kind, der, size);
		OPENSSL_free(name);
		OPENSSL_free(header);
		OPENSSL_free(der);
		ERR_clear_error();
		if (!object)
			return -1;
		if (take(arg, object))
			return -2;
		count++;
	}
}

int document_parse(const char *path, const struct bytes *file, enum document_kind kind,
		   const char *what, document_take *take, void *arg)
{
	BIO *bio = BIO_new_mem_buf(file->data, (int)file->size);
	void *object;
	int count;

	if (!bio) {
		crypto_failed(path);
		return -1;
	}
	count = document_parse_pem(bio, kind, take, arg);
	BIO_free(bio);
	if (!count) {
		object = document_decode(kind, file->data, (long)file->size);
		ERR_clear_error();
		if (object)
			count = take(arg, object) ? -2 : 1;
	}
	if (count == 0 || count == -1)
		pv_error("'%s' is not %s", path, what);
	return count > 0 ? 0 : -1;
}

int document_load(const char *path, size_t max, enum document_kind kind, const char *what,
		  document_take *take, void *arg)
{
	struct bytes file;
	int rc;

	if (input_load(path, max, &file))
		return -1;
	rc = document_parse(path, &file, kind, what, take, arg);
	secret_free(file.data);
	return rc;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Who has signed a certificate or a revocation list: by the signature alone,
 * whatever name stands in it. Names are no help here: signing keys that follow
 * each other share one, and the maker has moved (locality) between issuing
 * signing keys, host key documents and revocation lists.
 */
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdint.h>
#include <stdlib.h>

#include "signature.h"

#define DER_SEQUENCE	0x30
#define DER_LONG	0x80U	/* this bit: the number of length bytes follows */

/* Header and contents sizes of the DER sequence at `p`, of which `left` bytes remain */
static int der_sequence(const uint8_t *p, size_t left, size_t *header, size_t *contents)
{
	size_t n, i;

	if (left < 2 || p[0] != DER_SEQUENCE)
		return -1;
	*header = 2;
	*contents = p[1];
	if (p[1] & DER_LONG) {
		n = p[1] & ~DER_LONG;
		if (!n || n > sizeof(uint32_t) || left < 2 + n)
			return -1;
		*contents = 0;
		for (i = 0; i < n; i++)
			*contents = *contents << 8 | p[2 + i];
		*header += n;
	}
	return *contents <= left - *header ? 0 : -1;
}

/*
 * X.509 signs the first element of the outer sequence, as it is encoded, with
 * its own header.
 */
static int signed_part(const gnutls_datum_t *der, gnutls_datum_t *part)
{
	size_t header, contents, inner_header, inner_contents;
	uint8_t *inner;

	if (der_sequence(der->data, der->size, &header, &contents))
		return -1;
	inner = der->data + header;
	if (der_sequence(inner, contents, &inner_header, &inner_contents))
		return -1;
	part->data = inner;
	part->size = (unsigned int)(inner_header + inner_contents);
	return 0;
}

static bool verify(gnutls_x509_crt_t issuer, int algorithm, const gnutls_datum_t *der,
		   const gnutls_datum_t *signature)
{
	gnutls_pubkey_t key = NULL;
	gnutls_datum_t part;
	bool good = false;

	/* Algorithms that are broken are refused by GnuTLS. */
	if (algorithm > 0 && !signed_part(der, &part) && !gnutls_pubkey_init(&key) &&
	    !gnutls_pubkey_import_x509(key, issuer, 0))
		good = gnutls_pubkey_verify_data2(key, (gnutls_sign_algorithm_t)algorithm, 0,
						  &part, signature) >= 0;
	if (key)
		gnutls_pubkey_deinit(key);
	return good;
}

bool cert_signed_by(gnutls_x509_crt_t cert, gnutls_x509_crt_t issuer)
{
	gnutls_datum_t der = { 0 }, signature = { 0 };
	size_t size = 0;
	bool good = false;

	/* The first call tells the size. */
	if (gnutls_x509_crt_get_signature(cert, NULL, &size) != GNUTLS_E_SHORT_MEMORY_BUFFER)
		return false;
	signature.data = malloc(size);
	if (signature.data && !gnutls_x509_crt_get_signature(cert, (char *)signature.data, &size) &&
	    !gnutls_x509_crt_export2(cert, GNUTLS_X509_FMT_DER, &der)) {
		signature.size = (unsigned int)size;
		good = verify(issuer, gnutls_x509_crt_get_signature_algorithm(cert), &der,
			      &signature);
	}
	gnutls_free(der.data);
	free(signature.data);
	return good;
}

bool crl_signed_by(gnutls_x509_crl_t crl, gnutls_x509_crt_t issuer)
{
	gnutls_datum_t der = { 0 }, signature = { 0 };
	size_t size = 0;
	bool good = false;

	if (gnutls_x509_crl_get_signature(crl, NULL, &size) != GNUTLS_E_SHORT_MEMORY_BUFFER)
		return false;
	signature.data = malloc(size);
	if (signature.data && !gnutls_x509_crl_get_signature(crl, (char *)signature.data, &size) &&
	    !gnutls_x509_crl_export2(crl, GNUTLS_X509_FMT_DER, &der)) {
		signature.size = (unsigned int)size;
		good = verify(issuer, gnutls_x509_crl_get_signature_algorithm(crl), &der,
			      &signature);
	}
	gnutls_free(der.data);
	free(signature.data);
	return good;
}

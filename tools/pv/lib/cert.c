// SPDX-License-Identifier: GPL-2.0
/*
 * Host key documents (X.509 certificates) and host private keys, by GnuTLS.
 */
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>

#include "document.h"
#include "pv.h"

#define DOCUMENT_MAX	(256 * 1024UL)

/* GnuTLS prints numbers with or without leading zeroes. */
static int pad_number(uint8_t *out, size_t size, const gnutls_datum_t *n)
{
	const uint8_t *p = n->data;
	size_t len = n->size;

	while (len && !*p) {
		p++;
		len--;
	}
	if (len > P521_SIZE)
		return -1;
	memset(out, 0, size);
	memcpy(out + size - len, p, len);
	return 0;
}

static void free_secret_datum(gnutls_datum_t *d)
{
	if (d->data) {
		gnutls_memset(d->data, 0, d->size);
		gnutls_free(d->data);
	}
	d->data = NULL;
}

static int import_cert(void *into, const gnutls_datum_t *data, gnutls_x509_crt_fmt_t format)
{
	return gnutls_x509_crt_import(into, data, format);
}

static int import_private_key(void *into, const gnutls_datum_t *data,
			      gnutls_x509_crt_fmt_t format)
{
	return gnutls_x509_privkey_import2(into, data, format, NULL, 0);
}

static int public_from_cert(gnutls_x509_crt_t cert, const char *path, struct ec_public *public)
{
	gnutls_datum_t x = { 0 }, y = { 0 };
	gnutls_ecc_curve_t curve;
	int algo = gnutls_x509_crt_get_pk_algorithm(cert, NULL);
	int rc;

	if (algo != GNUTLS_PK_EC) {
		const char *name = NULL;

		if (algo >= 0)
			name = gnutls_pk_get_name((gnutls_pk_algorithm_t)algo);
		pv_error("'%s' holds %s key; a host key is an EC key on the curve P-521", path,
			 name ? name : "an unknown");
		return -1;
	}
	rc = gnutls_x509_crt_get_pk_ecc_raw(cert, &curve, &x, &y);
	if (rc) {
		pv_error("cannot read the key in '%s': %s", path, gnutls_strerror(rc));
		return -1;
	}
	rc = -1;
	if (curve != GNUTLS_ECC_CURVE_SECP521R1)
		pv_error("'%s' holds a key on the curve %s; a host key is on P-521", path,
			 gnutls_ecc_curve_get_name(curve));
	else if (pad_number(public->x, COORD_SIZE, &x) || pad_number(public->y, COORD_SIZE, &y) ||
		 ec_check(public))
		pv_error("the key in '%s' is not a point on P-521", path);
	else
		rc = 0;
	gnutls_free(x.data);
	gnutls_free(y.data);
	return rc;
}

void host_key_free(struct host_key *key)
{
	if (key->cert)
		gnutls_x509_crt_deinit(key->cert);
	key->cert = NULL;
}

int host_key_load(struct host_key *key, const char *path)
{
	gnutls_x509_crt_t cert;

	*key = (struct host_key){ .path = path };
	if (gnutls_x509_crt_init(&cert)) {
		pv_error("no memory for '%s'", path);
		return -1;
	}
	key->cert = cert;
	if (document_load(path, DOCUMENT_MAX,
			  "a host key document (X.509 certificate, PEM or DER)", import_cert,
			  cert) ||
	    public_from_cert(cert, path, &key->public) || ec_hash(&key->public, key->hash)) {
		host_key_free(key);
		return -1;
	}
	return 0;
}

int private_key_load(const char *path, struct ec_secret *secret, struct ec_public *public)
{
	gnutls_datum_t x = { 0 }, y = { 0 }, k = { 0 };
	gnutls_x509_privkey_t key;
	gnutls_ecc_curve_t curve;
	int rc = -1;

	if (gnutls_x509_privkey_init(&key)) {
		pv_error("no memory for '%s'", path);
		return -1;
	}
	if (document_load(path, DOCUMENT_MAX, "a private key (PEM or DER, not encrypted)",
			  import_private_key, key))
		goto out;
	if (gnutls_x509_privkey_get_pk_algorithm(key) != GNUTLS_PK_EC ||
	    gnutls_x509_privkey_export_ecc_raw(key, &curve, &x, &y, &k) ||
	    curve != GNUTLS_ECC_CURVE_SECP521R1)
		pv_error("'%s' is not a key on the curve P-521", path);
	else if (pad_number(public->x, COORD_SIZE, &x) || pad_number(public->y, COORD_SIZE, &y) ||
		 pad_number(secret->d, sizeof(secret->d), &k))
		pv_error("the key in '%s' is damaged", path);
	else
		rc = 0;
out:
	gnutls_free(x.data);
	gnutls_free(y.data);
	free_secret_datum(&k);
	gnutls_x509_privkey_deinit(key);
	return rc;
}

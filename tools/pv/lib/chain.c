// SPDX-License-Identifier: GPL-2.0
/*
 * May a host key document be trusted? It must have been signed by a host key
 * signing key, whose certificate leads to a trusted root.
 *
 * The signing key's certificate need not be a CA's (the maker's is not), so
 * this last step of the chain is checked by itself: GnuTLS would refuse it in a
 * chain.
 */
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>
#include <time.h>

#include "document.h"
#include "pv.h"
#include "signature.h"

#define FILE_MAX	(16UL * 1024 * 1024)
#define CHAIN_MAX	8

/* Whose signing keys are believed if the user does not name somebody else */
#define MAKER_ORGANIZATION	"International Business Machines Corporation"
#define MAKER_UNIT		"Key Signing Service"

struct cert_file {
	const char *path;
	gnutls_x509_crt_t *certs;
	unsigned int count;
};

struct crl_file {
	const char *path;
	gnutls_x509_crl_t *crls;
	unsigned int count;
	bool used;
};

struct store {
	struct cert_file *certs;
	size_t cert_count;
	struct crl_file *crls;
	size_t crl_count;
	gnutls_x509_trust_list_t roots;
	const char *signer;
};

static int import_certs(void *into, const gnutls_datum_t *data, gnutls_x509_crt_fmt_t format)
{
	struct cert_file *file = into;

	return gnutls_x509_crt_list_import2(&file->certs, &file->count, data, format, 0);
}

static int import_crls(void *into, const gnutls_datum_t *data, gnutls_x509_crt_fmt_t format)
{
	struct crl_file *file = into;

	return gnutls_x509_crl_list_import2(&file->crls, &file->count, data, format, 0);
}

static int load_roots(struct store *store, const char *root_ca)
{
	int rc = gnutls_x509_trust_list_init(&store->roots, 0);

	if (rc < 0) {
		pv_error("cannot verify: %s", gnutls_strerror(rc));
		return -1;
	}
	if (!root_ca) {
		rc = gnutls_x509_trust_list_add_system_trust(store->roots, 0, 0);
		if (rc <= 0) {
			pv_error("the system has no trusted root certificates; use --root-ca");
			return -1;
		}
		return 0;
	}
	rc = gnutls_x509_trust_list_add_trust_file(store->roots, root_ca, NULL,
						   GNUTLS_X509_FMT_PEM, 0, 0);
	if (rc <= 0)
		rc = gnutls_x509_trust_list_add_trust_file(store->roots, root_ca, NULL,
							   GNUTLS_X509_FMT_DER, 0, 0);
	if (rc <= 0) {
		pv_error("cannot read a root certificate from '%s'", root_ca);
		return -1;
	}
	return 0;
}

static void store_free(struct store *store)
{
	size_t i;
	unsigned int j;

	for (i = 0; i < store->cert_count; i++) {
		for (j = 0; j < store->certs[i].count; j++)
			gnutls_x509_crt_deinit(store->certs[i].certs[j]);
		gnutls_free(store->certs[i].certs);
	}
	for (i = 0; i < store->crl_count; i++) {
		for (j = 0; j < store->crls[i].count; j++)
			gnutls_x509_crl_deinit(store->crls[i].crls[j]);
		gnutls_free(store->crls[i].crls);
	}
	gnutls_free(store->certs);
	gnutls_free(store->crls);
	if (store->roots)
		gnutls_x509_trust_list_deinit(store->roots, 1);
}

static int store_load(struct store *store, const struct chain_options *opt)
{
	size_t i;

	*store = (struct store){ .signer = opt->signer };
	store->certs = gnutls_calloc(opt->certs.count + 1, sizeof(*store->certs));
	store->crls = gnutls_calloc(opt->crls.count + 1, sizeof(*store->crls));
	if (!store->certs || !store->crls) {
		pv_perror("cannot verify");
		return -1;
	}
	for (i = 0; i < opt->certs.count; i++) {
		struct cert_file *file = &store->certs[store->cert_count];

		file->path = opt->certs.names[i];
		if (document_load(file->path, FILE_MAX, "a certificate", import_certs, file))
			return -1;
		store->cert_count++;
	}
	for (i = 0; i < opt->crls.count; i++) {
		struct crl_file *file = &store->crls[store->crl_count];

		file->path = opt->crls.names[i];
		if (document_load(file->path, FILE_MAX, "a revocation list", import_crls, file))
			return -1;
		store->crl_count++;
	}
	return load_roots(store, opt->root_ca);
}

static bool name_is(gnutls_x509_crt_t cert, const char *oid, const char *want, bool suffix)
{
	char name[256];
	unsigned int i;

	for (i = 0;; i++) {
		size_t size = sizeof(name) - 1;
		size_t len = strlen(want);

		if (gnutls_x509_crt_get_dn_by_oid(cert, oid, i, 0, name, &size))
			return false;
		name[size] = '\0';
		size = strlen(name);
		if (suffix ? size >= len && !strcmp(name + size - len, want) : !strcmp(name, want))
			return true;
	}
}

static bool may_sign_host_keys(const struct store *store, gnutls_x509_crt_t cert)
{
	if (store->signer)
		return name_is(cert, GNUTLS_OID_X520_ORGANIZATION_NAME, store->signer, false);
	return name_is(cert, GNUTLS_OID_X520_ORGANIZATION_NAME, MAKER_ORGANIZATION, false) &&
	       name_is(cert, GNUTLS_OID_X520_ORGANIZATIONAL_UNIT_NAME, MAKER_UNIT, true);
}

/* The certificate whose key has signed this one, whatever its name */
static gnutls_x509_crt_t find_issuer(const struct store *store, gnutls_x509_crt_t cert)
{
	size_t i;
	unsigned int j;

	for (i = 0; i < store->cert_count; i++)
		for (j = 0; j < store->certs[i].count; j++)
			if (cert_signed_by(cert, store->certs[i].certs[j]))
				return store->certs[i].certs[j];
	return NULL;
}

static void tell_status(const char *path, const char *what, unsigned int status)
{
	gnutls_datum_t words = { 0 };

	if (gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &words, 0))
		pv_error("'%s': %s cannot be trusted (status 0x%x)", path, what, status);
	else
		pv_error("'%s': %s cannot be trusted: %s", path, what, words.data);
	gnutls_free(words.data);
}

static int check_dates(const struct host_key *key)
{
	time_t now = time(NULL);
	time_t begin = gnutls_x509_crt_get_activation_time(key->cert);
	time_t end = gnutls_x509_crt_get_expiration_time(key->cert);
	char text[32] = "";
	struct tm tm;

	if (now < begin) {
		if (gmtime_r(&begin, &tm))
			strftime(text, sizeof(text), "%Y-%m-%d %H:%M UTC", &tm);
		pv_error("'%s' is not yet valid: it begins %s", key->path, text);
		return -1;
	}
	if (now > end) {
		if (gmtime_r(&end, &tm))
			strftime(text, sizeof(text), "%Y-%m-%d %H:%M UTC", &tm);
		pv_error("'%s' has expired: it ended %s; get the host's new host key document",
			 key->path, text);
		return -1;
	}
	return 0;
}

/* Serial numbers are compared; that the list is the issuer's was checked before. */
static bool in_crl(gnutls_x509_crl_t crl, gnutls_x509_crt_t cert)
{
	uint8_t serial[64], entry[64];
	size_t serial_size = sizeof(serial), entry_size;
	gnutls_x509_crl_iter_t iter = NULL;
	bool found = false;
	int rc = 0;

	/* What cannot be read, here or in the list, counts as revoked. */
	if (gnutls_x509_crt_get_serial(cert, serial, &serial_size))
		return true;
	while (!found && !rc) {
		entry_size = sizeof(entry);
		rc = gnutls_x509_crl_iter_crt_serial(crl, &iter, entry, &entry_size, NULL);
		found = !rc && entry_size == serial_size && !memcmp(entry, serial, serial_size);
	}
	gnutls_x509_crl_iter_deinit(iter);
	return found || rc != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE;
}

/*
 * Is `cert` revoked by a list that its issuer has signed? *covered says whether
 * there was a list.
 */
static int check_revocation(struct store *store, const char *path, gnutls_x509_crt_t cert,
			    gnutls_x509_crt_t issuer, bool *covered)
{
	size_t i;
	unsigned int j;

	*covered = false;
	for (i = 0; i < store->crl_count; i++) {
		struct crl_file *file = &store->crls[i];

		for (j = 0; j < file->count; j++) {
			if (!crl_signed_by(file->crls[j], issuer))
				continue;
			/* Without a next update, -1, a list may not be relied on. */
			if (gnutls_x509_crl_get_next_update(file->crls[j]) < time(NULL)) {
				pv_error("'%s' is out of date; get the new revocation list",
					 file->path);
				return -1;
			}
			file->used = true;
			*covered = true;
			if (in_crl(file->crls[j], cert)) {
				pv_error("'%s' was revoked according to '%s'", path, file->path);
				return -1;
			}
		}
	}
	return 0;
}

/* The signing key's chain up to a root */
static int verify_signer(struct store *store, const char *path, gnutls_x509_crt_t signer)
{
	gnutls_x509_crt_t chain[CHAIN_MAX] = { signer };
	unsigned int count = 1, status, i;
	bool covered;
	int rc;

	while (count < CHAIN_MAX) {
		gnutls_x509_crt_t last = chain[count - 1];
		gnutls_x509_crt_t next;

		/* A root ends the chain. */
		if (cert_signed_by(last, last))
			break;
		next = find_issuer(store, last);
		if (!next)
			break;
		chain[count++] = next;
	}
	rc = gnutls_x509_trust_list_verify_crt2(store->roots, chain, count, NULL, 0,
						GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_MEDIUM),
						&status, NULL);
	if (rc < 0) {
		pv_error("'%s': cannot verify its signing key: %s", path, gnutls_strerror(rc));
		return -1;
	}
	if (status) {
		tell_status(path, "the signing key's certificate", status);
		return -1;
	}
	for (i = 0; i < count; i++) {
		gnutls_x509_crt_t issuer = i + 1 < count ? chain[i + 1] : NULL;

		if (!issuer &&
		    gnutls_x509_trust_list_get_issuer(store->roots, chain[i], &issuer, 0))
			continue;
		if (check_revocation(store, "the signing key's certificate", chain[i], issuer,
				     &covered))
			return -1;
	}
	return 0;
}

static int verify_one(struct store *store, const struct host_key *key)
{
	gnutls_x509_crt_t signer = find_issuer(store, key->cert);
	bool covered;

	if (check_dates(key))
		return -1;
	if (!signer) {
		pv_error("'%s' was signed by the key of no certificate given with --cert; give "
			 "its signing key's (or use --no-verify)", key->path);
		return -1;
	}
	if (!may_sign_host_keys(store, signer)) {
		pv_error("'%s': its issuer is not a host key signing service of %s", key->path,
			 store->signer ? store->signer : MAKER_ORGANIZATION);
		return -1;
	}
	if (verify_signer(store, key->path, signer) ||
	    check_revocation(store, key->path, key->cert, signer, &covered))
		return -1;
	if (!covered)
		pv_warn("'%s': no revocation list of its signing key was given (--crl), "
			"so a revoked key would not be noticed", key->path);
	return 0;
}

int chain_verify(const struct chain_options *opt, const struct host_key *keys, size_t count)
{
	struct store store;
	size_t i;
	int rc = store_load(&store, opt);

	for (i = 0; !rc && i < count; i++)
		rc = verify_one(&store, &keys[i]);
	for (i = 0; !rc && i < store.crl_count; i++) {
		if (!store.crls[i].used) {
			pv_error("'%s' is a revocation list of none of the certificates in use",
				 store.crls[i].path);
			rc = -1;
		}
	}
	store_free(&store);
	return rc;
}

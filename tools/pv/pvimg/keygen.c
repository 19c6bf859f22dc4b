// SPDX-License-Identifier: GPL-2.0
/*
 * pvimg keygen: a host key and a self-signed host key document, for a machine
 * whose owner is also its maker: the emulated one. A real machine brings its
 * own key, which never leaves its firmware.
 */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../lib/options.h"
#include "pvimg.h"

#define COMMAND		"pvimg keygen"
#define DEFAULT_DAYS	3650
#define SERIAL_SIZE	16

struct keygen {
	const char *key_path;
	const char *cert_path;
	const char *name;
	uint64_t days;
	bool overwrite;
};

static void help(void)
{
	printf("Usage: " COMMAND " --key FILE --cert FILE [OPTIONS]\n\n"
	       "Makes a host key (NIST P-521) and its self-signed host key document.\n\n"
	       "  -K, --key FILE       write the private key here (PEM, mode 0600)\n"
	       "  -c, --cert FILE      write the certificate here (PEM)\n"
	       "  -n, --name TEXT      common name in the certificate [openuv host key]\n"
	       "  -d, --days N         validity in days [%d]\n"
	       "      --overwrite      replace existing files\n", DEFAULT_DAYS);
}

static X509 *keygen_cert(EVP_PKEY *key, const struct keygen *kg)
{
	uint8_t serial[SERIAL_SIZE];
	X509 *cert = X509_new();
	X509_NAME *name = cert ? X509_get_subject_name(cert) : NULL;
	X509_EXTENSION *usage = NULL;
	BIGNUM *number = NULL;

	if (!cert || crypto_random_nonce(serial, sizeof(serial)))
		goto fail;
	/* A serial number is positive. */
	serial[0] = (serial[0] & 0x7f) | 0x40;
	number = BN_bin2bn(serial, sizeof(serial), NULL);
	usage = X509V3_EXT_conf_nid(NULL, NULL, NID_key_usage, "critical,keyAgreement");
	if (!number || !usage || !BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert)) ||
	    X509_set_version(cert, X509_VERSION_3) != 1 ||
	    X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
				       (const uint8_t *)kg->name, -1, -1, 0) != 1 ||
	    X509_set_issuer_name(cert, name) != 1 ||
	    !X509_gmtime_adj(X509_getm_notBefore(cert), 0) ||
	    !X509_time_adj_ex(X509_getm_notAfter(cert), (int)kg->days, 0, NULL) ||
	    X509_set_pubkey(cert, key) != 1 || X509_add_ext(cert, usage, -1) != 1 ||
	    !X509_sign(cert, key, EVP_sha512()))
		goto fail;
	goto out;
fail:
	crypto_failed("cannot make a host key document");
	X509_free(cert);
	cert = NULL;
out:
	X509_EXTENSION_free(usage);
	BN_free(number);
	return cert;
}

static int keygen_write(struct output *out, const char *path, mode_t mode, bool overwrite,
			BIO *data)
{
	char *bytes;
	long size = BIO_get_mem_data(data, &bytes);

	if (output_open(out, path, mode, (uint64_t)size, overwrite))
		return -1;
	return output_write(out, 0, bytes, (size_t)size);
}

/*
 * Both files appear, or none. What cannot be undone is a key that was replaced; it
 * comes first, so a certificate never stands in its place.
 */
static int keygen_write_both(const struct keygen *kg, BIO *key, BIO *cert)
{
	struct output key_out = { .fd = -1 }, cert_out = { .fd = -1 };

	if (keygen_write(&key_out, kg->key_path, 0600, kg->overwrite, key) ||
	    keygen_write(&cert_out, kg->cert_path, 0644, kg->overwrite, cert) ||
	    output_commit(&key_out)) {
		output_discard(&key_out);
		output_discard(&cert_out);
		return -1;
	}
	if (output_commit(&cert_out)) {
		if (!kg->overwrite)
			unlink(kg->key_path);
		return -1;
	}
	return 0;
}

static int keygen_make(const struct keygen *kg)
{
	EVP_PKEY *key = ec_generate();
	X509 *cert = key ? keygen_cert(key, kg) : NULL;
	BIO *key_pem = BIO_new(BIO_s_secmem()), *cert_pem = BIO_new(BIO_s_mem());
	int rc = -1;

	if (cert) {
		if (key_pem && cert_pem &&
		    PEM_write_bio_PKCS8PrivateKey(key_pem, key, NULL, NULL, 0, NULL, NULL) == 1 &&
		    PEM_write_bio_X509(cert_pem, cert) == 1)
			rc = keygen_write_both(kg, key_pem, cert_pem);
		else
			crypto_failed("cannot make a host key");
	}
	BIO_free(key_pem);
	BIO_free(cert_pem);
	X509_free(cert);
	EVP_PKEY_free(key);
	return rc;
}

int cmd_keygen(int argc, char **argv)
{
	static const struct option options[] = {
		{ "key", required_argument, NULL, 'K' },
		{ "cert", required_argument, NULL, 'c' },
		{ "name", required_argument, NULL, 'n' },
		{ "days", required_argument, NULL, 'd' },
		{ "overwrite", no_argument, NULL, 'o' },
		COMMON_OPTIONS,
		{ 0 }
	};
	struct keygen kg = { .name = "openuv host key", .days = DEFAULT_DAYS };
	int c, status;

	while ((c = next_option(argc, argv, "K:c:n:d:" COMMON_SHORT, options, help, COMMAND,
				&status)) != -1) {
		switch (c) {
		case 'K':
			kg.key_path = optarg;
			break;
		case 'c':
			kg.cert_path = optarg;
			break;
		case 'n':
			kg.name = optarg;
			break;
		case 'd':
			if (parse_u64("days", optarg, &kg.days))
				return usage_error(COMMAND);
			break;
		case 'o':
			kg.overwrite = true;
			break;
		default:
			return status;
		}
	}
	if (optind < argc || !kg.key_path || !kg.cert_path) {
		pv_error("--key and --cert are needed, and nothing else");
		return usage_error(COMMAND);
	}
	if (!kg.days || kg.days > 36500) {
		pv_error("--days: between 1 and 36500");
		return usage_error(COMMAND);
	}
	if (output_same(kg.key_path, kg.cert_path)) {
		pv_error("key and certificate must be two files");
		return PV_EXIT_ERROR;
	}
	if (output_check(kg.key_path, kg.overwrite, NULL) ||
	    output_check(kg.cert_path, kg.overwrite, NULL) || keygen_make(&kg))
		return PV_EXIT_ERROR;
	return PV_EXIT_OK;
}

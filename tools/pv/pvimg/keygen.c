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

static struct bytes keygen_bytes(BIO *data)
{
	char *bytes;
	long size = BIO_get_mem_data(data, &bytes);

	return (struct bytes){ (uint8_t *)bytes, (size_t)size };
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
		    PEM_write_bio_X509(cert_pem, cert) == 1) {
			/* The key comes first, so a certificate never stands in its place. */
			const struct output_file files[] = {
				{ kg->key_path, 0600, keygen_bytes(key_pem) },
				{ kg->cert_path, 0644, keygen_bytes(cert_pem) },
			};

			rc = outputs_save(files, ARRAY_SIZE(files), kg->overwrite);
		} else {
			crypto_failed("cannot make a host key");
		}
	}
	BIO_free(key_pem);
	BIO_free(cert_pem);
	X509_free(cert);
	EVP_PKEY_free(key);
	return rc;
}

static int keygen_days(void *arg, const char *name, const char *value)
{
	struct keygen *kg = arg;

	return parse_u64(name, value, &kg->days);
}

int cmd_keygen(int argc, char **argv)
{
	struct keygen kg = { .name = "openuv host key", .days = DEFAULT_DAYS };
	const struct tool_option options[] = {
		{ "key", 'K', .out = &kg.key_path },
		{ "cert", 'c', .out = &kg.cert_path },
		{ "name", 'n', .text = &kg.name },
		{ "days", 'd', .take = keygen_days, .has_arg = required_argument },
		{ "overwrite", .flag = &kg.overwrite },
		{ 0 }
	};
	const struct command_line line = {
		COMMAND, help, options, &kg, PV_EXIT_USAGE, 0, 0, NULL
	};
	int rc = options_take(argc, argv, &line);

	if (rc >= 0)
		return rc;
	if (!kg.key_path || !kg.cert_path) {
		pv_error("--key and --cert are needed");
		return options_wrong(&line);
	}
	if (!kg.days || kg.days > 36500) {
		pv_error("--days: between 1 and 36500");
		return options_wrong(&line);
	}
	if (options_check_files(&line, NULL, NULL) || output_check(kg.key_path, kg.overwrite) ||
	    output_check(kg.cert_path, kg.overwrite) || keygen_make(&kg))
		return PV_EXIT_ERROR;
	return PV_EXIT_OK;
}

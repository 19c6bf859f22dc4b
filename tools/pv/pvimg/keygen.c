// SPDX-License-Identifier: GPL-2.0
/*
 * pvimg keygen: a host key and a self-signed host key document, for a machine
 * whose owner is also its maker: the emulated one. A real machine brings its
 * own key, which never leaves its firmware.
 */
#include <getopt.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "pvimg.h"

#define COMMAND		"pvimg keygen"
#define DEFAULT_DAYS	3650
#define DAY		86400
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

static int make_cert(gnutls_x509_crt_t cert, gnutls_x509_privkey_t key, const struct keygen *kg)
{
	uint8_t serial[SERIAL_SIZE];
	time_t now = time(NULL);
	int rc;

	rc = gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof(serial));
	/* A serial number is positive. */
	serial[0] = (serial[0] & 0x7f) | 0x40;
	if (!rc)
		rc = gnutls_x509_crt_set_version(cert, 3);
	if (!rc)
		rc = gnutls_x509_crt_set_serial(cert, serial, sizeof(serial));
	if (!rc)
		rc = gnutls_x509_crt_set_dn_by_oid(cert, GNUTLS_OID_X520_COMMON_NAME, 0, kg->name,
						   (unsigned int)strlen(kg->name));
	if (!rc)
		rc = gnutls_x509_crt_set_activation_time(cert, now);
	if (!rc)
		rc = gnutls_x509_crt_set_expiration_time(cert, now + (time_t)kg->days * DAY);
	if (!rc)
		rc = gnutls_x509_crt_set_key(cert, key);
	if (!rc)
		rc = gnutls_x509_crt_set_key_usage(cert, GNUTLS_KEY_KEY_AGREEMENT);
	if (!rc)
		rc = gnutls_x509_crt_sign2(cert, cert, key, GNUTLS_DIG_SHA512, 0);
	return rc;
}

static int write_file(struct output *out, const char *path, mode_t mode, bool overwrite,
		      const gnutls_datum_t *data)
{
	if (output_open(out, path, mode, data->size, overwrite))
		return -1;
	return output_write(out, 0, data->data, data->size);
}

/* Both files appear, or (unless the second rename fails) none. */
static int write_both(const struct keygen *kg, const gnutls_datum_t *key,
		      const gnutls_datum_t *cert)
{
	struct output key_out = { .fd = -1 }, cert_out = { .fd = -1 };

	if (write_file(&key_out, kg->key_path, 0600, kg->overwrite, key) ||
	    write_file(&cert_out, kg->cert_path, 0644, kg->overwrite, cert) ||
	    output_commit(&key_out) || output_commit(&cert_out)) {
		output_discard(&key_out);
		output_discard(&cert_out);
		return -1;
	}
	return 0;
}

static int generate(const struct keygen *kg)
{
	gnutls_datum_t key_pem = { 0 }, cert_pem = { 0 };
	gnutls_x509_privkey_t key = NULL;
	gnutls_x509_crt_t cert = NULL;
	int rc;

	rc = gnutls_x509_privkey_init(&key);
	if (!rc)
		rc = gnutls_x509_privkey_generate(key, GNUTLS_PK_EC,
						  GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP521R1),
						  0);
	if (!rc)
		rc = gnutls_x509_crt_init(&cert);
	if (!rc)
		rc = make_cert(cert, key, kg);
	if (!rc)
		rc = gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL,
						       GNUTLS_PKCS_PLAIN, &key_pem);
	if (!rc)
		rc = gnutls_x509_crt_export2(cert, GNUTLS_X509_FMT_PEM, &cert_pem);
	if (rc)
		pv_error("cannot make a host key: %s", gnutls_strerror(rc));
	else
		rc = write_both(kg, &key_pem, &cert_pem);

	if (key_pem.data)
		gnutls_memset(key_pem.data, 0, key_pem.size);
	gnutls_free(key_pem.data);
	gnutls_free(cert_pem.data);
	if (cert)
		gnutls_x509_crt_deinit(cert);
	if (key)
		gnutls_x509_privkey_deinit(key);
	return rc ? -1 : 0;
}

int cmd_keygen(int argc, char **argv)
{
	static const struct option options[] = {
		{ "key", required_argument, NULL, 'K' },
		{ "cert", required_argument, NULL, 'c' },
		{ "name", required_argument, NULL, 'n' },
		{ "days", required_argument, NULL, 'd' },
		{ "overwrite", no_argument, NULL, 'o' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	struct keygen kg = { .name = "openuv host key", .days = DEFAULT_DAYS };
	int c;

	while ((c = getopt_long(argc, argv, "K:c:n:d:h", options, NULL)) != -1) {
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
		case 'h':
			help();
			return PV_EXIT_OK;
		default:
			return usage_error(COMMAND);
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
	if (!strcmp(kg.key_path, kg.cert_path)) {
		pv_error("key and certificate must be two files");
		return PV_EXIT_ERROR;
	}
	if (output_check(kg.key_path, kg.overwrite, NULL, 0) ||
	    output_check(kg.cert_path, kg.overwrite, NULL, 0) || generate(&kg))
		return PV_EXIT_ERROR;
	return PV_EXIT_OK;
}

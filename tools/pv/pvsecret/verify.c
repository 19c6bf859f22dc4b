// SPDX-License-Identifier: GPL-2.0
/*
 * pvsecret verify: is a request whole, and were its user data signed by this key?
 */
#include <openssl/x509.h>
#include <stdio.h>

#include "../lib/document.h"
#include "pvsecret.h"

#define COMMAND		"pvsecret verify"
#define CERT_MAX	65536

static void help(void)
{
	printf("Usage: " COMMAND " [OPTIONS] REQUEST\n\n"
	       "Verifies the signature of a request's user data, and writes them out.\n\n"
	       "      --user-cert FILE   the signer's certificate\n"
	       "  -o, --output FILE      the user data [standard output]\n\n"
	       "Exit status: 0 verified, 2 signed by somebody else, 1 error.\n");
}

static int verify_take_cert(void *arg, void *object)
{
	X509 **cert = arg;

	X509_free(*cert);
	*cert = object;
	return 0;
}

/* Returns an exit status. */
static int verify(const char *path, const char *cert_path, const char *output)
{
	struct bytes request, data;
	X509 *cert = NULL;
	int rc = -1;

	if (asrcb_load(path, &request))
		return PV_EXIT_ERROR;
	if (!cert_path || !document_load(cert_path, CERT_MAX, DOCUMENT_CERT, "a certificate",
					 verify_take_cert, &cert))
		rc = user_data_verify(&request, cert ? X509_get0_pubkey(cert) : NULL, path, &data);
	if (rc > 0)
		pv_error("'%s': its user data were not signed by the key of '%s'", path, cert_path);
	else if (!rc && data.data)
		rc = output_save(output, 0666, data.data, data.size);
	X509_free(cert);
	secret_free(request.data);
	return rc < 0 ? PV_EXIT_ERROR : rc ? PV_EXIT_UNEQUAL : PV_EXIT_OK;
}

int cmd_verify(int argc, char **argv)
{
	static const struct option options[] = {
		{ "user-cert", required_argument, NULL, 'c' },
		{ "output", required_argument, NULL, 'o' },
		COMMON_OPTIONS,
		{ 0 }
	};
	const char *cert = NULL, *output = "-";
	int c, status;

	while ((c = next_option(argc, argv, "o:" COMMON_SHORT, options, help, COMMAND,
				&status)) != -1) {
		if (c == 'c')
			cert = optarg;
		else if (c == 'o')
			output = optarg;
		else
			return status == PV_EXIT_USAGE ? PV_EXIT_ERROR : status;
	}
	/* Status 2 is said of a signature only. */
	if (optind + 1 != argc) {
		pv_error("one request is needed");
		usage_error(COMMAND);
		return PV_EXIT_ERROR;
	}
	return verify(argv[optind], cert, output);
}

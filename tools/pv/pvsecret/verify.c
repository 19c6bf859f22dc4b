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
	const char *cert = NULL, *output = "-";
	const struct tool_option options[] = {
		{ "user-cert", .in = &cert },
		{ "output", 'o', .out = &output },
		{ 0 }
	};
	/* Status 2 is said of a signature only. */
	const struct command_line line = {
		COMMAND, help, options, NULL, PV_EXIT_ERROR, 1, 1, "one request is needed"
	};
	int rc = options_take(argc, argv, &line);

	if (rc >= 0)
		return rc;
	if (options_check_files(&line, argv[optind], NULL))
		return PV_EXIT_ERROR;
	return verify(argv[optind], cert, output);
}

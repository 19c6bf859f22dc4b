// SPDX-License-Identifier: GPL-2.0
/*
 * The options that name hosts, and say whether their documents are believed.
 */
#include <string.h>
#include <unistd.h>

#include "options.h"

const char host_options_help[] =
	"Host key documents:\n"
	"  -k, --host-key-document FILE  for this host; may be given more than once\n"
	"  -C, --cert FILE               certificate of the signing key, and of CAs\n"
	"      --crl FILE                revocation lists; those missing are fetched\n"
	"      --offline                 do not fetch revocation lists\n"
	"      --root-ca FILE            trust this root instead of the system's\n"
	"      --signer NAME             organization whose signing keys are trusted\n"
	"      --no-verify               believe the documents unseen\n";

int host_options_check(const struct host_options *opt)
{
	if (!opt->documents.count) {
		pv_error("at least one --host-key-document is needed");
		return -1;
	}
	if (opt->chain.signer && !opt->chain.root_ca) {
		pv_error("--signer needs --root-ca: a public CA would certify anybody's name");
		return -1;
	}
	if (opt->no_verify && (opt->chain.certs.count || opt->chain.crls.count ||
			       opt->chain.root_ca))
		pv_warn("--cert, --crl and --root-ca are without effect beside --no-verify");
	return 0;
}

int host_options_load(const struct host_options *opt, struct host_keys *keys)
{
	size_t i;

	for (i = 0; i < opt->documents.count; i++)
		if (host_keys_load(keys, opt->documents.names[i]))
			return -1;
	host_keys_unique(keys);
	if (opt->no_verify) {
		pv_warn("host key documents are not verified (--no-verify): whoever made them "
			"can read what is made for them");
		return 0;
	}
	if (chain_verify(&opt->chain, keys))
		return -1;
	pv_info("%zu host keys are verified", keys->count);
	return 0;
}

void host_options_free(struct host_options *opt)
{
	name_list_free(&opt->documents);
	name_list_free(&opt->chain.certs);
	name_list_free(&opt->chain.crls);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * pvimg create: the options. Their names are those that users know from
 * genprotimg and its successor.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "create.h"
#include "pvimg.h"

#define COMMAND		"pvimg create"

enum long_option {
	OPT_CRL = 0x100,
	OPT_ROOT_CA,
	OPT_SIGNER,
	OPT_OFFLINE,
	OPT_NO_VERIFY,
	OPT_OVERWRITE,
	OPT_CMDLINE,
	OPT_CCK,
	OPT_HEADER_KEY,
	OPT_IMAGE_KEY,
	OPT_PCF,
	OPT_SCF,
	OPT_PSW,
	OPT_ENABLE_DUMP,
	OPT_DISABLE_DUMP,
	OPT_ENABLE_PCKMO,
	OPT_DISABLE_PCKMO,
	OPT_ENABLE_HMAC,
	OPT_DISABLE_HMAC,
	OPT_ENABLE_BACKUP,
	OPT_DISABLE_BACKUP,
	OPT_ENABLE_ENCRYPTION,
	OPT_DISABLE_ENCRYPTION,
	OPT_ENABLE_EXTENSION,
	OPT_DISABLE_EXTENSION,
	OPT_ENABLE_CCK_UPDATE,
	OPT_DISABLE_CCK_UPDATE,
};

static const struct option long_options[] = {
	{ "host-key-document", required_argument, NULL, 'k' },
	{ "kernel", required_argument, NULL, 'i' },
	{ "image", required_argument, NULL, 'i' },
	{ "ramdisk", required_argument, NULL, 'r' },
	{ "parmfile", required_argument, NULL, 'p' },
	{ "cmdline", required_argument, NULL, OPT_CMDLINE },
	{ "output", required_argument, NULL, 'o' },
	{ "overwrite", no_argument, NULL, OPT_OVERWRITE },
	{ "cert", required_argument, NULL, 'C' },
	{ "crl", required_argument, NULL, OPT_CRL },
	{ "root-ca", required_argument, NULL, OPT_ROOT_CA },
	{ "signer", required_argument, NULL, OPT_SIGNER },
	{ "offline", no_argument, NULL, OPT_OFFLINE },
	{ "no-verify", no_argument, NULL, OPT_NO_VERIFY },
	{ "cck", required_argument, NULL, OPT_CCK },
	{ "comm-key", required_argument, NULL, OPT_CCK },
	{ "x-comm-key", required_argument, NULL, OPT_CCK },
	{ "x-header-key", required_argument, NULL, OPT_HEADER_KEY },
	{ "x-comp-key", required_argument, NULL, OPT_IMAGE_KEY },
	{ "x-pcf", required_argument, NULL, OPT_PCF },
	{ "x-scf", required_argument, NULL, OPT_SCF },
	{ "x-psw", required_argument, NULL, OPT_PSW },
	{ "enable-dump", no_argument, NULL, OPT_ENABLE_DUMP },
	{ "disable-dump", no_argument, NULL, OPT_DISABLE_DUMP },
	{ "enable-pckmo", no_argument, NULL, OPT_ENABLE_PCKMO },
	{ "disable-pckmo", no_argument, NULL, OPT_DISABLE_PCKMO },
	{ "enable-pckmo-hmac", no_argument, NULL, OPT_ENABLE_HMAC },
	{ "disable-pckmo-hmac", no_argument, NULL, OPT_DISABLE_HMAC },
	{ "enable-backup-target-keys", no_argument, NULL, OPT_ENABLE_BACKUP },
	{ "disable-backup-target-keys", no_argument, NULL, OPT_DISABLE_BACKUP },
	{ "enable-image-encryption", no_argument, NULL, OPT_ENABLE_ENCRYPTION },
	{ "disable-image-encryption", no_argument, NULL, OPT_DISABLE_ENCRYPTION },
	{ "enable-cck-extension-secret", no_argument, NULL, OPT_ENABLE_EXTENSION },
	{ "disable-cck-extension-secret", no_argument, NULL, OPT_DISABLE_EXTENSION },
	{ "enable-cck-update", no_argument, NULL, OPT_ENABLE_CCK_UPDATE },
	{ "disable-cck-update", no_argument, NULL, OPT_DISABLE_CCK_UPDATE },
	{ "help", no_argument, NULL, 'h' },
	{ 0 }
};

/* Plaintext control flags, see flags.c */
#define PCF_DUMP	CONTROL_FLAG(34)
#define PCF_PLAIN	CONTROL_FLAG(PCF_NO_COMPONENT_ENCRYPTION)
#define PCF_PCKMO	(CONTROL_FLAG(56) | CONTROL_FLAG(57) | CONTROL_FLAG(58))
#define PCF_PCKMO_HMAC	CONTROL_FLAG(59)
#define PCF_BACKUP	CONTROL_FLAG(62)
#define SCF_EXTENSION	CONTROL_FLAG(1)
#define SCF_CCK_UPDATE	CONTROL_FLAG(2)

/* What genprotimg sets if nothing is said: guests may use DEA, AES and ECC. */
#define PCF_DEFAULT	PCF_PCKMO

/* Pairs of options that set or clear flags */
static const struct {
	int option;
	bool secret;
	bool set;
	uint64_t flags;
} flag_options[] = {
	{ OPT_ENABLE_DUMP, false, true, PCF_DUMP },
	{ OPT_DISABLE_DUMP, false, false, PCF_DUMP },
	{ OPT_ENABLE_PCKMO, false, true, PCF_PCKMO },
	{ OPT_DISABLE_PCKMO, false, false, PCF_PCKMO },
	{ OPT_ENABLE_HMAC, false, true, PCF_PCKMO_HMAC },
	{ OPT_DISABLE_HMAC, false, false, PCF_PCKMO_HMAC },
	{ OPT_ENABLE_BACKUP, false, true, PCF_BACKUP },
	{ OPT_DISABLE_BACKUP, false, false, PCF_BACKUP },
	{ OPT_ENABLE_ENCRYPTION, false, false, PCF_PLAIN },
	{ OPT_DISABLE_ENCRYPTION, false, true, PCF_PLAIN },
	{ OPT_ENABLE_EXTENSION, true, true, SCF_EXTENSION },
	{ OPT_DISABLE_EXTENSION, true, false, SCF_EXTENSION },
	{ OPT_ENABLE_CCK_UPDATE, true, true, SCF_CCK_UPDATE },
	{ OPT_DISABLE_CCK_UPDATE, true, false, SCF_CCK_UPDATE },
};

static void help(void)
{
	printf("Usage: " COMMAND " -k FILE -i FILE -o FILE [OPTIONS]\n\n"
	       "Prepares an image that only the named hosts can start, in protected mode.\n\n"
	       "  -k, --host-key-document FILE  for this host; may be given more than once\n"
	       "  -i, --kernel FILE             s390x kernel image (bzImage)\n"
	       "  -r, --ramdisk FILE            initial RAM disk\n"
	       "  -p, --parmfile FILE           kernel command line, from a file\n"
	       "      --cmdline TEXT            kernel command line\n"
	       "  -o, --output FILE             the image\n"
	       "      --overwrite               replace an existing image\n\n"
	       "Verification of host key documents:\n"
	       "  -C, --cert FILE               certificate of the signing key, and of CAs\n"
	       "      --crl FILE                revocation lists; those missing are fetched\n"
	       "      --root-ca FILE            trust this root instead of the system's\n"
	       "      --signer NAME             organization whose signing keys are trusted\n"
	       "      --offline                 do not fetch revocation lists\n"
	       "      --no-verify               do not verify\n\n");
	printf("Properties of the guest (--disable-... is the opposite):\n"
	       "      --enable-dump             the host may dump it, for the holder of the CCK\n"
	       "      --disable-pckmo           it may not use PCKMO for DEA, AES and ECC\n"
	       "      --enable-pckmo-hmac       it may use PCKMO for HMAC\n"
	       "      --enable-backup-target-keys    backup host keys may be used\n"
	       "      --enable-cck-extension-secret  secrets need the extension secret\n"
	       "      --enable-cck-update       the CCK may be updated\n"
	       "      --disable-image-encryption     integrity only, no secrecy\n"
	       "      --cck FILE                customer communication key, 32 bytes [random]\n\n"
	       "For tests:\n"
	       "      --x-header-key FILE       header key, 32 bytes [random]\n"
	       "      --x-comp-key FILE         image key, 64 bytes [random]\n"
	       "      --x-pcf N, --x-scf N      plaintext, secret control flags as numbers\n"
	       "      --x-psw MASK,ADDRESS      initial PSW [stage 2]\n");
}

static int flag_option(struct create_options *opt, int c)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(flag_options); i++) {
		uint64_t *flags = flag_options[i].secret ? &opt->scf : &opt->pcf;

		if (flag_options[i].option != c)
			continue;
		if (flag_options[i].set)
			*flags |= flag_options[i].flags;
		else
			*flags &= ~flag_options[i].flags;
		return 0;
	}
	return -1;
}

/* Two numbers with a comma between them */
static int psw_option(struct create_options *opt, const char *arg)
{
	const char *comma = strchr(arg, ',');
	char mask[32];

	if (!comma || (size_t)(comma - arg) >= sizeof(mask)) {
		pv_error("--x-psw: '%s' is not MASK,ADDRESS", arg);
		return -1;
	}
	snprintf(mask, sizeof(mask), "%.*s", (int)(comma - arg), arg);
	opt->psw = true;
	if (parse_u64("x-psw", mask, &opt->psw_mask))
		return -1;
	return parse_u64("x-psw", comma + 1, &opt->psw_addr);
}

static int one_option(struct create_options *opt, int c, const char *arg)
{
	switch (c) {
	case 'k':
		return name_list_add(&opt->host_keys, arg);
	case 'i':
		opt->kernel = arg;
		return 0;
	case 'r':
		opt->ramdisk = arg;
		return 0;
	case 'p':
		opt->parmfile = arg;
		return 0;
	case OPT_CMDLINE:
		opt->cmdline = arg;
		return 0;
	case 'o':
		opt->output = arg;
		return 0;
	case OPT_OVERWRITE:
		opt->overwrite = true;
		return 0;
	case 'C':
		return name_list_add(&opt->chain.certs, arg);
	case OPT_CRL:
		return name_list_add(&opt->chain.crls, arg);
	case OPT_ROOT_CA:
		opt->chain.root_ca = arg;
		return 0;
	case OPT_SIGNER:
		opt->chain.signer = arg;
		return 0;
	case OPT_OFFLINE:
		opt->chain.offline = true;
		return 0;
	case OPT_NO_VERIFY:
		opt->no_verify = true;
		return 0;
	case OPT_CCK:
		opt->cck = arg;
		return 0;
	case OPT_HEADER_KEY:
		opt->header_key = arg;
		return 0;
	case OPT_IMAGE_KEY:
		opt->image_key = arg;
		return 0;
	case OPT_PCF:
		return parse_u64("x-pcf", arg, &opt->pcf);
	case OPT_SCF:
		return parse_u64("x-scf", arg, &opt->scf);
	case OPT_PSW:
		return psw_option(opt, arg);
	default:
		return flag_option(opt, c);
	}
}

static int check_options(const struct create_options *opt)
{
	if (!opt->kernel || !opt->output || !opt->host_keys.count) {
		pv_error("at least --kernel, --host-key-document and --output are needed");
		return -1;
	}
	if (opt->cmdline && opt->parmfile) {
		pv_error("--cmdline and --parmfile exclude each other");
		return -1;
	}
	if (opt->chain.signer && !opt->chain.root_ca) {
		pv_error("--signer needs --root-ca: a public CA would certify anybody's name");
		return -1;
	}
	if (opt->no_verify && (opt->chain.certs.count || opt->chain.crls.count ||
			       opt->chain.root_ca)) {
		pv_error("--no-verify contradicts --cert, --crl and --root-ca");
		return -1;
	}
	return 0;
}

int cmd_create(int argc, char **argv)
{
	struct create_options opt = { .pcf = PCF_DEFAULT };
	int c, rc = PV_EXIT_USAGE;

	while ((c = getopt_long(argc, argv, "k:i:r:p:o:C:h", long_options, NULL)) != -1) {
		if (c == 'h') {
			help();
			rc = PV_EXIT_OK;
			goto out;
		}
		if (c == '?' || one_option(&opt, c, optarg)) {
			usage_error(COMMAND);
			goto out;
		}
	}
	if (optind < argc) {
		pv_error("unexpected argument '%s'", argv[optind]);
		usage_error(COMMAND);
	} else if (check_options(&opt)) {
		usage_error(COMMAND);
	} else {
		rc = create_image(&opt) ? PV_EXIT_ERROR : PV_EXIT_OK;
	}
out:
	name_list_free(&opt.host_keys);
	name_list_free(&opt.chain.certs);
	name_list_free(&opt.chain.crls);
	return rc;
}

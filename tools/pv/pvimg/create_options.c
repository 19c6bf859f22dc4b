// SPDX-License-Identifier: GPL-2.0
/*
 * pvimg create: the options. Their names are those that users know from
 * genprotimg and its successor.
 */
#include <stdio.h>
#include <string.h>

#include "create.h"
#include "loader/loader.h"
#include "pvimg.h"

#define COMMAND		"pvimg create"

enum long_option {
	OPT_OVERWRITE = 0x100,
	OPT_ANY_KERNEL,
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
	{ "kernel", required_argument, NULL, 'i' },
	{ "image", required_argument, NULL, 'i' },
	{ "ramdisk", required_argument, NULL, 'r' },
	{ "parmfile", required_argument, NULL, 'p' },
	{ "cmdline", required_argument, NULL, OPT_CMDLINE },
	{ "output", required_argument, NULL, 'o' },
	{ "overwrite", no_argument, NULL, OPT_OVERWRITE },
	{ "no-component-check", no_argument, NULL, OPT_ANY_KERNEL },
	{ "cck", required_argument, NULL, OPT_CCK },
	{ "comm-key", required_argument, NULL, OPT_CCK },
	{ "x-comm-key", required_argument, NULL, OPT_CCK },
	{ "hdr-key", required_argument, NULL, OPT_HEADER_KEY },
	{ "image-key", required_argument, NULL, OPT_IMAGE_KEY },
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
	{ "enable-backup-keys", no_argument, NULL, OPT_ENABLE_BACKUP },
	{ "disable-backup-keys", no_argument, NULL, OPT_DISABLE_BACKUP },
	{ "enable-backup-target-keys", no_argument, NULL, OPT_ENABLE_BACKUP },
	{ "disable-backup-target-keys", no_argument, NULL, OPT_DISABLE_BACKUP },
	{ "enable-image-encryption", no_argument, NULL, OPT_ENABLE_ENCRYPTION },
	{ "disable-image-encryption", no_argument, NULL, OPT_DISABLE_ENCRYPTION },
	{ "enable-cck-extension-secret", no_argument, NULL, OPT_ENABLE_EXTENSION },
	{ "disable-cck-extension-secret", no_argument, NULL, OPT_DISABLE_EXTENSION },
	{ "enable-cck-update", no_argument, NULL, OPT_ENABLE_CCK_UPDATE },
	{ "disable-cck-update", no_argument, NULL, OPT_DISABLE_CCK_UPDATE },
	HOST_OPTIONS,
	COMMON_OPTIONS,
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
	       "  -i, --kernel FILE             s390x kernel image (bzImage)\n"
	       "      --no-component-check      do not look whether it is one\n"
	       "  -r, --ramdisk FILE            initial RAM disk\n"
	       "  -p, --parmfile FILE           kernel command line, from a file\n"
	       "      --cmdline TEXT            kernel command line\n"
	       "  -o, --output FILE             the image\n"
	       "      --overwrite               replace an existing image\n\n%s\n",
	       host_options_help);
	printf("Properties of the guest (--disable-... is the opposite):\n"
	       "      --enable-dump             the host may dump it, for the holder of the CCK\n"
	       "      --disable-pckmo           it may not use PCKMO for DEA, AES and ECC\n"
	       "      --enable-pckmo-hmac       it may use PCKMO for HMAC\n"
	       "      --enable-backup-keys      backup host keys may be used\n"
	       "      --enable-cck-extension-secret  secrets need the extension secret\n"
	       "      --enable-cck-update       the CCK may be updated\n"
	       "      --disable-image-encryption     integrity only, no secrecy\n"
	       "      --cck FILE                customer communication key, 32 bytes [random]\n\n"
	       "For tests:\n"
	       "      --hdr-key FILE            header key, 32 bytes [random]\n"
	       "      --image-key FILE          image key, 64 bytes [random]\n"
	       "      --x-pcf N, --x-scf N      plaintext, secret control flags as numbers\n"
	       "      --x-psw [MASK,]ADDRESS    initial PSW [stage 2]\n");
}

/* Each flag may be said once, or the same again. */
static int create_flag_option(struct create_options *opt, int c)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(flag_options); i++) {
		uint64_t mask = flag_options[i].flags;
		uint64_t *flags = flag_options[i].secret ? &opt->scf : &opt->pcf;
		uint64_t *said = flag_options[i].secret ? &opt->scf_said : &opt->pcf_said;

		if (flag_options[i].option != c)
			continue;
		if (*said & mask && (*flags & mask) != (flag_options[i].set ? mask : 0)) {
			pv_error("enabling and disabling one property exclude each other");
			return -1;
		}
		*said |= mask;
		if (flag_options[i].set)
			*flags |= mask;
		else
			*flags &= ~mask;
		return 0;
	}
	return -1;
}

/* An address, or a mask, a comma and an address */
static int create_psw_option(struct create_options *opt, const char *arg)
{
	const char *comma = strchr(arg, ',');
	char mask[32];

	opt->psw = true;
	opt->psw_mask = PSW_MASK_64;
	if (!comma)
		return parse_u64("x-psw", arg, &opt->psw_addr);
	if ((size_t)(comma - arg) >= sizeof(mask)) {
		pv_error("--x-psw: '%s' is not MASK,ADDRESS", arg);
		return -1;
	}
	snprintf(mask, sizeof(mask), "%.*s", (int)(comma - arg), arg);
	if (parse_u64("x-psw", mask, &opt->psw_mask))
		return -1;
	return parse_u64("x-psw", comma + 1, &opt->psw_addr);
}

static int create_option(struct create_options *opt, int c, const char *arg)
{
	switch (c) {
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
	case OPT_ANY_KERNEL:
		opt->any_kernel = true;
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
		return create_psw_option(opt, arg);
	default:
		return create_flag_option(opt, c);
	}
}

static int create_check_options(const struct create_options *opt)
{
	if (!opt->kernel || !opt->output || !opt->hosts.documents.count) {
		pv_error("at least --kernel, --host-key-document and --output are needed");
		return -1;
	}
	if (opt->cmdline && opt->parmfile) {
		pv_error("--cmdline and --parmfile exclude each other");
		return -1;
	}
	/* Dumps and derived secrets are of no use without a key that somebody has. */
	if (opt->pcf_said & opt->pcf & PCF_DUMP && !opt->cck && !(opt->scf & SCF_CCK_UPDATE)) {
		pv_error("--enable-dump needs --cck or --enable-cck-update");
		return -1;
	}
	if (opt->scf_said & opt->scf & SCF_EXTENSION && !opt->cck) {
		pv_error("--enable-cck-extension-secret needs --cck");
		return -1;
	}
	if (opt->scf_said & SCF_EXTENSION && opt->scf_said & SCF_CCK_UPDATE &&
	    opt->scf & SCF_EXTENSION && opt->scf & SCF_CCK_UPDATE) {
		pv_error("--enable-cck-extension-secret and --enable-cck-update exclude each other");
		return -1;
	}
	return host_options_check(&opt->hosts);
}

int cmd_create(int argc, char **argv)
{
	struct create_options opt = { .pcf = PCF_DEFAULT };
	int c, rc;

	while ((c = next_option(argc, argv, "i:r:p:o:" HOST_SHORT COMMON_SHORT, long_options, help,
				COMMAND, &rc)) != -1) {
		int done = c == -2 ? -2 : host_option(&opt.hosts, c, optarg);

		if (done == 1)
			done = create_option(&opt, c, optarg);
		if (!done)
			continue;
		if (done == -1)
			rc = usage_error(COMMAND);
		goto out;
	}
	rc = PV_EXIT_USAGE;
	if (optind < argc) {
		pv_error("unexpected argument '%s'", argv[optind]);
		usage_error(COMMAND);
	} else if (create_check_options(&opt)) {
		usage_error(COMMAND);
	} else {
		rc = create_image(&opt) ? PV_EXIT_ERROR : PV_EXIT_OK;
	}
out:
	host_options_free(&opt.hosts);
	return rc;
}

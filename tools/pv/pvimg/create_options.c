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

/* Properties: --enable-NAME and --disable-NAME set or clear flags. */
static const struct {
	const char *name;
	bool secret;
	bool clear;		/* enabling clears them */
	uint64_t flags;
} properties[] = {
	{ "dump", false, false, PCF_DUMP },
	{ "pckmo", false, false, PCF_PCKMO },
	{ "pckmo-hmac", false, false, PCF_PCKMO_HMAC },
	{ "backup-keys", false, false, PCF_BACKUP },
	{ "backup-target-keys", false, false, PCF_BACKUP },
	{ "image-encryption", false, true, PCF_PLAIN },
	{ "cck-extension-secret", true, false, SCF_EXTENSION },
	{ "cck-update", true, false, SCF_CCK_UPDATE },
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

/* Each property may be enabled or disabled once, or the same again. */
static int create_property(void *arg, const char *name, const char *value)
{
	struct create_options *opt = arg;
	bool enable = !strncmp(name, "enable-", 7);
	const char *property = strchr(name, '-') + 1;
	size_t i;

	(void)value;
	for (i = 0; i < ARRAY_SIZE(properties); i++) {
		uint64_t mask = properties[i].flags;
		uint64_t *flags = properties[i].secret ? &opt->scf : &opt->pcf;
		uint64_t *said = properties[i].secret ? &opt->scf_said : &opt->pcf_said;
		bool set = enable != properties[i].clear;

		if (strcmp(properties[i].name, property) != 0)
			continue;
		if (*said & mask && (*flags & mask) != (set ? mask : 0)) {
			pv_error("--enable-%s and --disable-%s exclude each other", property,
				 property);
			return -1;
		}
		*said |= mask;
		*flags = set ? *flags | mask : *flags & ~mask;
		return 0;
	}
	return -1;
}

static int create_number(void *arg, const char *name, const char *value)
{
	struct create_options *opt = arg;

	return parse_u64(name, value, !strcmp(name, "x-pcf") ? &opt->pcf : &opt->scf);
}

/* An address, or a mask, a comma and an address */
static int create_psw(void *arg, const char *name, const char *value)
{
	struct create_options *opt = arg;
	const char *comma = strchr(value, ',');
	char mask[32];

	opt->psw = true;
	opt->psw_mask = PSW_MASK_64;
	if (!comma)
		return parse_u64(name, value, &opt->psw_addr);
	if ((size_t)(comma - value) >= sizeof(mask)) {
		pv_error("--%s: '%s' is not MASK,ADDRESS", name, value);
		return -1;
	}
	snprintf(mask, sizeof(mask), "%.*s", (int)(comma - value), value);
	if (parse_u64(name, mask, &opt->psw_mask))
		return -1;
	return parse_u64(name, comma + 1, &opt->psw_addr);
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

#define PROPERTY(name) \
	{ "enable-" name, .take = create_property }, { "disable-" name, .take = create_property }

int cmd_create(int argc, char **argv)
{
	struct create_options opt = { .pcf = PCF_DEFAULT };
	const struct tool_option options[] = {
		{ "kernel", 'i', .in = &opt.kernel },
		{ "image", .in = &opt.kernel },
		{ "ramdisk", 'r', .in = &opt.ramdisk },
		{ "parmfile", 'p', .in = &opt.parmfile },
		{ "cmdline", .text = &opt.cmdline },
		{ "output", 'o', .out = &opt.output },
		{ "overwrite", .flag = &opt.overwrite },
		{ "no-component-check", .flag = &opt.any_kernel },
		{ "cck", .in = &opt.cck },
		{ "comm-key", .in = &opt.cck },
		{ "x-comm-key", .in = &opt.cck },
		{ "hdr-key", .in = &opt.header_key },
		{ "x-header-key", .in = &opt.header_key },
		{ "image-key", .in = &opt.image_key },
		{ "x-comp-key", .in = &opt.image_key },
		{ "x-pcf", .take = create_number, .has_arg = required_argument },
		{ "x-scf", .take = create_number, .has_arg = required_argument },
		{ "x-psw", .take = create_psw, .has_arg = required_argument },
		PROPERTY("dump"),
		PROPERTY("pckmo"),
		PROPERTY("pckmo-hmac"),
		PROPERTY("backup-keys"),
		PROPERTY("backup-target-keys"),
		PROPERTY("image-encryption"),
		PROPERTY("cck-extension-secret"),
		PROPERTY("cck-update"),
		HOST_OPTIONS(&opt.hosts),
		{ 0 }
	};
	const struct command_line line = {
		COMMAND, help, options, &opt, PV_EXIT_USAGE, 0, 0, NULL
	};
	int rc = options_take(argc, argv, &line);

	if (rc >= 0)
		goto out;
	if (create_check_options(&opt)) {
		rc = options_wrong(&line);
	} else {
		rc = options_check_files(&line, NULL, NULL) || create_image(&opt) ?
			PV_EXIT_ERROR : PV_EXIT_OK;
	}
out:
	host_options_free(&opt.hosts);
	return rc;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * pvsecret create: a request that adds a secret to the store of a guest.
 */
#include <ctype.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/report.h"
#include "pvsecret.h"

#define COMMAND		"pvsecret create"
#define GUEST_FILE	"/sys/firmware/uv/prot_virt_guest"

struct create {
	struct host_options hosts;
	const char *output;
	const char *header;
	const char *extension;
	const char *cck;
	const char *uid_file;
	const char *uid_hex;
	const char *user;
	const char *user_key;
	const char *input;	/* the secret; NULL: a new one */
	const char *save;	/* where a new one is kept */
	const char *type;
	const char *what;	/* meta, association ... */
	const char *name;
	char *description;	/* file for what is no secret; NULL: none */
	uint64_t flags;
	bool use_name;
	bool print;
	bool force;
};

static void help(void)
{
	printf("Usage: " COMMAND " -k FILE --hdr FILE -o FILE [OPTIONS] WHAT\n\n"
	       "Makes a request that adds a secret to guests of one image. WHAT is:\n\n"
	       "  meta                   no secret: sets the extension secret, or a flag\n"
	       "  association NAME       for AP queues\n"
	       "      --input-secret FILE   32 bytes [random]\n"
	       "      --output-secret FILE  keep the secret here\n"
	       "  retrievable NAME       for the guest itself\n"
	       "      --secret FILE\n"
	       "      --type plain|aes|aes-xts|hmac-sha|ec   [plain]\n"
	       "  update-cck             a new customer communication key\n"
	       "      --secret FILE         32 bytes\n\n"
	       "  -o, --output FILE            the request\n"
	       "      --hdr FILE               the guest's image, or its header\n"
	       "      --extension-secret FILE  32 bytes that all requests of a guest must have\n"
	       "      --cck FILE               the same, derived from the image's CCK\n"
	       "      --cuid FILE, --cuid-hex HEX  only for the guest with this configuration UID\n"
	       "      --flags disable-dump     no dump of the guest from then on\n"
	       "      --use-name               the name itself is the ID, not its hash\n"
	       "      --stdout                 print ID and type; else they go to NAME.yaml\n");
	printf("      --user-data FILE         up to 512 bytes for software in the guest\n"
	       "      --user-sign-key FILE     private key that signs them\n"
	       "  -f, --force                  also on a protected guest\n\n%s", host_options_help);
}

static int create_uid(const struct create *create, uint8_t uid[SECRET_UID_SIZE])
{
	const char *hex = create->uid_hex;
	struct bytes file;
	char *found = NULL;
	uint8_t *buf = NULL;
	long size = 0;
	int rc = -1;

	if (create->uid_file) {
		if (input_load(create->uid_file, PAGE_SIZE, &file))
			return -1;
		/* The bytes themselves, or what pvattest verify has printed */
		if (file.size == SECRET_UID_SIZE) {
			memcpy(uid, file.data, SECRET_UID_SIZE);
			secret_free(file.data);
			return 0;
		}
		found = report_find((const char *)file.data, "cuid");
		secret_free(file.data);
		hex = found ? found : "";
	}
	if (!strncmp(hex, "0x", 2))
		hex += 2;
	if (strlen(hex) == 2UL * SECRET_UID_SIZE)
		buf = OPENSSL_hexstr2buf(hex, &size);
	if (buf && size == SECRET_UID_SIZE) {
		memcpy(uid, buf, SECRET_UID_SIZE);
		rc = 0;
	} else {
		pv_error("%s is not a configuration UID of %d bytes",
			 create->uid_file ? create->uid_file : "--cuid-hex", SECRET_UID_SIZE);
	}
	OPENSSL_free(buf);
	free(found);
	return rc;
}

static int create_extension(const struct create *create, struct asrcb_options *opt)
{
	uint8_t *cck;
	int rc = -1;

	if (create->extension)
		return input_load_key(create->extension, opt->extension, SECRET_EXTENSION_SIZE);
	if (!create->cck)
		return 0;
	cck = secret_alloc(CCK_SIZE);
	if (cck && !input_load_key(create->cck, cck, CCK_SIZE))
		rc = secret_derive_extension(cck, opt->header, opt->extension);
	secret_free(cck);
	return rc;
}

static int create_association(const struct create *create, struct secret *secret)
{
	secret->type = SECRET_ASSOCIATION;
	secret->size = SECRET_ASSOCIATION_SIZE;
	if (create->input)
		return input_load_key(create->input, secret->value, secret->size);
	return crypto_random_key(secret->value, secret->size);
}

static int create_retrievable(const struct create *create, struct secret *secret)
{
	static const enum secret_type aes[] = { SECRET_AES_128, SECRET_AES_192, SECRET_AES_256 };
	static const enum secret_type xts[] = { SECRET_AES_XTS_128, SECRET_AES_XTS_256 };
	static const enum secret_type hmac[] = { SECRET_HMAC_SHA_256, SECRET_HMAC_SHA_512 };
	const char *type = create->type ? create->type : "plain";

	if (!strcmp(type, "aes"))
		return secret_from_key(secret, create->input, aes, ARRAY_SIZE(aes));
	if (!strcmp(type, "aes-xts"))
		return secret_from_key(secret, create->input, xts, ARRAY_SIZE(xts));
	if (!strcmp(type, "hmac-sha"))
		return secret_from_key(secret, create->input, hmac, ARRAY_SIZE(hmac));
	if (!strcmp(type, "ec"))
		return secret_from_curve_key(secret, create->input);
	return secret_from_plaintext(secret, create->input);
}

static int create_secret(const struct create *create, struct secret *secret)
{
	static const enum secret_type cck[] = { SECRET_UPDATE_CCK };

	if (!strcmp(create->what, "meta")) {
		secret->type = SECRET_NULL;
		return 0;
	}
	if (!strcmp(create->what, "update-cck"))
		return secret_from_key(secret, create->input, cck, ARRAY_SIZE(cck));
	if (secret_name_id(create->name, create->use_name, secret->id))
		return -1;
	if (!strcmp(create->what, "association"))
		return create_association(create, secret);
	return create_retrievable(create, secret);
}

/* Where the part that is no secret goes; freed with free() */
static char *create_description_path(const char *name)
{
	char *path, *p;

	if (asprintf(&path, "%s.yaml", name) < 0) {
		pv_perror("cannot describe the secret");
		return NULL;
	}
	for (p = path; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("-_.", *p))
			*p = '_';
	return path;
}

/* What to look for in the guest; freed with free() */
static int create_describe(const struct create *create, const struct secret *secret,
			   struct bytes *text)
{
	struct report report;
	FILE *to = open_memstream((char **)&text->data, &text->size);

	if (!to) {
		pv_perror("cannot describe the secret");
		return -1;
	}
	report_begin(&report, to, REPORT_YAML);
	report_text(&report, "type", secret_kind(secret->type)->name);
	report_text(&report, "name", create->name);
	report_hex(&report, "id", secret->id, sizeof(secret->id));
	report_end(&report);
	if (!fclose(to))
		return 0;
	pv_perror("cannot describe the secret");
	return -1;
}

static int create_request(const struct create *create, struct asrcb_options *opt,
			  struct secret *secret)
{
	struct host_keys hosts = { 0 };
	struct bytes request = { 0 }, text = { 0 };
	int rc = -1;

	if (!host_options_load(&create->hosts, &hosts) && !create_extension(create, opt) &&
	    !create_secret(create, secret) && !asrcb_build(opt, secret, &hosts, &request) &&
	    (!create->name || !create_describe(create, secret, &text))) {
		const struct output_file files[] = {
			{ create->output, 0666, request },
			{ create->save, 0600, { secret->value, secret->size } },
			{ create->description, 0666, text },
		};

		rc = outputs_save(files, ARRAY_SIZE(files), true);
	}
	free(text.data);
	secret_free(request.data);
	host_keys_free(&hosts);
	return rc;
}

static int create(const struct create *create)
{
	struct asrcb_options *opt = secret_alloc(sizeof(*opt));
	struct secret *secret = secret_alloc(sizeof(*secret));
	uint8_t *header = secret_alloc(HEADER_MAX_SIZE);
	struct bytes user = { 0 };
	size_t size;
	int rc = -1;

	if (!opt || !secret || !header || image_header_load(create->header, header, &size))
		goto out;
	opt->flags = create->flags;
	opt->header = header;
	opt->user_key = create->user_key;
	if ((create->uid_file || create->uid_hex) && create_uid(create, opt->uid))
		goto out;
	if (create->user && input_load(create->user, SECRET_USER_SIZE, &user))
		goto out;
	opt->user = user;
	rc = create_request(create, opt, secret);
out:
	secret_free(user.data);
	secret_free(header);
	secret_free(secret);
	secret_free(opt);
	return rc;
}

static int create_flags(void *arg, const char *name, const char *value)
{
	struct create *create = arg;

	if (strcmp(value, "disable-dump") != 0) {
		pv_error("--%s: '%s' is not known", name, value);
		return -1;
	}
	create->flags |= ASRCB_NO_DUMP;
	return 0;
}

/* A host that makes requests in its guest has shown it the secret. */
static int create_check_place(const struct create *create)
{
	FILE *file = create->force ? NULL : fopen(GUEST_FILE, "re");
	int c = file ? fgetc(file) : '0';

	if (file)
		fclose(file);
	if (c != '1')
		return 0;
	pv_error("requests are made where the secret's owner is, not on a protected guest; use "
		 "--force if this is that place");
	return -1;
}

static int create_check_what(const struct create *create)
{
	static const struct {
		const char *what;
		bool name, input_needed, input;
	} kinds[] = {
		{ "meta", false, false, false },
		{ "association", true, false, true },
		{ "retrievable", true, true, true },
		{ "update-cck", false, true, true },
	};
	static const char *const types[] = { "plain", "aes", "aes-xts", "hmac-sha", "ec" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(create->what, kinds[i].what))
			break;
	if (i == ARRAY_SIZE(kinds)) {
		pv_error("'%s': what is to be made? meta, association, retrievable or update-cck",
			 create->what);
		return -1;
	}
	if (!create->name != !kinds[i].name) {
		pv_error("%s takes %s", create->what, kinds[i].name ? "a name" : "no name");
		return -1;
	}
	if ((kinds[i].input_needed && !create->input) || (!kinds[i].input && create->input)) {
		pv_error("%s %s a file with a secret", create->what,
			 kinds[i].input ? "needs" : "does not take");
		return -1;
	}
	for (i = 0; create->type && i < ARRAY_SIZE(types); i++)
		if (!strcmp(create->type, types[i]))
			return 0;
	if (create->type)
		pv_error("--type: '%s' is not known", create->type);
	return create->type ? -1 : 0;
}

static int create_check(const struct create *create)
{
	if (!create->output || !create->header) {
		pv_error("--output and --hdr are needed");
		return -1;
	}
	if (create->extension && create->cck) {
		pv_error("--extension-secret and --cck exclude each other");
		return -1;
	}
	if (create->uid_file && create->uid_hex) {
		pv_error("--cuid and --cuid-hex exclude each other");
		return -1;
	}
	if (create->user_key && !create->user) {
		pv_error("--user-sign-key needs --user-data");
		return -1;
	}
	if (create_check_what(create))
		return -1;
	return host_options_check(&create->hosts);
}

int cmd_create(int argc, char **argv)
{
	struct create cr = { 0 };
	const struct tool_option options[] = {
		{ "output", 'o', .out = &cr.output },
		{ "hdr", .in = &cr.header },
		{ "extension-secret", .in = &cr.extension },
		{ "cck", .in = &cr.cck },
		{ "cuid", .in = &cr.uid_file },
		{ "cuid-hex", .text = &cr.uid_hex },
		{ "flags", .take = create_flags, .has_arg = required_argument },
		{ "user-data", .in = &cr.user },
		{ "user-sign-key", .in = &cr.user_key },
		{ "input-secret", .in = &cr.input },
		{ "secret", .in = &cr.input },
		{ "output-secret", .out = &cr.save },
		{ "type", .text = &cr.type },
		{ "use-name", .flag = &cr.use_name },
		{ "stdout", .flag = &cr.print },
		{ "force", 'f', .flag = &cr.force },
		HOST_OPTIONS(&cr.hosts),
		{ 0 }
	};
	const struct command_line line = {
		COMMAND, help, options, &cr, PV_EXIT_USAGE, 1, 2,
		"what is to be made? meta, association, retrievable or update-cck"
	};
	int rc = options_take(argc, argv, &line);

	if (rc >= 0)
		goto out;
	cr.what = argv[optind];
	cr.name = argv[optind + 1];
	if (create_check(&cr)) {
		rc = options_wrong(&line);
		goto out;
	}
	if (cr.name)
		cr.description = cr.print ? strdup("-") : create_description_path(cr.name);
	rc = PV_EXIT_ERROR;
	if ((!cr.name || cr.description) && !create_check_place(&cr) &&
	    !options_check_files(&line, NULL, cr.description) && !create(&cr))
		rc = PV_EXIT_OK;
out:
	free(cr.description);
	host_options_free(&cr.hosts);
	return rc;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * pvimg info: what anybody can read of an image, in words.
 */
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>

#include "../lib/options.h"
#include "../lib/report.h"
#include "pvimg.h"

#define COMMAND		"pvimg info"

static void help(void)
{
	printf("Usage: " COMMAND " [OPTIONS] IMAGE\n\n"
	       "Shows an image's header and components as far as they are not encrypted.\n\n"
	       "      --format text|json  [text]\n"
	       "      --hdr-key FILE      the header key: show the encrypted area, too\n"
	       "      --show-secrets      with the keys in it\n");
}

static void print_hex(const char *what, const uint8_t *data, size_t size)
{
	size_t i;

	printf("  %-24s", what);
	for (i = 0; i < size; i++)
		printf("%02x", data[i]);
	putchar('\n');
}

static void print_flags(uint64_t flags)
{
	uint64_t known = 0;
	size_t i;

	printf("  %-24s0x%016" PRIx64 "\n", "plaintext control flags", flags);
	for (i = 0; i < pcf_flags_count; i++) {
		uint64_t flag = CONTROL_FLAG(pcf_flags[i].bit);

		known |= flag;
		if (flags & flag)
			printf("  %-24s%s\n", "", pcf_flags[i].words);
	}
	if (flags & ~known)
		printf("  %-24sunknown: 0x%016" PRIx64 "\n", "", flags & ~known);
}

static void print_header(const struct image *image)
{
	const struct pv_header *hdr = (const struct pv_header *)image->header;
	const struct key_slot *slots = (const struct key_slot *)(hdr + 1);
	uint64_t i;

	printf("Header at 0x%" PRIx64 "\n", image->header_addr);
	printf("  %-24s0x%x\n", "version", be32toh(hdr->version));
	printf("  %-24s%zu bytes\n", "size", image->header_size);
	printf("  %-24s%" PRIu64 " bytes\n", "encrypted area", be64toh(hdr->area_size));
	printf("  %-24s%" PRIu64 "\n", "encrypted pages", be64toh(hdr->pages));
	print_flags(be64toh(hdr->pcf));
	print_hex("page list digest", hdr->pld, SHA512_SIZE);
	print_hex("address list digest", hdr->ald, SHA512_SIZE);
	print_hex("tweak list digest", hdr->tld, SHA512_SIZE);
	print_hex("customer key, X", hdr->customer.x + COORD_SIZE - P521_SIZE, P521_SIZE);
	print_hex("customer key, Y", hdr->customer.y + COORD_SIZE - P521_SIZE, P521_SIZE);
	printf("For %" PRIu64 " host key%s (SHA-256 of the public key)\n", be64toh(hdr->slots),
	       be64toh(hdr->slots) == 1 ? "" : "s");
	for (i = 0; i < be64toh(hdr->slots); i++) {
		char name[40];

		snprintf(name, sizeof(name), "host key %" PRIu64, i);
		print_hex(name, slots[i].hash, SHA256_SIZE);
	}
}

static void print_components(const struct image *image)
{
	uint32_t i, count = be32toh(image->ipib.head.count);

	printf("IPL parameter block at 0x%" PRIx64 ", %u components\n", image->ipib_addr, count);
	for (i = 0; i < count; i++) {
		const struct ipib_component *c = &image->ipib.comp[i];

		printf("  component %-14u0x%08" PRIx64 " to 0x%08" PRIx64 ", %" PRIu64
		       " bytes, tweak prefix 0x%016" PRIx64 "\n", i, be64toh(c->addr),
		       be64toh(c->addr) + be64toh(c->size), be64toh(c->size),
		       be64toh(c->prefix));
	}
}

/* What only the holder of the header key reads; keys themselves only if asked for. */
static void print_opened(const struct encrypted_area *area, bool secrets)
{
	uint64_t scf = be64toh(area->scf);
	size_t i;

	printf("Encrypted area\n");
	printf("  %-24s0x%016" PRIx64 ", 0x%" PRIx64 "\n", "initial PSW", be64toh(area->psw_mask),
	       be64toh(area->psw_addr));
	printf("  %-24s0x%016" PRIx64 "\n", "secret control flags", scf);
	for (i = 0; i < scf_flags_count; i++)
		if (scf & CONTROL_FLAG(scf_flags[i].bit))
			printf("  %-24s%s\n", "", scf_flags[i].words);
	if (secrets) {
		print_hex("CCK", area->cck, CCK_SIZE);
		print_hex("image key", area->image_key, IMAGE_KEY_SIZE);
	}
}

static void report_flag_names(struct report *report, const char *key, uint64_t flags,
			      const struct control_flag *names, size_t count)
{
	size_t i;

	report_open(report, key, false);
	for (i = 0; i < count; i++)
		report_bool(report, names[i].option ? names[i].option : "plain-components",
			    flags & CONTROL_FLAG(names[i].bit));
	report_close(report, false);
}

static void report_u64(struct report *report, const char *key, uint64_t value)
{
	uint64_t big = htobe64(value);

	report_hex(report, key, (const uint8_t *)&big, sizeof(big));
}

static void report_image(const struct image *image, const struct encrypted_area *area,
			 bool secrets)
{
	const struct pv_header *hdr = (const struct pv_header *)image->header;
	const struct key_slot *slots = (const struct key_slot *)(hdr + 1);
	uint8_t tag[GCM_TAG_SIZE];
	struct report report;
	uint64_t i;

	header_tag(image->header, tag);
	report_begin(&report, stdout, REPORT_JSON);
	report_open(&report, "se_header", false);
	report_u64(&report, "offset", image->header_addr);
	report_number(&report, "version", be32toh(hdr->version));
	report_number(&report, "size", image->header_size);
	report_number(&report, "encrypted_pages", be64toh(hdr->pages));
	report_u64(&report, "plaintext_control_flags", be64toh(hdr->pcf));
	report_flag_names(&report, "flags", be64toh(hdr->pcf), pcf_flags, pcf_flags_count);
	report_hex(&report, "page_list_digest", hdr->pld, SHA512_SIZE);
	report_hex(&report, "address_list_digest", hdr->ald, SHA512_SIZE);
	report_hex(&report, "tweak_list_digest", hdr->tld, SHA512_SIZE);
	report_hex(&report, "tag", tag, sizeof(tag));
	report_open(&report, "key_slots", true);
	for (i = 0; i < be64toh(hdr->slots); i++) {
		report_item(&report);
		report_hex(&report, "host_key_hash", slots[i].hash, SHA256_SIZE);
		report_item_end(&report);
	}
	report_close(&report, true);
	if (area) {
		report_open(&report, "encrypted", false);
		report_u64(&report, "psw_mask", be64toh(area->psw_mask));
		report_u64(&report, "psw_addr", be64toh(area->psw_addr));
		report_u64(&report, "secret_control_flags", be64toh(area->scf));
		report_flag_names(&report, "secret_flags", be64toh(area->scf), scf_flags,
				  scf_flags_count);
		if (secrets) {
			report_hex(&report, "cck", area->cck, CCK_SIZE);
			report_hex(&report, "image_key", area->image_key, IMAGE_KEY_SIZE);
		}
		report_close(&report, false);
	}
	report_close(&report, false);
	report_open(&report, "components", true);
	for (i = 0; i < be32toh(image->ipib.head.count); i++) {
		report_item(&report);
		report_u64(&report, "address", be64toh(image->ipib.comp[i].addr));
		report_number(&report, "size", be64toh(image->ipib.comp[i].size));
		report_u64(&report, "tweak_prefix", be64toh(image->ipib.comp[i].prefix));
		report_item_end(&report);
	}
	report_close(&report, true);
	report_end(&report);
}

static int info_open_area(const struct image *image, const char *path, struct encrypted_area *area)
{
	uint8_t *key = secret_alloc(AES256_KEY_SIZE);
	int rc = key ? input_load_key(path, key, AES256_KEY_SIZE) : -1;

	if (!rc) {
		rc = header_open_with(image->header, key, area);
		if (rc > 0)
			pv_error("'%s' is not the header key of '%s'", path, image->file.path);
	}
	secret_free(key);
	return rc ? -1 : 0;
}

static int info_show(const char *path, const char *key, bool secrets, enum report_format format)
{
	struct encrypted_area *area = NULL;
	struct image image;
	int rc = 0;

	if (image_open(&image, path))
		return -1;
	if (key) {
		area = secret_alloc(sizeof(*area));
		rc = area ? info_open_area(&image, key, area) : -1;
	}
	if (!rc && format == REPORT_JSON) {
		report_image(&image, area, secrets);
	} else if (!rc) {
		print_header(&image);
		if (area)
			print_opened(area, secrets);
		print_components(&image);
	}
	if (!rc && image_end(&image) > image.file.size)
		pv_warn("'%s' is cut: %" PRIu64 " bytes, its components end at %" PRIu64, path,
			image.file.size, image_end(&image));
	secret_free(area);
	image_close(&image);
	return rc;
}

int cmd_info(int argc, char **argv)
{
	enum report_format format = REPORT_TEXT;
	const char *key = NULL, *format_name = "text";
	bool secrets = false;
	const struct tool_option options[] = {
		{ "format", .text = &format_name },
		{ "hdr-key", .in = &key },
		{ "show-secrets", .flag = &secrets },
		{ 0 }
	};
	const struct command_line line = {
		COMMAND, help, options, NULL, PV_EXIT_USAGE, 1, 1, "one image is needed"
	};
	int rc = options_take(argc, argv, &line);

	if (rc >= 0)
		return rc;
	if (report_parse_format(format_name, false, true, &format))
		return options_wrong(&line);
	if (secrets && !key) {
		pv_error("--show-secrets needs --hdr-key");
		return options_wrong(&line);
	}
	return info_show(argv[optind], key, secrets, format) ? PV_EXIT_ERROR : PV_EXIT_OK;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * pvimg info: what anybody can read of an image, in words.
 */
#include <endian.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

#include "pvimg.h"

#define COMMAND		"pvimg info"

static void help(void)
{
	printf("Usage: " COMMAND " IMAGE\n\n"
	       "Shows an image's header and components as far as they are not encrypted.\n");
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

int cmd_info(int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	struct image image;
	int c;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (c != 'h')
			return usage_error(COMMAND);
		help();
		return PV_EXIT_OK;
	}
	if (optind + 1 != argc) {
		pv_error("one image is needed");
		return usage_error(COMMAND);
	}
	if (image_open(&image, argv[optind]))
		return PV_EXIT_ERROR;
	print_header(&image);
	print_components(&image);
	image_close(&image);
	return PV_EXIT_OK;
}

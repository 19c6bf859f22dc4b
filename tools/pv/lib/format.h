/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The protected image's formats, as firmware and VMM read them. All integers
 * are big-endian.
 */
#ifndef PV_FORMAT_H
#define PV_FORMAT_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE_SIZE		4096UL
#define PAGE_ALIGN(x)		(((x) + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1))

#define SHA256_SIZE		32
#define SHA512_SIZE		64
#define AES256_KEY_SIZE		32
#define GCM_IV_SIZE		12
#define GCM_TAG_SIZE		16
#define IMAGE_KEY_SIZE		64	/* AES-256-XTS: two keys */
#define CCK_SIZE		32	/* customer communication key */
#define P521_SIZE		66	/* a number modulo the P-521 prime */
#define COORD_SIZE		80	/* the same, padded on the left */

/* A point on P-521; also what a host key's hash is made over. */
struct ec_public {
	uint8_t x[COORD_SIZE];
	uint8_t y[COORD_SIZE];
};

#define HEADER_MAGIC		"IBMSecEx"
#define HEADER_MAGIC_SIZE	8
#define HEADER_VERSION		0x100
#define HEADER_MAX_SIZE		(2 * PAGE_SIZE)

/* PV header, version 1: this, the key slots, the encrypted area, the tag */
struct pv_header {
	uint8_t magic[HEADER_MAGIC_SIZE];
	uint32_t version;
	uint32_t size;			/* of everything up to the tag's end */
	uint8_t iv[GCM_IV_SIZE];
	uint32_t reserved;
	uint64_t slots;
	uint64_t area_size;		/* encrypted area */
	uint64_t pages;			/* encrypted pages in all components */
	uint64_t pcf;			/* plaintext control flags */
	struct ec_public customer;
	uint8_t pld[SHA512_SIZE];	/* digests of pages, addresses, tweaks */
	uint8_t ald[SHA512_SIZE];
	uint8_t tld[SHA512_SIZE];
};
static_assert(sizeof(struct pv_header) == 416, "PV header");
static_assert(offsetof(struct pv_header, pld) == 224, "PV header");

struct key_slot {
	uint8_t hash[SHA256_SIZE];	/* of the host's public key */
	uint8_t wrapped[AES256_KEY_SIZE];	/* the header key */
	uint8_t tag[GCM_TAG_SIZE];
};
static_assert(sizeof(struct key_slot) == 80, "key slot");

struct encrypted_area {
	uint8_t cck[CCK_SIZE];
	uint8_t image_key[IMAGE_KEY_SIZE];
	uint64_t psw_mask;
	uint64_t psw_addr;
	uint64_t scf;			/* secret control flags */
	uint32_t optional_items;
	uint32_t reserved;
};
static_assert(sizeof(struct encrypted_area) == 128, "encrypted area");

#define IPIB_TYPE_PV		5
#define IPIB_VERSION		1
#define IPIB_BLOCK_OFFSET	8	/* the first block follows the list header */
#define IPIB_OTHER_BLOCK	0xe0	/* length of the first block in other tools' images */

struct ipib_component {
	uint64_t prefix;
	uint64_t addr;
	uint64_t size;
};

struct ipib_head {
	uint32_t size;
	uint8_t flags;
	uint8_t reserved5[2];
	uint8_t version;
	uint32_t block_size;
	uint8_t type;
	uint8_t reserved13[3];
	uint8_t loadparm[8];
	uint8_t reserved24[87];
	uint8_t block_version;
	uint8_t reserved112[4];
	uint32_t count;			/* of components */
	uint64_t header_addr;
	uint64_t header_size;
};
static_assert(sizeof(struct ipib_head) == 136, "IPL parameter block");
static_assert(offsetof(struct ipib_head, block_version) == 111, "IPL parameter block");

#define IPIB_MAX_COMPONENTS	\
	((PAGE_SIZE - sizeof(struct ipib_head)) / sizeof(struct ipib_component))

/* IPL parameter block for protected guests: a page at most */
struct ipib {
	struct ipib_head head;
	struct ipib_component comp[IPIB_MAX_COMPONENTS];
};

/* Where other tools look first in an image file */
#define IMAGE_MARK_OFFSET	0xc000
#define IMAGE_MARK		"SeImgLnx"
#define IMAGE_MARK_VERSION	1

struct image_mark {
	uint8_t magic[8];
	uint64_t header_addr;
	uint32_t version;
	uint64_t ipib_addr;
} __attribute__((packed));
static_assert(sizeof(struct image_mark) == 28, "mark of an image");

/* Tweak of a page: the component's prefix and the page's offset in it */
struct tweak {
	uint64_t prefix;
	uint64_t offset;
};

/* Plaintext control flag: the components' pages are not encrypted. */
#define PCF_NO_COMPONENT_ENCRYPTION	35

#endif /* PV_FORMAT_H */

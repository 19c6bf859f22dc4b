/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Attestation: requests for the ultravisor, the files in which they travel, and
 * the measurement that comes back. All integers in the formats are big-endian.
 */
#ifndef PV_ATTEST_H
#define PV_ATTEST_H

#include "pv.h"

#define ARCB_VERSION		0x100
#define ARCB_HMAC_SHA512	1	/* the only algorithm of measurements */
#define ATTEST_KEY_SIZE		64
#define ATTEST_NONCE_SIZE	16
#define ATTEST_MEASUREMENT_SIZE	64
#define ATTEST_UID_SIZE		16
#define ATTEST_USER_MAX		256
#define ATTEST_ADDITIONAL_MAX	448

/* Flags of a request */
#define ATTEST_NONCE		CONTROL_FLAG(1)
#define ATTEST_IMAGE_KEY	CONTROL_FLAG(2)
#define ATTEST_REQUEST_KEY	CONTROL_FLAG(3)
#define ATTEST_SECRETS		CONTROL_FLAG(4)
#define ATTEST_FIRMWARE		CONTROL_FLAG(5)

/* The request begins so; then key slots, encrypted area, tag. */
struct arcb_head {
	uint64_t magic;			/* zero */
	uint32_t version;
	uint32_t size;
	uint8_t iv[GCM_IV_SIZE];
	uint8_t reserved28[11];
	uint8_t slots;
	uint32_t reserved40;
	uint32_t area_size;
	uint64_t flags;
	uint32_t algorithm;
	uint32_t reserved60;
	struct ec_public owner;
} __attribute__((packed));		/* a file may have it at any offset */
static_assert(sizeof(struct arcb_head) == 0xe0, "attestation request");

struct arcb_area {
	uint8_t key[ATTEST_KEY_SIZE];
	uint8_t nonce[ATTEST_NONCE_SIZE];	/* only with ATTEST_NONCE */
};

/* What additional data of an answer are there, in this order */
struct attest_field {
	uint64_t flag;
	size_t size;
	const char *option;	/* as in --add-data */
	const char *key;	/* in results */
};
extern const struct attest_field attest_fields[];
extern const size_t attest_fields_count;
size_t attest_additional_size(uint64_t flags);

/*
 * Makes a request for the hosts. Its key, 32 random bytes that verifying will need,
 * goes to @arpk; the caller frees @arcb->data with secret_free().
 */
int arcb_build(uint64_t flags, const struct host_keys *hosts, uint8_t arpk[AES256_KEY_SIZE],
	       struct bytes *arcb);
/* Do its sizes agree with each other and with what there is of it? */
int arcb_check(const struct bytes *arcb, const char *path);
uint64_t arcb_flags(const struct bytes *arcb);
/* Returns 1, without a message, when it is not this request's key. */
int arcb_open(const struct bytes *arcb, const uint8_t arpk[AES256_KEY_SIZE],
	      struct arcb_area *area);

/* exchange.c: the file of a request, and of the answer to it */
struct exchange {
	struct bytes file;		/* owns what the others point to, once loaded */
	struct bytes arcb;
	struct bytes measurement;	/* size without data: expected */
	struct bytes additional;
	struct bytes user;
	struct bytes uid;
};
/* Freed with secret_free(exchange->file.data) */
int exchange_load(struct exchange *exchange, const char *path);
int exchange_parse(struct exchange *exchange, const char *path);
bool exchange_is_answer(const struct exchange *exchange);
/* The caller frees @file->data with secret_free(). */
int exchange_build(const struct exchange *exchange, struct bytes *file);

/* The measurement that a guest started from this image must give */
int attest_measure(const struct exchange *exchange, const uint8_t *header,
		   const struct arcb_area *area, uint8_t measurement[ATTEST_MEASUREMENT_SIZE]);

#endif /* PV_ATTEST_H */

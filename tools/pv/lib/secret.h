/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Secrets for the store of a protected guest: requests that add one. All integers
 * in the formats are big-endian.
 */
#ifndef PV_SECRET_H
#define PV_SECRET_H

#include "pv.h"

#define ASRCB_MAGIC		"asrcbM"
#define ASRCB_VERSION		0x100
#define ASRCB_NO_DUMP		CONTROL_FLAG(0)	/* no dump of the guest from now on */
#define SECRET_UID_SIZE		16
#define SECRET_ID_SIZE		32
#define SECRET_EXTENSION_SIZE	32
#define SECRET_ASSOCIATION_SIZE	32
#define SECRET_PLAINTEXT_MAX	0x1ffe
#define SECRET_VALUE_MAX	0x2000
#define SECRET_USER_SIZE	512
#define SECRET_REQUEST_MAX	0x10000

enum secret_type {
	SECRET_NULL = 1,
	SECRET_ASSOCIATION = 2,
	SECRET_PLAINTEXT = 3,
	SECRET_AES_128 = 4,
	SECRET_AES_192 = 5,
	SECRET_AES_256 = 6,
	SECRET_AES_XTS_128 = 7,
	SECRET_AES_XTS_256 = 8,
	SECRET_HMAC_SHA_256 = 9,
	SECRET_HMAC_SHA_512 = 10,
	SECRET_EC_P256 = 0x11,
	SECRET_EC_P384 = 0x12,
	SECRET_EC_P521 = 0x13,
	SECRET_ED25519 = 0x14,
	SECRET_ED448 = 0x15,
	SECRET_UPDATE_CCK = 0x16,
};

/* What the magic says of the user data */
enum secret_user {
	SECRET_USER_NONE = 0,
	SECRET_USER_PLAIN = 1,
	SECRET_USER_EC = 2,
	SECRET_USER_RSA_2048 = 3,
	SECRET_USER_RSA_3072 = 4,
};

/* The request begins so; then key slots, secret header, encrypted area, tag. */
struct asrcb_head {
	uint8_t magic[6];
	uint16_t user_kind;
	uint32_t version;
	uint32_t size;
	uint8_t iv[GCM_IV_SIZE];
	uint8_t reserved28[11];
	uint8_t slots;
	uint32_t reserved40;
	uint32_t area_size;
	uint64_t flags;
	uint8_t pld[SHA512_SIZE];	/* of the image's header, and its tag: */
	uint8_t ald[SHA512_SIZE];	/* the request is for this guest alone */
	uint8_t tld[SHA512_SIZE];
	uint8_t tag[GCM_TAG_SIZE];
	uint8_t uid[SECRET_UID_SIZE];	/* of one running guest; zero: any of this image */
	uint8_t reserved280[0x100];
	uint8_t user[SECRET_USER_SIZE];
	struct ec_public owner;
};
static_assert(sizeof(struct asrcb_head) == 0x4b8, "add-secret request");
static_assert(offsetof(struct asrcb_head, user) == 0x218, "add-secret request");

/* Plain, but protected by the tag; of a null secret without ID */
struct secret_head {
	uint16_t reserved;
	uint16_t type;
	uint32_t size;
	uint64_t reserved8;
	uint8_t id[SECRET_ID_SIZE];
};
static_assert(sizeof(struct secret_head) == 0x30, "secret header");

/* One secret type */
struct secret_kind {
	enum secret_type type;
	const char *name;
	size_t size;		/* of the value; 0: none, or of any size */
};
/* NULL: not known */
const struct secret_kind *secret_kind(unsigned int type);

struct secret {
	enum secret_type type;
	uint8_t id[SECRET_ID_SIZE];
	uint8_t value[SECRET_VALUE_MAX];	/* as it goes into the request */
	size_t size;
};
/* The ID of a name: its SHA-256, or with @plain the name itself (31 bytes at most). */
int secret_name_id(const char *name, bool plain, uint8_t id[SECRET_ID_SIZE]);
/* Takes the text or data in a file as a secret of type SECRET_PLAINTEXT. */
int secret_from_plaintext(struct secret *secret, const char *path);
/* From a raw key, whose size tells which of the types it has; from a PEM or DER file */
int secret_from_key(struct secret *secret, const char *path, const enum secret_type *types,
		    size_t count);
int secret_from_curve_key(struct secret *secret, const char *path);

struct asrcb_options {
	uint64_t flags;
	const uint8_t *header;			/* of the guest's image */
	uint8_t uid[SECRET_UID_SIZE];
	uint8_t extension[SECRET_EXTENSION_SIZE];
	struct bytes user;			/* NULL data: none */
	const char *user_key;			/* private key that signs them; NULL: unsigned */
};
/* The extension secret that a header with this CCK demands, if it demands one */
int secret_derive_extension(const uint8_t cck[CCK_SIZE], const uint8_t *header,
			    uint8_t extension[SECRET_EXTENSION_SIZE]);
/* The caller frees @request->data with secret_free(). */
int asrcb_build(const struct asrcb_options *opt, const struct secret *secret,
		const struct host_keys *hosts, struct bytes *request);
/* Do the sizes agree? The caller frees @request->data with secret_free(). */
int asrcb_load(const char *path, struct bytes *request);
int asrcb_check(const struct bytes *request, const char *path);

/* signing.c: user data with a signature */
/* Puts the data into the request's head, with room for a signature of this key's kind. */
int user_data_place(struct asrcb_head *head, const struct bytes *data, EVP_PKEY *key);
/* Signs the request, which is complete but for its tag. */
int user_data_sign(struct bytes *request, EVP_PKEY *key);
/*
 * Verifies; *data points into @request. Returns 1, without a message, when the
 * signature is not of this key. @key may be NULL if there is no signature.
 */
int user_data_verify(const struct bytes *request, EVP_PKEY *key, const char *path,
		     struct bytes *data);

#endif /* PV_SECRET_H */

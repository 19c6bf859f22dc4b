/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Control blocks that <asm/uv.h> of newer kernels has: hashes of host keys, and the
 * secrets of a protected guest. Names are theirs. <asm/uv.h> includes this.
 */
#ifndef _ASM_S390_UV_SECRET_H
#define _ASM_S390_UV_SECRET_H

#include <asm/uv.h>

/* SHA-256 of a public host key; all zero where there is no key */
struct uv_key_hash {
	u64 dword[4];
};

/* Which key a hash is of; what else has one is not known */
enum {
	UVC_QUERY_KEYS_IDX_HK,
	UVC_QUERY_KEYS_IDX_BACK_HK,
};

/* Query the host keys (UVC_CMD_QUERY_KEYS) */
struct uv_cb_query_keys {
	struct uv_cb_header header;		/* 0x000 */
	u8 pad08[0x20 - 0x08];
	struct uv_key_hash key_hashes[15];	/* 0x020 */
} __packed __aligned(8);

#define UV_SECRET_ID_LEN	32

/* What is told of a secret; @length is that of what retrieving it gives */
struct uv_secret_list_item_hdr {
	u16 index;
	u16 type;				/* enum uv_secret_types */
	u32 length;
} __packed __aligned(8);

struct uv_secret_list_item {
	struct uv_secret_list_item_hdr hdr;
	u8 pad08[8];
	u8 id[UV_SECRET_ID_LEN];
} __packed __aligned(8);

/* The ultravisor fills one page */
struct uv_secret_list {
	u16 num_secr_stored;			/* entries that follow */
	u16 total_num_secrets;			/* entries of the store */
	u16 next_secret_idx;			/* where to go on, 0 at the end */
	u8 pad06[0x10 - 0x06];
	struct uv_secret_list_item secrets[85];
} __packed __aligned(8);

enum uv_secret_types {
	UV_SECRET_INVAL,
	UV_SECRET_NULL,
	UV_SECRET_ASSOCIATION,
	UV_SECRET_PLAIN,
	UV_SECRET_AES_128,
	UV_SECRET_AES_192,
	UV_SECRET_AES_256,
	UV_SECRET_AES_XTS_128,
	UV_SECRET_AES_XTS_256,
	UV_SECRET_HMAC_SHA_256,
	UV_SECRET_HMAC_SHA_512,
	UV_SECRET_ECDSA_P256 = 0x11,
	UV_SECRET_ECDSA_P384,
	UV_SECRET_ECDSA_P521,
	UV_SECRET_ECDSA_ED25519,
	UV_SECRET_ECDSA_ED448,
};

/* List the secrets of this guest (UVC_CMD_LIST_SECRETS) */
struct uv_cb_list_secrets {
	struct uv_cb_header header;
	u8 pad08[0x1e - 0x08];
	u16 start_idx;				/* smallest index to list */
	u64 list_addr;				/* home space virtual, one page */
	u8 pad28[0x20];
} __packed __aligned(8);

/* Retrieve one of them (UVC_CMD_RETR_SECRET) */
struct uv_cb_retr_secr {
	struct uv_cb_header header;
	u8 pad08[0x10];
	u16 secret_idx;
	u8 pad1a[2];
	u32 buf_size;
	u64 buf_addr;				/* home space virtual */
	u8 pad28[0x20];
} __packed __aligned(8);

/* Why it was not retrieved */
enum {
	UVC_RC_RETR_SECR_BUF_SMALL = 0x109,
	UVC_RC_RETR_SECR_STORE_EMPTY = 0x10f,
	UVC_RC_RETR_SECR_INV_IDX = 0x110,
	UVC_RC_RETR_SECR_INV_SECRET = 0x111,	/* of a type that is not retrieved */
};

int uv_find_secret(const u8 secret_id[UV_SECRET_ID_LEN], struct uv_secret_list *list,
		   struct uv_secret_list_item_hdr *secret);
int uv_retrieve_secret(u16 secret_idx, u8 *buf, size_t buf_size);

#endif /* _ASM_S390_UV_SECRET_H */

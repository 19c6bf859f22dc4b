/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Metadata of a configuration and of its CPUs, in their base storage */
#ifndef UV_CONFIG_H
#define UV_CONFIG_H

#include <stdatomic.h>
#include <stdint.h>

#include "entry.h"

/* Pages of entries whose addresses are in the base storage, and those in each of them. */
#define CONFIG_ROOTS		256
#define LINKS_PER_PAGE		(ENTRIES_PER_PAGE / 4)

#define KEY_LEN			32
#define XTS_KEY_LEN		64
#define TWEAK_LEN		16
#define MAC_KEY_LEN		16
#define NONCE_LEN		12
#define GCM_TAG_LEN		16
#define SHA512_LEN		64
#define HOST_HASH_LEN		32	/* SHA-256 of the public point of a host key */
#define UID_LEN			16
#define EXTENSION_LEN		32
#define DUMP_SEED_LEN		64

enum config_state {
	CONFIG_CREATED,		/* no header yet */
	CONFIG_LOADING,		/* header accepted, image is being unpacked */
	CONFIG_VERIFIED,	/* image complete: the guest may run */
	CONFIG_DUMPING,		/* the guest may not run any more until complete */
	CONFIG_FAILED,		/* the image is not what the header promised */
	CONFIG_DESTROYING,	/* destroy answered "partial" */
};

#define IN(state)		(1u << (state))
#define IN_ANY_ALIVE		(IN(CONFIG_CREATED) | IN(CONFIG_LOADING) | IN(CONFIG_VERIFIED) | \
				 IN(CONFIG_DUMPING))
#define IN_ANY			(IN_ANY_ALIVE | IN(CONFIG_FAILED) | IN(CONFIG_DESTROYING))

/* What the next load of a CPU begins with; a load uses it up. */
enum config_load {
	LOAD_NOTHING,		/* no image yet, or loaded */
	LOAD_IMAGE,		/* the PSW of the image */
	LOAD_SHORT_PSW,		/* after a reset: the guest's, at its absolute 0 */
};

/* What the header of an image says; wiped piece by piece. */
struct image {
	uint64_t pcf;
	uint64_t scf;			/* secret control flags */
	uint64_t nr_pages;
	uint8_t pld[64];
	uint8_t ald[64];
	uint8_t tld[64];
	uint8_t cck[KEY_LEN];		/* customer communication key */
	uint8_t key[XTS_KEY_LEN];
	uint64_t psw_mask;
	uint64_t psw_addr;
	uint8_t tag[GCM_TAG_LEN];	/* of the header */
	uint8_t key_hash[HOST_HASH_LEN]; /* host key that opened the header */
};

/*
 * Secret store of a configuration, see store.c.
 * @nr_requests: accepted requests, whose tags are kept
 * @extended: the extension secret is set, by the first request or by the image
 */
struct store {
	uint16_t nr_requests;
	uint16_t nr_assoc;
	uint16_t nr_retrievable;
	uint8_t locked;
	uint8_t extended;
	uint8_t extension[EXTENSION_LEN];
};

/* Types of secrets that need no protected keys. */
enum secret_type {
	SECRET_NULL		= 0x01,
	SECRET_ASSOCIATION	= 0x02,
	SECRET_PLAINTEXT	= 0x03,
	SECRET_UPDATE_CCK	= 0x16,
};

#define SECRET_VALUE_MAX	(2 * PAGE_SIZE)
#define PLAINTEXT_UNIT		16	/* its value is padded to a multiple */

/*
 * One that has an index. An association secret is in @key, another one's value in
 * pages of its own, by number @value.
 */
struct secret {
	uint16_t type;
	uint16_t value;
	uint32_t len;
	uint8_t id[32];
	uint8_t key[KEY_LEN];
};

/* What the host has done of a reset that the guest asked for; the load ends it. */
enum reset_step {
	RESET_ASKED = 1,
	RESET_UNSHARED,		/* unshare all, with all CPUs stopped */
	RESET_PREPARED,		/* prepare reset */
	RESET_CPU,		/* initial or clear reset of a CPU */
};

/*
 * Keys of exported pages, random.
 * @xts: AES-256-XTS
 * @mac: UMAC-64
 * @tweak_nonce: what all tweaks have in common; 0 where they differ
 */
struct page_keys {
	uint8_t xts[XTS_KEY_LEN];
	uint8_t mac[MAC_KEY_LEN];
	uint8_t tweak_nonce[TWEAK_LEN];
};

/* Base storage of a configuration. Host-endian, no pointers, only addresses. */
struct config {
	_Atomic uint32_t state;
	uint64_t handle;
	uint64_t absolute;		/* of this structure */
	uint64_t origin;
	uint64_t len;
	uint64_t asce;
	uint64_t sca;
	uint64_t nr_var;		/* pages of variable storage */
	uint64_t cursor;		/* where a partially completed call goes on */
	uint64_t kept[UV_KEPT];		/* by the machine, once a CPU has run */
	_Atomic uint32_t reset;		/* of the guest, under way; see reset.c */
	_Atomic uint64_t sccb;		/* of a service call, see SCCB_KEPT; 0: none */
	uint8_t released;		/* being destroyed: no frame is left */
	uint64_t unpacked;
	uint16_t flags;
	_Atomic uint8_t load;		/* enum config_load */
	_Atomic uint8_t cursor_of;	/* low byte of the command that set the cursor */
	uint8_t dump_seed[DUMP_SEED_LEN];
	uint8_t dump_key[KEY_LEN];
	struct page_keys page_keys;
	uint8_t uid[UID_LEN];		/* of this instance, random */
	struct image image;
	struct store store;
	uint64_t cpus[UV_CPUS_MAX];	/* absolute address of CPU storage, 0: none */
	uint64_t root[CONFIG_ROOTS];
};

#define CONFIG_BASE_LEN		(2 * PAGE_SIZE)
_Static_assert(sizeof(struct config) <= CONFIG_BASE_LEN, "base storage of a configuration");

/*
 * Blocks lie at doublewords below 2 GiB, so these are no part of an address: there
 * is a call; it has been answered; in the left half, the CPU whose call it is.
 */
#define SCCB_KEPT		1ull
#define SCCB_ANSWERED		2ull
#define SCCB_ADDRESS		0x7ffffff8ull
#define SCCB_CPU_SHIFT		32

/* Storage of a secure CPU. */
struct cpu {
	_Atomic uint32_t in_use;	/* running, or a call is at work */
	_Atomic uint32_t asked;		/* see uv_cpu_ask() */
	uint32_t number;
	uint64_t handle;
	uint64_t state_desc;
	struct uv_cpu_state state;
};

#define CPU_LEN			PAGE_SIZE
_Static_assert(sizeof(struct cpu) <= CPU_LEN, "storage of a CPU");

#endif

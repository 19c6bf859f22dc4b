/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Software ultravisor, private header: an instance, a call, and what the files do for
 * each other. Documentation/ultravisor.rst explains the protocol.
 */
#ifndef UV_PRIVATE_H
#define UV_PRIVATE_H

#include <gcrypt.h>
#include <nettle/umac.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "ultravisor.h"
#include "bytes.h"
#include "codes.h"
#include "config.h"
#include "entry.h"
#include "gate.h"
#include "shard.h"

/* Bounds of the two bytes of a command's code. */
#define CODE_GROUPS		0x11u
#define CODES_PER_GROUP		0x43u

#define QUERY_LEN		0x120u	/* all that QUERY has to tell */
#define QUERY_KEYS_LEN		0x200u

/*
 * What a configuration needs outside of donated storage: the lock, and the
 * ciphers and hashes of the library, which keep their state in its own memory.
 */
#define NR_CIPHERS		16

struct cipher {
	atomic_flag in_use;
	gcry_cipher_hd_t xts;		/* NULL: not keyed yet */
	struct umac64_ctx *mac;		/* locked memory */
};

enum { DIGEST_PAGES, DIGEST_ADDRESSES, DIGEST_TWEAKS, NR_DIGESTS };

struct slot {
	struct gate gate;
	unsigned int number;		/* owner in frame entries is number + 1 */
	unsigned int nr_cpus;
	_Atomic uint64_t nr_frames[NR_SHARDS];	/* whose entries have this owner */
	struct config *config;		/* NULL: free; changes under the write gate */
	/*
	 * What @config leads to was overwritten, by a device that the machine does not check:
	 * it is good for nothing but destruction, which goes by the entries of frames.
	 */
	atomic_bool broken;
	uint64_t sweep;			/* frame where that destruction goes on */
	uint64_t handle;
	_Atomic uint64_t asce;		/* origin of its tables + 1; 0: none */
	struct cipher ciphers[NR_CIPHERS];
	/* Of the image. One page of it is unpacked at a time, as the digests run along. */
	atomic_flag unpacking;
	gcry_cipher_hd_t xts;
	gcry_md_hd_t digest[NR_DIGESTS];
};

#define POINT_LEN		160	/* X and Y of P-521, 80 bytes each */
#define COORD_LEN		66
#define KEYSLOT_LEN		80

struct host_key {
	uint8_t hash[HOST_HASH_LEN];
	gcry_sexp_t private;
	bool backup;
};

struct keyring {
	struct host_key *keys;
	size_t nr;
};

/* Statistics, as far as the threads of one shard have to do with them. */
struct counters {
	_Atomic uint64_t cc[UV_MAX_COMMANDS][4];
	_Atomic uint64_t rejected;
	_Atomic uint64_t configs;
	_Atomic uint64_t cpus;
	_Atomic uint64_t frames[FRAME_STATE_MASK + 1];	/* [FRAME_ACCESSIBLE] is not counted */
	_Atomic uint64_t imports;
	_Atomic uint64_t exports;
	_Atomic uint64_t destroys;
	_Atomic uint64_t unpacks;
	_Atomic uint64_t integrity_failures;
	_Atomic uint64_t violations;
	_Atomic uint64_t injected;
};

struct uv {
	struct uv_ops ops;
	void *opaque;
	uint64_t nr_frames;
	uint64_t base_len;		/* donated at INITIALIZE */
	unsigned int max_configs;
	unsigned int max_cpus;
	bool refuse_below_2g;
	uint64_t features;
	uint64_t header_versions;
	unsigned int max_assoc_secrets;
	unsigned int max_retr_secrets;
	uint64_t secret_types;		/* bit n from the left: type n */
	uint8_t host_info[QUERY_LEN];	/* what QUERY answers, from offset 0 of the block */
	uint8_t guest_info[QUERY_LEN];
	uint8_t command_at[CODE_GROUPS][CODES_PER_GROUP];	/* index + 1; 0: none */
	struct keyring keyring;

	/* Readers: calls. Writers: initialize, reset, invariants. */
	struct gate gate;
	frame_entry *_Atomic frames;	/* NULL: not initialised */
	uint64_t base_origin;
	_Atomic uint64_t base_claim;	/* origin + 1, while INITIALIZE works on it; 0: none */
	struct slot *_Atomic *slots;
	_Atomic uint32_t generation;	/* upper half of the handle given out last */
	/* One configuration is created at a time, so that no two get one ASCE. */
	atomic_flag creating;
	/* bits 0-23 calls left, 24-39 rc, 40-55 rrc, 56-63 cc */
	_Atomic uint64_t inject[UV_MAX_COMMANDS];
	struct counters count[NR_SHARDS];
};

#define count_add(uv, field, n) do { \
	unsigned int my_shard = shard(); \
	\
	shard_add(my_shard, &(uv)->count[my_shard].field, n); \
} while (0)
#define count_sum(uv, field) shard_sum(&(uv)->count[0].field, sizeof(struct counters))

static inline uint64_t slot_frames(const struct slot *slot)
{
	return shard_sum(slot->nr_frames, sizeof(slot->nr_frames[0]));
}

/* @absolute must be below the end of storage. *@entry is the entry before. */
static inline bool frame_try_take(struct uv *uv, uint64_t absolute, uint64_t *entry)
{
	frame_entry *frame = &uv->frames[absolute >> PAGE_SHIFT];
	uint64_t old = atomic_load_explicit(frame, memory_order_relaxed) & ~FRAME_BUSY;

	*entry = old;
	return atomic_compare_exchange_strong_explicit(frame, entry, old | FRAME_BUSY,
						       memory_order_acquire,
						       memory_order_relaxed);
}

/* The number of frames of an owner, which overwritten entries need not have. */
static inline void owner_add(struct uv *uv, unsigned int shard, unsigned int owner, int64_t by)
{
	struct slot *slot = owner && owner <= uv->max_configs ?
			    atomic_load_explicit(&uv->slots[owner - 1], memory_order_acquire) : NULL;

	if (slot)
		shard_add(shard, &slot->nr_frames[shard], by);
}

/* Give a frame back with a new entry, whose state and owner may be others. */
static inline void frame_put(struct uv *uv, uint64_t absolute, uint64_t old, uint64_t entry)
{
	unsigned int my_shard = shard();
	struct counters *count = &uv->count[my_shard];

	if (frame_owner(old) != frame_owner(entry)) {
		owner_add(uv, my_shard, frame_owner(old), -1);
		owner_add(uv, my_shard, frame_owner(entry), 1);
	}
	if (frame_state(old) != frame_state(entry)) {
		if (frame_state(old) != FRAME_ACCESSIBLE)
			shard_add(my_shard, &count->frames[frame_state(old)], -1);
		if (frame_state(entry) != FRAME_ACCESSIBLE)
			shard_add(my_shard, &count->frames[frame_state(entry)], 1);
	}
	atomic_store_explicit(&uv->frames[absolute >> PAGE_SHIFT], entry, memory_order_release);
}

static inline void *storage(struct uv *uv, uint64_t absolute, uint64_t len)
{
	uint64_t end = uv->nr_frames << PAGE_SHIFT;

	if (absolute >= end || len > end - absolute)
		return NULL;
	return uv->ops.storage(uv->opaque, absolute, len);
}

/* A page of metadata of a configuration, or NULL if @absolute leads elsewhere. */
static inline void *donated_page(struct uv *uv, unsigned int owner, uint64_t absolute)
{
	void *page = absolute % PAGE_SIZE ? NULL : storage(uv, absolute, PAGE_SIZE);
	uint64_t entry = page ? atomic_load_explicit(&uv->frames[absolute >> PAGE_SHIFT],
						     memory_order_relaxed) : 0;

	return (entry & ~FRAME_BUSY) == frame_make(FRAME_DONATED, owner, 0) ? page : NULL;
}

static inline void written(struct uv *uv, uint64_t absolute, uint64_t len)
{
	if (uv->ops.written)
		uv->ops.written(uv->opaque, absolute, len);
}

static inline void protect(struct uv *uv, const uint64_t *pages, size_t count, bool hidden)
{
	if (uv->ops.protect && count)
		uv->ops.protect(uv->opaque, pages, count, hidden);
}

/* To be asked when the host has no access to the page any more. */
static inline bool in_use(struct uv *uv, uint64_t absolute)
{
	return uv->ops.in_use && uv->ops.in_use(uv->opaque, absolute);
}

/* memset() that the compiler must not drop. */
void wipe(void *p, size_t len);

/*
 * One call on its way. Handlers return an enum uv_cc and use fail() for errors.
 * @slot: the configuration that the command table asked for, its gate held
 * @cpu: the secure CPU that the command table asked for, in_use held
 * @missing: with UV_CC_IMPORT, the guest page that has to be imported
 */
struct call {
	struct uv *uv;
	unsigned int machine_cpu;
	bool guest;
	uint8_t *block;
	uint32_t len;
	uint16_t code;
	struct slot *slot;
	struct config *config;
	struct cpu *cpu;
	uint64_t missing;
	uint16_t rc;
	uint16_t rrc;
};

static inline int fail(struct call *call, uint16_t rc, uint16_t rrc)
{
	call->rc = rc;
	call->rrc = rrc;
	return UV_CC_ERROR;
}

static inline uint64_t field(const struct call *call, unsigned int offset)
{
	return get_be64(call->block + offset);
}

/* call.c */
void commands_prepare(struct uv *uv);
unsigned int command_count(void);
uint16_t command_code(unsigned int index);
const char *command_name(unsigned int index);
void command_facilities(bool guest, uint8_t list[32]);

/* metadata.c: finding entries */
uint64_t base_storage_len(uint64_t nr_frames);
uint64_t guest_entry_pages(uint64_t len);
uint64_t var_pages(const struct uv *uv, uint64_t len);
void var_link(struct uv *uv, struct config *config, const uint64_t *pages, uint64_t index);
struct guest_page *guest_page(struct uv *uv, const struct config *config, uint64_t gfn);
bool config_covers(const struct config *config, uint64_t guest);
bool config_from_guest(const struct config *config, uint64_t absolute, uint64_t *guest);
uint64_t var_page(struct uv *uv, const struct config *config, uint64_t index);

/* slot.c: configurations by handle */
enum slot_result { SLOT_OK, SLOT_BUSY, SLOT_NONE, SLOT_BROKEN };
enum slot_result slot_get(struct uv *uv, uint64_t handle, bool write, struct slot **slot);
enum slot_result slot_by_owner(struct uv *uv, unsigned int owner, bool write,
			       struct slot **slot);
void slot_put(struct slot *slot, bool write);
struct slot *slot_new(struct uv *uv, uint16_t *rc);
void slot_clear(struct slot *slot);
uint64_t new_handle(struct uv *uv, unsigned int slot, unsigned int cpu);
struct cpu *cpu_at(struct uv *uv, const struct config *config, unsigned int number);
struct cpu *cpu_of(struct uv *uv, const struct config *config, uint64_t handle);
bool cpu_try_use(struct cpu *cpu);
void cpu_end_use(struct cpu *cpu);

/* cpu.c */
bool cpus_idle(struct uv *uv, const struct config *config);
void cpu_forget_call(struct config *config, unsigned int number);

#define HANDLE_SLOT(handle)	((unsigned int)((handle) & 0xffff))
#define HANDLE_CPU(handle)	((unsigned int)((handle) >> 16 & 0xffff))

/* donate.c: pages of the host that hold metadata for a while */
struct donation {
	struct uv *uv;
	unsigned int owner;
	uint64_t *pages;
	size_t nr;
};

bool donation_start(struct donation *donation, struct uv *uv, unsigned int owner, size_t room);
int donation_add(struct donation *donation, uint64_t absolute);
void donation_hide(struct donation *donation);
void donation_end(struct donation *donation);
void donation_cancel(struct donation *donation);
#define RETURN_PAGES		64	/* at most, at a time */
int donation_return(struct uv *uv, unsigned int owner, const uint64_t *pages, size_t nr);

/* locked.c: secrets in the library's own memory */
int locked_start(void);
void locked_gcrypt(void);
void *locked_alloc(size_t len);
void locked_free(void *p);
void locked_begin(void);
void locked_end(void);

/* home.c: the host's virtual storage */
int home_translate(struct call *call, uint64_t vaddr, bool write, uint64_t *absolute);
int home_read(struct call *call, uint64_t vaddr, void *buf, size_t len, uint16_t refused);
#define HOME_WRITE_MAX		(2 * PAGE_SIZE)
int home_write(struct call *call, uint64_t vaddr, const void *buf, size_t len, uint16_t refused);

/* guest.c: a guest's virtual storage */
#define REQUEST_MAX		0x7500u	/* 255 key slots and the longest secret */
#define GUEST_AREA_MAX		REQUEST_MAX
#define GUEST_AREA_PAGES	((GUEST_AREA_MAX + 2 * PAGE_SIZE - 2) / PAGE_SIZE)

/* An area that was found: the guest pages that it is in. */
struct guest_area {
	size_t offset;			/* in the first of them */
	size_t len;
	uint64_t pages[GUEST_AREA_PAGES];
};

int guest_area_find(struct call *call, struct guest_area *area, uint64_t vaddr, size_t len,
		    bool write, uint16_t refused);
int guest_read(struct call *call, const struct guest_area *area, void *buf);

struct guest_output {
	const struct guest_area *area;
	const uint8_t *from;
};

#define GUEST_WRITE_PAGES	4u	/* two short areas, or the longest secret */
_Static_assert(SECRET_VALUE_MAX + PAGE_SIZE <= GUEST_WRITE_PAGES * PAGE_SIZE,
	       "room for a secret that begins in the middle of a page");
int guest_write(struct call *call, const struct guest_output *outputs, size_t nr_outputs);

/* request.c: fields that attestation and add-secret requests have in common */
enum request_field {
	REQ_VERSION		= 0x08,
	REQ_LEN			= 0x0c,
	REQ_IV			= 0x10,
	REQ_NR_SLOTS		= 0x27,
	REQ_ENCRYPTED_LEN	= 0x2c,
	REQ_FLAGS		= 0x30,
};

#define REQUEST_VERSION		0x100
#define REQUEST_VERSIONS	(1ull << 63)

/* A private copy; @opened_by is the host key that opened it. */
struct request {
	uint8_t *data;
	size_t len;
	const struct host_key *opened_by;
};

int request_read(struct call *call, struct request *request, uint64_t vaddr, size_t fixed,
		 uint16_t refused);
void request_free(struct request *request);
enum opened request_open(const struct keyring *keyring, struct request *request, size_t point,
			 size_t encrypted, bool backup);

/* hmac.c */
struct span {
	const void *data;
	size_t len;
};

bool hmac_sha512(const void *key, size_t key_len, const struct span *spans, size_t nr,
		 uint8_t mac[SHA512_LEN]);

/* cipher.c: encrypted guest pages */
struct cipher *cipher_get(struct slot *slot, bool *no_memory);
void cipher_put(struct cipher *cipher);
void page_tweak(const struct page_keys *keys, uint64_t gfn, uint64_t counter,
		uint8_t tweak[TWEAK_LEN]);
bool page_keys_make(struct uv *uv, struct page_keys *keys);
bool page_encrypt(struct cipher *cipher, const struct page_keys *keys, void *page, uint64_t gfn,
		  uint64_t counter, uint64_t *tag);
enum opened { OPEN_OK, OPEN_REFUSED, OPEN_NO_MEMORY };
enum opened page_decrypt(struct cipher *cipher, const struct page_keys *keys, void *page,
			 uint64_t gfn, uint64_t counter, uint64_t tag);
bool random_bytes(struct uv *uv, void *buf, size_t len);
bool gcm_seal(const uint8_t key[KEY_LEN], const uint8_t nonce[NONCE_LEN], const void *aad,
	      size_t aad_len, void *data, size_t len, uint8_t tag[GCM_TAG_LEN]);
enum opened gcm_open(const uint8_t key[KEY_LEN], const uint8_t nonce[NONCE_LEN], const void *aad,
		     size_t aad_len, void *data, size_t len, const uint8_t tag[GCM_TAG_LEN]);

/* page.c: the transitions of a page */
enum page_op {
	OP_IMPORT, OP_UNPACK, OP_EXPORT, OP_DESTROY, OP_SHARE, OP_UNSHARE, OP_UNSHARE_RESET,
	OP_PIN, OP_UNPIN, OP_RELEASE, OP_RELEASE_FAST, NR_OPS
};
enum page_action { DO_NOTHING, DO_ZERO, DO_ENCRYPT, DO_DECRYPT, DO_UNPACK };

struct transition {
	bool legal;
	uint8_t frame;		/* enum frame_state afterwards */
	uint8_t guest;		/* enum guest_state afterwards */
	uint8_t action;		/* enum page_action */
};

const struct transition *page_transition(enum page_op op, enum frame_state frame,
					 enum guest_state guest);
/*
 * A page on its way out of its configuration: its frame and its guest page are taken.
 * @guest: NULL: it has none any more
 * @cipher: taken, if it is going to be encrypted
 */
struct departure {
	uint64_t absolute;
	uint64_t entry;
	void *page;
	struct guest_page *guest;
	uint32_t word;
	struct cipher *cipher;
	const struct page_keys *keys;
	const struct transition *transition;
};

/* Pages that leave together, so that the machine is asked once to hide them. */
#define BATCH_PAGES		256
_Static_assert(MIB / PAGE_SIZE % BATCH_PAGES == 0, "base storage is whole batches");
struct batch {
	enum page_op op;
	struct departure pages[BATCH_PAGES];
	size_t nr;
};

void batch_flush(struct uv *uv, struct batch *batch);
int page_leave(struct uv *uv, enum page_op op, uint64_t absolute, struct slot *locked,
	       struct batch *batch, uint16_t *rc);
int page_enter(struct call *call, enum page_op op, uint64_t guest);

/* init.c */
bool base_is_claimed(struct uv *uv, uint64_t absolute);

/* walk.c: long work on the pages of one configuration, in pieces */
typedef int (*visit_fn)(struct uv *uv, struct slot *slot, uint64_t gfn, struct guest_page *page,
			void *arg);
int config_walk(struct call *call, uint32_t states, visit_fn visit, void *arg);

/* image.c */
void image_end(struct slot *slot);
bool image_unpack(struct slot *slot, void *page, uint64_t guest, const uint8_t tweak[TWEAK_LEN]);

/* query.c */
void query_prepare(struct uv *uv);

/* header.c */
bool header_open(const struct keyring *keyring, uint64_t versions, const uint8_t *header,
		 size_t len, struct image *image, uint16_t *rc, uint16_t *rrc);

#define SUPPORTED_PCF		0x300000f2ull
#define PCF_DUMP		(1ull << 29)	/* bit 34 */
#define PCF_NO_ENCRYPTION	(1ull << 28)	/* bit 35 */
#define PCF_BACKUP_KEYS		(1ull << 1)	/* bit 62 */
#define SCF_EXTENSION		(1ull << 62)	/* bit 1: extension secret from the CCK */
#define SCF_UPDATE_CCK		(1ull << 61)	/* bit 2 */
#define HEADER_MAX		MIB	/* as hosts take it; the format says two pages */

/* attest.c: flags of requests, bit 0 leftmost */
#define ATTEST_NONCE		(1ull << 62)
#define ATTEST_IMAGE_KEY	(1ull << 61)	/* host key that opened the image */
#define ATTEST_REQUEST_KEY	(1ull << 60)	/* host key that opened the request */
#define ATTEST_STORE		(1ull << 59)	/* hash of the secret store */
#define ATTEST_FLAGS		(ATTEST_NONCE | ATTEST_IMAGE_KEY | ATTEST_REQUEST_KEY | \
				 ATTEST_STORE)

/* secret.c: flags of requests */
#define ADD_NO_DUMP		(1ull << 63)
#define ADD_FLAGS		ADD_NO_DUMP

/* store.c */
#define SECRET_TYPE_BIT(type)	(1ull << (63 - (type)))

uint64_t store_types(const struct uv *uv);
uint64_t store_pages(const struct uv *uv);
bool store_has_room(const struct uv *uv, const struct store *store, uint16_t type);
bool store_add(struct uv *uv, struct config *config, const struct secret *secret, void *value,
	       const uint8_t tag[GCM_TAG_LEN]);
enum hashed { HASH_OK, HASH_NO_MEMORY, HASH_LOST };
enum hashed store_hash(struct uv *uv, const struct config *config, uint8_t hash[SHA512_LEN]);
const char *store_check(struct uv *uv, const struct config *config);

/* keys.c */
int keyring_load(struct keyring *keyring, const struct uv_config *config);
void keyring_free(struct keyring *keyring);
enum ecdh { ECDH_OK, ECDH_BAD_POINT, ECDH_NO_MEMORY };
enum ecdh keyring_ecdh(const struct host_key *key, const uint8_t point[POINT_LEN],
		       uint8_t shared[COORD_LEN]);

/* keyslot.c */
enum unwrap { UNWRAP_OK, UNWRAP_BAD_POINT, UNWRAP_REFUSED, UNWRAP_NO_MEMORY };
const struct host_key *keyslot_find(const struct keyring *keyring, bool backup,
				    const uint8_t *slots, unsigned int nr_slots,
				    const uint8_t **slot);
enum unwrap keyslot_unwrap(const struct host_key *host, const uint8_t point[POINT_LEN],
			   const uint8_t *slot, uint8_t key[KEY_LEN]);

/* dump.c: sizes that QUERY announces */
#define DUMP_STATE_LEN		PAGE_SIZE
#define DUMP_COMPLETE_LEN	PAGE_SIZE

/* reset.c */
void reset_step_done(struct config *config, enum reset_step step);
void reset_cpu_done(struct config *config, enum uv_reset reset);
bool reset_allows_load(const struct config *config);

/* cpu.c */
struct config *config_of_running(struct uv *uv, uint64_t handle);
bool config_cpus_stopped(struct uv *uv, const struct config *config);

/* handlers of the command table */
int cmd_query(struct call *call);
int cmd_query_keys(struct call *call);
int cmd_initialize(struct call *call);
int cmd_create_config(struct call *call);
int cmd_destroy_config(struct call *call);
int cmd_create_cpu(struct call *call);
int cmd_destroy_cpu(struct call *call);
int cmd_import(struct call *call);
int cmd_export(struct call *call);
int cmd_set_parameters(struct call *call);
int cmd_unpack(struct call *call);
int cmd_verify(struct call *call);
int cmd_cpu_reset(struct call *call);
int cmd_prepare_reset(struct call *call);
int cmd_cpu_set_state(struct call *call);
int cmd_unshare_all(struct call *call);
int cmd_pin(struct call *call);
int cmd_unpin(struct call *call);
int cmd_dump_init(struct call *call);
int cmd_dump_storage_state(struct call *call);
int cmd_dump_cpu(struct call *call);
int cmd_dump_complete(struct call *call);
int cmd_share(struct call *call);
int cmd_attest(struct call *call);
int cmd_add_secret(struct call *call);
int cmd_list_secrets(struct call *call);
int cmd_lock_secrets(struct call *call);
int cmd_retrieve_secret(struct call *call);

#endif

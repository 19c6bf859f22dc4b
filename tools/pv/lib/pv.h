/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the owner's tools have in common: host key documents and whether to trust
 * them, keys, headers of images, files.
 *
 * Functions that can fail return 0 for success and -1 after having told the
 * user why, unless their comment says otherwise. Nobody prints a key.
 */
#ifndef PV_H
#define PV_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "format.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

struct bytes {
	uint8_t *data;
	size_t size;
};

/* Exit statuses, the same for all commands (see their pages) */
enum pv_exit {
	PV_EXIT_OK = 0,
	PV_EXIT_ERROR = 1,
	PV_EXIT_USAGE = 2,
	PV_EXIT_MISMATCH = 3,	/* pvimg test: damaged, or not for this key */
	PV_EXIT_UNEQUAL = 2,	/* pvattest: another measurement, a policy not met */
};

/* options.c, more of it in options.h: `command` is "pvimg create" and so on */
int parse_u64(const char *option, const char *text, uint64_t *value);

/* msg.c: one line on stderr */
void pv_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void pv_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Only after pv_verbose(); warnings and these not after pv_quiet(). */
void pv_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void pv_verbose(void);
void pv_quiet(void);
bool pv_is_quiet(void);
/* pv_error with ": " and the words for errno */
void pv_perror(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The end of every tool: @status, or PV_EXIT_ERROR if standard output could not be written */
int pv_finish(int status);

/* list.c: file names given by repeated options */
struct name_list {
	char **names;
	size_t count;
};
/* A list of names with commas between them, or one name with commas if there is such a file */
int name_list_add_files(struct name_list *list, const char *names);
int name_list_add(struct name_list *list, const char *name);
void name_list_free(struct name_list *list);

/* input.c: files that are read */
struct input {
	const char *path;
	int fd;			/* -1: not open */
	uint64_t size;
};
int input_open(struct input *in, const char *path);
void input_close(struct input *in);
/* Exactly size bytes from offset; a file that ends before is an error. */
int input_read(const struct input *in, uint64_t offset, void *buf, size_t size);
/*
 * A whole small file, which may be a pipe, or standard input if @path is "-". The
 * caller frees it with secret_free(), which wipes it; it is followed by a zero
 * byte that the size does not count.
 */
int input_load(const char *path, size_t max, struct bytes *data);
/* A key of exactly `size` raw bytes, straight into secret memory */
int input_load_key(const char *path, uint8_t *key, size_t size);

/*
 * output.c: files that appear under their name only when they are complete.
 * Until output_commit() they have a temporary name in the same folder, which
 * goes away on failure and on a signal.
 */
struct output {
	const char *path;
	char *temp;		/* NULL: not open */
	int fd;
	size_t unsynced;	/* written since the disk was last told to begin */
	bool overwrite;
};
/* Can the file be made? */
int output_check(const char *path, bool overwrite);
/* Would both be one file? They need not exist. */
bool output_same(const char *a, const char *b);
int output_open(struct output *out, const char *path, mode_t mode, uint64_t size, bool overwrite);
int output_write(struct output *out, uint64_t offset, const void *buf, size_t size);
int output_commit(struct output *out);
void output_discard(struct output *out);
struct output_file {
	const char *path;	/* NULL: this one is not wanted; "-": standard output */
	mode_t mode;
	struct bytes data;
};
/* Small files at once: all of them or none */
int outputs_save(const struct output_file *files, size_t count, bool overwrite);
/* One, in place of an older one */
int output_save(const char *path, mode_t mode, const void *data, size_t size);

/* crypto.c: OpenSSL's, and memory for secrets */
/* Forbids core dumps of this process, too. */
int crypto_init(void);
void crypto_exit(void);
/* An error with what OpenSSL says about its last failure */
void crypto_failed(const char *what);
/* Locked memory if the system allows it, zeroed; wiped by secret_free(). */
void *secret_alloc(size_t size);
void secret_free(void *p);
void crypto_wipe(void *p, size_t size);
int crypto_random_key(void *key, size_t size);
int crypto_random_nonce(void *nonce, size_t size);
int sha256(const void *data, size_t size, uint8_t digest[SHA256_SIZE]);
int sha512(const void *data, size_t size, uint8_t digest[SHA512_SIZE]);
/* RFC 5869, extract and expand */
int hkdf_sha512(const struct bytes *key, const struct bytes *salt, const char *info, uint8_t *out,
		size_t size);
/* Over all parts, one behind the other */
int hmac_sha512(const uint8_t *key, size_t key_size, const struct bytes *parts, size_t count,
		uint8_t mac[SHA512_SIZE]);
/*
 * AES-256-GCM in place; aad may be NULL. gcm_open() returns 1, without a
 * message, when the tag is wrong.
 */
int gcm_seal(const uint8_t key[AES256_KEY_SIZE], const uint8_t iv[GCM_IV_SIZE],
	     const void *aad, size_t aad_size, void *data, size_t size, uint8_t tag[GCM_TAG_SIZE]);
int gcm_open(const uint8_t key[AES256_KEY_SIZE], const uint8_t iv[GCM_IV_SIZE],
	     const void *aad, size_t aad_size, void *data, size_t size,
	     const uint8_t tag[GCM_TAG_SIZE]);

/* ec.c: keys on NIST P-521. The caller frees keys with EVP_PKEY_free(). */
EVP_PKEY *ec_generate(void);
/* Returns 1, without a message, when the key is on another curve or of another kind. */
int ec_public(const EVP_PKEY *key, struct ec_public *public);
/* NULL, without a message, when the point is not on the curve. */
EVP_PKEY *ec_import(const struct ec_public *public);
/*
 * The key that wraps a header's or a request's key between these two. Returns 1,
 * without a message, when @peer is not on the curve.
 */
int ec_wrap_key(EVP_PKEY *mine, const struct ec_public *peer, uint8_t key[AES256_KEY_SIZE]);
int ec_hash(const struct ec_public *public, uint8_t digest[SHA256_SIZE]);

/* pages.c: the pages of all components, in ascending order, chunk by chunk */
#define PAGES_CHUNK	(256 * 1024UL)	/* bytes; stays in the processor's cache */
struct pages;
struct page_digests {
	uint64_t count;
	uint8_t pld[SHA512_SIZE];
	uint8_t ald[SHA512_SIZE];
	uint8_t tld[SHA512_SIZE];
};
/* `key`, of IMAGE_KEY_SIZE bytes, encrypts; with NULL pages are only digested. */
struct pages *pages_new(const uint8_t *key);
void pages_free(struct pages *p);
/* A buffer for the next chunk; the one before must no longer be changed. */
uint8_t *pages_buffer(struct pages *p);
/*
 * Takes `size` bytes, whole pages, from the buffer, and leaves them there as
 * they are to be written. `addr` is where they go in memory, `offset` in the
 * component.
 */
int pages_update(struct pages *p, uint64_t addr, uint64_t prefix, uint64_t offset, size_t size);
int pages_final(struct pages *p, struct page_digests *digests);

/* cert.c: host key documents and private keys */
struct host_key {
	const char *path;
	struct ec_public public;
	uint8_t hash[SHA256_SIZE];
	X509 *cert;
};
struct host_keys {
	struct host_key *keys;
	size_t count;
};
/* Appends every document in the file. On failure, too, host_keys_free() frees all. */
int host_keys_load(struct host_keys *keys, const char *path);
/* Drops keys that came before, with a warning. */
void host_keys_unique(struct host_keys *keys);
void host_keys_free(struct host_keys *keys);
/* Any private key; freed with EVP_PKEY_free() */
EVP_PKEY *private_key_load(const char *path);
/* One on P-521, with its public half */
EVP_PKEY *host_private_key_load(const char *path, struct ec_public *public);

/* chain.c: may host key documents be trusted? */
struct chain_options {
	struct name_list certs;		/* signing key and intermediate CAs */
	struct name_list crls;
	const char *root_ca;		/* NULL: the system's */
	const char *signer;		/* organization; NULL: the maker of the machines */
	bool offline;			/* do not fetch revocation lists */
};
int chain_verify(const struct chain_options *opt, const struct host_keys *keys);

/* slot.c: a key, wrapped for hosts */
int slots_seal(struct key_slot *slots, EVP_PKEY *owner, const uint8_t key[AES256_KEY_SIZE],
	       const struct host_keys *hosts);
/* Returns 1, without a message, when the tag is wrong or @owner is not on the curve. */
int slot_open(const struct key_slot *slot, EVP_PKEY *host, const struct ec_public *owner,
	      uint8_t key[AES256_KEY_SIZE]);
const struct key_slot *slot_find(const struct key_slot *slots, uint64_t count,
				 const uint8_t hash[SHA256_SIZE]);

/* header.c: the PV header */
struct image_keys {
	uint8_t header[AES256_KEY_SIZE];
	uint8_t image[IMAGE_KEY_SIZE];
	uint8_t cck[CCK_SIZE];
	EVP_PKEY *customer;
};
struct header_options {
	uint64_t pcf;
	uint64_t scf;
	uint64_t psw_mask;
	uint64_t psw_addr;
};
size_t header_size(size_t host_keys);
/* Writes a header of header_size() bytes. `keys` are used as they are. */
int header_build(uint8_t *buf, const struct header_options *opt, const struct image_keys *keys,
		 const struct host_keys *hosts, const struct page_digests *digests);
/* Is this a header whose sizes agree with each other and with `size`? */
int header_check(const uint8_t *buf, size_t size, const char *path);
const struct key_slot *header_find_slot(const uint8_t *buf, const uint8_t hash[SHA256_SIZE]);
/*
 * Decrypts the header for the owner of `secret`. 1, without a message, when a
 * tag is wrong or the customer key is no point of the curve.
 */
int header_open(const uint8_t *buf, const struct key_slot *slot, EVP_PKEY *secret,
		struct encrypted_area *area);
/* The same with the header key itself */
int header_open_with(const uint8_t *buf, const uint8_t key[AES256_KEY_SIZE],
		     struct encrypted_area *area);
void header_tag(const uint8_t *buf, uint8_t tag[GCM_TAG_SIZE]);

/* ipib.c: the IPL parameter block */
/* What a block with that many components needs, in bytes */
size_t ipib_size(size_t count);
/* Does this page look like one, ours or another tool's? */
bool ipib_is(const struct ipib *ipib);
int ipib_check(const struct ipib *ipib, const char *path);

/* image.c: a finished image */
struct image {
	struct input file;
	uint64_t header_addr;
	uint8_t header[HEADER_MAX_SIZE];
	size_t header_size;
	uint64_t ipib_addr;
	struct ipib ipib;
};
int image_open(struct image *image, const char *path);
void image_close(struct image *image);
/* Where its last component ends, if the file is not cut */
uint64_t image_end(const struct image *image);
/* The header of an image, or of a file that is a header */
int image_header_load(const char *path, uint8_t header[HEADER_MAX_SIZE], size_t *size);

/* flags.c: control flags by name */
struct control_flag {
	unsigned int bit;		/* bit 0 is the leftmost of 64 */
	const char *option;		/* without enable- or disable- */
	const char *words;
};
extern const struct control_flag pcf_flags[];
extern const struct control_flag scf_flags[];
extern const size_t pcf_flags_count, scf_flags_count;
#define CONTROL_FLAG(bit)	(1ULL << (63 - (bit)))

#endif /* PV_H */

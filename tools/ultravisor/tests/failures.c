// SPDX-License-Identifier: GPL-2.0
/*
 * Out of memory, out of randomness, a cryptographic library that gives up:
 * every place answers with its rc and changes nothing. The linker leads the
 * calls named below to us.
 */
#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <stdlib.h>

#include "requests.h"

enum function { MALLOC, CALLOC, LOCKED, FENCE, CIPHER_OPEN, CIPHER_SETKEY, MD_OPEN, SEXP_BUILD,
		PK_DECRYPT, CHECK_VERSION, PRIVKEY_INIT, CIPHER_SETIV, CIPHER_ENCRYPT, CIPHER_DECRYPT,
		CIPHER_GETTAG, MD_SETKEY, HKDF_EXTRACT, HKDF_EXPAND, NR_FUNCTIONS };

/* The call of each function that fails, counted from 1; 0: none. */
static unsigned int failing[NR_FUNCTIONS];
static bool gcrypt_looks_fresh;

static bool fails(enum function function)
{
	if (!failing[function])
		return false;
	failing[function]--;
	return !failing[function];
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
	return fails(MALLOC) ? NULL : __real_malloc(size);
}

void *__real_calloc(size_t nr, size_t size);
void *__wrap_calloc(size_t nr, size_t size);
void *__wrap_calloc(size_t nr, size_t size)
{
	if (!fails(CALLOC))
		return __real_calloc(nr, size);
	errno = ENOMEM;
	return NULL;
}

void *__real_locked_alloc(size_t len);
void *__wrap_locked_alloc(size_t len);
void *__wrap_locked_alloc(size_t len)
{
	return fails(LOCKED) ? NULL : __real_locked_alloc(len);
}

bool __real_shards_fence(void);
bool __wrap_shards_fence(void);
bool __wrap_shards_fence(void)
{
	return !fails(FENCE) && __real_shards_fence();
}

gcry_error_t __real_gcry_cipher_open(gcry_cipher_hd_t *h, int algo, int mode, unsigned int flags);
gcry_error_t __wrap_gcry_cipher_open(gcry_cipher_hd_t *h, int algo, int mode, unsigned int flags);
gcry_error_t __wrap_gcry_cipher_open(gcry_cipher_hd_t *h, int algo, int mode, unsigned int flags)
{
	return fails(CIPHER_OPEN) ? GPG_ERR_ENOMEM : __real_gcry_cipher_open(h, algo, mode, flags);
}

gcry_error_t __real_gcry_cipher_setkey(gcry_cipher_hd_t h, const void *key, size_t len);
gcry_error_t __wrap_gcry_cipher_setkey(gcry_cipher_hd_t h, const void *key, size_t len);
gcry_error_t __wrap_gcry_cipher_setkey(gcry_cipher_hd_t h, const void *key, size_t len)
{
	return fails(CIPHER_SETKEY) ? GPG_ERR_WEAK_KEY : __real_gcry_cipher_setkey(h, key, len);
}

gcry_error_t __real_gcry_cipher_setiv(gcry_cipher_hd_t h, const void *iv, size_t len);
gcry_error_t __wrap_gcry_cipher_setiv(gcry_cipher_hd_t h, const void *iv, size_t len);
gcry_error_t __wrap_gcry_cipher_setiv(gcry_cipher_hd_t h, const void *iv, size_t len)
{
	return fails(CIPHER_SETIV) ? GPG_ERR_ENOMEM : __real_gcry_cipher_setiv(h, iv, len);
}

gcry_error_t __real_gcry_cipher_encrypt(gcry_cipher_hd_t h, void *out, size_t size,
					const void *in, size_t len);
gcry_error_t __wrap_gcry_cipher_encrypt(gcry_cipher_hd_t h, void *out, size_t size,
					const void *in, size_t len);
gcry_error_t __wrap_gcry_cipher_encrypt(gcry_cipher_hd_t h, void *out, size_t size,
					const void *in, size_t len)
{
	return fails(CIPHER_ENCRYPT) ? GPG_ERR_INV_STATE :
	       __real_gcry_cipher_encrypt(h, out, size, in, len);
}

gcry_error_t __real_gcry_cipher_decrypt(gcry_cipher_hd_t h, void *out, size_t size,
					const void *in, size_t len);
gcry_error_t __wrap_gcry_cipher_decrypt(gcry_cipher_hd_t h, void *out, size_t size,
					const void *in, size_t len);
gcry_error_t __wrap_gcry_cipher_decrypt(gcry_cipher_hd_t h, void *out, size_t size,
					const void *in, size_t len)
{
	return fails(CIPHER_DECRYPT) ? GPG_ERR_INV_STATE :
	       __real_gcry_cipher_decrypt(h, out, size, in, len);
}

gcry_error_t __real_gcry_cipher_gettag(gcry_cipher_hd_t h, void *tag, size_t len);
gcry_error_t __wrap_gcry_cipher_gettag(gcry_cipher_hd_t h, void *tag, size_t len);
gcry_error_t __wrap_gcry_cipher_gettag(gcry_cipher_hd_t h, void *tag, size_t len)
{
	return fails(CIPHER_GETTAG) ? GPG_ERR_INV_STATE : __real_gcry_cipher_gettag(h, tag, len);
}

gcry_error_t __real_gcry_md_open(gcry_md_hd_t *h, int algo, unsigned int flags);
gcry_error_t __wrap_gcry_md_open(gcry_md_hd_t *h, int algo, unsigned int flags);
gcry_error_t __wrap_gcry_md_open(gcry_md_hd_t *h, int algo, unsigned int flags)
{
	return fails(MD_OPEN) ? GPG_ERR_ENOMEM : __real_gcry_md_open(h, algo, flags);
}

gcry_error_t __real_gcry_md_setkey(gcry_md_hd_t h, const void *key, size_t len);
gcry_error_t __wrap_gcry_md_setkey(gcry_md_hd_t h, const void *key, size_t len);
gcry_error_t __wrap_gcry_md_setkey(gcry_md_hd_t h, const void *key, size_t len)
{
	return fails(MD_SETKEY) ? GPG_ERR_ENOMEM : __real_gcry_md_setkey(h, key, len);
}

gcry_error_t __wrap_gcry_sexp_build(gcry_sexp_t *sexp, size_t *at, const char *format, ...);
gcry_error_t __wrap_gcry_sexp_build(gcry_sexp_t *sexp, size_t *at, const char *format, ...)
{
	const void *bytes;
	va_list args;
	int len;

	if (fails(SEXP_BUILD))
		return GPG_ERR_ENOMEM;
	/* The library passes one length and one string of bytes. */
	va_start(args, format);
	len = va_arg(args, int);
	bytes = va_arg(args, const void *);
	va_end(args);
	return gcry_sexp_build_array(sexp, at, format, (void *[]){ &len, &bytes });
}

gcry_error_t __real_gcry_pk_decrypt(gcry_sexp_t *result, gcry_sexp_t data, gcry_sexp_t key);
gcry_error_t __wrap_gcry_pk_decrypt(gcry_sexp_t *result, gcry_sexp_t data, gcry_sexp_t key);
gcry_error_t __wrap_gcry_pk_decrypt(gcry_sexp_t *result, gcry_sexp_t data, gcry_sexp_t key)
{
	return fails(PK_DECRYPT) ? GPG_ERR_ENOMEM : __real_gcry_pk_decrypt(result, data, key);
}

const char *__real_gcry_check_version(const char *version);
const char *__wrap_gcry_check_version(const char *version);
const char *__wrap_gcry_check_version(const char *version)
{
	return fails(CHECK_VERSION) ? NULL : __real_gcry_check_version(version);
}

gcry_error_t __real_gcry_control(enum gcry_ctl_cmds command, ...);
gcry_error_t __wrap_gcry_control(enum gcry_ctl_cmds command, ...);
gcry_error_t __wrap_gcry_control(enum gcry_ctl_cmds command, ...)
{
	if (command == GCRYCTL_INITIALIZATION_FINISHED_P && gcrypt_looks_fresh)
		return 0;
	return __real_gcry_control(command, 0);
}

int __real_gnutls_x509_privkey_init(gnutls_x509_privkey_t *key);
int __wrap_gnutls_x509_privkey_init(gnutls_x509_privkey_t *key);
int __wrap_gnutls_x509_privkey_init(gnutls_x509_privkey_t *key)
{
	return fails(PRIVKEY_INIT) ? GNUTLS_E_MEMORY_ERROR :
	       __real_gnutls_x509_privkey_init(key);
}

int __real_gnutls_hkdf_extract(gnutls_mac_algorithm_t mac, const gnutls_datum_t *key,
			       const gnutls_datum_t *salt, void *output);
int __wrap_gnutls_hkdf_extract(gnutls_mac_algorithm_t mac, const gnutls_datum_t *key,
			       const gnutls_datum_t *salt, void *output);
int __wrap_gnutls_hkdf_extract(gnutls_mac_algorithm_t mac, const gnutls_datum_t *key,
			       const gnutls_datum_t *salt, void *output)
{
	return fails(HKDF_EXTRACT) ? GNUTLS_E_MEMORY_ERROR :
	       __real_gnutls_hkdf_extract(mac, key, salt, output);
}

int __real_gnutls_hkdf_expand(gnutls_mac_algorithm_t mac, const gnutls_datum_t *key,
			      const gnutls_datum_t *info, void *output, size_t len);
int __wrap_gnutls_hkdf_expand(gnutls_mac_algorithm_t mac, const gnutls_datum_t *key,
			      const gnutls_datum_t *info, void *output, size_t len);
int __wrap_gnutls_hkdf_expand(gnutls_mac_algorithm_t mac, const gnutls_datum_t *key,
			      const gnutls_datum_t *info, void *output, size_t len)
{
	return fails(HKDF_EXPAND) ? GNUTLS_E_MEMORY_ERROR :
	       __real_gnutls_hkdf_expand(mac, key, info, output, len);
}

static struct fake *fake;
static uint64_t config, frame;
static struct file header;

static int start(void **state)
{
	struct file key = file_read("host.pem");
	const struct uv_key keys[] = { { key.data, key.len } };
	const struct fake_options options = { .keys = keys, .nr_keys = 1 };

	(void)state;
	memset(failing, 0, sizeof(failing));
	fake = fake_new(&options);
	free(key.data);
	header = file_read("one.hdr");
	frame = fake_pages(fake, 1);
	return uvc_init(fake) || uvc_create_config(fake, 0, 1 << 20, &config);
}

static int stop(void **state)
{
	(void)state;
	fake_free(fake);
	free(header.data);
	return 0;
}

static void nothing_is_created_without_memory(void **state)
{
	static const struct {
		enum function function;
		unsigned int call;
		int error;
	} cases[] = {
		{ CALLOC, 1, ENOMEM }, { CALLOC, 2, ENOMEM }, { CALLOC, 3, ENOMEM },
		{ LOCKED, 1, ENOMEM }, { SEXP_BUILD, 1, ENOMEM }, { PRIVKEY_INIT, 1, ENOMEM },
		{ CHECK_VERSION, 1, ENOTSUP },
	};
	const struct uv_ops ops = {
		.storage = (void *)1, .translate_home = (void *)1, .translate_guest = (void *)1,
		.translate_guest_home = (void *)1,
	};
	struct file file = file_read("host.pem");
	const struct uv_key key = { file.data, file.len };
	const struct uv_config wanted = {
		.storage_end = 1 << 20, .host_keys = &key, .nr_host_keys = 1,
	};
	size_t i;

	(void)state;
	for (i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		gcrypt_looks_fresh = i % 2;
		failing[cases[i / 2].function] = cases[i / 2].call;
		errno = 0;
		assert_null(uv_create(&ops, NULL, &wanted));
		assert_int_equal(errno, cases[i / 2].error);
		assert_int_equal(failing[cases[i / 2].function], 0);
	}
	gcrypt_looks_fresh = false;
	free(file.data);
}

static void configuration_needs_memory_and_randomness(void **state)
{
	uint64_t other, donated = fake_stats(fake).pages_donated;

	(void)state;
	failing[CALLOC] = 1;
	assert_error(fake, uvc_create_config(fake, 1, 1 << 20, &other), RC_NO_MEMORY);
	failing[MALLOC] = 1;
	assert_error(fake, uvc_create_config(fake, 1, 1 << 20, &other), RC_NO_MEMORY);
	fake->no_random = true;
	assert_error(fake, uvc_create_config(fake, 1, 1 << 20, &other), RC_NO_RANDOM);
	fake->no_random = false;
	assert_int_equal(fake_stats(fake).pages_donated, donated);
	assert_int_equal(fake_stats(fake).configs, 1);
	assert_done(fake, uvc_create_config(fake, 1, 1 << 20, &other));
}

static void cpu_needs_memory(void **state)
{
	uint64_t cpu, sd;

	(void)state;
	failing[MALLOC] = 1;
	assert_error(fake, uvc_create_cpu(fake, config, 0, &cpu, &sd), RC_NO_MEMORY);
	assert_int_equal(fake_stats(fake).cpus, 0);
}

/* One cipher is free, and has to be opened first. */
static void close_ciphers(void)
{
	struct slot *slot = fake->uv->slots[HANDLE_SLOT(config) - 1];
	unsigned int i;

	for (i = 0; i < NR_CIPHERS; i++) {
		gcry_cipher_close(slot->ciphers[i].xts);
		slot->ciphers[i].xts = NULL;
		locked_free(slot->ciphers[i].mac);
		slot->ciphers[i].mac = NULL;
		if (i)
			atomic_flag_test_and_set(&slot->ciphers[i].in_use);
	}
}

/* Whoever may be in it was not seen. */
static void gate_is_not_written_without_a_barrier(void **state)
{
	(void)state;
	failing[FENCE] = 1;
	assert_int_equal(uvc_handle(fake, CMD_DESTROY_CONFIG, config), UV_CC_BUSY);
	assert_int_equal(failing[FENCE], 0);
	assert_int_equal(uvc_again(fake, CMD_DESTROY_CONFIG, config), UV_CC_DONE);
}

static void page_without_cipher_stays_what_it_is(void **state)
{
	static const enum function functions[] = { CIPHER_OPEN, CIPHER_SETKEY, LOCKED };
	uint8_t before[4096];
	unsigned int i;

	(void)state;
	fake_map(fake, 0, 0, frame);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0));
	memset(fake_at(fake, frame), 0x42, 4096);
	for (i = 0; i < 3; i++) {
		close_ciphers();
		failing[functions[i]] = 1;
		assert_error(fake, uvc_page(fake, CMD_EXPORT, frame), RC_NO_MEMORY);
		assert_int_equal(uv_access(fake->uv, frame, 0, 0, false), UV_PGM_SECURE_ACCESS);
		assert_int_equal(*(uint8_t *)fake_at(fake, frame), 0x42);
		assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
		memcpy(before, fake_at(fake, frame), 4096);
		close_ciphers();
		failing[functions[i]] = 1;
		assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0), RC_NO_MEMORY);
		assert_memory_equal(before, fake_at(fake, frame), 4096);
		assert_int_equal(uv_access(fake->uv, frame, 0, 0, false), 0);
		assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0));
	}
}

static void page_that_is_not_encrypted_is_not_shown(void **state)
{
	static const enum function functions[] = { CIPHER_SETIV, CIPHER_ENCRYPT };
	uint8_t before[4096];
	unsigned int i;

	(void)state;
	fake_map(fake, 0, 0, frame);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0));
	memset(before, 0x42, sizeof(before));
	memcpy(fake_at(fake, frame), before, 4096);
	for (i = 0; i < 2; i++) {
		failing[functions[i]] = 1;
		assert_error(fake, uvc_page(fake, CMD_EXPORT, frame), RC_NO_MEMORY);
		assert_int_equal(failing[functions[i]], 0);
		assert_int_equal(uv_access(fake->uv, frame, 0, 0, false), UV_PGM_SECURE_ACCESS);
		assert_int_equal(uv_access(fake->uv, frame, config, 0, true), 0);
		assert_memory_equal(fake_at(fake, frame), before, 4096);
	}
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0));
	assert_memory_equal(fake_at(fake, frame), before, 4096);
}

static void page_that_is_not_decrypted_stays_the_hosts(void **state)
{
	static const enum function functions[] = { CIPHER_SETIV, CIPHER_DECRYPT };
	uint8_t before[4096];
	unsigned int i;

	(void)state;
	fake_map(fake, 0, 0, frame);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0));
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
	memcpy(before, fake_at(fake, frame), 4096);
	for (i = 0; i < 2; i++) {
		failing[functions[i]] = 1;
		assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0), RC_NO_MEMORY);
		assert_int_equal(failing[functions[i]], 0);
		assert_memory_equal(fake_at(fake, frame), before, 4096);
		assert_int_equal(uv_access(fake->uv, frame, 0, 0, false), 0);
	}
	assert_int_equal(fake_stats(fake).integrity_failures, 0);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0));
}

static void page_that_is_not_unpacked_is_no_part_of_the_image(void **state)
{
	static const enum function functions[] = { CIPHER_SETIV, CIPHER_DECRYPT };
	uint8_t before[4096];
	unsigned int i;

	(void)state;
	assert_done(fake, uvc_parameters(fake, config, header.data, header.len));
	fake_map(fake, 0, 0, frame);
	memset(fake_at(fake, frame), 0x42, 4096);
	memcpy(before, fake_at(fake, frame), 4096);
	for (i = 0; i < 2; i++) {
		failing[functions[i]] = 1;
		assert_error(fake, uvc_unpack(fake, config, 0, 0, 0), RC_NO_MEMORY);
		assert_int_equal(failing[functions[i]], 0);
		assert_memory_equal(fake_at(fake, frame), before, 4096);
		assert_int_equal(fake_config(fake, config)->unpacked, 0);
	}
	assert_done(fake, uvc_unpack(fake, config, 0, 0, 0));
	assert_int_equal(fake_config(fake, config)->unpacked, 1);
}

/* From the header to the first page, in the order of the calls. */
static const struct {
	enum function function;
	unsigned int call;
	uint16_t rc, rrc;
} header_failures[] = {
	{ MALLOC, 1, RC_NO_MEMORY, 0 },
	{ SEXP_BUILD, 1, RC_NO_MEMORY, 0 },
	{ PK_DECRYPT, 1, RC_NO_MEMORY, 0 },
	{ CIPHER_OPEN, 1, RC_NO_MEMORY, 0 },
	{ CIPHER_SETKEY, 1, RC_NO_MEMORY, 0 },
	{ CIPHER_OPEN, 2, RC_NO_MEMORY, 0 },
	{ CIPHER_OPEN, 3, RC_NO_MEMORY, 0 },
	{ CIPHER_SETKEY, 3, RC_PARMS_INTEGRITY, RRC_IMAGE_KEY },
	{ MD_OPEN, 1, RC_NO_MEMORY, 0 },
	{ MD_OPEN, 2, RC_NO_MEMORY, 0 },
	{ MD_OPEN, 3, RC_NO_MEMORY, 0 },
};

static void header_needs_the_library(void **state)
{
	struct image none = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(header_failures) / sizeof(header_failures[0]); i++) {
		failing[header_failures[i].function] = header_failures[i].call;
		assert_answer(fake, uvc_parameters(fake, config, header.data, header.len),
			      UV_CC_ERROR, header_failures[i].rc, header_failures[i].rrc);
		assert_int_equal(failing[header_failures[i].function], 0);
		assert_memory_equal(&fake_config(fake, config)->image, &none, sizeof(none));
		assert_int_equal(fake_config(fake, config)->state, CONFIG_CREATED);
	}
	assert_done(fake, uvc_parameters(fake, config, header.data, header.len));
}

static void dump_needs_the_library(void **state)
{
	static const enum function functions[] = { HKDF_EXTRACT, HKDF_EXPAND };
	uint64_t area = fake_home_area(fake, 2);
	unsigned int i;

	(void)state;
	fake_verify(fake, config, PCF_DUMP);
	for (i = 0; i < 2; i++) {
		failing[functions[i]] = 1;
		assert_error(fake, uvc_handle(fake, CMD_DUMP_INIT, config), RC_NO_MEMORY);
		assert_int_equal(fake_config(fake, config)->state, CONFIG_VERIFIED);
	}
	assert_done(fake, uvc_handle(fake, CMD_DUMP_INIT, config));
	block_clear(fake, CMD_DUMP_COMPLETE, 0x50);
	block_set(fake, 0x18, config);
	block_set(fake, 0x20, area);
	failing[CIPHER_OPEN] = 1;
	assert_error(fake, host_call(fake), RC_NO_MEMORY);
	failing[CIPHER_GETTAG] = 1;
	assert_error(fake, host_call(fake), RC_NO_MEMORY);
	assert_int_equal(fake_config(fake, config)->state, CONFIG_DUMPING);
	assert_done(fake, host_call(fake));
}

/* A guest whose request is at hand, and a library that fails on the way to its answer. */
static const struct {
	enum function function;
	unsigned int call;
} request_failures[] = {
	{ LOCKED, 1 },			/* the copy */
	{ SEXP_BUILD, 1 }, { PK_DECRYPT, 1 },	/* the exchange */
	{ CIPHER_OPEN, 1 }, { CIPHER_SETKEY, 1 },	/* the slot */
	{ CIPHER_OPEN, 2 }, { CIPHER_SETKEY, 2 },	/* the request */
	/* Of attestation: hash of the secret store, measurement; of adding: extension secret. */
	{ MD_OPEN, 1 }, { MD_OPEN, 2 }, { MD_SETKEY, 1 },
	{ HKDF_EXTRACT, 1 },
};

#define NR_REQUEST_FAILURES (sizeof(request_failures) / sizeof(request_failures[0]))
#define OF_ATTESTATION	3

static void attestation_needs_the_library(void **state)
{
	struct file request = file_read("attest-all.req");
	struct guest_test test;
	size_t i;

	(void)state;
	guest_begin(&test, "empty.hdr");
	put_request(&test, &request);
	for (i = 0; i < NR_REQUEST_FAILURES - 1; i++) {
		uint8_t got[64], zeroes[64] = { 0 };

		attest_block(&test, 0, 128);
		failing[request_failures[i].function] = request_failures[i].call;
		assert_error(test.fake, guest_call(test.fake, test.config), RC_NO_MEMORY);
		assert_int_equal(failing[request_failures[i].function], 0);
		fake_guest_read(test.fake, 0, test.measurement, got, sizeof(got));
		assert_memory_equal(got, zeroes, sizeof(got));
	}
	attest_block(&test, 0, 128);
	assert_done(test.fake, guest_call(test.fake, test.config));
	guest_end(&test);
	free(request.data);
}

static void adding_needs_the_library(void **state)
{
	struct guest_test test;
	size_t i;

	(void)state;
	guest_begin(&test, "extension.hdr");
	for (i = 0; i < NR_REQUEST_FAILURES; i++) {
		struct file request = file_read("derived.req");

		if (i == NR_REQUEST_FAILURES - 1 - OF_ATTESTATION)
			i += OF_ATTESTATION;
		failing[request_failures[i].function] = request_failures[i].call;
		assert_error(test.fake, add_bytes(&test, &request), RC_NO_MEMORY);
		assert_int_equal(failing[request_failures[i].function], 0);
		assert_int_equal(fake_config(test.fake, test.config)->store.nr_requests, 0);
		assert_int_equal(fake_config(test.fake, test.config)->store.extended, 0);
		free(request.data);
	}
	assert_done(test.fake, add(&test, "derived"));
	guest_end(&test);
}

#define test(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(nothing_is_created_without_memory),
		test(configuration_needs_memory_and_randomness),
		test(cpu_needs_memory),
		test(gate_is_not_written_without_a_barrier),
		test(page_without_cipher_stays_what_it_is),
		test(page_that_is_not_encrypted_is_not_shown),
		test(page_that_is_not_decrypted_stays_the_hosts),
		test(page_that_is_not_unpacked_is_no_part_of_the_image),
		test(header_needs_the_library),
		test(dump_needs_the_library),
		test(attestation_needs_the_library),
		test(adding_needs_the_library),
	};

	return cmocka_run_group_tests_name("failures", tests, NULL, NULL);
}

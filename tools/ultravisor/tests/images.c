// SPDX-License-Identifier: GPL-2.0
/* Images made by OpenSSL (mkimage.py): opened, unpacked, verified; and each kind of tampering. */
#include <errno.h>

#include "fake.h"
#include "files.h"

#define GUEST_LEN	(4ull << 20)

static struct uv_key host, second, backup;
static uint64_t origin;

static struct uv_key key_file(const char *name)
{
	struct file file = file_read(name);

	return (struct uv_key) { file.data, file.len };
}

struct image_test {
	struct fake *fake;
	uint64_t config;
	struct file header;
	struct file pages;
	size_t nr;
	struct image_page *page;
	uint64_t frames[1024];
};

static void load(struct image_test *test, const char *name)
{
	char file[64];

	snprintf(file, sizeof(file), "%s.hdr", name);
	test->header = file_read(file);
	snprintf(file, sizeof(file), "%s.pages", name);
	test->pages = file_read(file);
	test->nr = test->pages.len / sizeof(struct image_page);
	test->page = (struct image_page *)test->pages.data;
}

static void begin(struct image_test *test, const char *name, const struct uv_key *keys, size_t nr)
{
	const struct fake_options options = {
		.keys = keys, .nr_keys = nr, .backup_keys = &backup, .nr_backup_keys = 1,
	};

	memset(test, 0, sizeof(*test));
	test->fake = fake_new(&options);
	test->fake->origin = origin;
	assert_done(test->fake, uvc_init(test->fake));
	assert_done(test->fake, uvc_create_config(test->fake, 0, GUEST_LEN, &test->config));
	load(test, name);
}

static void end(struct image_test *test)
{
	assert_done(test->fake, uvc_again(test->fake, CMD_DESTROY_CONFIG_FAST, test->config));
	fake_free(test->fake);
	free(test->header.data);
	free(test->pages.data);
}

static int parameters(struct image_test *test)
{
	return uvc_parameters(test->fake, test->config, test->header.data, test->header.len);
}

static int unpack_as(struct image_test *test, size_t i, uint64_t address, uint64_t prefix)
{
	test->frames[i] = fake_pages(test->fake, 1);
	memcpy(fake_at(test->fake, test->frames[i]), test->page[i].stored, 4096);
	fake_map(test->fake, 0, test->fake->origin + address, test->frames[i]);
	return uvc_unpack(test->fake, test->config, address, prefix,
			  get_be64(test->page[i].offset));
}

static int unpack(struct image_test *test, size_t i)
{
	return unpack_as(test, i, get_be64(test->page[i].address),
			 get_be64(test->page[i].prefix));
}

static void unpack_all(struct image_test *test)
{
	size_t i;

	for (i = 0; i < test->nr; i++)
		assert_done(test->fake, unpack(test, i));
}

/* On an ultravisor with one host key, as far as the header. */
static void opened(struct image_test *test, const char *name)
{
	begin(test, name, &host, 1);
	assert_done(test->fake, parameters(test));
}

static int verify(struct image_test *test)
{
	return uvc_handle(test->fake, CMD_VERIFY, test->config);
}

static bool all_zero(const void *p, size_t len)
{
	const uint8_t *byte = p;

	while (len && !*byte) {
		byte++;
		len--;
	}
	return !len;
}

/* From header to verified, with the content that OpenSSL encrypted. */
static void whole_image(const char *name, const struct uv_key *keys, size_t nr)
{
	struct image_test test;
	size_t i;

	begin(&test, name, keys, nr);
	assert_done(test.fake, parameters(&test));
	unpack_all(&test);
	for (i = 0; i < test.nr; i++) {
		assert_memory_equal(fake_at(test.fake, test.frames[i]), test.page[i].plain, 4096);
		assert_int_equal(uv_access(test.fake->uv, test.frames[i], 0, 0, false),
				 UV_PGM_SECURE_ACCESS);
		assert_int_equal(uv_access(test.fake->uv, test.frames[i], test.config,
					   origin + get_be64(test.page[i].address), false), 0);
	}
	assert_done(test.fake, verify(&test));
	assert_int_equal(fake_stats(test.fake).unpacks, test.nr);
	assert_true(all_zero(fake_config(test.fake, test.config)->image.key, XTS_KEY_LEN));
	end(&test);
}

static void image_with_one_slot_is_unpacked(void **state)
{
	(void)state;
	whole_image("one", &host, 1);
}

/* An image is made without knowing where the host will have the guest's storage. */
static void image_does_not_depend_on_the_origin_of_storage(void **state)
{
	(void)state;
	origin = 3ull << 20;
	whole_image("one", &host, 1);
	origin = 0;
}

static void any_slot_and_any_host_key_will_do(void **state)
{
	const struct uv_key keys[] = { host, second };

	(void)state;
	whole_image("many", &host, 1);
	whole_image("full", &host, 1);
	whole_image("widest", &host, 1);
	whole_image("second", keys, 2);
	whole_image("one", keys, 2);
}

static void keys_are_read_as_pem_and_der(void **state)
{
	const struct uv_key der = key_file("host.der");

	(void)state;
	whole_image("one", &der, 1);
	free((void *)der.data);
}

static void unencrypted_components_are_only_measured(void **state)
{
	(void)state;
	whole_image("plain", &host, 1);
}

static void image_without_pages_is_verified(void **state)
{
	(void)state;
	whole_image("empty", &host, 1);
}

static void backup_key_opens_images_that_allow_it(void **state)
{
	(void)state;
	whole_image("backup", &host, 1);
}

static void large_image_is_unpacked(void **state)
{
	struct image_test test;

	(void)state;
	opened(&test, "large");
	unpack_all(&test);
	assert_done(test.fake, verify(&test));
	end(&test);
}

/* Headers that are refused, and why. */
static const struct {
	const char *image;
	size_t offset;
	uint8_t flip;
	uint16_t rc, rrc;
} bad_headers[] = {
	{ "one", 0, 1, RC_PARMS_VERSION, RRC_MAGIC },
	{ "one", 7, 0x80, RC_PARMS_VERSION, RRC_MAGIC },
	{ "one", 8, 1, RC_PARMS_VERSION, RRC_VERSION },
	{ "one", 10, 3, RC_PARMS_VERSION, RRC_VERSION },
	{ "one", 12, 1, RC_PARMS_SIZE, RRC_HEADER_LEN },
	{ "one", 15, 1, RC_PARMS_SIZE, RRC_HEADER_LEN },
	{ "one", 16, 1, RC_PARMS_INTEGRITY, RRC_NONE },		/* IV */
	{ "one", 28, 1, RC_PARMS_INTEGRITY, RRC_NONE },		/* reserved */
	{ "one", 32, 0x80, RC_PARMS_SIZE, RRC_HEADER_LEN },	/* huge number of slots */
	{ "one", 39, 1, RC_PARMS_SIZE, RRC_NO_SLOTS },
	{ "many", 39, 1, RC_PARMS_SIZE, RRC_HEADER_LEN },
	{ "one", 40, 1, RC_PARMS_SIZE, RRC_AREA_LEN },
	{ "one", 47, 1, RC_PARMS_SIZE, RRC_AREA_LEN },
	{ "one", 55, 1, RC_PARMS_INTEGRITY, RRC_NONE },		/* number of pages */
	{ "one", 56, 1, RC_PARMS_PCF, RRC_PCF },
	{ "one", 63, 1, RC_PARMS_PCF, RRC_PCF },
	{ "one", 60, 0x20, RC_PARMS_INTEGRITY, RRC_NONE },	/* dump allowed by the host */
	{ "one", 64, 1, RC_PARMS_KEY, RRC_CUSTOMER_KEY },	/* padding of X */
	{ "one", 64 + 79, 1, RC_PARMS_KEY, RRC_CUSTOMER_KEY },	/* X */
	{ "one", 144, 1, RC_PARMS_KEY, RRC_CUSTOMER_KEY },	/* padding of Y */
	{ "one", 144 + 20, 1, RC_PARMS_KEY, RRC_CUSTOMER_KEY },	/* Y */
	{ "one", 224, 1, RC_PARMS_INTEGRITY, RRC_NONE },	/* PLD */
	{ "one", 288, 1, RC_PARMS_INTEGRITY, RRC_NONE },	/* ALD */
	{ "one", 352, 1, RC_PARMS_INTEGRITY, RRC_NONE },	/* TLD */
	{ "one", 416, 1, RC_PARMS_KEY, RRC_NO_SLOT_FOR_KEY },	/* hash */
	{ "one", 416 + 32, 1, RC_PARMS_KEY, RRC_SLOT_TAG },	/* wrapped key */
	{ "one", 416 + 79, 1, RC_PARMS_KEY, RRC_SLOT_TAG },	/* tag of the slot */
	{ "many", 416 + 5, 1, RC_PARMS_INTEGRITY, RRC_NONE },	/* somebody else's slot */
	{ "one", 496, 1, RC_PARMS_INTEGRITY, RRC_NONE },	/* encrypted area */
	{ "one", 496 + 127, 1, RC_PARMS_INTEGRITY, RRC_NONE },
	{ "one", 496 + 128, 1, RC_PARMS_INTEGRITY, RRC_NONE },	/* tag */
	{ "one", 496 + 143, 0x80, RC_PARMS_INTEGRITY, RRC_NONE },
	{ "stranger", 0, 0, RC_PARMS_KEY, RRC_NO_SLOT_FOR_KEY },
	{ "backup-refused", 0, 0, RC_PARMS_KEY, RRC_BACKUP_KEY },
	{ "scf", 0, 0, RC_PARMS_SCF, RRC_NONE },
	{ "scf-both", 0, 0, RC_PARMS_SCF, RRC_NONE },
	{ "items", 0, 0, RC_PARMS_SIZE, RRC_ITEMS },
};

static void bad_headers_are_refused(void **state)
{
	struct image_test test;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad_headers) / sizeof(bad_headers[0]); i++) {
		begin(&test, bad_headers[i].image, &host, 1);
		test.header.data[bad_headers[i].offset] ^= bad_headers[i].flip;
		assert_answer(test.fake, parameters(&test), UV_CC_ERROR, bad_headers[i].rc,
			      bad_headers[i].rrc);
		/* Nothing of it stays, and a good header is still welcome. */
		assert_true(all_zero(&fake_config(test.fake, test.config)->image,
				     sizeof(struct image)));
		assert_error(test.fake, verify(&test), RC_STATE);
		free(test.header.data);
		test.header = file_read("one.hdr");
		assert_done(test.fake, parameters(&test));
		end(&test);
	}
}

static void version_that_is_not_announced_is_refused(void **state)
{
	const struct fake_options options = {
		.keys = &host, .nr_keys = 1, .no_header_versions = true,
	};
	struct fake *fake = fake_new(&options);
	struct file header = file_read("one.hdr");
	uint64_t config;

	(void)state;
	assert_done(fake, uvc_init(fake));
	assert_done(fake, uvc_create_config(fake, 0, GUEST_LEN, &config));
	assert_answer(fake, uvc_parameters(fake, config, header.data, header.len), UV_CC_ERROR,
		      RC_PARMS_VERSION, RRC_VERSION);
	block_clear(fake, CMD_QUERY, 0x120);
	assert_done(fake, host_call(fake));
	assert_int_equal(block_get(fake, 0xb0), 0);
	fake_free(fake);
	free(header.data);
}

static void header_length_must_fit(void **state)
{
	const uint32_t bad[] = { 0, 1, 415, 416, 639, 641, HEADER_MAX, HEADER_MAX + 1, ~0u };
	struct image_test test;
	uint8_t *header;
	size_t i;

	(void)state;
	begin(&test, "one", &host, 1);
	assert_int_equal(test.header.len, 640);
	header = realloc(test.header.data, HEADER_MAX);
	assert_non_null(header);
	test.header.data = header;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		uint64_t area = fake_home_area(test.fake, HEADER_MAX / PAGE_SIZE + 1);

		memcpy(fake_at(test.fake, (test.fake->home[(area - FAKE_HOME) >> 12] - 1) << 12),
		       test.header.data, 640);
		block_clear(test.fake, CMD_SET_PARAMETERS, 0x50);
		block_set(test.fake, 0x18, test.config);
		block_set(test.fake, 0x20, area);
		block_set(test.fake, 0x28, (uint64_t)bad[i] << 32);
		assert_answer(test.fake, host_call(test.fake), UV_CC_ERROR, RC_PARMS_SIZE,
			      RRC_HEADER_LEN);
	}
	end(&test);
}

static void longer_header_is_refused(void **state)
{
	struct image_test test;

	(void)state;
	begin(&test, "too-wide", &host, 1);
	assert_answer(test.fake, parameters(&test), UV_CC_ERROR, RC_PARMS_SIZE, RRC_HEADER_LEN);
	end(&test);
}

static void inaccessible_header_is_refused(void **state)
{
	struct image_test test;
	struct fake *fake;
	uint64_t area, second_page;

	(void)state;
	begin(&test, "many", &host, 1);
	fake = test.fake;
	area = fake_home_area(fake, 2);
	second_page = fake->home[((area - FAKE_HOME) >> 12) + 1];
	block_clear(fake, CMD_SET_PARAMETERS, 0x50);
	block_set(fake, 0x18, test.config);
	block_set(fake, 0x28, test.header.len << 32);

	block_set(fake, 0x20, 0x1000);
	assert_error(fake, host_call(fake), RC_PARMS_HEADER);
	fake->home_result = UV_XLAT_INVALID;
	assert_error(fake, host_call(fake), RC_PARMS_HEADER);
	fake->home_result = UV_XLAT_REAL_SPACE;
	assert_error(fake, host_call(fake), RC_HOME_REAL_SPACE);
	fake->home_result = UV_XLAT_FAILED;
	/* It begins well and goes on in a page that is not there, no storage, or secure. */
	block_set(fake, 0x20, area + 0xf00);
	fake->home[((area - FAKE_HOME) >> 12) + 1] = 0;
	assert_error(fake, host_call(fake), RC_PARMS_HEADER);
	fake->home[((area - FAKE_HOME) >> 12) + 1] = (FAKE_STORAGE >> 12) + 1;
	assert_error(fake, host_call(fake), RC_PARMS_HEADER);
	fake->home[((area - FAKE_HOME) >> 12) + 1] = (FAKE_BASE >> 12) + 1;
	assert_error(fake, host_call(fake), RC_PARMS_HEADER);
	fake->home[((area - FAKE_HOME) >> 12) + 1] = second_page;
	fake->uv->frames[second_page - 1] |= FRAME_BUSY;
	assert_int_equal(host_call(fake), UV_CC_BUSY);
	fake->uv->frames[second_page - 1] &= ~FRAME_BUSY;
	end(&test);
}

static void header_is_accepted_once(void **state)
{
	struct image_test test;

	(void)state;
	begin(&test, "empty", &host, 1);
	assert_done(test.fake, parameters(&test));
	assert_error(test.fake, parameters(&test), RC_STATE);
	assert_done(test.fake, verify(&test));
	assert_error(test.fake, parameters(&test), RC_STATE);
	assert_error(test.fake, verify(&test), RC_STATE);
	end(&test);
}

static void failed(struct image_test *test, uint16_t rrc)
{
	assert_answer(test->fake, verify(test), UV_CC_ERROR, RC_VERIFY_IMAGE, rrc);
	/* There is no second try, and the guest never runs. */
	assert_error(test->fake, verify(test), RC_STATE);
	assert_error(test->fake, unpack(test, 0), RC_STATE);
	assert_error(test->fake, parameters(test), RC_STATE);
	end(test);
}

static void image_with_changed_page_is_not_verified(void **state)
{
	struct image_test test;

	(void)state;
	opened(&test, "one");
	test.page[2].stored[100] ^= 4;
	unpack_all(&test);
	failed(&test, RRC_PLD);
}

static void image_at_another_address_is_not_verified(void **state)
{
	struct image_test test;
	size_t i;

	(void)state;
	opened(&test, "one");
	for (i = 0; i < test.nr; i++)
		assert_done(test.fake, unpack_as(&test, i, 0x80000 + i * 4096,
						 get_be64(test.page[i].prefix)));
	failed(&test, RRC_ALD);
}

static void image_with_another_tweak_is_not_verified(void **state)
{
	struct image_test test;
	size_t i;

	(void)state;
	opened(&test, "one");
	for (i = 0; i < test.nr; i++)
		assert_done(test.fake, unpack_as(&test, i, get_be64(test.page[i].address),
						 get_be64(test.page[i].prefix) ^ (i == 1)));
	failed(&test, RRC_TLD);
}

static void image_in_another_order_or_incomplete_is_not_verified(void **state)
{
	struct image_test test;
	size_t i;

	(void)state;
	opened(&test, "one");
	for (i = test.nr; i--; )
		assert_done(test.fake, unpack(&test, i));
	failed(&test, RRC_ALD);
	opened(&test, "one");
	for (i = 1; i < test.nr; i++)
		assert_done(test.fake, unpack(&test, i));
	failed(&test, RRC_ALD);
}

static void image_with_wrong_number_of_pages_is_not_verified(void **state)
{
	struct image_test test;

	(void)state;
	opened(&test, "nep");
	unpack_all(&test);
	failed(&test, RRC_NEP);
}

static void unpack_is_refused_where_a_page_is(void **state)
{
	struct image_test test;
	uint64_t address, frame;

	(void)state;
	begin(&test, "one", &host, 1);
	assert_error(test.fake, unpack(&test, 0), RC_STATE);
	assert_done(test.fake, parameters(&test));
	assert_done(test.fake, unpack(&test, 0));
	address = get_be64(test.page[0].address);
	frame = test.frames[0];
	/* Same frame; another frame; a page that was exported meanwhile. */
	assert_error(test.fake, uvc_unpack(test.fake, test.config, address, 0, 0),
		     RC_IMPORT_SEEN);
	assert_error(test.fake, unpack(&test, 0), RC_IMPORT_SEEN);
	assert_done(test.fake, uvc_page(test.fake, CMD_EXPORT, frame));
	assert_error(test.fake, unpack(&test, 0), RC_IMPORT_SEEN);
	/* What import refuses, unpack refuses. */
	assert_error(test.fake, uvc_unpack(test.fake, test.config, GUEST_LEN, 0, 0),
		     RC_IMPORT_ADDRESS);
	assert_error(test.fake, uvc_unpack(test.fake, test.config, 0x300000, 0, 0),
		     RC_IMPORT_NOT_MAPPED);
	fake_map(test.fake, 0, 0x300000, FAKE_BASE);
	assert_error(test.fake, uvc_unpack(test.fake, test.config, 0x300000, 0, 0),
		     RC_IMPORT_DONATED);
	end(&test);
}

static void image_page_survives_export_before_verification(void **state)
{
	struct image_test test;
	size_t i;

	(void)state;
	opened(&test, "one");
	for (i = 0; i < test.nr; i++) {
		assert_done(test.fake, unpack(&test, i));
		assert_done(test.fake, uvc_page(test.fake, CMD_EXPORT, test.frames[i]));
	}
	assert_done(test.fake, verify(&test));
	for (i = 0; i < test.nr; i++) {
		fake_map(test.fake, 0, get_be64(test.page[i].address), test.frames[i]);
		assert_done(test.fake, uvc_guest_page(test.fake, CMD_IMPORT, test.config,
						      get_be64(test.page[i].address)));
		assert_memory_equal(fake_at(test.fake, test.frames[i]), test.page[i].plain, 4096);
	}
	end(&test);
}

static void verified_image_gives_the_psw(void **state)
{
	struct image_test test;
	struct uv_cpu_state cpu_state;
	uint64_t cpu, sd;

	(void)state;
	begin(&test, "empty", &host, 1);
	assert_done(test.fake, uvc_create_cpu(test.fake, test.config, 0, &cpu, &sd));
	assert_done(test.fake, parameters(&test));
	assert_done(test.fake, verify(&test));
	block_clear(test.fake, CMD_CPU_SET_STATE, 0x50);
	block_set(test.fake, 0x18, cpu);
	test.fake->block[0x27] = 5;
	assert_done(test.fake, host_call(test.fake));
	assert_int_equal(uv_cpu_enter(test.fake->uv, test.config, cpu, sd, &cpu_state),
			 UV_ENTER_OK);
	assert_int_equal(cpu_state.psw_mask, 0x180000000ull);
	assert_int_equal(cpu_state.psw_addr, 0x12340);
	uv_cpu_leave(test.fake->uv, cpu, &cpu_state);
	assert_done(test.fake, uvc_handle(test.fake, CMD_DESTROY_CPU, cpu));
	end(&test);
}

static int create_error(const struct uv_key *key)
{
	const struct uv_ops ops = {
		.storage = (void *)1, .translate_home = (void *)1, .translate_guest = (void *)1,
		.translate_guest_home = (void *)1,
	};
	const struct uv_config config = {
		.storage_end = 1 << 20, .host_keys = key, .nr_host_keys = 1,
	};

	errno = 0;
	assert_null(uv_create(&ops, NULL, &config));
	return errno;
}

static void other_keys_are_rejected(void **state)
{
	const struct uv_key bad[] = {
		key_file("p256.pem"), key_file("rsa.pem"), { "garbage", 7 }, { "", 0 },
		{ host.data, host.len / 2 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(create_error(&bad[i]), EKEYREJECTED);
	free((void *)bad[0].data);
	free((void *)bad[1].data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(image_with_one_slot_is_unpacked),
		cmocka_unit_test(image_does_not_depend_on_the_origin_of_storage),
		cmocka_unit_test(any_slot_and_any_host_key_will_do),
		cmocka_unit_test(keys_are_read_as_pem_and_der),
		cmocka_unit_test(unencrypted_components_are_only_measured),
		cmocka_unit_test(image_without_pages_is_verified),
		cmocka_unit_test(backup_key_opens_images_that_allow_it),
		cmocka_unit_test(large_image_is_unpacked),
		cmocka_unit_test(bad_headers_are_refused),
		cmocka_unit_test(version_that_is_not_announced_is_refused),
		cmocka_unit_test(header_length_must_fit),
		cmocka_unit_test(longer_header_is_refused),
		cmocka_unit_test(inaccessible_header_is_refused),
		cmocka_unit_test(header_is_accepted_once),
		cmocka_unit_test(image_with_changed_page_is_not_verified),
		cmocka_unit_test(image_at_another_address_is_not_verified),
		cmocka_unit_test(image_with_another_tweak_is_not_verified),
		cmocka_unit_test(image_in_another_order_or_incomplete_is_not_verified),
		cmocka_unit_test(image_with_wrong_number_of_pages_is_not_verified),
		cmocka_unit_test(unpack_is_refused_where_a_page_is),
		cmocka_unit_test(image_page_survives_export_before_verification),
		cmocka_unit_test(verified_image_gives_the_psw),
		cmocka_unit_test(other_keys_are_rejected),
	};
	int failures;

	host = key_file("host.pem");
	second = key_file("second.pem");
	backup = key_file("backup.pem");
	failures = cmocka_run_group_tests_name("images", tests, NULL, NULL);
	free((void *)host.data);
	free((void *)second.data);
	free((void *)backup.data);
	return failures;
}

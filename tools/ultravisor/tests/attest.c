// SPDX-License-Identifier: GPL-2.0
/* Attestation: what OpenSSL computes as well (mkrequest.py), and each kind of bad request. */
#include "requests.h"

static struct guest_test test;

static const struct {
	const char *name;
	size_t additional_len;
} requests[] = {
	{ "attest", 0 },
	{ "attest-nonce", 0 },
	{ "attest-image", 32 },
	{ "attest-request", 32 },
	{ "attest-store", 64 },
	{ "attest-all", 128 },
	{ "attest-second", 128 },	/* opened by another host key than the image */
	{ "attest-many", 128 },		/* 255 slots, the last one is ours */
};

#define NR_REQUESTS (sizeof(requests) / sizeof(requests[0]))

static void attested(const char *name, const char *state, size_t user_len, size_t additional_len)
{
	struct file request = named(name, ".req"), want;
	uint8_t got[64 + 128], uid[UID_LEN];
	char suffix[64];

	put_request(&test, &request);
	attest_block(&test, user_len, additional_len);
	assert_done(test.fake, guest_call(test.fake, test.config));
	fake_guest_read(test.fake, 0, test.measurement, got, 64);
	fake_guest_read(test.fake, 0, test.additional, got + 64, additional_len);
	snprintf(suffix, sizeof(suffix), ".%s.%zu.want", state, user_len);
	want = named(name, suffix);
	assert_int_equal(want.len, 64 + additional_len);
	assert_memory_equal(got, want.data, want.len);
	memset(uid, 5, sizeof(uid));
	assert_memory_equal(test.fake->block + 0x148, uid, sizeof(uid));
	free(want.data);
	free(request.data);
}

static void all_attested(const char *state)
{
	size_t i;

	for (i = 0; i < NR_REQUESTS; i++) {
		attested(requests[i].name, state, 0, requests[i].additional_len);
		attested(requests[i].name, state, 256, requests[i].additional_len);
	}
}

static void measurements_are_what_their_owner_computes(void **state)
{
	(void)state;
	guest_begin(&test, "empty.hdr");
	all_attested("empty");
	guest_end(&test);
}

static void measurements_show_the_secret_store(void **state)
{
	(void)state;
	guest_begin(&test, "empty.hdr");
	assert_done(test.fake, add(&test, "null"));
	assert_done(test.fake, add(&test, "association"));
	assert_done(test.fake, add(&test, "plain"));
	all_attested("added");
	guest_end(&test);
	guest_begin(&test, "empty.hdr");
	assert_done(test.fake, lock_store(&test));
	all_attested("locked");
	guest_end(&test);
}

static void every_instance_has_its_own_uid(void **state)
{
	uint8_t uid[UID_LEN];
	uint64_t other;

	(void)state;
	guest_begin(&test, "empty.hdr");
	assert_done(test.fake, uvc_create_config(test.fake, 1, GUEST_LEN, &other));
	memcpy(uid, fake_config(test.fake, other)->uid, sizeof(uid));
	assert_memory_not_equal(uid, fake_config(test.fake, test.config)->uid, sizeof(uid));
	assert_done(test.fake, uvc_again(test.fake, CMD_DESTROY_CONFIG, other));
	assert_done(test.fake, uvc_create_config(test.fake, 1, GUEST_LEN, &other));
	assert_memory_not_equal(uid, fake_config(test.fake, other)->uid, sizeof(uid));
	guest_end(&test);
}

static void answer_is_written_as_far_as_it_goes(void **state)
{
	struct file request = named("attest-all", ".req");
	uint8_t page[256], want[256];

	(void)state;
	guest_begin(&test, "empty.hdr");
	memset(want, 0xee, sizeof(want));
	fake_guest_write(test.fake, 0, test.measurement, want, sizeof(want));
	fake_guest_write(test.fake, 0, test.additional, want, sizeof(want));
	put_request(&test, &request);
	attest_block(&test, 0, 256);
	block_set32(test.fake, 0x13c, 256);
	assert_done(test.fake, guest_call(test.fake, test.config));
	fake_guest_read(test.fake, 0, test.measurement, page, sizeof(page));
	assert_memory_equal(page + 64, want, sizeof(page) - 64);
	fake_guest_read(test.fake, 0, test.additional, page, sizeof(page));
	assert_memory_equal(page + 128, want, sizeof(page) - 128);
	guest_end(&test);
	free(request.data);
}

/* One request, changed in one place, and what it is refused with. */
static const struct {
	const char *name;
	size_t offset;
	uint8_t flip;
	uint16_t rc;
} bad_requests[] = {
	{ "attest-nonce", 0x00, 1, RC_ATTEST_OPEN },		/* magic: authenticated only */
	{ "attest-nonce", 0x08, 1, RC_ATTEST_VERSION },
	{ "attest-nonce", 0x0a, 1, RC_ATTEST_VERSION },
	{ "attest-nonce", 0x0a, 2, RC_ATTEST_VERSION },
	{ "attest-nonce", 0x0b, 0x80, RC_ATTEST_VERSION },
	{ "attest-nonce", 0x0c, 0x80, RC_ATTEST_LEN },
	{ "attest-nonce", 0x0e, 0x10, RC_ATTEST_LEN },
	{ "attest-nonce", 0x0f, 1, RC_ATTEST_LEN },
	{ "attest-nonce", 0x10, 1, RC_ATTEST_OPEN },		/* IV */
	{ "attest-nonce", 0x1b, 0x80, RC_ATTEST_OPEN },
	{ "attest-nonce", 0x1c, 1, RC_ATTEST_OPEN },		/* reserved */
	{ "attest-nonce", 0x27, 1, RC_ATTEST_SLOTS },		/* none */
	{ "attest-nonce", 0x27, 3, RC_ATTEST_LEN },		/* two in the length of one */
	{ "attest-nonce", 0x28, 1, RC_ATTEST_OPEN },		/* reserved */
	{ "attest-nonce", 0x2c, 0x80, RC_ATTEST_ENCRYPTED_LEN },
	{ "attest-nonce", 0x2f, 0x10, RC_ATTEST_ENCRYPTED_LEN },
	{ "attest", 0x2f, 0x10, RC_ATTEST_ENCRYPTED_LEN },
	{ "attest-nonce", 0x30, 0x80, RC_ATTEST_FLAGS },
	{ "attest-nonce", 0x30, 0x04, RC_ATTEST_FLAGS },	/* firmware state */
	{ "attest-nonce", 0x30, 0x02, RC_ATTEST_FLAGS },
	{ "attest-nonce", 0x37, 0x01, RC_ATTEST_FLAGS },
	{ "attest-nonce", 0x30, 0x40, RC_ATTEST_ENCRYPTED_LEN },	/* no nonce */
	{ "attest", 0x30, 0x40, RC_ATTEST_ENCRYPTED_LEN },
	{ "attest-nonce", 0x30, 0x20, RC_ATTEST_OPEN },		/* more than its owner asked for */
	{ "attest-nonce", 0x38, 1, RC_ATTEST_ALGORITHM },
	{ "attest-nonce", 0x3b, 1, RC_ATTEST_ALGORITHM },
	{ "attest-nonce", 0x3b, 3, RC_ATTEST_ALGORITHM },
	{ "attest-nonce", 0x3c, 1, RC_ATTEST_OPEN },		/* reserved */
	{ "attest-nonce", 0x40, 1, RC_ATTEST_OPEN },		/* padding of X */
	{ "attest-nonce", 0x40 + 79, 1, RC_ATTEST_OPEN },	/* not on the curve */
	{ "attest-nonce", 0x90, 1, RC_ATTEST_OPEN },		/* padding of Y */
	{ "attest-nonce", 0x90 + 40, 1, RC_ATTEST_OPEN },
	{ "attest-nonce", 0xe0, 1, RC_ATTEST_OPEN },		/* hash in the slot */
	{ "attest-nonce", 0xe0 + 32, 1, RC_ATTEST_OPEN },	/* wrapped key */
	{ "attest-nonce", 0xe0 + 79, 1, RC_ATTEST_OPEN },	/* tag of the slot */
	{ "attest-nonce", 0x130, 1, RC_ATTEST_OPEN },		/* measurement key */
	{ "attest-nonce", 0x170, 1, RC_ATTEST_OPEN },		/* nonce */
	{ "attest-nonce", 0x180, 1, RC_ATTEST_OPEN },		/* tag */
	{ "attest-nonce", 0x18f, 0x80, RC_ATTEST_OPEN },
	{ "attest-many", 0xe0 + 5, 1, RC_ATTEST_OPEN },		/* somebody else's slot */
	{ "attest-stranger", 0x00, 0, RC_ATTEST_OPEN },
	{ "attest-backup", 0x00, 0, RC_ATTEST_OPEN },		/* the image has no such flag */
	{ "attest-firmware", 0x00, 0, RC_ATTEST_FLAGS },
	{ "attest-flag-0", 0x00, 0, RC_ATTEST_FLAGS },
	{ "attest-algorithm", 0x00, 0, RC_ATTEST_ALGORITHM },
};

/* Nothing was written, neither to the areas nor to the block. */
static void assert_nothing_said(void)
{
	static const uint8_t zeroes[128];
	uint8_t bytes[128];

	fake_guest_read(test.fake, 0, test.measurement, bytes, 64);
	assert_memory_equal(bytes, zeroes, 64);
	fake_guest_read(test.fake, 0, test.additional, bytes, 128);
	assert_memory_equal(bytes, zeroes, 128);
	assert_memory_equal(test.fake->block + 0x148, zeroes, UID_LEN);
}

static void bad_requests_are_refused(void **state)
{
	size_t i;

	(void)state;
	guest_begin(&test, "empty.hdr");
	for (i = 0; i < sizeof(bad_requests) / sizeof(bad_requests[0]); i++) {
		struct file request = named(bad_requests[i].name, ".req");

		request.data[bad_requests[i].offset] ^= bad_requests[i].flip;
		put_request(&test, &request);
		attest_block(&test, 0, 256);
		assert_error(test.fake, guest_call(test.fake, test.config), bad_requests[i].rc);
		assert_nothing_said();
		free(request.data);
	}
	guest_end(&test);
}

/*
 * Everything that can be wrong, in the order in which it is said: whatever comes first is
 * the answer, however much is wrong behind it.
 */
static void wrong_token(struct guest_test *t) { block_set(t->fake, 0x20, 1); }
static void wrong_user_len(struct guest_test *t) { put_be16(t->fake->block + 0x2e, 257); }
static void wrong_address(struct guest_test *t) { block_set(t->fake, 0x18, FAKE_VIRTUAL - 4096); }

static void change(struct guest_test *t, size_t offset, uint8_t value)
{
	fake_guest_write(t->fake, 0, t->request + offset, &value, 1);
}

static void wrong_version(struct guest_test *t) { change(t, 0x0a, 2); }
static void no_slot(struct guest_test *t) { change(t, 0x27, 0); }
static void wrong_flag(struct guest_test *t) { change(t, 0x37, 1); }
static void wrong_encrypted_len(struct guest_test *t) { change(t, 0x2f, 0x48); }
static void wrong_len(struct guest_test *t) { change(t, 0x0f, 0x91); }
static void wrong_algorithm(struct guest_test *t) { change(t, 0x3b, 2); }
static void short_measurement(struct guest_test *t) { block_set32(t->fake, 0x13c, 63); }
static void short_additional(struct guest_test *t) { block_set32(t->fake, 0x15c, 127); }
static void wrong_tag(struct guest_test *t) { change(t, 0x18f, 0); change(t, 0x18e, 0); }
static void wrong_measurement(struct guest_test *t) { block_set(t->fake, 0x140, FAKE_VIRTUAL - 1); }
static void wrong_additional(struct guest_test *t) { block_set(t->fake, 0x160, FAKE_VIRTUAL - 1); }

static const struct {
	void (*spoil)(struct guest_test *test);
	uint16_t rc;
} order[] = {
	{ wrong_token, RC_ATTEST_TOKEN },
	{ wrong_user_len, RC_ATTEST_USER_LEN },
	{ wrong_address, RC_ATTEST_REQUEST },
	{ wrong_version, RC_ATTEST_VERSION },
	{ no_slot, RC_ATTEST_SLOTS },
	{ wrong_flag, RC_ATTEST_FLAGS },
	{ wrong_encrypted_len, RC_ATTEST_ENCRYPTED_LEN },
	{ wrong_len, RC_ATTEST_LEN },
	{ wrong_algorithm, RC_ATTEST_ALGORITHM },
	{ short_measurement, RC_ATTEST_MEASUREMENT_LEN },
	{ short_additional, RC_ATTEST_ADDITIONAL_LEN },
	{ wrong_tag, RC_ATTEST_OPEN },
	{ wrong_measurement, RC_ATTEST_MEASUREMENT },
	{ wrong_additional, RC_ATTEST_ADDITIONAL },
};

#define NR_ORDER (sizeof(order) / sizeof(order[0]))

static void checks_have_an_order(void **state)
{
	struct file request = named("attest-all", ".req");
	size_t first, i;

	(void)state;
	guest_begin(&test, "empty.hdr");
	for (first = 0; first < NR_ORDER; first++) {
		put_request(&test, &request);
		attest_block(&test, 0, 128);
		for (i = first; i < NR_ORDER; i++)
			order[i].spoil(&test);
		assert_error(test.fake, guest_call(test.fake, test.config), order[first].rc);
		/* Alone it is said, too. */
		put_request(&test, &request);
		attest_block(&test, 0, 128);
		order[first].spoil(&test);
		assert_error(test.fake, guest_call(test.fake, test.config), order[first].rc);
	}
	assert_nothing_said();
	guest_end(&test);
	free(request.data);
}

static uint64_t *mapping(uint64_t vaddr)
{
	return &test.fake->virtual[(vaddr - FAKE_VIRTUAL) >> 12];
}

/* The area at @offset of the block is wrong in every way there is, from its second page on. */
static void area_is_checked(unsigned int offset, uint64_t area, bool write, uint16_t rc)
{
	uint64_t next = area + 4096, saved = *mapping(next), frame = fake_guest_frame(test.fake, 0,
										       next);
	struct fake *fake = test.fake;
	uint8_t block[UV_BLOCK_MAX];

	memcpy(block, fake->block, sizeof(block));
#define AGAIN() (memcpy(fake->block, block, sizeof(block)), guest_call(fake, test.config))
	*mapping(next) = 0;
	assert_error(fake, AGAIN(), rc);
	fake->virtual_result = UV_XLAT_INVALID;
	assert_error(fake, AGAIN(), rc);
	fake->virtual_result = UV_XLAT_REAL_SPACE;
	assert_error(fake, AGAIN(), RC_HOME_REAL_SPACE);
	fake->virtual_result = UV_XLAT_ABSENT;
	assert_int_equal(AGAIN(), UV_CC_IMPORT);
	assert_int_equal(fake->missing, 0x5000);
	fake->virtual_result = UV_XLAT_FAILED;
	*mapping(next) = (GUEST_LEN >> 12) + 1;
	assert_error(fake, AGAIN(), rc);
	*mapping(next) = saved;
	if (write) {
		fake->read_only = next >> 12;
		assert_error(fake, AGAIN(), rc);
		fake->read_only = 0;
	}
	/* The host has the page, or a call is at work on it. */
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
	assert_int_equal(AGAIN(), UV_CC_IMPORT);
	assert_int_equal(fake->missing, (saved - 1) << 12);
	assert_memory_equal(fake->block, block, sizeof(block));
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, test.config, (saved - 1) << 12));
	guest_page(fake->uv, fake_config(fake, test.config), saved - 1)->word |= GUEST_BUSY;
	assert_int_equal(AGAIN(), UV_CC_BUSY);
	guest_page(fake->uv, fake_config(fake, test.config), saved - 1)->word &= ~GUEST_BUSY;
	fake->uv->frames[frame >> 12] |= FRAME_BUSY;
	assert_int_equal(AGAIN(), UV_CC_BUSY);
	fake->uv->frames[frame >> 12] &= ~FRAME_BUSY;
	/* The last page of the space is followed by nothing. */
	memcpy(fake->block, block, sizeof(block));
	block_set(fake, offset, ~0ull - 7);
	assert_error(fake, guest_call(fake, test.config), rc);
	memcpy(fake->block, block, sizeof(block));
#undef AGAIN
}

static void areas_are_checked(void **state)
{
	struct file request = named("attest-all", ".req");

	(void)state;
	guest_begin(&test, "empty.hdr");
	put_request(&test, &request);
	attest_block(&test, 0, 128);
	area_is_checked(0x18, test.request, false, RC_ATTEST_REQUEST);
	area_is_checked(0x140, test.measurement, true, RC_ATTEST_MEASUREMENT);
	area_is_checked(0x160, test.additional, true, RC_ATTEST_ADDITIONAL);
	/* All of it as it should be: nothing stayed behind. */
	attested("attest-all", "empty", 256, 128);
	guest_end(&test);
	free(request.data);
}

/* The request begins so that it ends where the space does, and says that it is longer. */
static void request_does_not_go_on_at_zero(void **state)
{
	struct file request = named("attest", ".req");
	uint64_t last;

	(void)state;
	guest_begin(&test, "empty.hdr");
	last = (test.request & ~0xfffull) + (AREA_PAGES - 1) * 4096;
	fake_guest_write(test.fake, 0, last + 0x1000 - 0xe0, request.data, 0xe0);
	attest_block(&test, 0, 0);
	block_set(test.fake, 0x18, ~0ull - 0xe0 + 1);
	assert_error(test.fake, guest_call(test.fake, test.config), RC_ATTEST_REQUEST);
	guest_end(&test);
	free(request.data);
}

/* Between finding an area and writing to it other calls may do what they like. */
static void page_may_go_before_it_is_written(void **state)
{
	struct guest_area area;
	struct guest_page *page;
	uint8_t bytes[16] = { 1 }, zeroes[16] = { 0 }, now[16];
	const struct guest_output output = { &area, bytes };
	struct call call;
	uint64_t frame, *root;

	(void)state;
	guest_begin(&test, "empty.hdr");
	call = (struct call) { .uv = test.fake->uv, .guest = true, .slot = test.fake->uv->slots[0],
			       .config = fake_config(test.fake, test.config) };
	/* The second page of two is the one that goes. */
	assert_int_equal(guest_area_find(&call, &area, test.measurement + 0x18, sizeof(bytes),
					 true, 0), UV_CC_DONE);
	page = guest_page(test.fake->uv, call.config, area.pages[1] >> 12);
	frame = fake_guest_frame(test.fake, 0, test.measurement + 4096);
	page->word |= GUEST_BUSY;
	assert_int_equal(guest_write(&call, &output, 1), UV_CC_BUSY);
	page->word &= ~GUEST_BUSY;
	assert_done(test.fake, uvc_page(test.fake, CMD_EXPORT, frame));
	assert_int_equal(guest_write(&call, &output, 1), UV_CC_IMPORT);
	assert_int_equal(call.missing, area.pages[1]);
	assert_done(test.fake, uvc_guest_page(test.fake, CMD_IMPORT, test.config, area.pages[1]));
	/* Nothing was written to the first. */
	fake_guest_read(test.fake, 0, test.measurement + 0x18, now, sizeof(now));
	assert_memory_equal(now, zeroes, sizeof(now));
	assert_int_equal(guest_write(&call, &output, 1), UV_CC_DONE);
	fake_guest_read(test.fake, 0, test.measurement + 0x18, now, sizeof(now));
	assert_memory_equal(now, bytes, sizeof(now));
	/* Entries that lead elsewhere, to no storage, or are not there. */
	page->tag = fake_guest_frame(test.fake, 0, test.request) >> 12;
	assert_int_equal(guest_write(&call, &output, 1), UV_CC_ERROR);
	assert_int_equal(call.rc, RC_METADATA);
	page->tag = FAKE_STORAGE >> 12;
	assert_int_equal(guest_write(&call, &output, 1), UV_CC_ERROR);
	assert_int_equal(call.rc, RC_METADATA);
	page->tag = frame >> 12;
	root = &call.config->root[0];
	*root += FAKE_STORAGE;
	assert_int_equal(guest_write(&call, &output, 1), UV_CC_ERROR);
	assert_int_equal(call.rc, RC_METADATA);
	assert_int_equal(guest_area_find(&call, &area, test.request, 1, true, 0), UV_CC_ERROR);
	assert_int_equal(call.rc, RC_METADATA);
	*root -= FAKE_STORAGE;
	guest_end(&test);
}

static void areas_may_be_shared_pages_and_one_page(void **state)
{
	struct file request = named("attest-nonce", ".req"), want = named("attest-nonce", ".empty.0.want");
	uint8_t got[64];

	(void)state;
	guest_begin(&test, "empty.hdr");
	put_request(&test, &request);
	assert_done(test.fake, uvc_share(test.fake, CMD_SHARE, test.config,
					 (*mapping(test.request) - 1) << 12));
	attest_block(&test, 0, 0);
	/* An additional area of no bytes is nowhere. */
	block_set(test.fake, 0x140, test.request + 0x200);
	block_set(test.fake, 0x160, ~0ull);
	assert_done(test.fake, guest_call(test.fake, test.config));
	fake_guest_read(test.fake, 0, test.request + 0x200, got, sizeof(got));
	assert_memory_equal(got, want.data, want.len);
	guest_end(&test);
	free(request.data);
	free(want.data);
}

static void only_verified_guests_are_attested(void **state)
{
	struct file request = named("attest", ".req");
	static const enum config_state states[] = {
		CONFIG_CREATED, CONFIG_LOADING, CONFIG_DUMPING, CONFIG_FAILED,
	};
	size_t i;

	(void)state;
	guest_begin(&test, "empty.hdr");
	put_request(&test, &request);
	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		fake_config(test.fake, test.config)->state = states[i];
		attest_block(&test, 0, 0);
		assert_error(test.fake, guest_call(test.fake, test.config), RC_STATE);
	}
	fake_config(test.fake, test.config)->state = CONFIG_VERIFIED;
	attested("attest", "empty", 0, 0);
	guest_end(&test);
	free(request.data);
}

static void backup_key_opens_what_the_image_allows(void **state)
{
	struct file request = named("attest-backup", ".req");

	(void)state;
	guest_begin(&test, "backup-empty.hdr");
	put_request(&test, &request);
	attest_block(&test, 0, 0);
	assert_done(test.fake, guest_call(test.fake, test.config));
	guest_end(&test);
	free(request.data);
}

/* Requests that another implementation made. */
static void foreign_requests_are_answered(void **state)
{
	static const struct {
		const char *name;
		size_t additional_len;
	} foreign[] = { { "v-att-plain", 0 }, { "v-att-all", 128 } };
	uint8_t want[64], additional[128], key[KEY_LEN], lengths[8] = { 0 }, got[64], *encrypted;
	const struct image *image;
	size_t i;

	(void)state;
	guest_begin_with(&test, "v-se.hdr", "v-host.key", false);
	image = &fake_config(test.fake, test.config)->image;
	for (i = 0; i < 2; i++) {
		struct file request = named(foreign[i].name, ".req");
		struct file arpk = named(foreign[i].name, ".arpk");
		size_t plain = request.len - GCM_TAG_LEN - 0x50;

		put_request(&test, &request);
		attest_block(&test, 3, foreign[i].additional_len);
		assert_done(test.fake, guest_call(test.fake, test.config));
		fake_guest_read(test.fake, 0, test.measurement, got, sizeof(got));
		fake_guest_read(test.fake, 0, test.additional, additional,
				foreign[i].additional_len);
		/* The owner's side, with the request's key. */
		memcpy(key, arpk.data, sizeof(key));
		encrypted = request.data + plain;
		assert_int_equal(gcm_open(key, request.data + 0x10, request.data, plain, encrypted,
					  0x50, encrypted + 0x50), OPEN_OK);
		put_be64(lengths, 3ull << 48 | foreign[i].additional_len);
		assert_true(hmac_sha512(encrypted, 64, (const struct span[]) {
			{ image->pld, 64 }, { image->ald, 64 }, { image->tld, 64 },
			{ image->tag, 16 }, { fake_config(test.fake, test.config)->uid, 16 },
			{ lengths, 8 }, { "\7\7\7", 3 }, { encrypted + 64, 16 },
			{ additional, foreign[i].additional_len },
		}, 9, want));
		assert_memory_equal(got, want, sizeof(want));
		free(request.data);
		free(arpk.data);
	}
	/* One host key opened both; nothing was added. */
	assert_memory_equal(additional, additional + 32, 32);
	gcry_md_hash_buffer(GCRY_MD_SHA512, want, "\0", 1);
	assert_memory_equal(additional + 64, want, sizeof(want));
	guest_end(&test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(measurements_are_what_their_owner_computes),
		cmocka_unit_test(measurements_show_the_secret_store),
		cmocka_unit_test(every_instance_has_its_own_uid),
		cmocka_unit_test(answer_is_written_as_far_as_it_goes),
		cmocka_unit_test(bad_requests_are_refused),
		cmocka_unit_test(checks_have_an_order),
		cmocka_unit_test(areas_are_checked),
		cmocka_unit_test(request_does_not_go_on_at_zero),
		cmocka_unit_test(page_may_go_before_it_is_written),
		cmocka_unit_test(areas_may_be_shared_pages_and_one_page),
		cmocka_unit_test(only_verified_guests_are_attested),
		cmocka_unit_test(backup_key_opens_what_the_image_allows),
		cmocka_unit_test(foreign_requests_are_answered),
	};

	return cmocka_run_group_tests_name("attest", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/* Sharing and pinning. */
#include "fake.h"

#define GUEST_LEN	(4ull << 20)
#define PAGE		0x7000ull

static uint64_t frame, config;

/* A guest with PAGE resident, filled with 0x44. */
static void prepare(struct fake *fake)
{
	assert_done(fake, uvc_create_config(fake, 0, GUEST_LEN, &config));
	fake_verify(fake, config, 0);
	frame = fake_pages(fake, 1);
	fake_map(fake, 0, PAGE, frame);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, PAGE));
	memset(fake_at(fake, frame), 0x44, 4096);
}

static void assert_content(struct fake *fake, uint8_t value)
{
	const uint8_t *page = fake_at(fake, frame);
	unsigned int i;

	for (i = 0; i < 4096; i++)
		assert_int_equal(page[i], value);
}

static void shared_page_is_seen_by_both(void **state)
{
	struct fake *fake = *state;

	prepare(fake);
	assert_done(fake, uvc_share(fake, CMD_SHARE, config, PAGE));
	assert_int_equal(uv_access(fake->uv, frame, 0, 0, true), 0);
	assert_int_equal(uv_access(fake->uv, frame, config, PAGE, true), 0);
	assert_int_equal(uv_access(fake->uv, frame, config, PAGE + 4096, true), UV_PGM_VIOLATION);
	assert_false(fake->hidden[frame >> 12]);
	assert_content(fake, 0x44);
	assert_int_equal(fake_stats(fake).pages_shared, 1);
	/* Asking again, and importing it again, is fine. */
	assert_done(fake, uvc_share(fake, CMD_SHARE, config, PAGE));
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, PAGE));
	assert_done(fake, uvc_share(fake, CMD_UNSHARE, config, PAGE));
	assert_int_equal(uv_access(fake->uv, frame, 0, 0, true), UV_PGM_SECURE_ACCESS);
	assert_true(fake->hidden[frame >> 12]);
	assert_done(fake, uvc_share(fake, CMD_UNSHARE, config, PAGE));
	assert_content(fake, 0x44);
}

/* Hosts see guest storage from its origin on, guests from 0 on. */
static void guest_does_not_know_the_origin_of_its_storage(void **state)
{
	struct fake *fake = *state;
	unsigned int i;

	fake->origin = 2ull << 20;
	assert_done(fake, uvc_create_config(fake, 0, GUEST_LEN, &config));
	fake_verify(fake, config, 0);
	frame = fake_pages(fake, 1);
	fake_map(fake, 0, fake->origin + PAGE, frame);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, fake->origin + PAGE));
	assert_done(fake, uvc_share(fake, CMD_SHARE, config, PAGE));
	assert_int_equal(uv_access(fake->uv, frame, 0, 0, true), 0);
	assert_done(fake, uvc_share(fake, CMD_UNSHARE, config, PAGE));
	assert_int_equal(uv_access(fake->uv, frame, 0, 0, true), UV_PGM_SECURE_ACCESS);
	for (i = 0; i < 2; i++) {
		uint16_t command = i ? CMD_UNSHARE : CMD_SHARE;

		assert_error(fake, uvc_share(fake, command, config, GUEST_LEN), RC_SHARE_ADDRESS);
		assert_error(fake, uvc_share(fake, command, config, -fake->origin), RC_SHARE_ADDRESS);
	}
}

static void share_needs_a_page_of_the_guest(void **state)
{
	const uint16_t commands[] = { CMD_SHARE, CMD_UNSHARE };
	struct fake *fake = *state;
	unsigned int i;

	prepare(fake);
	for (i = 0; i < 2; i++) {
		assert_error(fake, uvc_share(fake, commands[i], config, PAGE + 1),
			     RC_SHARE_ADDRESS);
		assert_error(fake, uvc_share(fake, commands[i], config, GUEST_LEN),
			     RC_SHARE_ADDRESS);
		assert_error(fake, uvc_share(fake, commands[i], config, ~0xfffull),
			     RC_SHARE_ADDRESS);
	}
}

static void only_a_verified_guest_shares(void **state)
{
	struct fake *fake = *state;

	prepare(fake);
	fake_config(fake, config)->state = CONFIG_LOADING;
	assert_error(fake, uvc_share(fake, CMD_SHARE, config, PAGE), RC_STATE);
}

static void page_that_is_not_there_is_imported_before_it_is_shared(void **state)
{
	struct fake *fake = *state;

	prepare(fake);
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
	assert_int_equal(uvc_share(fake, CMD_SHARE, config, PAGE), UV_CC_IMPORT);
	assert_int_equal(fake->rc, 0);
	assert_int_equal(fake->missing, PAGE);
	assert_int_equal(uvc_share(fake, CMD_SHARE, config, PAGE + 4096), UV_CC_IMPORT);
	assert_done(fake, uvc_share(fake, CMD_UNSHARE, config, PAGE));
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, PAGE));
	assert_content(fake, 0x44);
	assert_done(fake, uvc_share(fake, CMD_SHARE, config, PAGE));
	assert_done(fake, uvc_share(fake, CMD_UNSHARE, config, PAGE));
	assert_done(fake, uvc_page(fake, CMD_DESTROY_PAGE, frame));
	assert_int_equal(uvc_share(fake, CMD_SHARE, config, PAGE), UV_CC_IMPORT);
}

static void shared_page_stays_shared_when_it_is_paged_out(void **state)
{
	const uint16_t commands[] = { CMD_EXPORT, CMD_DESTROY_PAGE };
	struct fake *fake = *state;
	unsigned int i, pin;

	prepare(fake);
	assert_done(fake, uvc_share(fake, CMD_SHARE, config, PAGE));
	for (i = 0; i < 4; i++) {
		pin = i / 2;
		memset(fake_at(fake, frame), 0x44, 4096);
		if (pin)
			assert_done(fake, uvc_page(fake, CMD_PIN, frame));
		assert_done(fake, uvc_page(fake, commands[i % 2], frame));
		assert_content(fake, i % 2 ? 0 : 0x44);
		assert_int_equal(uv_access(fake->uv, frame, config, PAGE, true),
				 UV_PGM_NONSECURE_ACCESS);
		assert_done(fake, uvc_share(fake, CMD_SHARE, config, PAGE));
		memset(fake_at(fake, frame), 0x12, 4096);
		assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, PAGE));
		assert_int_equal(uv_access(fake->uv, frame, 0, 0, true), 0);
		assert_int_equal(uv_access(fake->uv, frame, config, PAGE, true), 0);
		assert_content(fake, 0x12);
	}
	/* Unshared while it is out: nothing of the host's content is taken for the guest's. */
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
	assert_done(fake, uvc_share(fake, CMD_UNSHARE, config, PAGE));
	memset(fake_at(fake, frame), 0x99, 4096);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, PAGE));
	assert_int_equal(uv_access(fake->uv, frame, 0, 0, true), UV_PGM_SECURE_ACCESS);
	assert_content(fake, 0);
}

static void shared_page_in_two_frames_is_refused(void **state)
{
	struct fake *fake = *state;

	prepare(fake);
	assert_done(fake, uvc_share(fake, CMD_SHARE, config, PAGE));
	fake_map(fake, 0, PAGE, fake_pages(fake, 1));
	assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, config, PAGE), RC_IMPORT_TWO_FRAMES);
	fake_map(fake, 0, 0x1000, frame);
	assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x1000), RC_IMPORT_REMAPPED);
}

static void pinned_page_cannot_be_unshared(void **state)
{
	struct fake *fake = *state;

	prepare(fake);
	assert_error(fake, uvc_page(fake, CMD_PIN, frame), RC_PAGE_NOT_SHARED);
	assert_error(fake, uvc_page(fake, CMD_PIN, FAKE_FREE - 4096), RC_PAGE_NOT_SHARED);
	assert_error(fake, uvc_guest_page(fake, CMD_UNPIN, config, PAGE), RC_UNPIN_NOT_PINNED);
	assert_done(fake, uvc_share(fake, CMD_SHARE, config, PAGE));
	assert_error(fake, uvc_guest_page(fake, CMD_UNPIN, config, PAGE), RC_UNPIN_NOT_PINNED);
	assert_done(fake, uvc_page(fake, CMD_PIN, frame));
	assert_done(fake, uvc_page(fake, CMD_PIN, frame));
	assert_int_equal(fake_stats(fake).pages_pinned, 1);
	assert_int_equal(uv_access(fake->uv, frame, 0, 0, true), 0);
	assert_int_equal(uv_access(fake->uv, frame, config, PAGE, true), 0);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, PAGE));
	assert_int_equal(uvc_share(fake, CMD_UNSHARE, config, PAGE), UV_CC_INTERCEPT);
	assert_int_equal(fake->rc, 0);
	assert_error(fake, uvc_guest_page(fake, CMD_UNPIN, config, PAGE + 8), RC_UNPIN_ADDRESS);
	assert_error(fake, uvc_guest_page(fake, CMD_UNPIN, config, GUEST_LEN), RC_UNPIN_ADDRESS);
	assert_done(fake, uvc_guest_page(fake, CMD_UNPIN, config, PAGE));
	assert_int_equal(fake_stats(fake).pages_pinned, 0);
	/* A device has it although the host has not pinned it. */
	fake->in_use = frame;
	assert_int_equal(uvc_share(fake, CMD_UNSHARE, config, PAGE), UV_CC_BUSY);
	assert_int_equal(uv_access(fake->uv, frame, 0, 0, true), 0);
	fake->in_use = 0;
	assert_done(fake, uvc_share(fake, CMD_UNSHARE, config, PAGE));
}

static void importing_into_another_guest_transfers_a_shared_page(void **state)
{
	struct fake *fake = *state;
	uint64_t other;

	prepare(fake);
	assert_done(fake, uvc_create_config(fake, 1, GUEST_LEN, &other));
	assert_done(fake, uvc_share(fake, CMD_SHARE, config, PAGE));
	fake_map(fake, 1, 0x3000, frame);
	assert_int_equal(uv_access(fake->uv, frame, other, 0x3000, true),
			 UV_PGM_NONSECURE_ACCESS);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, other, 0x3000));
	assert_content(fake, 0);
	assert_int_equal(uv_access(fake->uv, frame, 0, 0, true), UV_PGM_SECURE_ACCESS);
	assert_int_equal(uv_access(fake->uv, frame, config, PAGE, true), UV_PGM_VIOLATION);
	assert_int_equal(uv_access(fake->uv, frame, other, 0x3000, true), 0);
	/* The page of the one that lost it is shared still, and out. */
	frame = fake_pages(fake, 1);
	fake_map(fake, 0, PAGE, frame);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, PAGE));
	assert_int_equal(uv_access(fake->uv, frame, 0, 0, true), 0);
}

static void without_the_feature_a_shared_page_is_not_transferred(void **state)
{
	const struct fake_options options = { .no_features = true };
	struct fake *fake = fake_new(&options);
	uint64_t other;

	(void)state;
	assert_done(fake, uvc_init(fake));
	prepare(fake);
	assert_done(fake, uvc_create_config(fake, 1, GUEST_LEN, &other));
	assert_done(fake, uvc_share(fake, CMD_SHARE, config, PAGE));
	fake_map(fake, 1, 0x3000, frame);
	assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, other, 0x3000), RC_IMPORT_OWNER);
	assert_int_equal(uv_access(fake->uv, frame, config, PAGE, true), 0);
	/* The host exports it first. */
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, other, 0x3000));
	block_clear(fake, CMD_QUERY, 0x120);
	assert_done(fake, host_call(fake));
	assert_int_equal(block_get(fake, 0xa0), 0);
	fake_free(fake);
}

static void shared_page_of_another_guest_stays_when_the_import_fails(void **state)
{
	struct fake *fake = *state;
	uint64_t other, scratch = fake_pages(fake, 1);
	struct guest_page *page;

	prepare(fake);
	assert_done(fake, uvc_create_config(fake, 1, GUEST_LEN, &other));
	fake_map(fake, 1, 0x3000, scratch);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, other, 0x3000));
	assert_done(fake, uvc_share(fake, CMD_SHARE, config, PAGE));
	fake_map(fake, 1, 0x3000, frame);
	/* The importing guest has that page elsewhere; then, the content is wrong. */
	assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, other, 0x3000), RC_IMPORT_TWO_FRAMES);
	assert_done(fake, uvc_page(fake, CMD_EXPORT, scratch));
	assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, other, 0x3000), RC_IMPORT_INTEGRITY);
	assert_int_equal(uv_access(fake->uv, frame, config, PAGE, true), 0);
	assert_content(fake, 0x44);
	/* Somebody else is at work on the one or the other side. */
	page = guest_page(fake->uv, fake_config(fake, config), PAGE >> 12);
	page->word |= GUEST_BUSY;
	assert_int_equal(uvc_guest_page(fake, CMD_IMPORT, other, 0x3000), UV_CC_BUSY);
	page->word &= ~GUEST_BUSY;
	assert_true(gate_try_write(&fake->uv->slots[HANDLE_SLOT(config) - 1]->gate));
	assert_int_equal(uvc_guest_page(fake, CMD_IMPORT, other, 0x3000), UV_CC_BUSY);
	gate_end_write(&fake->uv->slots[HANDLE_SLOT(config) - 1]->gate);
	assert_done(fake, uvc_page(fake, CMD_PIN, frame));
	assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, other, 0x3000), RC_IMPORT_OWNER);
	assert_int_equal(uv_access(fake->uv, frame, other, 0x3000, true), UV_PGM_VIOLATION);
}

static void everything_is_unshared_for_a_reset(void **state)
{
	struct fake *fake = *state;
	unsigned int i, calls = 0;
	uint64_t first;
	int cc;

	assert_done(fake, uvc_create_config(fake, 0, 8ull << 20, &config));
	fake_verify(fake, config, 0);
	first = fake_pages(fake, 2048);
	for (i = 0; i < 2048; i++) {
		fake_map(fake, 0, i << 12, first + (i << 12));
		assert_int_equal(uvc_guest_page(fake, CMD_IMPORT, config, i << 12), UV_CC_DONE);
		assert_int_equal(uvc_share(fake, CMD_SHARE, config, i << 12), UV_CC_DONE);
	}
	assert_done(fake, uvc_page(fake, CMD_PIN, first));
	assert_done(fake, uvc_page(fake, CMD_EXPORT, first + 4096));
	fake->uv->frames[(first >> 12) + 2] |= FRAME_BUSY;
	assert_int_equal(uvc_handle(fake, CMD_UNSHARE_ALL, config), UV_CC_PARTIAL);
	assert_int_equal(uvc_handle(fake, CMD_UNSHARE_ALL, config), UV_CC_BUSY);
	fake->uv->frames[(first >> 12) + 2] &= ~FRAME_BUSY;
	guest_page(fake->uv, fake_config(fake, config), 2)->word |= GUEST_BUSY;
	assert_int_equal(uvc_handle(fake, CMD_UNSHARE_ALL, config), UV_CC_BUSY);
	guest_page(fake->uv, fake_config(fake, config), 2)->word &= ~GUEST_BUSY;
	do {
		cc = uvc_handle(fake, CMD_UNSHARE_ALL, config);
		calls++;
	} while (cc == UV_CC_PARTIAL);
	assert_done(fake, cc);
	assert_true(calls > 1);
	assert_int_equal(fake_stats(fake).pages_shared, 0);
	assert_int_equal(fake_stats(fake).pages_pinned, 0);
	assert_int_equal(fake_stats(fake).pages_secure, 2047);
	assert_int_equal(uv_access(fake->uv, first, 0, 0, true), UV_PGM_SECURE_ACCESS);
}

/* Guest pages up to the end of the first piece of a walk, and some more. */
#define MANY	1500u

static uint64_t share_many(struct fake *fake)
{
	uint64_t first;
	unsigned int i;

	assert_done(fake, uvc_create_config(fake, 0, 8ull << 20, &config));
	fake_verify(fake, config, 0);
	first = fake_pages(fake, MANY);
	for (i = 0; i < MANY; i++) {
		fake_map(fake, 0, i << 12, first + (i << 12));
		assert_int_equal(uvc_guest_page(fake, CMD_IMPORT, config, i << 12), UV_CC_DONE);
		assert_int_equal(uvc_share(fake, CMD_SHARE, config, i << 12), UV_CC_DONE);
	}
	return first;
}

static void page_shared_meanwhile_is_unshared_too(void **state)
{
	struct fake *fake = *state;
	uint64_t first = share_many(fake);

	assert_int_equal(uvc_handle(fake, CMD_UNSHARE_ALL, config), UV_CC_PARTIAL);
	assert_int_equal(uv_access(fake->uv, first, 0, 0, true), UV_PGM_SECURE_ACCESS);
	/* The host gave up; the guest runs, and shares again. */
	assert_done(fake, uvc_share(fake, CMD_SHARE, config, 0));
	assert_done(fake, uvc_again(fake, CMD_UNSHARE_ALL, config));
	assert_int_equal(uv_access(fake->uv, first, 0, 0, true), UV_PGM_SECURE_ACCESS);
	assert_int_equal(fake_stats(fake).pages_shared, 0);
}

static void reset_ends_sharing(void **state)
{
	struct fake *fake = *state;
	uint64_t first = share_many(fake);

	fake_config(fake, config)->load = LOAD_NOTHING;
	assert_done(fake, uvc_page(fake, CMD_PIN, first));
	assert_int_equal(uvc_handle(fake, CMD_PREPARE_RESET, config), UV_CC_PARTIAL);
	assert_int_equal(fake_config(fake, config)->load, LOAD_NOTHING);
	assert_done(fake, uvc_again(fake, CMD_PREPARE_RESET, config));
	assert_int_equal(fake_config(fake, config)->load, LOAD_SHORT_PSW);
	assert_int_equal(fake_stats(fake).pages_shared, 0);
	assert_int_equal(fake_stats(fake).pages_pinned, 0);
	assert_int_equal(uv_access(fake->uv, first, 0, 0, true), UV_PGM_SECURE_ACCESS);
}

#define test(name) cmocka_unit_test_setup_teardown(name, fake_setup, fake_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(shared_page_is_seen_by_both),
		test(guest_does_not_know_the_origin_of_its_storage),
		test(share_needs_a_page_of_the_guest),
		test(only_a_verified_guest_shares),
		test(page_that_is_not_there_is_imported_before_it_is_shared),
		test(shared_page_stays_shared_when_it_is_paged_out),
		test(shared_page_in_two_frames_is_refused),
		test(pinned_page_cannot_be_unshared),
		test(importing_into_another_guest_transfers_a_shared_page),
		cmocka_unit_test(without_the_feature_a_shared_page_is_not_transferred),
		test(shared_page_of_another_guest_stays_when_the_import_fails),
		test(everything_is_unshared_for_a_reset),
		test(page_shared_meanwhile_is_unshared_too),
		test(reset_ends_sharing),
	};

	return cmocka_run_group_tests_name("share", tests, NULL, NULL);
}

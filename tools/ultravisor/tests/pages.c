// SPDX-License-Identifier: GPL-2.0
/* Pages between the host and a configuration: every transition, every refusal. */
#include "fake.h"

#define GUEST_LEN	(4ull << 20)


/* A configuration for guest 0, its page 0x5000 imported into a frame. */
static uint64_t config_with_page(struct fake *fake, uint64_t *frame)
{
	uint64_t config;

	assert_done(fake, uvc_create_config(fake, 0, GUEST_LEN, &config));
	fake_verify(fake, config, 0);
	*frame = fake_pages(fake, 1);
	memset(fake_at(fake, *frame), 0xaa, 4096);
	fake_map(fake, 0, 0x5000, *frame);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x5000));
	return config;
}

static bool all_bytes(struct fake *fake, uint64_t absolute, uint8_t value)
{
	const uint8_t *page = fake_at(fake, absolute);
	unsigned int i;

	for (i = 0; i < 4096; i++)
		if (page[i] != value)
			return false;
	return true;
}

static void unseen_page_is_imported_as_zeroes(void **state)
{
	struct fake *fake = *state;
	uint64_t frame, config = config_with_page(fake, &frame);

	assert_true(all_bytes(fake, frame, 0));
	assert_true(fake->hidden[frame >> 12]);
	assert_int_equal(uv_access(fake->uv, frame, 0, 0, false), UV_PGM_SECURE_ACCESS);
	assert_int_equal(uv_access(fake->uv, frame, config, 0x5abc, true), 0);
	assert_int_equal(fake_stats(fake).pages_secure, 1);
	assert_int_equal(fake_stats(fake).imports, 1);
}

static void importing_a_page_again_succeeds(void **state)
{
	struct fake *fake = *state;
	uint64_t frame, config = config_with_page(fake, &frame);

	memset(fake_at(fake, frame), 0x77, 4096);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x5000));
	assert_true(all_bytes(fake, frame, 0x77));
	assert_int_equal(fake_stats(fake).imports, 1);
}

static void exported_page_is_unreadable_and_comes_back(void **state)
{
	struct fake *fake = *state;
	uint64_t frame, other = fake_pages(fake, 1), config = config_with_page(fake, &frame);

	memset(fake_at(fake, frame), 0x77, 4096);
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
	assert_false(fake->hidden[frame >> 12]);
	assert_int_equal(uv_access(fake->uv, frame, 0, 0, true), 0);
	assert_int_equal(uv_access(fake->uv, frame, config, 0x5000, true),
			 UV_PGM_NONSECURE_ACCESS);
	assert_false(all_bytes(fake, frame, 0x77));
	assert_int_equal(fake_stats(fake).exports, 1);

	/* Paged out and in again: the content comes from another frame. */
	memcpy(fake_at(fake, other), fake_at(fake, frame), 4096);
	memset(fake_at(fake, frame), 0, 4096);
	fake_map(fake, 0, 0x5000, other);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x5000));
	assert_true(all_bytes(fake, other, 0x77));
	assert_int_equal(uv_access(fake->uv, other, config, 0x5000, true), 0);
}

static void two_exports_of_one_content_differ(void **state)
{
	struct fake *fake = *state;
	uint64_t frame, config = config_with_page(fake, &frame);
	uint8_t first[4096];

	assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
	memcpy(first, fake_at(fake, frame), 4096);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x5000));
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
	assert_memory_not_equal(first, fake_at(fake, frame), 4096);
}

static void export_of_what_is_not_secure_succeeds(void **state)
{
	struct fake *fake = *state;
	uint64_t frame = fake_pages(fake, 1);

	memset(fake_at(fake, frame), 0x31, 4096);
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
	assert_done(fake, uvc_page(fake, CMD_DESTROY_PAGE, frame));
	assert_true(all_bytes(fake, frame, 0x31));
	assert_int_equal(fake_stats(fake).exports, 0);
	assert_int_equal(fake_stats(fake).destroys, 0);
}

static void changed_page_is_refused(void **state)
{
	struct fake *fake = *state;
	uint64_t frame, config = config_with_page(fake, &frame);
	const unsigned int bits[] = { 0, 1, 4095 * 8 + 7, 2048 * 8 };
	uint8_t exported[4096];
	unsigned int i;

	memset(fake_at(fake, frame), 0x77, 4096);
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
	memcpy(exported, fake_at(fake, frame), 4096);
	for (i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
		uint8_t *byte = (uint8_t *)fake_at(fake, frame) + bits[i] / 8;

		*byte ^= 1u << bits[i] % 8;
		assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x5000),
			     RC_IMPORT_INTEGRITY);
		/* Not a byte of the plaintext got out, and the host sees the page. */
		*byte ^= 1u << bits[i] % 8;
		assert_memory_equal(exported, fake_at(fake, frame), 4096);
		assert_false(fake->hidden[frame >> 12]);
		assert_int_equal(uv_access(fake->uv, frame, config, 0x5000, false),
				 UV_PGM_NONSECURE_ACCESS);
	}
	assert_int_equal(fake_stats(fake).integrity_failures, i);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x5000));
	assert_true(all_bytes(fake, frame, 0x77));
}

static void replayed_page_is_refused(void **state)
{
	struct fake *fake = *state;
	uint64_t frame, config = config_with_page(fake, &frame);
	uint8_t old[4096];

	assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
	memcpy(old, fake_at(fake, frame), 4096);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x5000));
	memset(fake_at(fake, frame), 1, 4096);
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
	memcpy(fake_at(fake, frame), old, 4096);
	assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x5000), RC_IMPORT_INTEGRITY);
}

static void page_moved_to_another_guest_address_is_refused(void **state)
{
	struct fake *fake = *state;
	uint64_t frame, other = fake_pages(fake, 1), config = config_with_page(fake, &frame);

	fake_map(fake, 0, 0x6000, other);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x6000));
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
	assert_done(fake, uvc_page(fake, CMD_EXPORT, other));
	fake_map(fake, 0, 0x5000, other);
	fake_map(fake, 0, 0x6000, frame);
	assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x5000), RC_IMPORT_INTEGRITY);
	assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x6000), RC_IMPORT_INTEGRITY);
}

static void page_of_another_guest_does_not_decrypt(void **state)
{
	struct fake *fake = *state;
	uint64_t frame, other, config2;

	config_with_page(fake, &frame);
	assert_done(fake, uvc_create_config(fake, 1, GUEST_LEN, &config2));
	other = fake_pages(fake, 1);
	fake_map(fake, 1, 0x5000, other);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config2, 0x5000));
	assert_done(fake, uvc_page(fake, CMD_EXPORT, other));
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
	memcpy(fake_at(fake, other), fake_at(fake, frame), 4096);
	assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, config2, 0x5000),
		     RC_IMPORT_INTEGRITY);
}

static void destroyed_page_is_cleared_and_does_not_come_back(void **state)
{
	struct fake *fake = *state;
	uint64_t frame, config = config_with_page(fake, &frame);
	uint8_t old[4096];

	assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
	memcpy(old, fake_at(fake, frame), 4096);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x5000));
	memset(fake_at(fake, frame), 0x77, 4096);
	assert_done(fake, uvc_page(fake, CMD_DESTROY_PAGE, frame));
	assert_true(all_bytes(fake, frame, 0));
	assert_int_equal(uv_access(fake->uv, frame, 0, 0, false), 0);
	assert_int_equal(fake_stats(fake).destroys, 1);
	assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x5000), RC_IMPORT_DESTROYED);
	memcpy(fake_at(fake, frame), old, 4096);
	assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x5000), RC_IMPORT_DESTROYED);
}

static void page_of_a_guest_with_cpus_is_not_destroyed(void **state)
{
	struct fake *fake = *state;
	uint64_t frame, cpu, sd, config = config_with_page(fake, &frame);

	assert_done(fake, uvc_create_cpu(fake, config, 0, &cpu, &sd));
	assert_error(fake, uvc_page(fake, CMD_DESTROY_PAGE, frame), RC_PAGE_HAS_CPUS);
	assert_int_equal(uv_access(fake->uv, frame, config, 0x5000, true), 0);
	assert_done(fake, uvc_share(fake, CMD_SHARE, config, 0x5000));
	assert_error(fake, uvc_page(fake, CMD_DESTROY_PAGE, frame), RC_PAGE_HAS_CPUS);
	assert_null(uv_check_invariants(fake->uv));
	assert_done(fake, uvc_handle(fake, CMD_DESTROY_CPU, cpu));
	assert_done(fake, uvc_page(fake, CMD_DESTROY_PAGE, frame));
}

static void guest_address_in_two_frames_is_refused(void **state)
{
	struct fake *fake = *state;
	uint64_t frame, other = fake_pages(fake, 1), config = config_with_page(fake, &frame);

	fake_map(fake, 0, 0x5000, other);
	assert_int_equal(uv_access(fake->uv, other, config, 0x5000, false),
			 UV_PGM_NONSECURE_ACCESS);
	assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x5000),
		     RC_IMPORT_TWO_FRAMES);
	assert_int_equal(fake_stats(fake).violations, 1);
}

static void frame_at_another_guest_address_is_refused(void **state)
{
	struct fake *fake = *state;
	uint64_t frame, config = config_with_page(fake, &frame);

	fake_map(fake, 0, 0x8000, frame);
	assert_int_equal(uv_access(fake->uv, frame, config, 0x8000, false), UV_PGM_VIOLATION);
	assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x8000), RC_IMPORT_REMAPPED);
}

static void frame_of_another_guest_is_refused(void **state)
{
	struct fake *fake = *state;
	uint64_t frame, config2;

	config_with_page(fake, &frame);
	assert_done(fake, uvc_create_config(fake, 1, GUEST_LEN, &config2));
	fake_map(fake, 1, 0x5000, frame);
	assert_int_equal(uv_access(fake->uv, frame, config2, 0x5000, false), UV_PGM_VIOLATION);
	assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, config2, 0x5000), RC_IMPORT_OWNER);
}

static void donated_page_is_refused(void **state)
{
	struct fake *fake = *state;
	uint64_t frame, config = config_with_page(fake, &frame);

	fake_map(fake, 0, 0x6000, FAKE_BASE);
	assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x6000), RC_IMPORT_DONATED);
	assert_int_equal(uv_access(fake->uv, FAKE_BASE, config, 0x6000, false), UV_PGM_VIOLATION);
	assert_int_equal(uv_access(fake->uv, FAKE_BASE, 0, 0, false), UV_PGM_SECURE_ACCESS);
	assert_error(fake, uvc_page(fake, CMD_EXPORT, FAKE_BASE), RC_PAGE_DONATED);
	assert_error(fake, uvc_page(fake, CMD_DESTROY_PAGE, FAKE_BASE), RC_PAGE_DONATED);
	assert_error(fake, uvc_page(fake, CMD_PIN, FAKE_BASE), RC_PAGE_DONATED);
}

static void bad_addresses_are_refused(void **state)
{
	struct fake *fake = *state;
	uint64_t frame, config = config_with_page(fake, &frame);
	const uint64_t not_pages[] = { 0x5001, 0x5800, FAKE_STORAGE, ~0xfffull, 1ull << 63 };
	unsigned int i;

	assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x5008), RC_IMPORT_ADDRESS);
	assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, config, GUEST_LEN),
		     RC_IMPORT_ADDRESS);
	assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, config, ~0xfffull),
		     RC_IMPORT_ADDRESS);
	assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x9000),
		     RC_IMPORT_NOT_MAPPED);
	fake_map(fake, 0, 0x9000, FAKE_STORAGE);
	assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x9000), RC_IMPORT_STORAGE);
	for (i = 0; i < sizeof(not_pages) / sizeof(not_pages[0]); i++) {
		assert_error(fake, uvc_page(fake, CMD_EXPORT, not_pages[i]), RC_PAGE_ADDRESS);
		assert_error(fake, uvc_page(fake, CMD_DESTROY_PAGE, not_pages[i]),
			     RC_PAGE_ADDRESS);
		assert_error(fake, uvc_page(fake, CMD_PIN, not_pages[i]), RC_PAGE_ADDRESS);
	}
	assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, config + (1ull << 32), 0x5000),
		     RC_CONFIG_HANDLE);
	assert_int_equal(uv_access(fake->uv, FAKE_STORAGE, 0, 0, true), 0);
	assert_int_equal(uv_access(fake->uv, FAKE_STORAGE, config, 0, true),
			 UV_PGM_NONSECURE_ACCESS);
}

static void pages_in_use_answer_busy(void **state)
{
	struct fake *fake = *state;
	uint64_t frame, config = config_with_page(fake, &frame);
	frame_entry *entry = &fake->uv->frames[frame >> 12];
	struct guest_page *page = guest_page(fake->uv, fake_config(fake, config), 5);
	struct slot *slot = fake->uv->slots[HANDLE_SLOT(config) - 1];

	*entry |= FRAME_BUSY;
	assert_int_equal(uvc_page(fake, CMD_EXPORT, frame), UV_CC_BUSY);
	assert_int_equal(uvc_page(fake, CMD_PIN, frame), UV_CC_BUSY);
	assert_int_equal(uvc_guest_page(fake, CMD_IMPORT, config, 0x5000), UV_CC_BUSY);
	assert_int_equal(uvc_share(fake, CMD_SHARE, config, 0x5000), UV_CC_BUSY);
	assert_int_equal(fake->rc, 0);
	assert_int_equal(uv_access(fake->uv, frame, 0, 0, false), UV_PGM_SECURE_ACCESS);
	assert_int_equal(uv_access(fake->uv, frame, config, 0x5000, false),
			 UV_PGM_NONSECURE_ACCESS);
	assert_string_equal(uv_check_invariants(fake->uv), "no frame is busy");
	*entry &= ~FRAME_BUSY;

	page->word |= GUEST_BUSY;
	assert_int_equal(uvc_page(fake, CMD_EXPORT, frame), UV_CC_BUSY);
	assert_int_equal(uvc_share(fake, CMD_SHARE, config, 0x5000), UV_CC_BUSY);
	assert_int_equal(uvc_guest_page(fake, CMD_UNPIN, config, 0x5000), UV_CC_BUSY);
	fake_map(fake, 0, 0x5000, fake_pages(fake, 1));
	assert_int_equal(uvc_guest_page(fake, CMD_IMPORT, config, 0x5000), UV_CC_BUSY);
	assert_string_equal(uv_check_invariants(fake->uv), "no guest page is busy");
	page->word &= ~GUEST_BUSY;

	assert_true(gate_try_write(&slot->gate));
	assert_int_equal(uvc_page(fake, CMD_EXPORT, frame), UV_CC_BUSY);
	assert_int_equal(uvc_guest_page(fake, CMD_IMPORT, config, 0x5000), UV_CC_BUSY);
	gate_end_write(&slot->gate);
	assert_true(gate_try_write(&fake->uv->gate));
	assert_int_equal(uvc_page(fake, CMD_EXPORT, frame), UV_CC_BUSY);
	assert_string_equal(uv_check_invariants(fake->uv), "busy");
	assert_false(uv_reset(fake->uv));
	gate_end_write(&fake->uv->gate);
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
}

static void page_that_a_device_works_on_stays_the_hosts(void **state)
{
	struct fake *fake = *state;
	uint64_t frame, config = config_with_page(fake, &frame);

	assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
	fake->in_use = frame;
	assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x5000),
		     RC_IMPORT_NOT_MAPPED);
	assert_int_equal(uv_access(fake->uv, frame, 0, 0, true), 0);
	assert_null(uv_check_invariants(fake->uv));
	fake->in_use = 0;
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x5000));
	/* The host cannot have started a device on a secure page. */
	fake->in_use = frame;
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
}

static void no_cipher_free_answers_busy(void **state)
{
	struct fake *fake = *state;
	uint64_t frame, config = config_with_page(fake, &frame);
	struct slot *slot = fake->uv->slots[HANDLE_SLOT(config) - 1];
	unsigned int i;

	for (i = 0; i < NR_CIPHERS; i++)
		assert_false(atomic_flag_test_and_set(&slot->ciphers[i].in_use));
	assert_int_equal(uvc_page(fake, CMD_EXPORT, frame), UV_CC_BUSY);
	for (i = 0; i < NR_CIPHERS; i++)
		atomic_flag_clear(&slot->ciphers[i].in_use);
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
	for (i = 0; i < NR_CIPHERS; i++)
		atomic_flag_test_and_set(&slot->ciphers[i].in_use);
	assert_int_equal(uvc_guest_page(fake, CMD_IMPORT, config, 0x5000), UV_CC_BUSY);
	assert_false(fake->hidden[frame >> 12]);
	for (i = 0; i < NR_CIPHERS; i++)
		atomic_flag_clear(&slot->ciphers[i].in_use);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x5000));
}

static void export_ends_when_the_nonces_are_used_up(void **state)
{
	struct fake *fake = *state;
	uint64_t frame, config = config_with_page(fake, &frame);
	struct guest_page *page = guest_page(fake->uv, fake_config(fake, config), 5);
	uint32_t word = page->word;

	guest_set_counter(page, &word, (1ull << COUNTER_BITS) - 2);
	page->word = word;
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
	assert_int_equal(guest_counter(page, page->word), (1ull << COUNTER_BITS) - 1);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x5000));
	memset(fake_at(fake, frame), 0x77, 4096);
	assert_error(fake, uvc_page(fake, CMD_EXPORT, frame), RC_PAGE_COUNTER);
	assert_true(all_bytes(fake, frame, 0x77));
	assert_int_equal(uv_access(fake->uv, frame, 0, 0, false), UV_PGM_SECURE_ACCESS);
	assert_done(fake, uvc_page(fake, CMD_DESTROY_PAGE, frame));
}

static void ownerless_page_gives_nothing_away(void **state)
{
	const uint16_t commands[] = { CMD_EXPORT, CMD_DESTROY_PAGE };
	struct fake *fake = *state;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		uint64_t frame, config2, config = config_with_page(fake, &frame);

		memset(fake_at(fake, frame), 0x77, 4096);
		assert_done(fake, uvc_again(fake, CMD_DESTROY_CONFIG_FAST, config));
		assert_int_equal(fake_stats(fake).pages_ownerless, 1);
		assert_int_equal(uv_access(fake->uv, frame, 0, 0, false), UV_PGM_SECURE_ACCESS);
		assert_int_equal(uv_access(fake->uv, frame, config, 0x5000, false),
				 UV_PGM_VIOLATION);
		assert_done(fake, uvc_create_config(fake, 1, GUEST_LEN, &config2));
		fake_map(fake, 1, 0x5000, frame);
		assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, config2, 0x5000),
			     RC_IMPORT_OWNER);
		assert_error(fake, uvc_page(fake, CMD_PIN, frame), RC_PAGE_NOT_SHARED);
		assert_done(fake, uvc_page(fake, commands[i], frame));
		assert_true(all_bytes(fake, frame, 0));
		assert_int_equal(uv_access(fake->uv, frame, 0, 0, false), 0);
		assert_int_equal(fake_stats(fake).pages_ownerless, 0);
		assert_done(fake, uvc_again(fake, CMD_DESTROY_CONFIG, config2));
	}
}

static void pages_beyond_the_first_mib_have_entries_of_their_own(void **state)
{
	struct fake *fake = *state;
	uint64_t frame, config = config_with_page(fake, &frame), address;
	unsigned int i;

	for (i = 0; i < 64; i++) {
		address = 0x10000 + i * 0xf000ull;
		frame = fake_pages(fake, 1);
		fake_map(fake, 0, address, frame);
		assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, address));
		memset(fake_at(fake, frame), (int)i + 1, 4096);
		assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
	}
	for (i = 0; i < 64; i++) {
		address = 0x10000 + i * 0xf000ull;
		assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, address));
		frame = (fake->guests[0][address >> 12] - 1) << 12;
		assert_true(all_bytes(fake, frame, i + 1));
	}
}

#define test(name) cmocka_unit_test_setup_teardown(name, fake_setup, fake_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(unseen_page_is_imported_as_zeroes),
		test(importing_a_page_again_succeeds),
		test(exported_page_is_unreadable_and_comes_back),
		test(two_exports_of_one_content_differ),
		test(export_of_what_is_not_secure_succeeds),
		test(changed_page_is_refused),
		test(replayed_page_is_refused),
		test(page_moved_to_another_guest_address_is_refused),
		test(page_of_another_guest_does_not_decrypt),
		test(destroyed_page_is_cleared_and_does_not_come_back),
		test(page_of_a_guest_with_cpus_is_not_destroyed),
		test(guest_address_in_two_frames_is_refused),
		test(frame_at_another_guest_address_is_refused),
		test(frame_of_another_guest_is_refused),
		test(donated_page_is_refused),
		test(bad_addresses_are_refused),
		test(pages_in_use_answer_busy),
		test(page_that_a_device_works_on_stays_the_hosts),
		test(no_cipher_free_answers_busy),
		test(export_ends_when_the_nonces_are_used_up),
		test(ownerless_page_gives_nothing_away),
		test(pages_beyond_the_first_mib_have_entries_of_their_own),
	};

	return cmocka_run_group_tests_name("pages", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/* Configurations: created, refused, destroyed. */
#include "fake.h"

#define MIBS(n)		((uint64_t)(n) << 20)

/* A block that would succeed. */
static void good_block(struct fake *fake)
{
	block_clear(fake, CMD_CREATE_CONFIG, 0x80);
	block_set(fake, 0x20, fake_pages(fake, 2));
	block_set(fake, 0x28, fake_home_area(fake, 8 + store_pages(fake->uv)));
	block_set(fake, 0x40, MIBS(8));
	block_set(fake, 0x48, FAKE_SCA);
	block_set(fake, 0x50, fake_asce(0));
}

static const struct {
	uint64_t value;
	unsigned int offset;
	uint16_t rc;
} bad_blocks[] = {
	{ 1, 0x30, RC_CONFIG_FLAGS },
	{ 2, 0x30, RC_CONFIG_FLAGS },
	{ 4096, 0x38, RC_CONFIG_ORIGIN },
	{ 0x800000000000, 0x38, RC_CONFIG_ORIGIN },
	{ 0, 0x40, RC_CONFIG_LEN },
	{ 4096, 0x40, RC_CONFIG_LEN },
	{ 0x800000100000, 0x40, RC_CONFIG_LEN },
	{ ~0xfffffull, 0x40, RC_CONFIG_LEN },
	{ 0x2007, 0x50, RC_CONFIG_ASCE },	/* not private */
	{ 0x2127, 0x50, RC_CONFIG_ASCE },	/* real space */
	{ 0, 0x48, RC_CONFIG_NO_SCA },
	{ FAKE_STORAGE, 0x48, RC_CONFIG_SCA },
	{ FAKE_BASE, 0x48, RC_CONFIG_SCA },
	{ 0, 0x20, RC_CONFIG_LOWCORE },
	{ 0x1000, 0x20, RC_CONFIG_LOWCORE },
	{ FAKE_FREE + 8, 0x20, RC_CONFIG_BASE },
	{ FAKE_STORAGE, 0x20, RC_CONFIG_BASE },
	{ FAKE_STORAGE - 4096, 0x20, RC_CONFIG_BASE },
	{ FAKE_BASE, 0x20, RC_CONFIG_BASE },
	{ FAKE_HOME + 8, 0x28, RC_CONFIG_VAR_ALIGN },
	{ 0x1000, 0x28, RC_HOME_TRANSLATION },
};

static void assert_untouched(struct fake *fake)
{
	assert_int_equal(fake_stats(fake).configs, 0);
	assert_int_equal(fake_stats(fake).pages_donated, 256);
	assert_int_equal(block_get(fake, 0x18), 0);
}

static void bad_creations_are_refused(void **state)
{
	struct fake *fake = *state;
	size_t i;

	for (i = 0; i < sizeof(bad_blocks) / sizeof(bad_blocks[0]); i++) {
		good_block(fake);
		block_set(fake, bad_blocks[i].offset, bad_blocks[i].value);
		assert_error(fake, host_call(fake), bad_blocks[i].rc);
		assert_untouched(fake);
	}
	good_block(fake);
	assert_done(fake, host_call(fake));
}

static void variable_storage_must_be_the_hosts(void **state)
{
	struct fake *fake = *state;
	uint64_t first, saved;

	good_block(fake);
	first = (block_get(fake, 0x28) - FAKE_HOME) >> 12;
	saved = fake->home[first + 3];
	/* Not mapped, no storage, donated, the same page twice, the base storage of this call. */
	fake->home[first + 3] = 0;
	assert_error(fake, host_call(fake), RC_HOME_TRANSLATION);
	fake->home_result = UV_XLAT_REAL_SPACE;
	assert_error(fake, host_call(fake), RC_HOME_REAL_SPACE);
	fake->home_result = UV_XLAT_INVALID;
	assert_error(fake, host_call(fake), RC_HOME_ADDRESS);
	fake->home[first + 3] = (FAKE_STORAGE >> 12) + 1;
	assert_error(fake, host_call(fake), RC_CONFIG_VAR);
	fake->home[first + 3] = (FAKE_BASE >> 12) + 1;
	assert_error(fake, host_call(fake), RC_CONFIG_VAR);
	fake->home[first + 3] = fake->home[first + 1];
	assert_error(fake, host_call(fake), RC_CONFIG_VAR);
	fake->home[first + 3] = (block_get(fake, 0x20) >> 12) + 1;
	assert_error(fake, host_call(fake), RC_CONFIG_VAR);
	assert_untouched(fake);
	fake->home[first + 3] = saved;
	fake->uv->frames[saved - 1] |= FRAME_BUSY;
	assert_int_equal(host_call(fake), UV_CC_BUSY);
	fake->uv->frames[saved - 1] &= ~FRAME_BUSY;
	fake->uv->frames[(block_get(fake, 0x20) >> 12) + 1] |= FRAME_BUSY;
	assert_int_equal(host_call(fake), UV_CC_BUSY);
	fake->uv->frames[(block_get(fake, 0x20) >> 12) + 1] &= ~FRAME_BUSY;
	assert_untouched(fake);
	assert_done(fake, host_call(fake));
}

static void one_address_space_has_one_configuration(void **state)
{
	struct fake *fake = *state;
	uint64_t config, again;

	assert_done(fake, uvc_create_config(fake, 0, MIBS(1), &config));
	assert_error(fake, uvc_create_config(fake, 0, MIBS(1), &again), RC_CONFIG_ASCE_USED);
	assert_done(fake, uvc_create_config(fake, 1, MIBS(1), &again));
	assert_done(fake, uvc_again(fake, CMD_DESTROY_CONFIG, config));
	assert_done(fake, uvc_create_config(fake, 0, MIBS(1), &config));
}

static void creations_do_not_overtake_each_other(void **state)
{
	struct fake *fake = *state;
	uint64_t config;

	assert_false(atomic_flag_test_and_set(&fake->uv->creating));
	assert_int_equal(uvc_create_config(fake, 0, MIBS(1), &config), UV_CC_BUSY);
	atomic_flag_clear(&fake->uv->creating);
}

static void storage_that_a_device_works_on_is_not_donated(void **state)
{
	struct fake *fake = *state;
	unsigned int i;

	good_block(fake);
	/* Base storage, variable storage. */
	for (i = 0; i < 2; i++) {
		fake->in_use = i ? (fake->home[0] - 1) << 12 : block_get(fake, 0x20) + 4096;
		assert_int_equal(host_call(fake), UV_CC_BUSY);
		assert_untouched(fake);
		assert_int_equal(uv_access(fake->uv, fake->in_use, 0, 0, true), 0);
	}
	fake->in_use = 0;
	assert_done(fake, host_call(fake));
}

static void number_of_configurations_is_limited(void **state)
{
	const struct fake_options options = { .max_configs = 2 };
	struct fake *fake = fake_new(&options);
	uint64_t config[3];

	(void)state;
	assert_done(fake, uvc_init(fake));
	assert_done(fake, uvc_create_config(fake, 0, MIBS(1), &config[0]));
	assert_done(fake, uvc_create_config(fake, 1, MIBS(1), &config[1]));
	assert_error(fake, uvc_create_config(fake, 2, MIBS(1), &config[2]), RC_CONFIG_LIMIT);
	assert_done(fake, uvc_again(fake, CMD_DESTROY_CONFIG, config[0]));
	/* A slot in use elsewhere is not taken for free. */
	assert_true(gate_try_write(&fake->uv->slots[0]->gate));
	assert_error(fake, uvc_create_config(fake, 2, MIBS(1), &config[2]), RC_CONFIG_LIMIT);
	gate_end_write(&fake->uv->slots[0]->gate);
	assert_done(fake, uvc_create_config(fake, 2, MIBS(1), &config[2]));
	assert_int_not_equal(config[0], config[2]);
	assert_error(fake, uvc_handle(fake, CMD_VERIFY, config[0]), RC_CONFIG_HANDLE);
	fake_free(fake);
}

static void handles_are_checked(void **state)
{
	struct fake *fake = *state;
	uint64_t config, bad[7];
	struct uv_guest info;
	size_t i;

	assert_done(fake, uvc_create_config(fake, 0, MIBS(1), &config));
	bad[0] = 0;
	bad[1] = config & 0xffff;
	bad[2] = config + 1;
	bad[3] = config ^ 1ull << 40;
	bad[4] = config | 1ull << 16;
	bad[5] = ~0ull;
	bad[6] = (config & ~0xffffull) | 4096;
	for (i = 0; i < 7; i++) {
		assert_error(fake, uvc_handle(fake, CMD_VERIFY, bad[i]), RC_CONFIG_HANDLE);
		assert_error(fake, uvc_handle(fake, CMD_DESTROY_CONFIG, bad[i]),
			     RC_CONFIG_HANDLE);
		assert_error(fake, uvc_handle(fake, CMD_DESTROY_CPU, bad[i]), RC_CPU_HANDLE);
		assert_int_equal(uv_guest_info(fake->uv, bad[i], &info), UV_ENTER_CONFIG);
		assert_int_equal(uvc_share(fake, CMD_SHARE, bad[i], 0), UV_CC_ERROR);
		assert_int_equal(fake->rc, RC_CONFIG_HANDLE);
	}
	assert_error(fake, uvc_handle(fake, CMD_DESTROY_CPU, config), RC_CPU_HANDLE);
}

static void machine_is_told_what_runs_a_guest(void **state)
{
	struct fake *fake = *state;
	struct uv_guest info;
	uint64_t config;

	assert_done(fake, uvc_create_config(fake, 2, MIBS(3), &config));
	fake_verify(fake, config, 0xe0);
	assert_int_equal(uv_guest_info(fake->uv, config, &info), UV_ENTER_OK);
	assert_int_equal(info.asce, fake_asce(2));
	assert_int_equal(info.origin, 0);
	assert_int_equal(info.len, MIBS(3));
	assert_int_equal(info.sca, FAKE_SCA);
	assert_int_equal(info.pcf, 0xe0);
	assert_true(gate_try_write(&fake->uv->slots[0]->gate));
	assert_int_equal(uv_guest_info(fake->uv, config, &info), UV_ENTER_BUSY);
	gate_end_write(&fake->uv->slots[0]->gate);
	assert_true(gate_try_write(&fake->uv->gate));
	assert_int_equal(uv_guest_info(fake->uv, config, &info), UV_ENTER_BUSY);
	gate_end_write(&fake->uv->gate);
}

static void destroyed_configuration_gives_its_storage_back(void **state)
{
	const uint16_t commands[] = { CMD_DESTROY_CONFIG, CMD_DESTROY_CONFIG_FAST };
	struct fake *fake = *state;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		uint64_t config, absolute = fake->next, page;

		assert_done(fake, uvc_create_config(fake, 0, MIBS(4), &config));
		assert_true(fake_stats(fake).pages_donated == 256 + 2 + var_pages(fake->uv, MIBS(4)));
		assert_done(fake, uvc_again(fake, commands[i], config));
		assert_int_equal(fake_stats(fake).pages_donated, 256);
		assert_int_equal(fake_stats(fake).configs, 0);
		for (page = absolute; page < fake->next; page += 4096) {
			const uint64_t *word = fake_at(fake, page);
			unsigned int k;

			assert_int_equal(uv_access(fake->uv, page, 0, 0, true), 0);
			assert_false(fake->hidden[page >> 12]);
			for (k = 0; k < 512; k++)
				assert_int_equal(word[k], 0);
		}
		assert_error(fake, uvc_handle(fake, commands[i], config), RC_CONFIG_HANDLE);
	}
}

static uint64_t config_with_pages(struct fake *fake, unsigned int guest, unsigned int nr)
{
	uint64_t config, i;

	assert_done(fake, uvc_create_config(fake, guest, MIBS(8), &config));
	fake_verify(fake, config, 0);
	for (i = 0; i < nr; i++) {
		fake_map(fake, guest, i << 12, fake_pages(fake, 1));
		assert_int_equal(uvc_guest_page(fake, CMD_IMPORT, config, i << 12), UV_CC_DONE);
		memset(fake_at(fake, (fake->guests[guest][i] - 1) << 12), 0x66, 4096);
	}
	/* Some of each kind. */
	for (i = 0; i < nr; i += 10) {
		assert_int_equal(uvc_share(fake, CMD_SHARE, config, i << 12), UV_CC_DONE);
		if (i % 20)
			assert_int_equal(uvc_page(fake, CMD_PIN,
						  (fake->guests[guest][i] - 1) << 12), UV_CC_DONE);
		if (i + 5 < nr)
			assert_int_equal(uvc_page(fake, CMD_EXPORT,
						  (fake->guests[guest][i + 5] - 1) << 12),
					 UV_CC_DONE);
	}
	assert_sound(fake);
	return config;
}

static void fast_destruction_is_done_in_pieces(void **state)
{
	struct fake *fake = *state;
	unsigned int i, partial = 0;
	uint64_t config = config_with_pages(fake, 0, 2048);
	int cc;

	do {
		cc = uvc_handle(fake, CMD_DESTROY_CONFIG_FAST, config);
		partial += cc == UV_CC_PARTIAL;
		assert_sound(fake);
		/* While it is going on, the configuration is good for nothing else. */
		if (cc == UV_CC_PARTIAL) {
			assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x1000),
				     RC_STATE);
			assert_error(fake, uvc_share(fake, CMD_SHARE, config, 0x1000), RC_STATE);
		}
	} while (cc == UV_CC_PARTIAL);
	assert_done(fake, cc);
	assert_true(partial);
	for (i = 0; i < 2048; i++) {
		uint64_t frame = (fake->guests[0][i] - 1) << 12;

		assert_int_equal(uv_access(fake->uv, frame, 0, 0, true),
				 i % 5 ? UV_PGM_SECURE_ACCESS : 0);
		assert_int_equal(fake->hidden[frame >> 12], i % 5 != 0);
	}
	assert_int_equal(fake_stats(fake).pages_secure, 0);
	assert_int_equal(fake_stats(fake).pages_ownerless, 2048 * 4 / 5);
	assert_int_equal(fake_stats(fake).pages_shared, 0);
	assert_int_equal(fake_stats(fake).pages_pinned, 0);
}

static void fast_destruction_leaves_pages_ownerless(void **state)
{
	struct fake *fake = *state;
	uint64_t config = config_with_pages(fake, 0, 100), config2;
	unsigned int i;

	assert_done(fake, uvc_again(fake, CMD_DESTROY_CONFIG_FAST, config));
	assert_int_equal(fake_stats(fake).pages_ownerless, 80);
	/* Another guest in the same slot gets nothing of it. */
	assert_done(fake, uvc_create_config(fake, 0, MIBS(8), &config2));
	for (i = 0; i < 100; i++) {
		uint64_t frame = (fake->guests[0][i] - 1) << 12;

		assert_int_equal(uv_access(fake->uv, frame, config2, i << 12, false),
				 i % 5 ? UV_PGM_VIOLATION : UV_PGM_NONSECURE_ACCESS);
		assert_done(fake, uvc_page(fake, i % 2 ? CMD_EXPORT : CMD_DESTROY_PAGE, frame));
		if (i % 5)
			assert_int_equal(*(uint8_t *)fake_at(fake, frame), 0);
	}
	assert_int_equal(fake_stats(fake).pages_ownerless, 0);
}

/* The host may use the memory at once. What was shared it knows already. */
static void destruction_clears_pages_and_makes_them_accessible(void **state)
{
	struct fake *fake = *state;
	uint64_t config = config_with_pages(fake, 0, 2048);
	unsigned int i, k;

	for (i = 0; i < 2048; i++)
		memset(fake_at(fake, (fake->guests[0][i] - 1) << 12), 0x77, 4096);
	assert_done(fake, uvc_again(fake, CMD_DESTROY_CONFIG, config));
	for (i = 0; i < 2048; i++) {
		uint64_t frame = (fake->guests[0][i] - 1) << 12;
		const uint8_t *page = fake_at(fake, frame);

		assert_int_equal(uv_access(fake->uv, frame, 0, 0, true), 0);
		assert_false(fake->hidden[frame >> 12]);
		for (k = 0; k < 4096; k += 97)
			assert_int_equal(page[k], i % 5 ? 0 : 0x77);
	}
	assert_int_equal(fake_stats(fake).pages_secure, 0);
	assert_int_equal(fake_stats(fake).pages_ownerless, 0);
}

static void destruction_goes_on_after_busy_and_after_the_other_command(void **state)
{
	struct fake *fake = *state;
	uint64_t config = config_with_pages(fake, 0, 50);
	frame_entry *entry = &fake->uv->frames[fake->guests[0][30] - 1];

	*entry |= FRAME_BUSY;
	assert_int_equal(uvc_handle(fake, CMD_DESTROY_CONFIG, config), UV_CC_PARTIAL);
	assert_int_equal(uvc_handle(fake, CMD_DESTROY_CONFIG_FAST, config), UV_CC_BUSY);
	assert_int_equal(uvc_handle(fake, CMD_DESTROY_CONFIG, config), UV_CC_BUSY);
	*entry &= ~FRAME_BUSY;
	assert_sound(fake);
	assert_done(fake, uvc_again(fake, CMD_DESTROY_CONFIG_FAST, config));
	assert_int_equal(fake_stats(fake).pages_secure, 0);
}

/* Storage comes back in pieces; what the host writes into it does not matter any more. */
static void returned_storage_is_not_believed(void **state)
{
	struct fake *fake = *state;
	uint64_t victim, config, frame = fake_pages(fake, 1), page, first, shared;
	unsigned int partial = 0;
	int cc;

	assert_done(fake, uvc_create_config(fake, 1, MIBS(1), &victim));
	fake_verify(fake, victim, 0);
	shared = fake_pages(fake, 1);
	fake_map(fake, 1, 0x1000, frame);
	fake_map(fake, 1, 0x2000, shared);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, victim, 0x1000));
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, victim, 0x2000));
	assert_done(fake, uvc_share(fake, CMD_SHARE, victim, 0x2000));
	memset(fake_at(fake, frame), 0x66, 4096);

	first = fake->next;
	assert_done(fake, uvc_create_config(fake, 0, MIBS(1024), &config));
	do {
		cc = uvc_handle(fake, CMD_DESTROY_CONFIG_FAST, config);
		partial += cc == UV_CC_PARTIAL;
		for (page = first; page < fake->next; page += 4096) {
			struct guest_page *forged = fake_at(fake, page);
			unsigned int i;

			if (uv_access(fake->uv, page, 0, 0, true))
				continue;
			for (i = 0; i < ENTRIES_PER_PAGE; i++) {
				forged[i].tag = (i % 2 ? frame : shared) >> 12;
				forged[i].word = i % 2 ? GUEST_RESIDENT : GUEST_SHARED;
			}
		}
	} while (cc == UV_CC_PARTIAL);
	assert_done(fake, cc);
	assert_true(partial >= 3);
	assert_int_equal(uv_access(fake->uv, frame, victim, 0x1000, true), 0);
	assert_int_equal(uv_access(fake->uv, shared, victim, 0x2000, true), 0);
	assert_int_equal(*(uint8_t *)fake_at(fake, frame), 0x66);
}

static void configuration_with_cpus_is_not_destroyed(void **state)
{
	struct fake *fake = *state;
	uint64_t config, cpu, sd;

	assert_done(fake, uvc_create_config(fake, 0, MIBS(1), &config));
	assert_done(fake, uvc_create_cpu(fake, config, 0, &cpu, &sd));
	assert_error(fake, uvc_handle(fake, CMD_DESTROY_CONFIG, config), RC_DESTROY_CPUS);
	assert_error(fake, uvc_handle(fake, CMD_DESTROY_CONFIG_FAST, config),
		     RC_DESTROY_FAST_CPUS);
	assert_done(fake, uvc_handle(fake, CMD_DESTROY_CPU, cpu));
	assert_done(fake, uvc_again(fake, CMD_DESTROY_CONFIG, config));
}

static void guest_storage_may_begin_above_zero(void **state)
{
	struct fake *fake = *state;
	uint64_t config, frame = fake_pages(fake, 1);

	good_block(fake);
	block_set(fake, 0x38, MIBS(4));
	assert_done(fake, host_call(fake));
	config = block_get(fake, 0x18);
	fake_map(fake, 0, MIBS(1), frame);
	fake_map(fake, 0, MIBS(5), frame);
	assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, config, MIBS(1)), RC_IMPORT_ADDRESS);
	assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, config, MIBS(12)), RC_IMPORT_ADDRESS);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, MIBS(5)));
	assert_int_equal(uv_access(fake->uv, frame, config, MIBS(5), true), 0);
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, MIBS(5)));
	assert_done(fake, uvc_again(fake, CMD_DESTROY_CONFIG_FAST, config));
}

static uint64_t asked(struct fake *fake, unsigned int offset)
{
	block_clear(fake, CMD_QUERY, QUERY_LEN);
	assert_done(fake, host_call(fake));
	return block_get(fake, offset);
}

/* Whole pages, for any guest, and the host reaches none of them afterwards. */
static void announced_storage_is_protected_to_its_last_page(void **state)
{
	struct fake *fake = *state;
	uint64_t per_mib = asked(fake, 0x60), fixed = asked(fake, 0x58), mib, i;

	assert_int_equal(per_mib % 4096, 0);
	assert_int_equal(fixed % 4096, 0);
	for (mib = 1; mib < 8; mib += 3) {
		uint64_t config, first = fake->next_home, pages = (fixed + mib * per_mib) / 4096;
		uint64_t before = fake_stats(fake).pages_donated;

		assert_done(fake, uvc_create_config(fake, 0, MIBS(mib), &config));
		assert_int_equal(fake_stats(fake).pages_donated - before,
				 asked(fake, 0x50) / 4096 + pages);
		for (i = 0; i < pages; i++)
			assert_int_equal(uv_access(fake->uv, (fake->home[first + i] - 1) << 12, 0, 0,
						   false), UV_PGM_SECURE_ACCESS);
		assert_done(fake, uvc_again(fake, CMD_DESTROY_CONFIG, config));
		assert_int_equal(fake_stats(fake).pages_donated, before);
	}
}

/* Large enough that pages of entries lead to others that lead to others. */
static void every_page_of_entries_is_found(void **state)
{
	const struct fake_options options = { .size = 256 << 20 };
	struct fake *fake = fake_new(&options);
	uint64_t config, first, i, nr = CONFIG_ROOTS + CONFIG_ROOTS * LINKS_PER_PAGE + 3;

	(void)state;
	assert_int_equal(uvc_init(fake), UV_CC_DONE);
	first = fake->next_home;
	assert_int_equal(uvc_create_config(fake, 0, MIBS(nr), &config), UV_CC_DONE);
	for (i = 0; i < nr; i++)
		assert_int_equal(var_page(fake->uv, fake_config(fake, config), i),
				 (fake->home[first + i] - 1) << 12);
	assert_int_equal(uvc_again(fake, CMD_DESTROY_CONFIG_FAST, config), UV_CC_DONE);
	assert_null(uv_check_invariants(fake->uv));
	fake_free(fake);
}

#define test(name) cmocka_unit_test_setup_teardown(name, fake_setup, fake_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(bad_creations_are_refused),
		test(variable_storage_must_be_the_hosts),
		test(one_address_space_has_one_configuration),
		test(creations_do_not_overtake_each_other),
		test(storage_that_a_device_works_on_is_not_donated),
		cmocka_unit_test(number_of_configurations_is_limited),
		test(handles_are_checked),
		test(machine_is_told_what_runs_a_guest),
		test(destroyed_configuration_gives_its_storage_back),
		test(fast_destruction_is_done_in_pieces),
		test(fast_destruction_leaves_pages_ownerless),
		test(destruction_clears_pages_and_makes_them_accessible),
		test(destruction_goes_on_after_busy_and_after_the_other_command),
		test(returned_storage_is_not_believed),
		test(configuration_with_cpus_is_not_destroyed),
		test(guest_storage_may_begin_above_zero),
		test(announced_storage_is_protected_to_its_last_page),
		cmocka_unit_test(every_page_of_entries_is_found),
	};

	return cmocka_run_group_tests_name("configs", tests, NULL, NULL);
}

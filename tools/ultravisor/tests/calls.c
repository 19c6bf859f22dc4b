// SPDX-License-Identifier: GPL-2.0
/* The call interface: headers, query, initialize, injected answers, reset. */
#include <errno.h>

#include "fake.h"

static const struct {
	uint16_t code, min;
	bool host, guest, before_init;
} commands[] = {
	{ 0x0001, 0xa8, true, true, true },
	{ 0x0002, 0x200, true, false, true },
	{ 0x000f, 0x48, true, false, true },
	{ 0x0100, 0x80, true, false, false },
	{ 0x0101, 0x40, true, false, false },
	{ 0x0102, 0x48, true, false, false },
	{ 0x0120, 0x60, true, false, false },
	{ 0x0121, 0x40, true, false, false },
	{ 0x0200, 0x28, true, false, false },
	{ 0x0201, 0x20, true, false, false },
	{ 0x0202, 0x20, true, false, false },
	{ 0x0300, 0x50, true, false, false },
	{ 0x0301, 0x50, true, false, false },
	{ 0x0302, 0x40, true, false, false },
	{ 0x0310, 0x40, true, false, false },
	{ 0x0311, 0x40, true, false, false },
	{ 0x0320, 0x40, true, false, false },
	{ 0x0321, 0x40, true, false, false },
	{ 0x0330, 0x50, true, false, false },
	{ 0x0340, 0x40, true, false, false },
	{ 0x0341, 0x20, true, false, false },
	{ 0x0342, 0x28, true, false, false },
	{ 0x0400, 0x40, true, false, false },
	{ 0x0401, 0x50, true, false, false },
	{ 0x0402, 0x50, true, false, false },
	{ 0x0403, 0x50, true, false, false },
	{ 0x1000, 0x30, false, true, false },
	{ 0x1001, 0x30, false, true, false },
	{ 0x1020, 0x188, false, true, false },
	{ 0x1031, 0x48, false, true, false },
	{ 0x1033, 0x48, false, true, false },
	{ 0x1034, 0x40, false, true, false },
	{ 0x1035, 0x48, false, true, false },
};

#define NR_COMMANDS	(sizeof(commands) / sizeof(commands[0]))

static void every_other_code_is_an_unknown_command(void **state)
{
	struct fake *fake = *state;
	size_t i = 0;
	uint32_t code, len;

	for (code = 0; code <= 0xffff; code++) {
		bool host = false, guest = false;

		if (i < NR_COMMANDS && commands[i].code == code) {
			host = commands[i].host;
			guest = commands[i].guest;
			i++;
		}
		if (!host) {
			block_clear(fake, code, UV_BLOCK_MAX);
			assert_int_equal(uv_host_check(fake->uv, fake->block, &len),
					 UV_CC_ERROR);
			assert_int_equal(get_be16(fake->block + 4), RC_COMMAND);
			assert_int_equal(uv_host_call(fake->uv, 0, fake->block, UV_BLOCK_MAX),
					 UV_CC_ERROR);
			assert_int_equal(get_be16(fake->block + 4), RC_COMMAND);
		}
		if (!guest) {
			block_clear(fake, code, UV_BLOCK_MAX);
			assert_int_equal(uv_guest_check(fake->uv, fake->block, &len),
					 UV_CC_ERROR);
			assert_int_equal(get_be16(fake->block + 4), RC_COMMAND);
		}
	}
	assert_int_equal(i, NR_COMMANDS);
	assert_true(fake_stats(fake).rejected > 3 * (0x10000 - NR_COMMANDS));
}

static void header_is_checked_in_order(void **state)
{
	struct fake *fake = *state;
	size_t i;
	uint32_t len;
	int init;

	for (init = 0; init < 2; init++) {
		for (i = 0; i < NR_COMMANDS; i++) {
			bool ready = init || commands[i].before_init;
			bool exact = commands[i].code == CMD_ATTEST;
			int (*check)(struct uv *uv, uint8_t *header, uint32_t *len) =
				commands[i].host ? uv_host_check : uv_guest_check;

			/* Not initialised goes before too short. */
			block_clear(fake, commands[i].code, commands[i].min - 1);
			assert_int_equal(check(fake->uv, fake->block, &len), UV_CC_ERROR);
			assert_int_equal(get_be16(fake->block + 4), ready ? RC_LENGTH : RC_STATE);
			block_clear(fake, commands[i].code, 8);
			assert_int_equal(check(fake->uv, fake->block, &len), UV_CC_ERROR);
			assert_int_equal(get_be16(fake->block + 4), ready ? RC_LENGTH : RC_STATE);
			if (!ready)
				continue;
			block_clear(fake, commands[i].code, commands[i].min);
			assert_int_equal(check(fake->uv, fake->block, &len), 0);
			assert_int_equal(len, commands[i].min);
			assert_int_equal(get_be16(fake->block + 4), 0);
			/* Longer blocks are accepted and fetched as far as needed. */
			block_clear(fake, commands[i].code, commands[i].min + 1);
			assert_int_equal(check(fake->uv, fake->block, &len), exact);
			block_clear(fake, commands[i].code, 0xffff);
			assert_int_equal(check(fake->uv, fake->block, &len), exact);
			if (exact) {
				assert_int_equal(get_be16(fake->block + 4), RC_LENGTH);
				continue;
			}
			block_clear(fake, commands[i].code, 0xffff);
			assert_int_equal(check(fake->uv, fake->block, &len), 0);
			assert_true(len <= UV_BLOCK_MAX && len >= commands[i].min);
		}
		if (!init)
			assert_done(fake, uvc_init(fake));
	}
}

static void header_is_checked_again_by_the_call(void **state)
{
	struct fake *fake = *state;

	/* The host changed the block between the check and the call. */
	block_clear(fake, CMD_CREATE_CONFIG, 0x80);
	assert_int_equal(uv_host_call(fake->uv, 0, fake->block, 0x20), UV_CC_ERROR);
	assert_int_equal(get_be16(fake->block + 4), RC_LENGTH);
	block_clear(fake, CMD_SHARE, 0x80);
	assert_int_equal(uv_host_call(fake->uv, 0, fake->block, 0x80), UV_CC_ERROR);
	assert_int_equal(get_be16(fake->block + 4), RC_COMMAND);
	assert_int_equal(uv_host_call(fake->uv, 0, fake->block, 4), UV_CC_ERROR);
	assert_sound(fake);
}

static void query_tells_the_host(void **state)
{
	struct fake *fake = *state;
	unsigned int i;

	block_clear(fake, CMD_QUERY, 0x120);
	memset(fake->block + 8, 0xff, sizeof(fake->block) - 8);
	assert_done(fake, host_call(fake));
	/* All but bits 8, 9, 28-31, 33 (guest only) and 10 (reserved); none beyond 34. */
	assert_int_equal(block_get(fake, 0x10), 0xff1ffff020000000ull);
	assert_int_equal(block_get(fake, 0x18), 0);
	assert_int_equal(block_get(fake, 0x40), 1 << 20);
	assert_int_equal(block_get(fake, 0x50), 8192);
	/* The tags, entries for 105 secrets, and the values of those that can be retrieved. */
	assert_int_equal(store_pages(fake->uv), 1 + 2 + 2 * FAKE_RETR);
	assert_int_equal(block_get(fake, 0x58), store_pages(fake->uv) * 4096);
	assert_int_equal(block_get(fake, 0x60), 4096);
	assert_int_equal(block_get(fake, 0x68), 4096);
	assert_int_equal(block_get(fake, 0x78), 4095);
	assert_int_equal(block_get(fake, 0x80), 0x800000000000ull);
	assert_int_equal(block_get(fake, 0x98), 247);
	assert_int_equal(block_get(fake, 0xa0), 0x8000000000000000ull);
	assert_int_equal(block_get(fake, 0xb0), 0x8000000000000000ull);
	assert_int_equal(block_get(fake, 0xb8), 0x300000f2);
	assert_int_equal(block_get(fake, 0xc8), 4096);
	assert_int_equal(block_get(fake, 0xd0), 4096);
	/* Attestation and secrets are the guest's. */
	for (i = 0xd8; i < 0x120; i += 8)
		assert_int_equal(block_get(fake, i), 0);
	/* Nothing behind what there is to tell. */
	block_clear(fake, CMD_QUERY, 0x200);
	memset(fake->block + 8, 0xff, sizeof(fake->block) - 8);
	assert_done(fake, host_call(fake));
	assert_int_equal(block_get(fake, 0x120), ~0ull);
}

static void short_query_is_filled_as_far_as_it_goes(void **state)
{
	struct fake *fake = *state;

	block_clear(fake, CMD_QUERY, 0xa8);
	assert_error(fake, host_call(fake), RC_QUERY_MORE);
	assert_int_equal(block_get(fake, 0xa0), 0x8000000000000000ull);
	assert_int_equal(block_get(fake, 0xb0), 0);
}

static void query_tells_a_guest_what_it_may_do(void **state)
{
	struct fake *fake = *state;

	block_clear(fake, CMD_QUERY, 0x120);
	assert_done(fake, guest_call(fake, 0));
	assert_int_equal(block_get(fake, 0x10), 0x80c0000f40000000ull);
	assert_int_equal(block_get(fake, 0xe0), 0x8000000000000000ull);
	assert_int_equal(block_get(fake, 0xe8), 0x7800000000000000ull);
	assert_int_equal(block_get(fake, 0xf8), 0x8000000000000000ull);
	assert_int_equal(block_get(fake, 0x100), 0x8000000000000000ull);
	/* Types 1, 2, 3 and 0x16 by their number from the left; no key types. */
	assert_int_equal(block_get(fake, 0x108), 0x7000020000000000ull);
	assert_int_equal(block_get(fake, 0x110), (uint64_t)FAKE_ASSOC << 48 |
						 (uint64_t)FAKE_RETR << 32);
	assert_int_equal(block_get(fake, 0x40), 0);
	assert_int_equal(block_get(fake, 0x80), 0);
}

static int init_with(struct fake *fake, uint64_t origin, uint64_t len)
{
	block_clear(fake, CMD_INITIALIZE, 0x48);
	block_set(fake, 0x18, origin);
	block_set(fake, 0x20, len);
	return host_call(fake);
}

static void initialize_checks_what_it_is_given(void **state)
{
	struct fake *fake = *state;

	assert_error(fake, init_with(fake, FAKE_BASE, 0), RC_INIT_LEN);
	assert_error(fake, init_with(fake, FAKE_BASE, (1 << 20) - 1), RC_INIT_LEN);
	assert_error(fake, init_with(fake, FAKE_BASE + 4096, 1 << 20), RC_INIT_ORIGIN);
	assert_error(fake, init_with(fake, FAKE_STORAGE, 1 << 20), RC_INIT_RANGE);
	assert_error(fake, init_with(fake, ~0xfffffull, 1 << 20), RC_INIT_RANGE);
	fake->running = 2;
	assert_error(fake, init_with(fake, FAKE_BASE, 1 << 20), RC_INIT_CPUS);
	fake->running = 1;
	assert_int_equal(uv_access(fake->uv, FAKE_BASE, 0, 0, true), 0);
	/* More than needed is fine; the rest stays the host's. */
	assert_done(fake, init_with(fake, FAKE_BASE, 2 << 20));
	assert_int_equal(uv_access(fake->uv, FAKE_BASE, 0, 0, true), UV_PGM_SECURE_ACCESS);
	assert_int_equal(uv_access(fake->uv, FAKE_BASE + (1 << 20), 0, 0, true), 0);
	assert_int_equal(fake_stats(fake).pages_donated, 256);
	assert_true(fake->hidden[FAKE_BASE >> 12]);
	assert_true(fake->hidden[(FAKE_BASE >> 12) + 255]);
	assert_error(fake, init_with(fake, FAKE_BASE, 1 << 20), RC_INIT_DONE);
}

static void initialize_is_refused_below_2g_where_told(void **state)
{
	const struct fake_options options = { .refuse_below_2g = true, .size = 3ull << 30 };
	struct fake *fake = fake_new(&options);

	(void)state;
	assert_error(fake, init_with(fake, 0x7ff00000, 6 << 20), RC_INIT_BELOW_2G);
	assert_done(fake, init_with(fake, 0x80000000, 6 << 20));
	fake_free(fake);
}

static void initialize_waits_for_other_calls(void **state)
{
	struct fake *fake = *state;

	assert_true(gate_try_read(&fake->uv->gate));
	assert_int_equal(init_with(fake, FAKE_BASE, 1 << 20), UV_CC_BUSY);
	gate_end_read(&fake->uv->gate);
	assert_done(fake, init_with(fake, FAKE_BASE, 1 << 20));
}

static void initialize_waits_for_devices(void **state)
{
	struct fake *fake = *state;

	fake->in_use = FAKE_BASE + 4096 * 255;
	assert_int_equal(init_with(fake, FAKE_BASE, 1 << 20), UV_CC_BUSY);
	assert_int_equal(uv_access(fake->uv, FAKE_BASE, 0, 0, true), 0);
	assert_int_equal(fake_stats(fake).pages_donated, 0);
	fake->in_use = 0;
	assert_done(fake, init_with(fake, FAKE_BASE, 1 << 20));
	assert_int_equal(fake_stats(fake).pages_donated, 256);
	assert_null(uv_check_invariants(fake->uv));
}

static void base_storage_costs_at_most_half_a_percent(void **state)
{
	uint64_t gib;

	(void)state;
	for (gib = 1; gib <= 4096; gib *= 2)
		assert_true(base_storage_len(gib << 18) * 200 <= gib << 30);
	/* With a machine full of guests, all of it stays below three quarters. */
	assert_true((guest_entry_pages(MIB) * 4096 + base_storage_len(1 << 18) / 1024) * 400 <= 3 * MIB);
}

static void reset_clears_and_shows_everything(void **state)
{
	struct fake *fake = *state;
	uint64_t config, config2, cpu, sd, frames[3], address, i;

	assert_true(uv_reset(fake->uv));
	assert_done(fake, uvc_init(fake));
	assert_done(fake, uvc_create_config(fake, 0, 2 << 20, &config));
	assert_done(fake, uvc_create_config(fake, 1, 2 << 20, &config2));
	assert_done(fake, uvc_create_cpu(fake, config, 3, &cpu, &sd));
	fake_verify(fake, config, 0);
	for (i = 0; i < 3; i++) {
		address = (i + 1) << 12;
		frames[i] = fake_pages(fake, 1);
		fake_map(fake, i == 2, address, frames[i]);
		assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, i == 2 ? config2 : config,
						 address));
		memset(fake_at(fake, frames[i]), 0x55, 4096);
	}
	assert_done(fake, uvc_share(fake, CMD_SHARE, config, 0x2000));
	assert_done(fake, uvc_again(fake, CMD_DESTROY_CONFIG, config2));
	assert_true(uv_reset(fake->uv));

	/* Secure and ownerless pages are cleared; what was shared was visible anyway. */
	for (i = 0; i < 3; i++)
		assert_int_equal(*(uint8_t *)fake_at(fake, frames[i]), i == 1 ? 0x55 : 0);
	for (i = 0; i < fake->size; i += 4096) {
		assert_int_equal(uv_access(fake->uv, i, 0, 0, true), 0);
		assert_false(fake->hidden[i >> 12]);
	}
	for (i = 0; i < 1 << 20; i++)
		assert_int_equal(fake->storage[FAKE_BASE + i], 0);
	assert_int_equal(fake_stats(fake).pages_donated, 0);
	assert_int_equal(fake_stats(fake).configs, 0);
	assert_error(fake, uvc_page(fake, CMD_EXPORT, 0), RC_STATE);
	/* A running CPU that leaves late does no harm. */
	uv_cpu_leave(fake->uv, cpu, &(struct uv_cpu_state){ 0 });
	assert_done(fake, uvc_init(fake));
	assert_error(fake, uvc_handle(fake, CMD_VERIFY, config), RC_CONFIG_HANDLE);
}

static void injected_answers_have_no_effect(void **state)
{
	struct fake *fake = *state;
	uint64_t config;

	assert_done(fake, uvc_init(fake));
	assert_false(uv_inject(fake->uv, 0x9999, 1, 1, 1, 1));
	assert_false(uv_inject(fake->uv, CMD_CREATE_CONFIG, 4, 1, 1, 1));
	assert_true(uv_inject(fake->uv, CMD_CREATE_CONFIG, 1, 0x8123, 0x45, 2));
	assert_answer(fake, uvc_create_config(fake, 0, 1 << 20, &config), UV_CC_ERROR, 0x8123,
		      0x45);
	assert_int_equal(config, 0);
	assert_answer(fake, uvc_create_config(fake, 0, 1 << 20, &config), UV_CC_ERROR, 0x8123,
		      0x45);
	assert_int_equal(fake_stats(fake).configs, 0);
	assert_int_equal(fake_stats(fake).injected, 2);
	assert_done(fake, uvc_create_config(fake, 0, 1 << 20, &config));
	assert_true(uv_inject(fake->uv, CMD_EXPORT, 2, 0, 0, ~0u));
	assert_int_equal(uvc_page(fake, CMD_EXPORT, 0), UV_CC_BUSY);
	assert_true(uv_inject(fake->uv, CMD_EXPORT, 2, 0, 0, 0));
	assert_done(fake, uvc_page(fake, CMD_EXPORT, 0));
	assert_true(uv_inject(fake->uv, CMD_DESTROY_CONFIG, 3, 1, 0, 3));
	assert_done(fake, uvc_again(fake, CMD_DESTROY_CONFIG, config));
	assert_true(uv_inject(fake->uv, CMD_EXPORT, 0, 0x42, 7, 1));
	assert_answer(fake, uvc_page(fake, CMD_EXPORT, 0), UV_CC_DONE, 0x42, 7);
}

static void statistics_count_answers(void **state)
{
	struct fake *fake = *state;
	struct uv_stats stats;
	unsigned int i;

	assert_done(fake, uvc_init(fake));
	assert_done(fake, uvc_page(fake, CMD_EXPORT, 0));
	assert_done(fake, uvc_page(fake, CMD_EXPORT, 0));
	assert_error(fake, uvc_page(fake, CMD_EXPORT, 1), RC_PAGE_ADDRESS);
	stats = fake_stats(fake);
	assert_int_equal(stats.nr_commands, NR_COMMANDS);
	for (i = 0; i < stats.nr_commands; i++) {
		assert_int_equal(stats.command[i].code, commands[i].code);
		assert_true(stats.command[i].name[0]);
		if (stats.command[i].code == CMD_EXPORT) {
			assert_int_equal(stats.command[i].cc[0], 2);
			assert_int_equal(stats.command[i].cc[1], 1);
		}
	}
}

static int create_errno(struct uv_ops ops, uint64_t end, unsigned int configs, unsigned int cpus)
{
	const struct uv_config config = {
		.storage_end = end, .max_configs = configs, .max_cpus = cpus,
	};
	struct uv *uv;

	errno = 0;
	uv = uv_create(&ops, NULL, &config);
	uv_destroy(uv);
	return uv ? 0 : errno;
}

static int create_with(uint64_t features, uint64_t versions, unsigned int assoc,
		       unsigned int retrievable)
{
	const struct uv_ops ops = { .storage = (void *)1, .translate_home = (void *)1,
				    .translate_guest = (void *)1,
				    .translate_guest_home = (void *)1 };
	const struct uv_config config = {
		.storage_end = 1 << 20, .features = features, .header_versions = versions,
		.max_assoc_secrets = assoc, .max_retr_secrets = retrievable,
	};
	struct uv *uv;

	errno = 0;
	uv = uv_create(&ops, NULL, &config);
	uv_destroy(uv);
	return uv ? 0 : errno;
}

static void create_refuses_what_the_ultravisor_cannot(void **state)
{
	(void)state;
	assert_int_equal(create_with(0, 0, 0, 0), 0);
	assert_int_equal(create_with(UV_FEATURES, UV_HEADER_VERSIONS, 1024, 128), 0);
	assert_int_equal(create_with(UV_FEATURES | 1, UV_HEADER_VERSIONS, 0, 0), EINVAL);
	assert_int_equal(create_with(UV_FEATURES, UV_HEADER_VERSIONS | 1ull << 62, 0, 0), EINVAL);
	assert_int_equal(create_with(0, 0, 1025, 0), EINVAL);
	assert_int_equal(create_with(0, 0, 0, 129), EINVAL);
}

static void create_checks_its_configuration(void **state)
{
	struct uv_ops ops = { .storage = (void *)1, .translate_home = (void *)1,
			      .translate_guest = (void *)1,
			      .translate_guest_home = (void *)1 };

	(void)state;
	assert_int_equal(create_errno(ops, 1 << 20, 0, 0), 0);
	assert_int_equal(create_errno(ops, 1 << 20, 65535, 256), 0);
	assert_int_equal(create_errno(ops, 0, 0, 0), EINVAL);
	assert_int_equal(create_errno(ops, 4095, 0, 0), EINVAL);
	assert_int_equal(create_errno(ops, (1ull << 52) + 4096, 0, 0), EINVAL);
	assert_int_equal(create_errno(ops, 1 << 20, 65536, 0), EINVAL);
	assert_int_equal(create_errno(ops, 1 << 20, 0, 257), EINVAL);
	ops.storage = NULL;
	assert_int_equal(create_errno(ops, 1 << 20, 0, 0), EINVAL);
	ops.storage = (void *)1;
	ops.translate_home = NULL;
	assert_int_equal(create_errno(ops, 1 << 20, 0, 0), EINVAL);
	ops.translate_home = (void *)1;
	ops.translate_guest = NULL;
	assert_int_equal(create_errno(ops, 1 << 20, 0, 0), EINVAL);
	ops.translate_guest = (void *)1;
	ops.translate_guest_home = NULL;
	assert_int_equal(create_errno(ops, 1 << 20, 0, 0), EINVAL);
	uv_destroy(NULL);
}

static void optional_callbacks_may_be_missing(void **state)
{
	const struct fake_options options = { .no_optional_ops = true };
	struct fake *fake = fake_new(&options);
	uint64_t config, frame = fake_pages(fake, 1);

	(void)state;
	assert_done(fake, uvc_init(fake));
	assert_done(fake, uvc_create_config(fake, 0, 1 << 20, &config));
	fake_map(fake, 0, 0, frame);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0));
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0));
	assert_true(uv_reset(fake->uv));
	fake_free(fake);
}

#define test(name) cmocka_unit_test_setup_teardown(name, fake_setup, fake_teardown)
#define bare_test(name) cmocka_unit_test_setup_teardown(name, fake_setup_bare, fake_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(every_other_code_is_an_unknown_command),
		bare_test(header_is_checked_in_order),
		test(header_is_checked_again_by_the_call),
		bare_test(query_tells_the_host),
		bare_test(short_query_is_filled_as_far_as_it_goes),
		test(query_tells_a_guest_what_it_may_do),
		bare_test(initialize_checks_what_it_is_given),
		cmocka_unit_test(initialize_is_refused_below_2g_where_told),
		bare_test(initialize_waits_for_other_calls),
		bare_test(initialize_waits_for_devices),
		cmocka_unit_test(base_storage_costs_at_most_half_a_percent),
		bare_test(reset_clears_and_shows_everything),
		bare_test(injected_answers_have_no_effect),
		bare_test(statistics_count_answers),
		cmocka_unit_test(create_checks_its_configuration),
		cmocka_unit_test(create_refuses_what_the_ultravisor_cannot),
		cmocka_unit_test(optional_callbacks_may_be_missing),
	};

	return cmocka_run_group_tests_name("calls", tests, NULL, NULL);
}

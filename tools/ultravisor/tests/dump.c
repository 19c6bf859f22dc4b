// SPDX-License-Identifier: GPL-2.0
/* Dumps: what the host gets is useless to it, and complete for the owner of the key. */
#include "fake.h"
#include "openssl.h"

#define CCK	"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define GUEST_LEN (2ull << 20)

static uint64_t config, cpu, sd, area;

static void prepare(struct fake *fake, uint64_t pcf)
{
	unsigned int i;

	assert_done(fake, uvc_create_config(fake, 0, GUEST_LEN, &config));
	assert_done(fake, uvc_create_cpu(fake, config, 2, &cpu, &sd));
	fake_verify(fake, config, pcf);
	for (i = 0; i < KEY_LEN; i++)
		fake_config(fake, config)->image.cck[i] = i;
	area = fake_home_area(fake, 3) + 0x100;
}

static int call_with_area(struct fake *fake, uint16_t command, uint64_t handle, uint64_t where,
			  uint64_t guest)
{
	block_clear(fake, command, 0x50);
	block_set(fake, 0x18, handle);
	block_set(fake, 0x20, where);
	block_set(fake, 0x28, guest);
	return host_call(fake);
}

static void home_bytes(struct fake *fake, uint64_t vaddr, uint8_t *to, size_t len)
{
	for (; len--; vaddr++)
		*to++ = fake->storage[((fake->home[(vaddr - FAKE_HOME) >> 12] - 1) << 12) +
				      vaddr % 4096];
}

static void dumping_must_be_allowed(void **state)
{
	struct fake *fake = *state;

	prepare(fake, 0xe0);
	assert_error(fake, uvc_handle(fake, CMD_DUMP_INIT, config), RC_DUMP_FORBIDDEN);
	fake_config(fake, config)->image.pcf = PCF_DUMP;
	fake->no_random = true;
	assert_error(fake, uvc_handle(fake, CMD_DUMP_INIT, config), RC_NO_RANDOM);
	fake->no_random = false;
	assert_done(fake, uvc_handle(fake, CMD_DUMP_INIT, config));
	assert_error(fake, uvc_handle(fake, CMD_DUMP_INIT, config), RC_STATE);
}

static void dump_goes_in_order(void **state)
{
	struct fake *fake = *state;
	struct uv_cpu_state regs;

	prepare(fake, PCF_DUMP);
	assert_error(fake, call_with_area(fake, CMD_DUMP_CPU, cpu, area, 0), RC_STATE);
	assert_error(fake, call_with_area(fake, CMD_DUMP_STORAGE_STATE, config, area, 0),
		     RC_STATE);
	assert_error(fake, call_with_area(fake, CMD_DUMP_COMPLETE, config, area, 0), RC_STATE);
	assert_done(fake, uvc_handle(fake, CMD_DUMP_INIT, config));
	assert_int_equal(uv_cpu_enter(fake->uv, config, cpu, sd, &regs), UV_ENTER_NOT_VERIFIED);
	assert_done(fake, call_with_area(fake, CMD_DUMP_COMPLETE, config, area, 0));
	assert_int_equal(uv_cpu_enter(fake->uv, config, cpu, sd, &regs), UV_ENTER_STOPPED);
	assert_done(fake, uvc_handle(fake, CMD_DUMP_INIT, config));
	/* A dump that is given up ends with the reset. */
	assert_done(fake, uvc_handle(fake, CMD_PREPARE_RESET, config));
	assert_error(fake, call_with_area(fake, CMD_DUMP_COMPLETE, config, area, 0), RC_STATE);
}

static void areas_and_addresses_are_checked(void **state)
{
	struct fake *fake = *state;
	uint64_t second, saved;

	prepare(fake, PCF_DUMP);
	second = ((area - FAKE_HOME) >> 12) + 1;
	assert_done(fake, uvc_handle(fake, CMD_DUMP_INIT, config));
	assert_error(fake, call_with_area(fake, CMD_DUMP_STORAGE_STATE, config, area, 4096),
		     RC_DUMP_ADDRESS);
	assert_error(fake, call_with_area(fake, CMD_DUMP_STORAGE_STATE, config, area, GUEST_LEN),
		     RC_DUMP_ADDRESS);
	assert_error(fake, call_with_area(fake, CMD_DUMP_STORAGE_STATE, config, 0x1000, 0),
		     RC_HOME_TRANSLATION);
	assert_error(fake, call_with_area(fake, CMD_DUMP_CPU, cpu, 0x1000, 0),
		     RC_HOME_TRANSLATION);
	assert_error(fake, call_with_area(fake, CMD_DUMP_COMPLETE, config, 0x1000, 0),
		     RC_HOME_TRANSLATION);
	saved = fake->home[second];
	fake->home[second] = (FAKE_BASE >> 12) + 1;
	assert_error(fake, call_with_area(fake, CMD_DUMP_CPU, cpu, area, 0), RC_DUMP_AREA);
	fake->home[second] = (FAKE_STORAGE >> 12) + 1;
	assert_error(fake, call_with_area(fake, CMD_DUMP_CPU, cpu, area, 0), RC_DUMP_AREA);
	fake->home[second] = saved;
	fake->uv->frames[saved - 1] |= FRAME_BUSY;
	assert_int_equal(call_with_area(fake, CMD_DUMP_CPU, cpu, area, 0), UV_CC_BUSY);
	fake->uv->frames[saved - 1] &= ~FRAME_BUSY;
	fake->no_random = true;
	assert_error(fake, call_with_area(fake, CMD_DUMP_CPU, cpu, area, 0), RC_NO_RANDOM);
	assert_error(fake, call_with_area(fake, CMD_DUMP_COMPLETE, config, area, 0),
		     RC_NO_RANDOM);
	fake->no_random = false;
	assert_done(fake, call_with_area(fake, CMD_DUMP_COMPLETE, config, area, 0));
}

static void open_sealed(struct fake *fake, struct scratch *scratch, uint8_t *data)
{
	uint8_t sealed[4096];

	home_bytes(fake, area, sealed, sizeof(sealed));
	scratch_write(scratch, "sealed", sealed, sizeof(sealed));
	assert_int_equal(openssl_verify(scratch, "sealed " CCK " sealed out"), 0);
	scratch_read(scratch, "out", data, 4096 - 56);
}

static void registers_are_there_for_the_owner_only(void **state)
{
	struct fake *fake = *state;
	struct uv_cpu_state regs;
	uint8_t sealed[4096], data[4096];
	struct scratch scratch;
	unsigned int i;

	prepare(fake, PCF_DUMP);
	block_clear(fake, CMD_CPU_SET_STATE, 0x50);
	block_set(fake, 0x18, cpu);
	fake->block[0x27] = 5;
	assert_done(fake, host_call(fake));
	assert_int_equal(uv_cpu_enter(fake->uv, config, cpu, sd, &regs), UV_ENTER_OK);
	for (i = 0; i < 16; i++) {
		regs.gprs[i] = 0x1000000000000000ull + i;
		regs.acrs[i] = 0x20000000 + i;
		regs.vrs[i + 16].d[1] = 0x3000000000000000ull + i;
		regs.crs[i] = 0x4000000000000000ull + i;
	}
	regs.psw_addr = 0x5000000000000005ull;
	regs.prefix = 0x66660000;
	uv_cpu_leave(fake->uv, cpu, &regs);

	assert_done(fake, uvc_handle(fake, CMD_DUMP_INIT, config));
	assert_done(fake, call_with_area(fake, CMD_DUMP_CPU, cpu, area, 0));
	home_bytes(fake, area, sealed, sizeof(sealed));
	assert_memory_equal(sealed, "OPENUVDC", 8);
	assert_int_equal(get_be64(sealed + 8), 1ull << 32 | 2);
	scratch_start(&scratch);
	open_sealed(fake, &scratch, data);
	for (i = 0; i < 16; i++) {
		assert_int_equal(get_be64(data + 8 * i), regs.gprs[i]);
		assert_int_equal(get_be(data + 128 + 4 * i, 4), regs.acrs[i]);
		assert_int_equal(get_be64(data + 192 + 16 * (i + 16) + 8), regs.vrs[i + 16].d[1]);
		assert_int_equal(get_be64(data + 704 + 8 * i), regs.crs[i]);
	}
	assert_int_equal(get_be64(data + 832 + 8), regs.psw_addr);
	assert_int_equal(get_be64(data + 832 + 56) & 0xffffffff, regs.prefix);
	assert_int_equal(data[832 + 64 + 4], 1);
	/* Without the key it is noise: another key does not open it. */
	assert_int_not_equal(openssl_verify(&scratch, "sealed ff" CCK " sealed out"), 0);
	sealed[100] ^= 1;
	scratch_write(&scratch, "sealed", sealed, sizeof(sealed));
	assert_int_not_equal(openssl_verify(&scratch, "sealed " CCK " sealed out"), 0);
	scratch_end(&scratch);
}

static void pages_can_be_decrypted_by_the_owner(void **state)
{
	struct fake *fake = *state;
	uint8_t states[4096], data[4096];
	uint64_t frames[4], i;
	struct scratch scratch;
	char key[65], tag[29], arguments[512];

	prepare(fake, PCF_DUMP);
	for (i = 0; i < 4; i++) {
		frames[i] = fake_pages(fake, 1);
		fake_map(fake, 0, (1ull << 20) + (i << 12), frames[i]);
		assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config,
						 (1ull << 20) + (i << 12)));
	}
	assert_done(fake, uvc_share(fake, CMD_SHARE, config, 1ull << 20));
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frames[1]));
	assert_done(fake, uvc_handle(fake, CMD_DESTROY_CPU, cpu));
	assert_done(fake, uvc_page(fake, CMD_DESTROY_PAGE, frames[3]));
	memset(fake_at(fake, frames[2]), 0x5a, 4096);

	assert_done(fake, uvc_handle(fake, CMD_DUMP_INIT, config));
	assert_done(fake, call_with_area(fake, CMD_DUMP_STORAGE_STATE, config, area, 1 << 20));
	home_bytes(fake, area, states, sizeof(states));
	assert_int_equal(states[0], GUEST_SHARED);
	assert_int_equal(states[16], GUEST_EXPORTED);
	assert_int_equal(get_be(states + 18, 6), 1);
	assert_memory_equal(states + 24, guest_page(fake->uv, fake_config(fake, config), 257)->tag,
			    8);
	assert_int_equal(states[32], GUEST_RESIDENT);
	/* A page that the host reads for the dump is exported then: counter 1. */
	assert_int_equal(get_be(states + 34, 6), 1);
	assert_int_equal(get_be(states + 40, 8), 0);
	assert_int_equal(states[48], GUEST_DESTROYED);
	assert_int_equal(states[64], GUEST_UNSEEN);

	scratch_start(&scratch);
	assert_done(fake, call_with_area(fake, CMD_DUMP_COMPLETE, config, area, 0));
	open_sealed(fake, &scratch, data);
	hex(key, data, KEY_LEN);
	scratch_write(&scratch, "plain", fake_at(fake, frames[2]), 4096);
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frames[2]));
	scratch_write(&scratch, "encrypted", fake_at(fake, frames[2]), 4096);
	hex(tag, guest_page(fake->uv, fake_config(fake, config), 258)->tag, TAG_LEN);
	snprintf(arguments, sizeof(arguments), "page %s 258 1 %s plain encrypted", key, tag);
	assert_int_equal(openssl_verify(&scratch, arguments), 0);
	scratch_end(&scratch);
}

static void no_two_dumps_share_a_key(void **state)
{
	struct fake *fake = *state;
	uint8_t first[4096], second[4096];

	prepare(fake, PCF_DUMP);
	assert_done(fake, uvc_handle(fake, CMD_DUMP_INIT, config));
	assert_done(fake, call_with_area(fake, CMD_DUMP_COMPLETE, config, area, 0));
	home_bytes(fake, area, first, sizeof(first));
	assert_done(fake, uvc_handle(fake, CMD_DUMP_INIT, config));
	assert_done(fake, call_with_area(fake, CMD_DUMP_COMPLETE, config, area, 0));
	home_bytes(fake, area, second, sizeof(second));
	assert_memory_not_equal(first + 28, second + 28, 12);
	assert_memory_not_equal(first + 40, second + 40, 4096 - 40);
}

#define test(name) cmocka_unit_test_setup_teardown(name, fake_setup, fake_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(dumping_must_be_allowed),
		test(dump_goes_in_order),
		test(areas_and_addresses_are_checked),
		test(registers_are_there_for_the_owner_only),
		test(pages_can_be_decrypted_by_the_owner),
		test(no_two_dumps_share_a_key),
	};

	return cmocka_run_group_tests_name("dump", tests, NULL, NULL);
}

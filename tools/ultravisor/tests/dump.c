// SPDX-License-Identifier: GPL-2.0
/* Dumps: what the host gets is useless to it, and complete for the owner of the key. */
#include "fake.h"
#include "openssl.h"

#define CCK	"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define OTHER_CCK "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
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

/* The area as the owner sees it. @kind: "cpu" or "complete" */
static int open_area(struct fake *fake, const struct scratch *scratch, const char *kind,
		     const char *cck)
{
	char seed[2 * DUMP_SEED_LEN + 1], arguments[512];
	uint8_t sealed[4096];

	home_bytes(fake, area, sealed, sizeof(sealed));
	scratch_write(scratch, "sealed", sealed, sizeof(sealed));
	hex(seed, fake_config(fake, config)->dump_seed, DUMP_SEED_LEN);
	snprintf(arguments, sizeof(arguments), "%s %s %s sealed out", kind, seed, cck);
	return openssl_verify(scratch, arguments);
}

static void flip_bit(struct fake *fake, unsigned int offset)
{
	uint64_t vaddr = area + offset - FAKE_HOME;

	fake->storage[((fake->home[vaddr >> 12] - 1) << 12) + vaddr % 4096] ^= 1;
}

static void registers_are_there_for_the_owner_only(void **state)
{
	struct fake *fake = *state;
	struct uv_cpu_state regs;
	struct scratch scratch;
	uint8_t data[1552];
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
		regs.vrs[i].d[0] = 0x3100000000000000ull + i;
		regs.vrs[i + 16].d[1] = 0x3000000000000000ull + i;
		regs.crs[i] = 0x4000000000000000ull + i;
	}
	regs.psw_mask = 0x0705000180000000ull;
	regs.psw_addr = 0x5000000000000005ull;
	regs.prefix = 0x66660000;
	regs.fpc = 0x77;
	regs.todpr = 0x88;
	regs.cpu_timer = 0x99;
	regs.clock_comparator = 0xaa;
	regs.pending[0] = 1;
	uv_cpu_leave(fake->uv, cpu, &regs);

	assert_done(fake, uvc_handle(fake, CMD_DUMP_INIT, config));
	assert_done(fake, call_with_area(fake, CMD_DUMP_CPU, cpu, area, 0));
	scratch_start(&scratch);
	assert_int_equal(open_area(fake, &scratch, "cpu", CCK), 0);
	scratch_read(&scratch, "out", data, sizeof(data));
	assert_int_equal(get_be(data, 4), 1);
	assert_int_equal(get_be(data + 4, 4), 1568);
	for (i = 0; i < 16; i++) {
		assert_int_equal(get_be64(data + 32 + 8 * i), regs.gprs[i]);
		assert_int_equal(get_be(data + 224 + 4 * i, 4), regs.acrs[i]);
		assert_int_equal(get_be64(data + 288 + 8 * i), regs.crs[i]);
		assert_int_equal(get_be64(data + 416 + 16 * i), regs.vrs[i].d[0]);
		assert_int_equal(get_be64(data + 672 + 16 * i + 8), regs.vrs[i + 16].d[1]);
	}
	assert_int_equal(get_be64(data + 160), regs.psw_mask);
	assert_int_equal(get_be64(data + 168), regs.psw_addr);
	assert_int_equal(get_be(data + 184, 4), regs.prefix);
	assert_int_equal(get_be(data + 188, 4), regs.fpc);
	assert_int_equal(get_be(data + 196, 4), regs.todpr);
	assert_int_equal(get_be64(data + 200), regs.cpu_timer);
	assert_int_equal(get_be64(data + 208), regs.clock_comparator);
	assert_int_equal(get_be(data + 1536, 2), 0x8000);
	/* Without the key it is noise: another key does not open it, nor what was changed. */
	assert_int_not_equal(open_area(fake, &scratch, "cpu", OTHER_CCK), 0);
	flip_bit(fake, 100);
	assert_int_not_equal(open_area(fake, &scratch, "cpu", CCK), 0);
	scratch_end(&scratch);
}

static void no_two_dumps_share_a_key(void **state)
{
	struct fake *fake = *state;
	uint8_t key[KEY_LEN], none[KEY_LEN] = { 0 };

	prepare(fake, PCF_DUMP);
	assert_done(fake, uvc_handle(fake, CMD_DUMP_INIT, config));
	memcpy(key, fake_config(fake, config)->dump_key, KEY_LEN);
	assert_done(fake, call_with_area(fake, CMD_DUMP_COMPLETE, config, area, 0));
	assert_memory_equal(fake_config(fake, config)->dump_key, none, KEY_LEN);
	assert_done(fake, uvc_handle(fake, CMD_DUMP_INIT, config));
	assert_memory_not_equal(fake_config(fake, config)->dump_key, key, KEY_LEN);
}

enum { SHARED, EXPORTED, RESIDENT, DESTROYED, SHARED_OUT, UNSEEN, NR_KINDS };

static void bring_pages(struct fake *fake, uint64_t frames[NR_KINDS])
{
	uint64_t i;

	for (i = 0; i < UNSEEN; i++) {
		frames[i] = fake_pages(fake, 1);
		fake_map(fake, 0, (1ull << 20) + (i << 12), frames[i]);
		assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config,
						 (1ull << 20) + (i << 12)));
		memset(fake_at(fake, frames[i]), 0x50 + (int)i, 4096);
	}
	assert_done(fake, uvc_share(fake, CMD_SHARE, config, 1ull << 20));
	assert_done(fake, uvc_share(fake, CMD_SHARE, config, (1ull << 20) + (SHARED_OUT << 12)));
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frames[SHARED_OUT]));
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frames[EXPORTED]));
	assert_done(fake, uvc_handle(fake, CMD_DESTROY_CPU, cpu));
	assert_done(fake, uvc_page(fake, CMD_DESTROY_PAGE, frames[DESTROYED]));
}

static void pages_can_be_decrypted_by_the_owner(void **state)
{
	static const uint8_t special[NR_KINDS] = {
		[SHARED] = 2, [SHARED_OUT] = 2, [DESTROYED] = 1, [UNSEEN] = 1,
	};
	char key[2 * XTS_KEY_LEN + 1], nonce[33], component[33], arguments[512];
	struct fake *fake = *state;
	uint8_t states[4096], data[272], plain[4096];
	uint64_t frames[NR_KINDS], i;
	struct scratch scratch;

	prepare(fake, PCF_DUMP);
	bring_pages(fake, frames);
	assert_done(fake, uvc_handle(fake, CMD_DUMP_INIT, config));
	assert_done(fake, call_with_area(fake, CMD_DUMP_STORAGE_STATE, config, area, 1 << 20));
	home_bytes(fake, area, states, sizeof(states));
	for (i = 0; i < NR_KINDS; i++) {
		assert_true((get_be(states + 16 * i, 4) == 0xffffffff) == !!special[i]);
		if (special[i]) {
			assert_int_equal(get_be64(states + 16 * i), 0xffffffff00000000);
			assert_int_equal(get_be64(states + 16 * i + 8), special[i]);
		}
	}

	scratch_start(&scratch);
	assert_done(fake, call_with_area(fake, CMD_DUMP_COMPLETE, config, area, 0));
	assert_int_equal(open_area(fake, &scratch, "complete", CCK), 0);
	scratch_read(&scratch, "out", data, sizeof(data));
	assert_int_equal(get_be64(data), 1ull << 32 | 288);
	assert_memory_equal(data + 16, fake_config(fake, config)->dump_seed, DUMP_SEED_LEN);
	hex(nonce, data + 96, 16);
	hex(key, data + 112, XTS_KEY_LEN);
	/* What the host reads for the dump is exported then. */
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frames[RESIDENT]));
	for (i = EXPORTED; i <= RESIDENT; i++) {
		memset(plain, 0x50 + (int)i, sizeof(plain));
		scratch_write(&scratch, "plain", plain, 4096);
		scratch_write(&scratch, "encrypted", fake_at(fake, frames[i]), 4096);
		hex(component, states + 16 * i, 16);
		snprintf(arguments, sizeof(arguments), "dump-page %s %s %s plain encrypted", key,
			 nonce, component);
		assert_int_equal(openssl_verify(&scratch, arguments), 0);
	}
	assert_int_not_equal(open_area(fake, &scratch, "complete", OTHER_CCK), 0);
	scratch_end(&scratch);
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

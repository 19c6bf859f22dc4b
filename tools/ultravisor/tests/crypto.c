// SPDX-License-Identifier: GPL-2.0
/* Exported pages beside OpenSSL. */
#include "fake.h"
#include "openssl.h"

static void fill(struct fake *fake, uint64_t absolute, unsigned int seed)
{
	uint8_t *byte = fake_at(fake, absolute);
	unsigned int i;

	for (i = 0; i < 4096; i++)
		byte[i] = (uint8_t)((seed = seed * 1103515245 + 12345) >> 16);
}

/* Exports the page and asks OpenSSL. @flip: bit of the counter to be wrong in */
static int exported_page_fits(struct fake *fake, struct scratch *scratch, uint64_t config,
			      uint64_t absolute, uint64_t gfn, uint64_t flip)
{
	const struct guest_page *page = guest_page(fake->uv, fake_config(fake, config), gfn);
	char key[KEY_LEN * 2 + 1], tag[TAG_LEN * 2 + 1], arguments[512];

	scratch_write(scratch, "plain", fake_at(fake, absolute), 4096);
	assert_done(fake, uvc_page(fake, CMD_EXPORT, absolute));
	scratch_write(scratch, "encrypted", fake_at(fake, absolute), 4096);
	hex(key, fake_config(fake, config)->page_key, KEY_LEN);
	hex(tag, page->tag, TAG_LEN);
	snprintf(arguments, sizeof(arguments), "page %s %llu %llu %s plain encrypted", key,
		 (unsigned long long)gfn,
		 (unsigned long long)(guest_counter(page, page->word) ^ flip), tag);
	return openssl_verify(scratch, arguments);
}

static void openssl_makes_the_same_of_a_page(void **state)
{
	struct fake *fake = *state;
	struct scratch scratch;
	uint64_t config, frame = fake_pages(fake, 1);
	struct guest_page *page;
	unsigned int i;
	uint32_t word;

	scratch_start(&scratch);
	assert_done(fake, uvc_create_config(fake, 0, 8 << 20, &config));
	for (i = 0; i < 3; i++) {
		uint64_t gfn = i * 1000 + 7;

		fake_map(fake, 0, gfn << 12, frame);
		page = guest_page(fake->uv, fake_config(fake, config), gfn);
		assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, gfn << 12));
		/* A counter of which every byte matters. */
		word = page->word;
		if (i == 2) {
			guest_set_counter(page, &word, 0x123456789ab);
			page->word = word;
		}
		fill(fake, frame, i);
		assert_int_equal(exported_page_fits(fake, &scratch, config, frame, gfn, 0), 0);
	}
	scratch_end(&scratch);
}

static void openssl_notices_another_nonce(void **state)
{
	struct fake *fake = *state;
	struct scratch scratch;
	uint64_t config, frame = fake_pages(fake, 1);

	scratch_start(&scratch);
	assert_done(fake, uvc_create_config(fake, 0, 1 << 20, &config));
	fake_map(fake, 0, 0, frame);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0));
	assert_int_not_equal(exported_page_fits(fake, &scratch, config, frame, 0, 2), 0);
	scratch_end(&scratch);
}

static void every_configuration_has_its_own_key(void **state)
{
	struct fake *fake = *state;
	uint64_t config[4];
	unsigned int i, k;

	for (i = 0; i < 4; i++) {
		assert_done(fake, uvc_create_config(fake, i, 1 << 20, &config[i]));
		for (k = 0; k < i; k++)
			assert_memory_not_equal(fake_config(fake, config[i])->page_key,
						fake_config(fake, config[k])->page_key, KEY_LEN);
	}
}

#define test(name) cmocka_unit_test_setup_teardown(name, fake_setup, fake_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(openssl_makes_the_same_of_a_page),
		test(openssl_notices_another_nonce),
		test(every_configuration_has_its_own_key),
	};

	return cmocka_run_group_tests_name("crypto", tests, NULL, NULL);
}

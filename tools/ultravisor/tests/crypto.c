// SPDX-License-Identifier: GPL-2.0
/* Exported pages beside OpenSSL; their tags beside RFC 4418. */
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
	const struct page_keys *keys = &fake_config(fake, config)->page_keys;
	char key[XTS_KEY_LEN * 2 + 1], nonce[2 * 5 + 1], arguments[512];

	scratch_write(scratch, "plain", fake_at(fake, absolute), 4096);
	assert_done(fake, uvc_page(fake, CMD_EXPORT, absolute));
	scratch_write(scratch, "encrypted", fake_at(fake, absolute), 4096);
	hex(key, keys->xts, XTS_KEY_LEN);
	hex(nonce, keys->tweak_nonce + 11, 5);
	snprintf(arguments, sizeof(arguments), "page %s %llu %llu %s plain encrypted", key,
		 (unsigned long long)gfn,
		 (unsigned long long)(guest_counter(page, page->word) ^ flip), nonce);
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

static void openssl_notices_another_counter(void **state)
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

static void every_configuration_has_its_own_keys(void **state)
{
	struct fake *fake = *state;
	uint64_t config[4];
	unsigned int i, k;

	for (i = 0; i < 4; i++) {
		assert_done(fake, uvc_create_config(fake, i, 1 << 20, &config[i]));
		for (k = 0; k < i; k++)
			assert_memory_not_equal(&fake_config(fake, config[i])->page_keys,
						&fake_config(fake, config[k])->page_keys,
						sizeof(struct page_keys));
	}
}

/* The empty message, "aaa" and 1024 times "a", from the RFC's appendix. */
static void tag_of_a_page_is_umac_64(void **state)
{
	static const struct {
		size_t len;
		uint64_t tag;
	} vectors[] = {
		{ 0, 0x6e155fad26900be1 }, { 3, 0x44b5cb542f220104 }, { 1024, 0x26bf2f5d60118bd9 },
	};
	struct fake *fake = *state;
	uint64_t config, tag, frame = fake_pages(fake, 1);
	const struct guest_page *page;
	struct umac64_ctx mac;
	uint8_t text[1024];
	unsigned int i;

	memset(text, 'a', sizeof(text));
	for (i = 0; i < 3; i++) {
		umac64_set_key(&mac, (const uint8_t *)"abcdefghijklmnop");
		umac64_set_nonce(&mac, 8, (const uint8_t *)"bcdefghi");
		umac64_update(&mac, vectors[i].len, text);
		umac64_digest(&mac, 8, (uint8_t *)&tag);
		assert_int_equal(get_be64(&tag), vectors[i].tag);
	}
	assert_done(fake, uvc_create_config(fake, 0, 1 << 20, &config));
	fake_map(fake, 0, 0x7000, frame);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x7000));
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
	umac64_set_key(&mac, fake_config(fake, config)->page_keys.mac);
	umac64_set_nonce(&mac, 11, (const uint8_t *)"\0\0\0\0\7\0\0\0\0\0\1");
	umac64_update(&mac, 4096, fake_at(fake, frame));
	umac64_digest(&mac, 8, (uint8_t *)&tag);
	page = guest_page(fake->uv, fake_config(fake, config), 7);
	assert_true(page->tag == tag);
}

#define test(name) cmocka_unit_test_setup_teardown(name, fake_setup, fake_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(openssl_makes_the_same_of_a_page),
		test(openssl_notices_another_counter),
		test(every_configuration_has_its_own_keys),
		test(tag_of_a_page_is_umac_64),
	};

	return cmocka_run_group_tests_name("crypto", tests, NULL, NULL);
}

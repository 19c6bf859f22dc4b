// SPDX-License-Identifier: GPL-2.0
/* The secret store: what is added, who may, what the guest gets, and each bad request. */
#include "requests.h"

static struct guest_test test;

static struct config *config(void)
{
	return fake_config(test.fake, test.config);
}

struct listed {
	unsigned int nr, all, next;
	uint8_t page[4096];
};

/* Return: the condition code; what was listed is in @listed. */
static int listed_from(unsigned int start, struct listed *listed)
{
	uint64_t area = test.measurement & ~0xfffull;
	int cc = list_secrets(&test, start, area + 0x800);

	fake_guest_read(test.fake, 0, area + 0x800, listed->page, sizeof(listed->page));
	listed->nr = get_be16(listed->page);
	listed->all = get_be16(listed->page + 2);
	listed->next = get_be16(listed->page + 4);
	return cc;
}

static void assert_entry(const struct listed *listed, unsigned int nr, unsigned int index,
			 unsigned int type, size_t len, const char *name)
{
	const uint8_t *entry = listed->page + 0x10 + nr * 0x30;
	uint8_t id[32];

	assert_int_equal(get_be16(entry), index);
	assert_int_equal(get_be16(entry + 2), type);
	assert_int_equal(get_be(entry + 4, 4), len);
	assert_int_equal(get_be64(entry + 8), 0);
	gcry_md_hash_buffer(GCRY_MD_SHA256, id, name, strlen(name));
	assert_memory_equal(entry + 0x10, id, sizeof(id));
}

static void assert_empty(void)
{
	struct listed listed;

	assert_done(test.fake, listed_from(0, &listed));
	assert_int_equal(listed.all, 0);
	assert_error(test.fake, retrieve(&test, 0, test.additional, 0x2000), RC_RETRIEVE_EMPTY);
	assert_int_equal(config()->store.nr_requests, 0);
	assert_int_equal(config()->store.extended, 0);
}

static void secrets_are_listed_in_the_order_of_adding(void **state)
{
	struct listed listed;

	(void)state;
	guest_begin(&test, "empty.hdr");
	assert_empty();
	assert_done(test.fake, add(&test, "association"));
	assert_done(test.fake, add(&test, "null"));
	assert_done(test.fake, add(&test, "plain"));
	assert_done(test.fake, add(&test, "instance"));
	assert_done(test.fake, add(&test, "plain-empty"));
	assert_done(test.fake, add(&test, "second"));
	assert_done(test.fake, listed_from(0, &listed));
	assert_int_equal(listed.nr, 5);
	assert_int_equal(listed.all, 5);
	assert_int_equal(listed.next, 0);
	assert_entry(&listed, 0, 0, SECRET_ASSOCIATION, 32, "association");
	assert_entry(&listed, 1, 1, SECRET_PLAINTEXT, 32, "plain");
	assert_entry(&listed, 2, 2, SECRET_ASSOCIATION, 32, "instance");
	assert_entry(&listed, 3, 3, SECRET_PLAINTEXT, 16, "plain-empty");
	assert_entry(&listed, 4, 4, SECRET_ASSOCIATION, 32, "second");
	assert_done(test.fake, listed_from(3, &listed));
	assert_int_equal(listed.nr, 2);
	assert_int_equal(listed.all, 5);
	assert_entry(&listed, 0, 3, SECRET_PLAINTEXT, 16, "plain-empty");
	/* Behind the end, and far behind it, there is nothing. */
	assert_done(test.fake, listed_from(5, &listed));
	assert_int_equal(listed.nr, 0);
	assert_done(test.fake, listed_from(0xffff, &listed));
	assert_int_equal(listed.nr, 0);
	assert_int_equal(listed.all, 5);
	guest_end(&test);
}

static void list_goes_on_in_another_page(void **state)
{
	struct listed listed;
	unsigned int i;

	(void)state;
	guest_begin(&test, "empty.hdr");
	for (i = 0; i < 85; i++)
		assert_done(test.fake, add(&test, "association"));
	assert_done(test.fake, listed_from(0, &listed));
	assert_int_equal(listed.nr, 85);
	assert_int_equal(listed.next, 0);
	for (; i < FAKE_ASSOC; i++)
		assert_done(test.fake, add(&test, "instance"));
	assert_error(test.fake, listed_from(0, &listed), RC_LIST_MORE);
	assert_int_equal(listed.nr, 85);
	assert_int_equal(listed.all, 100);
	assert_int_equal(listed.next, 85);
	assert_entry(&listed, 84, 84, SECRET_ASSOCIATION, 32, "association");
	assert_done(test.fake, listed_from(85, &listed));
	assert_int_equal(listed.nr, 15);
	assert_int_equal(listed.next, 0);
	assert_entry(&listed, 14, 99, SECRET_ASSOCIATION, 32, "instance");
	/* There is room for no more of them, but for others. */
	assert_error(test.fake, add(&test, "association"), RC_ADD_FULL);
	assert_done(test.fake, add(&test, "plain"));
	guest_end(&test);
}

static void every_kind_has_its_limit(void **state)
{
	unsigned int i;

	(void)state;
	guest_begin(&test, "empty.hdr");
	for (i = 0; i < FAKE_RETR; i++)
		assert_done(test.fake, add(&test, "plain"));
	assert_error(test.fake, add(&test, "plain"), RC_ADD_FULL);
	assert_done(test.fake, add(&test, "association"));
	/* Requests that leave nothing leave their tag; there is room for both kinds. */
	for (i = 0; i < FAKE_ASSOC - 1 + 112; i++)
		assert_done(test.fake, add(&test, "null"));
	assert_error(test.fake, add(&test, "null"), RC_ADD_FULL);
	assert_error(test.fake, add(&test, "association"), RC_ADD_FULL);
	guest_end(&test);
}

static void retrieved(unsigned int index, const uint8_t *data, size_t data_len, size_t len)
{
	uint8_t got[0x2000 + 16], want[0x2000 + 16];

	memset(want, 0xee, sizeof(want));
	fake_guest_write(test.fake, 0, test.request, want, sizeof(want));
	memset(want, 0, len);
	put_be16(want, data_len);
	memcpy(want + 2, data, data_len);
	assert_done(test.fake, retrieve(&test, index, test.request, len));
	fake_guest_read(test.fake, 0, test.request, got, len + 16);
	assert_memory_equal(got, want, len + 16);
	assert_error(test.fake, retrieve(&test, index, test.request, len - 1), RC_RETRIEVE_LEN);
}

static void plaintext_secrets_are_retrieved(void **state)
{
	const char *text = "what only the guest may know";
	uint8_t longest[0x1ffe];
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(longest); i++)
		longest[i] = i % 251;
	guest_begin(&test, "empty.hdr");
	assert_done(test.fake, add(&test, "plain"));
	assert_done(test.fake, add(&test, "association"));
	assert_done(test.fake, add(&test, "plain-longest"));
	assert_done(test.fake, add(&test, "plain-empty"));
	assert_done(test.fake, add(&test, "longest"));
	retrieved(0, (const uint8_t *)text, strlen(text), 32);
	retrieved(2, longest, sizeof(longest), 0x2000);
	retrieved(3, (const uint8_t *)"", 0, 16);
	assert_error(test.fake, retrieve(&test, 1, test.request, 0x2000), RC_RETRIEVE_TYPE);
	assert_error(test.fake, retrieve(&test, 5, test.request, 0x2000), RC_RETRIEVE_INDEX);
	assert_error(test.fake, retrieve(&test, 0xffff, test.request, 0x2000), RC_RETRIEVE_INDEX);
	/* The lock keeps them. */
	assert_done(test.fake, lock_store(&test));
	retrieved(0, (const uint8_t *)text, strlen(text), 32);
	guest_end(&test);
}

static void locked_store_stays_as_it_is(void **state)
{
	struct listed listed;

	(void)state;
	guest_begin(&test, "empty.hdr");
	assert_done(test.fake, add(&test, "association"));
	assert_done(test.fake, lock_store(&test));
	assert_error(test.fake, lock_store(&test), RC_LOCK_LOCKED);
	assert_error(test.fake, add(&test, "association"), RC_ADD_LOCKED);
	/* Whatever else is wrong. */
	block_clear(test.fake, CMD_ADD_SECRET, 0x48);
	assert_error(test.fake, guest_call(test.fake, test.config), RC_ADD_LOCKED);
	assert_done(test.fake, listed_from(0, &listed));
	assert_int_equal(listed.all, 1);
	guest_end(&test);
}

/* One request that is refused as a whole, changed in one place first. */
static const struct {
	const char *name;
	size_t offset;
	uint8_t flip;
	uint16_t rc;
} bad_requests[] = {
	{ "association", 0x000, 1, RC_ADD_OPEN },		/* magic: authenticated only */
	{ "association", 0x008, 1, RC_ADD_VERSION },
	{ "association", 0x00a, 3, RC_ADD_VERSION },
	{ "association", 0x00c, 0x80, RC_ADD_LEN },
	{ "association", 0x00e, 0x10, RC_ADD_LEN },
	{ "association", 0x00f, 1, RC_ADD_LEN },
	{ "association", 0x010, 1, RC_ADD_OPEN },		/* IV */
	{ "association", 0x01c, 1, RC_ADD_OPEN },		/* reserved */
	{ "association", 0x027, 1, RC_ADD_SLOTS },		/* none */
	{ "association", 0x027, 3, RC_ADD_LEN },		/* two in the length of one */
	{ "association", 0x027, 0xfe, RC_ADD_LEN },
	{ "association", 0x028, 1, RC_ADD_OPEN },		/* reserved */
	{ "association", 0x02c, 0x80, RC_ADD_LEN },
	{ "association", 0x02f, 0x10, RC_ADD_LEN },
	{ "association", 0x030, 0x80, RC_ADD_OPEN },		/* no dump, says the host */
	{ "association", 0x030, 0x40, RC_ADD_FLAGS },
	{ "association", 0x037, 1, RC_ADD_FLAGS },
	{ "association", 0x038, 1, RC_ADD_OPEN },		/* PLD */
	{ "association", 0x078, 1, RC_ADD_OPEN },		/* ALD */
	{ "association", 0x0b8, 1, RC_ADD_OPEN },		/* TLD */
	{ "association", 0x0f8, 1, RC_ADD_OPEN },		/* tag of the header */
	{ "association", 0x108, 1, RC_ADD_OPEN },		/* instance */
	{ "association", 0x118, 1, RC_ADD_OPEN },		/* reserved */
	{ "association", 0x217, 1, RC_ADD_OPEN },
	{ "association", 0x218, 1, RC_ADD_OPEN },		/* user data */
	{ "association", 0x417, 1, RC_ADD_OPEN },
	{ "association", 0x418, 1, RC_ADD_OPEN },		/* padding of X */
	{ "association", 0x418 + 79, 1, RC_ADD_OPEN },		/* not on the curve */
	{ "association", 0x468, 1, RC_ADD_OPEN },		/* padding of Y */
	{ "association", 0x468 + 33, 1, RC_ADD_OPEN },
	{ "association", 0x4b8, 1, RC_ADD_OPEN },		/* hash in the slot */
	{ "association", 0x4d8, 1, RC_ADD_OPEN },		/* wrapped key */
	{ "association", 0x507, 1, RC_ADD_OPEN },		/* tag of the slot */
	{ "association", 0x508, 1, RC_ADD_OPEN },		/* reserved */
	{ "association", 0x50b, 1, RC_ADD_OPEN },		/* type 3 */
	{ "association", 0x50b, 3, RC_ADD_LEN },		/* type 1: a shorter header */
	{ "association", 0x50c, 1, RC_ADD_LEN },		/* length */
	{ "association", 0x50f, 1, RC_ADD_LEN },
	{ "association", 0x510, 1, RC_ADD_OPEN },		/* reserved */
	{ "association", 0x518, 1, RC_ADD_OPEN },		/* ID */
	{ "association", 0x538, 1, RC_ADD_OPEN },		/* value */
	{ "association", 0x558, 1, RC_ADD_OPEN },		/* extension secret */
	{ "association", 0x578, 1, RC_ADD_OPEN },		/* tag */
	{ "association", 0x587, 0x80, RC_ADD_OPEN },
	{ "null", 0x50b, 3, RC_ADD_LEN },			/* type 2: a longer header */
	{ "stranger", 0, 0, RC_ADD_OPEN },
	{ "backup", 0, 0, RC_ADD_OPEN },
	{ "backup-allowed", 0, 0, RC_ADD_OPEN },
	{ "flag", 0, 0, RC_ADD_FLAGS },
	{ "type-0", 0, 0, RC_ADD_TYPE },
	{ "type-11", 0, 0, RC_ADD_TYPE },
	{ "type-16", 0, 0, RC_ADD_TYPE },
	{ "type-23", 0, 0, RC_ADD_TYPE },
	{ "type-63", 0, 0, RC_ADD_TYPE },
	{ "type-64", 0, 0, RC_ADD_TYPE },
	{ "type-65535", 0, 0, RC_ADD_TYPE },
	/* This machine has no protected keys. */
	{ "key-4", 0, 0, RC_ADD_TYPE },
	{ "key-5", 0, 0, RC_ADD_TYPE },
	{ "key-6", 0, 0, RC_ADD_TYPE },
	{ "key-7", 0, 0, RC_ADD_TYPE },
	{ "key-8", 0, 0, RC_ADD_TYPE },
	{ "key-9", 0, 0, RC_ADD_TYPE },
	{ "key-10", 0, 0, RC_ADD_TYPE },
	{ "key-17", 0, 0, RC_ADD_TYPE },
	{ "key-18", 0, 0, RC_ADD_TYPE },
	{ "key-19", 0, 0, RC_ADD_TYPE },
	{ "key-20", 0, 0, RC_ADD_TYPE },
	{ "key-21", 0, 0, RC_ADD_TYPE },
	{ "null-16", 0, 0, RC_ADD_TYPE_LEN },
	{ "association-0", 0, 0, RC_ADD_TYPE_LEN },
	{ "association-16", 0, 0, RC_ADD_TYPE_LEN },
	{ "association-48", 0, 0, RC_ADD_TYPE_LEN },
	{ "update-0", 0, 0, RC_ADD_TYPE_LEN },
	{ "update-16", 0, 0, RC_ADD_TYPE_LEN },
	{ "update-48", 0, 0, RC_ADD_TYPE_LEN },
	{ "plain-nothing", 0, 0, RC_ADD_TYPE_LEN },
	{ "plain-too-long", 0, 0, RC_ADD_TYPE_LEN },
	{ "plain-odd", 0, 0, RC_ADD_TYPE_LEN },
	{ "plain-overrun", 0, 0, RC_ADD_TYPE_LEN },
	{ "plain-underrun", 0, 0, RC_ADD_TYPE_LEN },
	{ "length-more", 0, 0, RC_ADD_LEN },
	{ "length-huge", 0, 0, RC_ADD_LEN },
	{ "reserved", 0, 0, RC_ADD_REFUSED },
	{ "reserved2", 0, 0, RC_ADD_REFUSED },
	{ "other-pld", 0, 0, RC_ADD_REFUSED },
	{ "other-ald", 0, 0, RC_ADD_REFUSED },
	{ "other-tld", 0, 0, RC_ADD_REFUSED },
	{ "other-tag", 0, 0, RC_ADD_REFUSED },
	{ "other-instance", 0, 0, RC_ADD_REFUSED },
	{ "derived", 0, 0, RC_ADD_REFUSED },
	{ "update", 0, 0, RC_ADD_REFUSED },
	{ "update-refused", 0, 0, RC_ADD_REFUSED },
};

static void bad_requests_are_refused(void **state)
{
	size_t i;

	(void)state;
	guest_begin(&test, "empty.hdr");
	for (i = 0; i < sizeof(bad_requests) / sizeof(bad_requests[0]); i++) {
		struct file request = named(bad_requests[i].name, ".req");
		struct image before = config()->image;

		request.data[bad_requests[i].offset] ^= bad_requests[i].flip;
		assert_error(test.fake, add_bytes(&test, &request), bad_requests[i].rc);
		assert_memory_equal(&config()->image, &before, sizeof(before));
		assert_empty();
		free(request.data);
	}
	/* None of them has decided anything. */
	assert_done(test.fake, add(&test, "association"));
	guest_end(&test);
}

/* As for attestation, whatever comes first is the answer. */
static void checks_have_an_order(void **state)
{
	/* Offset and value of fields that are wrong. */
	static const struct {
		size_t offset;
		uint8_t value;
		uint16_t rc;
	} order[] = {
		{ 0x00a, 2, RC_ADD_VERSION },
		{ 0x027, 0, RC_ADD_SLOTS },
		{ 0x037, 1, RC_ADD_FLAGS },
		{ 0x00f, 0x87, RC_ADD_LEN },
		{ 0x587, 0, RC_ADD_OPEN },
	};
	/* All for another extension secret; a dump goes on; the store is full, but for the last. */
	const char *last[] = { "type-11", "association-16", "association", "other-pld" };
	const uint16_t rc[] = { RC_ADD_TYPE, RC_ADD_TYPE_LEN, RC_ADD_FULL, RC_ADD_REFUSED };
	struct file request = named("association", ".req");
	size_t first, i, nr = sizeof(order) / sizeof(order[0]);

	(void)state;
	guest_begin(&test, "empty.hdr");
	for (first = 0; first < nr; first++) {
		put_request(&test, &request);
		for (i = first; i < nr; i++)
			fake_guest_write(test.fake, 0, test.request + order[i].offset,
					 &order[i].value, 1);
		block_clear(test.fake, CMD_ADD_SECRET, 0x48);
		block_set(test.fake, 0x20, test.request);
		assert_error(test.fake, guest_call(test.fake, test.config), order[first].rc);
	}
	assert_done(test.fake, add(&test, "extension-a"));
	for (i = 0; i < FAKE_ASSOC; i++)
		assert_done(test.fake, add(&test, "extension-c"));
	config()->state = CONFIG_DUMPING;
	for (i = 0; i < 3; i++)
		assert_error(test.fake, add(&test, last[i]), rc[i]);
	guest_end(&test);

	guest_begin(&test, "empty.hdr");
	config()->state = CONFIG_DUMPING;
	assert_error(test.fake, add(&test, last[3]), rc[3]);
	assert_error(test.fake, add(&test, "association"), RC_ADD_DUMPING);
	assert_int_equal(config()->store.nr_requests, 0);
	config()->state = CONFIG_VERIFIED;
	assert_done(test.fake, add(&test, "association"));
	guest_end(&test);
	free(request.data);
}

static void first_request_sets_the_extension_secret(void **state)
{
	(void)state;
	guest_begin(&test, "empty.hdr");
	/* A refused one sets nothing. */
	assert_error(test.fake, add(&test, "other-pld"), RC_ADD_REFUSED);
	assert_done(test.fake, add(&test, "extension-a"));
	assert_error(test.fake, add(&test, "association"), RC_ADD_REFUSED);
	assert_error(test.fake, add(&test, "extension-b"), RC_ADD_REFUSED);
	assert_error(test.fake, add(&test, "null"), RC_ADD_REFUSED);
	assert_done(test.fake, add(&test, "extension-c"));
	assert_int_equal(config()->store.nr_requests, 2);
	assert_int_equal(config()->store.nr_assoc, 1);
	guest_end(&test);
	/* Zeroes are a value like any other. */
	guest_begin(&test, "empty.hdr");
	assert_done(test.fake, add(&test, "null"));
	assert_error(test.fake, add(&test, "extension-a"), RC_ADD_REFUSED);
	assert_done(test.fake, add(&test, "association"));
	guest_end(&test);
}

static void image_may_demand_the_derived_extension_secret(void **state)
{
	(void)state;
	guest_begin(&test, "extension.hdr");
	assert_error(test.fake, add(&test, "derived-not"), RC_ADD_REFUSED);
	assert_error(test.fake, add(&test, "derived-other"), RC_ADD_REFUSED);
	assert_done(test.fake, add(&test, "derived"));
	assert_error(test.fake, add(&test, "derived-not"), RC_ADD_REFUSED);
	assert_done(test.fake, add(&test, "derived"));
	guest_end(&test);
}

static void requests_may_be_bound_to_one_instance(void **state)
{
	(void)state;
	guest_begin(&test, "empty.hdr");
	assert_done(test.fake, add(&test, "instance"));
	config()->uid[0] ^= 1;
	assert_error(test.fake, add(&test, "instance"), RC_ADD_REFUSED);
	assert_done(test.fake, add(&test, "association"));
	guest_end(&test);
}

static void communication_key_is_exchanged(void **state)
{
	uint8_t key[KEY_LEN];
	struct listed listed;

	(void)state;
	memset(key, 0x77, sizeof(key));
	guest_begin(&test, "update.hdr");
	assert_memory_not_equal(config()->image.cck, key, sizeof(key));
	assert_done(test.fake, add(&test, "update"));
	assert_memory_equal(config()->image.cck, key, sizeof(key));
	assert_done(test.fake, listed_from(0, &listed));
	assert_int_equal(listed.all, 0);
	assert_error(test.fake, retrieve(&test, 0, test.additional, 0x2000), RC_RETRIEVE_EMPTY);
	assert_int_equal(config()->store.nr_requests, 1);
	guest_end(&test);
}

static void owner_ends_dumping(void **state)
{
	(void)state;
	guest_begin(&test, "update.hdr");
	assert_done(test.fake, uvc_handle(test.fake, CMD_DUMP_INIT, test.config));
	assert_done(test.fake, uvc_handle(test.fake, CMD_PREPARE_RESET, test.config));
	assert_done(test.fake, add(&test, "no-dump"));
	assert_error(test.fake, uvc_handle(test.fake, CMD_DUMP_INIT, test.config),
		     RC_DUMP_FORBIDDEN);
	/* A reset does not bring it back. */
	assert_done(test.fake, uvc_handle(test.fake, CMD_PREPARE_RESET, test.config));
	assert_error(test.fake, uvc_handle(test.fake, CMD_DUMP_INIT, test.config),
		     RC_DUMP_FORBIDDEN);
	guest_end(&test);
}

static void backup_key_opens_what_the_image_allows(void **state)
{
	(void)state;
	guest_begin(&test, "backup-empty.hdr");
	assert_done(test.fake, add(&test, "backup-allowed"));
	guest_end(&test);
}

static void store_dies_with_its_configuration(void **state)
{
	uint64_t frames[64], i, nr = 0;

	(void)state;
	guest_begin(&test, "empty.hdr");
	assert_done(test.fake, add(&test, "plain-longest"));
	assert_done(test.fake, add(&test, "association"));
	assert_done(test.fake, lock_store(&test));
	/* A reset of the guest keeps it. */
	assert_done(test.fake, uvc_handle(test.fake, CMD_PREPARE_RESET, test.config));
	assert_int_equal(config()->store.nr_requests, 2);
	for (i = 0; i < test.fake->size >> 12; i++)
		if (test.fake->uv->frames[i] == frame_make(FRAME_DONATED, 1, 0))
			frames[nr++] = i << 12;
	assert_in_range(nr, store_pages(test.fake->uv), 64);
	assert_done(test.fake, uvc_again(test.fake, CMD_DESTROY_CONFIG_FAST, test.config));
	while (nr--) {
		const uint8_t *page = fake_at(test.fake, frames[nr]);

		assert_int_equal(page[0], 0);
		assert_memory_equal(page, page + 1, 4095);
	}
	fake_forget(test.fake);
	test.fake->next = FAKE_FREE + (16 << 20);
	guest_image(&test, "empty.hdr");
	assert_empty();
	assert_done(test.fake, add(&test, "association"));
	guest_end(&test);
}

static void without_room_a_type_is_not_offered(void **state)
{
	(void)state;
	guest_begin_with(&test, "empty.hdr", "host.pem", true);
	block_clear(test.fake, CMD_QUERY, 0x120);
	assert_done(test.fake, guest_call(test.fake, test.config));
	assert_int_equal(block_get(test.fake, 0x108), 0x4000020000000000ull);
	assert_int_equal(block_get(test.fake, 0x110), 0);
	assert_error(test.fake, add(&test, "association"), RC_ADD_TYPE);
	assert_error(test.fake, add(&test, "plain"), RC_ADD_TYPE);
	assert_done(test.fake, add(&test, "null"));
	guest_end(&test);
}

/* The second page of an area is not there, is nobody's, is read-only, or is elsewhere. */
static void area_is_checked(unsigned int offset, uint64_t area, bool write, uint16_t not_mapped,
			    uint16_t not_storage)
{
	uint64_t next = area + 4096;
	struct fake *fake = test.fake;
	uint64_t *mapping = &fake->virtual[(next - FAKE_VIRTUAL) >> 12], saved = *mapping;
	uint64_t frame = fake_guest_frame(fake, 0, next);
	uint8_t block[UV_BLOCK_MAX];

	memcpy(block, fake->block, sizeof(block));
#define AGAIN() (memcpy(fake->block, block, sizeof(block)), guest_call(fake, test.config))
	*mapping = 0;
	assert_error(fake, AGAIN(), not_mapped);
	fake->virtual_result = UV_XLAT_INVALID;
	assert_error(fake, AGAIN(), not_storage);
	fake->virtual_result = UV_XLAT_REAL_SPACE;
	assert_error(fake, AGAIN(), RC_HOME_REAL_SPACE);
	fake->virtual_result = UV_XLAT_FAILED;
	*mapping = (GUEST_LEN >> 12) + 1;
	assert_error(fake, AGAIN(), not_storage);
	*mapping = saved;
	if (write) {
		fake->read_only = next >> 12;
		assert_error(fake, AGAIN(), not_mapped);
		fake->read_only = 0;
	}
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
	assert_int_equal(AGAIN(), UV_CC_IMPORT);
	assert_int_equal(fake->missing, (saved - 1) << 12);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, test.config, (saved - 1) << 12));
	memcpy(fake->block, block, sizeof(block));
	block_set(fake, offset, ~0ull - 7);
	assert_error(fake, guest_call(fake, test.config), not_storage);
	memcpy(fake->block, block, sizeof(block));
#undef AGAIN
}

static void areas_are_checked(void **state)
{
	struct file request = named("association", ".req");

	(void)state;
	guest_begin(&test, "empty.hdr");
	put_request(&test, &request);
	block_clear(test.fake, CMD_ADD_SECRET, 0x48);
	block_set(test.fake, 0x20, test.request);
	area_is_checked(0x20, test.request, false, RC_ADD_REQUEST, RC_ADD_REQUEST);
	assert_empty();
	assert_done(test.fake, add(&test, "plain"));
	block_clear(test.fake, CMD_LIST_SECRETS, 0x48);
	block_set(test.fake, 0x20, test.measurement);
	area_is_checked(0x20, test.measurement, true, RC_HOME_TRANSLATION, RC_HOME_ADDRESS);
	block_clear(test.fake, CMD_RETRIEVE_SECRET, 0x48);
	block_set(test.fake, 0x20, test.measurement + 0x10);
	block_set32(test.fake, 0x1c, 32);
	area_is_checked(0x20, test.measurement + 0x10, true, RC_RETRIEVE_AREA, RC_RETRIEVE_AREA);
	guest_end(&test);
	free(request.data);
}

static void only_a_running_guest_has_a_store(void **state)
{
	(void)state;
	guest_begin(&test, "empty.hdr");
	config()->state = CONFIG_LOADING;
	assert_error(test.fake, add(&test, "association"), RC_STATE);
	assert_error(test.fake, lock_store(&test), RC_STATE);
	assert_error(test.fake, list_secrets(&test, 0, test.request), RC_STATE);
	assert_error(test.fake, retrieve(&test, 0, test.request, 16), RC_STATE);
	guest_end(&test);
}

static void calls_wait_for_each_other(void **state)
{
	struct gate *gate;

	(void)state;
	guest_begin(&test, "empty.hdr");
	gate = &test.fake->uv->slots[0]->gate;
	/* Another call only looks at the store. */
	assert_true(gate_try_read(gate));
	assert_int_equal(add(&test, "plain"), UV_CC_BUSY);
	assert_int_equal(lock_store(&test), UV_CC_BUSY);
	assert_int_equal(list_secrets(&test, 0, test.request), UV_CC_DONE);
	gate_end_read(gate);
	assert_true(gate_try_write(gate));
	assert_int_equal(list_secrets(&test, 0, test.request), UV_CC_BUSY);
	assert_int_equal(retrieve(&test, 0, test.request, 16), UV_CC_BUSY);
	gate_end_write(gate);
	assert_empty();
	guest_end(&test);
}

/* Requests that another implementation made. */
static void foreign_requests_are_accepted(void **state)
{
	struct file plain = file_read("v-plain");
	struct listed listed;

	(void)state;
	guest_begin_with(&test, "v-se.hdr", "v-host.key", false);
	assert_done(test.fake, add(&test, "v-meta"));
	assert_done(test.fake, add(&test, "v-association"));
	assert_error(test.fake, add(&test, "v-association-ext"), RC_ADD_REFUSED);
	assert_error(test.fake, add(&test, "v-association-cck"), RC_ADD_REFUSED);
	assert_done(test.fake, add(&test, "v-retrievable-plain"));
	assert_done(test.fake, listed_from(0, &listed));
	assert_int_equal(listed.nr, 2);
	assert_entry(&listed, 0, 0, SECRET_ASSOCIATION, 32, "guest-disk");
	assert_entry(&listed, 1, 1, SECRET_PLAINTEXT, 32, "note");
	retrieved(1, plain.data, plain.len, 32);
	guest_end(&test);
	guest_begin_with(&test, "v-se.hdr", "v-host.key", false);
	assert_done(test.fake, add(&test, "v-association-ext"));
	assert_error(test.fake, add(&test, "v-association"), RC_ADD_REFUSED);
	guest_end(&test);
	guest_begin_with(&test, "v-se-ext.hdr", "v-host.key", false);
	assert_error(test.fake, add(&test, "v-association"), RC_ADD_REFUSED);
	assert_done(test.fake, add(&test, "v-association-cck"));
	guest_end(&test);
	free(plain.data);
}

static void keys_are_told_to_the_host(void **state)
{
	const struct keyring *keyring;
	static const uint8_t none[0x200];
	struct fake_options options = { 0 };
	struct fake *fake;

	(void)state;
	guest_begin(&test, "empty.hdr");
	keyring = &test.fake->uv->keyring;
	block_clear(test.fake, CMD_QUERY_KEYS, 0x200);
	memset(test.fake->block + 8, 0xff, 0x1f8);
	assert_done(test.fake, host_call(test.fake));
	assert_memory_equal(test.fake->block + 0x20, keyring->keys[0].hash, 32);
	assert_memory_equal(test.fake->block + 0x40, keyring->keys[2].hash, 32);
	assert_memory_equal(test.fake->block + 8, none, 0x18);
	assert_memory_equal(test.fake->block + 0x60, none, 0x1a0);
	guest_end(&test);
	/* Without keys, and before it is initialised. */
	fake = fake_new(&options);
	block_clear(fake, CMD_QUERY_KEYS, 0x200);
	assert_done(fake, host_call(fake));
	assert_memory_equal(fake->block + 8, none, 0x1f8);
	fake_free(fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(secrets_are_listed_in_the_order_of_adding),
		cmocka_unit_test(list_goes_on_in_another_page),
		cmocka_unit_test(every_kind_has_its_limit),
		cmocka_unit_test(plaintext_secrets_are_retrieved),
		cmocka_unit_test(locked_store_stays_as_it_is),
		cmocka_unit_test(bad_requests_are_refused),
		cmocka_unit_test(checks_have_an_order),
		cmocka_unit_test(first_request_sets_the_extension_secret),
		cmocka_unit_test(image_may_demand_the_derived_extension_secret),
		cmocka_unit_test(requests_may_be_bound_to_one_instance),
		cmocka_unit_test(communication_key_is_exchanged),
		cmocka_unit_test(owner_ends_dumping),
		cmocka_unit_test(backup_key_opens_what_the_image_allows),
		cmocka_unit_test(store_dies_with_its_configuration),
		cmocka_unit_test(without_room_a_type_is_not_offered),
		cmocka_unit_test(areas_are_checked),
		cmocka_unit_test(only_a_running_guest_has_a_store),
		cmocka_unit_test(calls_wait_for_each_other),
		cmocka_unit_test(foreign_requests_are_accepted),
		cmocka_unit_test(keys_are_told_to_the_host),
	};

	return cmocka_run_group_tests_name("secrets", tests, NULL, NULL);
}

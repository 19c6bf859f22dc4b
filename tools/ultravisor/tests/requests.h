/* SPDX-License-Identifier: GPL-2.0 */
/* A guest that runs an image of mkimage.py and passes on requests of mkrequest.py. */
#ifndef UV_TESTS_REQUESTS_H
#define UV_TESTS_REQUESTS_H

#include "fake.h"
#include "files.h"

#define GUEST_LEN	(4ull << 20)
#define LONGEST		0x7500u
#define AREA_PAGES	9u

struct guest_test {
	struct fake *fake;
	uint64_t config;
	struct file keys[3];
	/* Areas of its home space; all cross a page. */
	uint64_t request;
	uint64_t measurement;
	uint64_t additional;
};

static inline struct file named(const char *name, const char *suffix)
{
	char file[64];

	snprintf(file, sizeof(file), "%s%s", name, suffix);
	return file_read(file);
}

/* From nothing to an image that is verified, as its instance UID is known to mkrequest.py. */
static inline void guest_image(struct guest_test *test, const char *image)
{
	struct file header = named(image, "");

	if (uvc_create_config(test->fake, 0, GUEST_LEN, &test->config) ||
	    uvc_parameters(test->fake, test->config, header.data, header.len))
		abort();
	/* Vectors are headers of images whose pages are nowhere. */
	if (uvc_handle(test->fake, CMD_VERIFY, test->config))
		fake_config(test->fake, test->config)->state = CONFIG_VERIFIED;
	memset(fake_config(test->fake, test->config)->uid, 5, UID_LEN);
	free(header.data);
	test->request = fake_guest_area(test->fake, 0, test->config, AREA_PAGES) + 0xfb0;
	test->measurement = fake_guest_area(test->fake, 0, test->config, 2) + 0xfe0;
	test->additional = fake_guest_area(test->fake, 0, test->config, 2) + 0xfd0;
}

static inline void guest_begin_with(struct guest_test *test, const char *image, const char *key,
				    bool no_secrets)
{
	struct uv_key keys[3];
	struct fake_options options = {
		.keys = keys, .nr_keys = 2, .backup_keys = keys + 2, .nr_backup_keys = 1,
		.no_secrets = no_secrets,
	};
	unsigned int i;

	memset(test, 0, sizeof(*test));
	test->keys[0] = file_read(key);
	test->keys[1] = file_read("second.pem");
	test->keys[2] = file_read("backup.pem");
	for (i = 0; i < 3; i++)
		keys[i] = (struct uv_key) { test->keys[i].data, test->keys[i].len };
	test->fake = fake_new(&options);
	if (uvc_init(test->fake))
		abort();
	guest_image(test, image);
}

static inline void guest_begin(struct guest_test *test, const char *image)
{
	guest_begin_with(test, image, "host.pem", false);
}

static inline void guest_end(struct guest_test *test)
{
	unsigned int i;

	fake_free(test->fake);
	for (i = 0; i < 3; i++)
		free(test->keys[i].data);
}

/* A block as Linux makes it; the areas are as long as @additional_len says. */
static inline void attest_block(struct guest_test *test, size_t user_len, size_t additional_len)
{
	block_clear(test->fake, CMD_ATTEST, 0x188);
	block_set(test->fake, 0x18, test->request);
	put_be16(test->fake->block + 0x2e, user_len);
	memset(test->fake->block + 0x30, 7, user_len);
	block_set32(test->fake, 0x13c, 64);
	block_set(test->fake, 0x140, test->measurement);
	block_set32(test->fake, 0x15c, additional_len);
	block_set(test->fake, 0x160, test->additional);
}

/* The request goes where the guest has it. */
static inline void put_request(struct guest_test *test, const struct file *request)
{
	fake_guest_write(test->fake, 0, test->request, request->data, request->len);
}

static inline int add_bytes(struct guest_test *test, const struct file *request)
{
	put_request(test, request);
	block_clear(test->fake, CMD_ADD_SECRET, 0x48);
	block_set(test->fake, 0x20, test->request);
	return guest_call(test->fake, test->config);
}

static inline int add(struct guest_test *test, const char *name)
{
	struct file request = named(name, ".req");
	int cc = add_bytes(test, &request);

	free(request.data);
	return cc;
}

static inline int lock_store(struct guest_test *test)
{
	block_clear(test->fake, CMD_LOCK_SECRETS, 0x40);
	return guest_call(test->fake, test->config);
}

static inline int list_secrets(struct guest_test *test, unsigned int start, uint64_t area)
{
	block_clear(test->fake, CMD_LIST_SECRETS, 0x48);
	put_be16(test->fake->block + 0x1e, start);
	block_set(test->fake, 0x20, area);
	return guest_call(test->fake, test->config);
}

static inline int retrieve(struct guest_test *test, unsigned int index, uint64_t area, size_t len)
{
	block_clear(test->fake, CMD_RETRIEVE_SECRET, 0x48);
	put_be16(test->fake->block + 0x18, index);
	block_set32(test->fake, 0x1c, len);
	block_set(test->fake, 0x20, area);
	return guest_call(test->fake, test->config);
}

#endif

// SPDX-License-Identifier: GPL-2.0
/*
 * A machine that keeps every translation for as long as it may: until protect()
 * hides the page. Whatever the library asks of the machine during a call, each holder
 * of a translation uses it at that moment: it looks for what it stored last and
 * stores something else. So a page whose content or owner changes before it is
 * hidden is found out.
 */
#include "fake.h"

#define GPA		0x5000ull
#define NR_HELD		8u

/* One page that one CPU or device can reach: config 0 is the host. */
struct held {
	bool valid;
	uint64_t absolute, config, guest;
	uint64_t stored;
};

static struct fake *fake;
static struct held held[NR_HELD];
static struct uv_ops real;
static uint64_t config, other, frame, stores;
static unsigned int torn;

/* Each holder has a place of its own in a page. */
static uint8_t *place(const struct held *h)
{
	return (uint8_t *)fake_at(fake, h->absolute) + 0x100 + 64 * (h - held);
}

static void use_translations(void)
{
	struct held *h;

	for (h = held; h < held + NR_HELD; h++) {
		if (!h->valid)
			continue;
		torn += get_be64(place(h)) != h->stored;
		h->stored = 0x5ec2e70000000000ull + ++stores;
		put_be64(place(h), h->stored);
	}
}

static void *greedy_storage(void *opaque, uint64_t absolute, uint64_t len)
{
	use_translations();
	return real.storage(opaque, absolute, len);
}

static void greedy_written(void *opaque, uint64_t absolute, uint64_t len)
{
	use_translations();
	real.written(opaque, absolute, len);
}

static void greedy_protect(void *opaque, const uint64_t *pages, size_t count, bool hidden)
{
	struct held *h;
	size_t i;

	use_translations();
	for (h = held; h < held + NR_HELD; h++)
		for (i = 0; i < count && hidden; i++)
			if (pages[i] == h->absolute)
				h->valid = false;
	real.protect(opaque, pages, count, hidden);
}

static bool greedy_in_use(void *opaque, uint64_t absolute)
{
	use_translations();
	return real.in_use(opaque, absolute);
}

/* A CPU of the host (@handle 0) or of a guest touches a page and keeps the translation. */
static struct held *hold(uint64_t absolute, uint64_t handle, uint64_t guest)
{
	struct held *h = held;

	while (h->valid)
		h++;
	assert_int_equal(uv_access(fake->uv, absolute, handle, guest, true), 0);
	*h = (struct held) { true, absolute, handle, guest, 0 };
	put_be64(place(h), 0);
	return h;
}

/* Nobody reaches what he may not reach, or saw a content that was not his. */
static void assert_in_order(void)
{
	const struct held *h;

	assert_int_equal(torn, 0);
	for (h = held; h < held + NR_HELD; h++)
		if (h->valid)
			assert_int_equal(uv_access(fake->uv, h->absolute, h->config, h->guest, true),
					 0);
}

static int start(void **state)
{
	fake_setup_bare(state);
	fake = *state;
	real = fake->uv->ops;
	fake->uv->ops.storage = greedy_storage;
	fake->uv->ops.written = greedy_written;
	fake->uv->ops.protect = greedy_protect;
	fake->uv->ops.in_use = greedy_in_use;
	memset(held, 0, sizeof(held));
	torn = 0;
	return 0;
}

/* Two guests; a page of the first one is in a frame. */
static int start_guests(void **state)
{
	start(state);
	if (uvc_init(fake) || uvc_create_config(fake, 0, 1 << 20, &config) ||
	    uvc_create_config(fake, 1, 1 << 20, &other))
		return 1;
	fake_verify(fake, config, 0);
	fake_verify(fake, other, 0);
	frame = fake_pages(fake, 1);
	fake_map(fake, 0, GPA, frame);
	return uvc_guest_page(fake, CMD_IMPORT, config, GPA);
}

/* What the guest stored until its page was hidden is what it finds afterwards. */
static void export_encrypts_what_the_guest_stored_last(void **state)
{
	const struct held *guest = hold(frame, config, GPA);

	(void)state;
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
	assert_in_order();
	assert_false(guest->valid);
	assert_int_not_equal(get_be64(place(guest)), guest->stored);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, GPA));
	assert_int_equal(get_be64(place(guest)), guest->stored);
}

static void page_of_a_guest_is_hidden_before_it_goes(void **state)
{
	static const uint16_t ways[] = {
		CMD_EXPORT, CMD_DESTROY_PAGE, CMD_DESTROY_CONFIG, CMD_DESTROY_CONFIG_FAST,
	};
	unsigned int i, shared;

	(void)state;
	for (i = 0; i < 4; i++)
		for (shared = 0; shared < 2; shared++) {
			void *mine;

			assert_int_equal(start_guests(&mine), 0);
			if (shared) {
				assert_done(fake, uvc_share(fake, CMD_SHARE, config, GPA));
				hold(frame, 0, 0);
			}
			hold(frame, config, GPA);
			assert_int_equal(i < 2 ? uvc_page(fake, ways[i], frame) :
					 uvc_again(fake, ways[i], config), UV_CC_DONE);
			assert_in_order();
			/* What fast destroy leaves. */
			hold(fake_pages(fake, 1), 0, 0);
			assert_done(fake, uvc_page(fake, CMD_DESTROY_PAGE, frame));
			hold(frame, 0, 0);
			assert_in_order();
			fake_teardown(&mine);
		}
}

static void page_that_another_guest_takes_is_hidden_first(void **state)
{
	unsigned int shared;

	(void)state;
	for (shared = 0; shared < 2; shared++) {
		void *mine;

		assert_int_equal(start_guests(&mine), 0);
		fake_map(fake, 1, 0x7000, frame);
		if (shared) {
			/* The other guest shares its page, too, and the host has it. */
			assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
			assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, other, 0x7000));
			assert_done(fake, uvc_share(fake, CMD_SHARE, other, 0x7000));
			assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
			fake_map(fake, 0, GPA + 0x1000, frame);
			assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, GPA + 0x1000));
			assert_done(fake, uvc_share(fake, CMD_SHARE, config, GPA + 0x1000));
			hold(frame, config, GPA + 0x1000);
		} else {
			assert_done(fake, uvc_share(fake, CMD_SHARE, config, GPA));
			hold(frame, config, GPA);
		}
		hold(frame, 0, 0);
		assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, other, 0x7000));
		assert_in_order();
		assert_false(held[0].valid);
		fake_teardown(&mine);
	}
}

static void shared_page_is_hidden_from_the_host_again(void **state)
{
	unsigned int pinned;

	(void)state;
	for (pinned = 0; pinned < 2; pinned++) {
		hold(frame, config, GPA);
		assert_done(fake, uvc_share(fake, CMD_SHARE, config, GPA));
		/* Its guest goes on with what it has. */
		assert_true(held[0].valid);
		hold(frame, 0, 0);
		if (pinned) {
			assert_done(fake, uvc_page(fake, CMD_PIN, frame));
			assert_done(fake, uvc_handle(fake, CMD_UNSHARE_ALL, config));
		} else {
			assert_done(fake, uvc_share(fake, CMD_UNSHARE, config, GPA));
		}
		assert_in_order();
		memset(held, 0, sizeof(held));
	}
}

static void page_that_does_not_verify_was_hidden(void **state)
{
	const struct held *host;

	(void)state;
	assert_done(fake, uvc_page(fake, CMD_EXPORT, frame));
	host = hold(frame, 0, 0);
	assert_error(fake, uvc_guest_page(fake, CMD_IMPORT, config, GPA), RC_IMPORT_INTEGRITY);
	assert_in_order();
	/* The host has back what it provided. */
	assert_int_equal(get_be64(place(host)), host->stored);
	assert_false(fake->hidden[frame >> 12]);
}

static void donated_pages_are_hidden_before_they_are_used(void **state)
{
	uint64_t cpu, sd, third;
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++)
		hold(fake->next + i * 4096ull, 0, 0);
	assert_done(fake, uvc_create_config(fake, 2, 1 << 20, &third));
	assert_in_order();
	hold(fake->next + 4096, 0, 0);
	assert_done(fake, uvc_create_cpu(fake, third, 0, &cpu, &sd));
	assert_in_order();
	assert_done(fake, uvc_handle(fake, CMD_DESTROY_CPU, cpu));
	assert_done(fake, uvc_again(fake, CMD_DESTROY_CONFIG, third));
	assert_in_order();
}

static void reset_leaves_no_translation_of_a_guest(void **state)
{
	(void)state;
	hold(frame, config, GPA);
	assert_true(uv_reset(fake->uv));
	assert_in_order();
	assert_false(held[0].valid);
}

static void reset_leaves_no_translation_to_a_shared_page(void **state)
{
	(void)state;
	assert_done(fake, uvc_share(fake, CMD_SHARE, config, GPA));
	hold(frame, config, GPA);
	assert_true(uv_reset(fake->uv));
	assert_in_order();
	assert_false(held[0].valid);
}

/* Nor does it begin with what a device stores until then. */
static void base_storage_is_hidden_before_it_is_used(void **state)
{
	(void)state;
	hold(FAKE_BASE, 0, 0);
	hold(FAKE_BASE + 4096, 0, 0);
	assert_done(fake, uvc_init(fake));
	assert_in_order();
}

/* Nothing was donated: the host's content is what it was, and all of it is shown. */
static void base_storage_that_a_device_uses_stays_the_hosts(void **state)
{
	const uint64_t last = FAKE_BASE + base_storage_len(fake->size >> 12) - 4096;

	(void)state;
	memset(fake_at(fake, FAKE_BASE), 0x42, 4096);
	hold(last, 0, 0);
	fake->in_use = last;
	assert_int_equal(uvc_init(fake), UV_CC_BUSY);
	assert_in_order();
	assert_int_equal(*(uint8_t *)fake_at(fake, FAKE_BASE), 0x42);
	assert_false(fake->hidden[FAKE_BASE >> 12]);
	assert_int_equal(uv_access(fake->uv, FAKE_BASE, 0, 0, true), 0);
	fake->in_use = 0;
	assert_done(fake, uvc_init(fake));
}

#define test(name) cmocka_unit_test_setup_teardown(name, start_guests, fake_teardown)
#define bare(name) cmocka_unit_test_setup_teardown(name, start, fake_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(export_encrypts_what_the_guest_stored_last),
		cmocka_unit_test(page_of_a_guest_is_hidden_before_it_goes),
		cmocka_unit_test(page_that_another_guest_takes_is_hidden_first),
		test(shared_page_is_hidden_from_the_host_again),
		test(page_that_does_not_verify_was_hidden),
		test(donated_pages_are_hidden_before_they_are_used),
		test(reset_leaves_no_translation_of_a_guest),
		test(reset_leaves_no_translation_to_a_shared_page),
		bare(base_storage_is_hidden_before_it_is_used),
		bare(base_storage_that_a_device_uses_stays_the_hosts),
	};

	return cmocka_run_group_tests_name("translations", tests, NULL, NULL);
}

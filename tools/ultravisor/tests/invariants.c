// SPDX-License-Identifier: GPL-2.0
/*
 * Donated storage that was overwritten from outside: the check finds it, and
 * no call makes it worse than an error.
 */
#include "requests.h"

static uint64_t config, cpu, sd, secure, shared, nobodys;

/* A guest with a secure page at 0x1000 and a shared one at 0x2000. */
static int start(void **state)
{
	struct fake *fake;

	fake_setup(state);
	fake = *state;
	if (uvc_create_config(fake, 0, 1 << 20, &config) ||
	    uvc_create_cpu(fake, config, 1, &cpu, &sd))
		return 1;
	fake_verify(fake, config, 0);
	secure = fake_pages(fake, 1);
	shared = fake_pages(fake, 1);
	nobodys = fake_pages(fake, 1);
	fake_map(fake, 0, 0x1000, secure);
	fake_map(fake, 0, 0x2000, shared);
	return uvc_guest_page(fake, CMD_IMPORT, config, 0x1000) ||
	       uvc_guest_page(fake, CMD_IMPORT, config, 0x2000) ||
	       uvc_share(fake, CMD_SHARE, config, 0x2000);
}

static frame_entry *entry(struct fake *fake, uint64_t absolute)
{
	return &fake->uv->frames[absolute >> 12];
}

static struct guest_page *guest(struct fake *fake, uint64_t gfn)
{
	return guest_page(fake->uv, fake_config(fake, config), gfn);
}

static void frame_state_7(struct fake *f) { *entry(f, nobodys) = 7; }
static void frame_busy(struct fake *f) { *entry(f, nobodys) |= FRAME_BUSY; }
static void frame_of_nobody_has_owner(struct fake *f) { *entry(f, nobodys) = 0x100; }
static void donated_without_owner(struct fake *f) { *entry(f, nobodys) = FRAME_DONATED; }
static void owner_unknown(struct fake *f) { *entry(f, nobodys) = frame_make(FRAME_SECURE, 9, 1); }
static void owner_huge(struct fake *f) { *entry(f, secure) = frame_make(FRAME_SECURE, 9999, 1); }
static void owner_none(struct fake *f) { *entry(f, secure) = frame_make(FRAME_SECURE, 0, 1); }
static void page_outside(struct fake *f) { *entry(f, secure) = frame_make(FRAME_SECURE, 1, 256); }
static void other_page(struct fake *f) { *entry(f, secure) = frame_make(FRAME_SECURE, 1, 2); }
static void same_page(struct fake *f) { *entry(f, nobodys) = frame_make(FRAME_SECURE, 1, 1); }
static void base_not_donated(struct fake *f) { *entry(f, FAKE_BASE) = 0; }
static void lost_frame(struct fake *f) { *entry(f, secure) = 0; }
static void one_more_donated(struct fake *f)
{
	*entry(f, nobodys) = frame_make(FRAME_DONATED, 1, 0);
}
static void guest_busy(struct fake *f) { guest(f, 7)->word |= GUEST_BUSY; }
static void guest_state_7(struct fake *f) { guest(f, 7)->word = 7; }
static void guest_unseen(struct fake *f) { guest(f, 1)->word = GUEST_UNSEEN; }
static void guest_in_no_frame(struct fake *f)
{
	guest(f, 7)->tag = ~0ull;
	guest(f, 7)->word = GUEST_RESIDENT;
}
static void guest_in_foreign_frame(struct fake *f)
{
	guest(f, 7)->tag = nobodys >> 12;
	guest(f, 7)->word = GUEST_RESIDENT;
}
static void no_root(struct fake *f) { fake_config(f, config)->root[0] = FAKE_STORAGE; }
static void wrong_handle(struct fake *f) { fake_config(f, config)->handle++; }
static void cpu_count(struct fake *f) { f->uv->slots[0]->nr_cpus++; }
static void frame_count(struct fake *f) { f->uv->slots[0]->nr_frames[0]++; }
static void cpu_nowhere(struct fake *f) { fake_config(f, config)->cpus[1] = FAKE_STORAGE; }
static void cpu_elsewhere(struct fake *f) { fake_config(f, config)->cpus[1] = nobodys; }
static void count_of_secure(struct fake *f) { f->uv->count[0].frames[FRAME_SECURE]++; }
static void count_of_configs(struct fake *f) { f->uv->count[0].configs++; }
static void count_of_cpus(struct fake *f) { f->uv->count[0].cpus++; }

/* Two secrets that nobody sent. */
static void store_two(struct fake *f)
{
	struct secret assoc = { .type = SECRET_ASSOCIATION, .len = 32 };
	struct secret plain = { .type = SECRET_PLAINTEXT, .len = 32 };
	uint8_t value[32] = { 0 }, tag[GCM_TAG_LEN] = { 0 };

	store_add(f->uv, fake_config(f, config), &assoc, value, tag);
	store_add(f->uv, fake_config(f, config), &plain, value, tag);
	fake_config(f, config)->store.extended = 1;
}

static struct store *store(struct fake *f)
{
	store_two(f);
	return &fake_config(f, config)->store;
}

/* The entry of secret @nr is behind the tags, which need one page. */
static struct secret *secret(struct fake *f, unsigned int nr)
{
	struct secret *page;

	store_two(f);
	page = fake_at(f, var_page(f->uv, fake_config(f, config), guest_entry_pages(1 << 20) + 1));
	return page + nr;
}

static void store_huge(struct fake *f) { store(f)->nr_requests = 0xffff; }
static void too_many_assoc(struct fake *f) { store(f)->nr_assoc = FAKE_ASSOC + 1; }
static void too_many_retrievable(struct fake *f) { store(f)->nr_retrievable = FAKE_RETR + 1; }
static void secret_without_request(struct fake *f) { store(f)->nr_requests = 1; }
static void no_extension(struct fake *f) { store(f)->extended = 0; }
static void one_less_assoc(struct fake *f)
{
	store(f)->nr_assoc--;
	fake_config(f, config)->store.nr_retrievable++;
}
static void secret_of_no_type(struct fake *f) { secret(f, 0)->type = 9; }
static void secret_len(struct fake *f) { secret(f, 0)->len++; }
static void value_len(struct fake *f) { secret(f, 1)->len = SECRET_VALUE_MAX + 1; }
static void value_of_another(struct fake *f) { secret(f, 1)->value = 1; }
static void store_nowhere(struct fake *f)
{
	store_two(f);
	fake_config(f, config)->root[guest_entry_pages(1 << 20) + 1] = FAKE_STORAGE;
}

static const struct {
	void (*damage)(struct fake *fake);
	const char *found;
} damages[] = {
	{ frame_state_7, "a frame has a known state" },
	{ frame_busy, "no frame is busy" },
	{ frame_of_nobody_has_owner, "a frame that is nobody's has no owner" },
	{ donated_without_owner, "donated pages belong to a configuration or to the base" },
	{ owner_unknown, "the owner of a guest's frame exists" },
	{ owner_huge, "the owner of a guest's frame exists" },
	{ owner_none, "the owner of a guest's frame exists" },
	{ page_outside, "the guest page of a frame is inside its configuration" },
	{ other_page, "a frame and its guest page agree on their state" },
	{ same_page, "a guest page knows the frame that it is in" },
	{ base_not_donated, "the base storage is donated" },
	{ lost_frame, "the frame of a guest page belongs to it" },
	{ one_more_donated, "a configuration has exactly the storage that was donated for it" },
	{ guest_busy, "no guest page is busy" },
	{ guest_state_7, "a guest page has a known state" },
	{ guest_unseen, "a frame and its guest page agree on their state" },
	{ guest_in_no_frame, "a guest page is in a frame that exists" },
	{ guest_in_foreign_frame, "the frame of a guest page belongs to it" },
	{ no_root, "the tables of a configuration lead to storage" },
	{ wrong_handle, "the tables of a configuration lead to storage" },
	{ cpu_count, "a configuration knows how many CPUs it has" },
	{ frame_count, "a configuration knows how many frames it has" },
	{ cpu_nowhere, "a CPU is where its configuration says" },
	{ cpu_elsewhere, "a CPU is where its configuration says" },
	{ count_of_secure, "statistics count the frames in each state" },
	{ count_of_configs, "statistics count configurations and CPUs" },
	{ count_of_cpus, "statistics count configurations and CPUs" },
	{ store_huge, "a secret store has no more than there is room for" },
	{ too_many_assoc, "a secret store has no more than there is room for" },
	{ too_many_retrievable, "a secret store has no more than there is room for" },
	{ secret_without_request, "every secret came with a request" },
	{ no_extension, "the first request sets the extension secret" },
	{ one_less_assoc, "a secret store counts the secrets of each type" },
	{ secret_of_no_type, "a secret has a type, its length and a value of its own" },
	{ secret_len, "a secret has a type, its length and a value of its own" },
	{ value_len, "a secret has a type, its length and a value of its own" },
	{ value_of_another, "a secret has a type, its length and a value of its own" },
	{ store_nowhere, "the tables of a configuration lead to storage" },
};

static void every_damage_is_found(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		struct fake *fake;
		void *mine;

		assert_int_equal(start(&mine), 0);
		fake = mine;
		assert_sound(fake);
		damages[i].damage(fake);
		assert_string_equal(uv_check_invariants(fake->uv), damages[i].found);
		/* Whatever is left of it can be reset. */
		assert_true(uv_reset(fake->uv));
		assert_null(uv_check_invariants(fake->uv));
		fake_teardown(&mine);
	}
}

static void assert_metadata(struct fake *fake, int cc)
{
	unsigned int i;

	assert_int_equal(cc, UV_CC_ERROR);
	assert_true(fake->rc == RC_METADATA || fake->rc == RC_BROKEN);
	/* As if it had not been noticed, for the next call. */
	for (i = 0; i < fake->uv->max_configs; i++)
		if (fake->uv->slots[i])
			fake->uv->slots[i]->broken = false;
}

static void damaged_tables_are_an_error_for_every_call(void **state)
{
	void (*const broken[])(struct fake *) = { no_root };
	uint64_t area, other, donor;
	unsigned int i;

	(void)state;
	for (i = 0; i < 1; i++) {
		struct fake *fake;
		void *mine;

		assert_int_equal(start(&mine), 0);
		fake = mine;
		area = fake_home_area(fake, 1);
		assert_int_equal(uvc_create_config(fake, 1, 1 << 20, &other), UV_CC_DONE);
		fake_map(fake, 0, 0x5000, nobodys);
		fake_map(fake, 1, 0x5000, shared);
		donor = fake_stats(fake).pages_donated;
		broken[i](fake);
		assert_metadata(fake, uvc_guest_page(fake, CMD_IMPORT, config, 0x5000));
		/* The frame is another guest's, of which nothing else is known. */
		assert_int_equal(uvc_guest_page(fake, CMD_IMPORT, other, 0x5000), UV_CC_ERROR);
		assert_int_equal(fake->rc, RC_IMPORT_OWNER);
		fake->uv->slots[0]->broken = false;
		assert_metadata(fake, uvc_guest_page(fake, CMD_UNPIN, config, 0x2000));
		assert_metadata(fake, uvc_page(fake, CMD_EXPORT, secure));
		assert_metadata(fake, uvc_share(fake, CMD_SHARE, config, 0x1000));
		assert_metadata(fake, uvc_handle(fake, CMD_UNSHARE_ALL, config));
		fake_config(fake, config)->state = CONFIG_DUMPING;
		block_clear(fake, CMD_DUMP_STORAGE_STATE, 0x50);
		block_set(fake, 0x18, config);
		block_set(fake, 0x20, area);
		assert_metadata(fake, host_call(fake));
		assert_int_equal(uvc_handle(fake, CMD_DESTROY_CPU, cpu), UV_CC_DONE);
		assert_metadata(fake, uvc_handle(fake, CMD_DESTROY_CONFIG, config));
		assert_int_equal(fake_stats(fake).pages_donated, donor - 1);
		fake_teardown(&mine);
	}
}

static void pages_that_disagree_are_an_error(void **state)
{
	struct fake *fake = *state;

	/* Secure frame, exported page; resident page, accessible frame; and so on. */
	guest(fake, 1)->word = GUEST_EXPORTED;
	assert_metadata(fake, uvc_page(fake, CMD_EXPORT, secure));
	assert_metadata(fake, uvc_page(fake, CMD_DESTROY_PAGE, secure));
	guest(fake, 1)->word = GUEST_RESIDENT;
	guest(fake, 1)->tag = nobodys >> 12;
	assert_metadata(fake, uvc_share(fake, CMD_SHARE, config, 0x1000));
	guest(fake, 1)->tag = ~0ull >> 12;
	assert_metadata(fake, uvc_share(fake, CMD_SHARE, config, 0x1000));
	guest(fake, 2)->tag = ~0ull >> 12;
	assert_metadata(fake, uvc_handle(fake, CMD_UNSHARE_ALL, config));
	assert_metadata(fake, uvc_guest_page(fake, CMD_UNPIN, config, 0x2000));
	assert_int_equal(uvc_handle(fake, CMD_DESTROY_CPU, cpu), UV_CC_DONE);
	assert_metadata(fake, uvc_handle(fake, CMD_DESTROY_CONFIG_FAST, config));
	/* A frame of somebody else. */
	*entry(fake, nobodys) = frame_make(FRAME_SECURE, 2, 1);
	guest(fake, 1)->tag = nobodys >> 12;
	assert_metadata(fake, uvc_handle(fake, CMD_DESTROY_CONFIG_FAST, config));
	/* A frame of which the configuration says that it is none of its own. */
	guest(fake, 1)->tag = FAKE_BASE >> 12;
	assert_metadata(fake, uvc_handle(fake, CMD_DESTROY_CONFIG_FAST, config));
}

static void damaged_cpu_is_not_found(void **state)
{
	struct fake *fake = *state;
	struct uv_cpu_state regs;

	fake_config(fake, config)->cpus[1] = FAKE_STORAGE;
	assert_int_equal(uv_cpu_enter(fake->uv, config, cpu, sd, &regs), UV_ENTER_CPU);
	assert_int_equal(uv_cpu_modify(fake->uv, config, 1, NULL, NULL), UV_ENTER_CPU);
	assert_metadata(fake, uvc_handle(fake, CMD_DESTROY_CPU, cpu));
	assert_int_equal(uvc_handle(fake, CMD_PREPARE_RESET, config), UV_CC_DONE);
	uv_cpu_leave(fake->uv, cpu, &regs);
}

/* The state says that an image is being unpacked, or may be; the library knows better. */
static void image_that_was_not_begun_is_an_error(void **state)
{
	struct fake *fake = *state;
	struct slot *slot = fake->uv->slots[0];
	gcry_md_hd_t digest;

	fake_config(fake, config)->state = CONFIG_LOADING;
	fake_map(fake, 0, 0x5000, nobodys);
	assert_metadata(fake, uvc_unpack(fake, config, 0x5000, 1, 0));
	assert_int_equal(uv_access(fake->uv, nobodys, 0, 0, true), 0);
	assert_metadata(fake, uvc_handle(fake, CMD_VERIFY, config));
	assert_int_equal(gcry_md_open(&digest, GCRY_MD_SHA512, 0), 0);
	slot->digest[DIGEST_PAGES] = digest;
	fake_config(fake, config)->state = CONFIG_CREATED;
	assert_metadata(fake, uvc_parameters(fake, config, fake_at(fake, nobodys), 416));
	assert_ptr_equal(slot->digest[DIGEST_PAGES], digest);
}

/* Tables that lead to the host's own pages, or out of storage, while they are given back. */
static void damaged_tables_give_nothing_away(void **state)
{
	struct fake *fake = *state;
	struct config *damaged = fake_config(fake, config);
	uint64_t saved;

	memset(fake_at(fake, nobodys), 0x3c, 4096);
	assert_int_equal(uvc_handle(fake, CMD_DESTROY_CPU, cpu), UV_CC_DONE);
	assert_int_equal(uvc_page(fake, CMD_EXPORT, secure), UV_CC_DONE);
	assert_int_equal(uvc_page(fake, CMD_EXPORT, shared), UV_CC_DONE);
	/* Its pages have been released; their entries are not looked at any more. */
	damaged->released = true;
	saved = damaged->root[0];
	damaged->root[0] = nobodys;
	assert_int_equal(uvc_handle(fake, CMD_DESTROY_CONFIG, config), UV_CC_ERROR);
	assert_int_equal(fake->rc, RC_BROKEN);
	assert_int_equal(uv_access(fake->uv, saved, 0, 0, false), UV_PGM_SECURE_ACCESS);
	assert_int_equal(uvc_again(fake, CMD_DESTROY_CONFIG, config), UV_CC_DONE);
	assert_int_equal(*(uint8_t *)fake_at(fake, nobodys), 0x3c);
	assert_int_equal(uv_access(fake->uv, saved, 0, 0, false), 0);
}

static void cpus_elsewhere(struct fake *f) { fake_config(f, config)->cpus[1] = nobodys; }
static void cpus_of_none(struct fake *f) { fake_config(f, config)->cpus[1] = 0; }
static void state_huge(struct fake *f) { fake_config(f, config)->state = 0x80000001; }
static void frame_huge(struct fake *f) { guest(f, 1)->tag = ~0ull; }
static void frame_of_the_base(struct fake *f) { guest(f, 1)->tag = FAKE_BASE >> 12; }
static void root_unaligned(struct fake *f) { fake_config(f, config)->root[0] += 8; }
static void root_of_host(struct fake *f) { fake_config(f, config)->root[0] = nobodys; }
static void number_of_cpu(struct fake *f)
{
	struct cpu *storage = fake_at(f, fake_config(f, config)->cpus[1]);

	storage->handle ^= 0xff0000;
}

static void cpu_moved(struct fake *f)
{
	struct config *damaged = fake_config(f, config);

	damaged->cpus[2] = damaged->cpus[1];
	damaged->cpus[1] = 0;
}
static void too_many_pages(struct fake *f) { fake_config(f, config)->nr_var |= 1 << 26; }

/*
 * Indices, lengths and states of all kinds. Some are noticed by the first call, all when
 * the configuration is destroyed; then everything goes back, and nobody else's.
 */
static void broken_configuration_gives_everything_back(void **state)
{
	void (*const broken[])(struct fake *) = {
		no_root, wrong_handle, cpu_nowhere, cpus_elsewhere, cpus_of_none, state_huge,
		frame_huge, frame_of_the_base, root_unaligned, root_of_host, number_of_cpu,
		guest_state_7, guest_unseen, guest_in_no_frame, cpu_moved, too_many_pages,
	};
	unsigned int i, tries;

	(void)state;
	for (i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		uint64_t other, before;
		struct fake *fake;
		void *mine;
		int cc;

		assert_int_equal(start(&mine), 0);
		fake = mine;
		assert_int_equal(uvc_create_config(fake, 1, 1 << 20, &other), UV_CC_DONE);
		before = fake_stats(fake).pages_donated;
		memset(fake_at(fake, nobodys), 0x3c, 4096);
		broken[i](fake);
		uvc_handle(fake, CMD_DESTROY_CPU, cpu);
		for (tries = 0, cc = -1; tries < 100 && cc != UV_CC_DONE; tries++)
			cc = uvc_handle(fake, tries % 2 ? CMD_DESTROY_CONFIG :
					CMD_DESTROY_CONFIG_FAST, config);
		assert_int_equal(cc, UV_CC_DONE);
		assert_int_equal(fake_stats(fake).pages_donated, before - 2 - var_pages(fake->uv,
											1 << 20) - 1);
		uvc_page(fake, CMD_DESTROY_PAGE, secure);
		assert_int_equal(uv_access(fake->uv, secure, 0, 0, false), 0);
		assert_int_equal(uv_access(fake->uv, shared, 0, 0, false), 0);
		assert_int_equal(*(uint8_t *)fake_at(fake, nobodys), 0x3c);
		assert_sound(fake);
		fake_teardown(&mine);
	}
}

static void entry_lost_state(struct fake *f) { *entry(f, secure) &= ~FRAME_STATE_MASK; }
static void entry_state_7(struct fake *f) { *entry(f, secure) |= FRAME_STATE_MASK; }
static void entry_lost_owner(struct fake *f) { *entry(f, secure) &= 0xff; }
static void entry_ownerless(struct fake *f)
{
	*entry(f, secure) = (*entry(f, secure) & ~FRAME_STATE_MASK) | FRAME_OWNERLESS;
}

/* A secure page whose frame is said to be something else does not become the host's. */
static void damaged_entry_shows_nothing(void **state)
{
	void (*const broken[])(struct fake *) = {
		entry_lost_state, entry_state_7, entry_lost_owner, entry_ownerless,
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct fake *fake;
		uint64_t other;
		void *mine;

		assert_int_equal(start(&mine), 0);
		fake = mine;
		assert_int_equal(uvc_create_config(fake, 1, 1 << 20, &other), UV_CC_DONE);
		fake_map(fake, 1, 0x1000, secure);
		memset(fake_at(fake, secure), 0x5a, 4096);
		assert_int_equal(uvc_handle(fake, CMD_DESTROY_CPU, cpu), UV_CC_DONE);
		broken[i](fake);
		assert_int_equal(uv_access(fake->uv, secure, 0, 0, false), UV_PGM_SECURE_ACCESS);
		assert_int_not_equal(uv_access(fake->uv, secure, other, 0x1000, false), 0);
		assert_int_equal(uvc_guest_page(fake, CMD_IMPORT, other, 0x1000), UV_CC_ERROR);
		assert_int_equal(uvc_again(fake, CMD_DESTROY_CONFIG, config), UV_CC_ERROR);
		assert_int_equal(fake->rc, RC_BROKEN);
		assert_int_equal(uvc_again(fake, CMD_DESTROY_CONFIG, config), UV_CC_DONE);
		assert_int_equal(uvc_page(fake, CMD_EXPORT, secure), UV_CC_DONE);
		assert_int_equal(uv_access(fake->uv, secure, 0, 0, false), 0);
		assert_int_equal(*(uint8_t *)fake_at(fake, secure), 0);
		fake_teardown(&mine);
	}
}

static void broken_configuration_is_good_for_nothing_else(void **state)
{
	struct fake *fake = *state;
	struct uv_cpu_state regs;

	no_root(fake);
	assert_int_equal(uvc_guest_page(fake, CMD_IMPORT, config, 0x1000), UV_CC_DONE);
	fake_map(fake, 0, 0x5000, nobodys);
	assert_int_equal(uvc_guest_page(fake, CMD_IMPORT, config, 0x5000), UV_CC_ERROR);
	assert_int_equal(fake->rc, RC_BROKEN);
	assert_int_equal(uvc_guest_page(fake, CMD_IMPORT, config, 0x1000), UV_CC_ERROR);
	assert_int_equal(fake->rc, RC_BROKEN);
	assert_int_equal(uvc_handle(fake, CMD_DESTROY_CPU, cpu), UV_CC_ERROR);
	assert_int_equal(fake->rc, RC_BROKEN);
	assert_int_equal(uv_cpu_enter(fake->uv, config, cpu, sd, &regs), UV_ENTER_CONFIG);
	/* Its pages are the host's for the asking, cleared. */
	memset(fake_at(fake, secure), 0x77, 4096);
	assert_int_equal(uvc_page(fake, CMD_EXPORT, secure), UV_CC_DONE);
	assert_int_equal(*(uint8_t *)fake_at(fake, secure), 0);
	assert_int_equal(uvc_again(fake, CMD_DESTROY_CONFIG, config), UV_CC_DONE);
	assert_sound(fake);
}

static void start_broken(void **mine, void (*damage)(struct fake *))
{
	assert_int_equal(start(mine), 0);
	memset(fake_at(*mine, secure), 0x5a, 4096);
	assert_int_equal(uvc_handle(*mine, CMD_DESTROY_CPU, cpu), UV_CC_DONE);
	damage(*mine);
}

static void says_released(struct fake *f) { fake_config(f, config)->released = 1; }
static void fewer_pages(struct fake *f) { fake_config(f, config)->nr_var--; }

/* What the tables do not lead to any more is not the next guest's in the same slot. */
static void forgotten_frame_is_not_the_next_guests(void **state)
{
	void (*const broken[])(struct fake *) = { guest_unseen, says_released, fewer_pages };
	unsigned int i, tries;

	(void)state;
	for (i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct fake *fake;
		uint64_t next;
		void *mine;
		int cc = -1;

		start_broken(&mine, broken[i]);
		fake = mine;
		for (tries = 0; tries < 100 && cc != UV_CC_DONE; tries++)
			cc = uvc_handle(fake, CMD_DESTROY_CONFIG, config);
		assert_int_equal(cc, UV_CC_DONE);
		assert_int_equal(fake_stats(fake).pages_donated, fake->uv->base_len / 4096);
		assert_int_equal(uvc_create_config(fake, 0, 1 << 20, &next), UV_CC_DONE);
		assert_int_equal(HANDLE_SLOT(next), HANDLE_SLOT(config));
		assert_int_not_equal(uv_access(fake->uv, secure, next, 0x1000, false), 0);
		assert_int_equal(uv_access(fake->uv, secure, 0, 0, false), 0);
		assert_int_equal(*(uint8_t *)fake_at(fake, secure), 0);
		assert_sound(fake);
		fake_teardown(&mine);
	}
}

/* Every page of the store in turn leads nowhere, and so does what its head says. */
static void damaged_store_is_an_error_for_every_call(void **state)
{
	struct file attest = file_read("attest-all.req");
	struct guest_test test;
	struct config *damaged;
	struct store saved;
	uint64_t *leaf, page;
	unsigned int i;

	(void)state;
	guest_begin(&test, "empty.hdr");
	assert_done(test.fake, add(&test, "association"));
	assert_done(test.fake, add(&test, "plain-longest"));
	damaged = fake_config(test.fake, test.config);
	saved = damaged->store;
	leaf = damaged->root + guest_entry_pages(GUEST_LEN);
	/* Tags; entries; values. */
	for (i = 0; i < 5; i++) {
		page = leaf[i];
		leaf[i] = FAKE_STORAGE;
		if (i == 0) {
			put_request(&test, &attest);
			attest_block(&test, 0, 128);
			assert_metadata(test.fake, guest_call(test.fake, test.config));
			assert_metadata(test.fake, add(&test, "null"));
		} else if (i == 1) {
			assert_metadata(test.fake, list_secrets(&test, 0, test.request));
			assert_metadata(test.fake, retrieve(&test, 1, test.request, 0x2000));
			assert_metadata(test.fake, add(&test, "association"));
		} else if (i > 2) {
			assert_metadata(test.fake, retrieve(&test, 1, test.request, 0x2000));
		}
		leaf[i] = page;
		assert_memory_equal(&damaged->store, &saved, sizeof(saved));
	}
	page = leaf[5];
	leaf[5] = FAKE_STORAGE;
	assert_metadata(test.fake, add(&test, "plain"));
	leaf[5] = page;
	damaged->store.nr_assoc = 0xffff;
	put_request(&test, &attest);
	attest_block(&test, 0, 128);
	assert_metadata(test.fake, guest_call(test.fake, test.config));
	assert_metadata(test.fake, add(&test, "null"));
	assert_metadata(test.fake, list_secrets(&test, 0, test.request));
	assert_metadata(test.fake, retrieve(&test, 1, test.request, 0x2000));
	damaged->store = saved;
	((struct secret *)fake_at(test.fake, leaf[1]))[1].len = ~0u;
	assert_metadata(test.fake, retrieve(&test, 1, test.request, 0x2000));
	guest_end(&test);
	free(attest.data);
}

#define test(name) cmocka_unit_test_setup_teardown(name, start, fake_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_damage_is_found),
		cmocka_unit_test(damaged_tables_are_an_error_for_every_call),
		test(pages_that_disagree_are_an_error),
		test(damaged_cpu_is_not_found),
		cmocka_unit_test(broken_configuration_gives_everything_back),
		cmocka_unit_test(damaged_entry_shows_nothing),
		test(broken_configuration_is_good_for_nothing_else),
		cmocka_unit_test(forgotten_frame_is_not_the_next_guests),
		test(image_that_was_not_begun_is_an_error),
		test(damaged_tables_give_nothing_away),
		cmocka_unit_test(damaged_store_is_an_error_for_every_call),
	};

	return cmocka_run_group_tests_name("invariants", tests, NULL, NULL);
}

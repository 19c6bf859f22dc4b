// SPDX-License-Identifier: GPL-2.0
/*
 * A call that answers busy has had no effect: each call, with each thing that it may
 * need in use elsewhere. All that anybody can see is compared with what it was.
 */
#include <stdlib.h>

#include "fake.h"

#define SIZE		(5ull << 20)
#define GUEST_LEN	(1ull << 20)
#define NR_GUEST_PAGES	8u

/* What each guest page is when a case begins, and its frame. */
enum { UNSEEN, SECURE, SHARED, PINNED, EXPORTED, SHARED_OUT, FOREIGN, MANY };

static struct fake *fake;
static uint64_t config, other, cpus[2], sds[2], frames[NR_GUEST_PAGES], area;

static uint64_t gpa(unsigned int page)
{
	return (page + 1) * 4096ull;
}

/* In the middle of an instruction, and in the operating state. */
static bool run(struct uv_cpu_state *state, void *arg)
{
	(void)arg;
	state->pending[0] = 0xb220;
	state->start = UV_START_ALLOWED;
	state->operating = UV_CPU_OPERATING;
	return true;
}

static void bring_pages(void)
{
	unsigned int i;

	for (i = 0; i < NR_GUEST_PAGES; i++) {
		frames[i] = fake_pages(fake, 1);
		memset(fake_at(fake, frames[i]), 0x40 + (int)i, 4096);
		fake_map(fake, 0, gpa(i), frames[i]);
		if (i != UNSEEN && i != FOREIGN)
			assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, config, gpa(i)));
		if (i == SHARED || i == PINNED || i == SHARED_OUT || i == MANY)
			assert_done(fake, uvc_share(fake, CMD_SHARE, config, gpa(i)));
		if (i == PINNED)
			assert_done(fake, uvc_page(fake, CMD_PIN, frames[i]));
		if (i == EXPORTED || i == SHARED_OUT)
			assert_done(fake, uvc_page(fake, CMD_EXPORT, frames[i]));
	}
	fake_map(fake, 1, gpa(FOREIGN), frames[FOREIGN]);
	assert_done(fake, uvc_guest_page(fake, CMD_IMPORT, other, gpa(FOREIGN)));
	assert_done(fake, uvc_share(fake, CMD_SHARE, other, gpa(FOREIGN)));
}

static void begin(bool initialize)
{
	const struct fake_options options = { .size = SIZE };
	unsigned int i;

	fake = fake_new(&options);
	if (!initialize)
		return;
	assert_done(fake, uvc_init(fake));
	assert_done(fake, uvc_create_config(fake, 0, GUEST_LEN, &config));
	assert_done(fake, uvc_create_config(fake, 1, GUEST_LEN, &other));
	fake_verify(fake, config, PCF_DUMP);
	fake_verify(fake, other, 0);
	for (i = 0; i < 2; i++)
		assert_done(fake, uvc_create_cpu(fake, config, i, &cpus[i], &sds[i]));
	uv_cpu_modify(fake->uv, config, 0, run, NULL);
	bring_pages();
	area = fake_home_area(fake, 3) + 0x800;
}

static void enter_state(uint32_t state)
{
	struct slot *slot = fake->uv->slots[HANDLE_SLOT(config) - 1];
	unsigned int i;

	slot->config->state = state;
	if (state != CONFIG_LOADING)
		return;
	for (i = 0; i < NR_DIGESTS; i++)
		gcry_md_open(&slot->digest[i], GCRY_MD_SHA512, 0);
}

static void destroy_cpus(void)
{
	assert_done(fake, uvc_handle(fake, CMD_DESTROY_CPU, cpus[0]));
	assert_done(fake, uvc_handle(fake, CMD_DESTROY_CPU, cpus[1]));
}

static int initialize(void) { return uvc_init(fake); }

static int query(void)
{
	block_clear(fake, CMD_QUERY, 0xa8);
	return host_call(fake);
}

static int create_config(void)
{
	uint64_t handle;

	return uvc_create_config(fake, 2, GUEST_LEN, &handle);
}

static int create_cpu(void)
{
	uint64_t handle, sd;

	return uvc_create_cpu(fake, config, 2, &handle, &sd);
}

static int import(void) { return uvc_guest_page(fake, CMD_IMPORT, config, gpa(EXPORTED)); }
static int import_unseen(void) { return uvc_guest_page(fake, CMD_IMPORT, config, gpa(UNSEEN)); }
static int import_foreign(void) { return uvc_guest_page(fake, CMD_IMPORT, config, gpa(FOREIGN)); }
static int export(void) { return uvc_page(fake, CMD_EXPORT, frames[SECURE]); }
static int export_shared(void) { return uvc_page(fake, CMD_EXPORT, frames[SHARED]); }
static int destroy_page(void) { return uvc_page(fake, CMD_DESTROY_PAGE, frames[FOREIGN]); }
static int pin(void) { return uvc_page(fake, CMD_PIN, frames[SHARED]); }
static int unpin(void) { return uvc_guest_page(fake, CMD_UNPIN, config, gpa(PINNED)); }
static int share(void) { return uvc_share(fake, CMD_SHARE, config, gpa(SECURE)); }
static int unshare(void) { return uvc_share(fake, CMD_UNSHARE, config, gpa(SHARED)); }
static int unshare_out(void) { return uvc_share(fake, CMD_UNSHARE, config, gpa(SHARED_OUT)); }
static int unpack(void) { return uvc_unpack(fake, config, gpa(UNSEEN), 0, 0); }

static int on_config(uint16_t command) { return uvc_handle(fake, command, config); }
static int destroy_config(void) { return on_config(CMD_DESTROY_CONFIG); }
static int destroy_fast(void) { return on_config(CMD_DESTROY_CONFIG_FAST); }
static int verify(void) { return on_config(CMD_VERIFY); }
static int prepare_reset(void) { return on_config(CMD_PREPARE_RESET); }
static int unshare_all(void) { return on_config(CMD_UNSHARE_ALL); }
static int dump_init(void) { return on_config(CMD_DUMP_INIT); }

static int on_cpu(uint16_t command) { return uvc_handle(fake, command, cpus[0]); }
static int destroy_cpu(void) { return on_cpu(CMD_DESTROY_CPU); }
static int cpu_reset(void) { return on_cpu(CMD_CPU_RESET); }
static int cpu_reset_initial(void) { return on_cpu(CMD_CPU_RESET_INITIAL); }
static int cpu_reset_clear(void) { return on_cpu(CMD_CPU_RESET_CLEAR); }

static int set_state(void)
{
	block_clear(fake, CMD_CPU_SET_STATE, 0x50);
	block_set(fake, 0x18, cpus[0]);
	fake->block[0x27] = UV_CPU_STOPPED;
	return host_call(fake);
}

static int to_area(uint16_t command, uint64_t handle)
{
	block_clear(fake, command, 0x50);
	block_set(fake, 0x18, handle);
	block_set(fake, 0x20, area);
	return host_call(fake);
}

static int parameters(void)
{
	block_clear(fake, CMD_SET_PARAMETERS, 0x50);
	block_set(fake, 0x18, config);
	block_set(fake, 0x20, area);
	block_set(fake, 0x28, 0x900ull << 32);
	return host_call(fake);
}

static int dump_state(void) { return to_area(CMD_DUMP_STORAGE_STATE, config); }
static int dump_cpu(void) { return to_area(CMD_DUMP_CPU, cpus[0]); }
static int dump_complete(void) { return to_area(CMD_DUMP_COMPLETE, config); }

static const struct {
	int (*call)(void);
	uint32_t state;
	void (*before)(void);
} cases[] = {
	{ initialize, CONFIG_VERIFIED, NULL }, { query, CONFIG_VERIFIED, NULL },
	{ create_config, CONFIG_VERIFIED, NULL },
	{ destroy_config, CONFIG_VERIFIED, destroy_cpus },
	{ destroy_fast, CONFIG_VERIFIED, destroy_cpus },
	{ create_cpu, CONFIG_VERIFIED, NULL }, { destroy_cpu, CONFIG_VERIFIED, NULL },
	{ import, CONFIG_VERIFIED, NULL }, { import_unseen, CONFIG_VERIFIED, NULL },
	{ import_foreign, CONFIG_VERIFIED, NULL }, { export, CONFIG_VERIFIED, NULL },
	{ export_shared, CONFIG_VERIFIED, NULL }, { destroy_page, CONFIG_VERIFIED, NULL },
	{ parameters, CONFIG_CREATED, NULL }, { unpack, CONFIG_LOADING, NULL },
	{ verify, CONFIG_LOADING, NULL }, { cpu_reset, CONFIG_VERIFIED, NULL },
	{ cpu_reset_initial, CONFIG_VERIFIED, NULL }, { cpu_reset_clear, CONFIG_VERIFIED, NULL },
	{ set_state, CONFIG_VERIFIED, NULL }, { prepare_reset, CONFIG_VERIFIED, NULL },
	{ unshare_all, CONFIG_VERIFIED, NULL }, { pin, CONFIG_VERIFIED, NULL },
	{ unpin, CONFIG_VERIFIED, NULL }, { dump_init, CONFIG_VERIFIED, NULL },
	{ dump_state, CONFIG_DUMPING, NULL }, { dump_cpu, CONFIG_DUMPING, NULL },
	{ dump_complete, CONFIG_DUMPING, NULL }, { share, CONFIG_VERIFIED, NULL },
	{ unshare, CONFIG_VERIFIED, NULL }, { unshare_out, CONFIG_VERIFIED, NULL },
};

#define NR_CASES	(sizeof(cases) / sizeof(cases[0]))

/* Obstacles by number: first those of one kind each, then guest pages, then frames. */
enum {
	GATE, CREATING, SLOT_READ, SLOT_WRITTEN, OTHER_SLOT, UNPACKING, CPU_0, CPU_1, CIPHERS,
	GUEST_PAGES
};

#define FRAMES		(GUEST_PAGES + NR_GUEST_PAGES)
#define MORE_FRAMES	12
#define FRAME_OF(nr)	((FAKE_FREE >> 12) + ((nr) - FRAMES) / 2)

static struct slot *slot_of(uint64_t handle)
{
	return fake->uv->slots[HANDLE_SLOT(handle) - 1];
}

static void use_cpu(unsigned int number)
{
	const struct config *c = fake_config(fake, config);

	if (c->cpus[number])
		((struct cpu *)fake_at(fake, c->cpus[number]))->in_use = 1;
}

/* False: there are no more. */
static bool obstruct(unsigned int obstacle, bool initialized)
{
	unsigned int i;

	if (obstacle == GATE)
		fake->uv->gate.writer = true;
	if (!initialized) {
		fake->in_use = obstacle == GATE ? 0 : FAKE_BASE + 4096;
		return obstacle == GATE;
	}
	switch (obstacle) {
	case GATE: break;
	case CREATING: atomic_flag_test_and_set(&fake->uv->creating); break;
	case UNPACKING: atomic_flag_test_and_set(&slot_of(config)->unpacking); break;
	case SLOT_READ: gate_try_read(&slot_of(config)->gate); break;
	case SLOT_WRITTEN: slot_of(config)->gate.writer = true; break;
	case OTHER_SLOT: slot_of(other)->gate.writer = true; break;
	case CPU_0: use_cpu(0); break;
	case CPU_1: use_cpu(1); break;
	case CIPHERS:
		for (i = 0; i < NR_CIPHERS; i++)
			atomic_flag_test_and_set(&slot_of(config)->ciphers[i].in_use);
		break;
	default:
		if (obstacle < FRAMES)
			guest_page(fake->uv, fake_config(fake, config),
				   (gpa(obstacle - GUEST_PAGES) >> 12))->word |= GUEST_BUSY;
		else if ((obstacle - FRAMES) % 2)
			fake->in_use = FRAME_OF(obstacle) << 12;
		else
			fake->uv->frames[FRAME_OF(obstacle)] |= FRAME_BUSY;
	}
	/* Those that are handed out during the call, too. */
	return obstacle < FRAMES || FRAME_OF(obstacle) < (fake->next >> 12) + MORE_FRAMES;
}

/* All that a call could change, except for the number of calls. */
struct picture {
	uint8_t handed_out[SIZE - FAKE_FREE], entries[(SIZE >> 12) * sizeof(frame_entry)];
	uint8_t hidden[SIZE >> 12];
	struct uv uv;
	struct {
		struct config *config;
		uint64_t handle, asce;
		struct gate gate;
	} slots[3];
};

static void take(struct picture *picture)
{
	unsigned int i;

	memcpy(picture->handed_out, fake_at(fake, FAKE_FREE),
	       fake->next - FAKE_FREE + MORE_FRAMES * 4096);
	memcpy(picture->entries, fake_at(fake, FAKE_BASE), sizeof(picture->entries));
	memcpy(picture->hidden, (void *)fake->hidden, SIZE >> 12);
	memcpy(&picture->uv, fake->uv, sizeof(picture->uv));
	memset(picture->uv.count[shard()].cc, 0, sizeof(picture->uv.count[0].cc));
	memset(picture->slots, 0, sizeof(picture->slots));
	for (i = 0; i < 3; i++) {
		const struct slot *slot = fake->uv->slots[i];

		/* A slot that is free is made when it is first wanted. */
		if (!slot)
			continue;
		picture->slots[i].config = slot->config;
		picture->slots[i].handle = slot->handle;
		picture->slots[i].asce = slot->asce;
		memcpy(&picture->slots[i].gate, &slot->gate, sizeof(slot->gate));
	}
}

static void busy_has_no_effect(void **state)
{
	struct picture *before = calloc(2, sizeof(*before)), *after = before + 1;
	unsigned int obstacle, busy;
	size_t i;
	bool more;

	(void)state;
	for (i = 0; i < NR_CASES; i++) {
		bool initialized = cases[i].call != initialize;

		for (busy = obstacle = 0, more = true; more; obstacle++) {
			begin(initialized);
			if (cases[i].before)
				cases[i].before();
			if (initialized)
				enter_state(cases[i].state);
			more = obstruct(obstacle, initialized);
			take(before);
			if (cases[i].call() == UV_CC_BUSY) {
				busy++;
				memcpy(after, before, sizeof(*after));
				take(after);
				if (memcmp((const uint8_t *)before, (const uint8_t *)after,
					   sizeof(*before)) != 0)
					fail_msg("case %zu, obstacle %u: busy had an effect", i,
						 obstacle);
				assert_int_equal(get_be(fake->block + 4, 4), 0);
			}
			fake_free(fake);
		}
		assert_true(busy);
	}
	free(before);
}

/* What a call has done before it met somebody counts: it is partial. */
static void call_that_has_begun_is_partial(void **state)
{
	static const struct {
		int (*call)(void);
		void (*before)(void);
	} long_calls[] = {
		{ destroy_config, destroy_cpus }, { destroy_fast, destroy_cpus },
		{ unshare_all, NULL }, { prepare_reset, NULL },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		begin(true);
		if (long_calls[i].before)
			long_calls[i].before();
		fake->uv->frames[frames[MANY] >> 12] |= FRAME_BUSY;
		assert_int_equal(long_calls[i].call(), UV_CC_PARTIAL);
		/* And then it waits for that page only. */
		assert_int_equal(long_calls[i].call(), UV_CC_BUSY);
		fake->uv->frames[frames[MANY] >> 12] &= ~FRAME_BUSY;
		assert_int_equal(long_calls[i].call(), UV_CC_DONE);
		assert_sound(fake);
		fake_free(fake);
	}
}

static bool look(struct uv_cpu_state *state, void *arg)
{
	memcpy(arg, state, sizeof(*state));
	return false;
}

/* No CPU is stopped as long as one of them runs. */
static void reset_stops_all_cpus_or_none(void **state)
{
	struct uv_cpu_state now, running;

	(void)state;
	begin(true);
	uv_cpu_modify(fake->uv, config, 1, run, NULL);
	assert_int_equal(uv_cpu_enter(fake->uv, config, cpus[1], sds[1], &running), UV_ENTER_OK);
	assert_int_equal(prepare_reset(), UV_CC_BUSY);
	uv_cpu_modify(fake->uv, config, 0, look, &now);
	assert_int_equal(now.operating, UV_CPU_OPERATING);
	assert_int_equal(now.start, UV_START_ALLOWED);
	assert_int_equal(now.pending[0], 0xb220);
	uv_cpu_leave(fake->uv, cpus[1], &running);
	assert_done(fake, prepare_reset());
	uv_cpu_modify(fake->uv, config, 0, look, &now);
	assert_int_equal(now.operating, UV_CPU_STOPPED);
	assert_int_equal(now.start, UV_START_HELD);
	assert_int_equal(now.pending[0], 0);
	fake_free(fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(busy_has_no_effect),
		cmocka_unit_test(call_that_has_begun_is_partial),
		cmocka_unit_test(reset_stops_all_cpus_or_none),
	};

	return cmocka_run_group_tests_name("busy", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Random calls and accesses, each compared with a model that is simple enough
 * to be read: who owns a frame, what a page contains, what is in a secret store. The
 * metadata are checked after every step.
 */
#include <stdio.h>
#include <stdlib.h>

#include "requests.h"

#define NR_GUESTS	3u
#define NR_PAGES	6u		/* of each guest */
#define NR_FRAMES	8u
#define SIZE		(8ull << 20)
#define STEPS		4000u
#define SEEDS		12u
#define AREA		3u		/* pages of the area in the guest's home space */
#define FRAME(i)	((6ull << 20) + (i) * 4096ull)

enum place { UNSEEN, RESIDENT, EXPORTED, SHARED, SHARED_OUT, DESTROYED };
enum kind { HOST, SECURE, OPEN, PINNED, OWNERLESS };

/* What the host finds in a page, by name: a pattern, or one export of a page. */
struct content {
	unsigned int export_id;		/* 0: no export */
	uint8_t pattern;
};

struct model_frame {
	enum kind kind;
	unsigned int guest, page;
	struct content content;
};

struct model_page {
	enum place place;
	unsigned int frame;
	unsigned int last_export;	/* the one that may come back */
	uint8_t plain;			/* pattern that the guest has in it */
};

/* What the owner's requests contain. Extension: 0 none is set, 1 zeroes, 2 something else. */
static const struct model_request {
	const char *name;
	uint32_t len;
	uint16_t type;
	uint16_t rc;		/* whatever the store has; 0: none */
	unsigned int extension;
} requests[] = {
	{ "null", 0, SECRET_NULL, 0, 1 },
	{ "association", 32, SECRET_ASSOCIATION, 0, 1 },
	{ "instance", 32, SECRET_ASSOCIATION, RC_ADD_REFUSED, 1 },
	{ "plain", 32, SECRET_PLAINTEXT, 0, 1 },
	{ "plain-empty", 16, SECRET_PLAINTEXT, 0, 1 },
	{ "extension-a", 0, SECRET_NULL, 0, 2 },
	{ "extension-c", 32, SECRET_ASSOCIATION, 0, 2 },
	{ "other-tag", 32, SECRET_ASSOCIATION, RC_ADD_REFUSED, 1 },
	{ "type-11", 0, SECRET_NULL, RC_ADD_TYPE, 1 },
	{ "stranger", 0, SECRET_NULL, RC_ADD_OPEN, 1 },
};

#define NR_REQUESTS (sizeof(requests) / sizeof(requests[0]))
#define MAX_SECRETS (FAKE_ASSOC + FAKE_RETR)

struct model_store {
	bool locked;
	unsigned int extension;
	unsigned int nr, nr_assoc, nr_retrievable, nr_requests;
	const struct model_request *secrets[MAX_SECRETS];
};

struct model {
	struct fake *fake;
	struct file header, bytes[NR_REQUESTS];
	struct model_store stores[NR_GUESTS];
	uint64_t area[NR_GUESTS];	/* in the home space of each guest */
	bool alive[NR_GUESTS];
	uint64_t handle[NR_GUESTS];
	struct model_frame frames[NR_FRAMES];
	struct model_page pages[NR_GUESTS][NR_PAGES];
	unsigned int map[NR_GUESTS][NR_PAGES];	/* frame + 1; 0: not mapped */
	unsigned int exports;
};

static uint32_t random_state;

static uint32_t below(uint32_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state % limit;
}

static void fill(struct model *m, unsigned int frame, uint8_t pattern)
{
	memset(fake_at(m->fake, FRAME(frame)), pattern, 4096);
	m->frames[frame].content = (struct content) { .pattern = pattern };
}

static bool filled(struct model *m, unsigned int frame, uint8_t pattern)
{
	const uint8_t *page = fake_at(m->fake, FRAME(frame));

	return page[0] == pattern && !memcmp(page, page + 1, 4095);
}

static void expect(struct model *m, int got, uint16_t rc)
{
	int cc = rc == RC_EXECUTED ? UV_CC_DONE : UV_CC_ERROR;

	assert_answer(m->fake, got, cc, rc, 0);
}

static void leave(struct model *m, unsigned int frame, enum place place)
{
	struct model_frame *f = &m->frames[frame];

	m->pages[f->guest][f->page].place = place;
	f->kind = HOST;
}

static void do_export(struct model *m, bool destroy)
{
	unsigned int frame = below(NR_FRAMES);
	struct model_frame *f = &m->frames[frame];
	struct model_page *p = &m->pages[f->guest][f->page];

	expect(m, uvc_page(m->fake, destroy ? CMD_DESTROY_PAGE : CMD_EXPORT, FRAME(frame)),
	       RC_EXECUTED);
	switch (f->kind) {
	case SECURE:
		leave(m, frame, destroy ? DESTROYED : EXPORTED);
		if (!destroy) {
			p->last_export = ++m->exports;
			f->content = (struct content) { .export_id = m->exports };
			assert_false(filled(m, frame, p->plain));
		}
		break;
	case OPEN:
	case PINNED:
		leave(m, frame, SHARED_OUT);
		break;
	case OWNERLESS:
		f->kind = HOST;
		destroy = true;
		break;
	case HOST:
		return;
	}
	if (destroy) {
		f->content = (struct content) { 0 };
		assert_true(filled(m, frame, 0));
	}
}

/* rc of an import, and what it does to the model. */
static uint16_t import(struct model *m, unsigned int guest, unsigned int page)
{
	unsigned int frame = m->map[guest][page] - 1;
	struct model_page *p = &m->pages[guest][page];
	struct model_frame *f;

	if (!m->alive[guest])
		return RC_CONFIG_HANDLE;
	if (!m->map[guest][page])
		return RC_IMPORT_NOT_MAPPED;
	f = &m->frames[frame];
	if (f->kind == OWNERLESS)
		return RC_IMPORT_OWNER;
	if (f->kind != HOST && f->guest == guest)
		return f->page == page ? RC_EXECUTED : RC_IMPORT_REMAPPED;
	if (f->kind == SECURE || f->kind == PINNED)
		return RC_IMPORT_OWNER;
	if (p->place == RESIDENT || p->place == SHARED)
		return RC_IMPORT_TWO_FRAMES;
	if (p->place == DESTROYED)
		return RC_IMPORT_DESTROYED;
	if (p->place == EXPORTED && f->content.export_id != p->last_export)
		return RC_IMPORT_INTEGRITY;
	if (f->kind == OPEN)
		leave(m, frame, SHARED_OUT);
	f->kind = p->place == SHARED_OUT ? OPEN : SECURE;
	f->guest = guest;
	f->page = page;
	if (p->place == UNSEEN)
		p->plain = 0;
	p->place = p->place == SHARED_OUT ? SHARED : RESIDENT;
	p->frame = frame;
	if (f->kind == SECURE)
		f->content = (struct content) { .pattern = p->plain };
	return RC_EXECUTED;
}

static void do_import(struct model *m)
{
	unsigned int guest = below(NR_GUESTS), page = below(NR_PAGES);
	int cc = uvc_guest_page(m->fake, CMD_IMPORT, m->handle[guest], page * 4096ull);

	expect(m, cc, import(m, guest, page));
	if (m->alive[guest] && m->pages[guest][page].place == RESIDENT)
		assert_true(filled(m, m->pages[guest][page].frame, m->pages[guest][page].plain));
}

static void do_map(struct model *m)
{
	unsigned int guest = below(NR_GUESTS), page = below(NR_PAGES);
	unsigned int frame = below(NR_FRAMES + 1);

	m->map[guest][page] = frame;
	fake_map(m->fake, guest, page * 4096ull, frame ? FRAME(frame - 1) : 0);
}

static void do_share(struct model *m)
{
	unsigned int guest = below(NR_GUESTS), page = below(NR_PAGES);
	struct model_page *p = &m->pages[guest][page];
	bool share = below(2);
	int cc = uvc_share(m->fake, share ? CMD_SHARE : CMD_UNSHARE, m->handle[guest],
			   page * 4096ull);
	int wanted = UV_CC_DONE;

	if (!m->alive[guest]) {
		expect(m, cc, RC_CONFIG_HANDLE);
		return;
	}
	if (share && p->place == RESIDENT) {
		p->place = SHARED;
		m->frames[p->frame].kind = OPEN;
	} else if (share && p->place != SHARED && p->place != SHARED_OUT) {
		wanted = UV_CC_IMPORT;
	} else if (!share && p->place == SHARED_OUT) {
		p->place = UNSEEN;
	} else if (!share && p->place == SHARED) {
		if (m->frames[p->frame].kind == PINNED) {
			wanted = UV_CC_INTERCEPT;
		} else {
			p->place = RESIDENT;
			p->plain = m->frames[p->frame].content.pattern;
			m->frames[p->frame].kind = SECURE;
			/* An export of somebody's page is content like any other. */
			if (m->frames[p->frame].content.export_id) {
				p->plain = 0x21;
				fill(m, p->frame, 0x21);
			}
		}
	}
	assert_int_equal(cc, wanted);
	assert_sound(m->fake);
}

static void do_pin(struct model *m)
{
	unsigned int frame = below(NR_FRAMES);
	struct model_frame *f = &m->frames[frame];

	if (below(2)) {
		int cc = uvc_page(m->fake, CMD_PIN, FRAME(frame));

		expect(m, cc, f->kind == OPEN || f->kind == PINNED ? RC_EXECUTED :
		       RC_PAGE_NOT_SHARED);
		if (f->kind == OPEN)
			f->kind = PINNED;
	} else if (f->kind != HOST && f->kind != OWNERLESS) {
		int cc = uvc_guest_page(m->fake, CMD_UNPIN, m->handle[f->guest],
					f->page * 4096ull);

		expect(m, cc, f->kind == PINNED ? RC_EXECUTED : RC_UNPIN_NOT_PINNED);
		if (f->kind == PINNED)
			f->kind = OPEN;
	}
}

/* Somebody writes, if the ultravisor lets it. */
static void do_write(struct model *m)
{
	unsigned int frame = below(NR_FRAMES), source = below(NR_FRAMES);
	struct model_frame *f = &m->frames[frame];

	if (uv_access(m->fake->uv, FRAME(frame), 0, 0, true)) {
		assert_true(f->kind == SECURE || f->kind == OWNERLESS);
		return;
	}
	assert_true(f->kind == HOST || f->kind == OPEN || f->kind == PINNED);
	if (below(3) == 0 && !uv_access(m->fake->uv, FRAME(source), 0, 0, false)) {
		/* Moves and replays: a page is put into another frame as it is. */
		memmove(fake_at(m->fake, FRAME(frame)), fake_at(m->fake, FRAME(source)), 4096);
		f->content = m->frames[source].content;
	} else if (below(3) == 0) {
		fill(m, frame, (uint8_t)below(256));
	}
}

static void do_guest_access(struct model *m)
{
	unsigned int guest = below(NR_GUESTS), page = below(NR_PAGES);
	unsigned int frame = below(NR_FRAMES);
	struct model_frame *f = &m->frames[frame];
	int code = uv_access(m->fake->uv, FRAME(frame), m->handle[guest], page * 4096ull, true);
	int wanted = UV_PGM_VIOLATION;

	if (!m->alive[guest])
		return;
	if (f->kind == HOST || (f->kind == OPEN && f->guest != guest))
		wanted = UV_PGM_NONSECURE_ACCESS;
	else if (f->kind != OWNERLESS && f->guest == guest && f->page == page)
		wanted = 0;
	assert_int_equal(code, wanted);
	if (!code) {
		uint8_t pattern = (uint8_t)below(256);

		fill(m, frame, pattern);
		m->pages[guest][page].plain = pattern;
	}
}

static void do_config(struct model *m)
{
	unsigned int guest = below(NR_GUESTS), i;
	bool fast = below(2);

	if (!m->alive[guest]) {
		m->fake->next = FAKE_FREE + guest * 0x40000ull;
		m->fake->next_home = guest * 64ull;
		m->fake->next_virtual = 16 + guest * 8ull;
		expect(m, uvc_create_config(m->fake, guest, 1 << 20, &m->handle[guest]),
		       RC_EXECUTED);
		expect(m, uvc_parameters(m->fake, m->handle[guest], m->header.data,
					 m->header.len), RC_EXECUTED);
		expect(m, uvc_handle(m->fake, CMD_VERIFY, m->handle[guest]), RC_EXECUTED);
		/* The same frames each time, ownerless since the last. */
		for (i = 0; i < AREA; i++)
			uvc_page(m->fake, CMD_EXPORT, m->fake->next + i * 4096ull);
		m->area[guest] = fake_guest_area(m->fake, guest, m->handle[guest], AREA);
		m->stores[guest] = (struct model_store) { 0 };
		m->alive[guest] = true;
		memset(m->pages[guest], 0, sizeof(m->pages[guest]));
		return;
	}
	if (below(8))
		return;
	expect(m, uvc_again(m->fake, fast ? CMD_DESTROY_CONFIG_FAST : CMD_DESTROY_CONFIG,
			    m->handle[guest]), RC_EXECUTED);
	m->alive[guest] = false;
	for (i = 0; i < NR_FRAMES; i++) {
		struct model_frame *f = &m->frames[i];

		if (f->kind == HOST || f->kind == OWNERLESS || f->guest != guest)
			continue;
		if (f->kind == SECURE && !fast)
			f->content = (struct content) { 0 };
		f->kind = f->kind == SECURE && fast ? OWNERLESS : HOST;
	}
}

static void do_unshare_all(struct model *m)
{
	unsigned int guest = below(NR_GUESTS), i;

	if (!m->alive[guest] || below(4))
		return;
	expect(m, uvc_again(m->fake, CMD_UNSHARE_ALL, m->handle[guest]), RC_EXECUTED);
	for (i = 0; i < NR_PAGES; i++) {
		struct model_page *p = &m->pages[guest][i];

		if (p->place == SHARED_OUT)
			p->place = UNSEEN;
		if (p->place != SHARED)
			continue;
		p->place = RESIDENT;
		m->frames[p->frame].kind = SECURE;
		p->plain = (uint8_t)i;
		fill(m, p->frame, p->plain);
	}
}

static uint16_t add_secret(struct model_store *store, const struct model_request *request)
{
	bool assoc = request->type == SECRET_ASSOCIATION;
	bool retrievable = request->type == SECRET_PLAINTEXT;

	if (store->locked)
		return RC_ADD_LOCKED;
	if (request->rc == RC_ADD_OPEN || request->rc == RC_ADD_TYPE)
		return request->rc;
	if ((assoc && store->nr_assoc == FAKE_ASSOC) ||
	    (retrievable && store->nr_retrievable == FAKE_RETR))
		return RC_ADD_FULL;
	if (request->rc || (store->extension && store->extension != request->extension))
		return RC_ADD_REFUSED;
	store->extension = request->extension;
	store->nr_requests++;
	store->nr_assoc += assoc;
	store->nr_retrievable += retrievable;
	if (assoc || retrievable)
		store->secrets[store->nr++] = request;
	return RC_EXECUTED;
}

static void compare_list(struct model *m, unsigned int guest, unsigned int start, int cc)
{
	const struct model_store *store = &m->stores[guest];
	unsigned int end = store->nr > start + 85 ? start + 85 : store->nr, i;
	uint8_t page[4096], id[32];

	expect(m, cc, end < store->nr ? RC_LIST_MORE : RC_EXECUTED);
	fake_guest_read(m->fake, guest, m->area[guest] + 0x100, page, sizeof(page));
	assert_int_equal(get_be16(page + 2), store->nr);
	assert_int_equal(get_be16(page), end > start ? end - start : 0);
	for (i = start; i < end; i++) {
		const struct model_request *request = store->secrets[i];
		const uint8_t *entry = page + 0x10 + (i - start) * 0x30;

		gcry_md_hash_buffer(GCRY_MD_SHA256, id, request->name, strlen(request->name));
		assert_int_equal(get_be64(entry), (uint64_t)i << 48 |
				 (uint64_t)request->type << 32 | request->len);
		assert_memory_equal(entry + 0x10, id, sizeof(id));
	}
}

static void compare_retrieved(struct model *m, unsigned int guest, unsigned int index, int cc)
{
	const struct model_store *store = &m->stores[guest];
	static const char text[] = "what only the guest may know";
	uint8_t got[32];

	if (index >= store->nr || store->secrets[index]->type != SECRET_PLAINTEXT) {
		expect(m, cc, !store->nr ? RC_RETRIEVE_EMPTY :
		       index >= store->nr ? RC_RETRIEVE_INDEX : RC_RETRIEVE_TYPE);
		return;
	}
	expect(m, cc, RC_EXECUTED);
	fake_guest_read(m->fake, guest, m->area[guest] + 0x100, got, sizeof(got));
	if (store->secrets[index]->len == sizeof(got))
		assert_memory_equal(got + 2, text, strlen(text));
	else
		assert_int_equal(get_be16(got), 0);
}

static void do_store(struct model *m)
{
	unsigned int guest = below(NR_GUESTS), which = below(NR_REQUESTS), index = below(8);
	struct guest_test test = {
		.fake = m->fake, .config = m->handle[guest], .request = m->area[guest] + 0xfb0,
	};

	if (!m->alive[guest])
		return;
	switch (below(8)) {
	case 0:
		/* Not often: a locked store is a dull one. */
		if (below(8))
			break;
		expect(m, lock_store(&test), m->stores[guest].locked ? RC_LOCK_LOCKED :
		       RC_EXECUTED);
		m->stores[guest].locked = true;
		break;
	case 1:
	case 2:
		compare_list(m, guest, index, list_secrets(&test, index, m->area[guest] + 0x100));
		break;
	case 3:
	case 4:
		compare_retrieved(m, guest, index,
				  retrieve(&test, index, m->area[guest] + 0x100, 0x20));
		break;
	default:
		fake_guest_write(m->fake, guest, test.request, m->bytes[which].data,
				 m->bytes[which].len);
		block_clear(m->fake, CMD_ADD_SECRET, 0x48);
		block_set(m->fake, 0x20, test.request);
		expect(m, guest_call(m->fake, test.config),
		       add_secret(&m->stores[guest], &requests[which]));
		assert_int_equal(fake_config(m->fake, test.config)->store.nr_requests,
				 m->stores[guest].nr_requests);
		break;
	}
}

static void compare(struct model *m)
{
	unsigned int i;

	for (i = 0; i < NR_FRAMES; i++) {
		enum kind kind = m->frames[i].kind;
		bool hidden = kind == SECURE || kind == OWNERLESS;

		assert_int_equal(uv_access(m->fake->uv, FRAME(i), 0, 0, false),
				 hidden ? UV_PGM_SECURE_ACCESS : 0);
		/* The machine was told, in time and in the right order. */
		assert_int_equal(m->fake->hidden[FRAME(i) >> 12], hidden);
		if (!m->frames[i].content.export_id && kind != OWNERLESS)
			assert_true(filled(m, i, m->frames[i].content.pattern));
	}
}

static void walk(uint32_t seed, unsigned int steps)
{
	struct file pem = file_read("host.pem");
	const struct uv_key key = { pem.data, pem.len };
	const struct fake_options options = { .size = SIZE, .keys = &key, .nr_keys = 1 };
	struct model m = { .fake = fake_new(&options), .header = file_read("empty.hdr") };
	unsigned int i;

	random_state = seed;
	assert_done(m.fake, uvc_init(m.fake));
	for (i = 0; i < NR_REQUESTS; i++)
		m.bytes[i] = named(requests[i].name, ".req");
	for (i = 0; i < steps; i++) {
		switch (below(11)) {
		case 0: do_config(&m); break;
		case 1: do_map(&m); break;
		case 2: do_export(&m, false); break;
		case 3: do_export(&m, below(3) == 0); break;
		case 4: do_share(&m); break;
		case 5: do_pin(&m); break;
		case 6: do_write(&m); break;
		case 7: do_guest_access(&m); break;
		case 8: do_unshare_all(&m); break;
		case 9: do_store(&m); break;
		default: do_import(&m); break;
		}
		compare(&m);
	}
	assert_true(m.exports);
	fake_free(m.fake);
	for (i = 0; i < NR_REQUESTS; i++)
		free(m.bytes[i].data);
	free(m.header.data);
	free(pem.data);
}

static void random_calls_do_what_the_model_says(void **state)
{
	const char *given = getenv("UV_SEED");
	uint32_t seed;

	(void)state;
	/* UV_SEED=n repeats one run. */
	if (given) {
		walk(strtoul(given, NULL, 0), STEPS);
		return;
	}
	for (seed = 1; seed <= SEEDS; seed++) {
		print_message("# seed %u\n", seed);
		walk(seed * 2654435761u, STEPS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_calls_do_what_the_model_says),
	};

	return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}

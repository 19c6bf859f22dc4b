// SPDX-License-Identifier: GPL-2.0
/*
 * Two calls race for one page, for ThreadSanitizer: races MILLISECONDS, for each pair.
 * With one more argument the two are threads without a shard of their own.
 *
 * Each actor does one thing to the page and undoes it as far as it can, over and over.
 * When both have ended the page is the host's again and the metadata are sound.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "fake.h"

/* Guests: two that are running, one whose image is unpacked, one that is dumped, one new. */
enum { RUNNING, OTHER, LOADING, DUMPING, FRESH, NR_GUESTS };

/* A configuration that comes and goes is described by ASCE 5. */
#define GUEST_LEN	(1ull << 20)
#define VAR_PAGES	16u
#define VAR_HOME(nr)	(2000u + (nr) * (VAR_PAGES + 1))	/* pages of the home space */
#define PAGE_HOME	1000u

struct actor {
	pthread_t thread;
	void (*act)(struct actor *actor);	/* NULL: there is no more to do */
	unsigned int number;
	unsigned long calls, done;
	uint64_t handle;		/* of what it has created */
	uint64_t spare, sd;		/* pages of its own */
	uint8_t block[UV_BLOCK_MAX];
};

static struct fake *fake;
static uint64_t page;			/* the one of all; the next one is part of a donation, too */
static uint64_t configs[NR_GUESTS];
static pthread_barrier_t turn;		/* the actors begin; they have ended */
static atomic_bool stop;

static void die(const char *what)
{
	fprintf(stderr, "races: %s\n", what);
	exit(1);
}

static int call(struct actor *actor, uint16_t command, uint16_t len, uint64_t at18, uint64_t at20,
		uint64_t at28)
{
	bool guest = command >= CMD_SHARE;
	uint64_t missing;
	int cc;

	memset(actor->block, 0, sizeof(actor->block));
	put_be16(actor->block, len);
	put_be16(actor->block + 2, command);
	put_be64(actor->block + 0x18, guest ? 0 : at18);
	put_be64(actor->block + 0x20, at20);
	put_be64(actor->block + 0x28, at28);
	cc = guest ? uv_guest_call(fake->uv, actor->number, at18, actor->block, len, &missing) :
		     uv_host_call(fake->uv, actor->number, actor->block, len);
	actor->calls++;
	actor->done += cc == UV_CC_DONE;
	return cc;
}

/* What has to come to an end, and must: nobody keeps the other one away for good. */
static void finish(struct actor *actor, uint16_t command, uint64_t handle)
{
	unsigned int tries = 0;

	while (call(actor, command, 0x48, handle, 0, 0) != UV_CC_DONE)
		if (++tries > 1000000)
			die("what was created cannot be destroyed");
}

static void import(struct actor *a) { call(a, CMD_IMPORT, 0x28, configs[RUNNING], 0, 0); }
static void import_other(struct actor *a) { call(a, CMD_IMPORT, 0x28, configs[OTHER], 0, 0); }
static void export(struct actor *a) { call(a, CMD_EXPORT, 0x20, page, 0, 0); }
static void destroy(struct actor *a) { call(a, CMD_DESTROY_PAGE, 0x20, page, 0, 0); }

static void pin(struct actor *a)
{
	call(a, CMD_PIN, 0x20, page, 0, 0);
	call(a, CMD_UNPIN, 0x28, configs[RUNNING], 0, 0);
}

static void share(struct actor *a)
{
	call(a, CMD_IMPORT, 0x28, configs[RUNNING], 0, 0);
	call(a, CMD_SHARE, 0x30, configs[RUNNING], 0, 0);
	call(a, CMD_UNSHARE, 0x30, configs[RUNNING], 0, 0);
}

static void share_other(struct actor *a)
{
	call(a, CMD_IMPORT, 0x28, configs[OTHER], 0, 0);
	call(a, CMD_SHARE, 0x30, configs[OTHER], 0, 0);
}

static void unshare_all(struct actor *a)
{
	call(a, CMD_UNSHARE_ALL, 0x40, configs[RUNNING], 0, 0);
}

static void prepare_reset(struct actor *a)
{
	call(a, CMD_PREPARE_RESET, 0x40, configs[OTHER], 0, 0);
}

/* A page of an image is unpacked once: this one has never been seen, if the host has it. */
static void forget(uint64_t gfn)
{
	struct guest_page *guest = guest_page(fake->uv, fake_config(fake, configs[LOADING]), gfn);
	enum guest_state state;
	uint32_t word;

	if (!guest_try_take(guest, &word))
		return;
	state = word & GUEST_STATE_MASK;
	guest_put(guest, word, state == GUEST_EXPORTED || state == GUEST_DESTROYED ? GUEST_UNSEEN :
										     state);
}

static void unpack(struct actor *a)
{
	call(a, CMD_UNPACK, 0x50, configs[LOADING], 0, 0);
	call(a, CMD_EXPORT, 0x20, page, 0, 0);
	forget(0);
}

static void unpack_next(struct actor *a)
{
	call(a, CMD_UNPACK, 0x50, configs[LOADING], 4096, 0);
	call(a, CMD_EXPORT, 0x20, page + 4096, 0, 0);
	forget(1);
}

static void dump(struct actor *a)
{
	call(a, CMD_DUMP_STORAGE_STATE, 0x50, configs[DUMPING], FAKE_HOME + (PAGE_HOME << 12), 0);
}

static void parameters(struct actor *a)
{
	/* The length of the header: 416 bytes and a key slot would be one. */
	call(a, CMD_SET_PARAMETERS, 0x50, configs[FRESH], FAKE_HOME + (PAGE_HOME << 12),
	     0x200ull << 32);
}

static void touch(struct actor *a)
{
	uv_access(fake->uv, page, 0, 0, true);
	uv_access(fake->uv, page, configs[RUNNING], 0, true);
	a->done++;
}

static void create_cpu(struct actor *a)
{
	memset(a->block, 0, sizeof(a->block));
	put_be16(a->block, 0x60);
	put_be16(a->block + 2, CMD_CREATE_CPU);
	put_be64(a->block + 0x20, configs[FRESH]);
	put_be64(a->block + 0x28, page);
	put_be64(a->block + 0x30, a->number);
	put_be64(a->block + 0x38, a->sd);
	a->calls++;
	if (uv_host_call(fake->uv, a->number, a->block, 0x60))
		return;
	a->done++;
	finish(a, CMD_DESTROY_CPU, get_be64(a->block + 0x18));
}

static void create_config(struct actor *a, uint64_t base)
{
	memset(a->block, 0, sizeof(a->block));
	put_be16(a->block, 0x80);
	put_be16(a->block + 2, CMD_CREATE_CONFIG);
	put_be64(a->block + 0x20, base);
	put_be64(a->block + 0x28, FAKE_HOME + ((uint64_t)VAR_HOME(a->number) << 12));
	put_be64(a->block + 0x40, GUEST_LEN);
	put_be64(a->block + 0x48, FAKE_SCA);
	put_be64(a->block + 0x50, (NR_GUESTS + 1 + a->number) << 12 | 0x107);
	a->calls++;
	if (uv_host_call(fake->uv, a->number, a->block, 0x80))
		return;
	a->done++;
	finish(a, a->done % 2 ? CMD_DESTROY_CONFIG : CMD_DESTROY_CONFIG_FAST,
	       get_be64(a->block + 0x18));
}

static void donate_as_base(struct actor *a)
{
	fake->home[VAR_HOME(a->number)] = (a->spare >> 12) + 1;
	create_config(a, page);
}

static void donate_as_variable(struct actor *a)
{
	fake->home[VAR_HOME(a->number)] = (page >> 12) + 1;
	create_config(a, a->spare);
}

static const struct {
	const char *name;
	void (*act)(struct actor *actor);
} actors[] = {
	{ "import", import }, { "import by another guest", import_other }, { "export", export },
	{ "destroy page", destroy }, { "pin, unpin", pin }, { "share, unshare", share },
	{ "share by another guest", share_other }, { "unshare all", unshare_all },
	{ "prepare reset", prepare_reset }, { "unpack", unpack },
	{ "unpack the next one", unpack_next }, { "dump into it", dump },
	{ "header in it", parameters }, { "access", touch }, { "storage of a CPU", create_cpu },
	{ "base storage", donate_as_base }, { "variable storage", donate_as_variable },
};

#define NR_ACTORS (sizeof(actors) / sizeof(actors[0]))

static void *work(void *arg)
{
	struct actor *actor = arg;

	for (;;) {
		pthread_barrier_wait(&turn);
		if (!actor->act)
			return NULL;
		while (!stop)
			actor->act(actor);
		pthread_barrier_wait(&turn);
	}
}

static void prepare(void)
{
	unsigned int i;

	if (uvc_init(fake))
		die("no ultravisor");
	page = fake_pages(fake, 2);
	fake->home[PAGE_HOME] = (page >> 12) + 1;
	for (i = 0; i < NR_GUESTS; i++) {
		if (uvc_create_config(fake, i, GUEST_LEN, &configs[i]))
			die("no configuration");
		fake_map(fake, i, 0, page);
	}
	fake_map(fake, LOADING, 4096, page + 4096);
	fake_verify(fake, configs[RUNNING], 0);
	fake_verify(fake, configs[OTHER], 0);
	fake_verify(fake, configs[DUMPING], PCF_DUMP);
	fake_config(fake, configs[DUMPING])->state = CONFIG_DUMPING;
	for (i = 0; i < NR_DIGESTS; i++)
		gcry_md_open(&fake->uv->slots[HANDLE_SLOT(configs[LOADING]) - 1]->digest[i],
			     GCRY_MD_SHA512, 0);
	fake_config(fake, configs[LOADING])->state = CONFIG_LOADING;
}

static void prepare_actor(struct actor *actor, unsigned int number)
{
	uint64_t var = VAR_HOME(number);
	unsigned int i;

	*actor = (struct actor) { .number = number };
	actor->spare = fake_pages(fake, VAR_PAGES + 2);
	actor->sd = fake_pages(fake, 1);
	for (i = 1; i < VAR_PAGES; i++)
		fake->home[var + i] = (actor->spare >> 12) + 2 + i;
}

static void *take_shard(void *arg)
{
	(void)arg;
	shard();
	return NULL;
}

static void take_all_shards(void)
{
	pthread_t thread;
	unsigned int i;

	for (i = 0; i < NR_SHARDS; i++) {
		if (pthread_create(&thread, NULL, take_shard, NULL))
			die("no thread");
		pthread_join(thread, NULL);
	}
}

/* The page is nobody's, whatever the two have left of it. */
static void settle(struct actor *actor, const char *first, const char *second)
{
	const char *broken = uv_check_invariants(fake->uv);

	call(actor, CMD_EXPORT, 0x20, page, 0, 0);
	call(actor, CMD_EXPORT, 0x20, page + 4096, 0, 0);
	if (!broken && (fake->uv->frames[page >> 12] || fake->uv->frames[(page >> 12) + 1]))
		broken = "a page that was given back stays donated";
	if (!broken)
		return;
	fprintf(stderr, "races: %s against %s: %s\n", first, second, broken);
	exit(1);
}

int main(int argc, char **argv)
{
	const struct fake_options options = { .size = 8 << 20 };
	struct timespec pause = { .tv_nsec = (argc > 1 ? strtol(argv[1], NULL, 0) : 50) * 1000000 };
	unsigned long calls = 0, done = 0;
	struct actor actor[2];
	size_t first, second;
	unsigned int i;

	fake = fake_new(&options);
	prepare();
	if (argc > 2)
		take_all_shards();
	pthread_barrier_init(&turn, NULL, 3);
	for (i = 0; i < 2; i++) {
		prepare_actor(&actor[i], i);
		if (pthread_create(&actor[i].thread, NULL, work, &actor[i]))
			die("no thread");
	}
	for (first = 0; first < NR_ACTORS; first++)
		for (second = first; second < NR_ACTORS; second++) {
			actor[0].act = actors[first].act;
			actor[1].act = actors[second].act;
			stop = false;
			pthread_barrier_wait(&turn);
			nanosleep(&pause, NULL);
			stop = true;
			pthread_barrier_wait(&turn);
			settle(&actor[0], actors[first].name, actors[second].name);
		}
	actor[0].act = actor[1].act = NULL;
	pthread_barrier_wait(&turn);
	for (i = 0; i < 2; i++) {
		pthread_join(actor[i].thread, NULL);
		calls += actor[i].calls;
		done += actor[i].done;
	}
	printf("%zu pairs, %lu calls, %lu of them done\n", NR_ACTORS * (NR_ACTORS + 1) / 2, calls,
	       done);
	fake_free(fake);
	return 0;
}

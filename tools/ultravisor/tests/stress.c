// SPDX-License-Identifier: GPL-2.0
/*
 * Parallel calls, for ThreadSanitizer: stress SECONDS THREADS.
 *
 * Every thread moves pages of its own back and forth and looks after their
 * content; between that it makes random calls about everybody's pages, CPUs
 * and configurations. At the end the metadata must be sound.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "fake.h"

#define MAX_THREADS	40u		/* more than there are shards */
#define NR_GUESTS	2u
#define OWN_PAGES	4u
#define COMMON_PAGES	6u

struct worker {
	pthread_t thread;
	unsigned int number;
	uint32_t seed;
	struct fake *fake;
	uint64_t own;			/* frames */
	uint8_t pattern[OWN_PAGES];
	unsigned long calls, busy, rounds;
	uint8_t block[UV_BLOCK_MAX];
};

static _Atomic uint64_t configs[NR_GUESTS + 1];	/* the last one comes and goes */
static uint64_t cpus[NR_GUESTS], sds[NR_GUESTS], common;
static atomic_bool stop;

static void die(const char *what)
{
	fprintf(stderr, "stress: %s\n", what);
	exit(1);
}

static uint32_t below(struct worker *w, uint32_t limit)
{
	w->seed ^= w->seed << 13;
	w->seed ^= w->seed >> 17;
	w->seed ^= w->seed << 5;
	return w->seed % limit;
}

static int call(struct worker *w, uint16_t command, uint16_t len, uint64_t at18, uint64_t at20,
		uint64_t guest)
{
	uint64_t missing;
	int cc;

	memset(w->block, 0, sizeof(w->block));
	put_be16(w->block, len);
	put_be16(w->block + 2, command);
	put_be64(w->block + 0x18, at18);
	put_be64(w->block + 0x20, at20);
	/* Of retrieving: as long as the area may be. */
	if (command == CMD_RETRIEVE_SECRET)
		put_be32(w->block + 0x1c, 16);
	cc = guest ? uv_guest_call(w->fake->uv, w->number, guest, w->block, len, &missing) :
		     uv_host_call(w->fake->uv, w->number, w->block, len);
	w->calls++;
	w->busy += cc == UV_CC_BUSY;
	return cc;
}

static int patient_call(struct worker *w, uint16_t command, uint16_t len, uint64_t at18,
			uint64_t at20, uint64_t guest)
{
	int cc;

	do {
		cc = call(w, command, len, at18, at20, guest);
	} while (cc == UV_CC_BUSY || cc == UV_CC_PARTIAL);
	return cc;
}

/* A page of this thread's: out and in, or shared and back. Its content must survive. */
static void own_page(struct worker *w)
{
	unsigned int i = below(w, OWN_PAGES), k;
	uint64_t frame = w->own + i * 4096ull, config = configs[w->number % NR_GUESTS];
	uint64_t address = (16 + w->number * OWN_PAGES + i) * 4096ull;
	uint8_t *page = fake_at(w->fake, frame);

	if (below(w, 2)) {
		if (patient_call(w, CMD_EXPORT, 0x20, frame, 0, 0))
			die("own page is not exported");
		if (uv_access(w->fake->uv, frame, 0, 0, false))
			die("exported page is not visible");
		if (patient_call(w, CMD_IMPORT, 0x28, config, address, 0))
			die("own page is not imported");
	} else {
		if (patient_call(w, CMD_SHARE, 0x30, 0, address, config) ||
		    patient_call(w, CMD_PIN, 0x20, frame, 0, 0) ||
		    patient_call(w, CMD_UNPIN, 0x28, config, address, 0) ||
		    patient_call(w, CMD_UNSHARE, 0x30, 0, address, config))
			die("own page is not shared");
	}
	if (uv_access(w->fake->uv, frame, config, address, true))
		die("own page is not there");
	for (k = 0; k < 4096; k++)
		if (page[k] != w->pattern[i])
			die("content of own page is lost");
	w->pattern[i] = (uint8_t)below(w, 256);
	memset(page, w->pattern[i], 4096);
	w->rounds++;
}

/* Pages that all threads fight for. Any answer will do. */
static void common_page(struct worker *w)
{
	unsigned int guest = below(w, NR_GUESTS + 1), page = below(w, 2);
	uint64_t frame = common + below(w, COMMON_PAGES) * 4096ull, config = configs[guest];
	uint64_t address = page * 4096ull;

	switch (below(w, 13)) {
	case 0:
		/* Whoever imports now may get the one frame or the other. */
		fake_map(w->fake, guest, address, frame);
		call(w, CMD_IMPORT, 0x28, config, address, 0);
		break;
	case 1: call(w, CMD_EXPORT, 0x20, frame, 0, 0); break;
	case 2: call(w, CMD_DESTROY_PAGE, 0x20, frame, 0, 0); break;
	case 3: call(w, CMD_PIN, 0x20, frame, 0, 0); break;
	case 4: call(w, CMD_UNPIN, 0x28, config, address, 0); break;
	case 5: call(w, CMD_SHARE, 0x30, 0, address, config); break;
	case 6: call(w, CMD_UNSHARE, 0x30, 0, address, config); break;
	case 7: uv_access(w->fake->uv, frame, config, address, true); break;
	/* Areas of guests; what is in a page is hardly ever a request. */
	case 8: call(w, CMD_LIST_SECRETS, 0x48, 0, address + 0x800, config); break;
	case 9: call(w, CMD_RETRIEVE_SECRET, 0x48, 0, address + 0xff8, config); break;
	case 10: call(w, CMD_ADD_SECRET, 0x48, 0, address + 0xf00, config); break;
	case 11: call(w, CMD_ATTEST, 0x188, address + 0xf80, 0, config); break;
	default: call(w, CMD_IMPORT, 0x28, config, address, 0); break;
	}
}

static void run_cpu(struct worker *w)
{
	unsigned int guest = below(w, NR_GUESTS);
	struct uv_cpu_state state;
	struct uv_guest info;

	uv_guest_info(w->fake->uv, configs[guest], &info);
	if (uv_cpu_enter(w->fake->uv, configs[guest], cpus[guest], sds[guest], &state))
		return;
	state.gprs[0]++;
	uv_cpu_leave(w->fake->uv, cpus[guest], &state);
}

/* The last configuration is destroyed and created by whoever gets there. */
static void come_and_go(struct worker *w)
{
	static atomic_flag creating = ATOMIC_FLAG_INIT;
	uint64_t handle = configs[NR_GUESTS];
	struct uv_stats stats;

	uv_stats(w->fake->uv, &stats);
	if (handle && below(w, 4) == 0) {
		if (!patient_call(w, below(w, 2) ? CMD_DESTROY_CONFIG : CMD_DESTROY_CONFIG_FAST,
				  0x48, handle, 0, 0))
			atomic_compare_exchange_strong(&configs[NR_GUESTS], &handle, 0);
	}
	if (handle || atomic_flag_test_and_set(&creating))
		return;
	memset(w->block, 0, sizeof(w->block));
	put_be16(w->block, 0x80);
	put_be16(w->block + 2, CMD_CREATE_CONFIG);
	put_be64(w->block + 0x20, 0x300000);
	put_be64(w->block + 0x28, FAKE_HOME + (1000ull << 12));
	put_be64(w->block + 0x40, 1 << 20);
	put_be64(w->block + 0x48, FAKE_SCA);
	put_be64(w->block + 0x50, fake_asce(NR_GUESTS));
	if (!uv_host_call(w->fake->uv, w->number, w->block, 0x80)) {
		fake_verify(w->fake, get_be64(w->block + 0x18), 0);
		configs[NR_GUESTS] = get_be64(w->block + 0x18);
	}
	atomic_flag_clear(&creating);
}

static void *work(void *arg)
{
	struct worker *w = arg;

	while (!stop) {
		switch (below(w, 8)) {
		case 0: run_cpu(w); break;
		case 1: come_and_go(w); break;
		case 2:
		case 3: own_page(w); break;
		default: common_page(w); break;
		}
	}
	return NULL;
}

static void prepare(struct fake *fake, struct worker *workers, unsigned int nr_threads)
{
	const struct secret secret = { .type = SECRET_PLAINTEXT, .len = 16 };
	uint8_t value[16] = { 0, 14 };
	unsigned int i, k;

	if (uvc_init(fake))
		die("no ultravisor");
	for (i = 0; i < NR_GUESTS; i++) {
		uint64_t handle;

		if (uvc_create_config(fake, i, 1 << 20, &handle) ||
		    uvc_create_cpu(fake, handle, 0, &cpus[i], &sds[i]))
			die("no configuration");
		fake_verify(fake, handle, 0);
		if (!store_add(fake->uv, fake_config(fake, handle), &secret, value, value))
			die("no secret");
		fake_config(fake, handle)->store.extended = 1;
		configs[i] = handle;
		block_clear(fake, CMD_CPU_SET_STATE, 0x50);
		block_set(fake, 0x18, cpus[i]);
		fake->block[0x27] = 5;
		if (host_call(fake))
			die("no CPU");
	}
	common = fake_pages(fake, COMMON_PAGES);
	/* As many as the largest configuration of these needs. */
	for (i = 0; i < 32; i++)
		fake->home[1000 + i] = (0x310000 >> 12) + i + 1;
	for (i = 0; i < nr_threads; i++) {
		struct worker *w = &workers[i];

		*w = (struct worker) { .number = i, .seed = i + 1, .fake = fake };
		w->own = fake_pages(fake, OWN_PAGES);
		for (k = 0; k < OWN_PAGES; k++) {
			uint64_t address = (16 + i * OWN_PAGES + k) * 4096ull;

			fake_map(fake, i % NR_GUESTS, address, w->own + k * 4096ull);
			if (uvc_guest_page(fake, CMD_IMPORT, configs[i % NR_GUESTS], address))
				die("no page");
		}
	}
}

int main(int argc, char **argv)
{
	const struct fake_options options = { .size = 16 << 20 };
	struct fake *fake = fake_new(&options);
	struct worker workers[MAX_THREADS];
	unsigned long calls = 0, busy = 0, rounds = 0;
	struct timespec pause = { .tv_sec = argc > 1 ? strtol(argv[1], NULL, 0) : 5 };
	unsigned int nr_threads = argc > 2 ? strtoul(argv[2], NULL, 0) : 4;
	const char *broken;
	unsigned int i;

	if (nr_threads > MAX_THREADS)
		die("too many threads");
	prepare(fake, workers, nr_threads);
	for (i = 0; i < nr_threads; i++)
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]))
			die("no thread");
	nanosleep(&pause, NULL);
	stop = true;
	for (i = 0; i < nr_threads; i++) {
		pthread_join(workers[i].thread, NULL);
		calls += workers[i].calls;
		busy += workers[i].busy;
		rounds += workers[i].rounds;
	}
	broken = uv_check_invariants(fake->uv);
	if (broken)
		die(broken);
	printf("%lu calls, %lu of them busy, %lu own pages moved\n", calls, busy, rounds);
	if (!busy || !rounds)
		die("the threads did not meet");
	fake_free(fake);
	return 0;
}

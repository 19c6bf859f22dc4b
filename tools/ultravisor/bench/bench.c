// SPDX-License-Identifier: GPL-2.0
/*
 * What a page and a call cost, beside the same cryptography without an
 * ultravisor: same library, same core, same run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "requests.h"

#define NR_PAGES	256u		/* 1 MiB: stays in the cache, for both sides */
#define ROUNDS		60u

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static void must(int cc)
{
	if (cc != UV_CC_DONE) {
		fprintf(stderr, "a call failed\n");
		exit(1);
	}
}

struct bench {
	struct fake *fake;
	uint64_t config;
	uint64_t frames;		/* NR_PAGES, for guest pages 0.. */
	uint8_t *raw;			/* NR_PAGES, not the ultravisor's */
	gcry_cipher_hd_t xts;
	struct umac64_ctx mac;
	uint64_t tags;			/* kept, so that they are computed */
	gcry_md_hd_t sha;
};

/*
 * Blocks are built beforehand and reused: the machine's part of a call is not
 * what is measured.
 */
static uint8_t blocks[NR_PAGES][UV_BLOCK_MAX];

static void block_for(unsigned int i, uint16_t command, uint16_t len, uint64_t at18, uint64_t at20)
{
	memset(blocks[i], 0, sizeof(blocks[i]));
	put_be16(blocks[i], len);
	put_be16(blocks[i] + 2, command);
	put_be64(blocks[i] + 0x18, at18);
	put_be64(blocks[i] + 0x20, at20);
}

static void call_all(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < NR_PAGES; i++)
		must(uv_host_call(b->fake->uv, 0, blocks[i], get_be16(blocks[i])));
}

static void guest_call_all(struct bench *b)
{
	uint64_t missing;
	unsigned int i;

	for (i = 0; i < NR_PAGES; i++)
		must(uv_guest_call(b->fake->uv, 0, b->config, blocks[i], get_be16(blocks[i]),
				   &missing));
}

static void prepare(struct bench *b, uint16_t command)
{
	unsigned int i;

	for (i = 0; i < NR_PAGES; i++) {
		uint64_t frame = b->frames + i * 4096ull;

		switch (command) {
		case CMD_IMPORT:
		case CMD_UNPIN:
			block_for(i, command, 0x28, b->config, i * 4096ull);
			break;
		case CMD_UNPACK:
			block_for(i, command, 0x50, b->config, i * 4096ull);
			break;
		case CMD_SHARE:
		case CMD_UNSHARE:
			block_for(i, command, 0x30, 0, i * 4096ull);
			break;
		default:
			block_for(i, command, 0x20, frame, 0);
			break;
		}
	}
}

static void forget(struct bench *b)
{
	unsigned int i;

	/* As if none of the pages had ever been seen. */
	for (i = 0; i < NR_PAGES; i++)
		guest_page(b->fake->uv, fake_config(b->fake, b->config), i)->word &=
			~GUEST_STATE_MASK;
}

static void do_export(struct bench *b) { prepare(b, CMD_EXPORT); }
static void do_import(struct bench *b) { prepare(b, CMD_IMPORT); }
static void do_first_import(struct bench *b) { forget(b); prepare(b, CMD_IMPORT); }
static void do_destroy(struct bench *b) { prepare(b, CMD_DESTROY_PAGE); }
static void do_share(struct bench *b) { prepare(b, CMD_SHARE); }
static void do_unshare(struct bench *b) { prepare(b, CMD_UNSHARE); }
static void do_pin(struct bench *b) { prepare(b, CMD_PIN); }
static void do_unpin(struct bench *b) { prepare(b, CMD_UNPIN); }
static void do_unpack(struct bench *b) { forget(b); prepare(b, CMD_UNPACK); }
static void nothing(struct bench *b) { (void)b; }

static uint64_t raw_mac(struct bench *b, const uint8_t *page, const uint8_t nonce[16])
{
	uint64_t tag;

	umac64_set_nonce(&b->mac, 11, nonce);
	umac64_update(&b->mac, 4096, page);
	umac64_digest(&b->mac, sizeof(tag), (uint8_t *)&tag);
	return tag;
}

static void raw_encrypt(struct bench *b)
{
	uint8_t tweak[16] = { 0 };
	unsigned int i;

	for (i = 0; i < NR_PAGES; i++) {
		tweak[0] = i;
		gcry_cipher_setiv(b->xts, tweak, sizeof(tweak));
		gcry_cipher_encrypt(b->xts, b->raw + i * 4096ull, 4096, NULL, 0);
		b->tags += raw_mac(b, b->raw + i * 4096ull, tweak);
	}
}

static void raw_decrypt(struct bench *b)
{
	uint8_t tweak[16] = { 0 };
	unsigned int i;

	for (i = 0; i < NR_PAGES; i++) {
		tweak[0] = i;
		b->tags += raw_mac(b, b->raw + i * 4096ull, tweak);
		gcry_cipher_setiv(b->xts, tweak, sizeof(tweak));
		gcry_cipher_decrypt(b->xts, b->raw + i * 4096ull, 4096, NULL, 0);
	}
}

static void raw_unpack(struct bench *b)
{
	uint8_t tweak[16] = { 0 };
	unsigned int i;

	for (i = 0; i < NR_PAGES; i++) {
		tweak[0] = i;
		gcry_md_write(b->sha, b->raw + i * 4096ull, 4096);
		gcry_cipher_setiv(b->xts, tweak, sizeof(tweak));
		gcry_cipher_decrypt(b->xts, b->raw + i * 4096ull, 4096, NULL, 0);
	}
}

static void access_all(struct bench *b)
{
	unsigned int i, allowed = 0;

	for (i = 0; i < NR_PAGES; i++)
		allowed += !uv_access(b->fake->uv, b->frames + i * 4096ull, b->config,
				      i * 4096ull, true);
	if (allowed != NR_PAGES)
		exit(1);
}

static void check_all(struct bench *b)
{
	uint32_t len;
	unsigned int i;

	for (i = 0; i < NR_PAGES; i++)
		must(uv_host_check(b->fake->uv, blocks[i], &len));
}

/* One measured step: @before is not counted, @run is. */
struct step {
	const char *name;
	void (*before)(struct bench *b);
	void (*run)(struct bench *b);
	double best;		/* ns per page */
};

static struct step steps[] = {
	{ .name = "raw AES-256-XTS + UMAC-64", .before = nothing, .run = raw_encrypt },
	{ .name = "raw UMAC-64 + AES-256-XTS", .before = nothing, .run = raw_decrypt },
	{ .name = "raw AES-256-XTS + SHA-512", .before = nothing, .run = raw_unpack },
	{ .name = "import, first time", .before = do_first_import, .run = call_all },
	{ .name = "export", .before = do_export, .run = call_all },
	{ .name = "import", .before = do_import, .run = call_all },
	{ .name = "import of what is there", .before = nothing, .run = call_all },
	{ .name = "access check", .before = nothing, .run = access_all },
	{ .name = "share", .before = do_share, .run = guest_call_all },
	{ .name = "pin", .before = do_pin, .run = call_all },
	{ .name = "unpin", .before = do_unpin, .run = call_all },
	{ .name = "unshare", .before = do_unshare, .run = guest_call_all },
	{ .name = "destroy page", .before = do_destroy, .run = call_all },
	{ .name = "export of what is not secure", .before = do_export, .run = call_all },
	{ .name = "check of the header", .before = nothing, .run = check_all },
	{ .name = "unpack", .before = do_unpack, .run = call_all },
};

#define NR_STEPS (sizeof(steps) / sizeof(steps[0]))
enum { RAW_ENCRYPT, RAW_DECRYPT, RAW_UNPACK, FIRST, EXPORT, IMPORT, UNPACK = NR_STEPS - 1 };

static void start_image(struct bench *b)
{
	struct slot *slot = b->fake->uv->slots[0];
	uint8_t key[XTS_KEY_LEN] = { 1, 2, 3 };
	unsigned int i;

	gcry_cipher_open(&slot->xts, GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_XTS, 0);
	gcry_cipher_setkey(slot->xts, key, sizeof(key));
	for (i = 0; i < NR_DIGESTS; i++)
		gcry_md_open(&slot->digest[i], GCRY_MD_SHA512, 0);
	fake_config(b->fake, b->config)->state = CONFIG_LOADING;
}

static void run_steps(struct bench *b)
{
	unsigned int round;
	size_t i;

	for (i = 0; i < NR_STEPS; i++)
		steps[i].best = 1e18;
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < NR_STEPS; i++) {
			double begin, ns;

			fake_config(b->fake, b->config)->state =
				i == UNPACK ? CONFIG_LOADING : CONFIG_VERIFIED;
			steps[i].before(b);
			begin = now();
			steps[i].run(b);
			ns = (now() - begin) / NR_PAGES;
			if (ns < steps[i].best)
				steps[i].best = ns;
		}
		/* The last step left the pages unpacked. */
		prepare(b, CMD_EXPORT);
		call_all(b);
	}
}

static void start(struct bench *b, uint64_t storage)
{
	const struct fake_options options = { .size = storage };
	uint8_t key[XTS_KEY_LEN] = { 9, 8, 7 };
	unsigned int i;

	b->fake = fake_new(&options);
	/* The base storage of a large machine is larger: hand out from behind it. */
	b->fake->next = FAKE_BASE + base_storage_len(storage >> 12);
	must(uvc_init(b->fake));
	must(uvc_create_config(b->fake, 0, 8ull << 20, &b->config));
	fake_verify(b->fake, b->config, 0);
	b->frames = fake_pages(b->fake, NR_PAGES);
	for (i = 0; i < NR_PAGES; i++)
		fake_map(b->fake, 0, i * 4096ull, b->frames + i * 4096ull);
	b->raw = aligned_alloc(4096, NR_PAGES * 4096ull);
	memset(b->raw, 0x5a, NR_PAGES * 4096ull);
	umac64_set_key(&b->mac, key);
	gcry_cipher_open(&b->xts, GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_XTS, 0);
	gcry_cipher_setkey(b->xts, key, sizeof(key));
	gcry_md_open(&b->sha, GCRY_MD_SHA512, 0);
	start_image(b);
}

static void stop(struct bench *b)
{
	gcry_cipher_close(b->xts);
	gcry_md_close(b->sha);
	free(b->raw);
	fake_free(b->fake);
}

/* Pages all over a large machine, so that nothing is near anything. */
static void spread(uint64_t gib)
{
	struct bench b = { 0 };
	double best[2] = { 1e18, 1e18 }, destroy;
	uint64_t seed = 1;
	unsigned int i, round;

	start(&b, gib << 30);
	for (i = 0; i < NR_PAGES; i++) {
		uint64_t stride = (b.fake->size - b.fake->next) / (NR_PAGES + 1);

		/* Somewhere in its part of storage: no two at one distance. */
		seed = seed * 1103515245 + 12345;
		fake_map(b.fake, 0, i * 4096ull,
			 (b.fake->next + i * stride + seed % stride) & PAGE_MASK);
	}
	fake_config(b.fake, b.config)->state = CONFIG_VERIFIED;
	for (round = 0; round < ROUNDS; round++) {
		double begin;

		prepare(&b, CMD_IMPORT);
		begin = now();
		call_all(&b);
		if ((now() - begin) / NR_PAGES < best[0])
			best[0] = (now() - begin) / NR_PAGES;
		for (i = 0; i < NR_PAGES; i++)
			block_for(i, CMD_EXPORT, 0x20, (b.fake->guests[0][i] - 1) << 12, 0);
		begin = now();
		call_all(&b);
		if ((now() - begin) / NR_PAGES < best[1])
			best[1] = (now() - begin) / NR_PAGES;
	}
	prepare(&b, CMD_IMPORT);
	call_all(&b);
	destroy = now();
	must(uvc_again(b.fake, CMD_DESTROY_CONFIG_FAST, b.config));
	destroy = now() - destroy;
	printf("%3llu GiB: import %6.0f ns, export %6.0f ns a page; "
	       "destroying the configuration %.0f us; base storage %llu MiB (%.3f %%)\n",
	       (unsigned long long)gib, best[0], best[1], destroy / 1000,
	       (unsigned long long)base_storage_len(gib << 18) >> 20,
	       100.0 * base_storage_len(gib << 18) / (gib << 30));
	stop(&b);
}

/* Milliseconds of this process: these are long enough for others to get between. */
static double processor_time(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void requests(const char *what, int (*issue)(struct guest_test *test,
						    const struct file *request),
		     const char *name)
{
	struct guest_test test;
	struct file request = named(name, ".req");
	double best = 1e18, sum = 0;
	unsigned int round;

	guest_begin(&test, "empty.hdr");
	for (round = 0; round < ROUNDS; round++) {
		double begin = processor_time(), ms;

		must(issue(&test, &request));
		ms = processor_time() - begin;
		sum += ms;
		best = ms < best ? ms : best;
	}
	printf("%-30s %8.2f ms, %.2f ms on the average (at most 5)\n", what, best, sum / ROUNDS);
	guest_end(&test);
	free(request.data);
}

static int attest_bytes(struct guest_test *test, const struct file *request)
{
	put_request(test, request);
	attest_block(test, 256, 128);
	return guest_call(test->fake, test->config);
}

int main(void)
{
	struct bench b = { 0 };
	size_t i;

	start(&b, FAKE_STORAGE);
	run_steps(&b);
	for (i = 0; i < NR_STEPS; i++)
		printf("%-30s %8.1f ns a page  %7.2f GB/s\n", steps[i].name, steps[i].best,
		       4096 / steps[i].best);
	printf("\nexport at %.2fx of raw AES-256-XTS + UMAC-64 (at least 0.90)\n",
	       steps[RAW_ENCRYPT].best / steps[EXPORT].best);
	printf("import at %.2fx of raw AES-256-XTS + UMAC-64 (at least 0.90)\n",
	       steps[RAW_DECRYPT].best / steps[IMPORT].best);
	printf("unpack at %.2fx of raw AES-256-XTS + SHA-512 (at least 0.80)\n\n",
	       steps[RAW_UNPACK].best / steps[UNPACK].best);
	stop(&b);
	spread(1);
	spread(16);
	spread(64);
	printf("\n");
	requests("attestation", attest_bytes, "attest-all");
	requests("adding a secret", add_bytes, "association");
	return 0;
}

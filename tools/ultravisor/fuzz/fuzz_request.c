// SPDX-License-Identifier: GPL-2.0
/*
 * Attestation and add-secret requests, as a guest passes them on. Bits of an input's first
 * byte: 0 attest, else add; 1: what follows is a list of changes (offset, 2 bytes; value
 * to exclusive-or) to a good request, whose number is the next byte; else it is the
 * request itself. 2: the request ends where its page does, and nothing is mapped behind it.
 *
 * Nobody forges a request: what is accepted is one of the good ones. What is refused
 * changes nothing.
 */
#include <stdlib.h>

#include "requests.h"

static struct guest_test test;
static struct config before;

/* For the header and the host key that the vectors are for. */
static const char *const names[2][4] = {
	{ "v-meta", "v-association", "v-retrievable-plain", "v-association-ext" },
	{ "v-att-plain", "v-att-all", "v-att-plain", "v-att-all" },
};
static struct file good[2][4];

static struct config *config(void)
{
	return fake_config(test.fake, test.config);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	unsigned int i;

	(void)argc;
	(void)argv;
	guest_begin_with(&test, "v-se.hdr", "v-host.key", false);
	before = *config();
	for (i = 0; i < 8; i++)
		good[i / 4][i % 4] = named(names[i / 4][i % 4], ".req");
	return 0;
}

/* What is behind a request does not belong to it, and there are zeroes behind the input. */
static bool is_good(bool attest, const uint8_t *data, size_t len)
{
	unsigned int i;

	for (i = 0; i < 4; i++) {
		const struct file *file = &good[attest][i];
		size_t at = 0;

		while (at < file->len && (at < len ? data[at] : 0) == file->data[at])
			at++;
		if (at == file->len)
			return true;
	}
	return false;
}

static bool is_as_before(void)
{
	const uint8_t *now = (const uint8_t *)config(), *then = (const uint8_t *)&before;

	return !memcmp(now, then, sizeof(before));
}

static int issue(bool attest, uint64_t request)
{
	attest_block(&test, 5, 128);
	if (!attest)
		block_clear(test.fake, CMD_ADD_SECRET, 0x48);
	block_set(test.fake, attest ? 0x18 : 0x20, request);
	return guest_call(test.fake, test.config);
}

static void run(bool attest, const uint8_t *data, size_t len, bool at_end)
{
	static const uint8_t zeroes[AREA_PAGES * 4096];
	uint64_t first = test.request & ~0xfffull, end = first + AREA_PAGES * 4096;
	uint64_t request = at_end ? end - len : test.request;
	int cc;

	fake_guest_write(test.fake, 0, first, zeroes, sizeof(zeroes));
	fake_guest_write(test.fake, 0, request, data, len);
	cc = issue(attest, request);
	if (cc != UV_CC_DONE && cc != UV_CC_ERROR)
		abort();
	if (cc == UV_CC_DONE && !is_good(attest, data, len))
		abort();
	if (cc == UV_CC_ERROR && (test.fake->rc < 0x101 || test.fake->rc > 0x10e))
		abort();
	if ((attest || cc == UV_CC_ERROR) && !is_as_before())
		abort();
	if (uv_check_invariants(test.fake->uv))
		abort();
	*config() = before;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static uint8_t request[LONGEST + 1];
	const struct file *from;
	uint8_t what;

	if (len < 2)
		return 0;
	what = *data++;
	len--;
	if (what & 2) {
		from = &good[what & 1][*data++ % 4];
		memcpy(request, from->data, from->len);
		for (len--; len >= 3; data += 3, len -= 3)
			request[(data[0] << 8 | data[1]) % from->len] ^= data[2];
		run(what & 1, request, from->len, what & 4);
	} else if (len <= LONGEST) {
		run(what & 1, data, len, what & 4);
	}
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * guest KEY HEADER COMMAND...: a guest of the software ultravisor, on a host with that
 * key, started from the image with that header. It does one command after the other:
 *
 *   add REQUEST                     of pvsecret
 *   lock
 *   list LIST                       as pvsecret list --x-result reads it
 *   retrieve INDEX SECRET           as pvsecret retrieve --x-result reads it
 *   attest REQUEST USER RESULT      of pvattest, as perform --x-result reads it;
 *                                   USER "-": no user data
 *
 * Files are in the folder that $UV_DATA names. What is refused is printed with its
 * rc, and ends the program with 3.
 */
#include <string.h>

#include "requests.h"

#define EXCHANGE_ARCB		24	/* u32 size, u32 offset */
#define EXCHANGE_ADDITIONAL	40	/* u32 size */
#define LIST_LEN		4096
#define RETRIEVED_MAX		0x2000

static struct guest_test test;

static void guest_must(const char *command, int cc)
{
	if (cc == UV_CC_DONE)
		return;
	printf("%s refused, rc 0x%04x rrc 0x%04x\n", command, test.fake->rc, test.fake->rrc);
	exit(3);
}

static void guest_save(const char *name, const uint8_t *data, size_t len)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", getenv("UV_DATA"), name);
	f = fopen(path, "wb");
	if (!f || fwrite(data, 1, len, f) != len || fclose(f)) {
		perror(path);
		exit(1);
	}
}

static void guest_start(const char *key, const char *header)
{
	struct uv_key keys[1];
	struct fake_options options = { .keys = keys, .nr_keys = 1 };

	test.keys[0] = file_read(key);
	keys[0] = (struct uv_key){ test.keys[0].data, test.keys[0].len };
	test.fake = fake_new(&options);
	guest_must("INITIALIZE", uvc_init(test.fake));
	guest_image(&test, header);
}

static void guest_add(char **arg)
{
	struct file request = file_read(arg[0]);

	guest_must("ADD_SECRET", add_bytes(&test, &request));
	free(request.data);
}

static void guest_lock(char **arg)
{
	(void)arg;
	guest_must("LOCK_SECRETS", lock_store(&test));
}

static void guest_list(char **arg)
{
	uint8_t list[LIST_LEN];

	guest_must("LIST_SECRETS", list_secrets(&test, 0, test.request));
	fake_guest_read(test.fake, 0, test.request, list, sizeof(list));
	guest_save(arg[0], list, sizeof(list));
}

static void guest_retrieve(char **arg)
{
	uint8_t secret[RETRIEVED_MAX];

	guest_must("RETRIEVE_SECRET", retrieve(&test, (unsigned int)strtoul(arg[0], NULL, 0),
					 test.request, sizeof(secret)));
	fake_guest_read(test.fake, 0, test.request, secret, sizeof(secret));
	guest_save(arg[1], secret, sizeof(secret));
}

static void guest_attest(char **arg)
{
	struct file exchange = file_read(arg[0]), arcb, user = { 0 };
	uint8_t result[64 + UID_LEN + 4096];
	size_t additional = get_be(exchange.data + EXCHANGE_ADDITIONAL, 4);

	arcb.len = get_be(exchange.data + EXCHANGE_ARCB, 4);
	arcb.data = exchange.data + get_be(exchange.data + EXCHANGE_ARCB + 4, 4);
	put_request(&test, &arcb);
	if (strcmp(arg[1], "-") != 0)
		user = file_read(arg[1]);
	attest_block(&test, user.len, additional);
	if (user.len)
		memcpy(test.fake->block + 0x30, user.data, user.len);
	guest_must("ATTEST", guest_call(test.fake, test.config));
	fake_guest_read(test.fake, 0, test.measurement, result, 64);
	memcpy(result + 64, test.fake->block + 0x148, UID_LEN);
	fake_guest_read(test.fake, 0, test.additional, result + 64 + UID_LEN, additional);
	guest_save(arg[2], result, 64 + UID_LEN + additional);
	free(user.data);
	free(exchange.data);
}

static const struct {
	const char *name;
	int nr_args;
	void (*run)(char **arg);
} commands[] = {
	{ "add", 1, guest_add },
	{ "lock", 0, guest_lock },
	{ "list", 1, guest_list },
	{ "retrieve", 2, guest_retrieve },
	{ "attest", 3, guest_attest },
};

int main(int argc, char **argv)
{
	const size_t nr = sizeof(commands) / sizeof(commands[0]);
	int at = 3;
	size_t i;

	if (argc < at || !getenv("UV_DATA"))
		return 2;
	guest_start(argv[1], argv[2]);
	while (at < argc) {
		for (i = 0; i < nr && strcmp(argv[at], commands[i].name) != 0; i++)
			;
		if (i == nr || at + commands[i].nr_args >= argc)
			return 2;
		commands[i].run(argv + at + 1);
		at += 1 + commands[i].nr_args;
	}
	fake_free(test.fake);
	free(test.keys[0].data);
	return 0;
}

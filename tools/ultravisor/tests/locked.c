// SPDX-License-Identifier: GPL-2.0
/*
 * Secrets that are in the library's own memory: nowhere in this process but where they are
 * neither swapped out nor written into a core dump. What is looked for is kept inverted.
 */
#include <errno.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "requests.h"

/* Longer mappings are the shadow of a sanitizer. */
#define GIB	(1ul << 30)

enum found { NOWHERE, ONLY_LOCKED, ELSEWHERE };

/* Numbers are in memory with their last byte first, too. */
static bool is_inverted(const uint8_t *here, const struct file *secret)
{
	const uint8_t *first = secret->data, *last = first + secret->len - 1;
	size_t i = 0, k = 0;

	while (i < secret->len && (here[i] ^ first[i]) == 0xff)
		i++;
	while (k < secret->len && (here[k] ^ *(last - k)) == 0xff)
		k++;
	return i == secret->len || k == secret->len;
}

static bool has(const uint8_t *begin, const uint8_t *end, const struct file *secret)
{
	for (; begin + secret->len <= end; begin++)
		if (is_inverted(begin, secret))
			return true;
	return false;
}

/* The machine's storage is not looked at: there the ultravisor's pages are its own. */
static bool mapping_has(const uint8_t *begin, const uint8_t *end, const struct fake *fake,
			const struct file *secret)
{
	if (!fake || end <= fake->storage || begin >= fake->storage + fake->size)
		return has(begin, end, secret);
	return has(begin, fake->storage, secret) || has(fake->storage + fake->size, end, secret);
}

static enum found look_for(const struct fake *fake, const struct file *secret)
{
	FILE *maps = fopen("/proc/self/smaps", "r");
	unsigned long begin = 0, end = 0, number;
	enum found found = NOWHERE;
	bool readable = false;
	char line[4096];

	if (!maps)
		abort();
	while (fgets(line, sizeof(line), maps)) {
		char *next;

		number = strtoul(line, &next, 16);
		if (next != line && *next == '-') {
			begin = number;
			end = strtoul(next + 1, &next, 16);
			readable = next[1] == 'r' && !strstr(line, "[v") && end - begin < GIB;
		}
		if (strncmp(line, "VmFlags:", 8) != 0 || !readable ||
		    !mapping_has((const uint8_t *)begin, (const uint8_t *)end, fake, secret))
			continue;
		if (found != ELSEWHERE)
			found = strstr(line, " lo") && strstr(line, " dd") ? ONLY_LOCKED : ELSEWHERE;
	}
	fclose(maps);
	return found;
}

static enum found look_for_file(const struct fake *fake, const char *name)
{
	struct file secret = named(name, ".inverted");
	enum found found = look_for(fake, &secret);

	free(secret.data);
	return found;
}

/* As a machine does once it has made its ultravisor. */
static void forget_files(struct guest_test *test)
{
	unsigned int i;

	for (i = 0; i < 3; i++)
		wipe(test->keys[i].data, test->keys[i].len);
}

static void scalar_of_a_host_key_is_locked(void **state)
{
	struct guest_test test;

	(void)state;
	guest_begin(&test, "empty.hdr");
	forget_files(&test);
	assert_int_equal(look_for_file(test.fake, "scalar"), ONLY_LOCKED);
	assert_int_equal(look_for_file(test.fake, "scalar-text"), NOWHERE);
	guest_end(&test);
	assert_int_equal(look_for_file(NULL, "scalar"), NOWHERE);
}

static void image_leaves_nothing(void **state)
{
	struct guest_test test;

	(void)state;
	guest_begin(&test, "empty.hdr");
	assert_int_equal(look_for_file(test.fake, "shared"), NOWHERE);
	assert_int_equal(look_for_file(test.fake, "cck"), NOWHERE);
	guest_end(&test);
}

static void request_leaves_nothing(void **state)
{
	static const char *const secrets[] = { "value", "request-key", "request-shared" };
	struct guest_test test;
	unsigned int i;

	(void)state;
	guest_begin(&test, "empty.hdr");
	assert_done(test.fake, add(&test, "kept-secret"));
	for (i = 0; i < 3; i++)
		assert_int_equal(look_for_file(test.fake, secrets[i]), NOWHERE);
	guest_end(&test);
}

/* AES has its key in the first of its round keys. */
static void key_schedules_are_locked(void **state)
{
	uint8_t inverted[XTS_KEY_LEN / 2];
	const struct file key = { inverted, sizeof(inverted) };
	const struct page_keys *keys;
	struct guest_test test;
	uint64_t frame;
	size_t i;

	(void)state;
	guest_begin(&test, "empty.hdr");
	keys = &fake_config(test.fake, test.config)->page_keys;
	for (i = 0; i < sizeof(inverted); i++)
		inverted[i] = keys->xts[i] ^ 0xff;
	frame = fake_pages(test.fake, 1);
	fake_map(test.fake, 0, 0x100000, frame);
	assert_done(test.fake, uvc_guest_page(test.fake, CMD_IMPORT, test.config, 0x100000));
	assert_done(test.fake, uvc_page(test.fake, CMD_EXPORT, frame));
	assert_int_equal(look_for(test.fake, &key), ONLY_LOCKED);
	assert_done(test.fake, uvc_again(test.fake, CMD_DESTROY_CONFIG, test.config));
	assert_int_equal(look_for(test.fake, &key), NOWHERE);
	guest_end(&test);
}

/* In a process of its own, which has locked nothing yet and may not lock anything. */
static int create_without_permission(void)
{
	const struct rlimit none = { 0 };
	const struct uv_ops ops = {
		.storage = (void *)1, .translate_home = (void *)1, .translate_guest = (void *)1,
		.translate_guest_home = (void *)1,
	};
	const struct uv_config config = { .storage_end = 1 << 20 };

	if (setrlimit(RLIMIT_MEMLOCK, &none) || (!getuid() && setuid(65534)))
		return 1;
	errno = 0;
	return uv_create(&ops, NULL, &config) || errno != EPERM ? 2 : 0;
}

static void without_locked_memory_there_is_no_ultravisor(void **state)
{
	pid_t child = fork();
	int status = 0;

	(void)state;
	if (!child)
		_exit(create_without_permission());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* First, as a process locks its memory once. */
		cmocka_unit_test(without_locked_memory_there_is_no_ultravisor),
		cmocka_unit_test(scalar_of_a_host_key_is_locked),
		cmocka_unit_test(image_leaves_nothing),
		cmocka_unit_test(request_leaves_nothing),
		cmocka_unit_test(key_schedules_are_locked),
	};

	return cmocka_run_group_tests_name("locked", tests, NULL, NULL);
}

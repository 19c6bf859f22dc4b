// SPDX-License-Identifier: GPL-2.0
/*
 * The call interface: the input is a program of calls, accesses and changes of
 * storage. Whatever it is, every answer is a documented one and the metadata
 * stay sound.
 *
 * A step is one byte that says what, then its operands. An operand is one byte:
 * below 0xf0 an index into the values that matter, else eight bytes follow.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fake.h"
#include "files.h"

#define SIZE		(8ull << 20)
#define NR_STEPS	64

struct input {
	const uint8_t *data;
	size_t len;
};

static struct file header;

/* One for all runs, reset between them: making one takes longer than a run. */
static struct fake *fake;

static uint8_t byte(struct input *in)
{
	if (!in->len)
		return 0;
	in->len--;
	return *in->data++;
}

static uint64_t raw(struct input *in)
{
	uint64_t value = 0;
	unsigned int i;

	for (i = 0; i < 8; i++)
		value = value << 8 | byte(in);
	return value;
}

/* What handles and addresses of this run are worth trying. */
struct values {
	uint64_t value[64];
	unsigned int nr;
};

static void remember(struct values *values, uint64_t value)
{
	if (values->nr < 64)
		values->value[values->nr++] = value;
}

static uint64_t operand(struct input *in, const struct values *values)
{
	uint8_t index = byte(in);

	return index < 0xf0 ? values->value[index % values->nr] : raw(in);
}

static void broken(const char *what)
{
	fprintf(stderr, "fuzz_calls: %s\n", what);
	abort();
}

static void expect_documented(int cc)
{
	if (cc < UV_CC_DONE || cc > UV_CC_IMPORT)
		broken("unknown condition code");
	if (cc == UV_CC_ERROR && fake->rc <= RC_EXECUTED)
		broken("an error without rc");
	if (cc == UV_CC_DONE && fake->rc != RC_EXECUTED)
		broken("done with an error's rc");
}

static void call(struct input *in, struct values *values, bool guest)
{
	static const uint16_t codes[] = {
		CMD_QUERY, CMD_INITIALIZE, CMD_CREATE_CONFIG, CMD_DESTROY_CONFIG,
		CMD_DESTROY_CONFIG_FAST, CMD_CREATE_CPU, CMD_DESTROY_CPU, CMD_IMPORT, CMD_EXPORT,
		CMD_DESTROY_PAGE, CMD_SET_PARAMETERS, CMD_UNPACK, CMD_VERIFY, CMD_CPU_RESET,
		CMD_CPU_RESET_INITIAL, CMD_PREPARE_RESET, CMD_CPU_RESET_CLEAR, CMD_CPU_SET_STATE,
		CMD_UNSHARE_ALL, CMD_PIN, CMD_UNPIN, CMD_DUMP_INIT, CMD_DUMP_STORAGE_STATE,
		CMD_DUMP_CPU, CMD_DUMP_COMPLETE, CMD_SHARE, CMD_UNSHARE, CMD_QUERY_KEYS,
		CMD_ATTEST, CMD_ADD_SECRET, CMD_LIST_SECRETS, CMD_LOCK_SECRETS,
		CMD_RETRIEVE_SECRET,
	};
	const unsigned int nr = sizeof(codes) / sizeof(codes[0]);
	uint8_t what = byte(in), fields = byte(in);
	uint64_t config = guest ? operand(in, values) : 0;
	unsigned int i;
	int cc;

	block_clear(fake, what < 0xe0 ? codes[what % nr] : (uint16_t)raw(in), 0x80);
	if (get_be16(fake->block + 2) == CMD_ATTEST)
		put_be16(fake->block, 0x188);
	if (get_be16(fake->block + 2) == CMD_QUERY_KEYS)
		put_be16(fake->block, 0x200);
	if (what >= 0xe0 || fields & 0x80)
		put_be16(fake->block, (uint16_t)(fields << 1));
	if (get_be16(fake->block) > UV_BLOCK_MAX)
		put_be16(fake->block, UV_BLOCK_MAX);
	for (i = 0; i < 9; i++)
		if (fields & 1u << i % 7 || i < 2)
			block_set(fake, 0x18 + 8 * i, operand(in, values));
	cc = guest ? guest_call(fake, config) : host_call(fake);
	expect_documented(cc);
	if (cc == UV_CC_DONE && (what % nr == 2 || what % nr == 5))
		remember(values, block_get(fake, 0x18));
}

static void create(struct input *in, struct values *values)
{
	uint64_t handle, cpu, sd;
	uint8_t guest = byte(in) % 4;

	if (fake->next + (1 << 20) > fake->size)
		return;
	if (uvc_create_config(fake, guest, 1 << 20, &handle))
		return;
	remember(values, handle);
	if (!uvc_create_cpu(fake, handle, guest, &cpu, &sd)) {
		remember(values, cpu);
		remember(values, sd);
	}
	if (byte(in) & 1)
		fake_verify(fake, handle, PCF_DUMP);
}

static void access_and_run(struct input *in, const struct values *values)
{
	uint64_t a = operand(in, values), b = operand(in, values), c = operand(in, values);
	struct uv_cpu_state state;
	struct uv_guest info;
	int code = uv_access(fake->uv, a, b, c, true);

	if (code && (code < UV_PGM_SECURE_ACCESS || code > UV_PGM_VIOLATION))
		broken("unknown program interruption");
	if (!code && !b && a < fake->size)
		memset(fake_at(fake, a & PAGE_MASK), (int)c & 0xff, 4096);
	uv_guest_info(fake->uv, a, &info);
	if (uv_cpu_enter(fake->uv, a, b, c, &state) == UV_ENTER_OK)
		uv_cpu_leave(fake->uv, b, &state);
}

static void step(struct input *in, struct values *values)
{
	uint64_t a, b;

	switch (byte(in) % 16) {
	case 0:
		create(in, values);
		break;
	case 1:
		a = operand(in, values);
		b = operand(in, values) & PAGE_MASK;
		fake_map(fake, byte(in) % FAKE_GUESTS, a % (FAKE_GUEST_PAGES << 12), b % (2 * SIZE));
		break;
	case 2:
	case 3:
		access_and_run(in, values);
		break;
	case 4:
		if (fake->next_home + 8 < FAKE_HOME_PAGES && fake->next + 0x8000 < fake->size) {
			expect_documented(uvc_parameters(fake, operand(in, values),
							       header.data, header.len));
			remember(values, FAKE_HOME + ((fake->next_home - 4) << 12));
		}
		break;
	case 5:
		if (byte(in) < 8 && !uv_reset(fake->uv))
			broken("reset is busy");
		break;
	case 6:
		fake->home_result = 1 + byte(in) % 3;
		fake->virtual_result = 1 + byte(in) % 4;
		fake->no_random = byte(in) & 1;
		fake->running = byte(in) % 8 == 0 ? 2 : 1;
		break;
	case 7:
		uv_inject(fake->uv, CMD_EXPORT, 1 + byte(in) % 3, RC_STATE, 0, byte(in) % 3);
		break;
	case 8:
	case 9:
	case 10:
		call(in, values, true);
		break;
	default:
		call(in, values, false);
		break;
	}
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct file file = file_read("host.pem");
	const struct uv_key key = { file.data, file.len };
	const struct fake_options options = {
		.size = SIZE, .max_configs = 8, .keys = &key, .nr_keys = 1,
	};

	(void)argc;
	(void)argv;
	header = file_read("one.hdr");
	fake = fake_new(&options);
	free(file.data);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const uint64_t fixed[] = {
		0, 1, 0x1000, 0x2000, 0x3000, 0x500000, 0x501000, 0x502000, FAKE_BASE, FAKE_SCA,
		SIZE - 4096, SIZE, FAKE_HOME, ~0ull, ~0xfffull, 1ull << 63, 1 << 20, 0x107,
		0x1107, 0x2107,
	};
	struct input in = { data, len };
	struct values values = { .nr = sizeof(fixed) / sizeof(fixed[0]) };
	const char *wrong;
	unsigned int i;

	memcpy(values.value, fixed, sizeof(fixed));
	if (byte(&in) & 1)
		uvc_init(fake);
	for (i = 0; i < NR_STEPS && in.len; i++)
		step(&in, &values);
	wrong = uv_check_invariants(fake->uv);
	if (wrong)
		broken(wrong);
	uv_inject(fake->uv, CMD_EXPORT, 0, 0, 0, 0);
	if (!uv_reset(fake->uv))
		broken("reset is busy");
	fake_forget(fake);
	return 0;
}

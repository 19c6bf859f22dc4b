// SPDX-License-Identifier: GPL-2.0
/* See program.h. */
#include <stdio.h>
#include <stdlib.h>

#include "files.h"
#include "program.h"

#define SIZE		PROGRAM_STORAGE
#define NR_STEPS	64

static struct file header;

static struct fake *fake;

uint8_t input_byte(struct input *in)
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
		value = value << 8 | input_byte(in);
	return value;
}

static void remember(struct values *values, uint64_t value)
{
	if (values->nr < 64)
		values->value[values->nr++] = value;
}

uint64_t input_operand(struct input *in, const struct values *values)
{
	uint8_t index = input_byte(in);

	return index < 0xf0 ? values->value[index % values->nr] : raw(in);
}

void program_wrong(const char *what)
{
	fprintf(stderr, "%s\n", what);
	abort();
}

static void expect_documented(int cc)
{
	if (cc < UV_CC_DONE || cc > UV_CC_IMPORT)
		program_wrong("unknown condition code");
	if (cc == UV_CC_ERROR && fake->rc <= RC_EXECUTED)
		program_wrong("an error without rc");
	if (cc == UV_CC_DONE && fake->rc != RC_EXECUTED)
		program_wrong("done with an error's rc");
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
	uint8_t what = input_byte(in), fields = input_byte(in);
	uint64_t config = guest ? input_operand(in, values) : 0;
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
			block_set(fake, 0x18 + 8 * i, input_operand(in, values));
	cc = guest ? guest_call(fake, config) : host_call(fake);
	expect_documented(cc);
	if (cc == UV_CC_DONE && (what % nr == 2 || what % nr == 5))
		remember(values, block_get(fake, 0x18));
}

static void create(struct input *in, struct values *values)
{
	uint64_t handle, cpu, sd;
	uint8_t guest = input_byte(in) % 4;

	if (fake->next + (1 << 20) > fake->size)
		return;
	if (uvc_create_config(fake, guest, 1 << 20, &handle))
		return;
	remember(values, handle);
	if (!uvc_create_cpu(fake, handle, guest, &cpu, &sd)) {
		remember(values, cpu);
		remember(values, sd);
	}
	if (input_byte(in) & 1)
		fake_verify(fake, handle, PCF_DUMP);
}

static bool stop(struct uv_cpu_state *state, void *arg)
{
	(void)arg;
	state->operating = UV_CPU_STOPPED;
	return true;
}

static void access_and_run(struct input *in, const struct values *values)
{
	uint64_t a = input_operand(in, values), b = input_operand(in, values), c = input_operand(in, values);
	struct uv_cpu_state state;
	struct uv_guest info;
	int code = uv_access(fake->uv, a, b, c, true);

	if (code && (code < UV_PGM_SECURE_ACCESS || code > UV_PGM_VIOLATION))
		program_wrong("unknown program interruption");
	if (!code && !b && a < fake->size)
		memset(fake_at(fake, a & PAGE_MASK), (int)c & 0xff, 4096);
	uv_guest_info(fake->uv, a, &info);
	uv_cpu_modify(fake->uv, a, b % 4, stop, NULL);
	uv_cpu_ask(fake->uv, a, b % 4);
	if (uv_cpu_enter(fake->uv, a, b, c, &state) == UV_ENTER_OK) {
		uint64_t kept[UV_KEPT] = { 1 }, sccb;

		uv_keep(fake->uv, b, kept);
		uv_sccb_keep(fake->uv, b, 0x2000);
		uv_sccb_answered(fake->uv, b);
		uv_sccb_take(fake->uv, b, &sccb);
		uv_cpu_asked(fake->uv, b, true);
		if (c & 1)
			uv_guest_reset(fake->uv, b, UV_RESET_CLEAR);
		uv_cpu_leave(fake->uv, b, &state);
	}
}

static void step(struct input *in, struct values *values,
		 void (*own)(struct input *in, const struct values *values))
{
	uint8_t what = input_byte(in);
	uint64_t a, b;

	if (own && what >= 0xc0) {
		own(in, values);
		return;
	}
	switch (what % 16) {
	case 0:
		create(in, values);
		break;
	case 1:
		a = input_operand(in, values);
		b = input_operand(in, values) & PAGE_MASK;
		fake_map(fake, input_byte(in) % FAKE_GUESTS, a % (FAKE_GUEST_PAGES << 12), b % (2 * SIZE));
		break;
	case 2:
	case 3:
		access_and_run(in, values);
		break;
	case 4:
		if (fake->next_home + 8 < FAKE_HOME_PAGES && fake->next + 0x8000 < fake->size) {
			expect_documented(uvc_parameters(fake, input_operand(in, values),
							       header.data, header.len));
			remember(values, FAKE_HOME + ((fake->next_home - 4) << 12));
		}
		break;
	case 5:
		if (input_byte(in) < 8 && !uv_reset(fake->uv))
			program_wrong("reset is busy");
		break;
	case 6:
		fake->home_result = 1 + input_byte(in) % 3;
		fake->virtual_result = 1 + input_byte(in) % 4;
		fake->no_random = input_byte(in) & 1;
		fake->running = input_byte(in) % 8 == 0 ? 2 : 1;
		break;
	case 7:
		uv_inject(fake->uv, CMD_EXPORT, 1 + input_byte(in) % 3, RC_STATE, 0, input_byte(in) % 3);
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

struct fake *program_machine(void)
{
	struct file file = file_read("host.pem");
	const struct uv_key key = { file.data, file.len };
	const struct fake_options options = {
		.size = SIZE, .max_configs = PROGRAM_CONFIGS, .keys = &key, .nr_keys = 1,
	};

	header = file_read("one.hdr");
	fake = fake_new(&options);
	free(file.data);
	return fake;
}

void program_run(const uint8_t *data, size_t len,
		 void (*own)(struct input *in, const struct values *values))
{
	static const uint64_t fixed[] = {
		0, 1, 0x1000, 0x2000, 0x3000, 0x500000, 0x501000, 0x502000, FAKE_BASE, FAKE_SCA,
		SIZE - 4096, SIZE, FAKE_HOME, ~0ull, ~0xfffull, 1ull << 63, 1 << 20, 0x107,
		0x1107, 0x2107,
	};
	struct input in = { data, len };
	struct values values = { .nr = sizeof(fixed) / sizeof(fixed[0]) };
	unsigned int i;

	memcpy(values.value, fixed, sizeof(fixed));
	if (input_byte(&in) & 1)
		uvc_init(fake);
	for (i = 0; i < NR_STEPS && in.len; i++)
		step(&in, &values, own);
	uv_inject(fake->uv, CMD_EXPORT, 0, 0, 0, 0);
}

void program_end(void)
{
	if (!uv_reset(fake->uv))
		program_wrong("reset is busy");
	fake_forget(fake);
}

// SPDX-License-Identifier: GPL-2.0
/* Secure CPUs. */
#include "fake.h"

#define LOAD	5	/* of SET CPU STATE */

static uint64_t config, cpu, sd;

static void prepare(struct fake *fake)
{
	assert_done(fake, uvc_create_config(fake, 0, 1 << 20, &config));
	assert_done(fake, uvc_create_cpu(fake, config, 5, &cpu, &sd));
}

static int set_state(struct fake *fake, uint8_t operating)
{
	block_clear(fake, CMD_CPU_SET_STATE, 0x50);
	block_set(fake, 0x18, cpu);
	fake->block[0x27] = operating;
	return host_call(fake);
}

static enum uv_enter enter(struct fake *fake, struct uv_cpu_state *state)
{
	return uv_cpu_enter(fake->uv, config, cpu, sd, state);
}

static const struct {
	uint64_t value;
	unsigned int offset;
	uint16_t rc;
} bad_blocks[] = {
	{ 0, 0x20, RC_CONFIG_HANDLE },
	{ 1, 0x20, RC_CONFIG_HANDLE },
	{ 248, 0x30, RC_CPU_NUMBER },
	{ 0xffff, 0x30, RC_CPU_NUMBER },
	{ 5, 0x30, RC_CPU_DUPLICATE },
	{ 0, 0x28, RC_CPU_LOWCORE },
	{ 0x1000, 0x28, RC_CPU_LOWCORE },
	{ FAKE_FREE + 64, 0x28, RC_CPU_STORAGE },
	{ FAKE_STORAGE, 0x28, RC_CPU_STORAGE },
	{ FAKE_BASE, 0x28, RC_CPU_STORAGE },
	{ 0, 0x38, RC_CPU_STATE_DESC },
	{ 0x10100, 0x38, RC_CPU_STATE_DESC },
	{ FAKE_STORAGE, 0x38, RC_CPU_STATE_DESC },
	{ FAKE_BASE, 0x38, RC_CPU_STATE_DESC },
};

static void bad_creations_are_refused(void **state)
{
	struct fake *fake = *state;
	uint64_t stor = fake_pages(fake, 1);
	size_t i;

	prepare(fake);
	for (i = 0; i < sizeof(bad_blocks) / sizeof(bad_blocks[0]) + 1; i++) {
		block_clear(fake, CMD_CREATE_CPU, 0x60);
		block_set(fake, 0x20, config);
		block_set(fake, 0x28, stor);
		block_set(fake, 0x30, 6);
		block_set(fake, 0x38, 0x10200);
		if (i == sizeof(bad_blocks) / sizeof(bad_blocks[0])) {
			/* State description inside the donated page. */
			block_set(fake, 0x38, stor + 512);
			assert_error(fake, host_call(fake), RC_CPU_STATE_DESC);
			block_set(fake, 0x38, 0x10200);
			break;
		}
		block_set(fake, bad_blocks[i].offset, bad_blocks[i].value);
		assert_error(fake, host_call(fake), bad_blocks[i].rc);
		assert_int_equal(block_get(fake, 0x18), 0);
	}
	fake->uv->frames[stor >> 12] |= FRAME_BUSY;
	assert_int_equal(host_call(fake), UV_CC_BUSY);
	fake->uv->frames[stor >> 12] &= ~FRAME_BUSY;
	assert_done(fake, host_call(fake));
	assert_int_equal(fake_stats(fake).cpus, 2);
}

static void state_description_is_of_one_cpu(void **state)
{
	struct fake *fake = *state;
	uint64_t stor = fake_pages(fake, 1);

	prepare(fake);
	block_clear(fake, CMD_CREATE_CPU, 0x60);
	block_set(fake, 0x20, config);
	block_set(fake, 0x28, stor);
	block_set(fake, 0x30, 6);
	block_set(fake, 0x38, sd);
	assert_error(fake, host_call(fake), RC_CPU_STATE_DESC);
	assert_int_equal(uv_access(fake->uv, stor, 0, 0, true), 0);
	/* It is free again with its CPU. */
	assert_done(fake, uvc_handle(fake, CMD_DESTROY_CPU, cpu));
	block_clear(fake, CMD_CREATE_CPU, 0x60);
	block_set(fake, 0x20, config);
	block_set(fake, 0x28, stor);
	block_set(fake, 0x30, 6);
	block_set(fake, 0x38, sd);
	assert_done(fake, host_call(fake));
}

static void created_cpu_is_stopped_and_reset(void **state)
{
	struct uv_cpu_state regs = { .fpc = 0x1234 };
	struct fake *fake = *state;

	prepare(fake);
	assert_int_equal(enter(fake, &regs), UV_ENTER_NOT_VERIFIED);
	fake_verify(fake, config, 0);
	assert_int_equal(enter(fake, &regs), UV_ENTER_STOPPED);
	assert_int_equal(regs.fpc, 0x1234);
	assert_done(fake, set_state(fake, LOAD));
	assert_int_equal(enter(fake, &regs), UV_ENTER_OK);
	assert_int_equal(regs.crs[0], 0xe0);
	assert_int_equal(regs.crs[14], 0xc2000000);
	assert_int_equal(regs.fpc, 0);
	assert_int_equal(regs.operating, UV_CPU_OPERATING);
	uv_cpu_leave(fake->uv, cpu, &regs);
}

static void registers_survive_between_runs(void **state)
{
	struct uv_cpu_state regs, again;
	struct fake *fake = *state;
	unsigned int i;

	prepare(fake);
	fake_verify(fake, config, 0);
	assert_done(fake, set_state(fake, LOAD));
	assert_int_equal(enter(fake, &regs), UV_ENTER_OK);
	for (i = 0; i < sizeof(regs); i++)
		((uint8_t *)&regs)[i] = (uint8_t)(i * 7 + 1);
	regs.operating = UV_CPU_OPERATING;
	uv_cpu_leave(fake->uv, cpu, &regs);
	assert_int_equal(enter(fake, &again), UV_ENTER_OK);
	/* The CPU's number is not its own to change. */
	assert_int_not_equal(regs.number, again.number);
	regs.number = again.number;
	assert_memory_equal(&regs, &again, sizeof(regs));
	uv_cpu_leave(fake->uv, cpu, &again);
}

static void running_cpu_is_busy(void **state)
{
	const uint16_t commands[] = { CMD_DESTROY_CPU, CMD_CPU_RESET, CMD_CPU_RESET_INITIAL,
				      CMD_CPU_RESET_CLEAR };
	struct uv_cpu_state regs, other;
	struct fake *fake = *state;
	unsigned int i;

	prepare(fake);
	fake_verify(fake, config, PCF_DUMP);
	assert_done(fake, set_state(fake, LOAD));
	assert_int_equal(enter(fake, &regs), UV_ENTER_OK);
	assert_int_equal(enter(fake, &other), UV_ENTER_BUSY);
	assert_int_equal(set_state(fake, UV_CPU_STOPPED), UV_CC_BUSY);
	for (i = 0; i < 4; i++)
		assert_int_equal(uvc_handle(fake, commands[i], cpu), UV_CC_BUSY);
	assert_int_equal(uvc_handle(fake, CMD_PREPARE_RESET, config), UV_CC_BUSY);
	assert_int_equal(uvc_handle(fake, CMD_DUMP_INIT, config), UV_CC_BUSY);
	assert_int_equal(uv_cpu_modify(fake->uv, config, 5, NULL, NULL), UV_ENTER_BUSY);
	uv_cpu_leave(fake->uv, cpu, &regs);
	assert_done(fake, uvc_handle(fake, CMD_CPU_RESET, cpu));
	assert_done(fake, uvc_handle(fake, CMD_DESTROY_CPU, cpu));
}

static void handles_must_fit_each_other(void **state)
{
	uint64_t config2, cpu2, sd2;
	struct uv_cpu_state regs;
	struct fake *fake = *state;

	prepare(fake);
	fake_verify(fake, config, 0);
	assert_done(fake, uvc_create_config(fake, 1, 1 << 20, &config2));
	assert_done(fake, uvc_create_cpu(fake, config2, 5, &cpu2, &sd2));
	assert_done(fake, set_state(fake, LOAD));
	assert_int_equal(uv_cpu_enter(fake->uv, config, cpu2, sd2, &regs), UV_ENTER_CPU);
	assert_int_equal(uv_cpu_enter(fake->uv, config, cpu, sd2, &regs), UV_ENTER_STATE_DESC);
	assert_int_equal(uv_cpu_enter(fake->uv, config, 0, sd, &regs), UV_ENTER_CPU);
	assert_int_equal(uv_cpu_enter(fake->uv, config, config, sd, &regs), UV_ENTER_CPU);
	assert_int_equal(uv_cpu_enter(fake->uv, config, cpu + (1ull << 16), sd, &regs),
			 UV_ENTER_CPU);
	assert_int_equal(uv_cpu_enter(fake->uv, config, ~0ull, sd, &regs), UV_ENTER_CPU);
	assert_int_equal(uv_cpu_enter(fake->uv, cpu, cpu, sd, &regs), UV_ENTER_CONFIG);
	assert_int_equal(uv_cpu_enter(fake->uv, 0, cpu, sd, &regs), UV_ENTER_CONFIG);
	assert_int_equal(uv_cpu_enter(fake->uv, ~0ull, cpu, sd, &regs), UV_ENTER_CONFIG);
	/* Nothing is stored for a CPU that does not exist. */
	uv_cpu_leave(fake->uv, 0, &regs);
	uv_cpu_leave(fake->uv, ~0ull, &regs);
	uv_cpu_leave(fake->uv, 17, &regs);
	uv_cpu_leave(fake->uv, cpu + (1ull << 32), &regs);
	assert_true(gate_try_write(&fake->uv->slots[0]->gate));
	assert_int_equal(enter(fake, &regs), UV_ENTER_BUSY);
	assert_int_equal(uv_cpu_modify(fake->uv, config, 5, NULL, NULL), UV_ENTER_BUSY);
	gate_end_write(&fake->uv->slots[0]->gate);
	assert_true(gate_try_write(&fake->uv->gate));
	assert_int_equal(enter(fake, &regs), UV_ENTER_BUSY);
	assert_int_equal(uv_cpu_modify(fake->uv, config, 5, NULL, NULL), UV_ENTER_BUSY);
	gate_end_write(&fake->uv->gate);
	assert_sound(fake);
}

static void destroyed_cpu_gives_its_storage_back(void **state)
{
	struct uv_cpu_state regs;
	struct fake *fake = *state;
	uint64_t stor, donated, again;
	unsigned int i;

	prepare(fake);
	fake_verify(fake, config, 0);
	stor = fake_config(fake, config)->cpus[5];
	donated = fake_stats(fake).pages_donated;
	assert_int_equal(uv_access(fake->uv, stor, 0, 0, false), UV_PGM_SECURE_ACCESS);
	assert_done(fake, uvc_handle(fake, CMD_DESTROY_CPU, cpu));
	assert_int_equal(uv_access(fake->uv, stor, 0, 0, false), 0);
	for (i = 0; i < 4096; i++)
		assert_int_equal(((uint8_t *)fake_at(fake, stor))[i], 0);
	assert_int_equal(fake_stats(fake).pages_donated, donated - 1);
	assert_int_equal(enter(fake, &regs), UV_ENTER_CPU);
	assert_error(fake, uvc_handle(fake, CMD_DESTROY_CPU, cpu), RC_CPU_HANDLE);
	/* The number is free again, the handle is a new one. */
	assert_done(fake, uvc_create_cpu(fake, config, 5, &again, &sd));
	assert_int_not_equal(cpu, again);
	assert_error(fake, uvc_handle(fake, CMD_CPU_RESET, cpu), RC_CPU_HANDLE);
}

static void operating_states_are_set(void **state)
{
	struct uv_cpu_state regs;
	struct fake *fake = *state;

	prepare(fake);
	assert_error(fake, set_state(fake, LOAD), RC_STATE);
	assert_error(fake, set_state(fake, UV_CPU_OPERATING), RC_CPU_NOT_STARTED);
	assert_error(fake, set_state(fake, 0), RC_CPU_OPERATING);
	assert_error(fake, set_state(fake, 4), RC_CPU_OPERATING);
	assert_error(fake, set_state(fake, 6), RC_CPU_OPERATING);
	assert_error(fake, set_state(fake, 255), RC_CPU_OPERATING);
	fake_verify(fake, config, 0);
	assert_error(fake, set_state(fake, UV_CPU_OPERATING), RC_CPU_NOT_STARTED);
	assert_done(fake, set_state(fake, LOAD));
	assert_done(fake, set_state(fake, UV_CPU_OPERATING));
	assert_int_equal(enter(fake, &regs), UV_ENTER_OK);
	assert_int_equal(regs.psw_addr, 0x11000);
	assert_int_equal(regs.psw_mask, 0x180000000ull);
	assert_int_equal(regs.start, UV_START_ALLOWED);
	regs.psw_addr = 0x4711;
	uv_cpu_leave(fake->uv, cpu, &regs);
	/* Started again: it goes on where it was. */
	assert_done(fake, set_state(fake, UV_CPU_STOPPED));
	assert_int_equal(enter(fake, &regs), UV_ENTER_STOPPED);
	assert_done(fake, set_state(fake, UV_CPU_OPERATING));
	assert_int_equal(enter(fake, &regs), UV_ENTER_OK);
	assert_int_equal(regs.psw_addr, 0x4711);
	uv_cpu_leave(fake->uv, cpu, &regs);
	assert_done(fake, set_state(fake, UV_CPU_CHECK_STOP));
	assert_int_equal(enter(fake, &regs), UV_ENTER_STOPPED);
}

static void guest_is_loaded_once(void **state)
{
	struct uv_cpu_state regs;
	struct fake *fake = *state;
	uint64_t second, second_sd, first;

	prepare(fake);
	assert_done(fake, uvc_create_cpu(fake, config, 1, &second, &second_sd));
	fake_verify(fake, config, 0);
	/* Nothing has run: the image is what it was, and begins as such. */
	assert_done(fake, uvc_handle(fake, CMD_PREPARE_RESET, config));
	assert_done(fake, set_state(fake, LOAD));
	assert_error(fake, set_state(fake, LOAD), RC_CPU_NOT_RESET);
	assert_int_equal(enter(fake, &regs), UV_ENTER_OK);
	assert_int_equal(regs.psw_addr, 0x11000);
	uv_cpu_leave(fake->uv, cpu, &regs);
	/* Neither this CPU again, whatever was done to it, nor another one. */
	assert_done(fake, uvc_handle(fake, CMD_CPU_RESET_CLEAR, cpu));
	assert_error(fake, set_state(fake, LOAD), RC_STATE);
	assert_error(fake, set_state(fake, UV_CPU_OPERATING), RC_CPU_NOT_STARTED);
	first = cpu;
	cpu = second;
	assert_error(fake, set_state(fake, LOAD), RC_STATE);
	assert_error(fake, set_state(fake, UV_CPU_OPERATING), RC_CPU_NOT_STARTED);
	cpu = first;
}

static void after_a_reset_the_guests_own_psw_is_loaded(void **state)
{
	struct uv_cpu_state regs;
	struct fake *fake = *state;

	prepare(fake);
	fake_verify(fake, config, 0);
	assert_done(fake, set_state(fake, LOAD));
	assert_int_equal(enter(fake, &regs), UV_ENTER_OK);
	regs.psw_addr = 0x4711;
	uv_cpu_leave(fake->uv, cpu, &regs);
	assert_done(fake, uvc_handle(fake, CMD_PREPARE_RESET, config));
	/* It may not go on, nor be loaded with the registers it has. */
	assert_error(fake, set_state(fake, UV_CPU_OPERATING), RC_CPU_NOT_STARTED);
	assert_error(fake, set_state(fake, LOAD), RC_CPU_NOT_RESET);
	assert_done(fake, uvc_handle(fake, CMD_CPU_RESET, cpu));
	assert_error(fake, set_state(fake, LOAD), RC_CPU_NOT_RESET);
	assert_done(fake, uvc_handle(fake, CMD_CPU_RESET_INITIAL, cpu));
	assert_done(fake, set_state(fake, UV_CPU_CHECK_STOP));
	assert_error(fake, set_state(fake, LOAD), RC_CPU_NOT_RESET);
	assert_done(fake, set_state(fake, UV_CPU_STOPPED));
	assert_done(fake, set_state(fake, LOAD));
	assert_done(fake, set_state(fake, UV_CPU_OPERATING));
	assert_int_equal(enter(fake, &regs), UV_ENTER_OK);
	assert_int_equal(regs.psw_addr, 0);
	assert_int_equal(regs.start, UV_START_SHORT_PSW);
	uv_cpu_leave(fake->uv, cpu, &regs);
	assert_done(fake, uvc_handle(fake, CMD_CPU_RESET_INITIAL, cpu));
	assert_error(fake, set_state(fake, LOAD), RC_STATE);
}

/* The guest asks for a reset, and the host has not done all of it. */
static void assert_still_under_reset(struct fake *fake)
{
	struct uv_cpu_state regs;

	assert_int_equal(enter(fake, &regs), UV_ENTER_RESET);
	assert_error(fake, set_state(fake, LOAD), RC_STATE);
}

static void reset_of_the_guest_cannot_be_left_out(void **state)
{
	static const uint16_t needed[] = { CMD_CPU_RESET_INITIAL, CMD_CPU_RESET_CLEAR };
	struct uv_cpu_state regs;
	struct fake *fake = *state;
	uint64_t second, second_sd;
	unsigned int i;

	prepare(fake);
	assert_done(fake, uvc_create_cpu(fake, config, 1, &second, &second_sd));
	fake_verify(fake, config, 0);
	assert_done(fake, set_state(fake, LOAD));
	for (i = 0; i < 2; i++) {
		assert_int_equal(enter(fake, &regs), UV_ENTER_OK);
		uv_guest_reset(fake->uv, cpu, i ? UV_RESET_CLEAR : UV_RESET_INITIAL);
		uv_cpu_leave(fake->uv, cpu, &regs);
		assert_still_under_reset(fake);
		/* In any other order the steps are to be done again. */
		assert_done(fake, uvc_handle(fake, CMD_UNSHARE_ALL, config));
		assert_done(fake, uvc_handle(fake, CMD_PREPARE_RESET, config));
		assert_done(fake, uvc_handle(fake, needed[i], cpu));
		assert_still_under_reset(fake);

		assert_done(fake, set_state(fake, UV_CPU_CHECK_STOP));
		assert_done(fake, uvc_handle(fake, CMD_UNSHARE_ALL, config));
		assert_done(fake, set_state(fake, UV_CPU_STOPPED));
		assert_done(fake, uvc_handle(fake, CMD_PREPARE_RESET, config));
		assert_done(fake, uvc_handle(fake, needed[i], cpu));
		assert_still_under_reset(fake);

		assert_done(fake, uvc_handle(fake, CMD_UNSHARE_ALL, config));
		assert_done(fake, uvc_handle(fake, needed[i], cpu));
		assert_still_under_reset(fake);
		assert_done(fake, uvc_handle(fake, CMD_PREPARE_RESET, config));
		assert_still_under_reset(fake);
		assert_done(fake, uvc_handle(fake, CMD_CPU_RESET, cpu));
		assert_still_under_reset(fake);
		if (i) {
			assert_done(fake, uvc_handle(fake, CMD_CPU_RESET_INITIAL, cpu));
			assert_still_under_reset(fake);
		}
		assert_done(fake, uvc_handle(fake, needed[i], cpu));
		assert_int_equal(enter(fake, &regs), UV_ENTER_RESET);
		assert_done(fake, set_state(fake, LOAD));
	}
	assert_int_equal(enter(fake, &regs), UV_ENTER_OK);
	uv_cpu_leave(fake->uv, cpu, &regs);
	/* A handle of nothing is ignored. */
	uv_guest_reset(fake->uv, 0, UV_RESET_CLEAR);
	assert_int_equal(uv_cpu_enter(fake->uv, config, second, second_sd, &regs),
			 UV_ENTER_STOPPED);
}

/* As the machine does for SIGP START. */
static bool start(struct uv_cpu_state *regs, void *arg)
{
	(void)arg;
	regs->start = UV_START_ALLOWED;
	return true;
}

static const struct {
	uint16_t command;
	bool initial, clear;
} resets[] = {
	{ CMD_CPU_RESET, false, false },
	{ CMD_CPU_RESET_INITIAL, true, false },
	{ CMD_CPU_RESET_CLEAR, true, true },
};

static void resets_clear_what_they_should(void **state)
{
	struct uv_cpu_state regs;
	struct fake *fake = *state;
	unsigned int i;

	prepare(fake);
	fake_verify(fake, config, 0);
	for (i = 0; i < 3; i++) {
		assert_int_equal(uv_cpu_modify(fake->uv, config, 5, start, NULL), UV_ENTER_OK);
		assert_done(fake, set_state(fake, UV_CPU_OPERATING));
		assert_int_equal(enter(fake, &regs), UV_ENTER_OK);
		memset(&regs, 0x11, sizeof(regs));
		regs.start = UV_START_ALLOWED;
		uv_cpu_leave(fake->uv, cpu, &regs);
		assert_done(fake, uvc_handle(fake, resets[i].command, cpu));
		assert_int_equal(enter(fake, &regs), UV_ENTER_STOPPED);
		/* Nor does it begin its instruction again for the host. */
		assert_error(fake, set_state(fake, UV_CPU_OPERATING), RC_CPU_NOT_STARTED);
		assert_int_equal(uv_cpu_modify(fake->uv, config, 5, start, NULL), UV_ENTER_OK);
		assert_done(fake, set_state(fake, UV_CPU_OPERATING));
		assert_int_equal(enter(fake, &regs), UV_ENTER_OK);
		assert_int_equal(regs.pending[0], resets[i].initial ? 0 : 0x1111111111111111);
		assert_int_equal(regs.psw_mask, resets[i].initial ? 0 : 0x1111111111111111);
		assert_int_equal(regs.prefix, resets[i].initial ? 0 : 0x11111111);
		assert_int_equal(regs.crs[0], resets[i].initial ? 0xe0 : 0x1111111111111111);
		assert_int_equal(regs.crs[5], resets[i].initial ? 0 : 0x1111111111111111);
		assert_int_equal(regs.gprs[3], resets[i].clear ? 0 : 0x1111111111111111);
		assert_int_equal(regs.acrs[3], resets[i].clear ? 0 : 0x11111111);
		assert_int_equal(regs.vrs[31].d[1], resets[i].clear ? 0 : 0x1111111111111111);
		uv_cpu_leave(fake->uv, cpu, &regs);
	}
}

static void prepare_reset_stops_all_cpus(void **state)
{
	struct uv_cpu_state regs;
	struct fake *fake = *state;
	uint64_t sccb;

	prepare(fake);
	assert_error(fake, uvc_handle(fake, CMD_PREPARE_RESET, config), RC_STATE);
	fake_verify(fake, config, 0);
	assert_done(fake, set_state(fake, LOAD));
	assert_int_equal(enter(fake, &regs), UV_ENTER_OK);
	regs.pending[0] = 1;
	assert_true(uv_sccb_keep(fake->uv, cpu, 0x12340));
	uv_sccb_answered(fake->uv, cpu);
	uv_cpu_leave(fake->uv, cpu, &regs);
	assert_done(fake, uvc_handle(fake, CMD_PREPARE_RESET, config));
	assert_int_equal(enter(fake, &regs), UV_ENTER_STOPPED);
	assert_done(fake, uvc_handle(fake, CMD_CPU_RESET_INITIAL, cpu));
	assert_done(fake, set_state(fake, LOAD));
	assert_int_equal(enter(fake, &regs), UV_ENTER_OK);
	assert_int_equal(regs.pending[0], 0);
	assert_false(uv_sccb_take(fake->uv, cpu, &sccb));
	uv_cpu_leave(fake->uv, cpu, &regs);
}

static void one_service_call_at_a_time(void **state)
{
	struct uv_cpu_state regs;
	struct fake *fake = *state;
	uint64_t sccb;

	prepare(fake);
	fake_verify(fake, config, 0);
	assert_done(fake, set_state(fake, LOAD));
	assert_int_equal(enter(fake, &regs), UV_ENTER_OK);
	assert_false(uv_sccb_take(fake->uv, cpu, &sccb));
	uv_sccb_answered(fake->uv, cpu);
	assert_false(uv_sccb_take(fake->uv, cpu, &sccb));
	assert_true(uv_sccb_keep(fake->uv, cpu, 0));
	assert_false(uv_sccb_keep(fake->uv, cpu, 0x1000));
	/* There is nothing to be told before the answer. */
	assert_false(uv_sccb_take(fake->uv, cpu, &sccb));
	uv_sccb_answered(fake->uv, cpu);
	assert_false(uv_sccb_keep(fake->uv, cpu, 0x1000));
	assert_true(uv_sccb_take(fake->uv, cpu, &sccb));
	assert_int_equal(sccb, 0);
	assert_true(uv_sccb_keep(fake->uv, cpu, 0x7ffffff8));
	uv_sccb_answered(fake->uv, cpu);
	assert_true(uv_sccb_take(fake->uv, cpu, &sccb));
	assert_int_equal(sccb, 0x7ffffff8);
	assert_false(uv_sccb_take(fake->uv, cpu, &sccb));
	/* No configuration of a CPU that does not exist. */
	assert_false(uv_sccb_keep(fake->uv, 17, 0x1000));
	assert_false(uv_sccb_take(fake->uv, 17, &sccb));
	uv_sccb_answered(fake->uv, 17);
	uv_cpu_leave(fake->uv, cpu, &regs);
}

static bool nothing_pending(struct uv_cpu_state *regs, void *arg)
{
	(void)arg;
	regs->pending[0] = 0;
	return true;
}

/* The CPU has made a service call, and has left to have it answered. */
static void call_service(struct fake *fake)
{
	struct uv_cpu_state regs;

	assert_int_equal(enter(fake, &regs), UV_ENTER_OK);
	assert_true(uv_sccb_keep(fake->uv, cpu, 0x1000));
	regs.pending[0] = 1;
	uv_cpu_leave(fake->uv, cpu, &regs);
}

static void service_call_ends_with_its_instruction(void **state)
{
	struct uv_cpu_state regs;
	struct fake *fake = *state;
	uint64_t sccb;

	prepare(fake);
	fake_verify(fake, config, 0);
	assert_done(fake, set_state(fake, LOAD));
	/* The host chooses an exception; another CPU restarts this one; it is reset. */
	call_service(fake);
	assert_int_equal(enter(fake, &regs), UV_ENTER_OK);
	regs.pending[0] = 0;
	uv_cpu_leave(fake->uv, cpu, &regs);
	call_service(fake);
	assert_int_equal(uv_cpu_modify(fake->uv, config, 5, nothing_pending, NULL), UV_ENTER_OK);
	call_service(fake);
	assert_done(fake, uvc_handle(fake, CMD_CPU_RESET_INITIAL, cpu));
	assert_int_equal(uv_cpu_modify(fake->uv, config, 5, start, NULL), UV_ENTER_OK);
	assert_done(fake, set_state(fake, UV_CPU_OPERATING));
	call_service(fake);
	/* A CPU reset by the host is no end of it: the guest's CPU goes on there. */
	assert_done(fake, uvc_handle(fake, CMD_CPU_RESET, cpu));
	assert_error(fake, set_state(fake, UV_CPU_OPERATING), RC_CPU_NOT_STARTED);
	assert_int_equal(uv_cpu_modify(fake->uv, config, 5, start, NULL), UV_ENTER_OK);
	assert_done(fake, set_state(fake, UV_CPU_OPERATING));
	/* What was answered stays, whatever becomes of the CPU. */
	assert_int_equal(enter(fake, &regs), UV_ENTER_OK);
	uv_sccb_answered(fake->uv, cpu);
	regs.pending[0] = 0;
	uv_cpu_leave(fake->uv, cpu, &regs);
	assert_done(fake, uvc_handle(fake, CMD_CPU_RESET, cpu));
	assert_true(uv_sccb_take(fake->uv, cpu, &sccb));
	assert_int_equal(sccb, 0x1000);
	assert_done(fake, set_state(fake, UV_CPU_OPERATING));
	call_service(fake);
	assert_done(fake, uvc_handle(fake, CMD_DESTROY_CPU, cpu));
	assert_int_equal(fake_config(fake, config)->sccb, 0);
}

static void all_cpus_have_what_the_first_one_brought(void **state)
{
	uint64_t kept[UV_KEPT] = { 0x1234 }, second, second_sd;
	struct fake *fake = *state;

	prepare(fake);
	assert_done(fake, uvc_create_cpu(fake, config, 1, &second, &second_sd));
	uv_keep(fake->uv, cpu, kept);
	assert_int_equal(kept[0], 0x1234);
	kept[0] = 0x4321;
	uv_keep(fake->uv, 0, kept);
	assert_int_equal(kept[0], 0x4321);
	uv_keep(fake->uv, second, kept);
	assert_int_equal(kept[0], 0x1234);
	/* However often the host makes a CPU. */
	assert_done(fake, uvc_handle(fake, CMD_DESTROY_CPU, second));
	assert_done(fake, uvc_handle(fake, CMD_DESTROY_CPU, cpu));
	assert_done(fake, uvc_create_cpu(fake, config, 1, &second, &second_sd));
	kept[0] = 0;
	uv_keep(fake->uv, second, kept);
	assert_int_equal(kept[0], 0x1234);
}

static void word_is_left_with_a_running_cpu(void **state)
{
	struct uv_cpu_state regs;
	struct fake *fake = *state;

	prepare(fake);
	fake_verify(fake, config, 0);
	assert_done(fake, set_state(fake, LOAD));
	assert_int_equal(enter(fake, &regs), UV_ENTER_OK);
	assert_false(uv_cpu_asked(fake->uv, cpu, false));
	assert_int_equal(uv_cpu_ask(fake->uv, config, 5), UV_ENTER_OK);
	assert_int_equal(uv_cpu_ask(fake->uv, config, 6), UV_ENTER_CPU);
	assert_int_equal(uv_cpu_ask(fake->uv, 0, 5), UV_ENTER_CONFIG);
	assert_true(uv_cpu_asked(fake->uv, cpu, false));
	assert_true(uv_cpu_asked(fake->uv, cpu, true));
	assert_false(uv_cpu_asked(fake->uv, cpu, true));
	assert_false(uv_cpu_asked(fake->uv, 0, true));
	assert_int_equal(uv_cpu_ask(fake->uv, config, 5), UV_ENTER_OK);
	uv_cpu_leave(fake->uv, cpu, &regs);
	assert_done(fake, uvc_handle(fake, CMD_CPU_RESET, cpu));
	assert_false(uv_cpu_asked(fake->uv, cpu, false));
}

static bool set_prefix(struct uv_cpu_state *regs, void *arg)
{
	regs->prefix = *(uint32_t *)arg;
	return *(uint32_t *)arg != 1;
}

static void stopped_cpu_can_be_changed(void **state)
{
	struct fake *fake = *state;
	struct uv_cpu_state regs;
	uint32_t prefix = 0x8000;

	prepare(fake);
	fake_verify(fake, config, 0);
	assert_int_equal(uv_cpu_modify(fake->uv, config, 5, set_prefix, &prefix), UV_ENTER_OK);
	prefix = 1;
	assert_int_equal(uv_cpu_modify(fake->uv, config, 5, set_prefix, &prefix), UV_ENTER_OK);
	assert_int_equal(uv_cpu_modify(fake->uv, config, 4, set_prefix, &prefix), UV_ENTER_CPU);
	assert_int_equal(uv_cpu_modify(fake->uv, config, 300, set_prefix, &prefix), UV_ENTER_CPU);
	assert_int_equal(uv_cpu_modify(fake->uv, 0, 5, set_prefix, &prefix), UV_ENTER_CONFIG);
	assert_done(fake, set_state(fake, LOAD));
	assert_int_equal(enter(fake, &regs), UV_ENTER_OK);
	assert_int_equal(regs.prefix, 0x8000);
	uv_cpu_leave(fake->uv, cpu, &regs);
}

#define test(name) cmocka_unit_test_setup_teardown(name, fake_setup, fake_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(bad_creations_are_refused),
		test(state_description_is_of_one_cpu),
		test(created_cpu_is_stopped_and_reset),
		test(registers_survive_between_runs),
		test(running_cpu_is_busy),
		test(handles_must_fit_each_other),
		test(destroyed_cpu_gives_its_storage_back),
		test(operating_states_are_set),
		test(guest_is_loaded_once),
		test(after_a_reset_the_guests_own_psw_is_loaded),
		test(resets_clear_what_they_should),
		test(prepare_reset_stops_all_cpus),
		test(one_service_call_at_a_time),
		test(service_call_ends_with_its_instruction),
		test(reset_of_the_guest_cannot_be_left_out),
		test(word_is_left_with_a_running_cpu),
		test(all_cpus_have_what_the_first_one_brought),
		test(stopped_cpu_can_be_changed),
	};

	return cmocka_run_group_tests_name("cpus", tests, NULL, NULL);
}

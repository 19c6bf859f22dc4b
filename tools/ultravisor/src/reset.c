// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A reset that the guest asked for. The host carries it out, call by call; until it has
 * done all of it no CPU of the guest runs: a guest that asked would go on otherwise, with
 * pages shared and CPUs running that it believes to be gone.
 */
#include "uv.h"

/* In config.reset: the step that was done last, and what reset of a CPU it needs. */
#define RESET_STEP_MASK		0xffu
#define RESET_NEEDS_CLEAR	0x100u

void uv_guest_reset(struct uv *uv, uint64_t handle, enum uv_reset reset)
{
	struct config *config = config_of_running(uv, handle);

	if (config)
		config->reset = RESET_ASKED | (reset == UV_RESET_CLEAR ? RESET_NEEDS_CLEAR : 0);
}

/*
 * Note a step. One that comes too early has its effect, but is to be done once more.
 */
void reset_step_done(struct config *config, enum reset_step step)
{
	uint32_t before = config->reset, after = (before & ~RESET_STEP_MASK) | step;

	if ((before & RESET_STEP_MASK) == step - 1)
		atomic_compare_exchange_strong(&config->reset, &before, after);
}

void reset_cpu_done(struct config *config, enum uv_reset reset)
{
	if (reset != UV_RESET_NORMAL &&
	    (reset == UV_RESET_CLEAR || !(config->reset & RESET_NEEDS_CLEAR)))
		reset_step_done(config, RESET_CPU);
}

/* May a CPU be loaded? Nothing is left to do but that. */
bool reset_allows_load(const struct config *config)
{
	uint32_t reset = config->reset;

	return !reset || (reset & RESET_STEP_MASK) == RESET_CPU;
}

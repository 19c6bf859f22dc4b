// SPDX-License-Identifier: GPL-2.0
/*
 * Donated storage that is overwritten between calls, by a device that the machine does not
 * check. Whatever it hits: every answer is a documented one, nothing outside of storage is
 * touched, and every configuration can be ended. What the ultravisor has noticed it says
 * until then.
 *
 * A step of a program that begins with 0xc0 or more changes one byte of donated storage:
 * where (below), offset (2 bytes), value to exclusive-or.
 */
#include "program.h"

/* First byte of a change: which storage. The rest of it selects one of several. */
#define WHERE_CONFIG	0x00	/* base storage of a configuration */
#define WHERE_CPU	0x40
#define WHERE_ANY	0x80	/* any page of a configuration */
#define WHERE_FRAMES	0xc0	/* the entry of a frame; its address is an operand */
#define WHERE_MASK	0xc0

/* Calls for one configuration: a destruction that looks at all frames takes few. */
#define ENOUGH		(4 * PROGRAM_STORAGE / PAGE_SIZE)

static struct fake *fake;

static struct slot *slot_at(unsigned int number)
{
	return number < PROGRAM_CONFIGS ? fake->uv->slots[number] : NULL;
}

static struct config *config_at(unsigned int number)
{
	struct slot *slot = slot_at(number);

	return slot ? slot->config : NULL;
}

/* The @nr-th page that is donated, to @owner if it is not 0; or NULL. */
static uint8_t *donated(unsigned int nr, unsigned int owner)
{
	uint64_t i;

	for (i = 0; i < fake->uv->nr_frames; i++) {
		uint64_t entry = fake->uv->frames[i];

		if (frame_state(entry) == FRAME_DONATED && frame_owner(entry) &&
		    (!owner || frame_owner(entry) == owner) && !nr--)
			return fake_at(fake, i << PAGE_SHIFT);
	}
	return NULL;
}

static void damage(struct input *in, const struct values *values)
{
	uint8_t where = input_byte(in), which = where & 0x3f;
	uint64_t frame = (where & WHERE_MASK) == WHERE_FRAMES ? input_operand(in, values) : 0;
	unsigned int offset = input_byte(in) << 8;
	uint8_t *at = NULL, change;
	size_t len = PAGE_SIZE;

	offset |= input_byte(in);
	change = input_byte(in);
	if (!fake->uv->frames)
		return;
	switch (where & WHERE_MASK) {
	case WHERE_CONFIG:
		at = (uint8_t *)config_at(which % PROGRAM_CONFIGS);
		len = sizeof(struct config);
		break;
	case WHERE_CPU:
		/* Its page was donated after those of its configuration. */
		at = donated(CONFIG_BASE_LEN / PAGE_SIZE +
			     (unsigned int)var_pages(fake->uv, MIB), which % PROGRAM_CONFIGS + 1);
		len = sizeof(struct cpu);
		break;
	case WHERE_ANY:
		at = donated(which, 0);
		break;
	default:
		at = (uint8_t *)&fake->uv->frames[frame / PAGE_SIZE % fake->uv->nr_frames];
		len = sizeof(frame_entry);
		break;
	}
	if (at)
		at[offset % len] ^= change;
}

/*
 * Locks in donated storage that nobody holds. They are no faults of a configuration: whoever
 * needs what they protect is told to come back, for as long as the machine is not reset.
 */
static void open_locks(void)
{
	unsigned int n, i;
	uint64_t f;

	for (f = 0; f < fake->uv->nr_frames; f++)
		fake->uv->frames[f] &= ~FRAME_BUSY;
	for (n = 0; n < PROGRAM_CONFIGS; n++) {
		struct config *config = config_at(n);

		for (i = 0; config && !slot_at(n)->broken && i < fake->uv->max_cpus; i++) {
			struct cpu *cpu = cpu_at(fake->uv, config, i);

			if (cpu)
				cpu->in_use = 0;
		}
		for (i = 0; config && !slot_at(n)->broken && i < MIB / PAGE_SIZE; i++) {
			struct guest_page *page =
				guest_page(fake->uv, config, (config->origin >> PAGE_SHIFT) + i);

			if (page)
				page->word &= ~GUEST_BUSY;
		}
	}
}

static void end_config(struct slot *slot, bool fast)
{
	const uint64_t handle = slot->handle;
	unsigned int i, calls = 0;
	int cc = UV_CC_DONE;

	if (slot->broken && (uvc_handle(fake, CMD_UNSHARE_ALL, handle) != UV_CC_ERROR ||
			     fake->rc != RC_BROKEN))
		program_wrong("a broken configuration does not say so");
	for (i = 0; i < fake->uv->max_cpus && !slot->broken; i++) {
		struct cpu *cpu = cpu_at(fake->uv, slot->config, i);

		if (cpu && uvc_handle(fake, CMD_DESTROY_CPU, cpu->handle) == UV_CC_BUSY)
			program_wrong("a CPU is never idle");
	}
	do {
		cc = uvc_handle(fake, fast ? CMD_DESTROY_CONFIG_FAST : CMD_DESTROY_CONFIG, handle);
		if (cc == UV_CC_ERROR && fake->rc != RC_BROKEN)
			program_wrong("a configuration cannot be ended");
	} while (cc != UV_CC_DONE && ++calls < ENOUGH);
	if (cc != UV_CC_DONE || slot->config)
		program_wrong("a configuration does not end");
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fake = program_machine();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	unsigned int n;

	program_run(data, len, damage);
	/* It finds what it finds, without a fault of its own. */
	uv_check_invariants(fake->uv);
	if (fake->uv->frames) {
		open_locks();
		for (n = 0; n < PROGRAM_CONFIGS; n++)
			if (config_at(n))
				end_config(slot_at(n), len & 1);
	}
	program_end();
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Configurations and secure CPUs by handle.
 *
 * A handle is a number that was never used before in its upper half, the CPU
 * number + 1 (0 in the handle of a configuration) in bits 32-47 and the slot
 * number + 1 in bits 48-63. Slots are the library's own memory, so a handle is
 * never trusted to lead into storage.
 */
#include <stdlib.h>

#include "uv.h"

uint64_t new_handle(struct uv *uv, unsigned int slot, unsigned int cpu)
{
	uint64_t generation = atomic_fetch_add(&uv->generation, 1) + 1;

	return generation << 32 | (uint64_t)cpu << 16 | (slot + 1);
}

static struct slot *slot_at(struct uv *uv, unsigned int owner)
{
	if (!owner || owner > uv->max_configs)
		return NULL;
	return atomic_load_explicit(&uv->slots[owner - 1], memory_order_acquire);
}

/* Whatever configuration has the slot. */
enum slot_result slot_by_owner(struct uv *uv, unsigned int owner, bool write, struct slot **found)
{
	struct slot *slot = slot_at(uv, owner);

	if (!slot)
		return SLOT_NONE;
	if (!(write ? gate_try_write(&slot->gate) : gate_try_read(&slot->gate)))
		return SLOT_BUSY;
	if (!slot->config) {
		slot_put(slot, write);
		return SLOT_NONE;
	}
	/* The host may have the storage of a broken one back already. */
	if (!slot->broken && slot->config->handle == slot->handle &&
	    slot->config->state <= CONFIG_DESTROYING) {
		*found = slot;
		return SLOT_OK;
	}
	slot->broken = true;
	slot_put(slot, write);
	return SLOT_BROKEN;
}

/* The configuration with this very handle. */
enum slot_result slot_get(struct uv *uv, uint64_t handle, bool write, struct slot **found)
{
	enum slot_result result = slot_by_owner(uv, HANDLE_SLOT(handle), write, found);

	if (result == SLOT_OK && (*found)->handle != handle) {
		slot_put(*found, write);
		return SLOT_NONE;
	}
	return result;
}

void slot_put(struct slot *slot, bool write)
{
	if (write)
		gate_end_write(&slot->gate);
	else
		gate_end_read(&slot->gate);
}

/* A free slot with its gate held for writing, or NULL and why. */
struct slot *slot_new(struct uv *uv, uint16_t *rc)
{
	struct slot *slot;
	unsigned int i;

	for (i = 0; i < uv->max_configs; i++) {
		slot = atomic_load_explicit(&uv->slots[i], memory_order_acquire);
		if (!slot) {
			slot = calloc(1, sizeof(*slot));
			if (!slot) {
				*rc = RC_NO_MEMORY;
				return NULL;
			}
			slot->number = i;
			/* Nobody else creates. */
			atomic_store_explicit(&uv->slots[i], slot, memory_order_release);
		}
		if (!gate_try_write(&slot->gate))
			continue;
		if (!slot->config)
			return slot;
		gate_end_write(&slot->gate);
	}
	*rc = RC_CONFIG_LIMIT;
	return NULL;
}

/* Forget the configuration and close its ciphers, which wipes their keys. */
void slot_clear(struct slot *slot)
{
	unsigned int i;

	image_end(slot);
	for (i = 0; i < NR_CIPHERS; i++) {
		gcry_cipher_close(slot->ciphers[i].xts);
		slot->ciphers[i].xts = NULL;
		locked_free(slot->ciphers[i].mac);
		slot->ciphers[i].mac = NULL;
	}
	slot->config = NULL;
	slot->handle = 0;
	slot->asce = 0;
	slot->broken = false;
	slot->nr_cpus = 0;
	for (i = 0; i < NR_SHARDS; i++)
		slot->nr_frames[i] = 0;
	slot->sweep = 0;
}

/* NULL: there is none, or what should be one was overwritten. */
struct cpu *cpu_at(struct uv *uv, const struct config *config, unsigned int number)
{
	unsigned int owner = HANDLE_SLOT(config->handle);
	struct cpu *cpu = config->cpus[number] ?
			  donated_page(uv, owner, config->cpus[number]) : NULL;

	return cpu && HANDLE_CPU(cpu->handle) == number + 1 && HANDLE_SLOT(cpu->handle) == owner ?
	       cpu : NULL;
}

struct cpu *cpu_of(struct uv *uv, const struct config *config, uint64_t handle)
{
	unsigned int number = HANDLE_CPU(handle) - 1;
	struct cpu *cpu = number < uv->max_cpus ? cpu_at(uv, config, number) : NULL;

	return cpu && cpu->handle == handle ? cpu : NULL;
}

bool cpu_try_use(struct cpu *cpu)
{
	uint32_t unused = 0;

	return atomic_compare_exchange_strong_explicit(&cpu->in_use, &unused, 1,
						       memory_order_acquire,
						       memory_order_relaxed);
}

void cpu_end_use(struct cpu *cpu)
{
	atomic_store_explicit(&cpu->in_use, 0, memory_order_release);
}

enum uv_enter uv_guest_info(struct uv *uv, uint64_t handle, struct uv_guest *info)
{
	enum slot_result found;
	struct slot *slot;

	if (!gate_try_read(&uv->gate))
		return UV_ENTER_BUSY;
	found = slot_get(uv, handle, false, &slot);
	if (found == SLOT_OK) {
		*info = (struct uv_guest) {
			.asce = slot->config->asce,
			.origin = slot->config->origin,
			.len = slot->config->len,
			.sca = slot->config->sca,
			.pcf = slot->config->image.pcf,
			.flags = slot->config->flags,
		};
		slot_put(slot, false);
	}
	gate_end_read(&uv->gate);
	return found == SLOT_OK ? UV_ENTER_OK : found == SLOT_BUSY ? UV_ENTER_BUSY :
	       UV_ENTER_CONFIG;
}
